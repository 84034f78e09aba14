"""A network learns one text: a short one while a page is made, a longer one in portions."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnnviz.core.engine.compiled import Params
from rnnviz.core.engine.prepared import Prepared
from rnnviz.core.language.functions import Array
from rnnviz.core.learning.losses import Target, loss_of, rights
from rnnviz.core.learning.optimisers import Moments, Rule, update
from rnnviz.core.learning.vectors import DECIMALS, Flat, initial
from rnnviz.core.model import Model

ENOUGH = 0.05  # the loss at which a text counts as learnt
MOST = 400  # updates
NOW_AND_THEN = 25  # updates between two looks at the rounded weights, while the loss is high


@dataclass(frozen=True, slots=True, eq=False)
class Memorised:
    """What was learnt.

    params    the weights, of two decimals
    updates   how many updates they took
    loss      of these weights
    right     how many of the outputs that are read they get right, of `count`
    """

    params: Params
    updates: int
    loss: float
    right: int
    count: int

    @property
    def whole(self) -> bool:
        """Whether every output is right."""
        return self.right == self.count


class Memoriser:
    """Trains weights on one sequence x, (T, D), from `initial(model, seed)` until it is known, or for `most` updates.

    Deterministic: the same arguments give the same weights, on one processor, in however many portions. It is known
    when the loss is below ENOUGH and the weights, rounded to two decimals, still get every output right. Of weights
    that never come so far the best are kept: those with most right, then with the lowest loss.

    best    the best weights so far; the first ones before anything was done
    done    whether it is at its end
    """

    def __init__(self, model: Model, x: Array, target: Target, seed: int, most: int = MOST) -> None:
        self.target, self.most = target, most
        self.flat, self.rounded = Flat(model.shapes), Flat(model.shapes)
        self.flat.vector[...] = self.flat.joined(initial(model, seed))
        self.step, self.tried = (Prepared(model.cell, one.views, x) for one in (self.flat, self.rounded))
        self.moments, self.updates, self.rule = Moments.none(self.flat.vector.size), 0, Rule()
        self.best = self.looked()
        self.done = self.known

    @property
    def known(self) -> bool:
        """Whether the best weights know the whole sequence."""
        return self.best.whole and self.best.loss < ENOUGH

    def looked(self) -> Memorised:
        """The weights as they are now, rounded."""
        np.round(self.flat.vector, DECIMALS, self.rounded.vector)
        self.rounded.vector += 0.0  # no -0
        y = self.tried.y()
        params = {name: weight.copy() for name, weight in self.rounded.views.items()}
        loss, right = loss_of(y, self.target).mean, rights(y, self.target)
        return Memorised(params, self.updates, loss, right, self.target.count)

    def go_on(self, spent: Callable[[], bool] = lambda: False) -> None:
        """Train on, until it is done or `spent` says that it is enough for now."""
        while not self.done and not spent():
            found = loss_of(self.step.y(), self.target)
            update(self.rule, self.flat.vector, self.flat.joined(self.step.gradients(found.dy)), self.moments)
            self.updates += 1
            last = self.updates == self.most
            if found.mean < 2 * ENOUGH or self.updates % NOW_AND_THEN == 0 or last:
                now = self.looked()
                if (now.right, -now.loss) > (self.best.right, -self.best.loss):
                    self.best = now
            self.done = self.known or last


def memorise(model: Model, x: Array, target: Target, seed: int, most: int = MOST) -> Memorised:
    """The weights that know a sequence, as a Memoriser finds them in one go."""
    made = Memoriser(model, x, target, seed, most)
    made.go_on()
    return made.best
