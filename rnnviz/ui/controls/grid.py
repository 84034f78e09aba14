"""The grid: every number that is given, as a table that can be typed into."""

from dataclasses import replace
from typing import Protocol

import numpy as np
import pandas as pd
import streamlit as st

from rnnviz.core.scenario.edits import LARGEST, Edit
from rnnviz.figures import stage
from rnnviz.figures.stage import Scene
from rnnviz.scenes.scene import Shown
from rnnviz.scenes.settings import Settings
from rnnviz.text import say
from rnnviz.ui.controls import changes
from rnnviz.ui.controls.notices import heading
from rnnviz.ui.messages import told_cells


def grid(settings: Settings, shown: Shown) -> None:
    """Choose an array, and type into it; each number typed is a change."""
    scene, lang = shown.scene, settings.lang
    heading(say("what_if.grid", lang))
    arrays = given(scene)
    name = st.selectbox(
        say("what_if.array", lang), list(arrays), key="grid_name", placeholder=say("sidebar.choose", lang)
    )
    table, edits = arrays[name]
    # What is typed lives in the widget, on top of the table it began with. It begins anew, under another key, only
    # where the numbers changed in another way: a new widget would make the page jump at every number typed.
    known = st.session_state.setdefault("grid", {"version": 0})
    shows = (name, replace(settings, t=0, edit=""))
    if known.get("edit") != settings.edit or known["shows"] != shows:
        known.update(version=known["version"] + 1, edit=settings.edit, shows=shows, table=table)
    table, key = known["table"], f"grid {known['version']}"

    def typed() -> None:
        cells = told_cells(st.session_state[key], len(table), list(table.columns))
        changes.change(*(edits(*cell) for cell in cells or ()))
        # A table with a cell that it does not have cannot be drawn: then it begins anew.
        known["edit"] = None if cells is None else changes.known().present

    st.data_editor(
        table,
        key=key,
        on_change=typed,
        num_rows="fixed",
        column_config={
            c: st.column_config.NumberColumn(c, required=True, min_value=-LARGEST, max_value=LARGEST)
            for c in table.columns
        },
    )


def given(scene: Scene) -> dict[str, tuple[pd.DataFrame, "EditAt"]]:
    """Every array that is given, by what it is called: its table, and the edit of one of its cells."""
    model, symbols = scene.model, stage.axes(scene)
    found: dict[str, tuple[pd.DataFrame, EditAt]] = {}
    for prefix, weights in (("", scene.params), ("encoder ", scene.encoder)):
        for name, weight in weights.items():
            rows, columns = ([*(symbols.get(name) or []), None, None])[:2]
            found[prefix + name] = (
                framed(weight if weight.ndim == 2 else weight[:, None], rows, columns),
                weight_edit(name, weight.ndim == 2, bool(prefix)),
            )
    gives = [t for t, is_given in enumerate(scene.gives) if is_given]
    labels = [f"t={t + 1} {scene.labels[t]}" for t in gives]
    found["x"] = (framed(scene.trace["x"][gives], labels, list(scene.inputs)), signal_edit("x", [t + 1 for t in gives]))
    for name in model.lags:
        if name in model.inputs:
            continue
        outside = {
            **{1 - k: row for k, row in enumerate(reversed(scene.trace.before(name)), start=1)},
            **{scene.trace.T + k: row for k, row in enumerate(scene.trace.after(name), start=1)},
        }
        for t, row in sorted(outside.items()):
            units = [str(i + 1) for i in range(len(row))]
            found[f"{name}_{t}"] = (framed(row[None, :], [f"t={t}"], units), signal_edit(name, [t]))
    return found


def framed(array: np.ndarray, rows: list[str] | None, columns: list[str] | None) -> pd.DataFrame:
    """An array with names, numbers from 1 where there are none; each name once."""
    height, width = array.shape
    index = rows or [str(i + 1) for i in range(height)]
    names = columns or [str(j + 1) for j in range(width)]
    names = [name if names.count(name) == 1 else f"{name} ({j + 1})" for j, name in enumerate(names)]
    return pd.DataFrame(array, index=pd.Index(index), columns=pd.Index(names))


class EditAt(Protocol):
    """The edit of row i, column j (both from 0) to a value."""

    def __call__(self, i: int, j: int, value: float, /) -> Edit: ...


def weight_edit(name: str, matrix: bool, encoder: bool) -> EditAt:
    """Edits of a weight."""
    return lambda i, j, value: Edit(name, value, index=(i + 1, j + 1) if matrix else (i + 1,), encoder=encoder)


def signal_edit(name: str, steps: list[int]) -> EditAt:
    """Edits of a signal whose rows stand for these steps."""
    return lambda i, j, value: Edit(name, value, index=(steps[i], j + 1))
