"""Wirings: plans, runs against numbers worked out by hand, feedback, samples, encoder and decoder, what fits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from rnnviz.core import CELLS, InputError, Model, explain
from rnnviz.core.engine.draws import gumbel
from rnnviz.core.scenario.wired import Wired, run_wired
from rnnviz.core.scenario.wiring import WIRINGS, feeds, plan
from tests.core.plain import params_at, worked_out
from tests.core.samples import CARRYING, FED_CELLS
from tests.core.scenario.by_hand import BY_HAND, SUM, A, B, by_hand

# Reads two steps back, its own output, and the input of the step before: all of it must cross a border.
LONG = """h[t] = tanh(W_xh @ x[t] + V @ x[t-1] + W_1 @ h[t-1] + W_2 @ h[t-2] + W_yh @ y[t-1])
y[t] = W_hy @ h[t]"""


def symbolic(text: str, D: int = 4, H: int = 3, seed: int = 0) -> tuple[Model, dict[str, Any]]:
    """A cell whose outputs score its own symbols, and random weights, twice as large, so that choices differ."""
    model = Model(text, D, H, D)
    return model, {name: 2 * weight for name, weight in model.init(seed).items()}


# --------------------------------------------------------------------------------------------------------------- plans


def test_the_wirings_have_their_order() -> None:
    """Menus show the wirings in this order."""
    assert WIRINGS == ("one-to-one", "one-to-many", "many-to-one", "many-to-many", "encoder-decoder")
    assert [feeds(wiring) for wiring in WIRINGS] == [False, True, False, False, True]


@pytest.mark.parametrize(
    ("wiring", "n", "steps", "gives", "reads", "fed", "start"),
    [
        ("one-to-one", 1, 4, "1", "1", "0", 0),
        ("one-to-many", 1, 4, "1000", "1111", "0111", 0),
        ("one-to-many", 1, 1, "1", "1", "0", 0),
        ("many-to-one", 3, 4, "111", "001", "000", 0),
        ("many-to-one", 1, 4, "1", "1", "0", 0),
        ("many-to-many", 3, 4, "111", "111", "000", 0),
        ("encoder-decoder", 3, 2, "11110", "00011", "00001", 3),
        ("encoder-decoder", 1, 1, "11", "01", "00", 1),
    ],
)
def test_plans(wiring: str, n: int, steps: int, gives: str, reads: str, fed: str, start: int) -> None:
    """A plan says for every step whether x is given, whether y is read, and whether x was chosen by y."""
    made = plan(wiring, n, steps)
    bits = ["".join(str(int(bit)) for bit in row) for row in (made.gives, made.reads, made.fed)]
    assert bits == [gives, reads, fed]
    assert (made.T, made.start, made.given) == (len(gives), start, gives.count("1"))


@pytest.mark.parametrize(
    ("wiring", "n", "steps", "code"),
    [
        ("one-to-one", 2, 1, "wiring_one"),
        ("one-to-many", 2, 3, "wiring_one"),
        ("many-to-one", 0, 1, "not_positive"),
        ("encoder-decoder", 3, 0, "not_positive"),
        ("many to many", 3, 1, "wiring_unknown"),
    ],
)
def test_plans_that_are_refused(wiring: str, n: int, steps: int, code: str) -> None:
    """What no wiring can take is told in a sentence."""
    with pytest.raises(InputError) as caught:
        plan(wiring, n, steps)
    assert caught.value.code == code


# ------------------------------------------------------------------------------------------------------------- by hand


def test_one_to_one_by_hand() -> None:
    """One symbol b: h = -1, and y = (-2, 1) chooses b."""
    run = run_wired(by_hand(), BY_HAND, [B], plan("one-to-one", 1))
    assert run.trace["h"].tolist() == [[-1.0]]
    assert run.trace["y"].tolist() == [[-2.0, 1.0]]
    assert run.answers("ab") == ("b",)


def test_one_to_many_by_hand() -> None:
    """From a, h is 1, 1.5, 1.75: always positive, so a is chosen and fed back; from b it is the same, negative."""
    run = run_wired(by_hand(), BY_HAND, [A], plan("one-to-many", 1, 3))
    assert run.trace["x"].tolist() == [A, A, A]
    assert run.trace["h"].tolist() == [[1.0], [1.5], [1.75]]
    assert run.trace["y"].tolist() == [[2.0, -1.0], [3.0, -1.5], [3.5, -1.75]]
    assert run.answers("ab") == ("a", "a", "a")
    run = run_wired(by_hand(), BY_HAND, [B], plan("one-to-many", 1, 3))
    assert run.trace["h"].tolist() == [[-1.0], [-1.5], [-1.75]]
    assert run.answers("ab") == ("b", "b", "b")


def test_one_to_many_alternates_by_hand() -> None:
    """With the rows of W_hy exchanged each symbol chooses the other: h is 1, -0.5, 0.75, -0.625."""
    exchanged = {**BY_HAND, "W_hy": [[-1.0], [2.0]]}
    run = run_wired(by_hand(), exchanged, [A], plan("one-to-many", 1, 4))
    assert run.trace["x"].tolist() == [A, B, A, B]
    assert run.trace["h"].tolist() == [[1.0], [-0.5], [0.75], [-0.625]]
    assert run.answers("ab") == ("b", "a", "b", "a")


def test_many_to_one_by_hand() -> None:
    """a, b, b: h is 1, -0.5, -1.25, and only the last y = (-2.5, 1.25) is read."""
    run = run_wired(by_hand(), BY_HAND, [A, B, B], plan("many-to-one", 3))
    assert run.trace["h"].tolist() == [[1.0], [-0.5], [-1.25]]
    assert run.trace["y"][-1].tolist() == [-2.5, 1.25]
    assert run.answers("ab") == ("b",)


def test_many_to_many_by_hand() -> None:
    """a, b, a: h is 1, -0.5, 0.75, and every y is read."""
    run = run_wired(by_hand(), BY_HAND, [A, B, A], plan("many-to-many", 3))
    assert run.trace["h"].tolist() == [[1.0], [-0.5], [0.75]]
    assert run.trace["y"].tolist() == [[2.0, -1.0], [-1.0, 0.5], [1.5, -0.75]]
    assert run.answers("ab") == ("a", "b", "a")


def test_encoder_decoder_by_hand() -> None:
    """Unit 1 adds up a and b, unit 2 sees the start symbol s: from b, b the decoder writes b, b, b."""
    two = {
        "W_xh": [[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]],
        "W_hh": [[1.0, 0.0], [0.0, 0.0]],
        "W_hy": [[2.0, 0.0], [-2.0, 0.0], [0.0, -9.0]],
    }
    a, b, s = np.eye(3).tolist()
    run = run_wired(Model(SUM, 3, 2, 3), two, [b, b, s], plan("encoder-decoder", 2, 3))
    assert run.trace["x"].tolist() == [b, b, s, b, b]
    assert run.trace["h"].tolist() == [[-1.0, 0.0], [-2.0, 0.0], [-2.0, 1.0], [-3.0, 0.0], [-4.0, 0.0]]
    assert run.trace["y"][2:].tolist() == [[-4.0, 4.0, -9.0], [-6.0, 6.0, 0.0], [-8.0, 8.0, 0.0]]
    assert run.answers("abs") == ("b", "b", "b")
    run = run_wired(Model(SUM, 3, 2, 3), two, [a, b, a, s], plan("encoder-decoder", 3, 2))
    assert run.trace["h"].tolist() == [[1.0, 0.0], [0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [2.0, 0.0]]
    assert run.answers("abs") == ("a", "a")


# ------------------------------------------------------------------------------------------------------------ feedback


def fed_by_hand(model: Model, params: Any, run: Wired, noise: Any, start: Any) -> list[int]:
    """The choices when each is fed in by hand, with a run from the beginning for every step."""
    x, chosen = [*start], []
    for t in range(len(x) - 1, run.plan.T):
        scores = model.run(params, np.array(x))["y"][-1] + noise[t + 1]
        chosen.append(int(np.argmax(scores)))
        x.append(np.eye(model.D)[chosen[-1]])
    return chosen


@pytest.mark.parametrize("temperature", [None, 0.0, 1.5])
@pytest.mark.parametrize("name", FED_CELLS)
def test_feedback_equals_feeding_by_hand(name: str, temperature: float | None) -> None:
    """The choices, greedy and sampled, and every signal are those of a cell that is fed the same symbols by hand."""
    model, params = symbolic(CELLS[name].equations)
    start = np.eye(4)[[1]]
    run = run_wired(model, params, start, plan("one-to-many", 1, 7), temperature=temperature, seed=5)
    noise = (temperature or 0.0) * gumbel(5, "choice", (8, 4))
    assert run.chosen is not None
    assert run.chosen.tolist() == fed_by_hand(model, params, run, noise, start)
    assert (run.trace["x"][1:] == np.eye(4)[run.chosen[:-1]]).all()
    plain = model.run(params, run.trace["x"])
    for signal in plain:
        np.testing.assert_allclose(run.trace[signal], plain[signal], rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", CARRYING)
def test_a_decoder_is_fed_like_any_other(name: str) -> None:
    """With shared weights, encoder and decoder are one run over the given and the chosen symbols."""
    model, params = symbolic(CELLS[name].equations)
    start = np.eye(4)[[0, 1, 2, 3]]
    run = run_wired(model, params, start, plan("encoder-decoder", 3, 5), temperature=0.8, seed=1)
    assert run.chosen is not None
    assert run.chosen[3:].tolist() == fed_by_hand(model, params, run, 0.8 * gumbel(1, "choice", (9, 4)), start)
    plain = model.run(params, run.trace["x"])
    for signal in plain:
        np.testing.assert_allclose(run.trace[signal], plain[signal], rtol=0, atol=1e-12)


def test_everything_crosses_the_border() -> None:
    """States of several steps, outputs and inputs that are read later reach the decoder, also from a short encoder."""
    model, params = symbolic(LONG)
    for n in (1, 2, 4):
        init = {"h": [[0.1, -0.2, 0.3], [0.5, 0.4, -0.6]], "y": [0.2, 0.1, -0.3, 0.0]}
        run = run_wired(model, params, np.eye(4)[[0, 1, 2, 0, 3][-n - 1 :]], plan("encoder-decoder", n, 4), init=init)
        plain = model.run(params, run.trace["x"], init)
        for signal in plain:
            np.testing.assert_allclose(run.trace[signal], plain[signal], rtol=0, atol=1e-12)
        assert run.trace.before("h").tolist() == init["h"]


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_a_decoder_reads_the_encoder_s_inputs(steps: int) -> None:
    """Where a cell reads x[t-1] and x[t-2], the decoder's first steps read what the encoder did."""
    model = Model("h[t] = tanh(W @ x[t] + V @ x[t-1] + U @ x[t-2] + R @ h[t-1])\ny[t] = Q @ h[t]", 4, 3, 4)
    params = model.init(0)
    found = run_wired(model, params, np.eye(4), plan("encoder-decoder", 3, steps)).trace
    alone = model.run(params, found["x"])
    np.testing.assert_allclose(found["h"], alone["h"], atol=1e-12)


