"""The changes that someone made to a network: in the session with undo and redo, and in the address."""

import re

import streamlit as st

from rnnviz.core import InputError
from rnnviz.core.language.expressions import Number, text_of
from rnnviz.core.scenario.edits import Change, Shuffle, edits_text, put, read_edits
from rnnviz.figures import writing
from rnnviz.figures.stage import Scene, axes, entry
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.history import History
from rnnviz.scenes.scene import Shown
from rnnviz.scenes.settings import Settings, oversize
from rnnviz.text import say
from rnnviz.ui import address
from rnnviz.ui.controls.notices import paragraph_set, warn

TOLD = 64  # characters of the list of changes in the band, so that it stays one row
TAG = re.compile(r"<[^>]*>")


def present(settings: Settings) -> str:
    """The text of the changes. Where the address says other ones than it was told (a link, Back), those come last."""
    if "changes" not in st.session_state:
        st.session_state["changes"] = History(settings.edit)
    history: History = st.session_state["changes"]
    if settings.edit != in_address(history.present):
        history.do(settings.edit)
    return history.present


def in_address(text: str) -> str:
    """What the address has of the changes: all or, where they are too long for a link, nothing."""
    return text if len(text) <= LIMITS.link else ""


def too_many(settings: Settings) -> bool:
    """Whether the changes are too long for a link, so that only this session has them."""
    return in_address(settings.edit) != settings.edit


# ---------------------------------------------------------------------------------------- callbacks of a page's widgets


def change(*edits: Change) -> None:
    """Make changes, as one step of undo; each replaces those of the same numbers. Too many are refused."""
    made = made_now()
    if len(edits) > LIMITS.edits:
        made = edits  # which are refused whatever was made before
    else:
        for edit in edits:
            made = put(made, edit)
    do(edits_text(made))


def undo() -> None:
    known().undo()
    tell()


def redo() -> None:
    known().redo()
    tell()


def reset() -> None:
    """No changes; undo brings them back."""
    do("")


def past() -> dict[str, object] | None:
    """What the browser keeps, so that a server that starts again can undo too; nothing where nothing can be undone."""
    return known().kept()


def take_up(kept: object) -> None:
    """Undo and redo what the browser kept."""
    st.session_state["changes"] = History.of(kept, known().present)
    tell()


def known() -> History:
    return st.session_state.setdefault("changes", History())


def made_now() -> tuple[Change, ...]:
    """The changes as they are; none if their text cannot be read."""
    try:
        return read_edits(known().present)
    except InputError:
        return ()


def do(text: str) -> None:
    if problem := oversize("edit", {"edit": text}):
        address.refuse("edit", problem)
        return
    known().do(text)
    tell()


def tell() -> None:
    """Let the address say the present changes."""
    text = in_address(known().present)
    if text:
        address.put(edit=text)
    else:
        address.clear("edit")


# ------------------------------------------------------------------------------------------------------------- the band


def band(settings: Settings, shown: Shown, *, always: bool) -> None:
    """One row that says what was changed, with undo, redo and reset; where nothing was, only `always`."""
    lang, history = settings.lang, known()
    if refused := address.refused("edit"):
        warn(refused.told(lang))
    if shown.unfit:
        first, *others = shown.unfit
        told = first.told(lang)
        warn(say("change.unfit", lang, n=len(shown.unfit), first=told) if others else told)
    if too_many(settings):
        warn(say("change.too_many", lang, limit=LIMITS.link))
    if not (always or settings.edit or history.can_redo):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="band"):
        paragraph_set(summary(shown.edits, shown.scene, lang))
        with st.container(horizontal=True, width="content", gap="xsmall"):
            st.button(say("change.undo", lang), key="undo", on_click=undo, disabled=not history.can_undo)
            st.button(say("change.redo", lang), key="redo", on_click=redo, disabled=not history.can_redo)
            st.button(say("change.reset", lang), key="reset", on_click=reset, disabled=not settings.edit)


def summary(edits: tuple[Change, ...], scene: Scene, lang: str) -> str:
    """The changes in one line, as HTML, as many as have room."""
    if not edits:
        return say("change.none", lang)
    told = [in_words(edit, scene, lang) for edit in edits]
    n = 1
    while n < len(told) and sum(len(TAG.sub("", one)) + 2 for one in told[: n + 1]) <= TOLD:
        n += 1
    text = "; ".join(told[:n])
    if n < len(told):
        text = say("change.and_more", lang, list=text, n=len(told) - n)
    return say("change.one", lang, list=text) if len(told) == 1 else say("change.many", lang, n=len(told), list=text)


def in_words(edit: Change, scene: Scene, lang: str) -> str:
    """One change as HTML, such as `W_xh[1,e] = 0.5` or `f = 0 from step 3`."""
    model = scene.model
    if isinstance(edit, Shuffle):
        return say("change.shuffle", lang, seed=edit.seed)
    steps, inside = (None, edit.index) if edit.name in model.shapes else (edit.index[0], edit.index[1:])
    at = writing.minus(str(steps)) if isinstance(steps, int) else ""
    places = [place if isinstance(place, int) else None for place in inside]
    whole = all(place is None for place in places)
    name = writing.name(edit.name, at) if whole else entry(axes(scene), edit.name, at, places)
    what = f"{name} = {writing.minus(text_of(Number(edit.value)))}"
    if edit.encoder:
        return say("change.encoder", lang, what=what)
    node = bool(model.child)  # on a tree the steps are nodes
    match steps:
        case None | int():
            return what
        case first, None:
            return say("change.from_node" if node else "change.from", lang, what=what, t=first)
        case first, last:
            return say("change.from_to_node" if node else "change.from_to", lang, what=what, first=first, last=last)
