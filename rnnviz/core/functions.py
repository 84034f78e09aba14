"""The functions of the notation, one row each."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a vector.

    `value(a, axis)` maps an array whose vectors lie along `axis`. `derivative` is the derivative as an expression, in the
    notation itself, of the function's own output `o`; None where the derivative is no element-wise factor (softmax).
    `symbol` is how a formula writes it.
    """

    value: Callable[[Array, int], Array]
    derivative: str | None
    symbol: str


def sigmoid(a: Array, axis: int = -1) -> Array:
    """1 / (1 + exp(-a)), by tanh, so that nothing overflows; below a = -36 it is 0 rather than tiny."""
    return 0.5 * np.tanh(0.5 * a) + 0.5


def softmax(a: Array, axis: int = -1) -> Array:
    """exp(a) scaled to sum 1 along the axis; shifted by the largest, so that nothing overflows."""
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


FUNCTIONS = {
    "tanh": Function(lambda a, axis: np.tanh(a), "1 - o[t] * o[t]", "tanh"),
    "sigmoid": Function(sigmoid, "o[t] - o[t] * o[t]", "σ"),
    "relu": Function(lambda a, axis: np.maximum(a, 0.0), "step(o[t])", "ReLU"),
    "identity": Function(lambda a, axis: a, "1", "id"),
    "softmax": Function(softmax, None, "softmax"),
}