@pytest.mark.parametrize("name", CARRYING)
def test_a_state_set_to_zero_makes_two_runs(name: str) -> None:
    """If the encoder's state is forgotten, encoder and decoder are two separate runs."""
    model, params = symbolic(CELLS[name].equations)
    run = run_wired(model, params, np.eye(4)[[0, 1, 3]], plan("encoder-decoder", 2, 4), forget=True)
    first = model.run(params, np.eye(4)[[0, 1]])
    second = run_wired(model, params, np.eye(4)[[3]], plan("one-to-many", 1, 4))
    for signal in first:
        np.testing.assert_allclose(run.trace[signal][:2], first[signal], rtol=0, atol=1e-12)
        np.testing.assert_allclose(run.trace[signal][2:], second.trace[signal], rtol=0, atol=1e-12)
    kept = run_wired(model, params, np.eye(4)[[0, 1, 3]], plan("encoder-decoder", 2, 4))
    assert (np.abs(kept.trace["y"][2] - run.trace["y"][2]) > 1e-6).any()


@pytest.mark.parametrize("text", [*[CELLS[name].equations for name in CARRYING], LONG])
def test_weights_of_their_own(text: str) -> None:
    """An encoder with other weights: the decoder starts from its last states, and one trace shows both."""
    model, params = symbolic(text)
    own = model.init(7)
    run = run_wired(model, params, np.eye(4)[[0, 1, 3]], plan("encoder-decoder", 2, 3), encoder=own)
    first = model.run(own, np.eye(4)[[0, 1]])
    assert run.plan.start == 2
    assert [(part.first, part.stop) for part in run.segments] == [(0, 2), (2, 5)]
    assert params_at(run, 1) is own
    assert params_at(run, 2) is params
    for t in range(5):  # every number is what the equations make of the weights and of what stands before it
        for signal in model.equations:
            for i in range(model.sizes[signal]):
                term = explain(model, params_at(run, t), run.trace, signal, t, i)
                assert worked_out(term) == pytest.approx(run.trace[signal][t, i], abs=1e-12)
    np.testing.assert_allclose(run.trace["y"][:2], first["y"], rtol=0, atol=1e-12)
    assert run.trace.T == 5
    assert run.trace.first_nonfinite() is None
    assert not run.trace.at("h2" if "h2" in run.trace else "h", -1).any()


