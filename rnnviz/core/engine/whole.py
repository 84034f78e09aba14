"""What is computed for all steps at once: expressions to steps of a program.

Equal expressions are computed once, and what stands side by side takes as few operations as possible.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rnnviz.core.engine.machine import Machine
from rnnviz.core.engine.program import Home, Program, Value
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
    negated,
    plus,
    times,
    varies,
)
from rnnviz.core.language.shapes import Shapes


class ProgramWriter:
    """Writes a program step by step, where `homes` in the first blocks are given."""

    def __init__(self, shapes: Shapes, homes: Mapping[str, Home], blocks: Sequence[int]) -> None:
        self.shapes = shapes
        self.program = Program(list(blocks), len(blocks), dict(homes))
        self.made: dict[Any, Value] = {}

    def settle(self, names: Sequence[str]) -> None:
        """A new block, with room for these signals side by side."""
        start = 0
        for name in names:
            self.program.homes[name] = Home(len(self.program.blocks), start, self.shapes.sizes[name])
            start += self.shapes.sizes[name]
        self.program.blocks.append(start)

    def whole(self, e: Expression) -> Value:
        """The number of the value of an expression over all steps; equal expressions are computed once."""
        if e not in self.made:
            self.made[e] = self.compute(e, None)
        return self.made[e]

    def into(self, e: Expression, home: Home) -> None:
        """Compute a signal into its home."""
        if isinstance(e, Signal) or e in self.made or not varies(e):
            self.program.do(Machine.fill, home, self.whole(e))
        else:
            self.made[e] = self.compute(e, home)

    def compute(self, e: Expression, into: Home | None) -> Value:
        match e:
            case Signal(name=name, shift=shift):
                return self.program.do(Machine.view, self.program.homes[name], shift)
            case Vector(name=name):
                return self.program.do(Machine.vector, name)
            case Number(value=value):
                return self.program.do(Machine.constant, np.array([value]))
            case Product(weight=weight, operand=operand, transposed=transposed):
                matrix = self.matrix((weight,), transposed, 0)
                return self.program.do(Machine.product, matrix, self.whole(operand), into)
            case Call(function=function, operand=operand):
                return self.program.do(Machine.call, function, self.whole(operand), 1 if varies(operand) else 0, into)
            case Hold(mask=mask, value=value, operand=operand):
                held = (self.whole(mask), self.whole(value), self.whole(operand))
                return self.program.do(Machine.hold, *held, into)
            case Sum():
                lead, rest = self.sum_operands(e)
            case Times():
                lead, *others = self.times_operands(e)
                rest = [(np.multiply, other) for other in others]
        return self.program.do(Machine.fold, self.whole(lead), tuple((f, self.whole(o)) for f, o in rest), into)

    def times_operands(self, e: Times) -> list[Expression]:
        """The factors, what varies first: then the first product has its full shape, the others go in place."""
        fixed = [factor for factor in e.factors if not varies(factor)]
        varying = [factor for factor in e.factors if varies(factor)]
        return [*varying, times(*fixed)] if varying and fixed else list(e.factors)

    def sum_operands(self, e: Sum) -> tuple[Expression, list[tuple[np.ufunc, Expression]]]:
        """One term that is not subtracted, and the others with their operation."""
        fixed = [term for term in e.terms if not varies(term)]
        varying = [term for term in e.terms if varies(term)]
        terms = [*varying, plus(*fixed)] if varying and fixed else list(e.terms)
        lead = next((term for term in terms if negated(term) is None), terms[0])
        terms.remove(lead)
        return lead, [(np.subtract, n) if (n := negated(term)) else (np.add, term) for term in terms]

    def matrix(self, weights: tuple[str, ...], transposed: bool, axis: int) -> Value:
        key = (weights, transposed, axis)
        if key not in self.made:
            self.made[key] = self.program.do(Machine.matrix, *key)
        return self.made[key]

    def beside(self, expressions: Sequence[Expression], sizes: tuple[int, ...]) -> Value:
        """Several expressions side by side in one value, with as few operations as possible.

        `sizes` says how many numbers each has there; a number alone is spread out.
        """
        first = expressions[0]
        if len(expressions) == 1:
            return self.whole(first)
        key = ("beside", sizes, *expressions)
        if key not in self.made:
            self.made[key] = self.put_beside(expressions, sizes)
        return self.made[key]

    def put_beside(self, expressions: Sequence[Expression], sizes: tuple[int, ...]) -> Value:
        products = [e for e in expressions if isinstance(e, Product)]
        if len(products) == len(expressions) and len({(p.operand, p.transposed) for p in products}) == 1:
            matrix = self.matrix(tuple(p.weight for p in products), products[0].transposed, 0)
            return self.program.do(Machine.product, matrix, self.whole(products[0].operand), None)
        if all(isinstance(e, Vector) for e in expressions):
            return self.program.do(Machine.vector, *[e.name for e in expressions if isinstance(e, Vector)])
        if columns := alike(expressions):
            lead, *others = [self.beside(column, sizes) for column in columns]
            return self.program.do(Machine.fold, lead, tuple((np.add, other) for other in others), None)
        parts = tuple((self.whole(e), size) for e, size in zip(expressions, sizes, strict=True))
        return self.program.do(Machine.beside, parts, any(map(varies, expressions)))


def alike(expressions: Sequence[Expression]) -> list[list[Expression]] | None:
    """Sums with the same kinds of terms, as columns of such terms (what varies first); None if they differ."""
    rows = [
        sorted(e.terms, key=lambda term: (not varies(term), type(term).__name__))
        for e in expressions
        if isinstance(e, Sum)
    ]
    if len(rows) < len(expressions) or len({len(row) for row in rows}) > 1:
        return None
    columns = [list(column) for column in zip(*rows, strict=True)]
    same = all(len({(type(term), varies(term)) for term in column}) == 1 for column in columns)
    return columns if same and varies(columns[0][0]) else None
