"""Model: states, other steps, overflow, errors about arrays, many threads."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from rnnviz.core import CELLS, InputError, Model
from rnnviz.core.engine import memory
from tests.core.plain import interpret
from tests.core.samples import D, H, K, T, assert_gradients, cell, sample

TWO_BACK = "h[t] = tanh(W_xh @ x[t] + W_1 @ h[t-1] + W_2 @ h[t-2])\ny[t] = W_hy @ h[t]"
AHEAD = "h[t] = tanh(W_xh @ x[t] + W @ h[t+1])\ny[t] = W_hy @ h[t+2] + V @ x[t-3]"
BOTH = "h[t] = tanh(W_xh @ x[t] + W @ h[t-1])\ny[t] = W_hy @ h[t+1]"


@pytest.mark.parametrize("text", [TWO_BACK, AHEAD, BOTH])
@pytest.mark.parametrize("batch", [None, 2])
@pytest.mark.parametrize("steps", [1, 5])
def test_other_steps(text: str, batch: int | None, steps: int) -> None:
    """Earlier and later steps are read, also far outside a short sequence, forward and backward."""
    one = sample(Model(text, D, H, K), batch, steps)
    assert_gradients(one)
    if batch is None:
        plain = interpret(one.model, one.params, one.x, one.init)
        trace = one.run()
        assert all(np.allclose(trace[name], plain[name], rtol=0, atol=1e-12) for name in trace)


def test_lags_say_how_many_states_there_are() -> None:
    """`lags` counts earlier and later steps that are read."""
    lags = {name: (lag.earlier, lag.later) for name, lag in Model(TWO_BACK, D, H, K).lags.items()}
    assert lags == {"h": (2, 0)}
    lags = {name: (lag.earlier, lag.later) for name, lag in Model(AHEAD, D, H, K).lags.items()}
    assert lags == {"h": (0, 2), "x": (3, 0)}


@pytest.mark.parametrize("batch", [None, 2])
def test_states_in_time_order(batch: int | None) -> None:
    """A trace shows the states before the first step and after the last, oldest first, and zeros beyond."""
    for text, before, after in ((TWO_BACK, 2, 0), (AHEAD, 0, 2), (BOTH, 1, 1)):
        one = sample(Model(text, D, H, K), batch)
        trace, states = one.run(), one.init["h"]
        assert (trace.before("h") == states[:before]).all()
        assert (trace.after("h") == states[before:]).all()
        for k in range(before):
            assert (trace.at("h", k - before) == states[k]).all()
        for k in range(after):
            assert (trace.at("h", T + k) == states[before + k]).all()
        assert not trace.at("h", -before - 1).any()
        assert not trace.at("h", T + after).any()
        assert (trace.at("h", 2) == trace["h"][2]).all()
        assert trace.before("y").shape[0] == 0


def test_a_state_may_be_shared_by_the_batch() -> None:
    """(H,) is the state of every sequence of a batch, (B, H) has one for each."""
    one = sample(cell("vanilla"), 2)
    shared = np.ones(H)
    together = one.model.run(one.params, one.x, {"h": shared})
    alike = one.model.run(one.params, one.x, {"h": np.ones((2, H))})
    assert (together["h"] == alike["h"]).all()
    assert (one.model.run(one.params, one.x)["h"] != together["h"]).any()


def test_states_left_out_are_zero() -> None:
    """No init is an init of zeros."""
    one = sample(cell("lstm"))
    zeros = {name: np.zeros(H) for name in one.init}
    assert (one.model.run(one.params, one.x)["h"] == one.model.run(one.params, one.x, zeros)["h"]).all()


def test_sizes_that_h_does_not_affect() -> None:
    """A signal tied to the input or the output takes its size, and `uses_H` says so."""
    tied = Model("y[t] = tanh(W @ x[t] + V @ y[t-1])", D, H, K)
    assert (tied.sizes, tied.uses_H) == ({"x": D, "y": K}, False)
    assert tied.letters == {"x": ("D",), "y": ("K",), "W": ("K", "D"), "V": ("K", "K")}
    same = Model("h[t] = x[t] + h[t-1]\ny[t] = h[t]", 3, 4, 3)
    assert same.sizes == {"x": 3, "h": 3, "y": 3}


def test_facts_about_a_cell() -> None:
    """A model says whether an activation or a bias affects anything."""
    mingru = cell("mingru")
    assert (mingru.uses_tanh, bool(mingru.biases)) == (False, True)
    assert cell("vanilla").uses_tanh
    assert cell("vanilla", activation="relu").uses_tanh
    assert not Model("h[t] = W @ x[t] - a", D, H, K).biases
    assert Model("h[t] = W @ x[t] + b_h\ns[t] = b_h * h[t]", D, H, K).biases == ("b_h",)


def test_a_signal_may_be_a_constant() -> None:
    """Numbers and vectors alone make a signal that is the same in every step."""
    model = Model("h[t] = 2\ng[t] = b_g\nc[t] = 1 - h[t] * g[t]\nk[t] = tanh(3) - sigmoid(b_g)", D, H, K)
    for batch in (None, 2):
        one = sample(model, batch)
        trace = one.run()
        assert (trace["h"] == 2).all()
        np.testing.assert_allclose(trace["c"], np.broadcast_to(1 - 2 * one.params["b_g"], trace["c"].shape))
        assert_gradients(one)


def test_a_matrix_times_a_vector_weight() -> None:
    """A product of two weights is the same in every step, and both have gradients."""
    for batch in (None, 2):
        assert_gradients(sample(Model("h[t] = W @ b + h[t-1] * x[t]", D, H, K), batch))


@pytest.mark.filterwarnings("error")
def test_overflow_is_silent() -> None:
    """A network that blows up gives inf and nan, forward and backward, and no warning; the trace says at which step."""
    model = Model(CELLS["vanilla"].equations, D, H, K, activation="relu")
    params = {name: np.ones(shape) * 4 for name, shape in model.shapes.items()}
    trace = model.run(params, np.ones((1000, D)))
    first = trace.first_nonfinite()
    assert first is not None
    assert 100 < first < 1000
    assert np.isfinite(trace["h"][:first]).all()
    assert not np.isfinite(trace["y"][first]).all()
    grads = model.backward(params, trace, {"y": np.ones_like(trace["y"])})
    assert not np.isfinite(grads.params["W_hh"]).all()
    assert grads.signals["x"].shape == (1000, D)
    assert not np.isfinite(grads.init["h"]).all()
    assert model.run({name: 0 * weight for name, weight in params.items()}, np.ones((3, D))).first_nonfinite() is None


def test_sigmoid_saturates_quietly() -> None:
    """The gates of an LSTM take any number; far below zero a sigmoid keeps its relative precision."""
    model = Model("h[t] = sigmoid(x[t] + 0 * h[t-1])\ng[t] = sigmoid(x[t])", 4, 1, 1)
    trace = model.run({}, [[-1000.0, -100.0, 0.0, 1000.0]])
    for name in ("h", "g"):
        np.testing.assert_allclose(trace[name][0], [0.0, np.exp(-100.0), 0.5, 1.0], rtol=1e-14)


def test_total_derivatives() -> None:
    """grads.signals has the derivative by all ways: of a signal read now and one step later."""
    model = Model("h[t] = x[t] + 2 * h[t-1]\ny[t] = 3 * h[t]", 1, 1, 1)
    trace = model.run({}, np.ones((3, 1)))
    grads = model.backward({}, trace, {"y": np.ones((3, 1))})
    assert grads.signals["y"].ravel().tolist() == [1, 1, 1]
    assert grads.signals["h"].ravel().tolist() == [3 + 2 * 9, 3 + 2 * 3, 3]
    assert grads.signals["x"].ravel().tolist() == [21, 9, 3]
    assert grads.init["h"].tolist() == [42]
    direct = model.backward({}, trace, {"x": np.ones((3, 1))})
    assert direct.signals["x"].ravel().tolist() == [1, 1, 1]
    assert not direct.signals["h"].any()


def test_what_the_loss_does_not_read_has_gradient_zero() -> None:
    """Weights and signals that the loss does not depend on have derivatives of zeros."""
    one = sample(cell("bidirectional"))
    trace = one.run()
    grads = one.model.backward(one.params, trace, {"f": trace["f"]})
    assert not grads.params["W_bb"].any()
    assert not grads.signals["b"].any()
    assert not grads.init["b"].any()
    assert grads.params["W_ff"].any()


WRONG = [  # code, what is given in the place of params, x and init
    ("missing_weight", {"params": {}}),
    ("unknown_weight", {"params": {"W_hx": np.ones(1)}}),
    ("shape_of_weight", {"params": {"W_xh": np.ones((3, 4))}}),
    ("not_numbers", {"params": {"W_xh": "many"}}),
    ("shape_of_x", {"x": np.ones((5, 4))}),
    ("shape_of_x", {"x": np.ones(3)}),
    ("shape_of_x", {"x": np.ones((0, 3))}),
    ("shape_of_x", {"x": np.ones((5, 0, 3))}),
    ("not_numbers", {"x": [[1, 2, 3], [1]]}),
    ("unknown_state", {"init": {"y": np.ones(2)}}),
    ("unknown_state", {"init": {"x": np.ones(3)}}),
    ("shape_of_state", {"init": {"h": np.ones(3)}}),
    ("shape_of_state", {"init": {"h": np.ones((2, 4))}}),
]


@pytest.mark.parametrize(("code", "given"), WRONG)
def test_arrays_that_do_not_fit(code: str, given: dict[str, Any]) -> None:
    """Wrong names and shapes are refused with one sentence that has both shapes."""
    model = cell("vanilla")
    params = model.init(0) | given["params"] if given.get("params") else given.get("params", model.init(0))
    with pytest.raises(InputError) as error:
        model.run(params, given.get("x", np.ones((5, D))), given.get("init"))
    assert error.value.code == code
    assert error.value.line is None


def test_no_states_at_all() -> None:
    """A cell without states says so when it is given one."""
    model = cell("feedforward")
    with pytest.raises(InputError, match="no signal of this cell has"):
        model.run(model.init(0), np.ones((2, D)), {"h": np.ones(H)})


def test_derivatives_that_do_not_fit() -> None:
    """backward refuses unknown signals, wrong shapes, and the trace of another model."""
    model, other = cell("vanilla"), cell("feedforward")
    params = model.init(0)
    trace = model.run(params, np.ones((5, D)))
    for given, code in (({"z": np.ones(1)}, "unknown_signal"), ({"y": np.ones((5, 3))}, "shape_of_derivative")):
        with pytest.raises(InputError) as error:
            model.backward(params, trace, given)
        assert error.value.code == code
    with pytest.raises(InputError) as error:
        other.backward(other.init(0), trace, {"y": trace["y"]})
    assert error.value.code == "foreign_trace"


@pytest.mark.parametrize("size", [0, -1, 1.5, "4", None, 10**7])
def test_sizes_are_whole_positive_numbers(size: Any) -> None:
    """D, H and K are whole numbers from 1 to a million."""
    for sizes in ((size, 2, 2), (2, size, 2), (2, 2, size)):
        with pytest.raises(InputError) as error:
            Model(CELLS["vanilla"].equations, *sizes)
        assert error.value.code == "not_positive"


def test_unknown_activation() -> None:
    """An activation is one of four."""
    with pytest.raises(InputError, match="choose one of tanh, relu, sigmoid, identity"):
        cell("vanilla", activation="softmax")


@pytest.mark.parametrize("large", [1, memory.LARGE])
def test_many_threads(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One model used by many threads at once gives each its own numbers, also where memory is used again."""
    monkeypatch.setattr(memory, "LARGE", large)
    model = cell("lstm")
    params = model.init(0)
    xs = [np.random.default_rng(i).normal(size=(20, 3, D)) for i in range(8)]

    def work(x: Any) -> tuple[Any, ...]:
        trace = model.run(params, x)
        grads = model.backward(params, trace, {"y": np.cos(trace["y"])})
        return trace["y"], grads.params["W_hi"], grads.signals["x"], grads.init["c"]

    alone = [work(x) for x in xs]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(work, xs * 10))
    for i, found in enumerate(together):
        for one, other in zip(found, alone[i % len(xs)], strict=True):
            assert (one == other).all()


