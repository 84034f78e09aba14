"""Many visitors at once: `python -m tests.load` prints what they wait; test_load.py is its short form."""
