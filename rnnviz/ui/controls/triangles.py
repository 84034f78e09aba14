"""Triangles, weights with their gradients, and curves on a page: how they are mounted."""

from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer

from rnnviz.figures.records import Triangles, Update
from rnnviz.ui.server import PLAYER, script


def panel(name: str, module: str) -> ComponentRenderer:
    """A component of one of the player's modules, in the style that all panels have."""
    return component(
        f"rnnviz.{name}",
        html=f"<div class='rnnviz-{name}'></div>",
        css=(PLAYER / "triangle.css").read_text(encoding="utf-8"),
        js=script(module),
        isolate_styles=False,
    )


_triangles, _weights = panel("triangles", "triangle.js"), panel("gradients", "gradients.js")


def show(key: str, data: Triangles) -> None:
    """Show them; what is clicked stays in the browser."""
    _triangles(key=key, data=data)


def show_weights(key: str, data: Update) -> None:
    """Show weights, their gradients and one update."""
    _weights(key=key, data=data)
