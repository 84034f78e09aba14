"""Settings -> the backward pass that is shown: what would be right, which weights, and the pass as a scene."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from rnnviz.core import InputError
from rnnviz.core.engine.prepared import Prepared
from rnnviz.core.language.functions import Array
from rnnviz.core.learning.itemised import items
from rnnviz.core.learning.losses import Target, loss_of
from rnnviz.core.learning.optimisers import Moments, Rule, update
from rnnviz.core.learning.returned import Returned, returned
from rnnviz.core.learning.vectors import Flat, printed
from rnnviz.core.model import Model
from rnnviz.core.scenario.sequences import one_hot
from rnnviz.core.scenario.weights import drawn
from rnnviz.core.scenario.wiring import START
from rnnviz.figures.film import film_scene
from rnnviz.figures.stage import Scene
from rnnviz.scenes.reading.text import characters, words
from rnnviz.scenes.scene import Shown
from rnnviz.scenes.settings import Settings

UPDATES = 2  # of the weights that have just begun to learn


@dataclass(frozen=True, slots=True, eq=False)
class Passed:
    """A backward pass with its run.

    scene      the run, with the right inputs where outputs are fed back
    film       its backward pass
    back       all its numbers
    target     what would be right
    answers    the same by name, for each step; None where nothing is read, or nobody knows
    forced     whether inputs stand there that the run itself would not have chosen
    """

    scene: Scene
    film: Scene
    back: Returned
    target: Target
    answers: tuple[str | None, ...]
    forced: bool


def passed(settings: Settings, shown: Shown) -> Passed:
    """The backward pass of what is chosen. Raises InputError where there is nothing to be right, or what was typed fits
    nothing."""
    network, scene = shown.network, shown.scene
    if "y" not in scene.model.equations:
        raise InputError("wiring_no_y")
    if network.weights.encoder is not None:
        raise InputError("backward_encoder")
    answers = answers_of(settings, shown)
    target = target_of(scene, answers)
    x = inputs(scene, answers)
    params = weights(settings, shown, x, target)
    trace = scene.model.run(params, x, init=scene.trace.outside)
    used = {name: np.asarray(params[name]) for name in scene.model.shapes}
    labels = tuple(named(scene, x, t) for t in range(len(x)))
    run = replace(scene, params=used, trace=trace, labels=labels)
    back = returned(scene.model, used, trace, target, settings.cut if settings.cut < len(x) else 0)
    chosen = trace["y"].argmax(-1)
    forced = any(fed and x[t, chosen[t - 1]] != 1.0 for t, fed in enumerate(scene.fed))
    return Passed(run, film_scene(run, back), back, target, answers, forced)


def named(scene: Scene, x: Array, t: int) -> str:
    """What a step is called: by the input that it has here, where x is chosen."""
    if not scene.fed[t]:
        return scene.labels[t]
    return scene.inputs[int(np.argmax(x[t]))]


def weights(settings: Settings, shown: Shown, x: Array, target: Target) -> dict[str, Array]:
    """The weights of the pass: as they are drawn, after a few updates, or those of the page."""
    model = shown.scene.model
    if settings.film == "now":
        return {name: np.asarray(weight) for name, weight in shown.scene.params.items()}
    first = dict(drawn(model, settings.seed).params)
    return first if settings.film == "untrained" else begun(model, first, x, target)


def begun(model: Model, params: dict[str, Array], x: Array, target: Target) -> dict[str, Array]:
    """Weights after a few updates, of two decimals."""
    flat = Flat(model.shapes)
    flat.vector[...] = flat.joined(params)
    step, moments = Prepared(model.cell, flat.views, x), Moments.none(flat.vector.size)
    for _ in range(UPDATES):
        found = loss_of(step.y(), target)
        update(Rule(), flat.vector, flat.joined(step.gradients(found.dy)), moments)
    return printed(flat.shapes, flat.vector)


# ------------------------------------------------------------------------------------------------- what would be right


def answers_of(settings: Settings, shown: Shown) -> tuple[str | None, ...]:
    """What would be right at each step: as typed, else as the weights were made for, else what follows."""
    scene = shown.scene
    T, reads = scene.trace.T, scene.reads
    if not scene.scores:
        return tuple("" if read and t + 1 < T else None for t, read in enumerate(reads))
    if settings.target:
        return typed(settings, scene)
    known = scene.about.right if scene.about else (None,) * T
    if any(answer is not None for answer in known):
        return known
    return guessed(shown)


def typed(settings: Settings, scene: Scene) -> tuple[str | None, ...]:
    """The right answers that were typed, in the order of the outputs that are read; what is missing is not asked."""
    names = scene.outputs or scene.inputs
    single = all(len(name) == 1 for name in names)
    given = characters(settings.target) if single else words(settings.target)
    places = [t for t, read in enumerate(scene.reads) if read]
    if len(given) > len(places):
        raise InputError("target_long", got=len(given), limit=len(places))
    for symbol in given:
        if symbol not in names:
            raise InputError("target_unknown", got=symbol[:20], known=" ".join(names))
    found: list[str | None] = [None] * scene.trace.T
    for t, symbol in zip(places, given, strict=False):
        found[t] = symbol
    return tuple(found)


def guessed(shown: Shown) -> tuple[str | None, ...]:
    """What follows: the next symbol; written back to front by a decoder; of an answer to the whole the first name."""
    scene, planned = shown.scene, shown.network.plan
    names = scene.outputs or scene.inputs
    given = [label for label, gives in zip(scene.labels, planned.gives, strict=True) if gives and label != START]
    T = scene.trace.T
    if planned.start:
        found = [*[None] * len(given), *reversed(given)]
    elif len(given) > 1 and all(scene.reads):
        found = [*given[1:], given[0]]
    else:
        found = [names[0]] * T
    padded = [*found, *[None] * T][:T]
    return tuple(answer if read else None for answer, read in zip(padded, scene.reads, strict=True))


def target_of(scene: Scene, answers: tuple[str | None, ...]) -> Target:
    """The same as numbers: of measured inputs the next ones."""
    read = np.array([answer is not None for answer in answers])
    if not read.any():
        raise InputError("target_none")
    if not scene.scores:
        x = scene.trace["x"]
        return Target(np.concatenate([x[1:], np.zeros_like(x[:1])]), read, "squared")
    names = scene.outputs or scene.inputs
    right = np.zeros((len(answers), len(names)))
    right[read] = one_hot([answer for answer in answers if answer is not None], names)
    return Target(right, read)


def inputs(scene: Scene, answers: tuple[str | None, ...]) -> Array:
    """The inputs of the run: where an output is fed back, the right one (teacher forcing)."""
    x: Array = scene.trace["x"].copy()
    for t, fed in enumerate(scene.fed):
        right = answers[t - 1] if t else None
        if fed and right is not None:
            x[t] = one_hot([right], scene.inputs)[0]
    return x


# ------------------------------------------------------------------------------------------------------- one update

RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
MEASURED = 400  # weights whose slope is measured; of more, none is
STEP = 1e-5  # by which a weight is moved up and down


def then(made: Passed) -> list[float]:
    """The loss after one update of plain gradient descent, at each of RATES."""
    model, flat = made.scene.model, Flat(made.scene.model.shapes)
    gradient = flat.joined({name: made.back.gradient(name) for name in model.shapes})
    start = flat.joined(made.back.params)
    found = []
    for rate in RATES:
        flat.vector[...] = start - rate * gradient
        found.append(loss_of(rerun(made, flat.views), made.target).mean)
    return found


def rerun(made: Passed, params: Mapping[str, Array]) -> Array:
    """y of the same run with other weights."""
    trace = made.scene.trace
    return made.scene.model.run(params, trace["x"], init=trace.outside)["y"]


def measured(made: Passed) -> dict[str, Array] | None:
    """The slope of the loss by every weight, by moving it a little up and down; None for too many weights."""
    model, flat = made.scene.model, Flat(made.scene.model.shapes)
    flat.vector[...] = flat.joined(made.back.params)
    if flat.vector.size > MEASURED:
        return None
    slopes = Flat(model.shapes)
    for i, own in enumerate(flat.vector.copy()):
        losses = []
        for by in (STEP, -STEP):
            flat.vector[i] = own + by
            losses.append(loss_of(rerun(made, flat.views), made.target).mean)
        flat.vector[i] = own
        slopes.vector[i] = (losses[0] - losses[1]) / (2 * STEP)
    return slopes.views


def cut_items(made: Passed, state: str) -> Array:
    """What each step's loss gives to the derivative by a state, (t, k, n), as far as it is not cut."""
    found = items(made.scene.model, made.back.params, made.scene.trace, made.back.loss.dy, state)
    window = made.back.window
    if window:
        place = np.arange(len(found)) // window
        found[place[:, None] != place[None, :]] = 0.0
    return found
