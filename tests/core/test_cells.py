"""Every named cell: forward, backward, batches, the same numbers every time. Cells for trees run on a chain here."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core import CELLS, Model, chain
from tests.core.plain import interpret
from tests.core.samples import EVERY_CELL, D, H, K, T, assert_gradients, cell, sample

BATCH = 3
every_cell = pytest.mark.parametrize("name", EVERY_CELL)


def test_the_cells_of_the_project_are_there() -> None:
    """CELLS has the cells that the pages are built on."""
    wanted = {"feedforward", "convolution", "vanilla", "lstm", "gru", "gru_v3", "mingru", "deep", "bidirectional"}
    wanted |= {"recursive", "tree_lstm"}
    assert wanted <= set(CELLS)
    assert all(entry.source for entry in CELLS.values())


@every_cell
def test_shapes(name: str) -> None:
    """Signals are (T, n) and (T, B, n), gradients shaped like what they are by."""
    model = cell(name)
    for batch in (None, BATCH):
        one = sample(model, batch)
        trace = one.run()
        shape = (T,) if batch is None else (T, BATCH)
        assert trace["x"].shape == (*shape, D)
        assert trace["y"].shape == (*shape, K)
        assert {trace[signal].shape for signal in model.equations if signal != "y"} == {(*shape, H)}
        grads = model.backward(one.params, trace, {"y": trace["y"]})
        assert {weight: g.shape for weight, g in grads.params.items()} == model.shapes
        assert all(grads.signals[signal].shape == trace[signal].shape for signal in trace)
        assert {signal: g.shape for signal, g in grads.init.items()} == {s: v.shape for s, v in one.init.items()}


@every_cell
def test_same_seed_same_numbers(name: str) -> None:
    """A seed determines the weights and the trace, bit by bit; another seed gives others."""
    x = np.linspace(-1, 1, T * D).reshape(T, D)
    first, again, other = (cell(name).init(seed) for seed in (7, 7, 8))
    assert all((first[weight] == again[weight]).all() for weight in first)
    assert all((first[weight] != other[weight]).all() for weight in first)
    graph = chain(T) if cell(name).child else None
    traces = [cell(name).run(params, x, graph=graph) for params in (first, again)]
    assert all((traces[0][signal] == traces[1][signal]).all() for signal in traces[0])


@every_cell
def test_forward_is_what_the_equations_say(name: str) -> None:
    """The schedule gives what a plain interpreter of the expression trees gives, step by step."""
    one = sample(cell(name))
    trace, plain = one.run(), interpret(one.model, one.params, one.x, one.init, one.graph)
    for signal in trace:
        np.testing.assert_allclose(trace[signal], plain[signal], rtol=0, atol=1e-12, err_msg=signal)


@every_cell
@pytest.mark.parametrize("batch", [None, BATCH])
@pytest.mark.parametrize("steps", [1, T])
def test_gradients(name: str, batch: int | None, steps: int) -> None:
    """The derivatives by every weight, input and initial state agree with a random directional derivative."""
    assert_gradients(sample(cell(name), batch, steps))


@every_cell
def test_each_gradient_by_itself(name: str) -> None:
    """Also one by one: each weight, the input and each initial state along a direction of their own."""
    one = sample(cell(name))
    way = sample(one.model, seed=1)
    trace = one.run()
    grads = one.model.backward(one.params, trace, {"y": np.cos(trace["y"])})

    def loss(by: float, part: str, key: str) -> float:
        moved = sample(one.model)
        held = {"params": moved.params, "init": moved.init, "x": {"x": moved.x}}[part]
        held[key] = held[key] + by * {"params": way.params, "init": way.init, "x": {"x": way.x}}[part][key]
        x = held["x"] if part == "x" else moved.x
        return np.sin(one.model.run(moved.params, x, moved.init, moved.graph)["y"]).sum()

    found = [("params", key, (g * way.params[key]).sum()) for key, g in grads.params.items()]
    found += [("init", key, (g * way.init[key]).sum()) for key, g in grads.init.items()]
    found += [("x", "x", (grads.signals["x"] * way.x).sum())]
    for part, key, backward in found:
        differences = (loss(1e-5, part, key) - loss(-1e-5, part, key)) / 2e-5
        assert abs(differences - backward) < 1e-7, f"{key}: {differences} by differences, {backward} backward"


@every_cell
def test_batch_is_many_singles(name: str) -> None:
    """A batch gives what its sequences give one by one; gradients of weights add up."""
    one = sample(cell(name), BATCH)
    trace = one.run()
    given = {"y": np.cos(trace["y"])}
    grads = one.model.backward(one.params, trace, given)
    singles = []
    for b in range(BATCH):
        init = {signal: states[..., b, :] for signal, states in one.init.items()}
        single = one.model.run(one.params, one.x[:, b], init, one.graph)
        alone = one.model.backward(one.params, single, {"y": given["y"][:, b]})
        for signal in trace:
            np.testing.assert_allclose(trace[signal][:, b], single[signal], rtol=0, atol=1e-12)
            np.testing.assert_allclose(grads.signals[signal][:, b], alone.signals[signal], rtol=0, atol=1e-12)
        for signal, states in alone.init.items():
            np.testing.assert_allclose(grads.init[signal][..., b, :], states, rtol=0, atol=1e-12)
        singles.append(alone)
    for weight, g in grads.params.items():
        np.testing.assert_allclose(g, sum(alone.params[weight] for alone in singles), rtol=0, atol=1e-11)


@every_cell
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "identity"])
def test_activations(name: str, activation: str) -> None:
    """With any activation the schedule agrees with the interpreter and the gradients with differences."""
    model = cell(name, activation=activation, bias=False)
    assert not any(weight.startswith("b_") for weight in model.shapes)
    one = sample(model, steps=4)
    one.params = {weight: 0.5 * value for weight, value in one.params.items()}
    trace, plain = one.run(), interpret(model, one.params, one.x, one.init, one.graph)
    assert all(np.allclose(trace[signal], plain[signal], rtol=0, atol=1e-12) for signal in trace)
    assert_gradients(one)


def test_activation_stands_in_for_every_tanh() -> None:
    """activation="relu" gives what the text with relu in the place of tanh gives."""
    text = CELLS["lstm"].equations
    one = sample(Model(text, D, H, K, activation="relu"))
    other = Model(text.replace("tanh", "relu"), D, H, K)
    assert (one.run()["h"] == other.run(one.params, one.x, one.init)["h"]).all()


def test_prefix_of_a_text_has_the_prefix_of_its_trace() -> None:
    """With another letter behind it, and one more symbol, a sequence keeps its trace: "hell" and "hello"."""
    small, large = (Model(CELLS["vanilla"].equations, n, H, n) for n in (3, 4))
    hell, hello = np.eye(3)[[0, 1, 2, 2]], np.eye(4)[[0, 1, 2, 2, 3]]
    short, long = small.run(small.init(5), hell), large.run(large.init(5), hello)
    np.testing.assert_allclose(long["h"][:4], short["h"], rtol=0, atol=1e-15)
    np.testing.assert_allclose(long["y"][:4, :3], short["y"], rtol=0, atol=1e-15)
