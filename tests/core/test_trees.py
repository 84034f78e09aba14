"""Cells on trees: forward, backward, the two ways in which a chain is a tree, deep trees, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnviz.core import CELLS, Graph, InputError, Model, bracketed, chain, explain, forest, reason, tree
from rnnviz.core.engine import memory
from rnnviz.core.language.expressions import Signal
from tests.core.plain import interpret, worked_out
from tests.core.samples import TREES, D, H, K, assert_gradients, cell, sample

TREE_CELLS = [name for name in CELLS if cell(name).child]
every_tree_cell = pytest.mark.parametrize("name", TREE_CELLS)
every_tree = pytest.mark.parametrize("text", TREES)

Numbers = Any


def sigmoid(a: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-a))


def recursive(p: Numbers, graph: Graph, x: Numbers, node: int, found: Numbers) -> Numbers:
    """The state of a node of the recursive net, by plain recursion; all states go into `found`."""
    total = p["W_xh"] @ x[node] + p["b_h"]
    for side, child in (("l", graph.left[node]), ("r", graph.right[node])):
        if child is not None:
            total = total + p[f"W_{side}h"] @ recursive(p, graph, x, child, found)
    found["h"][node] = np.tanh(total)
    return found["h"][node]


def recursive_back(p: Numbers, graph: Graph, x: Numbers, node: int, dh: Numbers, h: Numbers, grads: Numbers) -> None:
    """The derivatives of the recursive net, by plain recursion from the root; `dh` is what arrives from above."""
    grads["h"][node] = dh = dh + grads["given"][node]
    d = dh * (1 - h[node] ** 2)
    grads["x"][node] = p["W_xh"].T @ d
    grads["W_xh"] += np.outer(d, x[node])
    grads["b_h"] += d
    for side, child in (("l", graph.left[node]), ("r", graph.right[node])):
        if child is not None:
            grads[f"W_{side}h"] += np.outer(d, h[child])
            recursive_back(p, graph, x, child, p[f"W_{side}h"].T @ d, h, grads)


def tree_lstm(p: Numbers, graph: Graph, x: Numbers, node: int, found: Numbers) -> Numbers:
    """h and c of a node of the tree LSTM, by plain recursion, as Tai, Socher and Manning 2015 write it."""
    zero = (np.zeros(H), np.zeros(H))
    left, right = graph.left[node], graph.right[node]
    hl, cl = zero if left is None else tree_lstm(p, graph, x, left, found)
    hr, cr = zero if right is None else tree_lstm(p, graph, x, right, found)

    def sums(letter: str, from_x: str) -> Numbers:
        return p[f"W_x{from_x}"] @ x[node] + p[f"W_l{letter}"] @ hl + p[f"W_r{letter}"] @ hr + p[f"b_{from_x}"]

    i, fl, fr, o = (sigmoid(sums(a, b)) for a, b in (("i", "i"), ("fl", "f"), ("fr", "f"), ("o", "o")))
    c = i * np.tanh(sums("g", "g")) + fl * cl + fr * cr
    h = o * np.tanh(c)
    found["h"][node], found["c"][node] = h, c
    return h, c


PLAIN = {"recursive": recursive, "tree_lstm": tree_lstm}


@every_tree
@every_tree_cell
def test_against_a_plain_recursion(name: str, text: str) -> None:
    """Every state of every node is what a function that calls itself for the children gives."""
    graph = tree(text)
    one = sample(cell(name), steps=len(graph), graph=graph)
    trace, found = one.run(), {"h": np.zeros((len(graph), H)), "c": np.zeros((len(graph), H))}
    PLAIN[name](one.params, graph, one.x, graph.root, found)
    for signal in trace.keys() & found.keys():
        np.testing.assert_allclose(trace[signal], found[signal], rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace["y"], found["h"] @ one.params["W_hy"].T + one.params["b_y"], rtol=0, atol=1e-12)
    assert trace.graph is graph
    assert (trace.at("h", graph.root) == trace["h"][-1]).all()


@every_tree
def test_gradients_against_a_plain_recursion(text: str) -> None:
    """The derivatives by all weights, states and inputs are those of a recursion from the root down."""
    graph = tree(text)
    one = sample(cell("recursive"), steps=len(graph), graph=graph)
    trace = one.run()
    dh = np.random.default_rng(5).normal(size=trace["h"].shape)
    grads = one.model.backward(one.params, trace, {"h": dh})
    plain = {weight: np.zeros(shape) for weight, shape in one.model.shapes.items()}
    signals = {"h": np.zeros((len(graph), H)), "x": np.zeros((len(graph), D))}
    down = {**plain, **signals, "given": dh}
    recursive_back(one.params, graph, one.x, graph.root, np.zeros(H), trace["h"], down)
    for weight in plain:
        np.testing.assert_allclose(grads.params[weight], down[weight], rtol=0, atol=1e-12, err_msg=weight)
    for signal in signals:
        np.testing.assert_allclose(grads.signals[signal], down[signal], rtol=0, atol=1e-12, err_msg=signal)
    assert dict(grads.init) == {}


@every_tree
@every_tree_cell
@pytest.mark.parametrize("batch", [None, 3])
def test_gradients_against_differences(name: str, text: str, batch: int | None) -> None:
    """Along a random direction in all weights and inputs the derivatives are those of differences."""
    graph = tree(text)
    assert_gradients(sample(cell(name), batch, len(graph), graph=graph))


@every_tree_cell
def test_a_batch_on_one_tree_is_many_singles(name: str) -> None:
    """Sentences of the same tree, together, give what each gives by itself; gradients of weights add up."""
    graph = tree(TREES[2])
    one = sample(cell(name), 3, len(graph), graph=graph)
    trace = one.run()
    grads = one.model.backward(one.params, trace, {"y": np.cos(trace["y"])})
    summed = dict.fromkeys(one.model.shapes, 0.0)
    for b in range(3):
        single = one.model.run(one.params, one.x[:, b], graph=graph)
        alone = one.model.backward(one.params, single, {"y": np.cos(single["y"])})
        for signal in trace:
            np.testing.assert_allclose(trace[signal][:, b], single[signal], rtol=0, atol=1e-12)
            np.testing.assert_allclose(grads.signals[signal][:, b], alone.signals[signal], rtol=0, atol=1e-12)
        summed = {weight: total + alone.params[weight] for weight, total in summed.items()}
    for weight, total in summed.items():
        np.testing.assert_allclose(grads.params[weight], total, rtol=0, atol=1e-11)


@every_tree_cell
def test_a_forest_is_many_singles(name: str) -> None:
    """Trees of any shapes, run as one graph, give what each gives by itself; gradients of weights add up."""
    graphs = [tree(text) for text in TREES]
    together = forest(graphs)
    one = sample(cell(name), steps=len(together), graph=together)
    trace = one.run()
    dy = np.zeros_like(trace["y"])
    dy[list(together.roots)] = np.cos(trace["y"][list(together.roots)])
    grads = one.model.backward(one.params, trace, {"y": dy})
    summed = dict.fromkeys(one.model.shapes, 0.0)
    first = 0
    for graph in graphs:
        rows = slice(first, first + len(graph))
        first = rows.stop
        single = one.model.run(one.params, one.x[rows], graph=graph)
        alone = one.model.backward(one.params, single, {"y": dy[rows]})
        for signal in trace:
            np.testing.assert_allclose(trace[signal][rows], single[signal], rtol=0, atol=1e-12)
            np.testing.assert_allclose(grads.signals[signal][rows], alone.signals[signal], rtol=0, atol=1e-12)
        summed = {weight: total + alone.params[weight] for weight, total in summed.items()}
    for weight, total in summed.items():
        np.testing.assert_allclose(grads.params[weight], total, rtol=0, atol=1e-12)


def test_on_a_chain_the_recursive_cell_is_the_vanilla_rnn() -> None:
    """With W_lh as W_hh it gives the same numbers, forward, backward and at the state before the first step."""
    model, other = cell("recursive"), cell("vanilla")
    for batch in (None, 2):
        one = sample(model, batch)
        params = {name: value for name, value in one.params.items() if name not in ("W_lh", "W_rh")}
        params["W_hh"] = one.params["W_lh"]
        trace, vanilla = one.run(), other.run(params, one.x, one.init)
        given = {"y": np.cos(vanilla["y"]), "h": np.sin(vanilla["h"])}
        grads, like = model.backward(one.params, trace, given), other.backward(params, vanilla, given)
        for signal in vanilla:
            np.testing.assert_allclose(trace[signal], vanilla[signal], rtol=0, atol=1e-12)
            np.testing.assert_allclose(grads.signals[signal], like.signals[signal], rtol=0, atol=1e-12)
        for weight in like.params:
            mine = "W_lh" if weight == "W_hh" else weight
            np.testing.assert_allclose(grads.params[mine], like.params[weight], rtol=0, atol=1e-12)
        assert not grads.params["W_rh"].any()
        np.testing.assert_allclose(grads.init["h"], like.init["h"], rtol=0, atol=1e-12)
        np.testing.assert_array_equal(trace.before("h"), vanilla.before("h"))


@pytest.mark.parametrize("words", [2, 3, 9])
def test_a_tree_that_branches_left_is_a_chain(words: int) -> None:
    """Its inner nodes are the chain from h_0 = u_1 that reads u_2 ... u_T, u_i the states of the leaves."""
    graph = bracketed("a" * words, "left")
    random = np.random.default_rng(words)
    one = sample(cell("recursive"), steps=len(graph), graph=graph)
    one.x = graph.x(random.normal(size=(words, D)))
    trace = one.run()
    u = trace["h"][list(graph.leaves)]
    inner = [node for node in range(len(graph)) if graph.children(node)]
    weights = {"W_hh": one.params["W_lh"], "W_xh": one.params["W_rh"], "b_h": one.params["b_h"]}
    weights |= {"W_hy": one.params["W_hy"], "b_y": one.params["b_y"]}
    vanilla = Model(CELLS["vanilla"].equations, H, H, K).run(weights, u[1:], {"h": u[0]})
    np.testing.assert_allclose(trace["h"][inner], vanilla["h"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace["y"][inner], vanilla["y"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("branching", ["left", "right"])
@every_tree_cell
def test_deep_and_lopsided_trees(name: str, branching: str) -> None:
    """1,500 levels run forward and backward, and give what the interpreter and differences give."""
    graph = bracketed(["a"] * 1501, branching)
    one = sample(cell(name), steps=len(graph), graph=graph)
    one.params = {weight: 0.3 * value for weight, value in one.params.items()}
    trace = one.run()
    assert max(graph.depth) == 1500
    plain = interpret(one.model, one.params, one.x, graph=graph)
    np.testing.assert_allclose(trace["h"], plain["h"], rtol=0, atol=1e-12)
    dy = np.zeros_like(trace["y"])
    dy[-1] = 1.0
    grads = one.model.backward(one.params, trace, {"y": dy})
    # By differences, at one input near the root.
    near = graph.leaves[-1 if branching == "left" else 0]
    moved = [one.x.copy(), one.x.copy()]
    moved[0][near, 0] += 1e-5
    moved[1][near, 0] -= 1e-5
    up, down = (one.model.run(one.params, x, graph=graph)["y"][-1].sum() for x in moved)
    assert grads.signals["x"][near, 0] == pytest.approx((up - down) / 2e-5, abs=1e-8)
    assert np.isfinite(grads.params["W_xh" if name == "recursive" else "W_xi"]).all()


@every_tree_cell
def test_memory_that_is_used_again(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the children's rows lie in memory used before, all numbers are the same, and keep being so."""
    graph = tree(TREES[2])
    one = sample(cell(name), 2, len(graph), graph=graph)

    def work() -> list[Numbers]:
        trace = one.run()
        grads = one.model.backward(one.params, trace, {"y": trace["y"]})
        return [trace["h"], *grads.params.values(), *[grads.signals[signal] for signal in trace]]

    expected = work()
    monkeypatch.setattr(memory, "LARGE", 1)
    kept = [work() for _ in range(4)]
    assert all((one == other).all() for found in kept for one, other in zip(found, expected, strict=True))


