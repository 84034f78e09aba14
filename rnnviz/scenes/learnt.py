"""A text of one's own -> the weights of a network that has learnt it."""

import math
from dataclasses import dataclass

import numpy as np

from rnnviz.core.kept import Kept
from rnnviz.core.learning.losses import Target
from rnnviz.core.learning.memorise import Memorised, Memoriser
from rnnviz.core.model import Model
from rnnviz.core.scenario.sequences import one_hot
from rnnviz.core.scenario.wiring import START

AT_ONCE = 40  # symbols: a longer text is learnt on demand
WORK = 600_000  # of one update: a larger one is done on demand, too, so that nobody holds up the others for seconds
EQUATION = 500  # an equation takes at least the time of so many weights
# So many hidden units for a text of at most so many symbols, unless another number is chosen.
UNITS = ((8, 4), (AT_ONCE, 8), (100, 16), (200, 32))


def units(symbols: int) -> int:
    """How many hidden units suit a text of so many symbols."""
    return next(hidden for most, hidden in UNITS if symbols <= most)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learnt: by which model, from which seed, and what is right.

    symbols    what is read, in order; with the start symbol where a decoder writes
    answers    what is right at each step, None where nothing is asked
    """

    model: Model
    symbols: tuple[str, ...]
    answers: tuple[str | None, ...]
    alphabet: tuple[str, ...]
    seed: int

    @property
    def at_once(self) -> bool:
        """Whether it is so small that a page can wait for it."""
        shapes, equations = self.model.shapes.values(), self.model.equations
        a_step = sum(math.prod(shape) for shape in shapes) + EQUATION * len(equations)
        return len(self.symbols) <= AT_ONCE and len(self.symbols) * a_step <= WORK

    def begun(self) -> Memoriser:
        """Before the first update."""
        read = np.array([answer is not None for answer in self.answers])
        right = np.zeros((len(self.answers), len(self.alphabet)))
        right[read] = one_hot([answer for answer in self.answers if answer is not None], self.alphabet)
        return Memoriser(self.model, one_hot(self.symbols, self.alphabet), Target(right, read), self.seed)

    def learnt(self) -> Memorised | None:
        """The weights, made at once where that is quick; None for others that nobody has learnt yet."""
        known = KNOWN.peek(self)
        if known is None and self.at_once:
            made = self.begun()
            made.go_on()
            known = self.keep(made)
        return known

    def keep(self, made: Memoriser) -> Memorised:
        """What was learnt is known from then on, to everyone."""
        return KNOWN.get(self, lambda: made.best)


# The weights of a small net are some kilobytes; a class that types the same word learns it once.
KNOWN = Kept[Memorised](8 * 2**20, lambda known: sum(weight.nbytes for weight in known.params.values()) + 2_000)


def next_symbols(model: Model, symbols: tuple[str, ...], alphabet: tuple[str, ...], seed: int) -> Lesson:
    """After each symbol the next one, and after the last the first, so that it can go on for ever."""
    return Lesson(model, symbols, (*symbols[1:], symbols[0]), alphabet, seed)


def backwards(model: Model, symbols: tuple[str, ...], alphabet: tuple[str, ...], seed: int) -> Lesson:
    """Read all, then write it back to front; while it learns, it reads what it should have written."""
    written = symbols[::-1]
    read = (*symbols, START, *written[:-1])
    return Lesson(model, read, (*(None,) * len(symbols), *written), alphabet, seed)
