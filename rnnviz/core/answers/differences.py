"""Slopes of a loss by single weights, measured: the loss with one weight a little larger, and a little smaller.

A plain interpreter computes many copies of a run at once, (n, B) a signal and step; each has one weight moved. So the
measurement shares nothing with the engine but the equations. What no later step reads is forgotten.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from rnnviz.core.answers.interpret import Read, evaluate
from rnnviz.core.engine.compiled import Compiled, Params
from rnnviz.core.engine.gradients import backward
from rnnviz.core.engine.graph import Graph, step_read
from rnnviz.core.engine.trace import Trace, run
from rnnviz.core.language.expressions import Signal
from rnnviz.core.language.functions import Array

# The rounding of L and what the difference leaves out are about equal for a third root of the precision.
STEP = float(np.finfo(np.float64).eps ** (1 / 3))
STRAIGHT = 1e-3  # how far L may bend between w - e and w + e, relative to its slope
COPIES = 65  # at once: 32 weights, each a little larger and a little smaller, and one as it is
ROOM = 350_000  # numbers that the copies may take: 2.8 MB, kept as long as a check waits to be gone on with

Spot = tuple[str, tuple[int, ...]]  # a weight, and a place in it


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A part of a run as a function of its weights alone: everything else is as it was.

    The loss L is the sum of r * (the signal `loss`), both (T, n). `inputs` and `init` are as for `Model.run`.
    """

    cell: Compiled
    inputs: Params
    init: Params
    r: Array
    loss: str
    graph: Graph | None = None

    def run(self, params: Mapping[str, Array]) -> Trace:
        return run(self.cell, params, self.inputs, self.init, self.graph)

    def gradients(self, params: Mapping[str, Array]) -> Params:
        """dL/dw by the backward pass."""
        return backward(self.cell, params, self.run(params), {self.loss: self.r}).params


@dataclass(frozen=True, slots=True)
class Moved:
    """Copies of weights: copy b has `by[b]` added at a place of a weight, `spots[b]`; by is (B,)."""

    params: Mapping[str, Array]
    spots: Sequence[Spot]
    by: Array

    def where(self, name: str) -> tuple[list[int], list[int], list[int]]:
        """The copies in which a weight differs, and at which row and column of it."""
        found = [(b, *place, 0)[:3] for b, (weight, place) in enumerate(self.spots) if weight == name]
        copies, rows, columns = zip(*found, strict=True) if found else ((), (), ())
        return list(copies), list(rows), list(columns)

    def weights(self) -> dict[str, Array]:
        """The weights as columns: those that are vectors (n, B) where copies differ."""
        made = columns(self.params)
        for name, weight in self.params.items():
            copies, rows, _ = self.where(name)
            if weight.ndim == 1 and copies:
                made[name] = np.repeat(made[name], len(self.by), axis=1)
                made[name][rows, copies] += self.by[copies]
        return made


def columns(params: Mapping[str, Array]) -> dict[str, Array]:
    """Weights to compute many columns with: vectors are (n, 1)."""
    return {name: weight[:, None] if weight.ndim == 1 else weight for name, weight in params.items()}


def losses(stretch: Stretch, moved: Moved) -> Generator[None, None, Array]:
    """L in every copy, (B,). It stops before each step, and may be left off there."""
    cell, graph, T = stretch.cell, stretch.graph, len(stretch.r)
    params, B = moved.weights(), len(moved.by)
    places = {name: moved.where(name) for name, weight in moved.params.items() if weight.ndim == 2}
    known = outside(stretch)
    empty = {name: np.zeros((size, 1)) for name, size in cell.sizes.items()}
    L = np.zeros(B)

    def multiply(name: str, operand: Array) -> Array:
        made = params[name] @ operand
        copies, rows, at = places[name]
        if copies:
            made = np.array(np.broadcast_to(made, (len(made), B)))
            made[rows, copies] += moved.by[copies] * np.broadcast_to(operand, (len(operand), B))[at, copies]
        return made

    def reader(t: int) -> Read:
        def read(s: Signal) -> Array:
            place = step_read(graph, s.shift, t)
            return empty[s.name] if place is None else known[s.name].get(place, empty[s.name])

        return read

    kept = lasting(cell, graph)
    for one in cell.flow.passes:
        ahead = -1 if one.backwards else 1
        for t in range(T)[::ahead]:
            yield
            with np.errstate(all="ignore"):
                for name in one.names:
                    made = np.atleast_1d(evaluate(cell.expressions[name], params, reader(t), multiply))
                    known[name][t] = np.broadcast_to(made, (cell.sizes[name], made.shape[-1]))
                    if name == stretch.loss:
                        L = L + stretch.r[t] @ known[name][t]
            for name in set(one.names) - kept:
                for done in children_of(graph, t) if graph else (t - ahead * reach(cell, name),):
                    known[name].pop(done, None)
    return L


