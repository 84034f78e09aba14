"""The line above the picture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rnnviz.figures.header import LONG, given, header
from rnnviz.scenes.reading.tables import csv
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT, Settings, on_tree
from rnnviz.scenes.trees import branched


def said(settings: Settings) -> str:
    """What is said that the network does."""
    made = header(build(settings).scene, "en")
    assert made
    return made["does"]


def test_trained_networks() -> None:
    """A trained network says what it was trained for, with what it reads."""
    assert said(DEFAULT) == "A vanilla RNN reads <b>hello</b> and predicts the next letter."
    assert said(replace(DEFAULT, cell="lstm", wiring="one-to-many", text="h")).startswith("An LSTM is given <b>h</b>")


@pytest.mark.parametrize("cell", ["gru", "deep", "mingru"])
def test_random_weights_mean_nothing(cell: str) -> None:
    """Whatever is read, random weights are told as such."""
    for source in ("text", "signal", "weather"):
        settings = replace(DEFAULT, cell=cell, weights="random", source=source)
        assert "Its weights are random: its outputs mean nothing yet." in said(settings)
        made = header(build(settings).scene, "en")
        assert made
        assert not made["trained"]
        assert set(made["right"]) == {None}


def test_words_numbers_and_files() -> None:
    """Words are named with blanks between, columns of numbers by their names; a word's answer is told at the end."""
    many = replace(DEFAULT, source="words", wiring="many-to-one", text="not very good", weights="negation")
    made = header(build(many).scene, "en")
    assert made
    assert made["does"] == "A vanilla RNN reads <b>not very good</b> and says at the end what is meant."
    assert made["right"] == [None, None, "negative"]
    numbers = replace(DEFAULT, source="numbers", text="1 2\n3 4\n5 6", weights="random")
    assert said(numbers).startswith("A vanilla RNN reads 3 steps of <b>")
    table = csv(b"day,warm,wet\n2024-01-01,1,0\n2024-01-02,2,3\n")
    made = header(build(replace(DEFAULT, source="file", weights="random"), table).scene, "en")
    assert made
    assert made["does"].startswith("A vanilla RNN reads 2 steps of <b>warm, wet</b>.")
    assert not made["trained"]


def test_a_tree() -> None:
    """On a tree it is said what is joined."""
    made = header(branched(on_tree(DEFAULT, typed=False)).scene, "en")
    assert made
    assert "two by two, up to the root" in made["does"]


def test_what_is_typed_is_no_html_and_not_too_long() -> None:
    """Marks that were typed are written as they are, and a long text is cut."""
    assert "<b>&lt;i&gt;&amp;</b>" in said(replace(DEFAULT, text="<i>&"))
    assert len(given(build(replace(DEFAULT, text="hello" * 30)).scene)) == LONG


def test_a_scene_that_nobody_speaks_of() -> None:
    """A scene without anybody to speak of it has no line."""
    assert header(replace(build(DEFAULT).scene, about=None), "en") is None
