"""Undo and redo, against a plain list of all texts and a place in it."""

from __future__ import annotations

import json

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.history import History


class UndoAndRedo(RuleBasedStateMachine):
    """The history and a list: undo and redo move the place, a new text cuts off what lies behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History("a")
        self.texts, self.place = ["a"], 0

    @rule(text=st.sampled_from("abc"), times=st.sampled_from([1, 1, 1, 30]))
    def do(self, text: str, times: int) -> None:
        for i in range(times):
            new = text * (i + 1)
            self.history.do(new)
            if new != self.texts[self.place]:
                self.texts = [*self.texts[: self.place + 1], new][-LIMITS.undos - 1 :]
                self.place = len(self.texts) - 1

    @rule()
    def undo(self) -> None:
        self.history.undo()
        self.place = max(0, self.place - 1)

    @rule()
    def redo(self) -> None:
        self.history.redo()
        self.place = min(len(self.texts) - 1, self.place + 1)

    @precondition(lambda self: self.place > 0)
    @rule()
    def undo_and_redo(self) -> None:
        before = self.history.present
        self.history.undo()
        self.history.redo()
        assert self.history.present == before

    @invariant()
    def same(self) -> None:
        assert self.history.present == self.texts[self.place]
        assert self.history.can_undo == (self.place > 0)
        assert self.history.can_redo == (self.place < len(self.texts) - 1)
        assert len(self.history.past) + len(self.history.future) <= LIMITS.undos


TestUndoAndRedo = UndoAndRedo.TestCase


def test_twenty_changes_can_be_taken_back() -> None:
    """Of 25 changes the last 20 can be taken back, and all 20 brought again."""
    history = History()
    for i in range(25):
        history.do(str(i))
    taken = 0
    while history.can_undo:
        history.undo()
        taken += 1
    assert (taken, history.present) == (20, "4")
    while history.can_redo:
        history.redo()
    assert history.present == "24"


def test_a_server_that_starts_again_goes_on() -> None:
    """What is kept makes the same history; where there is too much, its oldest texts are left out."""
    history = History("a")
    assert history.kept() is None
    for text in "bcd":
        history.do(text)
    history.undo()
    again = History.of(json.loads(json.dumps(history.kept())))
    assert (again.past, again.present, again.future) == (["a", "b"], "c", ["d"])
    long = [letter * (LIMITS.kept // 3) for letter in "abcde"]
    for text in long:
        history.do(text)
    again = History.of(history.kept())
    assert again.present == long[-1]
    assert again.past == long[-3:-1]
    history.do("x" * LIMITS.kept * 2)
    assert history.kept() is None


@pytest.mark.parametrize(
    "kept",
    [
        *[None, "a", [], {}, {"past": "ab", "present": "c", "future": []}, {"past": ["a"], "present": "b"}],
        {"past": ["a", 1], "present": "b", "future": []},
        {"past": ["a" * LIMITS.kept], "present": "b", "future": []},
    ],
    ids=lambda kept: str(kept)[:40],
)
def test_what_is_no_history_is_none(kept: object) -> None:
    """Whatever else a browser sends, the changes stay as they are; and no more can be undone than elsewhere."""
    history = History.of(kept, "now")
    assert (history.past, history.present, history.future) == ([], "now", [])
    many = History.of({"past": ["a"] * 99, "present": "b", "future": ["c"] * 99})
    assert (len(many.past), len(many.future)) == (LIMITS.undos, LIMITS.undos)
