"""What is run: wirings, changes, sequences, trained weights."""
