"""Back-propagation through time: the backward pass is a compiled cell too, and its run is a trace."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.engine.again import ran
from rnnviz.core.engine.compiled import Compiled, Params, floats, shape_text
from rnnviz.core.engine.graph import Graph
from rnnviz.core.engine.machine import Machine
from rnnviz.core.engine.memory import padded
from rnnviz.core.engine.program import Home, Program
from rnnviz.core.engine.schedule import GradientRows, gradients, schedule
from rnnviz.core.engine.trace import Trace
from rnnviz.core.engine.whole import ProgramWriter
from rnnviz.core.language.adjoint import Adjoint, adjoint
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import Equation, Expression
from rnnviz.core.language.flow import Flow
from rnnviz.core.language.functions import Array
from rnnviz.core.language.shapes import Shape


@dataclass(frozen=True, eq=False)
class Backward:
    """The backward pass of a cell, for a loss that reads some of its signals.

    cell      its equations; inputs are the cell's own signals, and `∇y` for each derivative that is given
    adjoint   how the total derivatives are made of its signals
    rows      which values of its program are the gradients of which weights
    """

    cell: Compiled
    adjoint: Adjoint
    rows: list[GradientRows]
    later: dict[Expression, Program] = field(default_factory=dict)

    def evaluate(
        self, e: Expression, params: Params, blocks: list[Array], window: tuple[int, int], graph: Graph | None
    ) -> Array:
        """The value of an expression of the backward pass in a window, (first step, steps), after the pass has run."""
        if e not in self.later:
            writer = ProgramWriter(self.cell.types, self.cell.program.homes, self.cell.program.blocks)
            writer.whole(e)
            self.later[e] = writer.program
        machine = Machine(self.later[e], params, blocks, self.cell.pad, *window, graph)
        machine.run()
        return machine.values[-1]


def backward_of(cell: Compiled, given: tuple[str, ...]) -> Backward:
    """The backward pass of a cell for a loss that reads these signals; derived once."""
    if given not in cell.beside:
        cell.beside[given] = derived_backward(cell, given)
    return cell.beside[given]


def derived_backward(cell: Compiled, given: tuple[str, ...]) -> Backward:
    made = adjoint(cell.flow, cell.expressions, cell.types, given)
    homes, widths = dict(cell.program.homes), list(cell.program.blocks)
    for name in given:
        homes[f"∇{name}"] = Home(len(widths), 0, cell.sizes[name])
        widths.append(cell.sizes[name])
    flow = Flow(made.equations)
    writer = ProgramWriter(made.shapes, homes, widths)
    schedule(writer, made.equations, flow)
    rows = gradients(writer, made.uses)
    writer.program.forget()
    equations = {name: Equation(name, made.equations[name], line) for line, name in enumerate(flow.order, start=1)}
    inputs = {name: made.shapes.letters[name][0] for name in (*cell.sizes, *(f"∇{name}" for name in given))}
    compiled = Compiled(equations, inputs, made.shapes, flow, cell.pad, writer.program, cell.D, cell.H, cell.K)
    return Backward(compiled, made, rows)


def backward(
    cell: Compiled, params: Mapping[str, ArrayLike], trace: Trace, given: Mapping[str, ArrayLike]
) -> "Gradients":
    """The derivatives of a loss by all that went into a trace; all as for `Model.backward`."""
    weights = cell.checked(params)
    if trace.cell is not cell and (trace.cell.sizes != cell.sizes or trace.cell.equations != cell.equations):
        raise InputError("foreign_trace")
    blocks, pad = list(trace.blocks), cell.pad
    for name in sorted(given):
        if name not in cell.sizes:
            raise InputError("unknown_signal", name=name, known=", ".join(cell.sizes))
        d = floats(name, given[name])
        if d.shape != trace[name].shape:
            expected, got = shape_text(trace[name].shape), shape_text(d.shape)
            raise InputError("shape_of_derivative", name=name, expected=expected, got=got)
        block = padded(trace.T + 2 * pad, pad, cell.sizes[name], blocks[0].shape[2:])
        block[pad : pad + trace.T] = d.transpose(0, 2, 1) if d.ndim == 3 else d
        blocks.append(block)
    return Gradients(backward_of(cell, tuple(sorted(given))), weights, trace, blocks)


def by_weight(made: Backward, values: Sequence[Any], shapes: Mapping[str, Shape]) -> Params:
    """weight -> dL/dweight from the values of a backward pass; zeros for a weight on which the loss does not depend."""
    found: Params = {}
    for part in made.rows:
        start = 0
        for name, size in part.weights:
            rows = values[part.value][start : start + size]
            found[name] = found[name] + rows if name in found else rows
            start += size
    return {name: found[name] if name in found else np.zeros(shapes[name]) for name in shapes}


class Gradients:
    """The derivatives of a loss.

    params    weight -> dL/dweight, summed over steps and batch
    signals   signal -> the total derivative dL/dsignal in every step, (T, n) or (T, B, n); with the inputs
    init      signal -> dL/dstate for the states outside the sequence, shaped like `init` of `run`: (n,) or (B, n) for
              one state, (k, n) or (k, B, n) for more
    forward   the run whose derivatives these are
    trace     the run of the backward pass, a Trace of `backward.cell`: its signals are those of the equations of
              `adjoint`, such as `∂h`

    `signals` and `init` are computed when they are asked for.
    """

    def __init__(self, made: Backward, params: Params, forward: Trace, blocks: list[Array]) -> None:
        self.backward, self.weights, self.forward = made, params, forward
        program, pad, T, graph = made.cell.program, made.cell.pad, forward.T, forward.graph
        with ran(program, params, blocks, pad, T, graph) as (whole, values), np.errstate(all="ignore"):
            self.trace = Trace(made.cell, whole, T, graph)
            found = by_weight(made, values, forward.cell.shapes)
            self.params = {name: gradient.copy() for name, gradient in found.items()}
        self.known: dict[tuple[str, str], Array] = {}

    # Made anew each time: a Gradients that referred to them would be a cycle, and its memory stay until it is found.
    @property
    def signals(self) -> Mapping[str, Array]:
        return Asked(self.of_signal, tuple(self.forward.cell.sizes))

    @property
    def init(self) -> Mapping[str, Array]:
        lags, inputs = self.forward.lags, self.forward.cell.inputs
        return Asked(self.of_state, tuple(name for name in lags if name not in inputs))

    def of_signal(self, name: str) -> Array:
        """The total derivative by a signal in every step."""
        if ("signal", name) not in self.known:
            total = self.backward.adjoint.total(name)
            self.known["signal", name] = self.evaluate(name, total, 0, self.forward.T)
        return self.known["signal", name]

    def of_state(self, name: str) -> Array:
        """The derivative by the states outside the sequence."""
        if ("state", name) not in self.known:
            lag, made = self.forward.lags[name], self.backward.adjoint
            before = self.evaluate(name, made.outside(name, 1), -lag.earlier, lag.earlier)
            after = self.evaluate(name, made.outside(name, -1), self.forward.T, lag.later)
            states = np.concatenate([before, after])
            self.known["state", name] = states[0] if len(states) == 1 else states
        return self.known["state", name]

    def evaluate(self, name: str, e: Expression, first: int, steps: int) -> Array:
        blocks = self.trace.blocks
        shape = (steps, self.forward.cell.sizes[name], *blocks[0].shape[2:])
        value = self.backward.evaluate(e, self.weights, blocks, (first, steps), self.forward.graph)
        value = np.broadcast_to(value, shape)
        return value.swapaxes(1, 2) if value.ndim == 3 else value

    def value(self, e: Expression) -> Array:
        """An expression of the pass or of its run at every step, (T, n) or (T, B, n); one row if it never changes."""
        window = (0, self.forward.T)
        value = self.backward.evaluate(e, self.weights, self.trace.blocks, window, self.forward.graph)
        return value.swapaxes(1, 2) if value.ndim == 3 else value


class Asked(Mapping[str, Array]):
    """A mapping whose values are computed when they are asked for."""

    def __init__(self, compute: Callable[[str], Array], names: tuple[str, ...]) -> None:
        self.compute, self.names = compute, names

    def __getitem__(self, name: str) -> Array:
        if name not in self.names:
            raise KeyError(name)
        return self.compute(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
