"""Wirings: which inputs of a sequence are given, which outputs are read, and which outputs are fed back as inputs.

    one-to-one        one symbol, one answer
    one-to-many       one symbol, then every input is what the output before it chose
    many-to-one       the whole sequence, then one answer
    many-to-many      an answer to every symbol, at its own step
    encoder-decoder   the whole sequence and a start symbol, then as one-to-many (Sutskever, Vinyals and Le 2014)

Feedback is an equation like any other, with u for what is given (zero where nothing is):

    x[t] = u[t] + (1 - total(u[t])) * choose(y[t-1])

A sample from softmax(y / temperature) is what is chosen from y + temperature * e, with noise e (the Gumbel-max trick:
Gumbel 1954; Maddison, Tarlow and Minka 2014). In this form temperature 0 is the greedy choice.

A number that is held at a value v is one, too, with k = 1 where it is held and 0 elsewhere:

    f[t] = k[t] * v[t] + (1 - k[t]) * (what f[t] is else)
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.engine.draws import gumbel
from rnnviz.core.engine.graph import Graph
from rnnviz.core.engine.memory import padded
from rnnviz.core.language.cells import CELLS
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import (
    ONE,
    Call,
    Equations,
    Expression,
    Signal,
    first_child,
    minus,
    plus,
    signals,
    times,
)
from rnnviz.core.language.functions import Array
from rnnviz.core.language.order import components, reachable
from rnnviz.core.language.reader import parse
from rnnviz.core.language.shapes import positive
from rnnviz.core.model import Model, Trace, floats, lags_of

WIRINGS = ("one-to-one", "one-to-many", "many-to-one", "many-to-many", "encoder-decoder")
START = "▸"  # the symbol after which a decoder writes

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Holds = Mapping[str, tuple[ArrayLike, ArrayLike]]


@dataclass(frozen=True, slots=True)
class Plan:
    """A wiring on a timeline of T steps; each tuple has one entry a step.

    gives    whether x_t is given
    reads    whether y_t is read
    fed      whether x_t is what y_{t-1} chose
    start    the step (from 0) at which a decoder takes over from the encoder, with the start symbol; 0 without one
    """

    T: int
    gives: tuple[bool, ...]
    reads: tuple[bool, ...]
    fed: tuple[bool, ...]
    start: int = 0

    @property
    def given(self) -> int:
        """How many inputs are given; they are the first."""
        return sum(self.gives)


def feeds(wiring: str) -> bool:
    """Whether outputs are fed back as inputs, so that there may be any number of them. Raises InputError as `plan`."""
    return known(wiring) in ("one-to-many", "encoder-decoder")


def known(wiring: str) -> str:
    if wiring not in WIRINGS:
        raise InputError("wiring_unknown", name=str(wiring)[:20], known=", ".join(WIRINGS))
    return wiring


def plan(wiring: str, n: int, steps: int = 1) -> Plan:
    """The plan of a wiring for n symbols; `steps` is the number of outputs where they are fed back, else unused.

    The n symbols are without the start symbol of encoder-decoder, which stands at step n. Raises InputError for another
    wiring, for no symbols or steps, and for more than one symbol where the wiring takes one.
    """
    fed, n, steps = feeds(wiring), positive("n", n), positive("steps", steps)
    if wiring in ("one-to-one", "one-to-many") and n != 1:
        raise InputError("wiring_one", got=n)
    start = n if wiring == "encoder-decoder" else 0
    T = start + steps if fed else n
    given = start + 1 if fed else n
    first_read = n - 1 if wiring == "many-to-one" else start
    return Plan(
        T,
        gives=tuple(t < given for t in range(T)),
        reads=tuple(t >= first_read for t in range(T)),
        fed=tuple(t >= given for t in range(T)),
        start=start,
    )


def fits(cell: Model | str, wiring: str, *, symbolic: bool, labels: bool = False) -> str | None:
    """Why a cell does not go with a wiring: the code of a sentence of the [error] texts. None where it does.

    `cell` is a Model or the text of its equations; `symbolic` says that its inputs are symbols, not numbers, and
    `labels` that y scores something else than these symbols. Raises InputError for a text that is no cell.
    """
    if isinstance(cell, str):
        return fits_text(cell, known(wiring), symbolic, labels)
    return misfit(cell.equations, wiring, symbolic=symbolic, labels=labels)


@lru_cache(1024)
def fits_text(text: str, wiring: str, symbolic: bool, labels: bool) -> str | None:
    """The same for a text; a page asks it of every wiring and of every cell."""
    return misfit(parse(text), wiring, symbolic=symbolic, labels=labels)


def misfit(equations: Equations, wiring: str, *, symbolic: bool, labels: bool) -> str | None:
    """The same for equations."""
    if known(wiring) and first_child(equation.expression for equation in equations.values()):
        return "wiring_tree"
    if wiring == "many-to-many":
        return None
    if "y" not in equations:
        return "wiring_no_y"
    if not feeds(wiring):
        return None
    if not symbolic:
        return "wiring_numbers"
    if labels:
        return "wiring_labels"
    if any(lag.later for lag in lags_of(equations).values()):
        return "wiring_future"
    if wiring == "encoder-decoder" and not carries(equations):
        return "wiring_state"
    return None


SEQUENTIAL = tuple(name for name, cell in CELLS.items() if not fits(cell.equations, "many-to-many", symbolic=True))


def carries(equations: Equations) -> bool:
    """Whether y depends on a state that is carried from step to step: a loop that reads its own past."""
    expressions = {name: equation.expression for name, equation in equations.items()}
    reads = {name: [s.name for s in signals(e) if s.name in expressions] for name, e in expressions.items()}
    behind_y = reachable("y", reads, set())
    return any(
        s.name in part and isinstance(s.shift, int) and s.shift < 0
        for part in components(expressions)
        for name in behind_y.intersection(part)
        for s in signals(expressions[name])
    )


# ------------------------------------------------------------------------------------------------------------- running


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """The steps from `first` up to `stop` that one set of weights computed, and their trace.

    Where outputs are fed back or numbers held, the trace is of the model with these equations and their inputs.
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
    computed   the same run as a Trace of the model that computed it, with the equations of feedback and holds, so that
               its `backward` and `explain` know of them; `trace` itself where there are none
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

    def params_at(self, t: int) -> Mapping[str, ArrayLike]:
        """The weights that computed step t (from 0)."""
        return next((part.params for part in self.segments if t < part.stop), self.segments[-1].params)

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
                  `where` is true. Any signal with an equation, and x where the wiring feeds it back. What would have
                  been computed must be finite, or the held number is lost as well
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
    runner = Runner(model, {"x": given})
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
        trace = runner.model.run(used, inputs, states, graph)
        parts.append(Segment(first, stop, used, trace))
        states = {} if forget else carried(trace)
    traces = [part.trace for part in parts]
    computed = joined(runner.model, traces)
    trace = computed if runner.model is model else joined(model, traces)
    chosen = None
    if "y" in model.equations:
        scores = trace["y"] if noise is None else trace["y"] + noise[1 : plan.T + 1]
        chosen = scores.argmax(axis=1)
    added = {runner.noise: computed[runner.noise]} if runner.noise else {}
    where = {name: mask for name, (mask, _) in held.items()}
    return Wired(model, plan, trace, tuple(parts), computed, chosen, added, where)


