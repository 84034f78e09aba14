"""One sentence in words about each step: which unit of the state changed most, and mostly because of what."""

import html
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rnnviz.core.answers.attribution import reasons
from rnnviz.core.answers.gates import remembered
from rnnviz.core.language.expressions import Signal, Vector, signals
from rnnviz.core.model import Model
from rnnviz.figures import writing
from rnnviz.figures.stage import Scene
from rnnviz.text import say

MANY = 4  # numbers of an input that a sentence names


def told_signal(scene: Scene) -> str:
    """The signal that the sentences are about: what y reads, else the last one computed."""
    return told_of(scene.model)


@lru_cache(64)
def told_of(model: Model) -> str:
    """The same by its model, where a search of long equations is done once."""
    equations = model.equations
    if "y" in equations:
        for signal in signals(equations["y"].expression):
            if signal.name != "x":
                return signal.name
    return list(equations)[-1]


def sentences(scene: Scene, language: str) -> list[str]:
    """For t = 0 and each step one sentence, as HTML with subscripts; names and symbols are escaped."""
    name, lost, causes = told_signal(scene), scene.trace.first_nonfinite(), Causes.of(scene)
    if scene.trace.on_tree:
        nodes = (node(scene, name, t, language, lost, causes) for t in range(scene.trace.T))
        return [say("sentence.start_tree", language, name=writing.name(name)), *nodes]
    first = say("sentence.start", language, name=writing.name(name, "0"))
    end = scene.trace.T if lost is None else lost
    finite = (step(scene, name, t, language, causes) for t in range(end))
    return [first, *finite, *(overflow(end, language) for _ in range(end, scene.trace.T))]


@dataclass(frozen=True, slots=True)
class Causes:
    """The sources of the signal that is told, and which of them moved each number most, (T, n)."""

    sources: list[Signal | Vector]
    first: np.ndarray

    @classmethod
    def of(cls, scene: Scene) -> "Causes":
        """Of all steps at once."""
        found: dict[Signal | Vector, np.ndarray] = {}
        for first, stop, params in scene.stretches:
            told = reasons(scene.model, params, scene.trace, told_signal(scene), scene.held)
            for source, rows in told.items():
                found.setdefault(source, np.zeros_like(rows))[first:stop] = rows[first:stop]
        strongest = np.abs(np.stack([*found.values()])).argmax(0) if found else np.zeros((0, 0), dtype=int)
        return cls(list(found), strongest)

    def at(self, t: int, i: int) -> Signal | Vector | None:
        """What moved number i at step t (both from 0) most; None where there is no source."""
        return self.sources[self.first[t, i]] if self.sources else None


def overflow(lost: int, language: str) -> str:
    """The sentence for steps at and after the one at which a number was no longer finite."""
    return say("sentence.overflow", language, t=lost + 1)


def node(scene: Scene, name: str, t: int, language: str, lost: int | None, causes: Causes) -> str:
    """The sentence about a node of a tree (from 0): its largest number, and mostly because of what it is that.

    No node comes before another, so it is not told what rose or fell. `lost` is the first node that is not finite.
    """
    if lost is not None and t >= lost and not np.isfinite(scene.trace.at(name, t)).all():
        return say("sentence.node_overflow", language, t=lost + 1)
    now, here = scene.trace.at(name, t), {"t": t + 1, "words": html.escape(scene.labels[t])}
    i = int(np.argmax(np.abs(now)))
    unit, value = unit_of(scene, name, t, i), writing.number(now[i])
    held = scene.held
    if name in held and held[name][t, i]:
        return say("sentence.node_held", language, unit=unit, now=value, **here)
    if abs(now[i]) < 0.005:
        return say("sentence.node_zero", language, name=writing.name(name), **here)
    cause = causes.at(t, i)
    if cause is None:
        return say("sentence.constant", language, unit=unit, now=value)
    return say("sentence.node", language, unit=unit, now=value, cause=source_text(scene, cause, t, language), **here)


def step(scene: Scene, name: str, t: int, language: str, causes: Causes) -> str:
    """The sentence about step t (from 0)."""
    now, before = scene.trace.at(name, t), scene.trace.at(name, t - 1)
    recalls = bool(scene.model.flow.carried)  # without a past nothing rises or falls
    moved = now - before if recalls else now
    printed = [writing.number(v) for v in now]
    seen = [i for i, v in enumerate(before) if writing.number(v) != printed[i]] if recalls else range(len(now))
    if not seen:
        return say("sentence.same", language, name=writing.name(name), t=t + 1)
    i = max(seen, key=lambda i: abs(moved[i]))
    unit, held = unit_of(scene, name, t, i), scene.held
    if name in held and held[name][t, i]:
        return say("sentence.held", language, unit=unit, now=printed[i])
    cause = causes.at(t, i)
    if cause is None:
        return say("sentence.constant", language, unit=unit, now=printed[i])
    values = {"unit": unit, "now": printed[i], "cause": source_text(scene, cause, t, language)}
    if not recalls:
        return say("sentence.value", language, **values)
    return say(
        "sentence.rose" if moved[i] > 0 else "sentence.fell", language, before=writing.number(before[i]), **values
    )


def unit_of(scene: Scene, name: str, t: int, i: int) -> str:
    """What number i of a signal at step t (both from 0) is called."""
    symbols = scene.sizes().symbols.get(name)
    return writing.entry(name, str(t + 1), symbols[i] if symbols else str(i + 1))


def source_text(scene: Scene, source: Signal | Vector, t: int, language: str) -> str:
    """A source in words: an input with its symbol, an earlier (or later) state, a bias."""
    if isinstance(source, Vector):
        return say("sentence.bias", language, name=writing.name(source.name))
    if source.shift == 0 and source.name != "x":  # of this step, and no input: so it is held, or was one step before
        return say("sentence.hold", language, name=writing.name(source.name))
    if isinstance(source.shift, str):
        below = scene.trace.step_read(source.shift, t)
        words = html.escape(scene.labels[below]) if below is not None else "–"
        key = "sentence.left" if source.shift == "l" else "sentence.right"
        return say(key, language, name=writing.symbol(source), words=words)
    at = t + source.shift
    if source.name != "x":
        return say("sentence.state", language, name=writing.name(source.name, writing.minus(str(at + 1))))
    name = writing.name(source.name, str(at + 1))
    if not 0 <= at < scene.trace.T:
        return say("sentence.no_input", language, name=name)
    if scene.scores:
        return say("sentence.input", language, name=name, symbol=html.escape(scene.labels[at]))
    # A step's label is not its value.
    values = [writing.number(v, whole=True) for v in scene.trace.at("x", at)]
    shown = ", ".join([*values[:MANY], *(["…"] if len(values) > MANY else [])])
    return say("sentence.values", language, name=name, values=f"({shown})" if len(values) > 1 else shown)


def gate(scene: Scene, state: str, language: str) -> list[str]:
    """What the gates of a cell remember at the last step, as HTML: when it was written, and what would be lost else."""
    found = remembered(scene.model, scene.params, scene.trace, state)
    if found is None:
        return []
    unit = writing.entry(state, str(found.now), str(found.unit + 1))
    numbers = {key: writing.number(getattr(found, key)) for key in ("written", "since", "value", "without")}
    symbol, kept = html.escape(scene.labels[found.step - 1]), f"{round(100 * found.kept)} %"
    values = {"unit": unit, "symbol": symbol, "step": found.step, "now": found.now, "kept": kept, **numbers}
    return [say("memory.gate", language, **values)]
