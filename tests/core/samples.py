"""Models with random numbers to test, and the check of a backward pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnviz.core import CELLS, Graph, Model, chain
from rnnviz.core.scenario.wiring import fits

D, H, K, T = 3, 4, 2, 6
EVERY_CELL = sorted(CELLS)
# Those that can be fed with what they chose, and of these those that carry a state over to a decoder.
FED_CELLS = [name for name in EVERY_CELL if fits(CELLS[name].equations, "one-to-many", symbolic=True) is None]
CARRYING = [name for name in FED_CELLS if fits(CELLS[name].equations, "encoder-decoder", symbolic=True) is None]


@dataclass
class Sample:
    """A model, its weights, an input, and states outside the sequence, all random; the graph it runs on, if any."""

    model: Model
    params: dict[str, Any]
    x: Any
    init: dict[str, Any]
    graph: Graph | None = None

    def run(self) -> Any:
        return self.model.run(self.params, self.x, self.init, self.graph)

    def moved(self, by: float, direction: Sample) -> Sample:
        """The same model, its numbers a little further in a direction."""
        return Sample(
            self.model,
            {name: value + by * direction.params[name] for name, value in self.params.items()},
            self.x + by * direction.x,
            {name: value + by * direction.init[name] for name, value in self.init.items()},
            self.graph,
        )


def sample(model: Model, batch: int | None = None, steps: int = T, seed: int = 0, graph: Graph | None = None) -> Sample:
    """Random numbers for a model, on a graph of so many nodes if one is given; one that reads children needs one."""
    random = np.random.default_rng(seed)
    if model.child and graph is None:
        graph = chain(steps)
    shape = (steps,) if batch is None else (steps, batch)
    init = {}
    for name, lag in model.lags.items():
        k, n = lag.earlier + lag.later, model.sizes[name]
        if name != "x" and (graph is None or graph.is_chain):
            init[name] = random.normal(size=(*((k,) if k > 1 else ()), *shape[1:], n))
    params = {name: random.normal(size=of) for name, of in model.shapes.items()}
    return Sample(model, params, random.normal(size=(*shape, model.sizes["x"])), init, graph)


def cell(name: str, **options: Any) -> Model:
    """A named cell at the sizes of these tests."""
    return Model(CELLS[name].equations, D, H, K, **options)


def directional(one: Sample, seed: int = 1) -> tuple[float, float, float]:
    """The derivative of a random loss along a random direction in all weights, inputs and states.

    Returns it by differences (of fourth order), by the backward pass, and the size of what was added up.
    """
    random = np.random.default_rng(seed)
    trace = one.run()
    given = {name: random.normal(size=trace[name].shape) for name in one.model.equations}
    way = sample(one.model, trace.batch, trace.T, seed=seed + 1, graph=one.graph)

    def loss(by: float) -> float:
        moved = one.moved(by, way).run()
        return float(sum((moved[name] * d).sum() for name, d in given.items()))

    e = 1e-4
    differences = (8 * (loss(e) - loss(-e)) - (loss(2 * e) - loss(-2 * e))) / (12 * e)
    grads = one.model.backward(one.params, trace, given)
    parts = [(grads.params[name] * d).sum() for name, d in way.params.items()]
    parts += [(grads.init[name] * d).sum() for name, d in way.init.items()]
    parts.append((grads.signals["x"] * way.x).sum())
    return differences, float(sum(parts)), float(np.abs(parts).sum()) + abs(loss(0.0))


def assert_gradients(one: Sample) -> None:
    """The backward pass agrees with differences, along a random direction in everything."""
    differences, backward, scale = directional(one)
    assert abs(differences - backward) <= 1e-7 * max(1.0, scale), f"{differences} by differences, {backward} backward"


TREES = ["a", "(a b)", "((the cat) (sat (on mat)))", "(((a b) (c d)) e)", "(a (b (c (d e))))", "(MAX a (MIN b c))"]
