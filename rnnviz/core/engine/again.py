"""Small runs that come again: the machine of a shape is kept with its memory, and has only to be filled and copied.

Where a run is small, its calls cost less than finding them. A machine that comes again has found them (see machine.py),
but writes into its own memory: so what it is given is copied there, and what it has made is copied out.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

import numpy as np

from rnnviz.core.engine.graph import Graph
from rnnviz.core.engine.machine import Machine
from rnnviz.core.engine.program import Program
from rnnviz.core.language.functions import Array

LITTLE = 1 << 15  # so many numbers make a run small
SHAPES = 32  # that are remembered, those that came last
Key = tuple[int, int, int, tuple[int, ...]]


class Machines:
    """Machines of shapes that came more than once; one thread has each at a time."""

    def __init__(self, limit: int) -> None:
        self.limit, self.lock = limit, Lock()
        # With the program, whose place in memory would else become another's.
        self.known: OrderedDict[Key, tuple[Program, list[Machine]]] = OrderedDict()

    def take(
        self, key: Key, program: Program, params: Mapping[str, Array], given: Sequence[Array], pad: int, steps: int
    ) -> Machine | None:
        """A machine for this shape, filled; None where it came for the first time."""
        with self.lock:
            if key not in self.known:
                self.known[key] = program, []
                while len(self.known) > self.limit:
                    self.known.popitem(last=False)
                return None
            self.known.move_to_end(key)
            free = self.known[key][1]
            machine = free.pop() if free else None
        if machine is None:
            own = {name: weight.copy() for name, weight in params.items()}
            return Machine(program, own, [block.copy() for block in given], pad, 0, steps, again=True)
        for name, weight in machine.params.items():
            np.copyto(weight, params[name])
        for mine, theirs in zip(machine.blocks, given, strict=False):
            np.copyto(mine, theirs)
        return machine

    def put(self, key: Key, machine: Machine) -> None:
        """Have it for the next run of this shape."""
        with self.lock:
            if key in self.known:
                self.known[key][1].append(machine)


MACHINES = Machines(SHAPES)


@contextmanager
def ran(
    program: Program, params: Mapping[str, Array], given: Sequence[Array], pad: int, steps: int, graph: Graph | None
) -> Iterator[tuple[list[Array], Sequence[Any]]]:
    """All blocks of a run, and the values of its program, which may be written over when this is left.

    Nothing is outside of the steps but zeros, and what `given` has there.
    """
    batch = given[0].shape[2:]
    size = sum(program.blocks) * given[0].shape[0] * int(np.prod(batch))
    key = (id(program), pad, steps, batch)
    machine = MACHINES.take(key, program, params, given, pad, steps) if graph is None and size <= LITTLE else None
    if machine is None:
        machine = Machine(program, params, given, pad, 0, steps, graph)
        machine.run()
        yield machine.blocks, machine.values
        return
    machine.run()
    yield [*given, *(block.copy() for block in machine.blocks[len(given) :])], machine.values
    MACHINES.put(key, machine)
