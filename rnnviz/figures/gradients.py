"""The weights with their gradients: each step's share of every number, and one update."""

from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.core.language.functions import Array
from rnnviz.core.learning.returned import Returned
from rnnviz.figures import theme, writing
from rnnviz.figures.records import Gradient, Pair, Update
from rnnviz.figures.stage import Scene, axes
from rnnviz.text import words


def update(
    scene: Scene,
    back: Returned,
    measured: Mapping[str, Array] | None,
    rates: Sequence[float],
    then: Sequence[float],
    language: str,
) -> Update:
    """All that the browser needs to show them."""
    symbols = axes(scene)
    return {
        "weights": [gradient(back, name, measured, symbols.get(name, [])) for name in scene.model.shapes],
        "T": scene.trace.T,
        "labels": list(scene.labels),
        "loss": back.loss.mean,
        "rates": list(rates),
        "later": [float(np.nan_to_num(loss, nan=1e300, posinf=1e300)) for loss in then],
        "words": {
            key.removeprefix("passport."): text for key, text in words(language).items() if key.startswith("passport.")
        },
        "themes": theme.THEMES,
    }


def gradient(
    back: Returned, name: str, measured: Mapping[str, Array] | None, symbols: list[list[str] | None]
) -> Gradient:
    """One weight."""
    pairs: list[Pair] = [
        {"rows": rounded(rows), "columns": None if columns is None else rounded(columns)}
        for rows, columns in back.shares(name)
    ]
    return {
        "name": name,
        "label": writing.name(name),
        "before": as_rows(back.params[name]),
        "gradient": as_rows(back.gradient(name)),
        "pairs": pairs,
        "measured": as_rows(measured[name]) if measured else None,
        "axes": [*symbols, None, None][:2],
    }


def as_rows(weight: Array) -> list[list[float]]:
    """A matrix as it is, a vector as one column."""
    return rounded(weight if weight.ndim == 2 else weight[:, None])


def rounded(rows: Array) -> list[list[float]]:
    """Twelve digits are more than any page shows, and half as long."""
    return [[float(f"{v:.12g}") for v in np.nan_to_num(row)] for row in rows]
