"""Random cells: the engine against the interpreter, and gradients against differences."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from rnnviz.core import InputError, Model
from rnnviz.core.language.expressions import text_of
from rnnviz.core.language.reader import parse
from tests.core.plain import interpret
from tests.core.samples import assert_gradients, sample

SMOOTH = ["tanh", "sigmoid", "softmax", "identity", "total"]
NAMES = ["h", "g", "c", "y"]


@st.composite
def cells(draw: st.DrawFn, functions: list[str]) -> str:
    """One to four equations; each reads x, what is defined above it in any step, and everything at earlier steps."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    lines = []
    for i, name in enumerate(names):
        signals = ["x[t]", "x[t-1]", "x[t+2]", *[f"{n}[t-{k}]" for n in names for k in (1, 2)]]
        signals += [f"{n}[t{k}]" for n in names[:i] for k in ("", "+1")] + [f"{name}[t+1]"]
        leaves = st.sampled_from([*signals, *signals, "b_1", "b_2", "0.5", "2"])

        def larger(below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
            matrix = st.sampled_from(["W_1", "W_2", "W_3", "W_4"])
            return st.one_of(
                st.tuples(below, st.sampled_from("+-*"), below).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
                st.tuples(matrix, below).map(lambda p: f"({p[0]} @ {p[1]})"),
                st.tuples(st.sampled_from(functions), below).map(lambda p: f"{p[0]}({p[1]})"),
                below.map(lambda e: f"(-{e})"),
            )

        lines.append(f"{name}[t] = {draw(st.recursive(leaves, larger, max_leaves=8))}")
    return "\n".join(lines)


def model_of(text: str) -> Model:
    """The model of a random text, unless it is one of those that are refused."""
    try:
        return Model(text, 2, 3, 2)  # D = K, so that no sizes clash
    except InputError as error:
        if error.code not in {"past_and_future", "number_right_of_at", "number_in_function"}:
            raise  # what is drawn here may be refused for no other reason
        reject()


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