def test_equal_weights_are_shared_weights() -> None:
    """An encoder of its own with the decoder's weights changes nothing."""
    model, params = symbolic(CELLS["lstm"].equations)
    x, planned = np.eye(4)[[0, 1, 3]], plan("encoder-decoder", 2, 3)
    one, two = run_wired(model, params, x, planned), run_wired(model, params, x, planned, encoder=params)
    assert all((one.trace[name] == two.trace[name]).all() for name in one.trace)


def test_gradients_pass_a_wired_trace() -> None:
    """Back-propagation takes the trace of a fed cell as it takes one of the same inputs given."""
    model, params = symbolic(CELLS["gru"].equations)
    run = run_wired(model, params, np.eye(4)[[0, 1, 3]], plan("encoder-decoder", 2, 4))
    dy = np.cos(run.trace["y"])
    found = model.backward(params, run.trace, {"y": dy}).params
    plain = model.backward(params, model.run(params, run.trace["x"]), {"y": dy}).params
    for name in plain:
        np.testing.assert_allclose(found[name], plain[name], rtol=0, atol=1e-12)


def test_names_of_the_cell_are_left_alone() -> None:
    """A cell may have signals u and e, and weights u_, of its own."""
    text = "u[t] = W @ x[t] + u_\ne[t] = tanh(u[t] + V @ e[t-1])\ny[t] = Y @ e[t]"
    model, params = symbolic(text)
    run = run_wired(model, params, [[1, 0, 0, 0]], plan("one-to-many", 1, 5), temperature=1.0)
    assert list(run.computed.cell.inputs) == ["u__", "e_"]
    np.testing.assert_allclose(model.run(params, run.trace["x"])["e"], run.trace["e"], rtol=0, atol=1e-12)


