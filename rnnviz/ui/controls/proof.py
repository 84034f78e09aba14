"""Two things to ask for on every page, in a dialog each: a check of the numbers shown, and a program for them.

Each is a request of its own, in which the page does not run; a long check is done in portions.
"""

from collections.abc import Callable

import streamlit as st
from streamlit.components.v2 import component

from rnnviz.core.answers.check import Check, Checked, Spot
from rnnviz.core.answers.code import FILE, numpy_code, torch_code, weights_file
from rnnviz.core.scenario.wired import Wired
from rnnviz.figures import writing
from rnnviz.figures.stage import Axes, axes, entry
from rnnviz.scenes.budget import cpu
from rnnviz.scenes.scene import Shown
from rnnviz.text import say
from rnnviz.ui.controls.notices import paragraph, paragraph_set, warn_set
from rnnviz.ui.gate import gate
from rnnviz.ui.messages import told_pick

# The picture keeps which number is chosen; the dialog asks for it when it opens, and only then runs again.
_chosen = component(
    "rnnviz.chosen",
    js="""export default function ({ data, setStateValue }) {
  const pick = window.rnnvizNow?.pick ?? null;
  if (JSON.stringify(pick) !== JSON.stringify(data)) setStateValue("pick", pick);
}""",
    isolate_styles=False,
)
LIBRARIES = ("numpy", "torch")
PORTION = 0.2  # seconds of the processor; what is left waits for "Go on", and other readers have their turn


@st.fragment
@gate
def buttons(made: Callable[[], Shown], lang: str, cut: int = 0) -> None:
    """The two buttons. Nothing is computed before one is pressed, and then nothing but what it asks for.

    `made` gives what is shown; it must not keep it, as it lives as long as the page. `cut` is after how many steps
    derivatives are cut.
    """
    with st.container(horizontal=True, key="proof"):
        if st.button(say("proof.check", lang), type="tertiary", key="open_check", help=say("proof.check_told", lang)):
            st.dialog(say("proof.check", lang), width="large")(checked)(*to_check(made()), lang)
        if st.button(say("proof.code", lang), type="tertiary", key="open_code", help=say("proof.code_told", lang)):
            st.dialog(say("proof.code", lang), width="large")(program)(made(), lang, cut)


def to_check(shown: Shown) -> tuple[Check, Axes]:
    """What is to be checked, and what its rows and columns are called."""
    return Check(run_of(shown)), axes(shown.scene)


def run_of(shown: Shown) -> Wired:
    """The run of a scene, which every scene of a page has."""
    if shown.scene.wired is None:
        raise ValueError("no run")
    return shown.scene.wired


@gate
def checked(check: Check, symbols: Axes, lang: str) -> None:
    """What was compared with what, and how well it agrees; each time this runs, a portion more."""
    check.go_on(cpu(PORTION))
    found = check.found
    st.subheader(say("proof.numbers", lang))
    paragraph_set(" ".join(about_numbers(found, symbols, lang)))
    if found.wrong:
        warn_set(say("proof.wrong", lang, **spot(found.wrong, symbols)))
    st.subheader(say("proof.gradients", lang))
    paragraph_set(" ".join(about_gradients(check, symbols, lang)))
    if not check.done:
        st.button(say("proof.go_on", lang), key="go_on")


def about_numbers(found: Checked, symbols: Axes, lang: str) -> list[str]:
    """Sentences on the numbers that were computed again, as HTML."""
    told = [say("proof.again", lang, names=", ".join(map(writing.name, found.signals)))]
    told.append(say("proof.count", lang, numbers=f"{found.numbers:,}", total=f"{found.total:,}"))
    if found.nonfinite:
        told.append(say("proof.nonfinite", lang, count=f"{found.nonfinite:,}"))
    if found.largest.difference == 0:
        told.append(say("proof.none", lang))
    elif found.numbers:
        told.append(say("proof.largest", lang, **spot(found.largest, symbols)))
    if found.numbers == found.total and found.wrong is None and found.largest.difference > 0:
        told.append(say("proof.right", lang))
    return told


def spot(where: Spot, symbols: Axes) -> dict[str, object]:
    """A difference and its place, as the texts tell them."""
    return {
        "difference": writing.tiny(where.difference),
        "where": entry(symbols, where.name, str(where.t), [where.i]),
    }


def about_gradients(check: Check, symbols: Axes, lang: str) -> list[str]:
    """Sentences on the gradients that were compared with differences, as HTML."""
    found, slopes = check.found, check.found.slopes
    if slopes is None and not check.done and not found.nonfinite:
        return [say("proof.not_yet", lang)]
    if slopes is None:
        return [say("proof.no_gradients" if found.nonfinite else "proof.no_weights", lang)]
    counts = {"compared": f"{slopes.compared:,}", "total": f"{slopes.total:,}"}
    told = [say("proof.slopes", lang, name=writing.name(found.loss), **counts)]
    looked = slopes.compared + slopes.corners
    if looked < slopes.chosen:
        told.append(say("proof.slopes_count", lang, looked=f"{looked:,}", chosen=f"{slopes.chosen:,}"))
    if any(check.wired.plan.fed):
        told.append(say("proof.held", lang))
    if slopes.corners:
        told.append(say("proof.corners", lang, count=slopes.corners))
    if slopes.compared:
        where = entry(symbols, slopes.name, "", slopes.place)
        where = say("proof.of_encoder", lang, where=where) if slopes.encoder else where
        told.append(say("proof.slope", lang, difference=writing.tiny(slopes.difference), scale=f"{slopes.scale:.3g}"))
        told.append(say("proof.slope_at", lang, where=where))
    return told


@gate
def program(shown: Shown, lang: str, cut: int = 0) -> None:
    """The program in one of two libraries; the line that made the chosen number is marked."""
    st.session_state.setdefault("code_library", "numpy")
    library = st.segmented_control(
        say("proof.library", lang),
        LIBRARIES,
        format_func=lambda name: say(f"proof.{name}", lang),
        required=True,
        key="code_library",
        label_visibility="collapsed",
    )
    symbols = shown.scene.inputs if shown.sequence.symbols is not None else ()
    torch = library == "torch"
    code = torch_code(run_of(shown), symbols, lang, cut) if torch else numpy_code(run_of(shown), symbols, lang)
    paragraph(say("proof.file" if code.weights else "proof.gives", lang, file=FILE))
    if code.weights:
        st.download_button(
            say("proof.download", lang, file=FILE), weights_file(code), FILE, on_click="ignore", key="download_weights"
        )
    picked = pick()
    text = code.marked(*picked, lang) if picked else code.text
    st.code(text, language="python", line_numbers=True)


def pick() -> tuple[str, int, int] | None:
    """The number that is chosen in the picture: signal, unit (from 0), step (from 1); None where none is."""
    known = st.session_state.get("chosen_number", {}).get("pick")
    _chosen(key="chosen_number", data=known, on_pick_change=lambda: None)
    return told_pick(st.session_state["chosen_number"].get("pick"))
