"""What each input of a step contributed to a signal whose equation is no sum, such as h of an LSTM."""

import numpy as np

from rnnviz.core import shares
from rnnviz.core.language.expressions import Call, Signal, Sum, Vector
from rnnviz.figures import writing
from rnnviz.figures.stage import Scene


def adds(scene: Scene, name: str) -> bool:
    """Whether an equation adds up terms, inside its function if it has one: they are its shares already."""
    e = scene.model.expressions[name]
    return isinstance(e.operand if isinstance(e, Call) else e, Sum)


def sources(scene: Scene, name: str) -> list[tuple[str, np.ndarray]]:
    """The sources of a signal by name, as HTML, each with what it contributed, (T, n); the biases are one, named "".

    They add up to the signal minus what the cell gives when all its sources are zero. Nothing where the equation adds
    up terms, or where there is one source only.
    """
    if adds(scene, name):
        return []
    found: dict[Signal | Vector, np.ndarray] = {}
    for first, stop, params in scene.stretches:
        for source, rows in shares(scene.model, params, scene.trace, name, scene.held).items():
            found.setdefault(source, np.zeros_like(rows))[first:stop] = rows[first:stop]
    signals = [(writing.symbol(source), rows) for source, rows in found.items() if isinstance(source, Signal)]
    vectors = [(writing.symbol(source), rows) for source, rows in found.items() if isinstance(source, Vector)]
    if len(vectors) > 1:
        vectors = [("", np.sum([rows for _, rows in vectors], axis=0))]
    return [*signals, *vectors] if len(signals) + len(vectors) > 1 else []
