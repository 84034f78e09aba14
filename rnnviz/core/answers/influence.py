"""How much each word moves the root: the size of a derivative, measured."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.engine.trace import Trace
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.functions import Array
from rnnviz.core.model import Model

AT_ONCE = 32  # so many copies of a run are held in memory


def influence(model: Model, params: Mapping[str, ArrayLike], trace: Trace, name: str = "h") -> Array:
    """The influence of each word on the signal `name` of the root, (words,), or (words, B) for a batch.

    It is the Frobenius norm of the Jacobian d root / d x_i (n x D): the root of the sum of the squares of all the
    derivatives by the input of word i. The root is the last node; on a chain, or where there is no graph, it is the
    last step, and every step reads a word. Exact, by a backward pass for each of the n numbers; without a batch, many
    are made at once. `params` are those that made the trace. Raises InputError as `Model.backward`, and for a signal
    that the cell has not.
    """
    if name not in model.sizes:
        raise InputError("unknown_signal", name=name, known=", ".join(model.sizes))
    x, n = next(iter(model.inputs)), model.sizes[name]
    squares: Array = np.zeros(trace[x].shape[:-1])
    if trace.batch is None:
        for first in range(0, n, AT_ONCE):
            rows = range(first, min(first + AT_ONCE, n))
            given = np.zeros((trace.T, len(rows), n))
            given[-1, range(len(rows)), rows] = 1.0
            copies = model.run(params, **trace.copies(len(rows)))
            squares += (model.backward(params, copies, {name: given}).signals[x] ** 2).sum((1, 2))
    else:
        for i in range(n):
            given = np.zeros(trace[name].shape)
            given[-1, ..., i] = 1.0
            squares += (model.backward(params, trace, {name: given}).signals[x] ** 2).sum(-1)
    return np.sqrt(squares[list(trace.graph.readers)] if trace.graph else squares)
