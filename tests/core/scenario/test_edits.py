"""Changes as text, and which of them replace which."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.core import InputError
from rnnviz.core.scenario.edits import (
    MAX_CHARACTERS,
    Change,
    Edit,
    Shuffle,
    another_order,
    covers,
    edits_text,
    put,
    read_edits,
)
from tests.core.scenario.changes import changes

# ----------------------------------------------------------------------------------------------------------------- text


@given(st.lists(changes, max_size=6).map(tuple))
def test_text_round_trip(some: tuple[Change, ...]) -> None:
    """Changes written and read again are the same, and so is their text."""
    text = edits_text(some)
    assert read_edits(text) == some
    assert edits_text(read_edits(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("  ", ()),
        ("W_xh.1.1:2.4", (Edit("W_xh", 2.4, (1, 1)),)),
        ("b_h.2:-.5", (Edit("b_h", -0.5, (2,)),)),
        ("W_hh.*.*:0, b_h.*:+1e-3", (Edit("W_hh", 0.0, (None, None)), Edit("b_h", 0.001, (None,)))),
        ("encoder.W_xh.1.1:2", (Edit("W_xh", 2.0, (1, 1), encoder=True),)),
        ("encoder.1.1:2", (Edit("encoder", 2.0, (1, 1)),)),
        ("x.3.2:1,x.3.*:0", (Edit("x", 1.0, (3, 2)), Edit("x", 0.0, (3, None)))),
        ("h.0.1:0.5,h.-1.1:5.", (Edit("h", 0.5, (0, 1)), Edit("h", 5.0, (-1, 1)))),
        ("f.3-5.1:0,f.3-.*:0", (Edit("f", 0.0, ((3, 5), 1)), Edit("f", 0.0, ((3, None), None)))),
        ("f.3-3.1:0", (Edit("f", 0.0, (3, 1)),)),
        ("shuffle:7", (Shuffle(7),)),
        ("shuffle.1:7", (Edit("shuffle", 7.0, (1,)),)),
    ],
)
def test_what_texts_say(text: str, expected: tuple[Change, ...]) -> None:
    """Each kind of entry is read as written."""
    assert read_edits(text) == expected


BAD = [
    ("W", "edit_form"),
    ("W:1", "edit_form"),
    ("W_xh.1.1", "edit_form"),
    ("W.1.1.1:2", "edit_form"),
    ("1.1:2", "edit_form"),
    ("W_xh.1.1=2", "edit_form"),
    ("Ŵ.1.1:2", "edit_form"),
    ("encoder.:1", "edit_place"),
    ("W.:1", "edit_place"),
    ("W..1:1", "edit_place"),
    ("W.a.1:1", "edit_place"),
    ("W.1.0:1", "edit_place"),
    ("W.1.-1:1", "edit_place"),
    ("W.1.2-3:1", "edit_place"),
    ("b.2-3:1", "edit_place"),
    ("b.0:1", "edit_place"),
    ("W.1.99999999:1", "edit_place"),
    ("W.1.١:1", "edit_place"),
    ("W. 1.1:1", "edit_place"),
    ("f.5-3.1:0", "edit_steps"),
    ("f.0-3.1:0", "edit_steps"),
    ("f.0-.1:0", "edit_steps"),
    ("f.--3.1:0", "edit_place"),
    ("W.1.1:", "edit_value"),
    ("W.1.1:x", "edit_value"),
    ("W.1.1:nan", "edit_value"),
    ("W.1.1:inf", "edit_value"),
    ("W.1.1:1e999", "edit_value"),
    ("W.1.1:1000000.1", "edit_value"),
    ("W.1.1:1_0", "edit_value"),
    ("W.1.1:0x1", "edit_value"),
    ("W.1.1:1:2", "edit_value"),
    ("W.1.1:" + "9" * 5000, "edit_value"),
    ("shuffle:", "edit_seed"),
    ("shuffle:-1", "edit_seed"),
    ("shuffle:1000000", "edit_seed"),
    ("shuffle:1.5", "edit_seed"),
    ("shuffle", "edit_form"),
    ("<b>", "edit_form"),
    ("\0", "edit_form"),
    ("x" * 5000, "edit_form"),
]


@pytest.mark.parametrize(("text", "code"), BAD, ids=lambda value: ascii(value)[:24])
def test_malformed_entries(text: str, code: str) -> None:
    """Each malformed entry gives its one sentence, which quotes it (the beginning of a long one)."""
    for whole in (text, f"W_xh.1.1:2,{text}", f"{text},shuffle:7"):
        with pytest.raises(InputError) as caught:
            read_edits(whole)
        assert caught.value.code == code
        sentence = caught.value.told("en")
        assert text.strip()[:29] in sentence
        assert sentence.endswith(".")
        assert len(sentence) < 200


@pytest.mark.parametrize("text", [",", "W.1.1:2,", ",W.1.1:2", "W.1.1:2,,b.1:2"])
def test_needless_commas(text: str) -> None:
    """A comma too many is told of."""
    with pytest.raises(InputError) as caught:
        read_edits(text)
    assert caught.value.code == "edit_empty"


def test_too_long_a_text() -> None:
    """A text beyond the limit is told of, and not read."""
    with pytest.raises(InputError) as caught:
        read_edits("b.1:0," * MAX_CHARACTERS)
    assert caught.value.code == "edit_long"


@given(st.text(max_size=30))
def test_any_text_is_read_or_told_of(text: str) -> None:
    """Any text gives changes that can be written, or one InputError."""
    with suppress(InputError):
        assert read_edits(edits_text(read_edits(text))) == read_edits(text)


# --------------------------------------------------------------------------------------------------------------- lists


@given(st.lists(changes, max_size=6), changes)
def test_put_keeps_the_rest(some: list[Change], new: Change) -> None:
    """The new change stands last; what it does not cover stays in order; to put it twice changes nothing."""
    after = put(some, new)
    assert after[-1] == new
    assert [old for old in some if not covers(new, old)] == list(after[:-1])
    assert put(after, new) == after


@pytest.mark.parametrize(
    ("old", "new", "covered"),
    [
        ("W.1.1:2", "W.1.1:3", True),
        ("W.1.1:2", "W.1.2:3", False),
        ("W.1.1:2", "W.1.*:3", True),
        ("W.1.*:2", "W.1.1:3", False),
        ("W.1.1:2", "W.*.*:3", True),
        ("W.1.1:2", "encoder.W.1.1:3", False),
        ("W.1.1:2", "W.1:3", False),
        ("f.3.1:2", "f.3-5.1:0", True),
        ("f.6.1:2", "f.3-5.1:0", False),
        ("f.4-5.1:2", "f.3-.*:0", True),
        ("f.4-.1:2", "f.3-5.1:0", False),
        ("b.6.1:2", "b.3-.1:0", False),  # step 6 may be the state after the last of 5 steps
        ("shuffle:1", "shuffle:2", True),
        ("shuffle:1", "x.1.1:2", False),
    ],
)
def test_what_replaces_what(old: str, new: str, covered: bool) -> None:
    """A change replaces one that sets none but the same numbers."""
    (first,), (second,) = read_edits(old), read_edits(new)
    assert put((first,), second) == ((second,) if covered else (first, second))


# ------------------------------------------------------------------------------------------- what changes do to a run


# -------------------------------------------------------------------------------------------------------------- shuffle


# ---------------------------------------------------------------------------------------------------- what does not fit


# ---------------------------------------------------------------------------------------------------------- recurrence


@pytest.mark.parametrize(("text", "seed"), [("", 1), ("x.1.1:2", 1), ("shuffle:1", 2), ("W.1.1:2,shuffle:7,b.1:1", 8)])
def test_another_order_is_another(text: str, seed: int) -> None:
    """A shuffle after a shuffle has the next seed, and takes its place."""
    some = read_edits(text)
    assert another_order(some) == Shuffle(seed)
    assert [new for new in put(some, another_order(some)) if isinstance(new, Shuffle)] == [Shuffle(seed)]
