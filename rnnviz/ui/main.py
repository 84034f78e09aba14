"""Every page of the app begins here: the address, the sidebar, the navigation, then the page."""

import html
from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from rnnviz.core import InputError
from rnnviz.core.scenario.weights import TAUGHT
from rnnviz.figures import theme
from rnnviz.figures.header import given
from rnnviz.scenes.scene import Shown, build, cell_text, chosen_weights, weights_offered
from rnnviz.scenes.settings import DEFAULT, Settings, on_sequence, on_tree, read_settings
from rnnviz.scenes.trees import branched
from rnnviz.text import LANGUAGES, label, say
from rnnviz.ui import address
from rnnviz.ui.controls import changes, picks, proof, series, sidebar
from rnnviz.ui.controls.notices import in_label, paragraph, styles, warn
from rnnviz.ui.gate import gate
from rnnviz.ui.views import backward, compare, memory, step, terms, train, tree, unroll, what_if, write

# Where these make no sense together, the last ones that did stay on the screen.
WHAT_IS_READ = (
    *("source", "text", "branching", "wiring", "weights"),
    *("columns", "first", "length", "signal", "period", "steps"),
)
WHAT_READS = ("cell", "equations", "weights")
# Where the session keeps the last settings that made sense: of the pages with a sequence, and of the one with a tree.
SEQUENCE, TREE = "good", "good_tree"
STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


def shown_for(settings: Settings, where: str, first: Settings) -> tuple[Shown, Settings, InputError | None]:
    """The scene of these settings; where they make no sense, the last one that did, and what is wrong.

    `where` is where the session keeps the last settings that did, `first` those that always do.
    """
    last = st.session_state.get(where, first)
    read, reads = ({name: getattr(last, name) for name in names} for names in (WHAT_IS_READ, WHAT_READS))
    problem: InputError | None = None
    kept = replace(last, t=settings.t, lang=settings.lang, edit=settings.edit)
    for tried in (settings, replace(settings, **read), replace(settings, **reads), kept, first):
        try:
            return made(tried, where), tried, problem
        except InputError as error:
            problem = problem or error
    raise AssertionError("the default can be shown")


def made(settings: Settings, where: str) -> Shown:
    """The scene of settings that make sense: of a tree, or of a sequence, perhaps of the file that was taken."""
    return branched(settings) if where == TREE else build(settings, series.file_table())


def spoken() -> str:
    """The language of the browser, if there are texts in it."""
    language = (st.context.locale or "").partition("-")[0]
    return language if language in LANGUAGES else DEFAULT.lang


@gate
def main() -> None:
    raw = address.read()
    settings, problems = read_settings({"lang": spoken()} | raw)
    lang = settings.lang
    page = st.navigation(
        [
            st.Page(lambda: step.page(good, shown), title=say("app.step", lang), url_path="step", default=True),
            st.Page(lambda: unroll.page(good, shown), title=say("app.unroll", lang), url_path="unroll"),
            st.Page(lambda: tree.page(good, shown), title=say("app.tree", lang), url_path="tree"),
            st.Page(lambda: what_if.page(good, shown), title=say("app.what_if", lang), url_path="what-if"),
            st.Page(lambda: compare.page(good, shown), title=say("app.compare", lang), url_path="compare"),
            st.Page(lambda: write.page(settings, shown, refused), title=say("app.write", lang), url_path="write"),
            st.Page(lambda: train.page(good), title=say("app.train", lang), url_path="train"),
            st.Page(lambda: backward.page(good, shown), title=say("app.backward", lang), url_path="backward"),
            st.Page(lambda: memory.page(good, shown), title=say("app.memory", lang), url_path="memory"),
            st.Page(lambda: terms.page(lang), title=say("app.terms", lang), url_path="terms"),
        ],
        position="top",
    )
    st.set_page_config(
        page_title=say("app.tab", lang, page=in_label(page.title)), page_icon=theme.icon(), layout="wide"
    )
    where = TREE if page.url_path == "tree" else SEQUENCE
    if where == TREE:
        settings = on_tree(settings, typed=settings.text == raw.get("text"))
    else:
        settings, misplaced = on_sequence(settings)
        problems += misplaced
    settings = replace(settings, edit=changes.present(settings))
    address.tell(changes.past(), changes.take_up, lang)
    shown, good, problem = shown_for(settings, where, on_tree(DEFAULT, typed=False) if where == TREE else DEFAULT)
    last = shown.scene.trace.T
    if good.t > last and address.opened():  # where a sequence became shorter, the player goes to its end by itself
        problems.append(InputError("address_step", got=good.t, last=last))
    problems += [InputError("address_long", name=name) for name in address.too_long(raw)]
    if problem and problem.code == "file_none" and address.opened_with().get("source") == "file":
        problem = InputError("file_gone")
    st.session_state[where] = good
    refused = problem if cell_text(good) != cell_text(settings) else None  # the cell, not what it reads
    # A heading for those who hear the page; the picture needs its room.
    st.html(f"<style>{STYLE}{styles()}</style><h1 class='unseen'>{html.escape(page.title)}</h1>")
    with st.sidebar:
        name, purpose = html.escape(say("app.title", lang)), html.escape(say("app.purpose", lang))
        st.html(f"<p class='app'><b>{name}</b> {purpose}</p>")
        here = page.url_path == "write"  # where the editor tells what is wrong with the cell
        draw = sidebar.beside_tree if where == TREE else sidebar.sidebar
        draw(settings, shown, None if refused else problem, None if here else refused)
        proof.buttons(partial(made, good, where), lang, settings.cut if page.url_path == "backward" else 0)
        picks.menu("lang", lang, lang, told=partial(label, "language", language=lang))
    if problem and page.url_path != "write":
        paragraph(say("app.last_good", lang, text=given(shown.scene)))
    for problem in problems:
        warn(problem.told(lang))
    if where == SEQUENCE and raw.get("weights") and settings.weights != chosen_weights(settings):
        instead = in_label(label("weights", chosen_weights(settings), lang))
        if settings.weights != TAUGHT:
            warn(say("app.no_weights", lang, weights=settings.weights, instead=instead))
        elif page.url_path != "train":
            warn(say("app.taught", lang))
    if where == TREE and settings.weights == TAUGHT and TAUGHT not in weights_offered(settings):
        warn(say("app.taught_tree", lang))
    changes.band(good, shown, always=page.url_path == "what-if")  # where a change must not push the picture down
    page.run()


main()
