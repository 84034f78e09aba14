"""The right answers: they are those that the presets were trained on, and the presets give them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rnnviz.core.scenario.presets import presets
from rnnviz.core.scenario.truth import TASKS, right
from rnnviz.core.scenario.wiring import START
from rnnviz.data.train_presets import Lesson, phrases, reversals, vowels
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT

LESSONS = {
    "vowel": vowels(),
    "negation": phrases(),
    "reverse": reversals(own=False),
    "reverse_own": reversals(own=True),
}


@pytest.mark.parametrize(("name", "lesson"), LESSONS.items(), ids=LESSONS)
def test_the_answers_are_those_of_the_lessons(name: str, lesson: Lesson) -> None:
    """For every sequence that a preset was trained on, its answers are the lesson's."""
    for symbols, answers in lesson.pairs:
        given = symbols[: symbols.index(START) + 1] if START in symbols else symbols
        assert right(name, given, len(answers)) == list(answers)


def test_the_next_letter() -> None:
    """Of hello the next letter, after its end the first one; of another text what comes next, at its end nothing."""
    assert right("hello", "hello", 5) == list("elloh")
    assert right("hello", "h", 5) == list("elloh")
    assert right("hello", "hole", 4) == ["o", "l", "e", None]
    assert right("hello", "", 3) == [None, None, None]


def test_the_latest_letter() -> None:
    """The last a or b so far; before the first one nothing is known."""
    assert right("latch", ".a..b.a", 7) == [None, "a", "a", "a", "b", "b", "a"]


def test_what_is_no_phrase_has_no_answer() -> None:
    """Only the phrases of the lesson have a meaning."""
    for words in (["good", "not"], ["very", "not", "good"], ["not", "not", "bad"]):
        assert right("negation", words, len(words)) == [None] * len(words)


@pytest.mark.parametrize("name", presets())
def test_presets_are_right(name: str) -> None:
    """Every cell that a preset has weights of its own for gives each right answer on the example that it opens with."""
    preset = presets()[name]
    assert name in TASKS
    for cell in preset.cells:
        settings = replace(DEFAULT, cell=cell, weights=name, wiring=preset.wiring, source=preset.source)
        scene = build(replace(settings, text=preset.example)).scene
        assert scene.about
        known = [(t, answer) for t, answer in enumerate(scene.about.right) if answer is not None]
        assert len(known) >= 1
        assert scene.chosen
        outputs = scene.outputs or ()
        said = [outputs[scene.chosen[t]] for t, _ in known]
        wrong = sum(one != answer for one, (_, answer) in zip(said, known, strict=True))
        forgets = cell == "feedforward" and name in ("hello", "latch")
        assert (wrong > 0) == forgets, cell
