"""The number that is chosen in the browser, as Python takes it."""

from __future__ import annotations

import pytest

from rnnviz.ui.proof import told_pick


def test_a_choice_is_taken() -> None:
    """A signal's name, a row and a step are a choice."""
    assert told_pick(["h", 1, 3]) == ("h", 1, 3)


@pytest.mark.parametrize("pick", [None, "h", [], ["h"], ["h", 1], [1, 1, 1], ["h", 0.5, 1], ["h", None, 1], {"h": 1}])
def test_anything_else_is_none(pick: object) -> None:
    """What is no choice, whatever a browser sends, is None."""
    assert told_pick(pick) is None
