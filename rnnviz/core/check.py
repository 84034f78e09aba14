"""A run checked by other means: every number computed again, and gradients against differences.

Numbers are computed by the plain interpreter from their operands as they stand in the trace, so that an error shows
where it was made. Gradients are those of L = sum of r * y, with fixed pseudo-random numbers r, by weights; they are
held against central differences, (L(w + e) - L(w - e)) / 2e. The inputs are held as they were used, so a choice counts
as a constant, and so are the states with which a stretch of steps begins.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from rnnviz.core.functions import Array
from rnnviz.core.graph import Graph
from rnnviz.core.interpret import Read, evaluate
from rnnviz.core.model import Model, Params, Trace
from rnnviz.core.notation import write
from rnnviz.core.order import sweeps
from rnnviz.core.weights import normal
from rnnviz.core.wiring import Part, Wired, remembered, unused

TOLERANCE = 1e-9  # sums in another order differ by less, relative to the numbers; an error by more
MOST = 300  # weights whose gradients are compared; fewer where T * H is large, as each takes two runs
WORK = 400_000
# The rounding of L and what the difference leaves out are about equal for a third root of the precision.
STEP = float(np.finfo(np.float64).eps ** (1 / 3))
STRAIGHT = 1e-3  # how far L may bend between w - e and w + e, relative to its slope


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
    difference         the largest |gradient - difference|, relative to `scale`
    scale              the largest |gradient| compared
    name, place        of that difference: the weight, and its row and column (or its row), from 1
    encoder            whether it is a weight of an encoder that has its own
    """

    compared: int
    total: int
    corners: int
    difference: float
    scale: float
    name: str
    place: tuple[int, ...]
    encoder: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    signals    the signals that were computed again, and `numbers`, how many numbers that are
    largest    the number with the largest |difference|; inf where only one of both is a finite number
    wrong      the first number, in the order of computation, that is not what its operands give; None if all are
    nonfinite  how many of the numbers are inf or nan
    loss       the signal in L
    slopes     the comparison of gradients; None where numbers are not finite, or there are no weights
    """

    signals: tuple[str, ...]
    numbers: int
    largest: Spot
    wrong: Spot | None
    nonfinite: int
    loss: str
    slopes: Slopes | None


def check(wired: Wired) -> Checked:
    """Compute every number of a run again, and compare the gradients by its weights with differences."""
    numbers = nonfinite = 0
    largest = Spot("", 0, 0, -1.0)
    wrong: Spot | None = None
    with np.errstate(all="ignore"):
        for part in wired.parts:
            for name, t, expected in again(part):
                for trace, step in ((part.trace, t), (wired.trace, part.first + t)):
                    if name not in trace:
                        continue
                    found = trace.at(name, step)
                    apart = difference(found, expected)
                    i = int(apart.argmax())
                    spot = Spot(name, part.first + t + 1, i + 1, float(apart[i]))
                    if spot.difference > largest.difference:
                        largest = spot
                    if wrong is None and spot.difference > TOLERANCE * scale_of(expected):
                        wrong = spot
                numbers += len(expected)
                nonfinite += int((~np.isfinite(expected)).sum())
        loss = "y" if "y" in wired.model.expressions else list(wired.model.expressions)[-1]
        slopes = None if nonfinite else compared(wired, loss)
    names = tuple(dict.fromkeys(name for part in wired.parts for name in part.trace.model.expressions))
    return Checked(names, numbers, largest, wrong, nonfinite, loss, slopes)


def again(part: Part) -> Iterator[tuple[str, int, Array]]:
    """Every signal at every step t (from 0) of a part, computed from what the trace has, in order of computation."""
    trace, model = part.trace, part.trace.model
    params = model.checked(part.params)

    def reader(t: int) -> Read:
        return lambda s: trace.read(s.name, s.shift, t)

    for sweep in sweeps(model.expressions):
        for t in reversed(range(trace.T)) if sweep.backwards else range(trace.T):
            for name in sweep.names:
                value = evaluate(model.expressions[name], params, reader(t))
                yield name, t, np.broadcast_to(value, model.sizes[name])


def difference(found: Array, expected: Array) -> Array:
    """|found - expected|; 0 where both are the same inf, or both nan; inf where only one is finite."""
    alike = (found == expected) | (np.isnan(found) & np.isnan(expected))
    apart = np.abs(found - expected)
    return np.where(alike, 0.0, np.where(np.isfinite(apart), apart, np.inf))


def scale_of(numbers: Array) -> float:
    """The size of the finite numbers, at least 1."""
    return max(1.0, float(np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0)))


# ---------------------------------------------------------------------------------------------------------- gradients


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A part as a function of its weights alone: everything else is as it was."""

    model: Model
    inputs: Params
    init: Params
    r: Array
    loss: str
    graph: Graph | None = None

    def run(self, params: Mapping[str, Array]) -> Trace:
        return self.model.run(params, self.inputs, self.init, self.graph)

    def value(self, params: Mapping[str, Array]) -> float:
        return float((self.run(params)[self.loss] * self.r).sum())

    def gradients(self, params: Mapping[str, Array]) -> Params:
        return self.model.backward(params, self.run(params), {self.loss: self.r}).params


