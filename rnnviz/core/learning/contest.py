"""Trees against chains on nested expressions: the recipes of networks that have about as many weights."""

import math
from bisect import bisect_left
from functools import lru_cache

from rnnviz.core.language.cells import CELLS
from rnnviz.core.learning import nested
from rnnviz.core.learning.optimisers import Rule
from rnnviz.core.learning.tasks import NESTED, NESTED_TREES
from rnnviz.core.learning.training import Recipe
from rnnviz.core.model import Model

CHAIN, UNITS = "lstm", 16  # the chain that all others have about as many weights as
LARGEST = 64  # hidden units
RATE = 0.01


def count(model: Model) -> int:
    """How many weights a model has."""
    return sum(map(math.prod, model.shapes.values()))


def model_on(equations: str, hidden: int, *, on_trees: bool) -> Model:
    """The model of a cell for this task."""
    inputs = nested.SYMBOLS if on_trees else (*nested.SYMBOLS, *nested.BRACKETS)
    return Model(equations, len(inputs), hidden, len(nested.DIGITS))


@lru_cache(64)
def units(equations: str, *, on_trees: bool) -> int:
    """How many hidden units give a cell as many weights as the chain has, or nearly."""
    aim = count(model_on(CELLS[CHAIN].equations, UNITS, on_trees=False))

    def weights(H: int) -> int:
        return count(model_on(equations, H, on_trees=on_trees))

    sizes = range(1, LARGEST + 1)
    at = bisect_left(sizes, aim, key=weights)  # more units, more weights
    return min(sizes[max(0, at - 1) : at + 1], key=lambda H: abs(weights(H) - aim))


def recipe(equations: str, *, on_trees: bool, seed: int, updates: int) -> Recipe:
    """How a cell is trained on this task: all at the same rate, on as many expressions."""
    task = NESTED_TREES if on_trees else NESTED
    hidden = units(equations, on_trees=on_trees)
    return Recipe(task, equations, hidden, seed=seed, rule=Rule(rate=RATE), updates=updates)
