"""The core: notation, engine, cells. NumPy and the standard library only."""

from rnnviz.core.cells import CELLS
from rnnviz.core.errors import InputError
from rnnviz.core.explain import explain, reason, shares
from rnnviz.core.graph import Graph, bracketed, chain, tree
from rnnviz.core.model import Model
from rnnviz.core.notation import parse

__all__ = [
    "CELLS",
    "Graph",
    "InputError",
    "Model",
    "bracketed",
    "chain",
    "explain",
    "parse",
    "reason",
    "shares",
    "tree",
]