def stretch(part: Part, loss: str) -> Stretch:
    """A part with its inputs held; where x is computed, by what is chosen, it is held too."""
    trace, model = part.trace, part.trace.model
    inputs = {name: trace[name].copy() for name in model.inputs}
    held = model
    if "x" in model.expressions:
        given = unused("x_given", {*model.sizes, *model.shapes})
        lines = [f"{n}[t] = {f'{given}[t]' if n == 'x' else write(e)}" for n, e in model.expressions.items()]
        letters = {**model.inputs, given: model.letters["x"][0]}
        held = remembered("\n".join(lines), model.D, model.H, model.K, tuple(letters.items()))
        inputs[given] = trace["x"].copy()
    init = {}
    for name, lag in ({} if trace.on_tree else held.lags).items():
        if name not in held.inputs:
            init[name] = np.concatenate(
                [trace.rows(name, -lag.earlier, 0), trace.rows(name, trace.T, trace.T + lag.later)]
            )
    r = normal(0, f"check {part.first}", (trace.T, held.sizes[loss]))
    return Stretch(held, inputs, init, r, loss, trace.graph)


def compared(wired: Wired, loss: str) -> Slopes | None:
    """Gradients against differences, for a fixed choice of the weights."""
    sets: list[tuple[Params, list[Stretch]]] = []
    for part in wired.parts:
        made = stretch(part, loss)
        params = {name: weight.copy() for name, weight in part.trace.model.checked(part.params).items()}
        alike = next((s for p, s in sets if all(np.array_equal(p[n], params[n]) for n in params)), None)
        if alike is None:
            sets.append((params, [made]))
        else:
            alike.append(made)
    total = sum(weight.size for params, _ in sets for weight in params.values())
    budget = max(MOST // 5, min(MOST, WORK // (wired.plan.T * wired.model.H)))
    found: list[tuple[float, float, str, tuple[int, ...], bool]] = []
    corners = 0
    for which, (params, stretches) in enumerate(sets):
        sums = [each.gradients(params) for each in stretches]
        for name, weight in params.items():
            for place in chosen(name, weight, budget, total):
                slope = differences(params, stretches, name, place)
                if slope is None:
                    corners += 1
                else:
                    gradient = float(sum(each[name][place] for each in sums))
                    found.append((gradient, slope, name, place, which < len(sets) - 1))
    if not total:
        return None
    scale = max((abs(gradient) for gradient, *_ in found), default=0.0)
    # Where every gradient is 0, so are the differences; there is nothing to be relative to.
    relative = [abs(gradient - slope) / (scale or 1.0) for gradient, slope, *_ in found]
    worst = int(np.argmax(relative)) if found else -1
    name, place, encoder = found[worst][2:] if found else ("", (), False)
    largest = relative[worst] if found else 0.0
    return Slopes(len(found), total, corners, largest, scale, name, tuple(i + 1 for i in place), encoder)


def chosen(name: str, weight: Array, budget: int, total: int) -> list[tuple[int, ...]]:
    """Places of a weight, as many as are its share of the budget, at least one; the same ones each time."""
    share = weight.size if total <= budget else max(1, budget * weight.size // total)
    order = np.argsort(normal(0, name, weight.shape).ravel(), kind="stable")[:share]
    return [tuple(int(i) for i in np.unravel_index(flat, weight.shape)) for flat in sorted(order)]


def differences(params: Params, stretches: list[Stretch], name: str, place: tuple[int, ...]) -> float | None:
    """dL/dw by a central difference; None where L is not straight around w, however small the step.

    `params` are as before afterwards.
    """
    weight, w = params[name], float(params[name][place])

    def loss(at: float) -> float:
        weight[place] = at
        return sum(each.value(params) for each in stretches)

    here = loss(w)
    for step in (STEP, STEP / 30, STEP / 900):
        e = step * max(1.0, abs(w))
        above, below = loss(w + e), loss(w - e)
        weight[place] = w
        rounding = 1e-13 * (abs(here) + abs(above) + abs(below) + 1.0)
        if abs(above - 2 * here + below) <= STRAIGHT * abs(above - below) + rounding:
            return (above - below) / (2 * e)
    return None
