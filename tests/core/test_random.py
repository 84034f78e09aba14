"""Random cells: the engine against the interpreter, and gradients against differences."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from rnnviz.core.language.expressions import text_of
from rnnviz.core.language.reader import parse
from tests.core.plain import interpret
from tests.core.random_cells import SMOOTH, cells, model_of
from tests.core.samples import assert_gradients, sample


@given(cells([*SMOOTH, "relu", "step"]), st.sampled_from([None, 2]))
def test_the_schedule_computes_what_the_equations_say(text: str, batch: int | None) -> None:
    """For any cell the engine agrees with the interpreter, single and in a batch."""
    one = sample(model_of(text), batch, steps=4)
    trace = one.run()
    for b in range(batch or 1):
        x = one.x if batch is None else one.x[:, b]
        init = {name: s if batch is None else s[..., b, :] for name, s in one.init.items()}
        plain = interpret(one.model, one.params, x, init)
        for name in trace:
            found = trace[name] if batch is None else trace[name][:, b]
            finite = np.abs(plain[name]) < 1e100
            scale = max(1.0, np.abs(plain[name][finite]).max(initial=0.0))
            assert np.allclose(found[finite], plain[name][finite], rtol=1e-9, atol=1e-12 * scale), f"{name} of\n{text}"


@given(cells(SMOOTH), st.sampled_from([None, 2]))
def test_gradients_of_random_cells(text: str, batch: int | None) -> None:
    """For any smooth cell the backward pass agrees with a random directional derivative."""
    one = sample(model_of(text), batch, steps=3)
    one.params = {name: 0.5 * value for name, value in one.params.items()}
    trace = one.run()
    assume(all((np.abs(trace[name]) < 30).all() for name in trace))
    assert_gradients(one)


@given(cells([*SMOOTH, "relu", "step"]))
def test_written_equations_read_the_same(text: str) -> None:
    """Equations written as text and read again are the same, but for needless parentheses."""
    equations = parse(text)
    again = parse("\n".join(f"{name}[t] = {text_of(equation.expression)}" for name, equation in equations.items()))
    assert {n: e.expression for n, e in again.items()} == {n: e.expression for n, e in equations.items()}
