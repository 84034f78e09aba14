"""The page "Backward": the backward pass as a film, from the last step to the first, over the same stage."""

import html
from functools import partial

import numpy as np
import streamlit as st

from rnnviz.core import InputError
from rnnviz.core.language.functions import Array
from rnnviz.core.learning.itemised import Unfolded, unfolded
from rnnviz.core.scenario.weights import RANDOM
from rnnviz.figures import gradients, writing
from rnnviz.figures import triangles as figure
from rnnviz.scenes.backward import RATES, Passed, cut_items, measured, passed, then
from rnnviz.scenes.scene import Shown
from rnnviz.scenes.settings import FILMS, VIEWS, Settings
from rnnviz.text import label, say
from rnnviz.ui import address
from rnnviz.ui.address import follow
from rnnviz.ui.controls import picks, triangles
from rnnviz.ui.controls.notices import caption, warn
from rnnviz.ui.controls.picks import picked, putting
from rnnviz.ui.controls.player import player
from rnnviz.ui.controls.stepping import seek

CUTS = (0, 1, 2, 3, 4, 5, 8, 10, 20, 50)  # steps of a window; 0 for none
WIDEST = 60  # steps of a triangle
MOST = 60_000  # numbers of all Jacobians, or of what goes through them


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
    match settings.view:
        case "items":
            itemised(made, lang)
        case "weights":
            triangles.show_weights(
                "update", gradients.update(made.scene, made.back, measured(made), RATES, then(made), lang)
            )
        case _:
            player("backward", made.film, beginning(settings.t, made.film.trace.T), lang)
    if made.back.window:
        caption(say("backward.cut_told", lang, count=str(made.back.window)))
    if made.forced:
        caption(say("backward.forced", lang))
    if shown.scene.held:
        caption(say("backward.held", lang))


def beginning(t: int, last: int) -> tuple[str, int]:
    """Where the film begins: at the step that the address names, else at the last one."""
    name, at = seek(t, last)
    if "t" not in address.read():
        st.session_state["film_from_end"] = name
    return (f"{name} film", last) if st.session_state.get("film_from_end") == name else (name, at)


def itemised(made: Passed, lang: str) -> None:
    """What the loss of each step gives to the derivative by the state at each step."""
    name = made.back.states[-1][1:]
    found = cut_items(made, name)[:WIDEST, :WIDEST]
    what = say("backward.items_what", lang, name=writing.name(name, "{k}"), t="{t}")
    lengths = np.sqrt((found * found).sum(-1))
    vectors = found if found.size <= 60_000 else None
    chain = None if vectors is None or made.back.window else products(made, name, found)
    panel = figure.panel(f"∂{name}", [], made.scene.labels[:WIDEST], lengths, what, vectors=vectors, chain=chain)
    triangles.show("items", figure.triangles("items", [panel], lang))


def products(made: Passed, name: str, found: Array) -> Unfolded | None:
    """The products of Jacobians that the items are made of, where they are few enough to be sent."""
    model, T = made.scene.model, made.scene.trace.T
    N = sum(model.sizes[state] for state in model.lags)
    if T > WIDEST or T * N * max(N, T) > MOST:
        return None
    return unfolded(model, made.back.params, made.scene.trace, found, name)


def choices(settings: Settings, shown: Shown, made: Passed | None) -> None:
    """What is shown, what would be right, the weights of the pass, and the cut."""
    lang = settings.lang
    with st.container(horizontal=True, vertical_alignment="center", key="film"):
        st.segmented_control(
            say("backward.view", lang),
            VIEWS,
            format_func=lambda name: label("backward", f"{name}_tab", lang),
            required=True,
            key=follow("pick_view", settings.view),
            on_change=picked("pick_view", putting("view"), VIEWS),
            label_visibility="collapsed",
        )
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
                width=110,
            )
        if shown.network.weights.name != RANDOM or shown.edits:
            called = partial(label, "backward", language=lang)
            picks.menu("film", lang, settings.film, FILMS, title="backward.choose", told=called, hidden=True, width=200)
        st.selectbox(
            say("backward.cut", lang),
            [cut for cut in CUTS if cut < shown.scene.trace.T or cut == settings.cut],
            format_func=lambda cut: (
                say("backward.cut_every", lang, count=cut) if cut else say("backward.cut_none", lang)
            ),
            key=follow("pick_cut", settings.cut if settings.cut in CUTS else 0),
            on_change=picked("pick_cut", lambda cut: address.put(cut=cut) if cut else address.clear("cut"), CUTS),
            label_visibility="collapsed",
            width=150,
            placeholder=say("sidebar.choose", lang),
        )
