"""Every page of the app begins here: the address, the sidebar, the navigation, then the page."""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from rnnviz.core import InputError
from rnnviz.figures import theme
from rnnviz.text import say
from rnnviz.ui import address, sidebar
from rnnviz.ui.notices import warn
from rnnviz.ui.scenes import Shown, build, chosen_weights
from rnnviz.ui.settings import DEFAULT, Settings, read
from rnnviz.ui.views import step, unroll

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


def shown_for(settings: Settings) -> tuple[Shown, Settings, InputError | None]:
    """The scene of these settings; if their text cannot be used, the last one that could, and what is wrong."""
    try:
        return build(settings), settings, None
    except InputError as problem:
        good = replace(settings, text=st.session_state.get("good_text", DEFAULT.text))
        try:
            return build(good), good, problem
        except InputError:
            good = replace(DEFAULT, t=settings.t, lang=settings.lang)
            return build(good), good, problem


def main() -> None:
    raw = address.raw()
    settings, problems = read(raw)
    lang = settings.lang
    st.set_page_config(page_title=say("app.title", lang), page_icon=theme.icon(), layout="wide")
    st.html(f"<style>{STYLE}</style>")
    shown, good, problem = shown_for(settings)
    st.session_state["good_text"] = good.text
    page = st.navigation(
        {
            say("app.see", lang): [
                st.Page(lambda: step.page(good, shown), title=say("app.step", lang), url_path="step", default=True),
                st.Page(lambda: unroll.page(good, shown), title=say("app.unroll", lang), url_path="unroll"),
            ]
        },
        position="top",
    )
    address.draw()
    with st.sidebar:
        sidebar.sidebar(settings, shown, problem)
    for problem in problems:
        warn(problem.told(lang))
    if raw.get("weights") and settings.weights != chosen_weights(settings):
        warn(say("app.no_weights", lang, weights=settings.weights))
    page.run()


main()
