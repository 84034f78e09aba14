"""The language of cells: text becomes equations, sizes, an order, derivatives."""
