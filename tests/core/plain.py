"""A plain interpreter of whole cells, and what else is computed the slow way, to hold the core against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rnnviz.core.answers.explain import Term, combine
from rnnviz.core.answers.interpret import Read, evaluate
from rnnviz.core.engine.graph import Graph, step_read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from rnnviz.core import Model
    from rnnviz.core.language.expressions import Signal
    from rnnviz.core.language.functions import Array
    from rnnviz.core.scenario.wired import Wired


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


def worked_out(root: Term) -> float:
    """The value of a term, computed again from the leaves."""
    known: dict[int, float] = {}

    def work_out(term: Term) -> float:
        if id(term) not in known:
            below = [work_out(child) for child in term.children]
            known[id(term)] = combine(term.kind, below, term.function, term.index) if below else term.value
        return known[id(term)]

    return work_out(root)


def params_at(wired: Wired, t: int) -> Mapping[str, ArrayLike]:
    """The weights that computed step t (from 0) of a run."""
    return next((part.params for part in wired.segments if t < part.stop), wired.segments[-1].params)