@dataclass(frozen=True, slots=True)
class Runner:
    """The model that computes a run, the rows of its inputs, and which of them is noise."""

    model: Model
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
    expressions = model.expressions | {"x": x}
    if noise is None:
        return Runner(derived(model, expressions, {given: "D"}), {given: u})
    return Runner(derived(model, expressions, {given: "D", added: "K"}), {given: u, added: noise}, added)


def with_holds(runner: Runner, model: Model, held: Mapping[str, tuple[Mask, Array]]) -> Runner:
    """The equations of a run, with those of the held signals of the cell `model` as k[t] * v[t] + (1 - k[t]) * (...).

    Its further inputs are called k_... and v_... (or otherwise where the cell has such names itself).
    """
    expressions, letters = dict(runner.model.expressions), dict(runner.model.inputs)
    inputs = dict(runner.inputs)
    for name, (mask, values) in held.items():
        taken = {*runner.model.sizes, *runner.model.shapes, *letters}
        k, v = unused(f"k_{name}", taken), unused(f"v_{name}", taken)
        expressions[name] = plus(times(Signal(k), Signal(v)), times(without(Signal(k)), expressions[name]))
        letters[k] = letters[v] = model.letters[name][0]
        inputs[k], inputs[v] = mask.astype(float), values
    return Runner(derived(runner.model, expressions, letters), inputs, runner.noise)


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


def derived(model: Model, expressions: Mapping[str, Expression], inputs: Mapping[str, str]) -> Model:
    """A model of the same sizes with other equations."""
    return remembered(tuple(expressions.items()), model.D, model.H, model.K, tuple(inputs.items()))


def unused(name: str, taken: Collection[str]) -> str:
    """This name, or one like it that is free."""
    while name in taken:
        name += "_"
    return name


@lru_cache(maxsize=64)
def remembered(
    expressions: tuple[tuple[str, Expression], ...], D: int, H: int, K: int, inputs: tuple[tuple[str, str], ...]
) -> Model:
    """A model; the same cell is run again and again, with other weights."""
    return Model.of(dict(expressions), D, H, K, dict(inputs))


def carried(trace: Trace) -> dict[str, Array]:
    """The last states that a next run starts from: for every signal that is read at earlier steps, that many."""
    model, T = trace.model, trace.T
    names = {name: lag.earlier for name, lag in model.lags.items() if name not in model.inputs}
    return {name: trace.rows(name, T - earlier, T) for name, earlier in names.items()}


def joined(model: Model, traces: Sequence[Trace]) -> Trace:
    """Traces of one timeline, one after another, as one Trace of a model with the same signals, or fewer."""
    if len(traces) == 1 and traces[0].model is model:
        return traces[0]
    T, pad = sum(trace.T for trace in traces), model.pad
    blocks = [padded(T + 2 * pad, pad, width, ()) for width in model.program.blocks]
    for name, home in model.program.homes.items():
        columns = blocks[home.block][:, home.start : home.stop]
        first, last = traces[0], traces[-1]
        rows = [first.rows(name, -pad, 0), *[trace[name] for trace in traces], last.rows(name, last.T, last.T + pad)]
        columns[...] = np.concatenate(rows)
    return Trace(model, blocks, T, traces[0].graph if len(traces) == 1 else None)
