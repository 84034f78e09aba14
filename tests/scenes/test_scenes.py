"""Settings -> the scene shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.core.scenario.presets import presets
from rnnviz.core.scenario.wiring import SEQUENTIAL
from rnnviz.scenes.scene import build, chosen_weights, weights_offered
from rnnviz.scenes.settings import DEFAULT

RANDOM = replace(DEFAULT, weights="random")


@pytest.mark.parametrize("cell", ["vanilla", "lstm", "gru"])
def test_opening_scene_predicts_the_next_letter(cell: str) -> None:
    """After h e l l o the trained networks expect e l l o h, each with more than 0.9."""
    scene = build(replace(DEFAULT, cell=cell)).scene
    share, _ = scene.signals()[scene.share or ""]
    assert [scene.inputs[i] for i in share.argmax(axis=1)] == list("elloh")
    assert share.max(axis=1).min() > 0.9


def test_opening_scene_has_the_printed_numbers() -> None:
    """The default is vanilla, H = 3, no bias, weights of one decimal, and the numbers of the lesson."""
    shown = build(DEFAULT)
    scene = shown.scene
    assert shown.preset == "hello"
    assert (scene.model.H, scene.labels, scene.inputs) == (3, tuple("hello"), tuple("helo"))
    assert set(scene.params) == {"W_xh", "W_hh", "W_hy"}
    assert all((weight == np.round(weight, 1)).all() for weight in scene.params.values())
    np.testing.assert_allclose(scene.trace["h"][2:4], [[-0.74, -0.95, 0.87], [0.76, -0.94, -0.79]], atol=0.005)
    np.testing.assert_allclose(scene.trace["y"][3], [-0.28, -0.35, -2.65, 3.20], atol=0.005)


def test_without_memory_both_ls_give_the_same() -> None:
    """The feed-forward cell takes the same weights and answers both l's alike: l with 0.53."""
    scene = build(replace(DEFAULT, cell="feedforward")).scene
    share, _ = scene.signals()[scene.share or ""]
    np.testing.assert_array_equal(share[2], share[3])
    assert share[2].max() == pytest.approx(0.53, abs=0.005)


@pytest.mark.parametrize("cell", SEQUENTIAL)
def test_a_later_letter_does_not_change_the_past(cell: str) -> None:
    """With random weights the trace of "hell" is the first four rows of "hello", y on the symbols they share."""
    short, long = (build(replace(RANDOM, cell=cell, text=text)).scene for text in ("hell", "hello"))
    ahead = [name for name, lag in long.model.lags.items() if lag.later]
    stop = {"convolution": 3}.get(cell, 4)  # its fourth step reads the fifth letter
    for name in short.model.equations:
        if name in ahead or (name == "y" and "b" in ahead):
            continue
        if name == "y":
            np.testing.assert_allclose(short.trace["y"][:stop], long.trace["y"][:stop, :3], rtol=0, atol=1e-14)
        else:
            np.testing.assert_array_equal(short.trace[name][:stop], long.trace[name][:stop])


@pytest.mark.parametrize("cell", SEQUENTIAL)
@pytest.mark.parametrize("bias", [True, False])
def test_random_weights_are_those_of_the_seed_rounded(cell: str, bias: bool) -> None:
    """Random weights are Model.init(seed) to two decimals, the same for the same settings, other for another seed."""
    settings = replace(RANDOM, cell=cell, seed=5, hidden=6, bias=bias)
    scene, again = build(settings).scene, build(settings).scene
    drawn = scene.model.init(5)
    assert scene.model.H == 6
    assert any(weight.ndim == 1 for weight in scene.params.values()) == bias
    for name, weight in scene.params.items():
        np.testing.assert_array_equal(weight, np.round(drawn[name], 2))
        np.testing.assert_array_equal(weight, again.params[name])
    other = build(replace(settings, seed=6)).scene
    assert all((other.params[name] != weight).any() for name, weight in scene.params.items())


