"""Widgets of a browser that was tampered with: what is none of the options, or in no cell, is passed over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rnnviz.ui.messages import one_of, told_cells
from tests.ui.driver import fine, go, opened
from tests.ui.pages import warned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamlit.testing.v1 import AppTest


def widgets(app: AppTest) -> Iterator[tuple[str, str]]:
    """The key and the id of every widget on the page."""
    waiting = [app._tree]
    while waiting:
        node = waiting.pop()
        waiting += list(getattr(node, "children", {}).values())
        known = getattr(getattr(node, "proto", None), "id", "")
        if known:
            yield str(getattr(node, "key", "") or known), known


def sent(app: AppTest, pressed: str = "", **values: str) -> AppTest:
    """The app after a browser sent these texts as the values of widgets, and perhaps pressed a button."""
    ids = dict(widgets(app))
    found = app._tree.get_widget_states()
    for key, text in values.items():
        (known,) = [each for name, each in ids.items() if name == key or name.endswith(f"-{key}")]
        for state in [state for state in found.widgets if state.id == known]:
            found.widgets.remove(state)
        found.widgets.add(id=known, string_value=text)
    if pressed:
        (button,) = [button for button in app.button if button.label == pressed]
        for state in [state for state in found.widgets if state.id == button.id]:
            state.trigger_value = True
    app._run(found)
    return fine(app)


def choices(app: AppTest) -> dict[str, str]:
    """What is chosen, as the session keeps it."""
    return {name: value for name, value in app.session_state["chosen"].items() if value}


@pytest.mark.parametrize(
    ("page", "widget"),
    [
        ("step", "pick_source"),
        ("step", "pick_wiring"),
        ("step", "pick_weights"),
        ("step", "pick_activation"),
        ("step", "pick_other"),
        ("tree", "pick_branching"),
        ("compare", "pick_beside"),
        ("write", "pick_start"),
    ],
)
@pytest.mark.parametrize("value", ["nonsense", "own"])
def test_no_option(page: str, widget: str, value: str) -> None:
    """What is none of the options of a menu changes nothing."""
    app = opened(cell="gru_v3") if page == "step" else go(opened(), page)
    before = choices(app)
    app = sent(app, **{widget: value})
    assert choices(app) == before
    assert not warned(app)


@pytest.mark.parametrize("values", [{"hold_name": "nonsense"}, {"hold_unit": "nonsense"}, {"hold_unit": "99"}])
def test_no_number_to_hold(values: dict[str, str]) -> None:
    """A form with a signal or a unit that there is not holds nothing."""
    app = go(opened(), "what-if")
    app = fine(app.toggle(key="changing").set_value(True).run())
    app = sent(app, "Hold it", **values)
    assert app.session_state["changes"].present == ""
    assert app.session_state["changes"].past == []


EDITED = [
    {"edited_rows": {"999": {"h": 1}}},
    {"edited_rows": {"-1": {"h": 1}}},
    {"edited_rows": {"0": {"nope": 1}}},
    {"edited_rows": {"0": {"h": "abc"}}},
    {"edited_rows": {"0": {"h": [[1]]}}},
    {"edited_rows": {"0": {"h": True}}},
    {"edited_rows": {"0": {"h": 1e300}}},
    {"edited_rows": {"0": {"h": float("nan")}}},
    {"edited_rows": {"0": {"h": None}}},
    {"edited_rows": {"0": {"h": 0.5}, "1": {"h": float("inf")}}},
    {"edited_rows": {"0": [1]}},
    {"edited_rows": {"0": {"_index": 5}}},
    {"edited_rows": {"0": {"h": 1}}, "deleted_rows": [0]},
    {"edited_rows": {"0": {"h": 1}}, "added_rows": [{"h": 1}]},
]


def test_no_cell_of_the_table() -> None:
    """A cell that the table does not have, or what is no number, changes nothing, and the table begins anew."""
    app = go(opened(), "what-if")
    app = fine(app.toggle(key="changing").set_value(True).run())
    for k, said in enumerate(EDITED):
        grid = f"grid {app.session_state['grid']['version']}"
        app = sent(app, **{grid: json.dumps(said)})
        assert app.session_state["changes"].present == "", said
        assert app.session_state["grid"]["version"] == k + 2, said
    app = sent(app, **{f"grid {app.session_state['grid']['version']}": json.dumps({"edited_rows": {"0": {"h": 0.5}}})})
    assert app.session_state["changes"].present == "W_xh.1.1:0.5"


@pytest.mark.parametrize("said", [None, [], "x", {}, {"edited_rows": []}, {"edited_rows": {}, "added_rows": {}}])
def test_what_is_no_table(said: object) -> None:
    """What is no state of a table has no cells."""
    assert told_cells(said, 3, ["h"]) is None


def test_what_is_typed_is_taken() -> None:
    """Cells in range are taken with their places, and options as they are."""
    said = {"edited_rows": {0: {"h": 1}, 2: {"e": -0.5}}, "added_rows": [], "deleted_rows": []}
    assert told_cells(said, 3, ["h", "e"]) == [(0, 0, 1.0), (2, 1, -0.5)]
    assert [one_of(value, (0, 1, 2)) for value in (1, True, "1", 3, None)] == [1, None, None, None, None]
