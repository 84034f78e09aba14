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
    Number,
    Product,
    Signal,
    Sum,
    Times,
    Vector,
    direction,
    signals,
)
from rnnviz.core.language.functions import FUNCTIONS, Array
from rnnviz.core.language.order import components, step_order
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
    inputs, pad = model.checked_inputs(x), model.pad
    T = max(map(len, inputs.values()))
    model.check_graph(graph, T, bool(init))
    values = {name: np.zeros((T + 2 * pad, size)) for name, size in model.sizes.items()}
    for name, given in inputs.items():
        values[name][pad : pad + T] = given
    for name, states in (init or {}).items():
        lag, given = model.lags[name], np.reshape(states, (-1, model.sizes[name]))
        values[name][pad - lag.earlier : pad] = given[: lag.earlier]
        values[name][pad + T : pad + T + lag.later] = given[lag.earlier :]

    def reader(t: int) -> Read:
        def read(s: Signal) -> Array:
            place = step_read(graph, s.shift, t)
            return np.zeros(model.sizes[s.name]) if place is None else values[s.name][pad + place]

        return read

    with np.errstate(all="ignore"):
        for part in components(model.expressions):
            inside = [s for name in part for s in signals(model.expressions[name]) if s.name in part]
            backwards = any(direction(s.shift) > 0 for s in inside)
            for t in reversed(range(T)) if backwards else range(T):
                for name in step_order(model.expressions, part):
                    values[name][pad + t] = evaluate(model.expressions[name], params, reader(t))
    return {name: value[pad : pad + T] for name, value in values.items()}
