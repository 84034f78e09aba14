"""The backward pass is a cell too: the adjoint of every equation is again an equation of the notation.

For the LSTM, for instance, among others

    ∂c[t] = ∂h[t] * o[t] * (1 - tanh(c[t]) * tanh(c[t])) + ∂c[t+1] * f[t+1]

where `∂h[t]` is the derivative of the loss by h[t]. The schedule runs these equations as it runs any others: local
derivatives do not depend on the loop, so they are lifted out of it, and back-propagation through time (Werbos 1990) is
a loop backwards. What a node of a tree reads at its left child, as `h[l]`, comes back to that child from its only
parent, as `∂h[↑l]`. The signals made here have names that nobody can type: `∇y` is the derivative that is given from
outside, `∂h` the total derivative by h, `δh` that by what its function is applied to, `δ1` that by some other part of
an equation, `κ1` a local derivative.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from rnnviz.core.language.expressions import (
    ONE,
    ZERO,
    Call,
    Expression,
    Hold,
    Number,
    Product,
    Signal,
    Sum,
    Times,
    Vector,
    back,
    children,
    direction,
    minus,
    plus,
    rebuild,
    signals,
    times,
    walk,
)
from rnnviz.core.language.flow import Flow
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.core.language.reader import Reader, tokenize
from rnnviz.core.language.shapes import Shapes

# A local derivative with more parts than this gets a name: without one, a chain of products would grow exponentially.
LONG = 40
# A product with more factors than this is halved first: derivatives by its n factors have n * n factors.
MANY = 4

Terms = dict[Expression, Expression]


@dataclass(slots=True)
class Adjoint:
    """The derivatives of a loss, given its derivatives by some signals.

    shapes      of the cell, and the sizes of the signals of the backward pass
    equations   of the signals of the backward pass
    terms       signal of the cell -> the terms of its total derivative, as base -> factor (see Deriver)
    uses        weight -> (signal, operand): the derivative by the product, and what the weight multiplied (None:
    vector)
    """

    shapes: Shapes
    equations: dict[str, Expression] = field(default_factory=dict)
    terms: dict[str, Terms] = field(default_factory=dict)
    uses: dict[str, list[tuple[str, Expression | None]]] = field(default_factory=dict)

    def total(self, name: str) -> Expression:
        """The total derivative by a signal."""
        own = f"∂{name}"
        return Signal(own) if own in self.equations else collect(self.terms[name])

    def outside(self, name: str, shift: int) -> Expression:
        """The total derivative by a state outside the sequence; `shift` is +1 before the first step, -1 after the last.

        Only terms that come from the other side of the border count.
        """
        terms = self.terms[name].items()
        return collect({base: factor for base, factor in terms if direction(next(signals(base)).shift) == shift})


def collect(terms: Terms) -> Expression:
    return plus(*[times(base, factor) for base, factor in terms.items()])


@cache
def rule(text: str) -> Expression:
    """A derivative of functions as an expression."""
    return Reader(tokenize(text, 0), 0).sum()


def substitute(e: Expression, values: Mapping[str, Expression]) -> Expression:
    """The expression with other expressions in the place of signals."""
    if isinstance(e, Signal):
        return values[e.name]
    return rebuild(e, tuple(substitute(child, values) for child in children(e)))


def adjoint(flow: Flow, expressions: Mapping[str, Expression], shapes: Shapes, given: Sequence[str]) -> Adjoint:
    """The backward pass of a cell, where the derivatives by the signals `given` arrive as `∇name`."""
    return Deriver(flow, expressions, shapes, given).derive()


class Deriver:
    """Carries derivatives from each equation down to what it reads.

    A derivative on its way is `base * factor`: the base is a signal of the backward pass, or a product of a transposed
    weight with one; the factor is made of the cell's own signals. Kept apart, equal bases can be collected, and the
    factors, which no loop of the backward pass feeds, are computed before it.
    """

    def __init__(self, flow: Flow, expressions: Mapping[str, Expression], shapes: Shapes, given: Sequence[str]) -> None:
        self.made = Adjoint(Shapes(dict(shapes.sizes), shapes.shapes, dict(shapes.letters)))
        for name in given:
            self.settle(f"∇{name}", Signal(name))
        self.made.terms = {name: {} for name in shapes.sizes}
        self.flow, self.expressions, self.given = flow, expressions, given
        self.names: dict[Expression, str] = {}

    def derive(self) -> Adjoint:
        live = self.flow.behind(*self.given)  # the signals on which the loss depends
        crossed = {s.name for name in live for s in self.flow.reads[name] if s.shift != 0}
        named = []
        for name in self.given:
            self.give(name, Signal(f"∇{name}"), ONE)
        for name in reversed([name for name in self.flow.order if name in live]):
            terms = self.made.terms[name]
            if name in crossed or len(terms) > 1:
                named.append(name)
                self.settle(f"∂{name}", Signal(name))
                self.carry(self.expressions[name], Signal(f"∂{name}"), ONE, Signal(name))
            else:
                # One term is not worth a signal of its own: carry it on, and the loop stays short.
                for base, factor in terms.items():
                    self.carry(self.expressions[name], base, factor, Signal(name))
        for name in named:
            self.made.equations[f"∂{name}"] = collect(self.made.terms[name])
        return self.made

    def settle(self, name: str, e: Expression) -> None:
        """Give a new signal the size of an expression."""
        shapes = self.made.shapes
        shapes.sizes[name], shapes.letters[name] = shapes.of(e), (shapes.letter(e),)

    def give(self, name: str, base: Expression, factor: Expression) -> None:
        """Add a term to the total derivative by a signal."""
        terms = self.made.terms[name]
        terms[base] = plus(terms.get(base, ZERO), factor)

    def name(self, base: Expression, factor: Expression, letter: str = "δ", of: str = "") -> str:
        """The name of the signal `base * factor`, a new one if need be; `of` is the signal of which it is the first."""
        e = times(base, factor)
        if isinstance(e, Signal) and e.shift == 0:
            return e.name
        if e not in self.names:
            numbered = sum(1 for name in self.names.values() if name[1:].isdigit())
            name = self.names[e] = f"{letter}{of}" if of else f"{letter}{numbered + 1}"
            self.made.equations[name] = e
            self.settle(name, e)
        return self.names[e]

    def carry(self, e: Expression, base: Expression, factor: Expression, output: Signal | None = None) -> None:
        """Carry the derivative by an expression down to all that it reads. `output` is a signal that equals it."""
        if factor == ZERO:
            return
        if len(list(islice(walk(factor), LONG))) == LONG:
            factor = Signal(self.name(factor, ONE, "κ"))
        match e:
            case Signal(name=name, shift=0):
                self.give(name, base, factor)
            case Signal(name=name, shift=shift):
                if isinstance(base, Product) and isinstance(base.operand, Signal) and factor == ONE:
                    moved = Product(base.weight, Signal(base.operand.name, back(shift)), base.transposed)
                    self.give(name, moved, ONE)
                else:
                    self.give(name, Signal(self.name(base, factor), back(shift)), ONE)
            case Vector(name=name):
                self.made.uses.setdefault(name, []).append((self.name(base, factor), None))
            case Product(weight=weight, operand=operand, transposed=transposed):
                arrived = self.name(base, factor)
                self.made.uses.setdefault(weight, []).append((arrived, operand))
                self.carry(operand, Product(weight, Signal(arrived), not transposed), ONE)
            case Sum(terms=terms):
                for term in terms:
                    self.carry(term, base, factor)
            case Times(factors=factors):
                self.carry_times(factors, base, factor)
            case Hold(mask=mask, value=value, operand=operand):
                self.carry(value, base, times(factor, mask))
                self.carry(operand, base, times(factor, plus(ONE, minus(mask))))
            case Call(function=function, operand=operand):
                made, known = FUNCTIONS[function], {"o": output or e}
                if made.derivative:
                    slope = times(factor, substitute(rule(made.derivative), known))
                    if output and not isinstance(operand, Signal):
                        # Whatever the operand is made of gets the same derivative: it is computed once.
                        base, slope = Signal(self.name(base, slope, of=output.name)), ONE
                    self.carry(operand, base, slope)
                elif (pullback := rule(made.pullback)) != ZERO:
                    known["g"] = Signal(self.name(base, factor))
                    pulled = substitute(pullback, known)
                    self.carry(operand, Signal(self.name(pulled, ONE)), ONE)

    def carry_times(self, factors: Sequence[Expression], base: Expression, factor: Expression) -> None:
        """By each factor of a product: the others, times what arrives."""
        if len(factors) > MANY:
            half = len(factors) // 2
            left, right = times(*factors[:half]), times(*factors[half:])
            self.carry(left, base, times(factor, Signal(self.name(right, ONE, "κ"))))
            self.carry(right, base, times(factor, Signal(self.name(left, ONE, "κ"))))
            return
        for i, one in enumerate(factors):
            if not isinstance(one, Number):
                self.carry(one, base, times(factor, *factors[:i], *factors[i + 1 :]))
