"""A run of a cell in a wiring, with its outputs fed back and some of its numbers held.

Feedback is an equation like any other, with u for what is given (zero where nothing is):

    x[t] = u[t] + (1 - total(u[t])) * choose(y[t-1])

A sample from softmax(y / temperature) is what is chosen from y + temperature * e, with noise e (the Gumbel-max trick:
Gumbel 1954; Maddison, Tarlow and Minka 2014). In this form temperature 0 is the greedy choice.

A number that is held at a value v is one, too, with k = 1 where it is held and 0 elsewhere:

    f[t] = hold(k[t], v[t], what f[t] is else)
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.engine.compiled import Compiled, floats
from rnnviz.core.engine.draws import gumbel
from rnnviz.core.engine.graph import Graph
from rnnviz.core.engine.memory import padded
from rnnviz.core.engine.trace import Trace, run
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import (
    ONE,
    Call,
    Expression,
    Hold,
    Signal,
    minus,
    plus,
    times,
)
from rnnviz.core.language.functions import Array
from rnnviz.core.model import Model
from rnnviz.core.scenario.wiring import Plan, fits

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Holds = Mapping[str, tuple[ArrayLike, ArrayLike]]


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """The steps from `first` up to `stop` that one set of weights computed, and their trace.

    Where outputs are fed back or numbers held, the trace is of the cell with these equations and their inputs.
    """

    first: int
    stop: int
    params: Mapping[str, ArrayLike]
    trace: Trace


@dataclass(frozen=True, slots=True, eq=False)
class Wired:
    """A run of a cell in a wiring.

    model      the cell's own, without the equations of feedback and holds
    plan       its wiring
    trace      all steps as a Trace of `model`; trace["x"] has the inputs as they were used, (T, D). With one set of
               weights and nothing held `model.backward` takes it, and a choice counts as a constant
    parts      one; or encoder and decoder, where the wiring has them
    computed   the same run as a Trace of the cell that computed it, with the equations of feedback and holds; `trace`
               itself where there are none
    chosen     the place of the symbol that y_t chose, greedy or sampled, (T,); None for a cell without y
    noise      what is added to the scores of sampled choices, by its name in `computed`, (T, K); else empty
    held       signal -> where its numbers were held, (T, n); only signals of which some number is
    """

    model: Model
    plan: Plan
    trace: Trace
    segments: tuple[Segment, ...]
    computed: Trace
    chosen: np.ndarray[Any, np.dtype[np.intp]] | None
    noise: Mapping[str, Array] = field(default_factory=dict)
    held: Mapping[str, Mask] = field(default_factory=dict)

    def answers(self, labels: Sequence[str]) -> tuple[str, ...]:
        """What was chosen at the steps that are read; `labels` has one name for each row of y."""
        if self.chosen is None:
            return ()
        return tuple(labels[int(place)] for place, read in zip(self.chosen, self.plan.reads, strict=True) if read)


def run_wired(
    model: Model,
    params: Mapping[str, ArrayLike],
    x: ArrayLike,
    plan: Plan,
    *,
    temperature: float | None = None,
    seed: int = 0,
    init: Mapping[str, ArrayLike] | None = None,
    encoder: Mapping[str, ArrayLike] | None = None,
    forget: bool = False,
    holds: Holds | None = None,
    graph: Graph | None = None,
) -> Wired:
    """Run one sequence as planned.

    x             the inputs that are given, (plan.given, D); with the start symbol where there is a decoder. One-hot
                  where outputs are fed back
    temperature   of the choices that y makes; None or 0 takes the largest score, the first of equal ones
    seed          of sampled choices: each depends on the seed, the step and the row of y only
    init          as for `Model.run`: the states before the first step
    encoder       weights of the encoder's own; `params` are then the decoder's. Unused without a decoder
    forget        let the decoder start from zeros, not from what the encoder carried; what `trace` shows before the
                  decoder's first step is then not what it read
    holds         signal -> (where, values), both (T, n): numbers that are not computed but held at a value where
                  `where` is true. Any signal with an equation, and x where the wiring feeds it back
    graph         as for `Model.run`: the nodes are the steps of a plan whose inputs are all given

    Raises InputError if names or shapes do not fit, and where the cell cannot be fed its own outputs (see `fits`).
    """
    given = floats("x", x)
    if given.ndim != 2 or given.shape[1] != model.sizes["x"]:
        raise InputError("shape_of_x", name="x", D=model.sizes["x"], got=str(given.shape))
    if len(given) != plan.given:
        raise InputError("wiring_rows", expected=plan.given, got=len(given))
    noise = noise_of(model, plan, temperature, seed)
    held = checked_holds(model, plan, holds or {})
    runner = Runner(model.cell, {"x": given})
    # A decoder that writes once chooses no input, but reads the encoder's last ones where the cell reads x[t-1].
    if any(plan.fed) or (plan.start and "x" in model.lags):
        if not ((given == 0.0) | (given == 1.0)).all() or (given.sum(1) != 1.0).any():
            raise InputError("wiring_numbers")
        runner = with_feedback(model, np.concatenate([given, np.zeros((plan.T - len(given), model.D))]), noise)
    if held:
        runner = with_holds(runner, model, held)
    parts: list[Segment] = []
    states = dict(init or {})
    borders = [0, plan.start, plan.T] if plan.start else [0, plan.T]
    for first, stop in pairwise(borders):
        used = encoder if encoder is not None and stop == plan.start else params
        inputs = {name: rows[first:stop] for name, rows in runner.inputs.items()}
        trace = run(runner.cell, used, inputs, states, graph)
        parts.append(Segment(first, stop, used, trace))
        states = {} if forget else carried(trace)
    traces = [part.trace for part in parts]
    computed = joined(runner.cell, traces)
    trace = computed if runner.cell is model.cell else joined(model.cell, traces)
    chosen = None
    if "y" in model.equations:
        scores = trace["y"] if noise is None else trace["y"] + noise[1 : plan.T + 1]
        chosen = scores.argmax(axis=1)
    added = {runner.noise: computed[runner.noise]} if runner.noise else {}
    where = {name: mask for name, (mask, _) in held.items()}
    return Wired(model, plan, trace, tuple(parts), computed, chosen, added, where)


@dataclass(frozen=True, slots=True)
class Runner:
    """The cell that computes a run, the rows of its inputs, and which of them is noise."""

    cell: Compiled
    inputs: dict[str, Array]
    noise: str = ""


def noise_of(model: Model, plan: Plan, temperature: float | None, seed: int) -> Array | None:
    """What is added to scores, (T + 1, K): row t to those of step t - 1, which choose x_t. None where it is zero."""
    if temperature is None:
        return None
    if not math.isfinite(temperature) or temperature < 0.0:
        raise InputError("wiring_temperature", got=temperature)
    if temperature == 0.0 or "y" not in model.equations:
        return None
    return temperature * gumbel(seed, "choice", (plan.T + 1, model.sizes["y"]))


def with_feedback(model: Model, u: Array, noise: Array | None) -> Runner:
    """The cell with one more equation: where u[t] is zero, x[t] is what y[t-1] chose.

    Its inputs are u and, for sampled choices, e (named otherwise where the cell has such names itself).
    """
    reason = fits(model, "one-to-many", symbolic=True, labels=model.sizes.get("y") != model.sizes["x"])
    if reason:
        raise InputError(reason)
    taken = {*model.sizes, *model.shapes}
    given, added = unused("u", taken), unused("e", taken)
    scores = Signal("y", -1) if noise is None else plus(Signal("y", -1), Signal(added))
    x = plus(Signal(given), times(without(Call("total", Signal(given))), Call("choose", scores)))
    expressions = {**model.expressions, "x": x}
    if noise is None:
        return Runner(derived(model.cell, expressions, {given: "D"}), {given: u})
    return Runner(derived(model.cell, expressions, {given: "D", added: "K"}), {given: u, added: noise}, added)


def with_holds(runner: Runner, model: Model, held: Mapping[str, tuple[Mask, Array]]) -> Runner:
    """The equations of a run, with those of the held signals of the cell `model` as hold(k[t], v[t], ...).

    Its further inputs are called k_... and v_... (or otherwise where the cell has such names itself).
    """
    expressions, letters = dict(runner.cell.expressions), dict(runner.cell.inputs)
    inputs = dict(runner.inputs)
    for name, (mask, values) in held.items():
        taken = {*runner.cell.sizes, *runner.cell.shapes, *letters}
        k, v = unused(f"k_{name}", taken), unused(f"v_{name}", taken)
        expressions[name] = Hold(Signal(k), Signal(v), expressions[name])
        letters[k] = letters[v] = model.letters[name][0]
        inputs[k], inputs[v] = mask.astype(float), values
    return Runner(derived(runner.cell, expressions, letters), inputs, runner.noise)


def checked_holds(model: Model, plan: Plan, holds: Holds) -> dict[str, tuple[Mask, Array]]:
    """The holds as arrays, values being zero where nothing is held; without those that hold nothing."""
    held: dict[str, tuple[Mask, Array]] = {}
    known = [*(["x"] if any(plan.fed) else []), *model.equations]
    for name, (where, values) in holds.items():
        if name not in known:
            raise InputError("hold_unknown", name=name, known=", ".join(known))
        expected = (plan.T, model.sizes[name])
        mask, given = floats(name, where) != 0.0, floats(name, values)
        for got in (mask.shape, given.shape):
            if got != expected:
                raise InputError("shape_of_hold", name=name, expected=str(expected), got=str(got))
        if mask.any():
            held[name] = mask, np.where(mask, given, 0.0)
    return held


def without(share: Expression) -> Expression:
    """1 - share."""
    return plus(ONE, minus(share))


def derived(cell: Compiled, expressions: Mapping[str, Expression], inputs: Mapping[str, str]) -> Compiled:
    """A cell of the same sizes with other equations."""
    return remembered(tuple(expressions.items()), cell.D, cell.H, cell.K, tuple(inputs.items()))


def unused(name: str, taken: Collection[str]) -> str:
    """This name, or one like it that is free."""
    while name in taken:
        name += "_"
    return name


@lru_cache(maxsize=64)
def remembered(
    expressions: tuple[tuple[str, Expression], ...], D: int, H: int, K: int, inputs: tuple[tuple[str, str], ...]
) -> Compiled:
    """A cell; the same one is run again and again, with other weights."""
    return Compiled.of(dict(expressions), D, H, K, dict(inputs))


def carried(trace: Trace) -> dict[str, Array]:
    """The last states that a next run starts from: for every signal that is read at earlier steps, that many."""
    cell, T = trace.cell, trace.T
    names = {name: lag.earlier for name, lag in cell.lags.items() if name not in cell.inputs}
    return {name: trace.rows(name, T - earlier, T) for name, earlier in names.items()}


def joined(cell: Compiled, traces: Sequence[Trace]) -> Trace:
    """Traces of one timeline, one after another, as one Trace of a cell with the same signals, or fewer."""
    if len(traces) == 1 and traces[0].cell is cell:
        return traces[0]
    T, pad = sum(trace.T for trace in traces), cell.pad
    blocks = [padded(T + 2 * pad, pad, width, ()) for width in cell.program.blocks]
    for name, home in cell.program.homes.items():
        columns = blocks[home.block][:, home.start : home.stop]
        first, last = traces[0], traces[-1]
        rows = [first.rows(name, -pad, 0), *[trace[name] for trace in traces], last.rows(name, last.T, last.T + pad)]
        columns[...] = np.concatenate(rows)
    return Trace(cell, blocks, T, traces[0].graph if len(traces) == 1 else None)
