"""Text -> words, and symbols or a signal -> a sequence."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnnviz.core import InputError
from rnnviz.core.scenario.sequences import SIGNALS
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.reading.text import characters, signal, spelled, visible, words

NAMES = [f"w{i}" for i in range(LIMITS.symbols + 1)]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not good", ["not", "good"]),
        ("The cat, the Cat.", ["The", "cat", ",", "the", "Cat", "."]),
        ("I don't; it’s 3.14!", ["I", "don't", ";", "it’s", "3.14", "!"]),
        ("1,000.5 won", ["1,000.5", "won"]),
        ("나는 학교에 갔다.", ["나는", "학교에", "갔다", "."]),
        ("“안녕”이라고 했다…", ["“", "안녕", "”", "이라고", "했다", "…"]),
        ("1,000원, 3월", ["1,000원", ",", "3월"]),
        ("e-mail", ["e", "-", "mail"]),
        ("snake_case x2", ["snake_case", "x2"]),
        ("ok 👩‍👩‍👧‍👦🇰🇷!", ["ok", "👩‍👩‍👧‍👦", "🇰🇷", "!"]),
        ("a\n\tb\u3000c\u00a0d\r\n", ["a", "b", "c", "d"]),
        ("漢字", ["漢", "字"]),
        ("<b>x</b>", ["<", "b", ">", "x", "<", "/", "b", ">"]),
        ("=1+1", ["=", "1", "+", "1"]),
        ("a", ["a"]),
    ],
)
def test_words_as_a_reader_finds_them(text: str, expected: list[str]) -> None:
    """Blanks divide, punctuation marks stand alone, and signs inside a word or a number belong to it."""
    assert words(text) == tuple(expected)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "The text is empty; type at least one character."),
        (" \n\t\u3000", "The text is empty; type at least one character."),
        ("a b " * 101, "The text has 202 words and punctuation marks; at most 200 are shown. Please remove 2."),
        (" ".join(NAMES), "The text has 65 different words and punctuation marks; at most 64 are possible."),
    ],
    ids=["empty", "blank", "long", "different"],
)
def test_limits_of_words(text: str, told: str) -> None:
    """Too many words or too many different ones are told with the limit and the count."""
    with pytest.raises(InputError) as error:
        words(text)
    assert error.value.sentence == told


def test_as_many_words_as_allowed() -> None:
    """Exactly as many words, and as many different ones, as the limits say are read."""
    assert len(words("a " * LIMITS.steps)) == LIMITS.steps
    assert len(words(" ".join(NAMES[1:]))) == LIMITS.symbols


@given(TEXT)
@example("한글 각")
@example("é ṩ̂")
@example(" \u0301 \u200b\u202e")
def test_any_text_is_words_or_one_error(text: str) -> None:
    """Any text gives words without blanks around them, the same composed or decomposed, that hold all its signs."""
    try:
        found = words(text)
    except InputError:
        with pytest.raises(InputError):
            words(unicodedata.normalize("NFD", text))
        return
    assert words(unicodedata.normalize("NFD", text)) == found
    assert all(word and word == word.strip() for word in found)
    kept = "".join("".join(found).split())
    assert kept == "".join(unicodedata.normalize("NFC", text).split())
    assert all(map(visible, found))


def test_a_word_shows_its_invisible_signs() -> None:
    """A sign that hides or that turns the line around is shown by its code point, inside a word as well as alone."""
    assert visible("a\u202eb") == "aU+202Eb"
    assert visible("\u200b") == "U+200B"
    assert visible("don't") == "don't"
    assert visible("a b") == "a␣b"


def test_words_as_a_sequence() -> None:
    """The label of a step is its word, and the row of an input is the word that it stands for."""
    sequence = spelled(words("good, not good"))
    assert sequence.symbols == sequence.labels == ("good", ",", "not", "good")
    assert sequence.rows == ("good", ",", "not")
    assert sequence.x.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert sequence.scaling is None


def test_labels_of_characters() -> None:
    """Blanks are shown by a sign in the labels, and stay themselves in the symbols."""
    sequence = spelled(characters("a b"))
    assert sequence.labels == ("a", "␣", "b")
    assert sequence.symbols == ("a", " ", "b")


def test_an_alphabet_of_its_own() -> None:
    """A trained network's alphabet decides the rows, and a symbol that it does not know is told."""
    assert spelled(("l", "e"), tuple("helo")).x.tolist() == [[0, 0, 1, 0], [0, 1, 0, 0]]
    with pytest.raises(InputError, match="does not know z"):
        spelled(("z",), tuple("helo"))


@pytest.mark.parametrize("kind", SIGNALS)
def test_a_signal_as_a_sequence(kind: str) -> None:
    """A signal has one input, and the label of a step is its number."""
    sequence = signal(kind, 4, 9, 1)
    assert sequence.x.shape == (9, 1)
    assert sequence.rows == (kind,)
    assert sequence.labels == tuple(f"{x:.2f}" for x in sequence.x[:, 0])
    assert sequence.symbols is sequence.scaling is None


@pytest.mark.parametrize(
    ("period", "length", "seed", "told"),
    [
        (0, 5, 0, "period must be a whole number from 1 to 200, not 0."),
        (201, 5, 0, "period must be a whole number from 1 to 200, not 201."),
        (5, 201, 0, "length must be a whole number from 1 to 200, not 201."),
        (5, 5, -1, "seed must be a whole number from 0 to 999999, not -1."),
    ],
)
def test_limits_of_a_signal(period: int, length: int, seed: int, told: str) -> None:
    """A number beyond its limit is told with its name and the limit."""
    with pytest.raises(InputError) as error:
        signal("sine", period, length, seed)
    assert error.value.sentence == told