@every_tree_cell
def test_a_mirror_swaps_the_children(name: str) -> None:
    """The root of a tree is that of its mirror image, if the weights of left and right are swapped as well."""
    left, right = bracketed("a" * 9, "left"), bracketed("a" * 9, "right")
    one = sample(cell(name), steps=9)
    swapped = {w: one.params[w[:2] + w[2:].translate(str.maketrans("lr", "rl"))] for w in one.params}
    trace = one.model.run(one.params, left.x(one.x), graph=left)
    mirror = one.model.run(swapped, right.x(one.x[::-1]), graph=right)
    np.testing.assert_allclose(trace["h"][-1], mirror["h"][-1], rtol=0, atol=1e-12)
    assert (one.model.run(one.params, right.x(one.x[::-1]), graph=right)["h"][-1] != trace["h"][-1]).any()


# --------------------------------------------------------------------------------------------------------- other cells


# -------------------------------------------------------------------------------------------------- where it comes from


@every_tree_cell
def test_the_terms_of_a_node_add_up(name: str) -> None:
    """Every number of every node is the sum of its terms, and a child's number is that child's."""
    graph = tree(TREES[2])
    one = sample(cell(name), steps=len(graph), graph=graph)
    trace = one.run()
    for node in range(len(graph)):
        for signal in one.model.equations:
            term = explain(one.model, one.params, trace, signal, node, 1)
            assert term.value == trace[signal][node, 1]
            assert abs(worked_out(term) - term.value) < 1e-12
            waiting = [term]
            while waiting:
                below = waiting.pop()
                waiting += below.children
                if below.name.startswith(("h[l]", "c[l]", "h[r]", "c[r]")):
                    child = (graph.left if "[l]" in below.name else graph.right)[node]
                    assert below.step == child
                    numbers = np.zeros(H) if child is None else trace[below.name[0]][child]
                    assert below.value == numbers[below.index[0]]


