"""Triangles: what each step has to do with each earlier one, as the browser draws them."""

import html
from collections.abc import Sequence

import numpy as np

from rnnviz.core.language.functions import Array
from rnnviz.core.learning.itemised import Causes, Unfolded
from rnnviz.figures import theme, writing
from rnnviz.figures.records import Apart, Chain, Panel, Triangles
from rnnviz.text import words


def panel(
    name: str,
    about: Sequence[str],
    labels: Sequence[str],
    norms: Array,
    what: str,
    apart: Apart | None = None,
    vectors: Array | None = None,
    chain: Unfolded | None = None,
) -> Panel:
    """One triangle: norms (t, k); `what` names a number of it, and {t} and {k} are filled in."""
    return {
        "name": html.escape(name),
        "about": list(about),
        "labels": list(labels),
        "norms": [[finite(v) for v in row] for row in norms],
        "what": what,
        "apart": apart,
        "vectors": None if vectors is None else np.round(vectors, 6).tolist(),
        "chain": None if chain is None else unfolding(chain),
    }


def unfolding(chain: Unfolded) -> Chain:
    """The products that derivatives are made of."""
    return {
        "states": [(writing.name(state), size) for state, size in chain.states],
        "steps": np.round(chain.steps, 6).tolist(),
        "carried": np.round(chain.carried, 6).tolist(),
    }


def apart(found: Causes, state: str, steps: Sequence[int], length: float | None) -> Apart | None:
    """The two causes of every step on the way back, as logarithms to the base 10; None where they cannot be told."""
    if found.first is None or found.kinds is None:
        return None
    rows = {}
    for row, t in enumerate(steps):
        with np.errstate(all="ignore"):
            whole = np.log10(found.length[row, : t + 1])
            first = np.log10(found.first[row, :t])
        if np.isfinite(whole).all() and np.isfinite(first).all():
            rows[str(t + 1)] = {"whole": [float(v) for v in whole], "first": [float(v) for v in first]}
    return {"kinds": found.kinds, "state": writing.name(state, "k"), "rows": rows, "length": length}


def finite(value: float) -> float:
    """A size that JSON can hold."""
    return float(np.nan_to_num(value, nan=0.0, posinf=1e300))


def triangles(kind: str, panels: list[Panel], language: str) -> Triangles:
    """All that a page shows of them."""
    texts = words(language)
    said = {key.removeprefix("triangle."): text for key, text in texts.items() if key.startswith("triangle.")}
    return {"kind": kind, "panels": panels, "words": said, "themes": theme.THEMES}
