"""The functions of the notation, one row each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


class Value(Protocol):
    """Maps an array whose vectors lie along `axis`, into `out` where it is given."""

    def __call__(self, a: Array, axis: int, out: Array | None = None) -> Array: ...


# An argument now and before, its vectors along axis 0 -> the map from a part of its change to a part of the value's,
# linear, and such that all parts make the whole.
Shares = Callable[[Array, Array], Callable[[Array], Array]]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a vector.

    The backward pass needs no code: it is text of the notation, in terms of the function's own output `o`. An
    element-wise function has a `derivative`, which multiplies the derivative `g` that arrives; another one has a
    `pullback`, which says what becomes of `g`, and `shares`, which say how a change of its value is shared out among
    what changed its argument. `symbol` is how a formula writes the function; `numpy` and `torch` are how a program
    writes it, of a vector `a`. A row that lacks one of these is refused by name.
    """

    name: str
    value: Value
    symbol: str
    numpy: str
    torch: str
    derivative: str = ""
    pullback: str = ""
    shares: Shares | None = None

    def __post_init__(self) -> None:
        needed = ("symbol", "numpy", "torch", *(() if self.derivative else ("pullback", "shares")))
        if missing := [entry for entry in needed if not getattr(self, entry)]:
            raise ValueError(f"The function {self.name} has no {', '.join(missing)}.")


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


# --------------------------------------------------------------------------------------------------- shares of a change


def softmax_shares(u: Array, v: Array) -> Callable[[Array], Array]:
    """The logarithmic mean of the old and new outputs stands in the Jacobian."""
    mean = logarithmic_mean(softmax(u, 0), softmax(v, 0))
    weighed = mean / mean.sum(0, keepdims=True)
    return lambda change: mean * (change - (weighed * change).sum(0, keepdims=True))


def logarithmic_mean(p: Array, q: Array) -> Array:
    """(p - q) / (log p - log q), which lies between p and q; p where they are equal."""
    near = np.abs(p - q) < 1e-6 * (p + q)
    return np.where(near, (p + q) / 2, (p - q) / np.where(near, 1.0, np.log(p) - np.log(q)))


def total_shares(u: Array, v: Array) -> Callable[[Array], Array]:
    """A sum is linear."""
    return lambda change: change.sum(0, keepdims=True) + np.zeros_like(change)


def choose_shares(u: Array, v: Array) -> Callable[[Array], Array]:
    """The choice passes to i from j by the change of the lead that i has over j, to which every source adds."""
    p, q = choose(u, 0), choose(v, 0)
    i, j = p.argmax(0, keepdims=True), q.argmax(0, keepdims=True)

    def lead(a: Array) -> Array:
        whole = np.broadcast_to(a, (p + q).shape)
        here, there = (np.broadcast_to(place, whole[:1].shape) for place in (i, j))
        return np.take_along_axis(whole, here, 0) - np.take_along_axis(whole, there, 0)

    passed = np.where(i != j, (p - q) / np.where(i != j, lead(u) - lead(v), 1.0), 0.0)
    return lambda change: passed * lead(change)


ROWS = (
    Function("tanh", tanh, "tanh", "np.tanh(a)", "torch.tanh(a)", derivative="1 - o[t] * o[t]"),
    Function("sigmoid", sigmoid, "σ", "1 / (1 + np.exp(-a))", "torch.sigmoid(a)", derivative="o[t] - o[t] * o[t]"),
    Function("relu", relu, "ReLU", "np.maximum(a, 0)", "torch.relu(a)", derivative="step(o[t])"),
    Function("identity", identity, "id", "a", "a", derivative="1"),
    Function("step", step, "step", "np.heaviside(a, 0)", "(a > 0) * torch.ones_like(a)", derivative="0"),
    Function(
        "softmax",
        softmax,
        "softmax",
        "np.exp(a - a.max()) / np.exp(a - a.max()).sum()",
        "torch.softmax(a, dim=0)",
        pullback="g[t] * o[t] - o[t] * total(g[t] * o[t])",
        shares=softmax_shares,
    ),
    Function(
        "total",
        total,
        "total",
        "a.sum() * np.ones(len(a))",
        "a.sum() * torch.ones(len(a))",
        pullback="total(g[t])",
        shares=total_shares,
    ),
    # What is chosen does not move with the numbers, except where it jumps: the derivative is 0.
    Function(
        "choose",
        choose,
        "choose",
        "np.eye(len(a))[a.argmax()]",
        "torch.eye(len(a))[a.argmax()]",
        pullback="0",
        shares=choose_shares,
    ),
)
FUNCTIONS = {row.name: row for row in ROWS}
ACTIVATIONS = ("tanh", "relu", "sigmoid", "identity")
