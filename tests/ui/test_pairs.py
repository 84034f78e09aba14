"""Settings -> two scenes side by side, and the page that shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.core import InputError
from rnnviz.core.scenario.wiring import SEQUENTIAL
from rnnviz.figures import counts, stage, timeline
from rnnviz.scenes.pairs import beside, chosen, offered
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT, Settings
from tests.figures.decoded import Decoded
from tests.ui.driver import fine, go, opened
from tests.ui.pages import said

PAGE = """
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT
from rnnviz.ui.views import compare
from dataclasses import replace
import streamlit as st

settings = replace(DEFAULT, **st.session_state["settings"])
compare.page(settings, build(settings))
"""


def pair(settings: Settings) -> tuple[stage.Scene, stage.Scene]:
    """The scenes of both sides."""
    shown = build(settings)
    return shown.scene, beside(settings, shown).scene


def test_an_lstm_stands_beside_vanilla() -> None:
    """Nothing chosen, vanilla and LSTM stand side by side; beside any other cell stands vanilla."""
    shown = build(DEFAULT)
    assert chosen(DEFAULT, shown) == "lstm"
    assert {chosen(replace(DEFAULT, cell=cell), shown) for cell in SEQUENTIAL if cell != "vanilla"} == {"vanilla"}
    assert chosen(replace(DEFAULT, other="gru"), shown) == "gru"
    assert chosen(replace(DEFAULT, other="before"), shown) == "lstm"


def test_after_a_change_the_network_stands_beside_itself() -> None:
    """With changes, the same network before them is offered first, and stands on the right unless a cell is chosen."""
    settings = replace(DEFAULT, edit="W_xh.1.1:2.4")
    shown = build(settings)
    assert offered(settings, shown)[0] == chosen(settings, shown) == "before"
    left, right = pair(settings)
    assert left.params["W_xh"][0, 0] == 2.4
    np.testing.assert_array_equal(right.params["W_xh"], build(DEFAULT).scene.params["W_xh"])
    np.testing.assert_array_equal(right.trace["h"], build(DEFAULT).scene.trace["h"])
    assert chosen(replace(settings, other="gru"), shown) == "gru"


@pytest.mark.parametrize("other", SEQUENTIAL)
def test_the_same_but_for_the_cell(other: str) -> None:
    """The right side reads the same text at the same size; it has trained weights, or has learnt the text."""
    settings = replace(DEFAULT, other=other, seed=3)
    left, right = pair(settings)
    assert right.labels == left.labels
    np.testing.assert_array_equal(right.trace["x"], left.trace["x"])
    assert right.model.H == left.model.H
    weights = beside(settings, build(settings)).network.weights
    assert weights.name == ("hello" if other in ("vanilla", "lstm", "gru", "feedforward") else "learnt")
    assert weights.preset or weights.learnt


def test_only_cells_that_fit_are_offered() -> None:
    """A cell that cannot be fed its own output is not offered where outputs are; chosen, it raises."""
    assert offered(DEFAULT, build(DEFAULT)) == list(SEQUENTIAL)
    settings = replace(DEFAULT, wiring="encoder-decoder", weights="reverse", text="abc", other="bidirectional")
    found = offered(settings, build(replace(settings, other="")))
    assert "bidirectional" not in found
    assert {"vanilla", "lstm", "gru"} <= set(found)
    with pytest.raises(InputError, match="reads the future"):
        beside(settings, build(settings))


def test_ranges_are_shared() -> None:
    """A signal has one range on both sides: that of states only if its numbers allow it on both; R is the larger."""
    scenes = pair(replace(DEFAULT, weights="random", activation="relu", hidden=8, seed=1, other="lstm"))
    both = stage.ranges(*scenes)
    assert both == stage.ranges(*scenes)
    assert both["weight"] == max(stage.ranges(scene)["weight"] for scene in scenes)
    for name in {name for scene in scenes for name in scene.signals()}:
        on = [name in stage.ranges(scene)["states"] for scene in scenes if name in scene.signals()]
        assert (name in both["states"]) == all(on)


@pytest.mark.parametrize(
    ("left", "right", "rows"),
    [
        ("vanilla", "lstm", [("y", "y"), ("h", "h"), (None, "c"), ("x", "x")]),
        ("vanilla", "gru", [("y", "y"), ("h", "h"), ("x", "x")]),
        ("deep", "vanilla", [("y", "y"), ("h2", "h"), ("h1", None), ("x", "x")]),
    ],
)
def test_rows_of_the_timelines(left: str, right: str, rows: list[tuple[str | None, str | None]]) -> None:
    """The same signal stands in the same row of both timelines, what only one side has beside an empty place."""
    scenes = pair(replace(DEFAULT, cell=left, other=right))
    for side, scene in enumerate(scenes):
        drawn = timeline.timeline(scene, scenes)
        places = dict(zip(drawn["slots"], [name for name, _ in drawn["bands"]], strict=True))
        assert drawn["places"] == len(rows)
        assert [places.get(slot) for slot in range(len(rows))] == [row[side] for row in rows]


def test_columns_are_shared() -> None:
    """A cell without a state before the first step leaves that column empty beside one that has it."""
    scenes = pair(replace(DEFAULT, cell="feedforward", other="bidirectional"))
    spans = [(drawn["first"], drawn["last"]) for drawn in (timeline.timeline(scene, scenes) for scene in scenes)]
    assert spans == [(0, 6), (0, 6)]


def test_all_weights_are_counted() -> None:
    """The count is of all numbers of all weights, of an encoder's own as well."""
    left, right = pair(DEFAULT)
    assert (counts.total(left), counts.total(right)) == (33, 96)
    both = build(replace(DEFAULT, wiring="encoder-decoder", weights="reverse_own", text="abc")).scene
    assert counts.total(both) == 2 * sum(weight.size for weight in both.params.values())


