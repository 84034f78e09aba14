"""The core: notation, engine, cells. NumPy and the standard library only."""
