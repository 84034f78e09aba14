"""The timeline: the network over its steps, x below, the states in the middle from h_0 on, y on top."""

from rnnviz.figures import canvas, network
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
        "gives": list(scene.gives),
        "reads": list(scene.reads),
        "fed": list(scene.fed),
    }


def unrolled(scene: Scene) -> dict:
    """The same as a network: its boxes and arrows, and as strips the gates and what else is carried inside a box."""
    model = scene.model
    found = network.boxes(model)
    inside = [name for box in found for name in box.carried if name != box.name]
    strips = [*network.gates(model), *inside]
    return {
        "boxes": [{"name": box.name, "label": canvas.subscripted(box.name, "t")} for box in found],
        "edges": [[edge.source, edge.target, edge.shift, list(edge.weights)] for edge in network.edges(model, found)],
        "strips": [[name, canvas.subscripted(name, "t")] for name in strips],
    }
