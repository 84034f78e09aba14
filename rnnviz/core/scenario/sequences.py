"""Sequences as arrays: one row a step."""

from collections.abc import Sequence as Row
from dataclasses import dataclass

import numpy as np

from rnnviz.core.engine.draws import normal
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.functions import Array
from rnnviz.core.language.shapes import positive

SIGNALS = ("sine", "square", "impulse", "random-walk")


@dataclass(frozen=True, slots=True)
class Scale:
    """How a column of numbers is shown: `low` as -1 and `high` as 1. A column that never changes is shown as 0."""

    column: str
    low: float
    high: float

    def apply(self, values: Array) -> Array:
        """Values of the column, of any shape, as they are shown."""
        # Halves, because the whole range of a column can be more than the largest number.
        half = self.high / 2 - self.low / 2
        return (values / 2 - self.low / 2) / half * 2 - 1 if half > 0 else np.zeros_like(values)


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """What a network reads, with a name for every step and for every input.

    `x` is (T, D); `labels` names the T steps (a letter, a word, a date, a number), `rows` the D inputs (a symbol, or a
    column of numbers). `symbols` are the T symbols themselves, and None where the inputs are measured; `scaling` has
    one Scale for each of the D columns, and is None where x holds the numbers as they came.
    """

    x: Array
    labels: tuple[str, ...]
    rows: tuple[str, ...]
    symbols: tuple[str, ...] | None = None
    scaling: tuple[Scale, ...] | None = None


def alphabet_of(symbols: Row[str]) -> tuple[str, ...]:
    """The different symbols in order of first appearance."""
    return tuple(dict.fromkeys(symbols))


def one_hot(symbols: Row[str], alphabet: Row[str]) -> Array:
    """One row a symbol, (T, D), with a single 1 at the symbol's place in the alphabet of D symbols."""
    places = {symbol: i for i, symbol in enumerate(alphabet)}
    return np.eye(len(alphabet))[[places[symbol] for symbol in symbols]]


def generated(kind: str, period: int, length: int, seed: int = 0) -> Array:
    """A signal made up, (T,) with T = length, from -1 to 1; a longer one begins with the shorter one.

    With the steps counted t = 0, 1, ...: "sine" is sin(2 pi t / period); "square" is 1 in the first half of each period
    (the longer half, where the period is odd), then -1; "impulse" is 1 at the first step of each period, else 0.
    "random-walk" begins at 0, takes normal steps of standard deviation 0.2, rounded to two decimals and drawn from the
    seed, and is thrown back at -1 and 1. Raises InputError for another kind, and for a period or a length that is not a
    positive whole number.
    """
    period, length = positive("period", period), positive("length", length)
    place: Array = np.arange(length, dtype=np.float64) % period
    match kind:
        case "sine":
            # Rounded, so that sin(pi) is 0 and every period repeats exactly.
            wave: Array = np.sin(2 * np.pi / period * place)
            return wave.round(12) + 0.0
        case "square":
            return np.where(2 * place < period, 1.0, -1.0)
        case "impulse":
            return np.where(place == 0, 1.0, 0.0)
        case "random-walk":
            # Whole hundredths, so that sums are exact; a triangle wave folds the free walk at -1 and 1.
            steps = np.rint(20 * normal(seed, "random-walk", (length,))).astype(np.int64)
            free = np.cumsum(steps) - steps[0]
            return (np.abs((free - 100) % 400 - 200) - 100) / 100
        case _:
            raise InputError("signal_kind", got=kind[:20], known=", ".join(SIGNALS))
