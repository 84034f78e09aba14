"""What browsers send, as Python takes it: what makes sense, and nothing of what was tampered with."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.core.scenario.edits import Edit
from rnnviz.ui.messages import Changed, Touched, told_act, told_pick

NUMBERS = [math.nan, math.inf, -math.inf, 1e300, -1e300, -1e9, 10**400, 0.5, True, False]
NO_NUMBERS = [None, "", "3", "x" * 100_000, [], [[[[1]]]], {}, {"t": 1}]
# Any JSON that a browser may send, with the numbers that JSON of browsers lacks.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["do", "place", "edit"]), inner),
)


def test_what_the_player_sends_is_taken() -> None:
    """A number that is chosen, a number that is touched, set or held are what the player's script sends."""
    assert told_pick(["h", 1, 3]) == ("h", 1, 3)
    assert told_pick(["h", 0, -4]) == ("h", 0, -4)
    assert told_act({"do": "sweep", "place": "encoder.W_xh.1.2"}) == Touched("encoder.W_xh.1.2")
    assert told_act({"do": "edit", "edit": "W_xh.1.2:0.5"}) == Changed(Edit("W_xh", 0.5, (1, 2)))
    assert told_act({"do": "edit", "edit": "f.3-.1:0"}) == Changed(Edit("f", 0.0, ((3, None), 1)))


@pytest.mark.parametrize(
    "value",
    [
        *NO_NUMBERS,
        *([name, 1, 1] for name in [*NUMBERS, None, "", [], "h" * 5000]),
        *(["h", i, 1] for i in [*NUMBERS, *NO_NUMBERS, -1, 64]),
        *(["h", 1, t] for t in [*NUMBERS, *NO_NUMBERS, 1000, -1000]),
        ["h"],
        ["h", 1],
        ["h", 1, 1, 1],
        {"h": 1},
    ],
)
def test_a_choice_that_is_none(value: object) -> None:
    """What is no number of a picture is None."""
    assert told_pick(value) is None


@pytest.mark.parametrize(
    "value",
    [
        *NUMBERS,
        *NO_NUMBERS,
        {"do": "sweep"},
        {"do": "edit"},
        {"place": "W_xh.1.1"},
        {"do": "other", "place": "W_xh.1.1", "edit": "W_xh.1.1:0"},
        {"do": ["sweep"], "place": "W_xh.1.1"},
        *({"do": "sweep", "place": place} for place in [*NUMBERS, *NO_NUMBERS, "W_xh", "W_xh.1.1,b_h.1", "W.1.1:0,W"]),
        *({"do": "edit", "edit": text} for text in [*NUMBERS, *NO_NUMBERS, "W_xh.1.1", "W_xh.1.1:nan", "W_xh.1.1:1e9"]),
        {"do": "edit", "edit": "W_xh.1.1:0,b_h.1:0"},
        {"do": "edit", "edit": "shuffle:1"},
        {"do": "edit", "edit": ",".join(["b_h.1:0"] * 2000)},
    ],
)
def test_a_request_that_is_none(value: object) -> None:
    """What asks for nothing that can be done is None: a part is missing, of another kind, or says several things."""
    assert told_act(value) is None


@given(JSON)
def test_any_message_is_taken_or_none(value: object) -> None:
    """No JSON raises anything, and what is taken is in range."""
    value = json.loads(json.dumps(value))
    pick = told_pick(value)
    assert pick is None or isinstance(pick[0], str)
    assert told_act(value) is None or isinstance(told_act(value), Touched | Changed)


@given(JSON, JSON, st.sampled_from(["sweep", "edit"]))
def test_any_request_is_taken_or_none(place: object, edit: object, do: str) -> None:
    """The same of requests with the right names and any content."""
    told_act({"do": do, "place": place, "edit": edit})
    told_pick([place, edit, 1])
    told_pick(["h", place, edit])
