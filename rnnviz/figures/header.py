"""The line above the picture: what the network does, and which outputs would have been right."""

import html

from rnnviz.figures import writing
from rnnviz.figures.records import Head
from rnnviz.figures.stage import Scene
from rnnviz.text import say

LONG = 28  # characters of what is read


def header(scene: Scene, language: str) -> Head | None:
    """What the network does, as HTML, and for each step the right output where it is known; None where nobody says."""
    about = scene.about
    if about is None:
        return None
    values: dict[str, object] = {"text": f"<b>{html.escape(given(scene))}</b>", "T": scene.trace.T}
    if about.learnt:
        values |= dict(zip(("updates", "right", "count"), about.learnt, strict=True))
    cell = say(f"a_cell.{about.cell}", language)
    if scene.film:
        does = say("film.does", language, loss=writing.small(scene.film.mean), **values)
        return {"does": does, "right": [None] * scene.trace.T, "trained": True}
    does = say(f"does.{about.does}", language, cell=cell, **values)
    return {"does": does, "right": list(about.right), "trained": about.trained}


def given(scene: Scene) -> str:
    """What is read, in short; nothing where nobody says."""
    text = scene.about.given if scene.about else ""
    return text if len(text) <= LONG else f"{text[: LONG - 1].rstrip()}…"
