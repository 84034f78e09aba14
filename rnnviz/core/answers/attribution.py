"""What moved a number: `reason` says it of one step, `reasons` of all, `shares` what each source gave."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.answers.explain import Explainer, Held
from rnnviz.core.answers.interpret import Read, evaluate
from rnnviz.core.engine.compiled import Compiled
from rnnviz.core.engine.trace import Trace
from rnnviz.core.language.adjoint import rule
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import Call, Expression, Hold, Number, Product, Signal, Sum, Times, Vector
from rnnviz.core.language.functions import FUNCTIONS, Array
from rnnviz.core.model import Model

Changes = dict[Signal | Vector, Array]


def reason(
    model: Model | Compiled,
    params: Mapping[str, ArrayLike],
    trace: Trace,
    name: str,
    t: int,
    i: int,
    b: int = 0,
    held: Held | None = None,
) -> list[tuple[Signal | Vector, float]]:
    """How much each source moved number i of a signal from step t-1 to step t; the largest contribution first.

    Sources are what one step is computed from: `x[t]`, states of other steps such as `h[t-1]`, and vectors such as
    `b_h` (which do not change, so they count in the first step only). Signals of the same step are followed through
    their own equations: for h = o * tanh(c), also what came by the gate o counts for x[t] and h[t-1]. Only a number
    that is held at one of the two steps (`held` as for `explain`) is a source itself, as `Signal("o", 0)`.

    The contributions add up to the change exactly: sums and matrix products pass a change on as it is; a product a * b
    passes on the change of a times the mean of b, and that of b times the mean of a; an element-wise function passes
    on its argument's change times the slope of the chord (the change of its value over that of its argument); softmax
    takes the logarithmic mean of its old and new outputs for its Jacobian; a choice that passes from one element to
    another counts for what changed the lead of the one over the other. In the first step, which has none before
    it, the change is counted from what the cell gives when all sources are zero. So it is in every node of a tree,
    where no node comes before another: what is told there is what moved the node away from a node of zeros.
    """
    cell = trace.cell
    if name not in cell.expressions or not 0 <= t < trace.T or not 0 <= i < cell.sizes[name]:
        raise InputError("no_such_number")
    moved = moved_at(model, params, trace, name, t, b, held or {})
    found = [(source, float(np.broadcast_to(change, cell.sizes[name])[i])) for source, change in moved.items()]
    return sorted(found, key=lambda pair: -abs(pair[1]))


def moved_at(
    model: Model | Compiled, params: Mapping[str, ArrayLike], trace: Trace, name: str, t: int, b: int, held: Held
) -> Changes:
    """What moved all numbers of a signal in one step."""
    now = Explainer(model, params, trace, t, b)
    first = t if trace.on_tree else max(t - 1, 0)
    kept = {name: np.logical_or.reduce(where[first : t + 1]) for name, where in held.items()}
    with np.errstate(all="ignore"):
        before = (
            World(now.params, Explainer(model, params, trace, t - 1, b).read)
            if t > 0 and not trace.on_tree
            else nothing(trace.cell, now.params)
        )
        return Attribution(trace.cell, World(now.params, now.read), before, kept).signal(name)


def reasons(
    model: Model | Compiled, params: Mapping[str, ArrayLike], trace: Trace, name: str, held: Held | None = None
) -> Changes:
    """What `reason` says of every number at every step, in one pass: source -> (T, n), for a trace without a batch.

    Raises InputError where the cell computes no such signal.
    """
    if name not in trace.cell.expressions:
        raise InputError("no_such_number")
    if trace.on_tree:
        return shares(model, params, trace, name, held)
    held, n, T = held or {}, trace.cell.sizes[name], trace.T
    found: Changes = {}
    for source, change in moved_at(model, params, trace, name, 0, 0, held).items():
        found.setdefault(source, np.zeros((T, n)))[0] = change
    if T == 1:
        return found
    weights = as_columns(model, params)
    kept = {key: (where[1:] | where[:-1]).T for key, where in held.items()}

    def from_step(first: int) -> World:
        """The worlds of T - 1 steps, as columns."""
        return World(weights, lambda s: trace.rows(s.name, first + int(s.shift), first + int(s.shift) + T - 1).T)

    with np.errstate(all="ignore"):
        moved = Attribution(trace.cell, from_step(1), from_step(0), kept).signal(name)
    for source, change in moved.items():
        found.setdefault(source, np.zeros((T, n)))[1:] = np.broadcast_to(change, (n, T - 1)).T
    return found


def as_columns(model: Model | Compiled, params: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """The weights, vectors as (n, 1), for worlds of many columns."""
    return {key: w if w.ndim == 2 else w[:, None] for key, w in model.checked(params).items()}


def shares(
    model: Model | Compiled, params: Mapping[str, ArrayLike], trace: Trace, name: str, held: Held | None = None
) -> dict[Signal | Vector, Array]:
    """What each source contributed to the numbers of a signal, at all steps at once: arrays shaped like trace[name].

    Sources and rules are those of `reason`, but every step is counted from nothing: the contributions add up to the
    signal minus what the cell gives when all its sources are zero. A source that contributes nothing may be left out.
    Raises InputError where the cell computes no such signal.
    """
    if name not in trace.cell.expressions:
        raise InputError("no_such_number")
    weights = as_columns(model, params)
    kept = {key: where.T for key, where in (held or {}).items()}
    steps_and_batch = trace[name].shape[:-1]

    def read(s: Signal) -> Array:
        n = trace.cell.sizes[s.name]
        if isinstance(s.shift, int):
            return trace.rows(s.name, s.shift, s.shift + trace.T).reshape(-1, n).T
        return np.stack([trace.read(s.name, s.shift, t) for t in range(trace.T)]).reshape(-1, n).T

    with np.errstate(all="ignore"):
        made = Attribution(trace.cell, World(weights, read), nothing(trace.cell, weights, (1,)), kept).signal(name)
    columns = math.prod(steps_and_batch)
    return {
        source: np.broadcast_to(change, (trace.cell.sizes[name], columns)).T.reshape(*steps_and_batch, -1)
        for source, change in made.items()
    }


@dataclass(frozen=True, slots=True)
class World:
    """The values of one step, or as columns of many: a vector is (n,) in all of them, or (n, steps), or (n, 1)."""

    params: Mapping[str, Array]
    read: Read

    def __call__(self, e: Expression) -> Array:
        return evaluate(e, self.params, self.read)


def nothing(cell: Compiled, params: Mapping[str, Array], tail: tuple[int, ...] = ()) -> World:
    """The values of a step in which every source is zero; its vectors are (n, *tail)."""
    zeroed = {name: w if len(cell.shapes[name]) == 2 else np.zeros_like(w) for name, w in params.items()}
    known: dict[str, Array] = {}

    def read(s: Signal) -> Array:
        shape = (cell.sizes[s.name], *tail)
        if s.shift != 0 or s.name not in cell.expressions:
            return np.zeros(shape)
        if s.name not in known:
            known[s.name] = np.broadcast_to(evaluate(cell.expressions[s.name], zeroed, read), shape)
        return known[s.name]

    return World(zeroed, read)


class Attribution:
    """The change of an expression between two worlds, as a sum of changes by source; `held` numbers are sources."""

    def __init__(self, cell: Compiled, now: World, before: World, held: Held) -> None:
        self.cell, self.now, self.before, self.held = cell, now, before, held
        self.known: dict[str, Changes] = {}

    def signal(self, name: str) -> Changes:
        if name not in self.known:
            made = self.changes(self.cell.expressions[name])
            if name in self.held:
                itself, kept = Signal(name), self.held[name]
                made = {source: np.where(kept, 0.0, change) for source, change in made.items()}
                made[itself] = np.where(kept, self.now(itself) - self.before(itself), 0.0)
            self.known[name] = made
        return self.known[name]

    def changes(self, e: Expression) -> Changes:
        match e:
            case Signal(name=name, shift=shift):
                own = shift != 0 or name not in self.cell.expressions
                return {e: self.now(e) - self.before(e)} if own else self.signal(name)
            case Vector():
                change = self.now(e) - self.before(e)
                return {e: change} if change.any() else {}
            case Number():
                return {}
            case Product(weight=weight, operand=operand, transposed=transposed):
                matrix = self.now.params[weight].T if transposed else self.now.params[weight]
                return {source: matrix @ change for source, change in self.changes(operand).items()}
            case Sum(terms=terms):
                return added([self.changes(term) for term in terms])
            case Times(factors=(first, *others)):
                changes, whole_now, whole_before = self.changes(first), self.now(first), self.before(first)
                for other in others:
                    now, before = self.now(other), self.before(other)
                    left = scaled(changes, (now + before) / 2)
                    changes = added([left, scaled(self.changes(other), (whole_now + whole_before) / 2)])
                    whole_now, whole_before = whole_now * now, whole_before * before
                return changes
            case Call(function=function, operand=operand):
                return self.through(function, operand)
            case Hold():
                return self.held_or_not(e)
        raise AssertionError(e)

    def held_or_not(self, e: Hold) -> Changes:
        """The changes of the side that holds before and after; from one side to the other all is moved by the mask."""
        now, before = self.now(e.mask) != 0.0, self.before(e.mask) != 0.0
        value = {source: np.where(now & before, change, 0.0) for source, change in self.changes(e.value).items()}
        other = {source: np.where(now | before, 0.0, change) for source, change in self.changes(e.operand).items()}
        passed = np.where(now != before, self.now(e) - self.before(e), 0.0)
        return added([value, other, {e.mask: passed} if isinstance(e.mask, Signal) else {}])

    def through(self, function: str, operand: Expression) -> Changes:
        """The changes of a function's value from those of its operand."""
        changes = self.changes(operand)
        u, v = np.atleast_1d(self.now(operand)), np.atleast_1d(self.before(operand))
        made = FUNCTIONS[function]
        if made.shares:
            shared = made.shares(u, v)
            return {source: shared(change) for source, change in changes.items()}
        p, q = made.value(u, 0), made.value(v, 0)
        # Where the argument hardly changes, the slope of the curve stands for that of the chord.
        still = np.abs(u - v) < 1e-6
        slope = evaluate(rule(made.derivative), {}, lambda s: p)
        return scaled(changes, np.where(still, slope, (p - q) / np.where(still, 1.0, u - v)))


def scaled(changes: Changes, factor: Array) -> Changes:
    return {source: change * factor for source, change in changes.items()}


def added(parts: Sequence[Changes]) -> Changes:
    result: Changes = {}
    for changes in parts:
        for source, change in changes.items():
            result[source] = result[source] + change if source in result else change
    return result
