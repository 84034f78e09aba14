"""The backward pass of what is chosen, what would be right for it, and how much two networks remember."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rnnviz.core import InputError
from rnnviz.core.learning.losses import loss_of
from rnnviz.core.scenario.wiring import SEQUENTIAL, WIRINGS
from rnnviz.figures import gradients
from rnnviz.figures import triangles as figure
from rnnviz.figures.payload import payload
from rnnviz.figures.records import Header, Triangles, Update
from rnnviz.scenes import memory
from rnnviz.scenes.backward import RATES, Passed, cut_items, measured, passed, then
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT, IDENTITY, read_settings
from tests.figures.decoded import Decoded
from tests.figures.typed import faults

if TYPE_CHECKING:
    from rnnviz.scenes.memory import Remembered


def back(**address: str) -> Passed:
    """The backward pass of an address."""
    settings = read_settings(address)[0]
    return passed(settings, build(settings))


def kept(**choices: object) -> tuple[Remembered, Remembered]:
    """What two networks keep."""
    settings = replace(DEFAULT, **choices)
    return memory.both(settings, build(settings))


@pytest.mark.parametrize("film", ["untrained", "two", "now"])
@pytest.mark.parametrize("cell", SEQUENTIAL)
def test_every_film_travels(cell: str, film: str) -> None:
    """Its header has all fields, and every derivative of the engine is in it, for each kind of weights."""
    made = back(cell=cell, film=film, text="hello")
    drawn = Decoded(payload(made.film, ("", 1), "en"))
    assert faults(drawn.head, Header) == []
    assert drawn.head["film"]["mean"] == pytest.approx(made.back.loss.mean)
    for name in made.back.model.equations:
        got = [[drawn.signal(name, t + 1, i) for i in range(made.back.model.sizes[name])] for t in range(5)]
        np.testing.assert_array_equal(got, made.back.trace[name].astype(np.float32))
    assert drawn.head["timeline"]["bands"][0][0] == "∇y"
    assert len(drawn.head["sentences"]) == 6


def test_weights_of_the_film() -> None:
    """Untrained weights are those that a seed draws, two updates make the loss smaller, trained ones are the page's."""
    losses = {film: back(film=film).back.loss.mean for film in ("untrained", "two", "now")}
    assert losses["untrained"] > losses["two"] > losses["now"]
    random = build(replace(DEFAULT, weights="random", hidden=3, bias=False)).scene.params
    np.testing.assert_array_equal(back().scene.params["W_hh"], random["W_hh"])
    assert back(film="now").scene.params["W_hh"].tolist() == build(DEFAULT).scene.params["W_hh"].tolist()


@pytest.mark.parametrize(
    ("address", "answers"),
    [
        ({}, list("elloh")),
        ({"text": "hel"}, list("ell")),
        ({"weights": "random", "text": "abc"}, list("bca")),
        ({"weights": "random", "text": "abc", "target": "ca"}, ["c", "a", None]),
        ({"wiring": "one-to-many"}, list("elloh")),
        ({"wiring": "encoder-decoder"}, [None, None, None, *"cba"]),
        ({"wiring": "many-to-one"}, [None, "negative"]),
        ({"wiring": "many-to-one", "target": "positive"}, [None, "positive"]),
        ({"wiring": "one-to-one"}, ["vowel"]),
        ({"wiring": "one-to-one", "target": "other"}, ["other"]),
        ({"source": "numbers", "text": "1 2 3"}, ["", "", None]),
    ],
    ids=str,
)
def test_what_would_be_right(address: dict[str, str], answers: list[str | None]) -> None:
    """Each wiring has right answers of its own, which may be typed; of numbers the next ones are right."""
    made = back(**address)
    assert list(made.answers) == answers
    assert made.target.count == sum(answer is not None for answer in answers)
    if "numbers" in address.values():
        np.testing.assert_array_equal(made.target.right[:2], made.scene.trace["x"][1:])


def test_the_right_outputs_are_the_next_inputs() -> None:
    """Where outputs are fed back, the pass is that of a run with the right ones, and it is said where that matters."""
    made = back(wiring="one-to-many")
    assert made.scene.labels == tuple("hello")
    assert made.forced
    assert not back(wiring="one-to-many", film="now").forced
    for wiring in WIRINGS:
        one = back(wiring=wiring, film="now")
        assert one.back.loss.mean == pytest.approx(loss_of(one.scene.trace["y"], one.target).mean)


