"""A plain interpreter of the equations: one step after another, one node after another, nothing lifted or fused.

Slow and easy to believe. Tests hold the engine against it, and `explain` reads single numbers with it.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.engine.graph import Graph, step_read
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
from rnnviz.core.model import Model

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


def interpret(
    model: Model,
    params: Mapping[str, Array],
    x: ArrayLike | Mapping[str, ArrayLike],
    init: Mapping[str, ArrayLike] | None = None,
    graph: Graph | None = None,
) -> dict[str, Array]:
    """Every signal of one sequence, step by step, or of one graph, node by node.

    x (T, D), or a mapping, `init` (unchecked) and `graph` as in `Model.run`.
    """
    cell = model.cell
    inputs, pad = cell.checked_inputs(x), cell.pad
    T = max(map(len, inputs.values()))
    cell.check_graph(graph, T, bool(init))
    values = {name: np.zeros((T + 2 * pad, size)) for name, size in cell.sizes.items()}
    for name, given in inputs.items():
        values[name][pad : pad + T] = given
    for name, states in (init or {}).items():
        lag, given = cell.lags[name], np.reshape(states, (-1, cell.sizes[name]))
        values[name][pad - lag.earlier : pad] = given[: lag.earlier]
        values[name][pad + T : pad + T + lag.later] = given[lag.earlier :]

    def reader(t: int) -> Read:
        def read(s: Signal) -> Array:
            place = step_read(graph, s.shift, t)
            return np.zeros(cell.sizes[s.name]) if place is None else values[s.name][pad + place]

        return read

    with np.errstate(all="ignore"):
        for component in cell.flow.components:
            for t in reversed(range(T)) if component.backwards else range(T):
                for name in component.order:
                    values[name][pad + t] = evaluate(cell.expressions[name], params, reader(t))
    return {name: value[pad : pad + T] for name, value in values.items()}
