"""The backward pass as a run to be looked at: equations that read as one would write them, and the numbers of a pass.

The pass that computes has names for all that it needs twice; in the one that is shown a part that no weight is
multiplied by stands where it is read, so that the LSTM's reads `∂c[t] = ∂h[t] * o[t] * ... + ∂c[t+1] * f[t+1]`.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass

import numpy as np

from rnnviz.core.engine.compiled import Compiled
from rnnviz.core.engine.gradients import Gradients
from rnnviz.core.engine.machine import Machine
from rnnviz.core.engine.memory import padded
from rnnviz.core.engine.trace import Trace
from rnnviz.core.engine.whole import ProgramWriter
from rnnviz.core.language.adjoint import Adjoint
from rnnviz.core.language.expressions import Expression, Signal, children, plus, rebuild, signals, terms_of, times
from rnnviz.core.language.flow import Flow
from rnnviz.core.language.functions import Array
from rnnviz.core.learning.losses import Loss, Target, loss_of
from rnnviz.core.model import Model

KEEP = "keep"  # the signal that is 1 where derivatives come back from the next step, and 0 at a cut


@dataclass(frozen=True, slots=True, eq=False)
class Returned:
    """The backward pass of a run.

    model      the cell whose equations are shown; its inputs are the signals of the run, `∇y`, and KEEP where it is cut
    trace      its run
    params     the weights
    loss       what the run missed
    gradients  all derivatives of the whole, uncut, by the engine
    window     derivatives do not cross from one window of so many steps to another; 0 for no cut
    """

    model: Model
    trace: Trace
    params: Mapping[str, Array]
    loss: Loss
    gradients: Gradients
    window: int = 0

    @property
    def states(self) -> list[str]:
        """The derivatives by the states that are carried, as `∂h`; where none are, all that is derived."""
        carried = [f"∂{name}" for name in self.gradients.forward.cell.flow.carried]
        return [name for name in carried if name in self.model.equations] or list(self.model.equations)

    def halves(self, name: str) -> tuple[Array, Array]:
        """A derivative as the sum of what comes in this step and what comes through another step, each (T, n)."""
        e, T = self.model.expressions[name], self.trace.T
        parts: list[Array] = []
        for through in (False, True):
            found = [term for term in terms_of(e) if self.passes(term) == through]
            parts.append(sum(map(self.value, found), np.zeros((T, self.model.sizes[name]))))
        return parts[0], parts[1]

    def passes(self, term: Expression) -> bool:
        """Whether a term comes through another step: it reads a derivative there."""
        return far(term, self.model.equations)

    def value(self, e: Expression) -> Array:
        """The value of an expression of the backward pass, or of the run, in every step, (T, n)."""
        writer = ProgramWriter(self.model.cell.types, self.model.cell.program.homes, self.model.cell.program.blocks)
        writer.whole(e)
        machine = Machine(writer.program, self.params, self.trace.blocks, self.model.cell.pad, 0, self.trace.T)
        machine.run()
        value = machine.values[-1]
        return np.broadcast_to(value, (self.trace.T, value.shape[-1]))

    def of_run(self, e: Expression) -> Array:
        """The value of an expression of the run alone, (T, n)."""
        value = self.gradients.value(e)
        return np.broadcast_to(value, (self.trace.T, value.shape[-1]))

    def shares(self, weight: str) -> list[tuple[Array, Array | None]]:
        """What each step gives to the gradient of a weight, as factors: (T, n) and (T, m), or None for a vector.

        The share of step t is the outer product of the rows t of both, or the first row itself; the gradient is the sum
        over all steps, and all of these pairs.
        """
        found: list[tuple[Array, Array | None]] = []
        for signal, operand in self.gradients.backward.adjoint.uses.get(weight, []):
            found.append((self.trace[signal], None if operand is None else self.of_run(operand)))
        return found

    def gradient(self, weight: str) -> Array:
        """dL/dweight, of the shares that are left where there is a cut."""
        total = np.zeros(np.shape(self.params[weight]))
        for d, operand in self.shares(weight):
            total = total + (d.sum(0) if operand is None else d.T @ operand)
        return total


def returned(model: Model, params: Mapping[str, Array], trace: Trace, target: Target, window: int = 0) -> Returned:
    """The backward pass of the loss that a run's y has for a target; `window` cuts it as in `Returned`.

    With a window this is truncated back-propagation through time as it is done in training: values cross from one
    window to the next, derivatives do not (Williams and Peng 1990).
    """
    loss = loss_of(trace["y"], target)
    gradients = model.backward(params, trace, {"y": loss.dy})
    cell, key = model.cell, ("shown", window > 0)
    if key not in cell.beside:
        cell.beside[key] = shown_cell(gradients, cut=window > 0)
    shown: Model = cell.beside[key]
    return Returned(shown, run_over(shown.cell, params, gradients.trace, window), params, loss, gradients, window)


def shown_cell(gradients: Gradients, *, cut: bool) -> Model:
    """The equations that are shown of a backward pass, in the order in which a step computes them."""
    made = gradients.backward
    inlined = written_out(made.adjoint)
    found = {name: substituted(e, inlined) for name, e in made.adjoint.equations.items() if name not in inlined}
    flow = Flow(found)
    ordered = {name: found[name] for name in flow.order}
    letters = made.cell.types.letters
    inputs = {name: letters[name][0] for name in made.cell.inputs}
    if cut:
        ordered = {name: with_cut(e, found) for name, e in ordered.items()}
        inputs[KEEP] = "H"
    return Model.of(ordered, made.cell.D, made.cell.H, made.cell.K, inputs)


def with_cut(e: Expression, own: Mapping[str, Expression]) -> Expression:
    """An equation whose terms from the next step count only where there is no cut."""
    return plus(*(times(Signal(KEEP), term) if far(term, own) else term for term in terms_of(e)))


def far(term: Expression, own: Container[str]) -> bool:
    """Whether a term reads a derivative of another step."""
    return any(s.shift != 0 and s.name in own for s in signals(term))


def written_out(made: Adjoint) -> dict[str, Expression]:
    """The parts with a number for a name that no weight is multiplied by: they can stand where they are read."""
    used = {signal for uses in made.uses.values() for signal, _ in uses}
    numbered = [name for name in made.equations if name[1:].isdigit() and name not in used]
    return {name: made.equations[name] for name in numbered}


def substituted(e: Expression, inlined: Mapping[str, Expression]) -> Expression:
    """An expression with what stands behind names in their place."""
    if isinstance(e, Signal):
        if e.name not in inlined or not isinstance(e.shift, int):
            return e
        return substituted(shifted(inlined[e.name], e.shift), inlined)
    return rebuild(e, tuple(substituted(child, inlined) for child in children(e)))


def shifted(e: Expression, by: int) -> Expression:
    """An expression as it is read so many steps away."""
    if isinstance(e, Signal):
        return Signal(e.name, e.shift + by) if isinstance(e.shift, int) else e
    return rebuild(e, tuple(shifted(child, by) for child in children(e)))


def run_over(cell: Compiled, params: Mapping[str, Array], trace: Trace, window: int) -> Trace:
    """Run the equations that are shown over the signals of a backward pass."""
    T, pad = trace.T, cell.pad
    program = cell.program
    blocks = [padded(T + 2 * pad, pad, width, ()) for width in program.blocks[: program.given]]
    there = min(pad, trace.cell.pad)
    for name in cell.inputs:
        home = program.homes[name]
        columns = blocks[home.block][:, home.start : home.stop]
        if name == KEEP:
            columns[pad : pad + T] = [[float((t + 1) % window != 0)] for t in range(T)]
        else:
            columns[pad - there : pad + T + there] = trace.rows(name, -there, T + there)
    machine = Machine(program, params, blocks, pad, 0, T)
    machine.run()
    return Trace(cell, machine.blocks, T)
