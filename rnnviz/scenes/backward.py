"""Settings -> the backward pass that is shown: what would be right, which weights, and the pass as a scene."""

from dataclasses import dataclass, replace

import numpy as np

from rnnviz.core import InputError
from rnnviz.core.engine.prepared import Prepared
from rnnviz.core.language.functions import Array
from rnnviz.core.learning.losses import Target, loss_of
from rnnviz.core.learning.optimisers import Moments, Rule, update
from rnnviz.core.learning.returned import Returned, returned
from rnnviz.core.learning.vectors import Flat
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
    x, forced = inputs(scene, answers)
    params = weights(settings, shown, x, target)
    states = [name for name in scene.trace.lags if name not in scene.model.inputs]
    init = {name: np.concatenate([scene.trace.before(name), scene.trace.after(name)]) for name in states}
    trace = scene.model.run(params, x, init=init)
    used = {name: np.asarray(params[name]) for name in scene.model.shapes}
    labels = tuple(named(scene, x, t) for t in range(len(x)))
    run = replace(scene, params=used, trace=trace, labels=labels)
    back = returned(scene.model, used, trace, target)
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
    return {name: np.round(weight, 2) + 0.0 for name, weight in flat.views.items()}


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


def inputs(scene: Scene, answers: tuple[str | None, ...]) -> tuple[Array, bool]:
    """The inputs of the run: where an output is fed back, the right one (teacher forcing); and whether that matters."""
    x: Array = scene.trace["x"].copy()
    forced = False
    for t, fed in enumerate(scene.fed):
        right = answers[t - 1] if t else None
        if fed and right is not None:
            given = one_hot([right], scene.inputs)[0]
            forced = forced or not np.array_equal(x[t], given)
            x[t] = given
    return x, forced
