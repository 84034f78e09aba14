"""Cells of one's own on trees and chains, random ones among them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rnnviz.core import InputError, Model, chain, explain, tree
from tests.core.plain import interpret, worked_out
from tests.core.random_cells import SMOOTH, random_trees
from tests.core.samples import TREES, D, H, K, assert_gradients, cell, sample


def test_children_may_be_read_without_a_loop() -> None:
    """Signals at [l] and [r] that no loop feeds are right too, forward and backward."""
    text = "h[t] = tanh(W @ x[t] + V @ x[l] + U @ x[r] + x[l] * x[r])\ny[t] = A @ h[l] - h[r] * h[t] + sigmoid(h[l])"
    for graph in (tree(TREES[2]), chain(4)):
        for batch in (None, 2):
            one = sample(Model(text, 3, 3, 3), batch, len(graph), graph=graph)
            assert_gradients(one)
            if batch is None:
                plain = interpret(one.model, one.params, one.x, one.init, graph)
                assert all(np.allclose(one.run()[s], plain[s], rtol=0, atol=1e-12) for s in plain)


def test_only_right_children() -> None:
    """A cell that reads only [r] runs on a tree; on a chain it never reads anything and has no states."""
    model = Model("h[t] = tanh(W @ x[t] + U @ h[r])", D, H, K)
    assert model.lags == {}
    assert_gradients(sample(model, steps=5, graph=tree("(a (b c))")))
    one = sample(model)
    np.testing.assert_allclose(one.run()["h"], np.tanh(one.x @ one.params["W"].T), rtol=0, atol=1e-15)
    assert_gradients(one)


def test_children_and_other_steps_on_a_chain() -> None:
    """On a chain a cell may read [l] and [t-2] and [t+1] side by side; states lie before and after."""
    text = "h[t] = tanh(W @ x[t] + V @ h[l] + U @ h[t-2])\ny[t] = A @ h[t+1] + h[r]"
    for steps in (1, 5):
        one = sample(Model(text, D, 2, 2), steps=steps)
        assert one.init["h"].shape == (3, 2)
        assert_gradients(one)
        plain = interpret(one.model, one.params, one.x, one.init, one.graph)
        assert all(np.allclose(one.run()[name], plain[name], rtol=0, atol=1e-12) for name in plain)


@pytest.mark.parametrize("name", ["vanilla", "lstm", "convolution", "bidirectional"])
def test_cells_for_sequences_run_on_a_chain(name: str) -> None:
    """chain(T) is a sequence: cells that read [t-1] and [t+1] give what they give without a graph."""
    one = sample(cell(name))
    without, on_chain = one.run(), one.model.run(one.params, one.x, one.init, chain(len(one.x)))
    assert all((without[signal] == on_chain[signal]).all() for signal in without)


def test_a_cell_without_neighbours_runs_on_a_tree() -> None:
    """A feed-forward cell computes every node by itself."""
    one = sample(cell("feedforward"), steps=3, graph=tree("(a b)"))
    assert (one.run()["y"] == one.model.run(one.params, one.x)["y"]).all()


@st.composite
def tree_cells(draw: st.DrawFn, functions: list[str]) -> str:
    """One to three equations; each reads x, what is defined above it, and everything at the children."""
    names = ["h", "c", "y"][: draw(st.integers(1, 3))]
    lines = []
    for i, name in enumerate(names):
        signals = ["x[t]", "x[l]", "x[r]", *[f"{n}[{child}]" for n in names for child in "lr"]]
        leaves = st.sampled_from([*signals, *signals, *[f"{n}[t]" for n in names[:i]], "b_1", "0.5"])

        def larger(below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
            return st.one_of(
                st.tuples(below, st.sampled_from("+-*"), below).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
                st.tuples(st.sampled_from(["W_1", "W_2", "W_3"]), below).map(lambda p: f"({p[0]} @ {p[1]})"),
                st.tuples(st.sampled_from(functions), below).map(lambda p: f"{p[0]}({p[1]})"),
            )

        lines.append(f"{name}[t] = {draw(st.recursive(leaves, larger, max_leaves=8))}")
    return "\n".join(lines)


def model_of(text: str) -> Model:
    """The model of a random text, unless a function has no vector."""
    try:
        return Model(text, 2, 3, 2)  # D = K, so that no sizes clash
    except InputError as error:
        assume(error.code not in {"number_right_of_at", "number_in_function"})
        raise


@given(tree_cells([*SMOOTH, "relu"]), random_trees(6), st.booleans())
def test_the_schedule_computes_what_the_equations_say(text: str, sentence: str, on_chain: bool) -> None:
    """For any cell on any tree, and on a chain, the engine agrees with the interpreter, and every number adds up."""
    graph = chain(4) if on_chain else tree(sentence)
    one = sample(model_of(text), steps=len(graph), graph=graph)
    trace, plain = one.run(), interpret(one.model, one.params, one.x, one.init, graph)
    for name in trace:
        scale = max(1.0, np.abs(plain[name]).max())
        assume(scale < 1e6)
        assert np.allclose(trace[name], plain[name], rtol=1e-9, atol=1e-12 * scale), f"{name} of\n{text}"
        term = explain(one.model, one.params, trace, name, graph.root, 0)
        assert abs(worked_out(term) - trace[name][-1, 0]) < 1e-9 * scale


@given(tree_cells(SMOOTH), random_trees(5), st.sampled_from([None, 2]))
def test_gradients_of_random_cells(text: str, sentence: str, batch: int | None) -> None:
    """For any smooth cell on any tree the backward pass agrees with a random directional derivative."""
    graph = tree(sentence)
    one = sample(model_of(text), batch, len(graph), graph=graph)
    one.params = {name: 0.5 * value for name, value in one.params.items()}
    trace = one.run()
    assume(all((np.abs(trace[name]) < 30).all() for name in trace))
    assert_gradients(one)
