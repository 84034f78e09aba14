"""Triangles on a page: how they are mounted."""

from streamlit.components.v2 import component

from rnnviz.figures.records import Triangles
from rnnviz.ui.server import PLAYER, script

_mount = component(
    "rnnviz.triangles",
    html="<div class='rnnviz-triangles'></div>",
    css=(PLAYER / "triangle.css").read_text(encoding="utf-8"),
    js=script("triangle.js"),
    isolate_styles=False,
)


def show(key: str, data: Triangles) -> None:
    """Show them; what is clicked stays in the browser."""
    _mount(key=key, data=data)