def outside(stretch: Stretch) -> dict[str, dict[int, Array]]:
    """What is known before the run, by signal and step (from 0): the inputs, and the states outside the sequence."""
    T = len(stretch.r)
    known: dict[str, dict[int, Array]] = {name: {} for name in stretch.cell.sizes}
    for name, given in stretch.inputs.items():
        known[name] = dict(enumerate(given[..., None]))
    for name, states in stretch.init.items():
        earlier = stretch.cell.lags[name].earlier
        steps = [*range(-earlier, 0), *range(T, T + len(states) - earlier)]
        known[name] = dict(zip(steps, states[..., None], strict=True))
    return known


def reach(cell: Compiled, name: str) -> int:
    """How many steps away a signal is read."""
    lag = cell.lags.get(name)
    return max(lag.earlier, lag.later) if lag else 0


def lasting(cell: Compiled, graph: Graph | None) -> set[str]:
    """The signals of which every step must be kept: those that another loop reads, and all where a chain is a graph."""
    if graph is not None and graph.is_chain:
        return set(cell.expressions)
    loops = [set(one.names) for one in cell.flow.passes]
    return {s.name for loop in loops for name in loop for s in cell.flow.reads[name] if s.name not in loop}


def children_of(graph: Graph, node: int) -> list[int]:
    """The children of a node: nobody reads them after it."""
    return [child for child in (graph.left[node], graph.right[node]) if child is not None]


def waiting(graph: Graph) -> int:
    """How many nodes wait for their parent at once, at the most."""
    return max(accumulate(1 - len(children_of(graph, node)) for node in range(len(graph)))) + 2


def at_once(stretches: Sequence[Stretch]) -> int:
    """How many weights are moved at once, so that the copies have room."""
    numbers = 0
    for each in stretches:
        kept = lasting(each.cell, each.graph)
        for name in each.cell.expressions:
            near = waiting(each.graph) if each.graph else reach(each.cell, name) + 1
            steps = len(each.r) if name in kept else near
            numbers += steps * each.cell.sizes[name]
    return max(1, (min(COPIES, ROOM // max(1, numbers)) - 1) // 2)


def slopes(
    stretches: Sequence[Stretch], params: Mapping[str, Array], spots: Sequence[Spot]
) -> Generator[None, None, list[float | None]]:
    """dL/dw at some places of the weights, L being that of all stretches, by central differences.

    None where L is not straight around w, however small the step. It stops before each step of a run, and may be left
    off there.
    """
    found: list[float | None] = [None] * len(spots)
    left = list(range(len(spots)))
    w = np.array([float(params[name][place]) for name, place in spots])
    for step in (STEP, STEP / 30, STEP / 900):
        if not left:
            break
        e = step * np.maximum(1.0, np.abs(w[left]))
        moved = Moved(params, [spots[k] for k in [*left, *left, left[0]]], np.concatenate([e, -e, [0.0]]))
        L = np.zeros(len(moved.by))
        for each in stretches:
            L = L + (yield from losses(each, moved))
        above, below, here = L[: len(left)], L[len(left) : -1], L[-1]
        with np.errstate(all="ignore"):
            rounding = 1e-13 * (abs(here) + np.abs(above) + np.abs(below) + 1.0)
            straight = np.abs(above - 2 * here + below) <= STRAIGHT * np.abs(above - below) + rounding
        for k, good, slope in zip(left, straight, (above - below) / (2 * e), strict=True):
            found[k] = float(slope) if good else None
        left = [k for k, good in zip(left, straight, strict=True) if not good]
    return found