def players(app: AppTest) -> tuple[dict[str, Any], dict[str, Any]]:
    """What both players of the page get, left and right."""
    sent = {}
    todo = list(app.main.children.values())
    while todo:
        node = todo.pop()
        todo += list(getattr(node, "children", {}).values())
        if str(getattr(node, "key", "")).startswith("compare_"):
            sent[node.key] = Decoded(node.proto.bytes)
    return sent["compare_left"].head, sent["compare_right"].head


def test_who_keeps_what_it_read() -> None:
    """The example of memory is offered by its name, whatever was shown; then it is said what to see."""
    app = go(opened(cell="gru", source="weather"), "compare")
    (button,) = [one for one in app.button if one.label == "Who keeps a or b?"]
    fine(button.click().run())
    for head in players(app):
        assert "".join(head["labels"]) == "a.........b........."
        assert head["header"]["trained"]
    assert any("whose stays?" in text for text in said(app, "paragraph"))
    assert not [one for one in app.button if one.label == "Who keeps a or b?"]


def test_the_page() -> None:
    """Each player gets its scene, the ranges of both, and who leads; nothing raises."""
    app = AppTest.from_string(PAGE, default_timeout=30)
    app.session_state["settings"] = {"other": "gru"}
    fine(app.run())
    left, right = players(app)
    assert (left["side"]["leads"], right["side"]["leads"]) == (True, False)
    assert (left["side"]["name"], right["side"]["name"]) == ("Vanilla", "GRU")
    assert left["side"]["about"] == "33 weights · H = 3 · Trained: hello → elloh"
    assert left["ranges"] == right["ranges"]
    assert left["seek"] == right["seek"]


def test_what_a_gate_is_for_is_said_where_it_is_shown() -> None:
    """Of the example that keeps a letter "Step" and "Compare" tell of the gates; of a text that it cannot read not."""
    kept = {"weights": "latch", "text": "a....", "other": "lstm"}
    told = "its gate opened to 0.99"
    assert told in " ".join(paragraphs(opened(**kept, cell="lstm")))
    compared = " ".join(paragraphs(go(opened(**kept, cell="vanilla"), "compare")))
    assert told in compared
    assert "whose stays" in compared
    other = " ".join(paragraphs(go(opened(**kept | {"text": "hello"}, cell="vanilla"), "compare")))
    assert "its gate opened" not in other
    assert "whose stays" not in other


def paragraphs(app: AppTest) -> list[str]:
    """Every paragraph on the page, as HTML."""
    return said(fine(app), "paragraph")
