"""The backward pass of a scene as a scene of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rnnviz.core import Model
from rnnviz.figures.stage import Scene

if TYPE_CHECKING:
    from rnnviz.core.engine.trace import Trace


def returned(scene: Scene, output: str = "y") -> Scene:
    """The backward pass of the loss that is the sum of an output's numbers."""
    trace = gradient(scene, output)
    params = {name: scene.params[name] for name in trace.cell.shapes}
    return Scene(Model.over(trace.cell), params, trace, scene.labels, (), scores=False)


def gradient(scene: Scene, output: str = "y") -> Trace:
    """Its run."""
    given = {output: np.ones_like(scene.trace[output])}
    return scene.model.backward(scene.params, scene.trace, given).trace
