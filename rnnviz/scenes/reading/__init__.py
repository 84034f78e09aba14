"""What is typed or uploaded becomes a sequence."""