def test_results_are_not_touched_by_later_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Traces and gradients keep their numbers while memory is used again."""
    monkeypatch.setattr(memory, "LARGE", 1)
    one = sample(cell("gru"), 3)
    trace = one.run()
    grads = one.model.backward(one.params, trace, {"y": trace["y"]})
    kept = {**grads.params, **{f"d{name}": grads.signals[name] for name in trace}, **dict(trace), **grads.init}
    copies = {name: value.copy() for name, value in kept.items()}
    seen = trace["y"].copy()
    del trace, grads
    for seed in range(5):
        other = sample(one.model, 3, seed=seed)
        one.model.backward(other.params, other.run(), {"y": seen})
    assert all((kept[name] == copies[name]).all() for name in kept)


@pytest.mark.parametrize("function", ["softmax", "total", "tanh"])
def test_neighbours_are_not_mixed(function: str) -> None:
    """Two signals whose operands lie side by side stay apart where a function looks at its whole vector."""
    lines = [f"{name}[t] = {function}(W_{name} @ x[t] + U_{name} @ h[t-1])" for name in "abc"]
    one = sample(Model("\n".join([*lines, "h[t] = a[t] * b[t] - c[t]"]), D, H, K))
    one.params = {name: 0.1 * value for name, value in one.params.items()}
    trace, plain = one.run(), interpret(one.model, one.params, one.x, one.init)
    assert all(np.allclose(trace[name], plain[name], rtol=1e-12, atol=1e-12) for name in trace)
    assert_gradients(one)


def test_results_go_at_once() -> None:
    """Traces and gradients are in no reference cycle: their memory is free as soon as nobody holds them."""
    one = sample(cell("lstm"), 2)
    trace = one.run()
    grads = one.model.backward(one.params, trace, {"y": trace["y"]})
    assert grads.signals["x"].shape == one.x.shape
    gone = [weakref.ref(trace), weakref.ref(grads)]
    gc.disable()
    try:
        del trace, grads
        assert [found() for found in gone] == [None, None]
    finally:
        gc.enable()


def test_a_number_fits_beside_another() -> None:
    """In a loop of two signals a number alone takes the size of what it stands with: 1 - p beside 1 - q."""
    text = """p[t] = W_p @ x[t]
q[t] = W_q @ x[t]
a[t] = (1 - p[t]) * tanh(U @ h[t-1])
b[t] = (1 - q[t]) * tanh(V @ h[t-1])
h[t] = a[t] * b[t]"""
    one = sample(Model(text, 2, 3, 1))
    plain = interpret(one.model, one.params, one.x, one.init)
    for name, numbers in one.run().items():
        np.testing.assert_allclose(numbers, plain[name], rtol=0, atol=1e-12)
