"""Every page of the app begins here: the address, the sidebar, the navigation, then the page."""

import html
from dataclasses import replace
from pathlib import Path

import streamlit as st

from rnnviz.core import InputError
from rnnviz.figures import theme
from rnnviz.text import say
from rnnviz.ui import address, changes, series, sidebar
from rnnviz.ui.notices import warn
from rnnviz.ui.scenes import Shown, build, cell_text, chosen_weights
from rnnviz.ui.settings import DEFAULT, Settings, on_sequence, read
from rnnviz.ui.views import compare, step, unroll, what_if, write

# Where these make no sense together, the last ones that did stay on the screen.
WHAT_IS_READ = ("source", "text", "wiring", "weights", "columns", "first", "length", "signal", "period", "steps")
WHAT_READS = ("cell", "equations", "weights")
STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


def shown_for(settings: Settings) -> tuple[Shown, Settings, InputError | None]:
    """The scene of these settings; where they make no sense, the last one that did, and what is wrong."""
    last = st.session_state.get("good", DEFAULT)
    read, reads = ({name: getattr(last, name) for name in names} for names in (WHAT_IS_READ, WHAT_READS))
    problem: InputError | None = None
    kept = replace(last, t=settings.t, lang=settings.lang, edit=settings.edit)
    for tried in (settings, replace(settings, **read), replace(settings, **reads), kept, DEFAULT):
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
    settings = replace(settings, edit=changes.present(settings))
    lang = settings.lang
    st.set_page_config(page_title=say("app.title", lang), page_icon=theme.icon(), layout="wide")
    shown, good, problem = shown_for(settings)
    last = shown.scene.trace.T
    if good.t > last and "good" in st.session_state:
        address.later(t=last)  # a shorter sequence ends earlier
    elif good.t > last:
        problems.append(InputError("address_step", got=good.t, last=last))
    st.session_state["good"] = good
    refused = problem if cell_text(good) != cell_text(settings) else None  # the cell, not what it reads
    page = st.navigation(
        {
            say("app.see", lang): [
                st.Page(lambda: step.page(good, shown), title=say("app.step", lang), url_path="step", default=True),
                st.Page(lambda: unroll.page(good, shown), title=say("app.unroll", lang), url_path="unroll"),
            ],
            say("app.change", lang): [
                st.Page(lambda: what_if.page(good, shown), title=say("app.what_if", lang), url_path="what-if"),
                st.Page(lambda: compare.page(good, shown), title=say("app.compare", lang), url_path="compare"),
                st.Page(lambda: write.page(settings, shown, refused), title=say("app.write", lang), url_path="write"),
            ],
        },
        position="top",
    )
    # A heading for those who hear the page; the picture needs its room.
    st.html(f"<style>{STYLE}</style><h1 class='unseen'>{html.escape(page.title)}</h1>")
    with st.sidebar:
        here = page.url_path == "write"  # where the editor tells what is wrong with the cell
        sidebar.sidebar(settings, shown, None if refused else problem, None if here else refused)
    for problem in problems:
        warn(problem.told(lang))
    if raw.get("weights") and settings.weights != chosen_weights(settings):
        warn(say("app.no_weights", lang, weights=settings.weights))
    changes.band(good, shown)
    page.run()


main()
