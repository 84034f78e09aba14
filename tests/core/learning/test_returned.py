"""The backward pass that is shown is the one that is computed; it can be cut, and it is told apart exactly."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core import CELLS, InputError, Model
from rnnviz.core.answers.interpret import evaluate
from rnnviz.core.learning.itemised import causes, items, jacobians, seeded, triangle, unfolded
from rnnviz.core.learning.losses import Target, loss_of
from rnnviz.core.learning.returned import KEEP, Returned, returned
from rnnviz.core.scenario.wiring import SEQUENTIAL

T = 6
CARRYING = [name for name in SEQUENTIAL if Model(CELLS[name].equations, 3, 4, 5).flow.carried]
FORWARDS = [name for name in CARRYING if name != "bidirectional"]


def setting(cell: str, seed: int = 0) -> tuple[Model, dict, np.ndarray, Target]:
    """A model, weights, inputs and what would be right."""
    rng = np.random.default_rng(seed)
    model = Model(CELLS[cell].equations, 3, 4, 5)
    target = Target(np.eye(5)[rng.integers(0, 5, T)], np.array([True] * (T - 1) + [False]))
    return model, model.init(seed), rng.normal(size=(T, 3)), target


def back_of(cell: str, window: int = 0) -> tuple[Model, dict, np.ndarray, Returned]:
    """The same, run and gone back through."""
    model, params, x, target = setting(cell)
    return model, params, x, returned(model, params, model.run(params, x), target, window)


@pytest.mark.parametrize("window", [0, 2])
@pytest.mark.parametrize("cell", SEQUENTIAL)
def test_what_is_shown_is_computed(cell: str, window: int) -> None:
    """Every equation that is shown holds at every step, by the plain interpreter; without a cut they give the total."""
    _, params, _, back = back_of(cell, window)
    assert (KEEP in back.model.inputs) == (window > 0)
    for name, e in back.model.expressions.items():
        for t in range(T):
            value = evaluate(e, params, lambda s, t=t: back.trace.read(s.name, s.shift, t))
            np.testing.assert_allclose(back.trace[name][t], value, atol=1e-13)
    for name in back.states:
        here, through = back.halves(name)
        np.testing.assert_allclose(here + through, back.trace[name], atol=1e-13)
        if not window and name.startswith("∂"):
            np.testing.assert_allclose(back.trace[name], back.gradients.signals[name[1:]], atol=1e-13)


@pytest.mark.parametrize("cell", SEQUENTIAL)
def test_shares_add_up_to_the_gradient(cell: str) -> None:
    """The shares of all steps add up to the gradient of every weight, and that is the measured slope of the loss."""
    model, params, x, target = setting(cell)
    back = returned(model, params, model.run(params, x), target)
    for name, weight in params.items():
        np.testing.assert_allclose(back.gradient(name), back.gradients.params[name], atol=1e-13)
        place = tuple(0 for _ in weight.shape)
        losses = []
        for by in (1e-6, -1e-6):
            moved = {**params, name: weight.copy()}
            moved[name][place] += by
            losses.append(loss_of(model.run(moved, x)["y"], target).mean)
        assert abs((losses[0] - losses[1]) / 2e-6 - back.gradient(name)[place]) < 1e-8


@pytest.mark.parametrize("cell", FORWARDS)
def test_a_cut_is_a_run_begun_anew(cell: str) -> None:
    """With windows of two steps the gradient is the sum of runs that each begin with the state of the one before."""
    model, params, x, back = back_of(cell, window=2)
    trace = model.run(params, x)
    total = {name: np.zeros_like(weight) for name, weight in params.items()}
    for first in range(0, T, 2):
        init = {state: trace.at(state, first - 1) for state in model.lags}
        run = model.run(params, x[first : first + 2], init=init)
        part = model.backward(params, run, {"y": back.loss.dy[first : first + 2]}).params
        total = {name: total[name] + part[name] for name in total}
    for name, gradient in total.items():
        np.testing.assert_allclose(back.gradient(name), gradient, atol=1e-13)


def test_two_steps_by_hand() -> None:
    """h_t = tanh(w x_t + u h_(t-1)), y_t = v h_t, squared error: three derivatives worked out on paper."""
    model = Model("h[t] = tanh(w @ x[t] + u @ h[t-1])\ny[t] = v @ h[t]", 1, 1, 1)
    w, u, v, x1, x2 = 0.5, -0.3, 2.0, 1.0, -2.0
    params = {"w": np.array([[w]]), "u": np.array([[u]]), "v": np.array([[v]])}
    target = Target(np.array([[1.0], [0.0]]), np.array([True, True]), "squared")
    trace = model.run(params, np.array([[x1], [x2]]))
    back = returned(model, params, trace, target)
    h1 = np.tanh(w * x1)
    h2 = np.tanh(w * x2 + u * h1)
    # L = ((v h1 - 1)^2 + (v h2)^2) / 2
    y1, y2 = v * h1 - 1.0, v * h2
    d2 = y2 * v * (1 - h2 * h2)
    d1 = (y1 * v + u * d2) * (1 - h1 * h1)
    assert back.loss.mean == pytest.approx((y1 * y1 + y2 * y2) / 2)
    assert back.gradient("v")[0, 0] == pytest.approx(y1 * h1 + y2 * h2)
    assert back.gradient("u")[0, 0] == pytest.approx(d2 * h1)
    assert back.gradient("w")[0, 0] == pytest.approx(d1 * x1 + d2 * x2)


@pytest.mark.parametrize("cell", CARRYING)
def test_items_add_up(cell: str) -> None:
    """The shares of all losses in a derivative add up to it, and each is what the loss of its step alone gives."""
    model, params, x, target = setting(cell)
    trace = model.run(params, x)
    loss = loss_of(trace["y"], target)
    for state in model.flow.carried:
        found = items(model, params, trace, loss.dy, state)
        whole = model.backward(params, trace, {"y": loss.dy}).signals[state]
        np.testing.assert_allclose(found.sum(0), whole, atol=1e-14)
        alone = np.zeros_like(loss.dy)
        alone[3] = loss.dy[3]
        np.testing.assert_allclose(found[3], model.backward(params, trace, {"y": alone}).signals[state], atol=1e-14)


@pytest.mark.parametrize("cell", SEQUENTIAL)
def test_the_triangle_is_the_jacobian(cell: str) -> None:
    """Each tile is the length of the Jacobian that moving the inputs measures; both ways to find it agree."""
    model, params, x, _ = setting(cell)
    trace = model.run(params, x)
    name = list(model.equations)[-2]
    found = triangle(model, params, trace, name)
    np.testing.assert_allclose(found, seeded(model, params, trace, name), atol=1e-13)
    slopes = np.zeros((T, model.sizes[name], T, 3))
    for k, d in np.ndindex(T, 3):
        moved = [x.copy(), x.copy()]
        moved[0][k, d] += 1e-6
        moved[1][k, d] -= 1e-6
        above, below = (model.run(params, one)[name] for one in moved)
        slopes[:, :, k, d] = (above - below) / 2e-6
    np.testing.assert_allclose(found, np.sqrt((slopes**2).sum((1, 3))), atol=1e-8)


def test_shapes_of_memory() -> None:
    """Without memory the triangle is a diagonal, with a window of three steps a band, with a state it is whole."""
    shapes = {}
    for cell in ("feedforward", "convolution", "vanilla"):
        model, params, x, _ = setting(cell)
        shapes[cell] = triangle(model, params, model.run(params, x), "h") > 0
    apart = np.abs(np.subtract.outer(np.arange(T), np.arange(T)))
    np.testing.assert_array_equal(shapes["feedforward"], apart == 0)
    np.testing.assert_array_equal(shapes["convolution"], apart <= 1)
    np.testing.assert_array_equal(shapes["vanilla"], np.tril(np.ones((T, T), dtype=bool)))


@pytest.mark.parametrize(
    ("cell", "state", "kinds"),
    [
        ("vanilla", "h", ("slopes", "weights")),
        ("deep", "h2", ("slopes", "weights")),
        ("lstm", "c", ("carry", "rest")),
        ("gru", "h", ("carry", "rest")),
        ("mingru", "h", ("carry", "rest")),
    ],
)
def test_causes_add_up(cell: str, state: str, kinds: tuple[str, str]) -> None:
    """The logarithms of both halves of all steps add up to that of the whole, to 1e-12; slopes never lengthen."""
    model, params, x, _ = setting(cell)
    found = causes(model, params, model.run(params, x), state, range(T))
    assert found.kinds == kinds
    assert found.first is not None
    for t in range(1, T):
        first = np.log(found.first[t, :t])
        second = np.log(found.length[t, :t] / (found.first[t, :t] * found.length[t, 1 : t + 1]))
        whole = np.log(found.length[t, 0] / found.length[t, t])
        assert abs(first.sum() + second.sum() - whole) < 1e-12
        if kinds[0] == "slopes":
            assert (first <= 1e-15).all()
    assert found.length[T - 1, T - 1] == pytest.approx(2.0)  # of a state of four numbers by itself


@pytest.mark.parametrize("cell", ["vanilla", "gru"])
def test_products_of_jacobians(cell: str) -> None:
    """The derivative of a state by an earlier one is the product of the Jacobians of the steps between."""
    model, params, x, target = setting(cell)
    trace = model.run(params, x)
    steps, _ = jacobians(model, params, trace)
    found = items(model, params, trace, loss_of(trace["y"], target).dy, "h")
    np.testing.assert_allclose(found[4, 1], found[4, 4] @ steps[4] @ steps[3] @ steps[2], atol=1e-14)


@pytest.mark.parametrize("cell", ["vanilla", "lstm", "gru", "gru_v3", "mingru", "deep"])
def test_products_of_all_states(cell: str) -> None:
    """Through the Jacobians of all states together a loss gives each earlier state what its items say."""
    model, params, x, target = setting(cell)
    trace = model.run(params, x)
    state = "h2" if cell == "deep" else "h"
    found = items(model, params, trace, loss_of(trace["y"], target).dy, state)
    made = unfolded(model, params, trace, found, state)
    assert made
    first = 0
    for name, size in made.states:
        if name == state:
            np.testing.assert_allclose(made.carried[..., first : first + size], found, atol=1e-14)
        first += size
    assert made.steps.shape == (T, first, first)


def test_what_cannot_be_unfolded() -> None:
    """A cell that carries states from two steps before, or from later ones, has no such product."""
    for cell in ("convolution", "bidirectional"):
        model, params, x, target = setting(cell)
        trace = model.run(params, x)
        state = "h" if cell == "convolution" else next(iter(model.lags))
        found = items(model, params, trace, loss_of(trace["y"], target).dy, state)
        assert unfolded(model, params, trace, found, state) is None


def test_unknown_signals() -> None:
    """A signal that the cell has not is refused."""
    model, params, x, _ = setting("vanilla")
    trace = model.run(params, x)
    for asked in (
        lambda: items(model, params, trace, np.zeros((T, 5)), "c"),
        lambda: triangle(model, params, trace, "c"),
    ):
        with pytest.raises(InputError):
            asked()
