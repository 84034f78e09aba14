"""The page "What if": change any number, and watch what follows."""

import streamlit as st

from rnnviz.core.edits import Edit, Shuffle, read, recurrent_weights
from rnnviz.figures.change import Change
from rnnviz.figures.sentence import sentences
from rnnviz.text import say
from rnnviz.ui import changes, grid
from rnnviz.ui.notices import verbatim
from rnnviz.ui.player.player import payload, player
from rnnviz.ui.scenes import Shown, sweep
from rnnviz.ui.settings import Settings
from rnnviz.ui.stepping import moved, seek


def page(settings: Settings, shown: Shown) -> None:
    """Show a scene before and after the reader's changes."""
    scene, lang = shown.scene, settings.lang
    before = shown.before or scene
    with st.container(horizontal=True, vertical_alignment="center"):
        changing = st.toggle(say("what_if.change", lang), key="changing")
        recurrent = recurrent_weights(scene.model)
        st.button(
            say("what_if.cut", lang, names=", ".join(recurrent) or "W_hh"),
            disabled=not changing or not recurrent,
            on_click=changes.change,
            args=[Edit(name, 0.0, index=(None, None)) for name in recurrent],
        )
        st.button(
            say("what_if.shuffle", lang),
            disabled=not changing or scene.trace.T < 2,
            on_click=changes.change,
            args=[next_shuffle(shown)],
        )
    asked = st.session_state.get("sweep")
    dragged = sweep(shown, *asked[:1]) if changing and asked and asked[1] == changes.present() else None
    change = Change(before, sentences(before, lang), changing, dragged)
    st.markdown(felt(change, scene, shown, lang, changing))
    where = seek(settings.t, scene.trace.T)
    player(payload(scene, sentences(scene, lang), where, lang, change=change), "what_if", moved, acted)
    if changing:
        left, right = st.columns(2)
        with left:
            grid.grid(settings, shown)
        with right:
            hold(settings, shown)


def acted(what: dict) -> None:
    """The player asks for a drag's values, or sets a number."""
    if what.get("do") == "sweep":
        st.session_state["sweep"] = (str(what["place"]), changes.present())
    elif what.get("do") == "edit":
        changes.change(*read(str(what["edit"])))


def next_shuffle(shown: Shown) -> Shuffle:
    """Another order than the present one."""
    return Shuffle(max((edit.seed for edit in shown.edits if isinstance(edit, Shuffle)), default=0) + 1)


def felt(change: Change, after: object, shown: Shown, lang: str, changing: bool) -> str:
    """How long the changes are felt, as a sentence."""
    if not shown.edits:
        return say("what_if.now" if changing else "what_if.begin", lang)
    ripple, name = change.ripple(shown.scene), italic(change.signal)
    if ripple.first is None:
        return say("what_if.never", lang, name=name)
    key = "what_if.to_the_end" if ripple.last == shown.scene.trace.T else "what_if.felt"
    return say(key, lang, name=name, first=ripple.first, last=ripple.last, lasts=ripple.lasts)


def italic(name: str) -> str:
    """A signal's name in Markdown."""
    return f"*{verbatim(name)}*"


def hold(settings: Settings, shown: Shown) -> None:
    """Hold a signal at a value: all of it or one unit, from a step on or in a range of steps."""
    lang, scene = settings.lang, shown.scene
    st.markdown(f"**{say('what_if.hold', lang)}**")
    with st.form("hold", border=False):
        first, second, third = st.columns(3)
        name = first.selectbox(say("what_if.signal", lang), list(scene.model.equations), key="hold_name")
        largest = max(scene.model.sizes[name] for name in scene.model.equations)
        unit = second.selectbox(
            say("what_if.unit", lang),
            [0, *range(1, largest + 1)],
            format_func=lambda i: str(i) if i else say("what_if.all_units", lang),
            key="hold_unit",
        )
        value = third.number_input(say("what_if.value", lang), -1000.0, 1000.0, 0.0, step=0.1, key="hold_value")
        fourth, fifth, sixth = st.columns(3, vertical_alignment="bottom")
        T = scene.trace.T
        from_step = fourth.number_input(say("what_if.from", lang), 1, T, 1, key="hold_from")
        to_step = fifth.number_input(say("what_if.to", lang), 1, T, T, key="hold_to")
        if sixth.form_submit_button(say("what_if.hold_it", lang)):
            end = None if to_step >= T else max(from_step, to_step)
            edit = Edit(name, float(value), index=((from_step, end), unit or None))
            changes.at_once(edit)
