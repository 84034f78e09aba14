"""A plain interpreter of expressions: one step after another, nothing lifted or fused. Slow and easy to believe."""

from collections.abc import Callable, Mapping

import numpy as np

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
)
from rnnviz.core.language.functions import FUNCTIONS, Array

Read = Callable[[Signal], Array]
Multiply = Callable[[str, Array], Array]


def evaluate(e: Expression, params: Mapping[str, Array], read: Read, multiply: Multiply | None = None) -> Array:
    """The value of an expression in one step, (n,), or () for numbers alone; `read` gives the value of a signal.

    Many at once are columns, (n, many); vectors among `params` are then (n, 1). `multiply` stands in for the product
    of a weight and a value, if it is more than that.
    """
    match e:
        case Signal():
            return read(e)
        case Vector(name=name):
            return params[name]
        case Number(value=value):
            return np.array(value)
        case Product(weight=weight, operand=operand, transposed=transposed):
            value = evaluate(operand, params, read, multiply)
            if multiply and not transposed:
                return multiply(weight, value)
            return (params[weight].T if transposed else params[weight]) @ value
        case Call(function=function, operand=operand):
            value = np.atleast_1d(evaluate(operand, params, read, multiply))
            return FUNCTIONS[function].value(value, 0)
        case Hold(mask=mask, value=value, operand=operand):
            held, where = (evaluate(child, params, read, multiply) for child in (value, mask))
            return np.where(where != 0.0, held, evaluate(operand, params, read, multiply))
        case Sum(terms=terms):
            result = np.array(0.0)
            for term in terms:
                result = result + evaluate(term, params, read, multiply)
            return result
        case Times(factors=factors):
            result = np.array(1.0)
            for factor in factors:
                result = result * evaluate(factor, params, read, multiply)
            return result
