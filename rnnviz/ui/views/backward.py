"""The page "Backward": the backward pass as a film, from the last step to the first, over the same stage."""

import html

import streamlit as st

from rnnviz.core import InputError
from rnnviz.core.scenario.weights import RANDOM
from rnnviz.scenes.backward import Passed, passed
from rnnviz.scenes.scene import Shown
from rnnviz.scenes.settings import FILMS, Settings
from rnnviz.text import label, say
from rnnviz.ui import address
from rnnviz.ui.address import follow
from rnnviz.ui.controls.notices import caption, warn
from rnnviz.ui.controls.picks import picked, putting
from rnnviz.ui.controls.player import player
from rnnviz.ui.controls.stepping import seek


def page(settings: Settings, shown: Shown) -> None:
    """Show the backward pass of a scene; where nothing is right, why."""
    lang = settings.lang
    try:
        made = passed(settings, shown)
    except InputError as problem:
        choices(settings, shown, None)
        warn(problem.told(lang))
        return
    choices(settings, shown, made)
    T = made.film.trace.T
    player("backward", made.film, seek(settings.t, T), lang)
    if made.forced:
        caption(say("backward.forced", lang))
    if shown.scene.held:
        caption(say("backward.held", lang))


def choices(settings: Settings, shown: Shown, made: Passed | None) -> None:
    """What would be right, and the weights of the pass."""
    lang = settings.lang
    with st.container(horizontal=True, vertical_alignment="center", key="film"):
        if shown.scene.scores:
            answers = made.answers if made else ()
            single = all(len(name) == 1 for name in shown.scene.outputs or shown.scene.inputs)
            now = settings.target or ("" if single else " ").join(answer for answer in answers if answer is not None)
            st.html(html.escape(say("backward.right", lang)), width="content")
            st.text_input(
                say("backward.right", lang),
                key=address.typed("pick_target", "target", now),
                on_change=picked("pick_target", putting("target")),
                label_visibility="collapsed",
                width=220,
            )
        if shown.network.weights.name != RANDOM or shown.edits:
            st.html(html.escape(say("backward.choose", lang)), width="content")
            st.segmented_control(
                say("backward.choose", lang),
                FILMS,
                format_func=lambda name: label("backward", name, lang),
                required=True,
                key=follow("pick_film", settings.film),
                on_change=picked("pick_film", putting("film"), FILMS),
                label_visibility="collapsed",
            )
