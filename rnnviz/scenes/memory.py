"""Settings -> how much two networks remember of one sequence, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from rnnviz.core import Model
from rnnviz.core.engine.trace import Trace
from rnnviz.core.language.expressions import Product, Signal, walk
from rnnviz.core.language.functions import Array
from rnnviz.core.learning.itemised import Causes, causes, triangle
from rnnviz.figures.stage import Scene, belt
from rnnviz.scenes import pairs
from rnnviz.scenes.reading.tables import Table
from rnnviz.scenes.scene import Shown, cell_text, model_of
from rnnviz.scenes.settings import IDENTITY, Settings

WINDOW = 60  # steps
COPIES = 400  # of a run, for the causes of every step; else of the last one only
FELT = 0.01  # a state that differs by less is the same in two decimals


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """What one network keeps.

    scene     its run
    name      the signal that is asked: h, or y
    norms     (t, k): how much it depends on each input
    state     the state whose derivative is told apart on its way back
    causes    by what, for the steps `steps` (from 0)
    radius    the spectral radius of its recurrent matrix, and
    length    that matrix's Frobenius norm; None where there is none, or more than one
    moved     how many of the steps' states are others once the inputs come in another order
    """

    scene: Scene
    name: str
    norms: Array
    state: str | None
    causes: Causes | None
    steps: tuple[int, ...]
    radius: float | None
    length: float | None
    moved: int


def offered(settings: Settings, shown: Shown) -> list[str]:
    """What may stand on the right: another cell, and the same one without its tanh."""
    own = shown.scene.model
    return [*([IDENTITY] if own.uses_tanh and settings.activation == "tanh" else []), *pairs.offered(settings, shown)]


def chosen(settings: Settings, shown: Shown) -> str:
    """What stands on the right."""
    if settings.other == IDENTITY:
        return IDENTITY if IDENTITY in offered(settings, shown) else pairs.chosen(replace(settings, other=""), shown)
    return pairs.chosen(settings, shown)


def both(settings: Settings, shown: Shown, file: Table | None = None) -> tuple[Remembered, Remembered]:
    """The network of the settings, and what stands beside it. Raises InputError where that makes no sense."""
    return remembered(settings, shown.scene), remembered(settings, other(settings, shown, file))


def other(settings: Settings, shown: Shown, file: Table | None) -> Scene:
    """The scene on the right: another cell, or the same weights without tanh."""
    if chosen(settings, shown) != IDENTITY:
        return pairs.beside(settings, shown, file).scene
    scene, own = shown.scene, shown.scene.model
    model = model_of(cell_text(settings), own.D, own.H, own.K, IDENTITY, own.bias)
    return replace(scene, model=model, trace=run(model, scene.params, scene, scene.trace["x"]))


def remembered(settings: Settings, scene: Scene) -> Remembered:
    """What a network keeps of the first steps of its sequence, perhaps with another radius."""
    model, x = scene.model, scene.trace["x"][:WINDOW]
    matrices = recurrent(model)
    params = with_radius(scene.params, matrices, settings.radius)
    trace = run(model, params, scene, x)
    name = settings.asked if settings.asked in model.equations else belt(model)
    if name == "h" and "h" not in model.equations:
        name = belt(model)
    state = belt(model) if model.flow.carried else None
    T = trace.T
    steps = tuple(range(T)) if state and T * model.sizes[state] <= COPIES else (T - 1,)
    found = causes(model, params, trace, state, steps) if state else None
    order = np.random.default_rng(settings.seed).permutation(T)
    shuffled = run(model, params, scene, x[order])
    h = belt(model)
    moved = int((np.abs(shuffled[h] - trace[h][order]).max(-1) > FELT).sum())
    one = params[matrices[0]] if len(matrices) == 1 else None
    return Remembered(
        replace(scene, params=params, trace=trace, labels=scene.labels[:T]),
        name,
        triangle(model, params, trace, name),
        state,
        found,
        steps,
        None if one is None else radius(one),
        None if one is None else float(np.linalg.norm(one)),
        moved,
    )


def run(model: Model, params: Mapping[str, Array], scene: Scene, x: Array) -> Trace:
    """A run from the scene's own states before the first step."""
    return model.run(params, x, init=scene.trace.outside)


def recurrent(model: Model) -> list[str]:
    """The square matrices that a state of another step is multiplied by."""
    found: dict[str, None] = {}
    for e in model.expressions.values():
        for node in walk(e):
            match node:
                case Product(weight=weight, operand=Signal(name=name, shift=shift)) if (
                    shift != 0 and name in model.equations and len(set(model.shapes[weight])) == 1
                ):
                    found[weight] = None
    return list(found)


def radius(matrix: Array) -> float:
    """The spectral radius: the largest size of an eigenvalue."""
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def with_radius(params: Mapping[str, Array], matrices: list[str], wanted: str) -> dict[str, Array]:
    """The same weights, the recurrent matrices stretched to a spectral radius; "" leaves them as they are."""
    changed = dict(params)
    for name in matrices if wanted else ():
        own = radius(params[name])
        if own > 0:
            changed[name] = params[name] * (float(wanted) / own)
    return changed