@pytest.mark.parametrize(
    "address",
    [
        {"target": "elloha"},
        {"target": "x"},
        {"source": "numbers", "text": "1"},
        {"wiring": "encoder-decoder", "own": "1", "weights": "random", "text": "abc"},
        {"cell": "own", "equations": "h[t] = W @ x[t]"},
    ],
    ids=str,
)
def test_what_has_no_backward_pass(address: dict[str, str]) -> None:
    """Too many answers, unknown ones, none at all, two sets of weights and a cell without outputs are told."""
    with pytest.raises(InputError):
        back(**address)


def test_one_update() -> None:
    """A small step against the gradient makes the loss smaller, and the slope is what moving each weight measures."""
    for address in ({}, {"cell": "lstm"}, {"wiring": "encoder-decoder", "cell": "gru"}):
        made = back(**address)
        slopes, losses = measured(made), then(made)
        assert losses[0] < made.back.loss.mean
        if slopes is None:
            continue
        for name, slope in slopes.items():
            np.testing.assert_allclose(made.back.gradient(name), slope, atol=1e-9)
        record = gradients.update(made.scene, made.back, slopes, RATES, losses, "en")
        assert faults(json.loads(json.dumps(record)), Update) == []
    assert measured(back(cell="lstm", hidden="16", weights="random")) is None


def test_items_stay_inside_a_window() -> None:
    """With a cut no loss reaches a step of another window, and what is left adds up to the derivative that is shown."""
    made = back(cut="2")
    found = cut_items(made, "h")
    place = np.arange(5) // 2
    assert not found[place[:, None] != place].any()
    np.testing.assert_allclose(found.sum(0), made.film.trace["∂h"], atol=1e-14)


def test_two_networks_and_a_radius() -> None:
    """A comparison has both triangles; a radius stretches recurrent matrices; without tanh the derivative grows."""
    left, right = kept()
    assert left.norms.shape == right.norms.shape == (5, 5)
    assert (left.state, right.state) == ("h", "c")
    assert left.causes is not None
    assert right.causes is not None
    assert (left.causes.kinds, right.causes.kinds) == (("slopes", "weights"), ("carry", "rest"))
    tanh, straight = kept(other=IDENTITY, radius="1.3", text="hello world", hidden=8, weights="learnt")
    assert tanh.radius == pytest.approx(1.3)
    assert straight.radius == pytest.approx(1.3)
    assert tanh.norms[-1, 0] < tanh.norms[-1, -1]  # saturation fights W
    assert straight.norms[-1, 0] > straight.norms[-1, -1]
    memoryless, _ = kept(cell="feedforward", other="vanilla")
    assert (memoryless.state, memoryless.causes, memoryless.moved) == (None, None, 0)
    assert kept(asked="y")[0].name == "y"


def test_long_sequences_are_shown_in_part() -> None:
    """Of a long sequence the first steps are shown, and why it fades only for the last of them."""
    one, _ = kept(text="ab" * 50, hidden=16, weights="random")
    assert one.norms.shape == (memory.WINDOW, memory.WINDOW)
    assert one.steps == (memory.WINDOW - 1,)


@pytest.mark.parametrize(("cell", "other"), [("vanilla", "lstm"), ("gru", "mingru"), ("deep", "vanilla")])
def test_triangles_travel(cell: str, other: str) -> None:
    """Their record has all fields, and the causes' logarithms are those of the core."""
    settings = replace(DEFAULT, cell=cell, other=other)
    panels = []
    for one in memory.both(settings, build(settings)):
        assert one.causes is not None
        assert one.state is not None
        apart = figure.apart(one.causes, one.state, one.steps, one.length)
        assert apart is not None
        np.testing.assert_allclose(apart["rows"]["5"]["whole"], np.log10(one.causes.length[4]), atol=1e-12)
        panels.append(figure.panel("name", [], one.scene.labels, one.norms, "what", apart))
    assert faults(json.loads(json.dumps(figure.triangles("memory", panels, "en"))), Triangles) == []
