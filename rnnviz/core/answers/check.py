"""A run checked by other means: every number computed again, and gradients against differences.

Numbers are computed by the plain interpreter from their operands as they stand in the trace, so that an error shows
where it was made. Gradients are those of L = sum of r * y, with fixed pseudo-random numbers r, by weights; they are
held against central differences, (L(w + e) - L(w - e)) / 2e. The inputs are held as they were used, so a choice counts
as a constant, and so are the states with which a stretch of steps begins.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnnviz.core.answers.differences import Stretch, at_once, columns, slopes
from rnnviz.core.answers.interpret import evaluate
from rnnviz.core.engine.compiled import Params
from rnnviz.core.engine.draws import normal
from rnnviz.core.engine.trace import Trace
from rnnviz.core.language.expressions import Signal
from rnnviz.core.language.functions import Array
from rnnviz.core.scenario.wired import Segment, Wired, derived, unused

TOLERANCE = 1e-9  # sums in another order differ by less, relative to the numbers; an error by more
MOST = 300  # weights whose gradients are compared; fewer where T * H is large, as each takes two copies of the run
WORK = 400_000

Order = tuple[int, ...]  # where a number stands in the order of computation; the smallest is first


@dataclass(frozen=True, slots=True)
class Spot:
    """A number of a run: unit `i` of a signal at step `t`, both from 1, and how far it is from what was expected."""

    name: str
    t: int
    i: int
    difference: float


@dataclass(frozen=True, slots=True)
class Slopes:
    """The comparison of gradients.

    compared, total    how many single weights were compared, of how many
    corners            how many were looked at and not compared, because L has a corner there or bends too much
    chosen             how many are to be looked at in all
    difference         the largest |gradient - difference|, relative to `scale`
    scale              the largest |gradient| compared
    name, place        of that difference: the weight, and its row and column (or its row), from 1
    encoder            whether it is a weight of an encoder that has its own
    """

    compared: int
    total: int
    corners: int
    chosen: int
    difference: float = 0.0
    scale: float = 0.0
    name: str = ""
    place: tuple[int, ...] = ()
    encoder: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found so far.

    signals          the signals that are computed again
    numbers, total   how many numbers were computed again, of how many
    largest          the number with the largest |difference|; inf where only one of both is a finite number
    wrong            the first number, in the order of computation, that is not what its operands give; None if all are
    nonfinite        how many of the numbers are inf or nan
    loss             the signal in L
    slopes           the comparison of gradients; None before it begins, where numbers are not finite, or there are no
                     weights
    """

    signals: tuple[str, ...]
    numbers: int
    total: int
    largest: Spot
    wrong: Spot | None
    nonfinite: int
    loss: str
    slopes: Slopes | None


def check(wired: Wired) -> Checked:
    """Compute every number of a run again, and compare the gradients by its weights with differences."""
    made = Check(wired)
    made.go_on(lambda: False)
    return made.found