def test_weights_on_offer() -> None:
    """A cell offers the presets made for it, what can be learnt, and random weights, in this order of choice."""
    assert weights_offered(DEFAULT) == ["hello", "latch", "learnt", "random"]
    assert weights_offered(replace(DEFAULT, cell="mingru")) == ["learnt", "random"]
    assert weights_offered(replace(DEFAULT, wiring="many-to-one", source="words")) == ["negation", "random"]
    assert weights_offered(replace(DEFAULT, wiring="encoder-decoder")) == ["reverse", "reverse_own", "learnt", "random"]
    assert weights_offered(replace(DEFAULT, source="words")) == ["learnt", "random"]
    assert chosen_weights(replace(DEFAULT, cell="deep")) == "learnt"
    assert build(replace(DEFAULT, cell="deep")).preset is None


def test_examples_of_presets_can_be_shown() -> None:
    """Every preset runs on its own example with each of its cells."""
    for name, preset in presets().items():
        for cell in preset.cells:
            settings = replace(DEFAULT, cell=cell, weights=name, text=preset.example)
            shown = build(replace(settings, wiring=preset.wiring, source=preset.source))
            assert shown.preset == name
            assert shown.scene.trace.first_nonfinite() is None


def test_trained_weights_own_their_alphabet() -> None:
    """A text with another letter is learnt; what cannot be learnt has random weights, and it is said why."""
    shown = build(replace(DEFAULT, text="hellow"))
    assert (shown.preset, shown.network.unknown, shown.network.weights.name) == (None, None, "learnt")
    one = build(replace(DEFAULT, text="w"))  # nothing follows
    assert one.network.unknown
    assert "does not know w" in one.network.unknown.told()
    random = build(replace(RANDOM, text="w", hidden=DEFAULT.units))
    assert random.network.unknown is None
    np.testing.assert_array_equal(one.scene.params["W_hh"], random.scene.params["W_hh"])
    assert build(replace(RANDOM, text="hellow")).scene.inputs == tuple("helow")
    no_weights = replace(DEFAULT, cell="own", equations="y[t] = x[t] * x[t] + y[t-1]")
    assert weights_offered(no_weights) == ["random"]
    assert build(no_weights).network.weights.learnt is None


def test_what_is_learnt_at_once_is_small() -> None:
    """A text of 40 symbols is learnt by every cell at once; a cell of many or large equations learns on demand."""
    equations = "\n".join(f"s{k}[t] = tanh(A{k} @ x[t] + B{k} @ s{k}[t-1])" for k in range(40)) + "\ny[t] = V @ s0[t]"
    own = replace(DEFAULT, cell="own", equations=equations)
    assert build(replace(own, text="abcdefgh")).network.waits is None
    assert build(replace(own, text="abcdefgh" * 5)).network.waits
    assert build(replace(own, text="abcdefgh" * 2, hidden=32)).network.waits
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,:;"
    assert build(replace(DEFAULT, cell="lstm", text=letters)).network.waits is None


def test_labels_can_be_seen_and_symbols_stay_apart() -> None:
    """A blank has a label on the picture but is a symbol of its own for the network."""
    scene = build(replace(RANDOM, text="a ␣")).scene
    assert scene.labels == ("a", "␣", "␣")
    assert scene.model.D == 3


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "identity"])
def test_activation_replaces_tanh(activation: str) -> None:
    """The activation is applied to the sum of the hidden state."""
    scene = build(replace(RANDOM, activation=activation, text="h")).scene
    p = scene.params
    total = p["W_xh"][:, 0] + p["b_h"]
    functions = {"tanh": np.tanh, "relu": lambda a: np.maximum(a, 0), "identity": lambda a: a}
    functions["sigmoid"] = lambda a: 1 / (1 + np.exp(-a))
    np.testing.assert_allclose(scene.trace["h"][0], functions[activation](total), atol=1e-12)
