"""A run and its backward pass made ready once, for training: the same inputs and shapes, other weights each time."""

from collections.abc import Mapping

import numpy as np

from rnnviz.core.engine.compiled import Compiled, Params, floats
from rnnviz.core.engine.gradients import backward_of, by_weight
from rnnviz.core.engine.graph import Graph
from rnnviz.core.engine.machine import Machine
from rnnviz.core.engine.memory import padded
from rnnviz.core.language.functions import Array


class Prepared:
    """A cell on inputs of one shape, with weights that are written to between two updates.

    cell       what is run
    params     weight -> array of the cell's shapes; read anew at each update, so whoever trains writes into them
    x          (T, D) or (T, B, D)
    read       the signal that the loss reads
    graph      as for `Model.run`
    """

    def __init__(
        self,
        cell: Compiled,
        params: Params,
        x: Array,
        read: str = "y",
        graph: Graph | None = None,
    ) -> None:
        given = cell.checked_inputs(x)
        cell.checked(params)
        name, rows = next(iter(given.items()))
        T, *batch = rows.shape[:-1]
        cell.check_graph(graph, T, states=False)
        pad = cell.pad
        home = cell.program.homes[name]
        block = padded(T + 2 * pad, pad, home.size, tuple(batch))
        self.x = block[pad : pad + T]
        self.give(rows)
        self.forward = Machine(cell.program, params, [block], pad, 0, T, graph, again=True)
        out = cell.program.homes[read]
        self.out = self.forward.blocks[out.block][pad : pad + T, out.start : out.stop]
        derivative = padded(T + 2 * pad, pad, out.size, tuple(batch))
        self.derivative = derivative[pad : pad + T]
        self.passed = backward_of(cell, (read,))
        blocks = [*self.forward.blocks, derivative]
        self.backward = Machine(self.passed.cell.program, params, blocks, pad, 0, T, graph, again=True)
        self.shapes = cell.shapes

    def give(self, x: Array) -> None:
        """Other inputs of the same shape."""
        self.x[...] = x.transpose(0, 2, 1) if x.ndim == 3 else x

    def y(self) -> Array:
        """Run with the weights as they are now: the signal that the loss reads, (T, K) or (T, B, K), a view."""
        self.forward.run()
        return self.out.swapaxes(1, 2) if self.out.ndim == 3 else self.out

    def gradients(self, dy: Array) -> Mapping[str, Array]:
        """weight -> dL/dweight for the run made last, given dL/dy, shaped like `y`."""
        d = floats("dy", dy)
        self.derivative[...] = d.transpose(0, 2, 1) if d.ndim == 3 else d
        self.backward.run()
        with np.errstate(all="ignore"):
            return by_weight(self.passed, self.backward.values, self.shapes)
