"""A recurrent net is a recursive one: the same numbers on a chain and on a tree that leans to the left."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from rnnviz.core import CELLS, Graph, Model, bracketed, chain, parse, tree
from rnnviz.core.answers.correspondence import ChainOf, alike, as_chain, leans_left, on_chain
from tests.core.samples import cell, sample

TREES = ("recursive", "tree_lstm")
TO = {"rtol": 0, "atol": 1e-12}


def left_tree(
    name: str, words: int, seed: int = 0, **options: object
) -> tuple[Model, dict, np.ndarray, ChainOf | None]:
    """A random cell on a random left-branching tree: the cell, its weights, one row a word, and the chain."""
    random = np.random.default_rng(seed)
    D, H, K = random.integers(1, 6, size=3)
    model = Model(CELLS[name].equations, int(D), int(H), int(K), **options)  # pyright: ignore[reportArgumentType]
    params = {weight: random.normal(size=shape) for weight, shape in model.shapes.items()}
    rows = random.normal(size=(words, int(D)))
    graph = bracketed([str(i) for i in range(words)], "left")
    return model, params, rows, as_chain(model, params, model.run(params, graph.x(rows), graph=graph))


@given(some.integers(2, 30), some.integers(0, 10_000))
def test_a_left_tree_is_the_chain_of_its_words(words: int, seed: int) -> None:
    """Its inner nodes are h_t = tanh(W_lh h_{t-1} + W_rh u_{t+1} + b_h), from h_0 = u_1 on, in plain loops."""
    model, params, rows, found = left_tree("recursive", words, seed)
    assert found is not None
    u = [np.tanh(params["W_xh"] @ row + params["b_h"]) for row in rows]
    h = u[0]
    for t in range(1, words):
        h = np.tanh(params["W_lh"] @ h + params["W_rh"] @ u[t] + params["b_h"])
        np.testing.assert_allclose(found.source["h"][found.steps[t - 1]], h, **TO)
        np.testing.assert_allclose(found.trace["h"][t - 1], h, **TO)
    assert found.difference <= 1e-12
    vanilla = Model(CELLS["vanilla"].equations, model.H, model.H, model.K)
    weights = {"W_hh": params["W_lh"], "W_xh": params["W_rh"], **{n: params[n] for n in ("b_h", "W_hy", "b_y")}}
    again = vanilla.run(weights, np.array(u[1:]), {"h": u[0]})
    np.testing.assert_allclose(found.trace["h"], again["h"], **TO)
    np.testing.assert_allclose(found.trace["y"], again["y"], **TO)


@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize("activation", ["tanh", "identity"])
@pytest.mark.parametrize("bias", [True, False])
def test_it_holds_for_every_cell_of_a_tree(name: str, activation: str, bias: bool) -> None:
    """With any activation, with and without bias, all signals are the same; the weights are those of the tree."""
    _, params, _, found = left_tree(name, 7, 3, activation=activation, bias=bias)
    assert found is not None
    assert found.difference <= 1e-12
    assert set(found.trace.cell.equations) == set(found.source.cell.equations)
    for own, old in found.renamed.items():
        np.testing.assert_array_equal(found.params[own], params[old])
    assert {"W_hh": "W_lh", "W_xh": "W_rh"}.items() <= found.renamed.items() or name == "tree_lstm"


def test_a_tree_lstm_reads_two_things_of_each_word() -> None:
    """Its chain reads h and c of the next word and carries both."""
    *_, found = left_tree("tree_lstm", 4)
    assert found is not None
    assert found.inputs == {"x_h": "h", "x_c": "c"}
    assert set(found.init) == {"h", "c"}


def test_the_difference_is_measured() -> None:
    """A number that is another in one of the two is found; a nan in both is none."""
    *_, found = left_tree("recursive", 4)
    assert found is not None
    found.trace["h"][1, 0] += 0.25
    assert found.difference == pytest.approx(0.25)
    found.trace["h"][1, 0] = found.source["h"][found.steps[1], 0] = np.nan
    assert found.difference <= 1e-12


@pytest.mark.parametrize(("name", "net"), [("recursive", "vanilla"), ("tree_lstm", "lstm")])
@given(steps=some.integers(1, 20), seed=some.integers(0, 10_000))
def test_on_a_chain_it_is_a_cell_of_sequences(name: str, net: str, steps: int, seed: int) -> None:
    """Where [l] is the step before and [r] nothing, the cell is the vanilla RNN or the LSTM, number for number."""
    one = sample(cell(name), steps=steps, seed=seed, graph=chain(steps))
    found = on_chain(one.model, one.params, one.x)
    assert found is not None
    assert found.difference <= 1e-12
    other = cell(net)
    assert alike(found.model, other)
    weights = {new: found.params[old] for new, old in zip(order(other), order(found.model), strict=True)}
    np.testing.assert_allclose(other.run(weights, one.x)["h"], found.source["h"], **TO)


def order(model: Model) -> list[str]:
    """The weights in the order in which they stand in the equations."""
    return list(model.shapes)


def test_another_cell_is_not_alike() -> None:
    """Cells with other equations differ, even by one sign."""
    vanilla = cell("vanilla")
    assert not alike(vanilla, cell("gru"))
    text = CELLS["vanilla"].equations
    assert alike(vanilla, Model(text.replace("h", "s").replace("tans", "tanh"), 3, 4, 2))
    assert not alike(vanilla, Model(text.replace("+ b_h", "- b_h"), 3, 4, 2))
    assert parse(text)


@pytest.mark.parametrize(
    ("graph", "leans"),
    [
        (bracketed(list("abcde"), "left"), True),
        (tree("(a b)"), True),
        (tree("a"), False),
        (bracketed(list("abc"), "right"), False),
        (bracketed(list("abcd"), "balanced"), False),
        (chain(4), False),
    ],
)
def test_only_trees_that_lean_to_the_left_are_chains(graph: Graph, leans: bool) -> None:
    """Another tree, one word or a chain has no such chain."""
    one = sample(cell("recursive"), steps=len(graph), graph=graph)
    x = one.x if graph.is_chain else graph.x(one.x[: len(graph.leaves)])
    trace = one.model.run(one.params, x, graph=graph)
    assert leans_left(graph) is leans
    assert (as_chain(one.model, one.params, trace) is not None) is leans


@pytest.mark.parametrize(
    "equations",
    [
        "h[t] = tanh(W @ x[t])",
        "h[t] = tanh(W @ x[t] + U @ h[l])",
        "h[t] = tanh(W @ x[t] + U @ h[r])",
        "h[t] = tanh(W @ x[l] + U @ h[r])",
        "h[t] = tanh(U @ h[l] + V @ h[r] + softmax(W @ x[t]))",
        "h[t] = tanh(x[t] + h[l] + h[r])\nx_h[t] = h[l]\nc[t] = x_h[r]",
    ],
)
def test_other_cells_are_refused(equations: str) -> None:
    """A cell that does not read both children, reads their x, or needs the size of a 0, has no such chain."""
    graph = bracketed(list("abc"), "left")
    model = Model(equations, 3, 3, 3)
    trace = model.run(model.init(0), graph.x(np.eye(3)), graph=graph)
    assert as_chain(model, model.init(0), trace) is None


def test_an_inner_node_with_an_input_is_refused() -> None:
    """Where x is not 0 at an inner node, the chain would not have its numbers."""
    graph = bracketed(list("abc"), "left")
    model = cell("recursive")
    x = graph.x(np.eye(3))
    x[graph.root, 0] = 0.5
    assert as_chain(model, model.init(0), model.run(model.init(0), x, graph=graph)) is None


def test_without_children_there_is_nothing_to_put_on_a_chain() -> None:
    """A cell of sequences is refused."""
    model = cell("vanilla")
    assert on_chain(model, model.init(0), np.eye(3)) is None


def test_weights_named_otherwise_keep_their_names() -> None:
    """Only a weight that says in its name that it reads a child is renamed for the chain."""
    text = "h[t] = tanh(W_xh @ x[t] + A @ h[l] + W_rh @ h[r] + W_bh @ h[l])"
    model = Model(text, 3, 4, 2)
    params, graph = model.init(0), bracketed(["a", "b", "c"], "left")
    found = as_chain(model, params, model.run(params, graph.x(np.zeros((3, 3))), graph=graph))
    assert found
    assert set(found.params) == {"A", "W_xh", "W_bh"}
    assert found.renamed == {"A": "A", "W_xh": "W_rh", "W_bh": "W_bh"}
