"""Triangles, and weights with their gradients, on a page: how they are mounted."""

from streamlit.components.v2 import component

from rnnviz.figures.records import Triangles, Update
from rnnviz.ui.server import PLAYER, script

_mount = component(
    "rnnviz.triangles",
    html="<div class='rnnviz-triangles'></div>",
    css=(PLAYER / "triangle.css").read_text(encoding="utf-8"),
    js=script("triangle.js"),
    isolate_styles=False,
)


_weights = component(
    "rnnviz.gradients",
    html="<div class='rnnviz-gradients'></div>",
    css=(PLAYER / "triangle.css").read_text(encoding="utf-8"),
    js=script("gradients.js"),
    isolate_styles=False,
)


def show(key: str, data: Triangles) -> None:
    """Show them; what is clicked stays in the browser."""
    _mount(key=key, data=data)


def show_weights(key: str, data: Update) -> None:
    """Show weights, their gradients and one update."""
    _weights(key=key, data=data)
