"""The timeline: the network over its steps, x below, the states in the middle from h_0 on, y on top."""

from rnnviz.core.notation import Signal, signals
from rnnviz.figures import canvas, network
from rnnviz.figures.stage import NARROW, Scene, carried, looks_ahead, states


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
        "black": [black(scene, box, found) for box in found or [network.Box("y", (), ("y",))]],
        "formulas": [canvas.formula(equation) for equation in scene.equations],
    }


def black(scene: Scene, box: network.Box, found: list[network.Box]) -> dict:
    """A box as a block of the stage: what it carries on, from what it reads."""
    sizes, home = scene.sizes(), {name: other.name for other in found for name in other.inside}
    expressions = [scene.model.equations[name].expression for name in box.inside]
    read = dict.fromkeys(s for e in expressions for s in signals(e) if s.shift != 0 or home.get(s.name) != box.name)
    inputs = sorted(read, key=lambda s: (s.name == "x", s.name != box.name))
    results = [Signal(name) for name in (box.name, *(n for n in box.carried if n != box.name))]
    return {
        "name": box.name,
        "wide": [line.json() for line in canvas.boxed(results, inputs, sizes)],
        "narrow": [line.json() for line in canvas.boxed(results, inputs, sizes, NARROW)],
    }
