"""The functions of the notation, one row each."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


class Value(Protocol):
    """Maps an array whose vectors lie along `axis`, into `out` where it is given."""

    def __call__(self, a: Array, axis: int, out: Array | None = None) -> Array: ...


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a vector.

    The backward pass needs no code: it is text of the notation, in terms of the function's own output `o`. An
    element-wise function has a `derivative`, which multiplies the derivative `g` that arrives; another one has a
    `pullback`, which says what becomes of `g`. `symbol` is how a formula writes the function; `numpy` and `torch` are
    how a program writes it, of a vector `a`.
    """

    value: Value
    symbol: str
    numpy: str
    torch: str
    derivative: str = ""
    pullback: str = ""


def tanh(a: Array, axis: int, out: Array | None = None) -> Array:
    return np.tanh(a, out)


def sigmoid(a: Array, axis: int, out: Array | None = None) -> Array:
    """1 / (1 + exp(-a)); below a = -709 the exponential is inf and the value 0, as it should be."""
    out = np.negative(a, out)
    np.exp(out, out)
    np.add(out, 1.0, out)
    return np.divide(1.0, out, out)


def relu(a: Array, axis: int, out: Array | None = None) -> Array:
    return np.maximum(a, 0.0, out=out)


def identity(a: Array, axis: int, out: Array | None = None) -> Array:
    return np.positive(a, out)


def step(a: Array, axis: int, out: Array | None = None) -> Array:
    return np.heaviside(a, 0.0, out)


def softmax(a: Array, axis: int, out: Array | None = None) -> Array:
    """exp(a) scaled to sum 1 along the axis; shifted by the largest, so that nothing overflows."""
    out = np.subtract(a, a.max(axis=axis, keepdims=True), out)
    np.exp(out, out)
    return np.divide(out, out.sum(axis=axis, keepdims=True), out)


def total(a: Array, axis: int, out: Array | None = None) -> Array:
    """The sum along the axis, in the place of every element."""
    out = np.empty_like(a) if out is None else out
    out[...] = a.sum(axis=axis, keepdims=True)
    return out


def choose(a: Array, axis: int, out: Array | None = None) -> Array:
    """1 in the place of the largest element along the axis (the first of several), 0 elsewhere."""
    place = a.argmax(axis=axis, keepdims=True)
    out = np.empty_like(a) if out is None else out
    out[...] = 0.0
    np.put_along_axis(out, place, 1.0, axis)
    return out


FUNCTIONS = {
    "tanh": Function(tanh, "tanh", "np.tanh(a)", "torch.tanh(a)", derivative="1 - o[t] * o[t]"),
    "sigmoid": Function(sigmoid, "σ", "1 / (1 + np.exp(-a))", "torch.sigmoid(a)", derivative="o[t] - o[t] * o[t]"),
    "relu": Function(relu, "ReLU", "np.maximum(a, 0)", "torch.relu(a)", derivative="step(o[t])"),
    "identity": Function(identity, "id", "a", "a", derivative="1"),
    "step": Function(step, "step", "np.heaviside(a, 0)", "(a > 0) * torch.ones_like(a)", derivative="0"),
    "softmax": Function(
        softmax,
        "softmax",
        "np.exp(a - a.max()) / np.exp(a - a.max()).sum()",
        "torch.softmax(a, dim=0)",
        pullback="g[t] * o[t] - o[t] * total(g[t] * o[t])",
    ),
    "total": Function(
        total, "total", "a.sum() * np.ones(len(a))", "a.sum() * torch.ones(len(a))", pullback="total(g[t])"
    ),
    # What is chosen does not move with the numbers, except where it jumps: the derivative is 0.
    "choose": Function(choose, "choose", "np.eye(len(a))[a.argmax()]", "torch.eye(len(a))[a.argmax()]", pullback="0"),
}
ACTIVATIONS = ("tanh", "relu", "sigmoid", "identity")