class Check:
    """A check that may be left off and gone on with.

    found   what it has found so far
    done    whether that is all
    """

    def __init__(self, wired: Wired) -> None:
        self.wired = wired
        expressions = [(part.trace, name) for part in wired.segments for name in part.trace.cell.expressions]
        names = tuple(dict.fromkeys(name for _, name in expressions))
        total = sum(trace[name].size for trace, name in expressions)
        loss = "y" if "y" in wired.model.expressions else list(wired.model.expressions)[-1]
        self.found = Checked(names, 0, total, Spot("", 0, 0, -1.0), None, 0, loss, None)
        self.done = False
        self.first: Order = ()
        self.work = self.units()
        next(self.work, None)

    def go_on(self, enough: Callable[[], bool]) -> None:
        """Go on until all is done, or there was enough: that is asked after each unit of the work.

        A unit is a signal of a part, at all its steps; then one step of the runs that measure slopes.
        """
        for _ in self.work:
            if enough():
                return
        self.done = True

    def units(self) -> Iterator[None]:
        """The whole work, with a stop before each unit."""
        for k, part in enumerate(self.wired.segments):
            for order, backwards, name, expected in again(part):
                yield
                self.compare(part, (k, *order), backwards, name, expected())
        if not self.found.nonfinite:
            yield from self.gradients()

    def compare(self, part: Segment, order: Order, backwards: bool, name: str, expected: Array) -> None:
        """Hold a signal of a part against what was expected, at every step."""
        found, T = self.found, len(expected)
        largest, wrong = found.largest, found.wrong
        scale = np.maximum(1.0, np.abs(np.where(np.isfinite(expected), expected, 0.0)).max(1, initial=0.0))
        for trace, first in ((part.trace, 0), (self.wired.trace, part.first)):
            if name not in trace:
                continue
            apart = difference(trace.rows(name, first, first + T), expected)
            rows = apart.max(1)

            def spot(t: int, apart: Array = apart) -> Spot:
                i = int(apart[t].argmax())
                return Spot(name, part.first + t + 1, i + 1, float(apart[t, i]))

            if rows.max() > largest.difference:
                largest = spot(int(rows.argmax()))
            bad = np.flatnonzero(rows > TOLERANCE * scale)
            if len(bad):
                t = int(bad[-1 if backwards else 0])
                # A loop computes all its signals at one step before any at the next one.
                where = (*order[:2], -t if backwards else t, *order[2:])
                if wrong is None or where < self.first:
                    wrong, self.first = spot(t), where
        nonfinite = found.nonfinite + int((~np.isfinite(expected)).sum())
        self.found = replace(
            found, numbers=found.numbers + expected.size, largest=largest, wrong=wrong, nonfinite=nonfinite
        )

    def gradients(self) -> Iterator[None]:
        """Gradients against differences, for a fixed choice of the weights."""
        wired, loss = self.wired, self.found.loss
        sets = weight_sets(wired, loss)
        total = sum(weight.size for params, _ in sets for weight in params.values())
        if not total:
            return
        budget = max(MOST // 5, min(MOST, WORK // (wired.plan.T * wired.model.H)))
        spots = [
            [(name, place) for name, weight in params.items() for place in chosen(name, weight, budget, total)]
            for params, _ in sets
        ]
        compared: list[Compared] = []
        corners = 0
        for which, (params, stretches) in enumerate(sets):
            yield
            sums = [each.gradients(params) for each in stretches]
            step = at_once(stretches)
            for k in range(0, len(spots[which]), step):
                some = spots[which][k : k + step]
                for (name, place), slope in zip(some, (yield from slopes(stretches, params, some)), strict=True):
                    if slope is None:
                        corners += 1
                    else:
                        gradient = float(sum(each[name][place] for each in sums))
                        compared.append(Compared(gradient, slope, name, place, which < len(sets) - 1))
                self.found = replace(self.found, slopes=slopes_of(compared, total, corners, sum(map(len, spots))))


# ------------------------------------------------------------------------------------------------------------ numbers


def again(part: Segment) -> Iterator[tuple[Order, bool, str, Callable[[], Array]]]:
    """Every signal of a part: what computes it again from what the trace has, (T, n).

    With its place in the order of computation (the loop, and its place there), and whether the loop goes backwards.
    """
    trace, cell = part.trace, part.trace.cell
    params = columns(cell.checked(part.params))

    def computed(name: str) -> Array:
        with np.errstate(all="ignore"):
            value = evaluate(cell.expressions[name], params, lambda s: everywhere(trace, s).T)
        return np.broadcast_to(value, (cell.sizes[name], trace.T)).T

    for k, one in enumerate(cell.flow.passes):
        for i, name in enumerate(one.names):
            yield (k, i), one.backwards, name, lambda name=name: computed(name)


def everywhere(trace: Trace, s: Signal) -> Array:
    """What each step reads of a signal, (T, n)."""
    if trace.graph is None and isinstance(s.shift, int):
        return trace.rows(s.name, s.shift, trace.T + s.shift)
    return np.array([trace.read(s.name, s.shift, t) for t in range(trace.T)])


def difference(found: Array, expected: Array) -> Array:
    """|found - expected|; 0 where both are the same inf, or both nan; inf where only one is finite."""
    with np.errstate(all="ignore"):
        alike = (found == expected) | (np.isnan(found) & np.isnan(expected))
        apart = np.abs(found - expected)
    return np.where(alike, 0.0, np.where(np.isfinite(apart), apart, np.inf))


# ---------------------------------------------------------------------------------------------------------- gradients


@dataclass(frozen=True, slots=True)
class Compared:
    """A gradient and the slope measured, of one number of a weight."""

    gradient: float
    slope: float
    name: str
    place: tuple[int, ...]
    encoder: bool


def slopes_of(compared: Sequence[Compared], total: int, corners: int, chosen: int) -> Slopes:
    """What the comparison has found so far."""
    if not compared:
        return Slopes(0, total, corners, chosen)
    scale = max(abs(each.gradient) for each in compared)
    # Where every gradient is 0, so are the differences; there is nothing to be relative to.
    relative = [abs(each.gradient - each.slope) / (scale or 1.0) for each in compared]
    worst = compared[int(np.argmax(relative))]
    place = tuple(i + 1 for i in worst.place)
    return Slopes(len(compared), total, corners, chosen, max(relative), scale, worst.name, place, worst.encoder)


def weight_sets(wired: Wired, loss: str) -> list[tuple[Params, list[Stretch]]]:
    """Each set of weights, with the parts that it computed."""
    sets: list[tuple[Params, list[Stretch]]] = []
    for part in wired.segments:
        made = stretch(part, loss)
        params = part.trace.cell.checked(part.params)
        alike = next((s for p, s in sets if all(np.array_equal(p[n], params[n]) for n in params)), None)
        if alike is None:
            sets.append((params, [made]))
        else:
            alike.append(made)
    return sets


def stretch(part: Segment, loss: str) -> Stretch:
    """A part with its inputs held; where x is computed, by what is chosen, it is held too."""
    trace, cell = part.trace, part.trace.cell
    inputs = {name: trace[name].copy() for name in cell.inputs}
    held = cell
    if "x" in cell.expressions:
        given = unused("x_given", {*cell.sizes, *cell.shapes})
        letters = {**cell.inputs, given: cell.letters["x"][0]}
        held = derived(cell, {**cell.expressions, "x": Signal(given)}, letters)
        inputs[given] = trace["x"].copy()
    init = {}
    for name, lag in ({} if trace.on_tree else held.lags).items():
        if name not in held.inputs:
            init[name] = np.concatenate(
                [trace.rows(name, -lag.earlier, 0), trace.rows(name, trace.T, trace.T + lag.later)]
            )
    r = normal(0, f"check {part.first}", (trace.T, held.sizes[loss]))
    return Stretch(held, inputs, init, r, loss, trace.graph)


def chosen(name: str, weight: Array, budget: int, total: int) -> list[tuple[int, ...]]:
    """Places of a weight, as many as are its share of the budget, at least one; the same ones each time."""
    share = weight.size if total <= budget else max(1, budget * weight.size // total)
    order = np.argsort(normal(0, name, weight.shape).ravel(), kind="stable")[:share]
    return [tuple(int(i) for i in np.unravel_index(flat, weight.shape)) for flat in sorted(order)]
