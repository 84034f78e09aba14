"""The curves of the element-wise functions that are on the stage: their values, their slopes, where they are flat."""

from functools import cache

import numpy as np

from rnnviz.core.answers.interpret import evaluate
from rnnviz.core.language.adjoint import rule
from rnnviz.core.language.expressions import Call, walk
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.figures.records import Curve
from rnnviz.figures.spelling import nested
from rnnviz.figures.stage import Scene

REACH = 10.0  # the curve goes from -REACH to REACH
FLAT = 0.1  # flat is a slope below this part of the largest


def curves(scene: Scene) -> dict[str, Curve]:
    """For each function of the scene's equations that works on every element by itself, by its name."""
    nodes = [node for equation in scene.equations for node in walk(equation.expression)]
    used = dict.fromkeys(node.function for node in nodes if isinstance(node, Call))
    return {name: curve(name) for name in used if FUNCTIONS[name].derivative}


@cache
def curve(name: str) -> Curve:
    """One function."""
    function, slope = FUNCTIONS[name], rule(FUNCTIONS[name].derivative)
    arguments = np.linspace(-REACH, REACH, 2001)
    values = function.value(arguments, 0)
    slopes = np.broadcast_to(evaluate(slope, {}, lambda s: values), arguments.shape)
    small = np.abs(slopes) < FLAT * np.abs(slopes).max()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], small, [False]]))).reshape(-1, 2)
    return {
        "reach": REACH,
        "values": [round(float(value), 4) for value in values[::10]],
        "slope": nested(slope),
        "flat": [(round(float(arguments[first]), 2), round(float(arguments[stop - 1]), 2)) for first, stop in edges],
    }
