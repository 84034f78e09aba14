"""The sidebar: the same controls on every page."""

from collections.abc import Callable

import streamlit as st

from rnnviz.core import CELLS, InputError
from rnnviz.core.functions import ACTIVATIONS
from rnnviz.core.presets import presets
from rnnviz.text import label, say
from rnnviz.ui import address
from rnnviz.ui.notices import warn
from rnnviz.ui.reading import characters, in_alphabet
from rnnviz.ui.scenes import Shown, chosen_weights, offered
from rnnviz.ui.settings import DEFAULT, LIMITS, Settings

FIRST_CELLS = ("vanilla", "lstm", "gru")
MORE = "more"


def chooser(widget: str, put: Callable[[object], None]) -> Callable[[], None]:
    """A callback that hands a widget's value on, unless it was merely deselected."""

    def changed() -> None:
        if st.session_state[widget] is not None:
            put(st.session_state[widget])

    return changed


def follow(widget: str, value: object) -> str:
    """Let a widget show what the address says; returns its key."""
    st.session_state[widget] = value
    return widget


def text_field(settings: Settings, problem: InputError | None) -> None:
    """The sequence, and what is wrong with it if something is."""
    lang = settings.lang
    st.text_input(
        say("sidebar.text", lang), DEFAULT.text, key=address.TYPED, bind="query-params", on_change=text_changed
    )
    if problem:
        warn(problem.told(lang))
        if problem.code == "text_alphabet":
            st.button(say("sidebar.use_random", lang), on_click=address.put, kwargs={"weights": "random"})


def text_changed() -> None:
    """A shorter text ends earlier: stay within it."""
    try:
        last = len(characters(st.session_state[address.TYPED]))
    except InputError:
        return
    if st.session_state.get("t", "").isdigit() and int(st.session_state["t"]) > last:
        address.put(t=last)


def cell_controls(settings: Settings) -> None:
    """The three best-known cells, and one click away the others."""
    lang = settings.lang
    known = settings.cell in FIRST_CELLS
    more = not known or st.session_state.get("pick_cell") == MORE
    st.segmented_control(
        say("sidebar.cell", lang),
        [*FIRST_CELLS, MORE],
        format_func=lambda cell: say("sidebar.more_cells", lang) if cell == MORE else label("cell", cell, lang),
        required=True,
        key=follow("pick_cell", MORE if more else settings.cell),
        on_change=chooser("pick_cell", lambda cell: None if cell == MORE else address.put(cell=cell)),
    )
    if more:
        others = [cell for cell in CELLS if cell not in FIRST_CELLS]
        st.selectbox(
            say("sidebar.other_cell", lang),
            others,
            index=None,
            format_func=lambda cell: label("cell", cell, lang),
            key=follow("pick_other", settings.cell if settings.cell in others else None),
            on_change=chooser("pick_other", lambda cell: address.put(cell=cell)),
        )


def size_and_weights(settings: Settings, shown: Shown) -> None:
    """Hidden size, weights and their seed."""
    lang, model = settings.lang, shown.scene.model
    st.slider(
        say("sidebar.hidden", lang),
        1,
        LIMITS.hidden,
        key=follow("pick_hidden", presets()[shown.preset].hidden(settings.cell) if shown.preset else settings.hidden),
        on_change=chooser("pick_hidden", lambda hidden: address.put(hidden=hidden, weights="random")),
    )
    if not model.uses_H:
        st.caption(say("sidebar.hidden_unused", lang))
    elif shown.preset:
        st.caption(say("sidebar.hidden_fixed", lang, hidden=model.H))
    st.selectbox(
        say("sidebar.weights", lang),
        offered(settings.cell),
        format_func=lambda name: label("weights", name, lang),
        key=follow("pick_weights", chosen_weights(settings)),
        on_change=chooser("pick_weights", weights_chosen),
    )
    if chosen_weights(settings) == "random":
        st.number_input(
            say("sidebar.seed", lang),
            0,
            LIMITS.seed,
            step=1,
            key=follow("pick_seed", settings.seed),
            on_change=chooser("pick_seed", lambda seed: address.put(seed=seed)),
        )


def weights_chosen(name: object) -> None:
    """Take these weights; made for other characters, they come with their own text."""
    address.put(weights=name)
    preset = presets().get(str(name))
    if preset:
        try:
            in_alphabet(characters(st.session_state[address.TYPED]), preset.alphabet)
        except InputError:
            address.put(text=preset.example, t=1)


def more_controls(settings: Settings, shown: Shown) -> None:
    """What is seldom changed, folded away."""
    lang, model = settings.lang, shown.scene.model
    with st.expander(say("sidebar.more", lang)):
        st.selectbox(
            say("sidebar.activation", lang),
            ACTIVATIONS,
            disabled=not model.uses_tanh,
            key=follow("pick_activation", settings.activation),
            on_change=chooser("pick_activation", lambda name: address.put(activation=name)),
        )
        if not model.uses_tanh:
            st.caption(say("sidebar.activation_unused", lang))
        st.toggle(
            say("sidebar.bias", lang),
            disabled=shown.preset is not None or not model.uses_bias,
            key=follow("pick_bias", settings.bias and shown.preset is None),
            on_change=chooser("pick_bias", lambda bias: address.put(bias=int(bool(bias)))),
        )
        if shown.preset:
            st.caption(say("sidebar.bias_fixed", lang))


def sidebar(settings: Settings, shown: Shown, problem: InputError | None) -> None:
    """Draw all controls. What they show is what the address says."""
    text_field(settings, problem)
    cell_controls(settings)
    size_and_weights(settings, shown)
    more_controls(settings, shown)
