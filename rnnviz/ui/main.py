"""Every page of the app begins here: the address, the sidebar, the navigation, then the page."""

import html
from dataclasses import replace
from pathlib import Path

import streamlit as st

from rnnviz.core import InputError
from rnnviz.figures import theme
from rnnviz.text import say
from rnnviz.ui import address, series, sidebar
from rnnviz.ui.notices import warn
from rnnviz.ui.scenes import Shown, build, chosen_weights
from rnnviz.ui.settings import DEFAULT, Settings, on_sequence, read
from rnnviz.ui.views import step, unroll

# Where these make no sense together, the last ones that did stay on the screen.
WHAT_IS_READ = ("source", "text", "wiring", "weights", "columns", "first", "length", "signal", "period", "steps")
STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


def shown_for(settings: Settings) -> tuple[Shown, Settings, InputError | None]:
    """The scene of these settings; where they make no sense, the last one that did, and what is wrong."""
    last = st.session_state.get("good", DEFAULT)
    kept = {name: getattr(last, name) for name in WHAT_IS_READ}
    problem: InputError | None = None
    for tried in (settings, replace(settings, **kept), replace(last, t=settings.t, lang=settings.lang), DEFAULT):
        try:
            return build(tried, series.file_table()), tried, problem
        except InputError as error:
            problem = problem or error
    raise AssertionError("the default can be shown")


def main() -> None:
    raw = address.draw()
    settings, problems = read(raw)
    settings, misplaced = on_sequence(settings)
    problems += misplaced
    lang = settings.lang
    st.set_page_config(page_title=say("app.title", lang), page_icon=theme.icon(), layout="wide")
    shown, good, problem = shown_for(settings)
    last = shown.scene.trace.T
    if good.t > last and "good" in st.session_state:
        address.later(t=last)  # a shorter sequence ends earlier
    elif good.t > last:
        problems.append(InputError("address_step", got=good.t, last=last))
    st.session_state["good"] = good
    page = st.navigation(
        [
            st.Page(lambda: step.page(good, shown), title=say("app.step", lang), url_path="step", default=True),
            st.Page(lambda: unroll.page(good, shown), title=say("app.unroll", lang), url_path="unroll"),
        ],
        position="top",
    )
    # A heading for those who hear the page; the picture needs its room.
    st.html(f"<style>{STYLE}</style><h1 class='unseen'>{html.escape(page.title)}</h1>")
    with st.sidebar:
        sidebar.sidebar(settings, shown, problem)
    for problem in problems:
        warn(problem.told(lang))
    if raw.get("weights") and settings.weights != chosen_weights(settings):
        warn(say("app.no_weights", lang, weights=settings.weights))
    page.run()


main()
