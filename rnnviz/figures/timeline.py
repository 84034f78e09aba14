"""The timeline: the network over its steps, x below, the states in the middle from h_0 on, y on top."""

from rnnviz.figures import canvas
from rnnviz.figures.stage import Scene, looks_ahead, states


def timeline(scene: Scene) -> dict:
    """The bands from top to bottom, the first and last column, and which signals the whole sequence makes known."""
    carried = states(scene.model)
    shown = scene.signals()
    bands = [name for name in ("y" if "y" in scene.model.equations else None, *reversed(carried), "x") if name]
    first = min((1 - shown[name][1] for name in carried), default=1)
    last = max((len(shown[name][0]) - shown[name][1] for name in carried), default=scene.trace.T)
    return {
        "bands": [[name, canvas.subscripted(name, "t")] for name in bands],
        "first": first,
        "last": max(last, scene.trace.T),
        "ahead": looks_ahead(scene.model),
    }
