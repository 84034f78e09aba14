"""A backward pass is a cell like any other, and drawn like one."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core import CELLS
from rnnviz.figures.payload import payload
from rnnviz.figures.records import Header
from tests.figures.decoded import Decoded, opening
from tests.figures.returned import returned
from tests.figures.typed import faults


@pytest.mark.parametrize("cell", CELLS)
def test_every_backward_pass_is_drawn(cell: str) -> None:
    """Its picture has every derivative, at its place in time, and the equation that makes it."""
    scene = returned(opening(cell=cell))
    picture = Decoded(payload(scene, ("", 1), "en", unrolled=True))
    assert faults(picture.head, Header) == []
    assert [block["name"] for block in picture.head["stage"]["blocks"]] == list(scene.model.equations)
    bands = [name for name, _ in picture.head["timeline"]["bands"]]
    assert set(scene.model.inputs) < set(bands)
    for name in scene.model.equations:
        n, T = scene.model.sizes[name], scene.trace.T
        drawn = [[picture.signal(name, t + 1, i) for i in range(n)] for t in range(T)]
        assert np.allclose(drawn, scene.trace[name], rtol=1e-6)


def test_what_flows_back_is_drawn_from_right_to_left() -> None:
    """The derivative of a state is known from the last step on, its box hands it to the step before."""
    picture = Decoded(payload(returned(opening(cell="vanilla")), ("", 1), "en", unrolled=True)).head
    assert picture["timeline"]["ahead"]
    assert ["δh", "δh", 1, ["W_hh"]] in picture["network"]["edges"]
