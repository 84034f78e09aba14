"""The engine: equations become numbers."""
