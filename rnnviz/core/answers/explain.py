"""Where a number comes from: `explain` takes it apart, `reason` says what moved it, `shares` what each source gave."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.answers.interpret import Read, evaluate
from rnnviz.core.language.adjoint import rule
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.functions import FUNCTIONS, Array
from rnnviz.core.language.notation import Call, Expression, Number, Product, Signal, Sum, Times, Vector, write
from rnnviz.core.model import Model, Trace

Kind = Literal["signal", "weight", "number", "product", "sum", "times", "call"]


@dataclass(frozen=True, slots=True)
class Term:
    """One number and the numbers it was made from.

    kind       how the children make the value: "sum" and "product" (a matrix product) add them, "times" multiplies
               them, "call" applies a function; a "signal" with a child equals it; "weight", "number" and other signals
               are leaves
    source     the expression that this is a number of; a weight has its name as Vector
    index      where in it: (i,) for a vector, (row, column) for a matrix, () for a number
    step       of a signal: the step it was read at, from 0; -1 and T are states outside the sequence. On a tree the
               node, in the graph's own order; None for a child that there is not, whose numbers are zero
    function   of a call: its name; softmax and total have a child for every element, and the value is that of `index`
    """

    kind: Kind
    name: str
    value: float
    source: Expression
    index: tuple[int, ...]
    children: "tuple[Term, ...]" = ()
    step: int | None = None
    function: str = ""

    def worked_out(self) -> float:
        """The value, computed again from the leaves."""
        known: dict[int, float] = {}

        def work_out(term: Term) -> float:
            if id(term) not in known:
                below = [work_out(child) for child in term.children]
                known[id(term)] = combine(term.kind, below, term.function, term.index) if below else term.value
            return known[id(term)]

        return work_out(self)


def combine(kind: Kind, below: Sequence[float], function: str, index: tuple[int, ...]) -> float:
    """The value of a term from those of its children."""
    match kind:
        case "call":
            with np.errstate(all="ignore"):
                value = FUNCTIONS[function].value(np.array(below), 0)
            return float(value[index[0] if len(below) > 1 else 0])
        case "times":
            return math.prod(below)
        case _:
            return math.fsum(below) if all(map(math.isfinite, below)) else sum(below)


Held = Mapping[str, np.ndarray]
Changes = dict[Signal | Vector, Array]


def explain(
    model: Model,
    params: Mapping[str, ArrayLike],
    trace: Trace,
    name: str,
    t: int,
    i: int,
    b: int = 0,
    held: Held | None = None,
) -> Term:
    """The tree of terms behind number i of a signal at step t (both from 0), of sequence b if the trace has a batch.

    The root is the signal itself, its child the right side of its equation, and so on down to products of one weight
    and one input; a signal that stands on the right side is a leaf, to be explained in turn. `x` and the states
    outside the sequence have no children, and neither has a number that was held, which no equation made: `held` says
    where such are, signal -> (T, n), as `Wired.held`. Raises InputError where there is no such number.
    """
    return Explainer(model, params, trace, t, b, held).signal(Signal(name), i, root=True)


class Explainer:
    """Reads the numbers of one step of a trace."""

    def __init__(
        self,
        model: Model,
        params: Mapping[str, ArrayLike],
        trace: Trace,
        t: int,
        b: int,
        held: Held | None = None,
    ) -> None:
        outside = 0 if trace.on_tree else model.pad
        if not -outside <= t < trace.T + outside or not 0 <= b < (trace.batch or 1):
            raise InputError("no_such_number")
        self.model, self.params, self.trace, self.t, self.b = model, model.checked(params), trace, t, b
        self.held = {name: where[t] for name, where in (held or {}).items() if 0 <= t < trace.T}
        self.known: dict[tuple[Expression, int], Term] = {}

    def read(self, s: Signal) -> Array:
        """The vector of a signal."""
        vector = self.trace.read(s.name, s.shift, self.t)
        return vector if self.trace.batch is None else vector[self.b]

    def signal(self, s: Signal, i: int, root: bool = False) -> Term:
        if s.name not in self.model.sizes or not 0 <= i < self.model.sizes[s.name]:
            raise InputError("no_such_number")
        computed = root and s.name in self.model.expressions and 0 <= self.t < self.trace.T
        computed = computed and not (s.name in self.held and self.held[s.name][i])
        children = (self.term(self.model.expressions[s.name], i),) if computed else ()
        return Term("signal", named(s, i), float(self.read(s)[i]), s, (i,), children, self.trace.place(s.shift, self.t))

    def term(self, e: Expression, i: int) -> Term:
        """Number i of an expression; one Term for all who ask, or products of products would grow exponentially."""
        if (e, i) not in self.known:
            self.known[e, i] = self.made(e, i)
        return self.known[e, i]

    def made(self, e: Expression, i: int) -> Term:
        match e:
            case Signal():
                return self.signal(e, i)
            case Vector(name=name):
                return Term("weight", named(e, i), float(self.params[name][i]), e, (i,))
            case Number(value=value):
                return Term("number", named(e), value, e, ())
            case Product(weight=weight, operand=operand):
                columns = range(self.model.shapes[weight][1])
                below = [self.entry(weight, i, j, self.term(operand, j)) for j in columns]
                return self.over("product", e, i, below)
            case Call(function=function, operand=operand):
                elementwise = bool(FUNCTIONS[function].derivative)
                indices = [i] if elementwise else range(self.model.types.of(operand))
                return self.over("call", e, i, [self.term(operand, j) for j in indices], function)
            case Sum(terms=below):
                return self.over("sum", e, i, [self.term(child, i) for child in below])
            case Times(factors=below):
                return self.over("times", e, i, [self.term(child, i) for child in below])

    def over(self, kind: Kind, e: Expression, i: int, below: Sequence[Term], function: str = "") -> Term:
        value = combine(kind, [term.value for term in below], function, (i,))
        return Term(kind, named(e, i), value, e, (i,), tuple(below), function=function)

    def entry(self, weight: str, i: int, j: int, operand: Term) -> Term:
        """One weight of a matrix times what it multiplies."""
        e = Vector(weight)
        one = Term("weight", named(e, i, j), float(self.params[weight][i, j]), e, (i, j))
        return Term("times", f"{one.name} * {operand.name}", one.value * operand.value, e, (i, j), (one, operand))


def named(e: Expression, *index: int) -> str:
    """A number as text: `W_xh[2, 0]`, `h[t-1][2]`."""
    text = write(e) if isinstance(e, Signal | Vector | Number | Call) else f"({write(e)})"
    return f"{text}[{', '.join(map(str, index))}]" if index else text


# --------------------------------------------------------------------------------------------------- what moved it


def reason(
    model: Model,
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
    if name not in model.expressions or not 0 <= t < trace.T or not 0 <= i < model.sizes[name]:
        raise InputError("no_such_number")
    moved = moved_at(model, params, trace, name, t, b, held or {})
    found = [(source, float(np.broadcast_to(change, model.sizes[name])[i])) for source, change in moved.items()]
    return sorted(found, key=lambda pair: -abs(pair[1]))


def moved_at(
    model: Model, params: Mapping[str, ArrayLike], trace: Trace, name: str, t: int, b: int, held: Held
) -> Changes:
    """What moved all numbers of a signal in one step."""
    now = Explainer(model, params, trace, t, b)
    first = t if trace.on_tree else max(t - 1, 0)
    kept = {name: np.logical_or.reduce(where[first : t + 1]) for name, where in held.items()}
    with np.errstate(all="ignore"):
        before = (
            World(now.params, Explainer(model, params, trace, t - 1, b).read)
            if t > 0 and not trace.on_tree
            else nothing(model, now.params)
        )
        return Attribution(model, World(now.params, now.read), before, kept).signal(name)


def reasons(
    model: Model, params: Mapping[str, ArrayLike], trace: Trace, name: str, held: Held | None = None
) -> Changes:
    """What `reason` says of every number at every step, in one pass: source -> (T, n), for a trace without a batch.

    Raises InputError where the cell computes no such signal.
    """
    if name not in model.expressions:
        raise InputError("no_such_number")
    if trace.on_tree:
        return shares(model, params, trace, name, held)
    held, n, T = held or {}, model.sizes[name], trace.T
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
        moved = Attribution(model, from_step(1), from_step(0), kept).signal(name)
    for source, change in moved.items():
        found.setdefault(source, np.zeros((T, n)))[1:] = np.broadcast_to(change, (n, T - 1)).T
    return found


def as_columns(model: Model, params: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """The weights, vectors as (n, 1), for worlds of many columns."""
    return {key: w if w.ndim == 2 else w[:, None] for key, w in model.checked(params).items()}


def shares(
    model: Model, params: Mapping[str, ArrayLike], trace: Trace, name: str, held: Held | None = None
) -> dict[Signal | Vector, Array]:
    """What each source contributed to the numbers of a signal, at all steps at once: arrays shaped like trace[name].

    Sources and rules are those of `reason`, but every step is counted from nothing: the contributions add up to the
    signal minus what the cell gives when all its sources are zero. A source that contributes nothing may be left out.
    Raises InputError where the cell computes no such signal.
    """
    if name not in model.expressions:
        raise InputError("no_such_number")
    weights = as_columns(model, params)
    kept = {key: where.T for key, where in (held or {}).items()}
    steps_and_batch = trace[name].shape[:-1]

    def read(s: Signal) -> Array:
        n = model.sizes[s.name]
        if isinstance(s.shift, int):
            return trace.rows(s.name, s.shift, s.shift + trace.T).reshape(-1, n).T
        return np.stack([trace.read(s.name, s.shift, t) for t in range(trace.T)]).reshape(-1, n).T

    with np.errstate(all="ignore"):
        made = Attribution(model, World(weights, read), nothing(model, weights, (1,)), kept).signal(name)
    columns = math.prod(steps_and_batch)
    return {
        source: np.broadcast_to(change, (model.sizes[name], columns)).T.reshape(*steps_and_batch, -1)
        for source, change in made.items()
    }


@dataclass(frozen=True, slots=True)
class World:
    """The values of one step, or as columns of many: a vector is (n,) in all of them, or (n, steps), or (n, 1)."""

    params: Mapping[str, Array]
    read: Read

    def __call__(self, e: Expression) -> Array:
        return evaluate(e, self.params, self.read)


def nothing(model: Model, params: Mapping[str, Array], tail: tuple[int, ...] = ()) -> World:
    """The values of a step in which every source is zero; its vectors are (n, *tail)."""
    zeroed = {name: w if len(model.shapes[name]) == 2 else np.zeros_like(w) for name, w in params.items()}
    known: dict[str, Array] = {}

    def read(s: Signal) -> Array:
        shape = (model.sizes[s.name], *tail)
        if s.shift != 0 or s.name not in model.expressions:
            return np.zeros(shape)
        if s.name not in known:
            known[s.name] = np.broadcast_to(evaluate(model.expressions[s.name], zeroed, read), shape)
        return known[s.name]

    return World(zeroed, read)


class Attribution:
    """The change of an expression between two worlds, as a sum of changes by source; `held` numbers are sources."""

    def __init__(self, model: Model, now: World, before: World, held: Held) -> None:
        self.model, self.now, self.before, self.held = model, now, before, held
        self.known: dict[str, Changes] = {}

    def signal(self, name: str) -> Changes:
        if name not in self.known:
            made = self.changes(self.model.expressions[name])
            if name in self.held:
                itself, kept = Signal(name), self.held[name]
                made = {source: np.where(kept, 0.0, change) for source, change in made.items()}
                made[itself] = np.where(kept, self.now(itself) - self.before(itself), 0.0)
            self.known[name] = made
        return self.known[name]

    def changes(self, e: Expression) -> Changes:
        match e:
            case Signal(name=name, shift=shift):
                own = shift != 0 or name not in self.model.expressions
                return {e: self.now(e) - self.before(e)} if own else self.signal(name)
            case Vector():
                change = self.now(e) - self.before(e)
                return {e: change} if change.any() else {}
            case Number():
                return {}
            case Product(weight=weight, operand=operand):
                matrix = self.now.params[weight]
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
        raise AssertionError(e)

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