@every_tree_cell
def test_what_moved_a_node_adds_up(name: str) -> None:
    """What the sources of a node add up to is its difference from a node whose sources are all zero."""
    graph = tree(TREES[2])
    one = sample(cell(name), steps=len(graph), graph=graph)
    trace = one.run()
    zeroed = {weight: value if value.ndim == 2 else 0 * value for weight, value in one.params.items()}
    nothing = one.model.run(zeroed, np.zeros((1, D)), graph=tree("a"))
    for node in range(len(graph)):
        found = reason(one.model, one.params, trace, "h", node, 2)
        assert abs(sum(part for _, part in found) - (trace["h"][node, 2] - nothing["h"][0, 2])) < 1e-12
        read = {source.shift for source, part in found if isinstance(source, Signal) and part}
        assert read == ({0, "l", "r"} if graph.children(node) else {0})


def test_on_a_chain_a_step_is_moved_from_the_step_before() -> None:
    """On a chain what moved a number is counted from the step before, as it is in a sequence."""
    one = sample(cell("recursive"))
    trace = one.run()
    found = reason(one.model, one.params, trace, "h", 3, 0)
    assert abs(sum(part for _, part in found) - (trace["h"][3, 0] - trace["h"][2, 0])) < 1e-12


def test_numbers_that_a_tree_does_not_have() -> None:
    """A tree has no node before the first and none after the root."""
    graph = tree("(a b)")
    one = sample(cell("recursive"), steps=3, graph=graph)
    trace = one.run()
    for node in (-1, 3):
        with pytest.raises(InputError) as error:
            explain(one.model, one.params, trace, "h", node, 0)
        assert error.value.code == "no_such_number"
        assert not trace.at("h", node).any()
    assert trace.before("h").shape == (0, H)


