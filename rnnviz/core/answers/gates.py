"""What a gated cell remembers: when it was written, how much of it was kept, and what would be lost else."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnviz.core.engine.trace import Trace
from rnnviz.core.language.expressions import (
    ONE,
    Expression,
    Signal,
    Sum,
    Times,
    minus,
    negated,
    plus,
    signals,
    times,
)
from rnnviz.core.language.functions import Array
from rnnviz.core.learning.itemised import triangle
from rnnviz.core.model import Model


@dataclass(frozen=True, slots=True)
class Remembered:
    """The input that a state depends on most, of those before its own step.

    step      when it was read, from 1
    now       the step that is asked, from 1
    state     the state that carries it
    unit      the number of the state that holds most of it, from 0
    written   how far the gate was open for it, from 0 to 1, when it was read; and
    since     how far at most afterwards
    kept      what part of it is left now: the product of all that was kept since
    value     the number of the state now, and
    without   what it would be had nothing been kept at the step after it was read
    """

    step: int
    now: int
    state: str
    unit: int
    written: float
    since: float
    kept: float
    value: float
    without: float


def parts(model: Model, state: str) -> tuple[Expression, Expression] | None:
    """What a state's earlier value is multiplied by, and what opens the way for what is written; None without such.

    Of c[t] = f[t] * c[t-1] + i[t] * g[t] these are f and i, of h[t] = (1 - z[t]) * n[t] + z[t] * h[t-1] z and 1 - z.
    """
    e = model.expressions[state]
    if not isinstance(e, Sum) or len(e.terms) != 2:
        return None
    kept = [term for term in e.terms if isinstance(term, Times) and carries(term, state)]
    written = [term for term in e.terms if term not in kept and isinstance(term, Times) and not negated(term)]
    if len(kept) != 1 or len(written) != 1:
        return None
    keep = times(*(factor for factor in kept[0].factors if not carries(factor, state)))
    gates = [factor for factor in written[0].factors if is_gate(model, factor)]
    return (keep, gates[0]) if len(gates) == 1 and is_gate(model, keep) else None


def carries(e: Expression, state: str) -> bool:
    """Whether an expression is made of a state's earlier value."""
    return any(s.name == state and isinstance(s.shift, int) and s.shift < 0 for s in signals(e))


def is_gate(model: Model, e: Expression) -> bool:
    """Whether an expression is a gate, or 1 minus one: a sigmoid of this step."""
    read = list(signals(e))
    if len(read) != 1 or read[0].shift != 0 or e not in (read[0], plus(ONE, minus(read[0]))):
        return False
    made = model.expressions.get(read[0].name)
    return getattr(made, "function", "") == "sigmoid"


def value(e: Expression, trace: Trace) -> Array:
    """A gate, or 1 minus one, at every step, (T, n)."""
    if isinstance(e, Signal):
        return trace[e.name]
    return 1.0 - trace[next(iter(signals(e))).name]


def remembered(model: Model, params: Mapping[str, Array], trace: Trace, state: str) -> Remembered | None:
    """What a state remembers at the last step; None for a cell without such gates, and where nothing earlier counts."""
    found = parts(model, state)
    if found is None or trace.T < 3:
        return None
    keep, write = found
    norms = triangle(model, params, trace, state)[-1]
    now = trace.T - 1
    step = int(np.argmax(norms[:now]))
    if norms[step] < 0.05 * norms.max() or step >= now:
        return None
    kept, opened = value(keep, trace), value(write, trace)
    unit = int(np.argmax(np.abs(opened[step] * trace[state][step]) * kept[step + 1 :].prod(0)))
    # Without what was kept at the step after it was read, everything that was made of it is gone.
    init = {name: trace.at(name, step + 1) for name in model.lags}
    init[state] = init[state] - kept[step + 1] * trace[state][step]
    rest = model.run(params, trace["x"][step + 2 :], init=init)[state][-1] if step + 2 <= now else init[state]
    return Remembered(
        step + 1,
        now + 1,
        state,
        unit,
        float(opened[step, unit]),
        float(opened[step + 1 :, unit].max()),
        float(kept[step + 1 :, unit].prod()),
        float(trace[state][now, unit]),
        float(rest[unit]),
    )
