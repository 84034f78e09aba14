"""How many weights: shared by all steps, untied, or as one feed-forward net over the whole sequence."""

from rnnviz.core.model import Model
from rnnviz.figures.records import Counts
from rnnviz.figures.stage import Scene

LEAST = 10  # steps on the axis, so that a short text shows the growth too


def counts(model: Model, steps: int) -> Counts:
    """Each weight with its shape and count, the three totals at T steps, and the totals from T = 1 on.

    The feed-forward net reads all T inputs at once: T * D inputs, T * H hidden units, T * K outputs, a bias for each
    unit where the cell has biases. Its number of weights grows with the square of T.
    """
    weights = [(name, "×".join(map(str, shape)), size(shape)) for name, shape in model.shapes.items()]
    shared = sum(size(shape) for shape in model.shapes.values())
    biased = any(len(shape) == 1 for shape in model.shapes.values())

    def whole(t: int) -> int:
        return t * t * (model.D * model.H + model.H * model.K) + (t * (model.H + model.K) if biased else 0)

    axis = range(1, max(LEAST, steps) + 1)
    return {
        "weights": weights,
        "shared": shared,
        "untied": steps * shared,
        "whole": whole(steps),
        "D": model.D,
        "H": model.H,
        "K": model.K,
        "series": {
            "T": list(axis),
            "shared": [shared for _ in axis],
            "untied": [t * shared for t in axis],
            "whole": [whole(t) for t in axis],
        },
    }


def total(scene: Scene) -> int:
    """How many numbers all weights of a scene have; an encoder with weights of its own counts as well."""
    return sum(weight.size for weights in (scene.params, scene.encoder) for weight in weights.values())


def size(shape: tuple[int, ...]) -> int:
    """The number of numbers of a shape."""
    return shape[0] if len(shape) == 1 else shape[0] * shape[1]
