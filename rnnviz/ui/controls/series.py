"""Controls of longer series: a file that is looked at before it is taken, its columns, and the window that is read."""

from collections.abc import Iterable, Sequence

import streamlit as st

from rnnviz.core import InputError
from rnnviz.core.scenario.sequences import Scale
from rnnviz.figures.writing import minus
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.reading.packed import packed, unpacked
from rnnviz.scenes.reading.tables import ENCODINGS, Preview, Table, csv, preview
from rnnviz.scenes.scene import columns_of
from rnnviz.scenes.settings import Settings
from rnnviz.text import say
from rnnviz.ui import address
from rnnviz.ui.controls import notices, picks
from rnnviz.ui.controls.notices import caption, warn
from rnnviz.ui.messages import one_of


def file_table() -> Table | None:
    """The file that was taken, if one was; it lives as long as the visit."""
    kept = st.session_state.get("file_table")
    return None if kept is None else unpacked(kept)


def upload(settings: Settings) -> None:
    """Choose a file, look at what was found in it, and take it."""
    lang = settings.lang
    uploaded = st.file_uploader(say("sidebar.file", lang), type=["csv", "txt", "tsv"], key="pick_file")
    if uploaded is None:
        if file_table() is not None:
            caption(say("sidebar.file_taken", lang))
        return
    encoding = st.selectbox(
        say("sidebar.encoding", lang),
        ["", *ENCODINGS],
        format_func=lambda name: name or say("sidebar.found_out", lang),
        key="pick_encoding",
        placeholder=say("sidebar.choose", lang),
    )
    first = looked_at(uploaded.file_id, uploaded.getvalue(), encoding or None)
    if isinstance(first, InputError):
        warn(first.told(lang))
        return
    notices.table(say("table.preview", lang), first.headers, first.rows)
    for note in first.notes:
        caption(note.told(lang))
    st.button(say("sidebar.take_file", lang), on_click=take, args=(encoding or None,))


def looked_at(file: str, data: bytes, encoding: str | None) -> Preview | InputError:
    """What a file has, or what is wrong with it. Of each session one is remembered, without its table."""
    seen, first = st.session_state.get("file_seen", (None, None))
    if first is None or seen != (file, encoding):
        try:
            first = preview(csv(data, encoding=encoding))
        except InputError as problem:
            first = problem.with_traceback(None)
        st.session_state["file_seen"] = ((file, encoding), first)
    return first


def take(encoding: str | None) -> None:
    """Show the table of the file from now on. It is the one that the session keeps, and the file itself is not."""
    if (uploaded := st.session_state["pick_file"]) is None:  # removed with the same click
        return
    st.session_state["file_table"] = packed(csv(uploaded.getvalue(), encoding=encoding))
    del st.session_state["pick_file"]
    address.clear("columns", "first", "length", "t")


def window_controls(settings: Settings, table: Table, scaling: Iterable[Scale]) -> None:
    """Columns, first row, length and scale of the window; `scaling` is that of what is shown."""
    lang = settings.lang
    if len(table.columns) > 1:
        st.multiselect(
            say("sidebar.columns", lang),
            table.columns,
            key=address.typed(
                "pick_columns", "columns", [name for name in columns_of(settings, table) if name in table.columns]
            ),
            max_selections=LIMITS.inputs,
            on_change=columns_changed,
            args=(table.columns,),
            placeholder=say("sidebar.choose", lang),
        )
    rows = len(table.labels)
    if rows > 1:
        length = min(settings.length, rows)
        picks.number("length", lang, length, last=min(rows, LIMITS.steps), slider=True)
        if rows > length:
            first = min(settings.first, rows - length + 1)
            picks.number("first", lang, first, last=rows - length + 1, slider=True)
            caption(f"{table.labels[first - 1]} … {table.labels[first + length - 2]}")
    if settings.source != "numbers":
        picks.toggle("scale", lang, settings.scale)
    told = [scaled(scale, lang) for scale in scaling]
    if told:
        caption(*told)


def scaled(scale: Scale, lang: str) -> str:
    """How a column is shown; one that never changes has no range."""
    low, high = plain(scale.low), plain(scale.high)
    if scale.low == scale.high:
        return say("sidebar.constant", lang, column=scale.column, low=low)
    return say("sidebar.scaled", lang, column=scale.column, low=low, high=high)


def plain(value: float) -> str:
    """A measured number, with a true minus."""
    return minus(f"{value:g}")


def columns_changed(known: Sequence[str]) -> None:
    """The columns chosen; none means all again."""
    chosen = [name for name in st.session_state["pick_columns"] if one_of(name, known) is not None]
    address.put(columns=",".join(map(escaped, chosen)))


def escaped(name: str) -> str:
    """A column's name as `columns_of` reads it back: the comma parts names, and all else may stand as it is."""
    return name.replace("%", "%25").replace(",", "%2C")
