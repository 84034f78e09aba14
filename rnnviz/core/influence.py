"""How much each word moves the root: the size of a derivative, measured."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.errors import InputError
from rnnviz.core.functions import Array
from rnnviz.core.model import Model, Trace


def influence(model: Model, params: Mapping[str, ArrayLike], trace: Trace, name: str = "h") -> Array:
    """The influence of each word on the signal `name` of the root, (words,), or (words, B) for a batch.

    It is the Frobenius norm of the Jacobian d root / d x_i (n x D): the root of the sum of the squares of all the
    derivatives by the input of word i. The root is the last node; on a chain, or where there is no graph, it is the
    last step, and every step reads a word. Exact, by n backward passes. `params` are those that made the trace. Raises
    InputError as `Model.backward`, and for a signal that the cell has not.
    """
    if name not in model.sizes:
        raise InputError("unknown_signal", name=name, known=", ".join(model.sizes))
    x = next(iter(model.inputs))
    squares: Array = np.zeros(trace[x].shape[:-1])
    for i in range(model.sizes[name]):
        given = np.zeros(trace[name].shape)
        given[-1, ..., i] = 1.0
        squares += (model.backward(params, trace, {name: given}).signals[x] ** 2).sum(-1)
    return np.sqrt(squares[list(trace.graph.leaves)] if trace.graph else squares)
