"""The core: notation, engine, cells. NumPy and the standard library only."""

from rnnviz.core.answers.attribution import reason, shares
from rnnviz.core.answers.explain import explain
from rnnviz.core.engine.graph import Graph, bracketed, chain, forest, tree
from rnnviz.core.language.cells import CELLS
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.reader import parse
from rnnviz.core.model import Model

__all__ = [
    "CELLS",
    "Graph",
    "InputError",
    "Model",
    "bracketed",
    "chain",
    "explain",
    "forest",
    "parse",
    "reason",
    "shares",
    "tree",
]
