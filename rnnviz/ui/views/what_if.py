"""The page "What if": change any number, and watch what follows."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from rnnviz.core.scenario.edits import Edit, another_order, recurrent_weights
from rnnviz.figures.difference import Difference
from rnnviz.figures.payload import payload
from rnnviz.scenes.scene import Shown
from rnnviz.scenes.settings import Settings
from rnnviz.scenes.sweeps import sweep
from rnnviz.text import say
from rnnviz.ui.controls import changes, grid
from rnnviz.ui.controls.notices import heading, names_in_label
from rnnviz.ui.controls.player import player, room
from rnnviz.ui.controls.stepping import seek
from rnnviz.ui.messages import Changed, Touched, one_of

MANY = 4  # names on a button


def page(settings: Settings, shown: Shown) -> None:
    """Show a scene before and after the reader's changes."""
    scene, lang = shown.scene, settings.lang
    changing = controls(settings, shown)
    change = changed(settings, shown, changing)
    where = seek(settings.t, scene.trace.T)
    player("what_if", scene, where, lang, change=change, on_act=acted)
    if changing:
        tables(settings, shown)


def controls(settings: Settings, shown: Shown) -> bool:
    """Whether numbers can be changed now, and two changes that are often made."""
    scene, lang = shown.scene, settings.lang
    with st.container(horizontal=True, vertical_alignment="center", key="changing_row"):
        changing = st.toggle(say("what_if.change", lang), key="changing")
        recurrent = recurrent_weights(scene.model)
        st.button(
            say(
                "what_if.cut_tree" if scene.trace.on_tree else "what_if.cut",
                lang,
                names=names_in_label(listed(recurrent)),
            ),
            disabled=not changing or not recurrent,
            on_click=changes.change,
            args=[Edit(name, 0.0, index=(None, None)) for name in recurrent],
        )
        st.button(
            say("what_if.shuffle", lang),
            disabled=not changing or sum(scene.gives) < 2,
            on_click=changes.change,
            args=[another_order(shown.edits)],
        )
    return changing


def listed(names: list[str]) -> list[str]:
    """Names for a button, of many only the first and the last."""
    return (names if len(names) <= MANY else [names[0], "…", names[-1]]) or ["W_hh"]


def changed(settings: Settings, shown: Shown, changing: bool) -> Difference:
    """What the changes made, for the player, with the values of a drag where there is one and they have room."""
    change = Difference(shown.before or shown.scene, bool(shown.edits), changing, None)
    place, made = st.session_state.get("sweep", ("", ""))
    if not (changing and place and made == settings.edit):
        return change
    still = payload(shown.scene, seek(settings.t, shown.scene.trace.T), settings.lang, change=change)
    return replace(change, drag=sweep(shown, place, room(shown.scene) - len(still)))


def tables(settings: Settings, shown: Shown) -> None:
    """All numbers to type, and signals to hold."""
    left, right = st.columns(2)
    with left:
        grid.grid(settings, shown)
    with right:
        hold(settings, shown)


def acted(what: Touched | Changed) -> None:
    """The player asks for a drag's values, or sets a number."""
    if isinstance(what, Touched):
        st.session_state["sweep"] = (what.place, changes.known().present)
    else:
        changes.change(what.edit)


def hold(settings: Settings, shown: Shown) -> None:
    """Hold a signal at a value: all of it or one unit, from a step on or in a range of steps."""
    lang, scene = settings.lang, shown.scene
    names = [*scene.model.equations]
    with st.form("hold", border=False):
        heading(say("what_if.hold", lang))
        first, second, third = st.columns(3)
        first.selectbox(say("what_if.signal", lang), names, key="hold_name", placeholder=say("sidebar.choose", lang))
        units = range(max(scene.model.sizes[name] for name in names) + 1)
        second.selectbox(
            say("what_if.unit", lang),
            units,
            format_func=lambda i: str(i) if i else say("what_if.all_units", lang),
            key="hold_unit",
        )
        third.number_input(say("what_if.value", lang), -1000.0, 1000.0, 0.0, step=0.1, key="hold_value")
        fourth, fifth, sixth = st.columns(3, vertical_alignment="bottom")
        T = scene.trace.T
        node = scene.trace.on_tree
        fourth.number_input(say("what_if.from_node" if node else "what_if.from", lang), 1, T, 1, key="hold_from")
        fifth.number_input(say("what_if.to_node" if node else "what_if.to", lang), 1, T, T, key="hold_to")
        sixth.form_submit_button(say("what_if.hold_it", lang), on_click=held, args=[names, units, T])


def held(names: Sequence[str], units: Sequence[int], T: int) -> None:
    """Take the form; to the last of T steps means from the first on."""
    name, unit = one_of(st.session_state["hold_name"], names), one_of(st.session_state["hold_unit"], units)
    if name is None or unit is None:
        return
    value, first, last = (st.session_state[f"hold_{key}"] for key in ("value", "from", "to"))
    steps = (first, None) if last >= T else (min(first, last), max(first, last))
    changes.change(Edit(name, float(value), (steps, unit or None)))
