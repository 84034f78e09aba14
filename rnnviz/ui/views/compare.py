"""The page "Compare": two cells side by side on the same sequence, with one player, one scale and their counts."""

import streamlit as st

from rnnviz.core import InputError
from rnnviz.figures import counts
from rnnviz.figures.payload import Side
from rnnviz.figures.stage import Scene
from rnnviz.scenes import pairs
from rnnviz.scenes.scene import Shown
from rnnviz.scenes.settings import Settings
from rnnviz.text import label, say
from rnnviz.ui import address
from rnnviz.ui.controls import series
from rnnviz.ui.controls.gates import MEMORY, example, gates
from rnnviz.ui.controls.notices import paragraph, quoted, warn
from rnnviz.ui.controls.player import player
from rnnviz.ui.controls.stepping import seek
from rnnviz.ui.messages import one_of

LEFT, RIGHT = "compare_left", "compare_right"


def page(settings: Settings, shown: Shown) -> None:
    """Show a scene, and beside it the same with another cell; where that makes no sense, why."""
    choice(settings, shown)
    with st.container(key="compare", horizontal=True):
        try:
            other = pairs.beside(settings, shown, series.file_table())
        except InputError as problem:
            side(LEFT, settings.cell, shown, settings, ())
            with st.container(key="side_right"):
                warn(problem.told(settings.lang))
            return
        pair = (shown.scene, other.scene)
        sent = side(LEFT, settings.cell, shown, settings, pair)
        side(RIGHT, pairs.chosen(settings, shown), other, settings, pair, sent)
    gates(settings, shown, pair)


def choice(settings: Settings, shown: Shown) -> None:
    """Which cell stands on the right."""
    lang = settings.lang
    fitting, now = pairs.offered(settings, shown), pairs.chosen(settings, shown)
    with st.container(horizontal=True, vertical_alignment="center", key="beside"):
        cell = quoted(label("cell", settings.cell, lang))
        st.html(say("compare.with", lang, cell=f"<b>{cell}</b>"), width="content")
        st.selectbox(
            say("compare.choose", lang),
            fitting,
            index=0 if now in fitting else None,
            format_func=lambda name: label("cell", name, lang),
            key=address.follow("pick_beside", now if now in fitting else None),
            on_change=lambda: address.put(other=one_of(st.session_state["pick_beside"], fitting) or ""),
            label_visibility="collapsed",
            width=220,
            placeholder=say("sidebar.choose", lang),
        )
        memory(settings, shown)


def memory(settings: Settings, shown: Shown) -> None:
    """The example that a comparison is made for: who keeps what it read long ago; shown, it says what to see."""
    lang = settings.lang
    if shown.network.weights.name == MEMORY:
        paragraph(say("compare.watch", lang), beside=True)
    else:
        example(settings)


def side(key: str, cell: str, shown: Shown, settings: Settings, pair: tuple[Scene, ...], sent: int = 0) -> int:
    """One of the two players, with the name of its cell, its count of weights, and which they are; returns its bytes.

    `sent` are the bytes of the other one.
    """
    scene, lang = shown.scene, settings.lang
    about = say(
        "compare.about",
        lang,
        count=counts.total(scene),
        hidden=scene.model.H,
        weights=label("weights", shown.network.weights.name, lang),
    )
    own = Side(key == LEFT, label("cell", cell, lang), about, pair)
    where = seek(settings.t, scene.trace.T)
    with st.container(key=f"side_{key.removeprefix('compare_')}"):
        return player(key, scene, where, lang, side=own, sent=sent)
