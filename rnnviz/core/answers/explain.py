"""Where a number comes from: `explain` takes it apart, down to products of one weight and one input."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.engine.compiled import Compiled
from rnnviz.core.engine.trace import Trace
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import (
    Call,
    Expression,
    Hold,
    Number,
    Product,
    Signal,
    Sum,
    Times,
    Vector,
    text_of,
)
from rnnviz.core.language.functions import FUNCTIONS, Array
from rnnviz.core.model import Model

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


def explain(
    model: Model | Compiled,
    params: Mapping[str, ArrayLike],
    trace: Trace,
    name: str,
    t: int,
    i: int,
    b: int = 0,
    held: Held | None = None,
) -> Term:
    """The tree of terms behind number i of a signal at step t (both from 0), of sequence b if the trace has a batch.

    The trace may be one that the model ran, or that of a backward pass (`Gradients.trace`); `params` made it.

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
        model: Model | Compiled,
        params: Mapping[str, ArrayLike],
        trace: Trace,
        t: int,
        b: int,
        held: Held | None = None,
    ) -> None:
        outside = 0 if trace.on_tree else trace.cell.pad
        if not -outside <= t < trace.T + outside or not 0 <= b < (trace.batch or 1):
            raise InputError("no_such_number")
        self.params, self.trace, self.t, self.b = model.checked(params), trace, t, b
        self.cell = trace.cell
        self.held = {name: where[t] for name, where in (held or {}).items() if 0 <= t < trace.T}
        self.known: dict[tuple[Expression, int], Term] = {}

    def read(self, s: Signal) -> Array:
        """The vector of a signal."""
        vector = self.trace.read(s.name, s.shift, self.t)
        return vector if self.trace.batch is None else vector[self.b]

    def signal(self, s: Signal, i: int, root: bool = False) -> Term:
        if s.name not in self.cell.sizes or not 0 <= i < self.cell.sizes[s.name]:
            raise InputError("no_such_number")
        computed = root and s.name in self.cell.expressions and 0 <= self.t < self.trace.T
        computed = computed and not (s.name in self.held and self.held[s.name][i])
        children = (self.term(self.cell.expressions[s.name], i),) if computed else ()
        step = self.trace.step_read(s.shift, self.t)
        return Term("signal", number_text(s, i), float(self.read(s)[i]), s, (i,), children, step)

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
                return Term("weight", number_text(e, i), float(self.params[name][i]), e, (i,))
            case Number(value=value):
                return Term("number", number_text(e), value, e, ())
            case Product(weight=weight, operand=operand, transposed=transposed):
                columns = range(self.cell.shapes[weight][0 if transposed else 1])
                at = [(j, i) if transposed else (i, j) for j in columns]
                below = [self.entry(weight, place, self.term(operand, j)) for j, place in zip(columns, at, strict=True)]
                return self.over("product", e, i, below)
            case Call(function=function, operand=operand):
                elementwise = bool(FUNCTIONS[function].derivative)
                indices = [i] if elementwise else range(self.cell.types.of(operand))
                return self.over("call", e, i, [self.term(operand, j) for j in indices], function)
            case Hold(mask=mask, value=value, operand=operand):
                return self.term(value if self.term(mask, i).value else operand, i)
            case Sum(terms=below):
                return self.over("sum", e, i, [self.term(child, i) for child in below])
            case Times(factors=below):
                return self.over("times", e, i, [self.term(child, i) for child in below])

    def over(self, kind: Kind, e: Expression, i: int, below: Sequence[Term], function: str = "") -> Term:
        value = combine(kind, [term.value for term in below], function, (i,))
        return Term(kind, number_text(e, i), value, e, (i,), tuple(below), function=function)

    def entry(self, weight: str, at: tuple[int, int], operand: Term) -> Term:
        """One weight of a matrix times what it multiplies."""
        e = Vector(weight)
        one = Term("weight", number_text(e, *at), float(self.params[weight][at]), e, at)
        return Term("times", f"{one.name} * {operand.name}", one.value * operand.value, e, at, (one, operand))


def number_text(e: Expression, *index: int) -> str:
    """A number as text: `W_xh[2, 0]`, `h[t-1][2]`."""
    text = text_of(e) if isinstance(e, Signal | Vector | Number | Call) else f"({text_of(e)})"
    return f"{text}[{', '.join(map(str, index))}]" if index else text
