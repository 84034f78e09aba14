"""Several inputs, x as an equation, and choices on the way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnviz.core import CELLS, InputError, Model, reason
from rnnviz.core.engine.draws import gumbel
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.core.language.shapes import X
from tests.core.plain import interpret
from tests.core.samples import assert_gradients, sample
from tests.core.scenario.by_hand import BY_HAND, FEEDBACK, A, B, by_hand


def with_u_and_e() -> tuple[Model, dict[str, Any], dict[str, Any]]:
    """A GRU that is fed its own output, with weights and inputs."""
    model = Model(f"{CELLS['gru'].equations}\n{FEEDBACK}", 4, 3, 4, inputs={"u": "D", "e": "K"})
    u = np.zeros((6, 4))
    u[0, 2] = u[3, 1] = 1.0
    return model, model.init(1), {"u": u, "e": gumbel(0, "choice", (6, 4))}


def test_x_may_be_an_equation() -> None:
    """With other inputs x is a signal like any other: it is in the trace, and the interpreter agrees."""
    model, params, inputs = with_u_and_e()
    trace, plain = model.run(params, inputs), interpret(model, params, inputs)
    assert set(trace) == set(plain) == {"u", "e", "r", "z", "n", "h", "y", "x"}
    assert model.letters["u"] == model.letters["x"] == ("D",)
    assert (trace["x"].sum(1) == 1.0).all()
    assert (trace["x"][[0, 3]] == inputs["u"][[0, 3]]).all()
    for name in trace:
        np.testing.assert_allclose(trace[name], plain[name], rtol=0, atol=1e-12)


def test_a_batch_with_several_inputs() -> None:
    """A batch makes each sequence's own choices."""
    model, params, inputs = with_u_and_e()
    other = {"u": inputs["u"][::-1], "e": inputs["e"][::-1] + 1.0}
    together = model.run(params, {name: np.stack([inputs[name], other[name]], axis=1) for name in inputs})
    for b, one in enumerate((inputs, other)):
        alone = model.run(params, one)
        for name in alone:
            np.testing.assert_allclose(together[name][:, b], alone[name], rtol=0, atol=1e-12)


def test_a_choice_is_a_constant_backward() -> None:
    """The backward pass of a fed cell has the gradients of the weights for the chosen inputs given."""
    model, params, inputs = with_u_and_e()
    trace = model.run(params, inputs)
    dy = np.cos(trace["y"])
    found = model.backward(params, trace, {"y": dy})
    plain = Model(CELLS["gru"].equations, 4, 3, 4)
    expected = plain.backward(params, plain.run(params, trace["x"]), {"y": dy})
    for name, gradient in expected.params.items():
        np.testing.assert_allclose(found.params[name], gradient, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.signals["x"], expected.signals["x"], rtol=0, atol=1e-12)
    assert not found.signals["e"].any()
    assert not found.init["y"].any()
    only_x = model.backward(params, trace, {"x": np.ones((6, 4))})
    assert not any(gradient.any() for gradient in only_x.params.values())


def test_gradients_with_a_choice_beside() -> None:
    """A choice that does not flip near the numbers leaves the gradients right, by differences."""
    text = "h[t] = tanh(W @ x[t] + choose(V @ h[t-1]) * h[t-1])\ny[t] = U @ h[t] + choose(h[t]) * choose(x[t-1])"
    assert_gradients(sample(Model(text, 3, 3, 3)))
    assert_gradients(sample(Model(text, 3, 3, 3), 2))


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.0, 2.0, 1.0], 1), ([3.0, 3.0, 1.0], 0), ([-1.0, -2.0, -1.0], 0), ([0.0, 0.0, np.inf], 2)],
)
def test_choose(values: list[float], expected: int) -> None:
    """One-hot of the largest element, the first of equal ones, along either axis, also into an array of its own."""
    a = np.array(values)
    one_hot = np.eye(3)[expected]
    assert (FUNCTIONS["choose"].value(a, 0) == one_hot).all()
    assert (FUNCTIONS["choose"].value(np.stack([a, a]), 1) == one_hot).all()
    assert (FUNCTIONS["choose"].value(np.stack([a, a], 1), 0) == one_hot[:, None]).all()
    assert FUNCTIONS["choose"].value(a, 0, a) is a
    assert (a == one_hot).all()


def test_what_moved_a_choice() -> None:
    """A choice that passes from one symbol to another counts for the sources by what they did to the lead."""
    model = Model("y[t] = choose(2 * x[t] + 3 * h[t-1])\nh[t] = x[t]", 2, 1, 2)
    trace = model.run({}, [[1.0, 0.0], [0.0, 0.5]], {"h": [0.0, 2.0]})
    assert trace["y"].tolist() == [[0.0, 1.0], [1.0, 0.0]]
    moved = {str(source.name): change for source, change in reason(model, {}, trace, "y", 1, 0)}
    # The lead of a over b was -4 and is 2: h moved it by 3 + 6, x by -2 - 1.
    assert moved == pytest.approx({"h": 9 / 6, "x": -3 / 6})


@pytest.mark.parametrize(
    ("text", "inputs", "code"),
    [
        ("x[t] = h[t-1]\nh[t] = W @ x[t]", X, "x_assigned"),
        ("u[t] = h[t-1]\nh[t] = W @ u[t]", {"u": "D"}, "x_assigned"),
        ("h[t] = W @ x[t]", {"u": "D"}, "undefined"),
        ("h[t] = W @ u[t] + u", {"u": "D"}, "signal_without_index"),
        ("y[t] = u[t]", {"u": "D"}, "sides_differ"),
        ("h[t] = choose(1)", X, "number_in_function"),
    ],
)
def test_texts_with_inputs_that_are_refused(text: str, inputs: Any, code: str) -> None:
    """An input is not defined as well, what is neither given nor defined is missing, and sizes must fit."""
    with pytest.raises(InputError) as caught:
        Model(text, 3, 4, 2, inputs=inputs)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("x", "code"),
    [
        (np.zeros((3, 4)), "missing_input"),
        ({"u": np.zeros((3, 4))}, "missing_input"),
        ({"u": np.zeros((3, 4)), "e": np.zeros((3, 4)), "x": np.zeros((3, 4))}, "unknown_input"),
        ({"u": np.zeros((3, 4)), "e": np.zeros((2, 4))}, "inputs_differ"),
        ({"u": np.zeros((3, 4)), "e": np.zeros((3, 2, 4))}, "inputs_differ"),
        ({"u": np.zeros((3, 4)), "e": np.zeros((3, 5))}, "shape_of_x"),
        ({"u": np.zeros((0, 4)), "e": np.zeros((0, 4))}, "shape_of_x"),
    ],
)
def test_inputs_that_are_refused(x: Any, code: str) -> None:
    """Every input is needed, with its own size and the same steps and batch as the others."""
    model, params, _ = with_u_and_e()
    with pytest.raises(InputError) as caught:
        model.run(params, x)
    assert caught.value.code == code


def test_one_input_may_be_an_array_or_a_mapping() -> None:
    """A cell with the one input x takes it either way."""
    model, x = by_hand(), np.array([A, B])
    assert (model.run(BY_HAND, x)["y"] == model.run(BY_HAND, {"x": x})["y"]).all()
