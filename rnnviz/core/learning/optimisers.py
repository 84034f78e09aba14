"""Optimisers: how a gradient moves the weights. What each remembers is a few vectors, so that it can be stored."""

import math
from dataclasses import dataclass

import numpy as np

from rnnviz.core.language.functions import Array

SEARCH = "search"  # no gradient: the best weights so far, and a random step away from them
OPTIMISERS = ("adam", "momentum", "sgd", SEARCH)
FIRST, SECOND, SMALLEST = 0.9, 0.999, 1e-8  # Adam's decay rates and epsilon, as proposed
MOMENTUM = 0.9


@dataclass(frozen=True, slots=True)
class Rule:
    """How weights are moved.

    name    "sgd": w - rate * g; "momentum" (Polyak 1964): a velocity that keeps 0.9 of itself; "adam" (Kingma and Ba
            2014): each weight by its own measure; SEARCH: no gradient, see `Trainer`
    rate    the learning rate
    clip    the longest that the whole gradient may be: a longer one is shortened to it (Pascanu et al. 2013); 0 for any
    decay   so much of each weight is added to its gradient (L2)
    """

    name: str = "adam"
    rate: float = 0.03
    clip: float = 1.0
    decay: float = 0.0


@dataclass(slots=True, eq=False)
class Moments:
    """What an optimiser remembers: the mean of gradients (or a velocity), that of their squares, the updates made."""

    mean: Array
    square: Array
    count: int = 0

    @classmethod
    def none(cls, size: int) -> "Moments":
        """Before the first update."""
        return cls(np.zeros(size), np.zeros(size))

    def copy(self) -> "Moments":
        return Moments(self.mean.copy(), self.square.copy(), self.count)


def update(rule: Rule, weights: Array, gradient: Array, moments: Moments) -> float:
    """Move the weights, in place, against their gradient; the length of the gradient before clipping."""
    g = gradient + rule.decay * weights if rule.decay else gradient
    length = float(np.sqrt(g @ g))
    if rule.clip and length > rule.clip:
        g = g * (rule.clip / length)
    moments.count += 1
    match rule.name:
        case "adam":
            # All in one array that stays in the cache. Both moments grow from 0, and are divided by what they lack.
            part = g - moments.mean
            part *= 1.0 - FIRST
            moments.mean += part
            np.multiply(g, g, part)
            part -= moments.square
            part *= 1.0 - SECOND
            moments.square += part
            whole = math.sqrt(1.0 - SECOND**moments.count)
            np.sqrt(moments.square, part)
            part += SMALLEST * whole
            np.divide(moments.mean, part, part)
            part *= rule.rate * whole / (1.0 - FIRST**moments.count)
            weights -= part
        case "momentum":
            moments.mean *= MOMENTUM
            moments.mean += g
            weights -= rule.rate * moments.mean
        case _:
            weights -= rule.rate * g
    return length
