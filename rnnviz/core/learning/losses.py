"""Losses: how far outputs are from what would have been right, as a mean over what is read."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rnnviz.core.language.errors import InputError
from rnnviz.core.language.functions import Array

Mask = np.ndarray[Any, np.dtype[np.bool_]]
LOSSES = ("cross_entropy", "squared")


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What would be right: of every output, or only of those that are read.

    right    (T, K) or (T, B, K): with cross-entropy a distribution, one-hot where one symbol is right; with the squared
             error the numbers themselves
    read     (T,) or (T, B): whether an output counts
    loss     "cross_entropy", the negative logarithm of softmax(y) at the right symbol, in nats; or "squared", the sum
             of (y - right)^2 over the K outputs
    """

    right: Array
    read: Mask
    loss: str = "cross_entropy"
    weights: Array = field(init=False, repr=False)  # of each output in the mean
    whole: bool = field(init=False, repr=False)  # whether every output is read

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise InputError("loss_unknown", name=self.loss[:20], known=", ".join(LOSSES))
        if self.right.shape[:-1] != self.read.shape or not self.read.any():
            raise InputError("shape_of_target", expected=str(self.right.shape[:-1]), got=str(self.read.shape))
        object.__setattr__(self, "weights", self.read / self.count)
        object.__setattr__(self, "whole", bool(self.read.all()))

    @property
    def count(self) -> int:
        """How many outputs are read."""
        return int(np.count_nonzero(self.read))


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """What a run missed.

    each    what each output lost, (T,) or (T, B), 0 where it is not read; their sum is `mean` times how many are read
    mean    the loss L: the mean over what is read
    dy      dL/dy, shaped like y
    """

    each: Array
    mean: float
    dy: Array


def loss_of(y: Array, target: Target) -> Loss:
    """The loss of outputs, (T, K) or (T, B, K), and its derivative by them."""
    if y.shape != target.right.shape:
        raise InputError("shape_of_target", expected=str(y.shape), got=str(target.right.shape))
    read, weights = target.read, target.weights
    with np.errstate(all="ignore"):
        if target.loss == "squared":
            apart = y - target.right
            each, dy = (apart * apart).sum(-1), 2.0 * apart
        else:
            # Shifted by the largest, so that no exponential overflows.
            shifted = y - y.max(-1, keepdims=True)
            powers = np.exp(shifted)
            sums = powers.sum(-1, keepdims=True)
            each = np.log(sums[..., 0]) - (shifted * target.right).sum(-1)
            dy = powers
            dy /= sums
            dy -= target.right
        if not target.whole:
            each, dy = np.where(read, each, 0.0), np.where(read[..., None], dy, 0.0)
        dy *= weights[..., None]
        return Loss(each, float((each * weights).sum()), dy)


def rights(y: Array, target: Target) -> int:
    """How many outputs that are read give the right symbol the highest score; a tie goes to the first."""
    return int(np.count_nonzero((y.argmax(-1) == target.right.argmax(-1)) & target.read))
