"""Text -> symbols as a reader counts them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.core import InputError
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.reading.text import characters, in_alphabet, visible

DIFFERENT = [chr(0x4E00 + i) for i in range(LIMITS.symbols + 1)]


@pytest.mark.parametrize(
    "one",
    [
        "a",
        "é",
        "e\u0301",
        "한",
        unicodedata.normalize("NFD", "한"),
        "👋🏽",
        "🇰🇷",
        "👩‍👩‍👧‍👦",
        "🏳️‍🌈",
        "❤️",
        "1️⃣",
        "ṩ̂",
        "\r\n",
        "<",
    ],
    ids=ascii,
)
def test_what_a_reader_counts_as_one(one: str) -> None:
    """Accents, syllables, emoji with modifiers or joiners and flags are one character each, wherever they stand."""
    assert characters(one) == (unicodedata.normalize("NFC", one),)
    assert len(characters(f"x{one}y")) == 3


def test_composed_and_decomposed_are_equal() -> None:
    """é and 한 are the same symbol whether typed as one code point or in parts."""
    for composed in ("é", "한글"):
        assert characters(unicodedata.normalize("NFD", composed)) == characters(composed)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "The text is empty; type at least one character."),
        ("ab" * 100 + "a", "The text has 201 characters; at most 200 are shown. Please remove 1."),
        ("é" * 250, "The text has 250 characters; at most 200 are shown. Please remove 50."),
        ("".join(DIFFERENT), "The text has 65 different characters; at most 64 are possible."),
    ],
    ids=["empty", "201", "250", "65 different"],
)
def test_limits_are_told_with_their_numbers(text: str, told: str) -> None:
    """Empty, too long or too varied text gives one sentence with the limit and what was typed."""
    with pytest.raises(InputError) as caught:
        characters(text)
    assert caught.value.told("en") == told


def test_the_limits_themselves_are_allowed() -> None:
    """200 characters and 64 different ones can be read."""
    assert len(characters("ab" * 100)) == 200
    assert characters("".join(DIFFERENT[:-1])) == tuple(DIFFERENT[:-1])


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Any text gives symbols that join to the text in NFC and have labels, or an InputError; nothing else."""
    try:
        symbols = characters(text)
    except InputError:
        assert not text or len(text) > LIMITS.symbols
        return
    assert "".join(symbols) == unicodedata.normalize("NFC", text)
    assert all(visible(symbol) for symbol in symbols)


def test_strange_characters_are_named() -> None:
    """Characters that a trained network does not know are named, each once, with its own."""
    in_alphabet(tuple("hole"), tuple("helo"))
    with pytest.raises(InputError) as caught:
        in_alphabet(tuple("wwelt o"), tuple("helo"))
    told = caught.value.told("en")
    assert told.startswith("The trained network was made for h e l o and does not know w t ␣, so random")


@pytest.mark.parametrize(
    ("symbol", "label"),
    [
        (" ", "␣"),
        ("\t", "⇥"),
        ("\n", "⏎"),
        ("\u00a0", "U+00A0"),
        ("\u200b", "U+200B"),
        ("\u202e", "U+202E"),
        ("\0", "U+0000"),
        ("\ue000", "U+E000"),
        ("\u0301", "◌\u0301"),
        ("a", "a"),
        ("한", "한"),
        ("👋🏽", "👋🏽"),
        ("<", "<"),
    ],
    ids=ascii,
)
def test_labels_can_be_seen(symbol: str, label: str) -> None:
    """Blanks get a sign, invisible and direction-changing characters their code point; all others stay."""
    assert visible(symbol) == label


@given(st.text(min_size=1, max_size=30))
def test_labels_are_never_blank(text: str) -> None:
    """No label is blank, a control character, or turns the direction of what follows."""
    try:
        symbols = characters(text)
    except InputError:
        return
    for symbol in symbols:
        label = visible(symbol)
        assert label.strip()
        assert unicodedata.category(label[0]) not in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")