# ------------------------------------------------------------------------------------------------------ what is refused

REFUSED = [  # cell, graph, rows of x, init, code, line, column
    ("recursive", None, 3, {}, "needs_tree", 1, 34),
    ("tree_lstm", None, 3, {}, "needs_tree", 1, 37),
    ("vanilla", tree("(a b)"), 3, {}, "tree_steps", 1, 34),
    ("convolution", tree("(a b)"), 3, {}, "tree_steps", 1, 20),
    ("bidirectional", tree("(a b)"), 3, {}, "tree_steps", 1, 34),
    ("recursive", tree("(a b)"), 2, {}, "graph_rows", None, None),
    ("recursive", chain(3), 4, {}, "graph_rows", None, None),
    ("vanilla", chain(3), 4, {}, "graph_rows", None, None),
    ("recursive", tree("(a b)"), 3, {"h": np.ones(H)}, "tree_states", None, None),
    ("vanilla", [0, 1], 3, {}, "no_graph", None, None),
    ("vanilla", "((a b) c)", 3, {}, "no_graph", None, None),
]


@pytest.mark.parametrize(("name", "graph", "rows", "init", "code", "line", "column"), REFUSED)
def test_what_does_not_fit(
    name: str, graph: Any, rows: int, init: Any, code: str, line: int | None, column: int | None
) -> None:
    """A cell that means nothing on a graph, and rows that are not its nodes, are refused with one sentence."""
    model = cell(name)
    for run in (model.run, lambda *given: interpret(model, *given)):
        with pytest.raises(InputError) as error:
            run(model.init(0), np.ones((rows, D)), init, graph)
        assert (error.value.code, error.value.line, error.value.column) == (code, line, column)
        assert "{" not in str(error.value)


def test_the_sentence_names_what_was_read() -> None:
    """A step that a tree has not is named, with what to read in its place."""
    model = cell("vanilla")
    with pytest.raises(InputError, match=r"h\[t-1\] is another step .* h\[l\] or h\[r\]"):
        model.run(model.init(0), np.ones((3, D)), graph=tree("(a b)"))
