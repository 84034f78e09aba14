"""The pages "Backward" and "Memory" as Streamlit runs them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rnnviz.core.scenario.wiring import SEQUENTIAL
from tests.figures.decoded import Decoded
from tests.ui.driver import fine, go, opened
from tests.ui.pages import said, warned


def player(app: Any) -> Decoded:
    """What the page hands to its player."""
    (one,) = [child for child in app.main if getattr(child, "key", None) == "backward"]
    return Decoded(one.proto.bytes)


def triangles(app: Any, key: str) -> Any:
    """What the page hands to its triangles."""
    (one,) = [child for child in app.main if getattr(child, "key", None) == key]
    return json.loads(one.proto.json)


@pytest.mark.parametrize("cell", SEQUENTIAL)
def test_every_cell_has_all_views(cell: str) -> None:
    """Film, items and weights are shown for every cell, with no notice; the film begins at its last step."""
    app = go(opened(cell=cell), "backward")
    assert player(app).head["film"]["losses"]
    assert player(app).head["seek"][1] == 5
    assert warned(app) == []
    for view in ("items", "weights"):
        assert warned(go(opened(cell=cell, view=view), "backward")) == []
    assert warned(go(opened(cell=cell), "memory")) == []


def test_a_step_of_the_address() -> None:
    """A link to a step opens the film there."""
    assert player(go(opened(t=2), "backward")).head["seek"] == ["", 2]


def test_right_answers_are_typed() -> None:
    """What would be right can be typed; what cannot be right is told, and stays in its field."""
    app = go(opened(), "backward")
    before = player(app).head["film"]["mean"]
    fine(app.text_input(key="pick_target").set_value("hhhhh").run())
    assert player(app).head["film"]["mean"] != before
    fine(app.text_input(key="pick_target").set_value("xyz").run())
    assert any("x cannot be right" in notice for notice in warned(app))
    assert app.text_input(key="pick_target").value == "xyz"


def test_remarks() -> None:
    """A cut, and inputs that the network would not have chosen, are told."""
    assert any("truncated" in one for one in said(go(opened(cut=2), "backward"), "remark"))
    assert any("teacher forcing" in one for one in said(go(opened(wiring="one-to-many"), "backward"), "remark"))
    assert not any("truncated" in one or "forcing" in one for one in said(go(opened(), "backward"), "remark"))


def test_memory_says_what_it_shows() -> None:
    """The page names its norm and both networks; a radius above 1 that vanishes all the same is told."""
    app = go(opened(other="identity", radius="1.3", text="hello world", weights="learnt", hidden=8), "memory")
    assert any("Frobenius norm" in one for one in said(app, "paragraph"))
    tanh, straight = triangles(app, "memory")["panels"]
    assert (tanh["name"], straight["name"]) == ("Vanilla", "the same without tanh")
    assert any("slope of tanh is small" in one for one in tanh["about"])
    assert any("explodes" in one for one in straight["about"])
