"""Wirings: plans, runs against numbers worked out by hand, feedback, samples, encoder and decoder, what fits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from rnnviz.core import CELLS, InputError, Model, explain, reason
from rnnviz.core.engine.draws import gumbel
from rnnviz.core.language.flow import Flow
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.core.language.reader import parse
from rnnviz.core.language.shapes import X
from rnnviz.core.scenario.wired import Wired, run_wired
from rnnviz.core.scenario.wiring import WIRINGS, feeds, fits, plan
from tests.core.plain import interpret, params_at, worked_out
from tests.core.samples import EVERY_CELL, assert_gradients, sample

FED_CELLS = [name for name in EVERY_CELL if fits(CELLS[name].equations, "one-to-many", symbolic=True) is None]
CARRYING = [name for name in FED_CELLS if fits(CELLS[name].equations, "encoder-decoder", symbolic=True) is None]
FED = ("one-to-many", "encoder-decoder")
# A cell of one unit that can be run by hand: h becomes half of itself plus 1 for symbol a, minus 1 for symbol b.
SUM = "h[t] = W_xh @ x[t] + W_hh @ h[t-1]\ny[t] = W_hy @ h[t]"
BY_HAND: dict[str, Any] = {"W_xh": [[1.0, -1.0]], "W_hh": [[0.5]], "W_hy": [[2.0], [-1.0]]}
A, B = [1.0, 0.0], [0.0, 1.0]
# Reads two steps back, its own output, and the input of the step before: all of it must cross a border.
LONG = """h[t] = tanh(W_xh @ x[t] + V @ x[t-1] + W_1 @ h[t-1] + W_2 @ h[t-2] + W_yh @ y[t-1])
y[t] = W_hy @ h[t]"""
FEEDBACK = "x[t] = u[t] + (1 - total(u[t])) * choose(y[t-1] + e[t])"


def by_hand() -> Model:
    """The cell of one unit, for two symbols."""
    return Model(SUM, 2, 1, 2)


def symbolic(text: str, D: int = 4, H: int = 3, seed: int = 0) -> tuple[Model, dict[str, Any]]:
    """A cell whose outputs score its own symbols, and random weights, twice as large, so that choices differ."""
    model = Model(text, D, H, D)
    return model, {name: 2 * weight for name, weight in model.init(seed).items()}


def shares(scores: Any) -> Any:
    return FUNCTIONS["softmax"].value(np.asarray(scores), -1)


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

MEMORYLESS = "y[t] = W @ x[t]"  # every symbol has the same scores, so every choice is a sample of one distribution
SCORES = [1.0, 0.0, -1.0]


def sampled(temperature: float, seed: int, steps: int) -> list[int]:
    model = Model(MEMORYLESS, 3, 1, 3)
    params = {"W": np.tile(np.array(SCORES)[:, None], 3)}
    run = run_wired(model, params, [[1, 0, 0]], plan("one-to-many", 1, steps), temperature=temperature, seed=seed)
    assert run.chosen is not None
    return run.chosen.tolist()


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_frequencies_of_samples(temperature: float) -> None:
    """Symbols are chosen as often as softmax(y / temperature) says, to within four standard deviations."""
    n = 4000
    found = np.bincount(sampled(temperature, 11, n), minlength=3) / n
    p = shares(np.array(SCORES) / temperature)
    assert (np.abs(found - p) < 4 * np.sqrt(p * (1 - p) / n)).all()


def test_samples_belong_to_their_seed() -> None:
    """The same seed gives the same choices, another one others; a longer run begins with the shorter one."""
    assert sampled(1.0, 3, 50) == sampled(1.0, 3, 50)
    assert sampled(1.0, 3, 50) != sampled(1.0, 4, 50)
    assert sampled(1.0, 3, 50)[:20] == sampled(1.0, 3, 20)


def test_a_low_temperature_is_greedy() -> None:
    """As the temperature goes to 0, the largest score is always chosen; at 0 exactly, the first of equal ones."""
    for temperature in (0.01, 1e-300, 0.0):
        assert sampled(temperature, 0, 200) == [0] * 200
    zeros = run_wired(by_hand(), {**BY_HAND, "W_hy": [[0.0], [0.0]]}, [B], plan("one-to-many", 1, 4), temperature=0.0)
    assert zeros.answers("ab") == ("a", "a", "a", "a")


def test_noise_of_a_step_and_row() -> None:
    """Noise depends on seed, step and row only, and has the mean and the variance of a Gumbel distribution."""
    noise = gumbel(0, "choice", (500, 40))
    assert (gumbel(0, "choice", (20, 3)) == noise[:20, :3]).all()
    assert np.isfinite(noise).all()
    assert noise.mean() == pytest.approx(0.5772, abs=0.03)
    assert noise.var() == pytest.approx(math.pi**2 / 6, abs=0.06)
    assert len(np.unique(noise)) == noise.size


# ----------------------------------------------------------------------------------------------------------- what fits


def test_every_cell_and_wiring() -> None:
    """The table of cells and wirings for symbols: where they do not go together, and why."""
    found = {
        (name, wiring): code
        for name in CELLS
        for wiring in WIRINGS
        if (code := fits(CELLS[name].equations, wiring, symbolic=True))
    }
    expected = {(name, w): "wiring_future" for name in ("convolution", "bidirectional") for w in FED}
    expected |= {(name, w): "wiring_tree" for name in ("recursive", "tree_lstm") for w in WIRINGS}
    assert found == {**expected, ("feedforward", "encoder-decoder"): "wiring_state"}


@pytest.mark.parametrize("wiring", WIRINGS)
def test_numbers_and_classes_are_not_fed_back(wiring: str) -> None:
    """Nothing can be chosen among numbers, and the name of a class is no input; other wirings take both."""
    vanilla = CELLS["vanilla"].equations
    assert fits(vanilla, wiring, symbolic=False) == ("wiring_numbers" if wiring in FED else None)
    assert fits(vanilla, wiring, symbolic=True, labels=True) == ("wiring_labels" if wiring in FED else None)
    assert fits(Model(vanilla, 3, 2, 2), wiring, symbolic=True) is None


def test_a_cell_without_y_has_nothing_to_read() -> None:
    """Without y a cell can only be watched at every step."""
    text = "h[t] = tanh(W @ x[t] + V @ h[t-1])"
    codes = {wiring: fits(text, wiring, symbolic=True) for wiring in WIRINGS}
    assert codes == {w: None if w == "many-to-many" else "wiring_no_y" for w in WIRINGS}
    run = run_wired(Model(text, 2, 1, 2), {"W": [[1, 0]], "V": [[1]]}, [A, B], plan("many-to-many", 2))
    assert (run.chosen, run.answers("ab")) == (None, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SUM, True),
        ("y[t] = W @ x[t-1]", False),
        ("h[t] = W @ x[t]\ny[t] = V @ h[t-1]", False),
        ("h[t] = W @ x[t] + V @ h[t-1]\ny[t] = U @ x[t]", False),
        ("h[t] = W @ x[t] + V @ y[t-2]\ny[t] = U @ h[t]", True),
        ("h[t] = W @ x[t] + V @ h[t+1]\ny[t] = U @ h[t]", False),
    ],
)
def test_cells_that_carry_a_state(text: str, expected: bool) -> None:
    """A state is carried where the output depends on a loop that reads its own past."""
    flow = Flow({name: equation.expression for name, equation in parse(text).items()})
    assert flow.carries("y") == expected


@pytest.mark.parametrize(("D", "K", "code"), [(3, 2, "wiring_labels"), (2, 3, "wiring_labels")])
def test_other_labels_are_refused_when_run(D: int, K: int, code: str) -> None:
    """Where y scores something else than the symbols of x, feeding it back is refused with the same reason."""
    model = Model(SUM, D, 1, K)
    with pytest.raises(InputError) as caught:
        run_wired(model, model.init(0), np.eye(D)[:1], plan("one-to-many", 1, 3))
    assert caught.value.code == code


def test_the_future_is_refused_when_run() -> None:
    """A bidirectional net cannot be run with feedback."""
    model = Model(CELLS["bidirectional"].equations, 2, 1, 2)
    with pytest.raises(InputError, match="reads the future"):
        run_wired(model, model.init(0), [A], plan("one-to-many", 1, 3))


# --------------------------------------------------------------------------------- several inputs, and x as an equation


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
