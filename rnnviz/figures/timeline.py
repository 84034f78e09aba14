"""The timeline: the network over its steps, x below, the states in the middle from h_0 on, y on top."""

from rnnviz.figures import canvas
from rnnviz.figures.stage import Scene, carried, looks_ahead, states


def timeline(scene: Scene) -> dict:
    """The bands from top to bottom, the first and last column, and which signals the whole sequence makes known."""
    middle = states(scene.model)
    shown = scene.signals()
    bands = [name for name in ("y" if "y" in scene.model.equations else None, *reversed(middle), "x") if name]
    first = min((1 - shown[name][1] for name in middle), default=1)
    last = max((len(shown[name][0]) - shown[name][1] for name in middle), default=scene.trace.T)
    return {
        "bands": [[name, canvas.subscripted(name, "t")] for name in bands],
        "first": first,
        "last": max(last, scene.trace.T),
        "carried": carried(scene.model),
        "ahead": looks_ahead(scene.model),
    }
