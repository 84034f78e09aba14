"""All weights of a model as views of one vector, so that an optimiser is a few lines."""

import math
from collections.abc import Mapping

import numpy as np

from rnnviz.core.engine.compiled import Params
from rnnviz.core.language.expressions import Call, Expression, Signal, Sum, Times, Vector, signals, terms_of
from rnnviz.core.language.functions import Array
from rnnviz.core.model import Model

DECIMALS = 2  # of the weights that are shown


class Flat:
    """One vector of all weights: `views` has each under its name, and sees what is written into `vector`."""

    def __init__(self, shapes: Mapping[str, tuple[int, ...]], vector: Array | None = None) -> None:
        self.shapes = dict(shapes)
        size = sum(math.prod(shape) for shape in self.shapes.values())
        self.vector = np.zeros(size) if vector is None else np.array(vector, float)
        self.views: Params = {}
        start = 0
        for name, shape in self.shapes.items():
            stop = start + math.prod(shape)
            self.views[name] = self.vector[start:stop].reshape(shape)
            start = stop

    def joined(self, arrays: Mapping[str, Array]) -> Array:
        """Arrays of the weights' shapes end to end."""
        return np.concatenate([np.zeros(0), *(arrays[name].ravel() for name in self.shapes)])  # of no weights, too


def printed(shapes: Mapping[str, tuple[int, ...]], vector: Array) -> Params:
    """Weights of two decimals: what is printed is what is computed."""
    return Flat(shapes, np.round(vector, DECIMALS) + 0.0).views


def initial(model: Model, seed: int) -> Params:
    """Weights to begin training with: `Model.init`, but biases are 0, and 1 for a forget gate.

    A forget gate that begins open lets the gradient through from the first update on (Gers et al. 2000, Jozefowicz et
    al. 2015).
    """
    weights = model.init(seed)
    forgets = forget_biases(model)
    return {
        name: np.full_like(weight, float(name in forgets)) if weight.ndim == 1 else weight
        for name, weight in weights.items()
    }


def forget_biases(model: Model) -> set[str]:
    """The biases of forget gates: of sigmoids that multiply a state's own earlier value, and do nothing else there.

    (The z of a GRU also says how much is written, so it is none.)
    """
    found: set[str] = set()
    for name, e in model.expressions.items():
        for term in terms_of(e):
            if not isinstance(term, Times) or not any(s.name == name and s.shift != 0 for s in signals(term)):
                continue
            for factor in term.factors:
                if isinstance(factor, Signal) and sum(s.name == factor.name for s in signals(e)) == 1:
                    found |= biases(model.expressions.get(factor.name))
    return found


def biases(gate: Expression | None) -> set[str]:
    """The vectors that a sigmoid adds up."""
    match gate:
        case Call(function="sigmoid", operand=Sum(terms=terms)):
            return {term.name for term in terms if isinstance(term, Vector)}
        case _:
            return set()