def test_activation_and_bias_are_kept() -> None:
    """The fed cell has the activation and the bias that were chosen."""
    model = Model(CELLS["vanilla"].equations, 4, 3, 4, activation="relu", bias=False)
    params = model.init(0)
    run = run_wired(model, params, [[1, 0, 0, 0]], plan("one-to-many", 1, 4))
    np.testing.assert_allclose(model.run(params, run.trace["x"])["h"], run.trace["h"], rtol=0, atol=1e-12)


def test_a_choice_can_be_explained() -> None:
    """The run with feedback says of each input that it is what the output before it chose."""
    model, params = symbolic(CELLS["vanilla"].equations)
    run = run_wired(model, params, [[1, 0, 0, 0]], plan("one-to-many", 1, 4))
    assert run.chosen is not None
    term = explain(run.computed.cell, params, run.computed, "x", 2, int(run.chosen[1]))
    assert term.value == worked_out(term) == 1.0
    assert "choose" in str(term)


@pytest.mark.parametrize(
    ("options", "x", "code"),
    [
        ({"temperature": -1.0}, [A], "wiring_temperature"),
        ({"temperature": math.nan}, [A], "wiring_temperature"),
        ({}, [[0.5, 0.5]], "wiring_numbers"),
        ({}, [[0.0, 0.0]], "wiring_numbers"),
        ({}, [A, B], "wiring_rows"),
        ({}, [[1.0, 0.0, 0.0]], "shape_of_x"),
        ({"init": {"x": A}}, [A], "unknown_state"),
    ],
)
def test_runs_that_are_refused(options: Any, x: Any, code: str) -> None:
    """What cannot be run is told in a sentence."""
    with pytest.raises(InputError) as caught:
        run_wired(by_hand(), BY_HAND, x, plan("one-to-many", 1, 3), **options)
    assert caught.value.code == code


# ------------------------------------------------------------------------------------------------------------- samples


# ----------------------------------------------------------------------------------------------------------- what fits


# --------------------------------------------------------------------------------- several inputs, and x as an equation
