"""The player on a page: how it is mounted, and how large its pictures may be."""

from collections.abc import Callable

import streamlit as st
from streamlit.components.v2 import component

from rnnviz.core import InputError
from rnnviz.figures.difference import Difference
from rnnviz.figures.payload import Side, payload
from rnnviz.figures.stage import Scene
from rnnviz.ui.controls.notices import warn
from rnnviz.ui.messages import Changed, Touched, told_act
from rnnviz.ui.server import PLAYER, PLOTLY_URL, script

_mount = component(
    "rnnviz.player",
    html=(PLAYER / "player.html").read_text(encoding="utf-8"),
    css=(PLAYER / "player.css").read_text(encoding="utf-8"),
    js=script("host.js"),
    isolate_styles=False,
)


MOST = 1_900_000  # bytes of all pictures of a page; with what else is on it, 2 MB
BELOW = 400_000  # of these, what stands below a tree


def room(scene: Scene, sent: int = 0) -> int:
    """The bytes that a picture may have where others of the page have so many."""
    return (MOST - BELOW if scene.trace.on_tree else MOST) - sent


def player(
    key: str,
    scene: Scene,
    seek: tuple[str, int],
    language: str,
    *,
    on_act: Callable[[Touched | Changed], None] | None = None,
    unrolled: bool = False,
    change: Difference | None = None,
    side: Side | None = None,
    sent: int = 0,
) -> int:
    """Show the player, or say that a picture is too large; what is shown is what `payload` takes. Returns its bytes.

    `on_act` is called with what the player asks for: a step and a question ask for nothing. `sent` are the bytes of
    another picture on the page.
    """
    data = payload(scene, seek, language, unrolled=unrolled, change=change, side=side, plotly=PLOTLY_URL)
    most = room(scene, sent)
    if len(data) > most:
        warn(InputError("picture_large", got=megabytes(len(data)), limit=megabytes(most)).told(language))
        return 0

    def acted() -> None:
        what = told_act(st.session_state[key].get("act"))
        if on_act and what:
            on_act(what)

    _mount(key=key, data=data, on_act_change=acted)
    return len(data)


def megabytes(size: int) -> str:
    """A number of bytes as 1.25 MB."""
    return f"{size / 1e6:.2f} MB"
