"""What is asked of a run."""
