"""Presets: every right answer is probable, weights are as printed, and the numbers of the lessons stay as they are."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rnnviz.core import CELLS, Model
from rnnviz.core.language.functions import softmax
from rnnviz.core.scenario.presets import FILE, OPENINGS, Preset, presets
from rnnviz.core.scenario.sequences import one_hot
from rnnviz.core.scenario.wired import Wired, run_wired
from rnnviz.core.scenario.wiring import START, WIRINGS, fits, plan
from rnnviz.data.train_presets import LARGEST, written

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERY = [(name, cell) for name, preset in presets().items() for cell in preset.cells]
RECURRENT = ("vanilla", "lstm", "gru")
PHRASES = {
    "good": "positive",
    "bad": "negative",
    "not good": "negative",
    "not bad": "positive",
    "very good": "positive",
    "very bad": "negative",
    "not very good": "negative",
    "not very bad": "positive",
}
HELLO_W_XH = [[1.2, -0.4, -0.6, -1.2], [1.0, 0.4, -0.5, 0.4], [0.8, 0.3, -0.1, -0.2]]
HELLO_W_HH = [[-0.5, -1.2, 0.1], [1.0, 0.1, -0.5], [0.0, 1.4, 0.4]]
HELLO_W_HY = [[-0.8, 1.0, -1.6], [1.7, 0.9, 1.0], [-2.0, -0.4, 1.9], [1.1, -1.5, -1.2]]


def network(preset: Preset, cell: str) -> Model:
    """The network of a preset."""
    sizes = len(preset.alphabet), preset.hidden(cell), len(preset.labels)
    return Model(CELLS[cell].equations, *sizes, bias=False)


def run(name: str, cell: str, symbols: Sequence[str], wiring: str, steps: int) -> Wired:
    """A preset run on symbols."""
    preset = presets()[name]
    model, planned = network(preset, cell), plan(wiring, len(symbols), steps)
    given = [*symbols, START] if planned.start else symbols
    params, encoder = preset.weights(cell, model), preset.encoder(cell, model)
    return run_wired(model, params, one_hot(given, preset.alphabet), planned, encoder=encoder)


def assert_answers(wired: Wired, labels: Sequence[str], expected: Sequence[str]) -> None:
    """The answers are right, each with a probability of at least 0.9."""
    assert wired.answers(labels) == tuple(expected)
    read = softmax(wired.trace["y"], 1)[np.array(wired.plan.reads)]
    assert (read.max(axis=1) >= 0.9).all()


@pytest.mark.parametrize("cell", ["vanilla", "lstm", "gru", "feedforward"])
def test_vowels(cell: str) -> None:
    """Every letter of the alphabet is a vowel or not; y is not."""
    for letter in "abcdefghijklmnopqrstuvwxyz":
        wired = run("vowel", cell, [letter], "one-to-one", 1)
        assert_answers(wired, presets()["vowel"].labels, ["vowel" if letter in "aeiou" else "other"])


@pytest.mark.parametrize("cell", RECURRENT)
@pytest.mark.parametrize("phrase", PHRASES)
def test_negation(cell: str, phrase: str) -> None:
    """After the last word of each of the 8 phrases its meaning is known."""
    wired = run("negation", cell, phrase.split(), "many-to-one", 1)
    assert_answers(wired, presets()["negation"].labels, [PHRASES[phrase]])


@pytest.mark.parametrize("cell", RECURRENT)
@pytest.mark.parametrize("name", ["reverse", "reverse_own"])
def test_reversals(name: str, cell: str) -> None:
    """Each of the 27 strings of three letters is written back to front, the decoder fed with its own choices."""
    for letters in product("abc", repeat=3):
        wired = run(name, cell, letters, "encoder-decoder", 3)
        assert_answers(wired, presets()[name].labels, letters[::-1])


@pytest.mark.parametrize("cell", RECURRENT)
def test_hello(cell: str) -> None:
    """The next letters of hello are elloh, read along or written from h alone."""
    alphabet = presets()["hello"].alphabet
    assert_answers(run("hello", cell, "hello", "many-to-many", 1), alphabet, "elloh")
    assert_answers(run("hello", cell, "h", "one-to-many", 5), alphabet, "elloh")


@pytest.mark.parametrize("cell", RECURRENT)
def test_latch(cell: str) -> None:
    """A letter that was read is still the likelier of a and b after nine dots."""
    wired = run("latch", cell, presets()["latch"].example, "many-to-many", 1)
    assert wired.answers("ab.") == ("a",) * 10 + ("b",) * 10


@pytest.mark.parametrize(("name", "cell"), EVERY)
def test_weights_have_one_decimal(name: str, cell: str) -> None:
    """What is printed is what is computed: one decimal, no negative zero, none above 5, for every weight."""
    preset = presets()[name]
    model = network(preset, cell)
    for weights in (preset.weights(cell, model), preset.encoder(cell, model) or {}):
        for weight, numbers in weights.items():
            assert numbers.shape == model.shapes[weight]
            assert (numbers == np.array([[float(f"{n:.1f}") for n in row] for row in numbers])).all()
            assert not (np.signbit(numbers) & (numbers == 0)).any()
            assert np.abs(numbers).max() <= LARGEST


@pytest.mark.parametrize(("name", "cell"), EVERY)
def test_presets_say_what_they_are(name: str, cell: str) -> None:
    """The example fits the alphabet, the wiring and the number of outputs that the preset names."""
    preset = presets()[name]
    symbols = preset.example.split() if preset.source == "words" else preset.example
    assert preset.source in ("text", "words")
    assert set(symbols) <= set(preset.alphabet)
    assert preset.made in ("trained", "by hand")
    assert sum(plan(preset.wiring, len(symbols), preset.steps).reads) == preset.steps
    labels = preset.labels != preset.alphabet
    if cell != "feedforward":
        assert fits(CELLS[cell].equations, preset.wiring, symbolic=True, labels=labels) is None
    assert bool(preset.encoder(cell, network(preset, cell))) == (name == "reverse_own")


def test_every_wiring_opens_on_something() -> None:
    """For each wiring there is a preset with what it is given, for every cell of the short menu."""
    assert tuple(OPENINGS) == WIRINGS
    for wiring, opening in OPENINGS.items():
        preset = presets()[opening.preset]
        symbols = opening.given.split() if preset.source == "words" else opening.given
        for cell in RECURRENT:
            wired = run(opening.preset, cell, symbols, wiring, opening.steps)
            assert len(wired.answers(preset.labels)) == opening.steps


def test_the_numbers_of_the_lessons_stay() -> None:
    """The lessons quote these weights and what follows from them."""
    hello, latch, negation = (presets()[name].cells for name in ("hello", "latch", "negation"))
    weights: dict[str, Any] = {name: numbers.tolist() for name, numbers in hello["vanilla"].items()}
    assert weights == {"W_xh": HELLO_W_XH, "W_hh": HELLO_W_HH, "W_hy": HELLO_W_HY}
    assert {name: numbers.tolist() for name, numbers in latch["vanilla"].items()} == {
        "W_xh": [[3.0, -3.0, 0.0]],
        "W_hh": [[0.9]],
        "W_hy": [[3.0], [-3.0], [0.0]],
    }
    assert latch["lstm"]["W_xf"].tolist() == [[-5.0, -5.0, 5.0]]
    assert latch["gru"]["W_xz"].tolist() == [[-5.0, -5.0, 5.0]]
    assert hello["lstm"]["W_hy"].tolist()[0] == [2.4, -2.5, 1.4]
    assert hello["gru"]["W_hn"].tolist()[2] == [2.2, 0.1, -0.9]
    assert negation["vanilla"]["W_hh"].tolist() == [[0.1, -0.5, -0.5], [-1.1, 0.9, 0.9], [-1.0, 1.2, 1.2]]
    file = json.loads(FILE.read_text(encoding="utf-8"))
    digests = [sha256(json.dumps(file[name]["cells"]).encode()).hexdigest()[:16] for name in ("hello", "latch")]
    assert digests == ["f234b95f5b551d3d", "24a027e43baf3059"]
    read = {phrase: run("negation", "vanilla", phrase.split(), "many-to-one", 1) for phrase in ("good", "not good")}
    p = [softmax(wired.trace["y"], 1)[-1].round(2).tolist() for wired in read.values()]
    assert p == [[0.97, 0.03], [0.03, 0.97]]


def test_the_file_is_laid_out_by_its_script() -> None:
    """The file is as the script writes it: indented, one matrix a line."""
    text = FILE.read_text(encoding="utf-8")
    assert written(json.loads(text)) == text
