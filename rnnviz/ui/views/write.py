"""The page "Write a cell": equations as text, and at once their picture, their weights and their backward pass."""

import html

import streamlit as st

from rnnviz.core import CELLS, InputError
from rnnviz.core.language.cells import Cell
from rnnviz.core.language.examples import EXAMPLES
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.core.language.reader import LINE_END
from rnnviz.core.model import Model
from rnnviz.core.scenario.wiring import SEQUENTIAL
from rnnviz.figures import writing
from rnnviz.figures.backprop import backprop
from rnnviz.scenes.scene import Shown, cell_text
from rnnviz.scenes.settings import OWN, Settings
from rnnviz.text import label, say
from rnnviz.ui import address
from rnnviz.ui.address import follow
from rnnviz.ui.controls.notices import caption, in_label, warn
from rnnviz.ui.controls.player import player
from rnnviz.ui.controls.sidebar import without_bias
from rnnviz.ui.controls.stepping import seek
from rnnviz.ui.messages import one_of

# One begins with any of these; a cell that is also an example stands there once.
STARTS: dict[str, Cell] = {name: CELLS[name] for name in SEQUENTIAL if CELLS[name] not in EXAMPLES.values()} | EXAMPLES
WIDE = 32  # characters of a faulty line that are shown


def page(settings: Settings, shown: Shown, refused: InputError | None) -> None:
    """Show the editor beside the picture; `refused` is why the text is no cell, and the picture then an older one."""
    left, right = st.columns([4, 7], gap="medium")
    with left:
        editor(settings, refused)
        without_bias(shown, settings.lang)
        weights(shown.scene.model, settings.lang)
        backward(shown.scene.model, settings.lang)
        reference(settings.lang)
    with right:
        scene, lang = shown.scene, settings.lang
        player("written", scene, seek(settings.t, scene.trace.T), lang)


def editor(settings: Settings, refused: InputError | None) -> None:
    """What to start from, the text, and what is wrong with it."""
    lang, text = settings.lang, cell_text(settings)
    start = next((name for name, cell in STARTS.items() if cell.equations == text), None)
    st.selectbox(
        say("write.start", lang),
        STARTS,
        index=None,
        placeholder=say("write.start_empty", lang),
        format_func=lambda name: cell_name(name, lang),
        key=follow("pick_start", start),
        on_change=started,
    )
    if start:
        caption(STARTS[start].source, *([say(f"watch.{start}", lang)] if start in EXAMPLES else []))
    st.text_area(
        say("write.equations", lang),
        height=208,
        help=say("write.apply", lang),
        key=address.typed("pick_equations", "equations", text),
        on_change=lambda: rewritten(st.session_state["pick_equations"]),
    )
    if too_long := address.refused("equations"):
        warn(too_long.told(lang))
    elif refused:
        warn(refused.told(lang))
        if pointed := pointed_at(text, refused):
            st.code(pointed, language=None)


def cell_name(name: str, lang: str) -> str:
    """A start as the menu calls it."""
    return label("example" if name in EXAMPLES else "cell", name, lang)


def started() -> None:
    if name := one_of(st.session_state["pick_start"], STARTS):
        rewritten(STARTS[name].equations)


def rewritten(text: str) -> None:
    """Take a text as the cell. An empty one is kept as a blank: nothing in the address means that none was written."""
    address.put(cell=OWN, equations=text if text.strip() else " ")
    if not address.refused("equations"):
        address.clear("weights")


def pointed_at(text: str, error: InputError) -> str:
    """The faulty line, cut where it is long, and a caret under its column; nothing where there is no such line."""
    if error.line is None or error.column is None:
        return ""
    line = LINE_END.split(text)[error.line - 1].replace("\t", " ").rstrip()
    if not line.strip():
        return ""
    column = error.column - 1
    first = max(0, min(column - WIDE // 2, len(line) + 1 - WIDE))
    before, after = "…" * (first > 0), "…" * (len(line) > first + WIDE)
    return f"{before}{line[first : first + WIDE]}{after}\n{' ' * (len(before) + column - first)}^"


def weights(model: Model, lang: str) -> None:
    """The shape of each weight, where it comes from, and how many numbers there are."""
    rows = [
        (writing.name(name), " × ".join(model.letters[name]), " × ".join(map(str, shape)), size(shape))
        for name, shape in model.shapes.items()
    ]
    total = sum(numbers for *_, numbers in rows)
    with st.expander(say("write.weights", lang, count=in_label(f"{total:,}"))):
        body = "".join(
            f"<tr><td>{name}</td><td>{letters}</td><td>{shape}</td><td>{numbers}</td></tr>"
            for name, letters, shape, numbers in rows
        )
        st.html(f"<table class='shapes'>{body}</table>")
        caption(say("write.sizes" if model.uses_H else "write.sizes_fixed", lang, D=model.D, H=model.H, K=model.K))


def size(shape: tuple[int, ...]) -> int:
    return shape[0] if len(shape) == 1 else shape[0] * shape[1]


def backward(model: Model, lang: str) -> None:
    """The adjoint equations of what was written."""
    with st.expander(say("write.backward", lang)):
        caption(say("write.backward_told", lang))
        st.html("<div class='formulas'>" + "".join(f"<div>{line}</div>" for line in backprop(model)) + "</div>")


def reference(lang: str) -> None:
    """The notation in a few lines."""
    rows = [
        ("h[t] = …", say("notation.line", lang)),
        ("h[t-1]  x[t+1]", say("notation.shift", lang)),
        ("x[t]  y[t]", say("notation.given", lang)),
        ("W @ h[t-1]", say("notation.product", lang)),
        ("b_h", say("notation.vector", lang)),
        ("+  -  *", say("notation.operators", lang)),
        (" ".join(FUNCTIONS), say("notation.functions", lang)),
        ("# …", say("notation.comment", lang)),
    ]
    with st.expander(say("write.reference", lang)):
        body = "".join(f"<dt>{html.escape(sign)}</dt><dd>{html.escape(told)}</dd>" for sign, told in rows)
        st.html(f"<dl class='reference'>{body}</dl>")
