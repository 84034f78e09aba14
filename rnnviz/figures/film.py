"""What a backward pass has besides other scenes: losses, a scale for each column, lengths, a sentence for each step."""

import numpy as np

from rnnviz.core.learning.returned import Returned
from rnnviz.figures import records, writing
from rnnviz.figures.stage import Film, Scene
from rnnviz.text import label, say

ALIKE = 30.0  # columns whose lengths differ by no more than this share one scale


def film_scene(scene: Scene, back: Returned) -> Scene:
    """The backward pass of a scene as a scene of its own."""
    reads = scene.reads
    losses = tuple(float(loss) if read else None for loss, read in zip(back.loss.each, reads, strict=True))
    states = tuple(back.states)
    made = Film(scene.model, states, losses, back.loss.mean, {name: back.halves(name) for name in states})
    params = {name: scene.params[name] for name in back.model.shapes}
    return Scene(
        back.model,
        params,
        back.trace,
        scene.labels,
        scene.inputs,
        outputs=scene.outputs,
        scores=False,
        about=scene.about,
        digits=scene.digits,
        film=made,
    )


def length(rows: np.ndarray) -> list[float]:
    """The Euclidean length of each row."""
    with np.errstate(all="ignore"):
        return [float(v) for v in np.sqrt((rows * rows).sum(-1))]


def record(scene: Scene) -> records.Film | None:
    """The same for the player; None where the scene is no backward pass."""
    if scene.film is None:
        return None
    names = [*scene.model.equations, "∇y"]
    scales: dict[str, list[float]] = {}
    alike: list[str] = []
    for name in names:
        rows, lengths = scene.trace[name], [one for one in length(scene.trace[name]) if one > 0.0]
        largest = np.abs(rows).max(-1)
        if not lengths or max(lengths) <= ALIKE * min(lengths):
            largest = np.full_like(largest, largest.max())
            alike.append(name)
        scales[name] = [float(v) or 1.0 for v in largest]
    halves = {name: (length(here), length(through)) for name, (here, through) in scene.film.halves.items()}
    return {
        "losses": [None if loss is None else finite(loss) for loss in scene.film.losses],
        "mean": finite(scene.film.mean),
        "scales": {name: list(map(finite, scale)) for name, scale in scales.items()},
        "alike": alike,
        "lengths": {name: list(map(finite, length(scene.trace[name]))) for name in scene.film.states},
        "halves": {name: [list(map(finite, half)) for half in both] for name, both in halves.items()},
    }


def finite(value: float) -> float:
    """A number that JSON can hold; what overflowed is as large as can be."""
    return float(np.nan_to_num(value, nan=0.0, posinf=1e300, neginf=-1e300))


def called(scene: Scene, language: str) -> dict[str, str]:
    """The derivatives in words: of which signal, and what of it."""
    own = scene.film.model.equations if scene.film else {}
    found = {"∇y": say("film.given", language)}
    for name in scene.model.equations:
        kind, of = name[0], name[1:]
        if of in own:
            told = label("called", own[of].called, language) or of
            found[name] = say("film.by" if kind == "∂" else "film.inside", language, name=told)
    return found


def film_sentences(scene: Scene, language: str) -> list[str]:
    """For each step, and first for the time before, what came back to the last state, as HTML."""
    film = scene.film
    if film is None:
        return []
    name = film.states[-1]
    here, through = (length(half) for half in film.halves[name])
    whole = length(scene.trace[name])
    told = [say("film.start", language, T=scene.trace.T)]
    for t in range(scene.trace.T):
        values = {
            "name": writing.name(name, str(t + 1)),
            "whole": writing.small(whole[t]),
            "here": writing.small(here[t]),
            "through": writing.small(through[t]),
        }
        last = through[t] == 0.0
        key = (
            "film.nothing"
            if whole[t] == 0.0
            else "film.own"
            if last
            else "film.later"
            if here[t] == 0.0
            else "film.both"
        )
        told.append(say(key, language, **values))
    return told
