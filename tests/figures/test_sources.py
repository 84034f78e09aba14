"""What the sources of a step contributed, as bars show it."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core import CELLS
from rnnviz.core.answers.attribution import nothing
from rnnviz.core.language.expressions import Signal
from rnnviz.figures.sentence import told_signal
from rnnviz.figures.sources import adds, sources
from tests.figures.decoded import opening

OWN = {"wiring": "encoder-decoder", "own": "1", "weights": "random", "hidden": "4", "cell": "lstm"}


@pytest.mark.parametrize("settings", [*({"cell": name, "weights": "random"} for name in CELLS), OWN])
def test_sources_add_up(settings: dict[str, str]) -> None:
    """At each step, with the weights of that step, they are the number less that of a step without sources."""
    scene = opening(**settings)
    for name in scene.model.equations:
        found = sources(scene, name)
        if adds(scene, name) or not found:
            assert not found
            continue
        empty = nothing(scene.model.cell, dict(scene.params)).read(Signal(name))
        whole = np.sum([rows for _, rows in found], axis=0)
        np.testing.assert_allclose(whole, scene.trace[name] - empty, atol=1e-12)


def test_an_lstm_has_four_sources() -> None:
    """h of an LSTM, which the sentences are about, came from x, h and c of the step before, and all biases as one."""
    scene = opening(cell="lstm", weights="random")
    assert told_signal(scene) == "h"
    labels = [label for label, _ in sources(scene, "h")]
    assert labels == ["<i>x</i><sub>t</sub>", "<i>h</i><sub>t−1</sub>", "<i>c</i><sub>t−1</sub>", ""]
