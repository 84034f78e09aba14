"""A run of a compiled cell, and what it computed."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.engine.again import ran
from rnnviz.core.engine.compiled import Compiled, floats, shape_text
from rnnviz.core.engine.graph import Graph, step_read
from rnnviz.core.engine.machine import Machine
from rnnviz.core.engine.memory import SHELF, padded
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.flow import Lags
from rnnviz.core.language.functions import Array


class Trace(Mapping[str, Array]):
    """Every signal of one run: `trace["h"]` is (T, n), or (T, B, n) for a batch; T is the number of steps.

    On a tree T is the number of nodes, in the graph's own order. The arrays are views: do not write to them.

    cell    what was run
    graph   the graph that was run on; None for a sequence
    lags    as those of the cell; nothing on a tree, which has no states outside
    """

    def __init__(self, cell: Compiled, blocks: list[Array], T: int, graph: Graph | None = None) -> None:
        self.cell, self.blocks, self.T, self.graph = cell, blocks, T, graph
        self.lags: Mapping[str, Lags] = {} if self.on_tree else cell.lags
        SHELF.inherit(self, blocks)
        self.batch: int | None = blocks[0].shape[2] if blocks[0].ndim == 3 else None

    @property
    def on_tree(self) -> bool:
        """Whether the steps are the nodes of a tree, so that there is no step before or after."""
        return self.graph is not None and not self.graph.is_chain

    def rows(self, name: str, first: int, stop: int) -> Array:
        """The rows of a signal from step `first` up to `stop`, as far as the states outside the sequence go."""
        home, pad = self.cell.program.homes[name], self.cell.pad
        rows = self.blocks[home.block][pad + first : pad + stop, home.start : home.stop]
        return rows if self.batch is None else rows.swapaxes(1, 2)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __getitem__(self, name: str) -> Array:
        return self.rows(name, 0, self.T)

    def __iter__(self) -> Iterator[str]:
        return iter((*self.cell.inputs, *self.cell.equations))

    def __len__(self) -> int:
        return len(self.cell.inputs) + len(self.cell.equations)

    def before(self, name: str) -> Array:
        """The states before the first step that are read, in time order: (k, n), or (k, B, n)."""
        return self.rows(name, -self.lags.get(name, Lags()).earlier, 0)

    def after(self, name: str) -> Array:
        """The states after the last step that are read, in time order: (k, n), or (k, B, n)."""
        return self.rows(name, self.T, self.T + self.lags.get(name, Lags()).later)

    @property
    def outside(self) -> dict[str, Array]:
        """The states outside the sequence of every signal that has such, as `Model.run` takes them for its `init`."""
        states = [name for name in self.lags if name not in self.cell.inputs]
        return {name: np.concatenate([self.before(name), self.after(name)]) for name in states}

    def copies(self, times: int) -> dict[str, Any]:
        """What `Model.run` is given for a batch of so many copies of this run."""
        x = {name: np.repeat(self[name][:, None], times, axis=1) for name in self.cell.inputs}
        return {"x": x, "init": self.outside, "graph": self.graph}

    def at(self, name: str, t: int) -> Array:
        """A signal at step t, (n,) or (B, n); -1 is the state before the first step, T the one after the last."""
        if -self.cell.pad <= t < self.T + self.cell.pad:
            return self.rows(name, t, t + 1)[0]
        return np.zeros_like(self.rows(name, 0, 1)[0])

    def step_read(self, shift: int | str, t: int) -> int | None:
        """The step, from 0, that step t reads at a shift of the notation; None for a child that there is not."""
        return step_read(self.graph, shift, t)

    def read(self, name: str, shift: int | str, t: int) -> Array:
        """What step t reads of a signal at a shift, (n,) or (B, n); zeros where there is nothing."""
        step = self.step_read(shift, t)
        return np.zeros_like(self.at(name, 0)) if step is None else self.at(name, step)

    def first_nonfinite(self) -> int | None:
        """The first step at which some signal is not a finite number; None if there is none."""
        finite = [np.isfinite(self[name]).reshape(self.T, -1).all(1) for name in self]
        steps = np.flatnonzero(~np.logical_and.reduce(finite))
        return int(steps[0]) if len(steps) else None


def run(
    cell: Compiled,
    params: Mapping[str, ArrayLike],
    x: ArrayLike | Mapping[str, ArrayLike],
    init: Mapping[str, ArrayLike] | None = None,
    graph: Graph | None = None,
) -> Trace:
    """Compute every signal for every step; all as for `Model.run`."""
    weights, inputs = cell.checked(params), cell.checked_inputs(x)
    program, pad = cell.program, cell.pad
    T, *batch = next(iter(inputs.values())).shape[:-1]
    cell.check_graph(graph, T, bool(init))
    blocks = [padded(T + 2 * pad, pad, width, tuple(batch)) for width in program.blocks[: program.given]]
    for name, given in inputs.items():
        home = program.homes[name]
        rows = given.transpose(0, 2, 1) if batch else given
        blocks[home.block][pad : pad + T, home.start : home.stop] = rows
    if not init:
        with ran(program, weights, blocks, pad, T, graph) as (made, _):
            return Trace(cell, made, T, graph)
    machine = Machine(program, weights, blocks, pad, 0, T, graph)
    for name, states in init.items():
        place_states(cell, name, states, machine.blocks, T)
    machine.run()
    return Trace(cell, machine.blocks, T, graph)


def place_states(cell: Compiled, name: str, states: ArrayLike, blocks: list[Array], T: int) -> None:
    """Write the given states of a signal into the pads of its block."""
    if name in cell.inputs or name not in cell.lags:
        known = [signal for signal in cell.lags if signal not in cell.inputs]
        raise InputError("unknown_state" if known else "no_states", name=name, known=", ".join(known))
    home, lag, pad = cell.program.homes[name], cell.lags[name], cell.pad
    k, n, batch = lag.earlier + lag.later, home.size, blocks[0].shape[2:]
    given = floats(name, states)
    shapes = [(k, n), *[(k, *batch, n)] * len(batch)]
    if k == 1:
        shapes += [(n,), *[(*batch, n)] * len(batch)]
    if given.shape not in shapes:
        expected = " or ".join(dict.fromkeys(shape_text(shape) for shape in reversed(shapes)))
        raise InputError("shape_of_state", name=name, expected=expected, got=shape_text(given.shape))
    if given.shape in ((n,), (*batch, n)) and k == 1 and given.shape != (k, n):
        given = given[None]
    given = given.swapaxes(1, 2) if given.ndim == 3 else given[..., None] if batch else given
    columns = blocks[home.block][:, home.start : home.stop]
    columns[pad - lag.earlier : pad] = given[: lag.earlier]
    columns[pad + T : pad + T + lag.later] = given[lag.earlier :]
