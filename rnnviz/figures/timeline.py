"""The timeline: the network over its steps, x below, the states in the middle from h_0 on, y on top."""

from difflib import SequenceMatcher
from itertools import zip_longest

from rnnviz.core.language.expressions import Signal, signals
from rnnviz.figures import canvas, network, writing
from rnnviz.figures.records import Black, Network, Timeline
from rnnviz.figures.stage import NARROW, Scene, looks_ahead, states


def timeline(scene: Scene, pair: tuple[Scene, ...] = (), ripple: str = "") -> Timeline:
    """The bands from top to bottom, the first and last column, and which signals the whole sequence makes known.

    Each band stands in one of `places` slots. In a pair of scenes, of which this is one, both have the same columns,
    and the same signal stands in the same slot; a slot may be empty on one side. `ripple` names a band for what
    changes made of the states; it waits as the states do.
    """
    bands = bands_of(scene)
    if ripple:
        bands.insert(len(bands) - 1, ripple)
    slots = list(range(len(bands)))
    places = len(bands)
    if pair:
        rows = side_by_side(*map(bands_of, pair))
        side = next(side for side, other in enumerate(pair) if other is scene)
        slots, places = [slot for slot, row in enumerate(rows) if row[side]], len(rows)
    spans = [span(one) for one in pair or (scene,)]
    return {
        "bands": [(name, writing.name(name, "t")) for name in bands],
        "slots": slots,
        "places": places,
        "first": min(first for first, _ in spans),
        "last": max(last for _, last in spans),
        "carried": list(scene.film.states if scene.film else scene.model.flow.carried),
        "ahead": looks_ahead(scene),
        "gives": list(scene.gives),
        "reads": list(scene.reads),
        "fed": list(scene.fed),
    }


def bands_of(scene: Scene) -> list[str]:
    """What is shown over the steps, from top to bottom: the output, the states, what is given."""
    model = scene.model
    if scene.film:
        return ["∇y", *reversed(scene.film.states), *(name for name in ("x",) if name in model.inputs)]
    return [*(name for name in ("y",) if name in model.equations), *reversed([*model.inputs, *states(model)])]


def span(scene: Scene) -> tuple[int, int]:
    """The first and the last column: the steps, and the states outside them."""
    shown, middle = scene.signals(), scene.film.states if scene.film else states(scene.model)
    first = min((1 - shown[name][1] for name in middle), default=1)
    last = max((len(shown[name][0]) - shown[name][1] for name in middle), default=scene.trace.T)
    return first, max(last, scene.trace.T)


def side_by_side(left: list[str], right: list[str]) -> list[tuple[str | None, str | None]]:
    """The bands of two timelines as rows: the same signal in the same row; where they differ, one beside the other."""
    rows: list[tuple[str | None, str | None]] = []
    for _, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        rows += zip_longest(left[i:j], right[k:m])
    return rows


def unrolled(scene: Scene) -> Network:
    """The same as a network: its boxes and arrows, and as strips the gates and what else is carried inside a box."""
    model = scene.model
    found = network.boxes(model)
    inside = [name for box in found for name in box.carried if name != box.name]
    strips = [*network.gates(model), *inside]
    return {
        "boxes": [{"name": box.name, "label": writing.name(box.name, "t")} for box in found],
        "edges": [(edge.source, edge.target, edge.shift, list(edge.weights)) for edge in network.edges(model, found)],
        "strips": [(name, writing.name(name, "t")) for name in strips],
        "black": [black(scene, box, found) for box in found or [network.Box("y", (), ("y",))]],
        "formulas": [writing.formula(equation) for equation in scene.equations],
    }


def black(scene: Scene, box: network.Box, found: list[network.Box]) -> Black:
    """A box as a block of the stage: what it carries on, from what it reads."""
    sizes, home = scene.sizes(), {name: other.name for other in found for name in other.inside}
    expressions = [scene.model.equations[name].expression for name in box.inside]
    read = dict.fromkeys(s for e in expressions for s in signals(e) if s.shift != 0 or home.get(s.name) != box.name)
    inputs = sorted(read, key=lambda s: (s.name == "x", s.name != box.name))
    results = [Signal(name) for name in (box.name, *(n for n in box.carried if n != box.name))]
    return {
        "name": box.name,
        "wide": [line.record() for line in canvas.boxed(results, inputs, sizes)],
        "narrow": [line.record() for line in canvas.boxed(results, inputs, sizes, NARROW)],
    }
