"""The steps of a run that one loop of a program computes, with one set of weights."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnviz.core.engine.compiled import Compiled
from rnnviz.core.engine.graph import Graph
from rnnviz.core.engine.trace import Trace
from rnnviz.core.language.functions import Array
from rnnviz.core.scenario.wired import Wired

# What a program calls the children of a node, and the parents of those that are a left or a right child.
NEIGHBOURS = {"l": "left", "r": "right", "↑l": "over_left", "↑r": "over_right"}


@dataclass(slots=True)
class Block:
    """Steps from `first` up to `stop` (from 0) that one loop computes, with one set of weights."""

    first: int
    stop: int
    cell: Compiled
    params: Mapping[str, Array]
    traces: list[Trace]

    @property
    def graph(self) -> Graph | None:
        """The tree, if the steps are its nodes."""
        return self.traces[0].graph

    def follows(self, cell: Compiled, params: Mapping[str, Array], trace: Trace) -> bool:
        """Whether the same loop computes the steps of this trace too: the same weights, and the states go on."""
        if cell is not self.cell or any(lag.later for lag in cell.lags.values()):
            return False
        last = self.traces[-1]
        return all(np.array_equal(params[name], self.params[name], equal_nan=True) for name in params) and all(
            np.array_equal(last.rows(name, last.T - lag.earlier, last.T), trace.before(name), equal_nan=True)
            for name, lag in cell.lags.items()
        )

    def outside(self, name: str) -> dict[int, Array]:
        """The rows of a signal by step (from 1) that the loop reads before its first and after its last step.

        On a graph there is a step for every neighbour that there is not.
        """
        nobody: dict[int, Array] = {}
        if self.graph and any(name in self.cell.flow.read_at(shift) for shift in NEIGHBOURS):
            nobody = {nowhere(self.graph): np.zeros(self.cell.sizes[name])}
        before, after = self.traces[0].before(name), self.traces[-1].after(name)
        found = dict(enumerate(before, start=self.first + 1 - len(before)))
        return found | dict(enumerate(after, start=self.stop + 1)) | nobody


def blocks_of(wired: Wired) -> list[Block]:
    """The parts of a run, those that go on from each other as one."""
    blocks: list[Block] = []
    for part in wired.segments:
        trace = part.trace
        params = trace.cell.checked(part.params)
        if blocks and blocks[-1].follows(trace.cell, params, trace):
            blocks[-1].stop = part.stop
            blocks[-1].traces.append(trace)
        else:
            blocks.append(Block(part.first, part.stop, trace.cell, params, [trace]))
    return blocks


def nowhere(graph: Graph) -> int:
    """The step that stands for a neighbour that there is not; on a chain step 0 is the state before the first one."""
    return -1 if graph.is_chain else 0


def same(one: Mapping[str, Array], other: Mapping[str, Array]) -> bool:
    """Whether two sets of weights are the same."""
    return one.keys() == other.keys() and all(same_row(one[name], other[name]) for name in one)


def same_row(one: Array, other: Array) -> bool:
    return np.array_equal(one, other, equal_nan=True)
