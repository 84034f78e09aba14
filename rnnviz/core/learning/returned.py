"""The backward pass as a run to be looked at: equations that read as one would write them, and the numbers of a pass.

The pass that computes has names for all that it needs twice; in the one that is shown a part that no weight is
multiplied by stands where it is read, so that the LSTM's reads `∂c[t] = ∂h[t] * o[t] * ... + ∂c[t+1] * f[t+1]`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnviz.core.engine.compiled import Compiled
from rnnviz.core.engine.gradients import Gradients
from rnnviz.core.engine.memory import padded
from rnnviz.core.engine.trace import Trace
from rnnviz.core.language.adjoint import Adjoint
from rnnviz.core.language.expressions import Expression, Signal, Sum, children, rebuild, signals
from rnnviz.core.language.flow import Flow
from rnnviz.core.language.functions import Array
from rnnviz.core.learning.losses import Loss, Target, loss_of
from rnnviz.core.model import Model


@dataclass(frozen=True, slots=True, eq=False)
class Returned:
    """The backward pass of a run.

    model      the cell whose equations are shown; its inputs are the signals of the run, and `∇y`
    trace      its run
    loss       what the run missed
    gradients  all derivatives, by the engine
    """

    model: Model
    trace: Trace
    loss: Loss
    gradients: Gradients

    @property
    def states(self) -> list[str]:
        """The derivatives by the states that are carried, as `∂h`; where none are, all that is derived."""
        carried = [f"∂{name}" for name in self.gradients.forward.cell.flow.carried]
        return [name for name in carried if name in self.model.equations] or list(self.model.equations)

    def halves(self, name: str) -> tuple[Array, Array]:
        """A derivative as the sum of what comes in this step and what comes through another step, each (T, n)."""
        e, T = self.model.expressions[name], self.trace.T
        terms = e.terms if isinstance(e, Sum) else (e,)
        parts: list[Array] = []
        for through in (False, True):
            found = [term for term in terms if self.passes(term) == through]
            parts.append(sum(map(self.value, found), np.zeros((T, self.model.sizes[name]))))
        return parts[0], parts[1]

    def passes(self, term: Expression) -> bool:
        """Whether a term comes through another step: it reads a derivative there."""
        return any(s.shift != 0 and s.name in self.model.equations for s in signals(term))

    def value(self, e: Expression) -> Array:
        """The value of a term of an equation in every step, (T, n)."""
        made, blocks = self.gradients.backward, self.gradients.trace.blocks
        return made.evaluate(e, self.gradients.weights, blocks, (0, self.trace.T), None)


def returned(model: Model, params: Mapping[str, Array], trace: Trace, target: Target) -> Returned:
    """The backward pass of the loss that a run's y has for a target."""
    loss = loss_of(trace["y"], target)
    gradients = model.backward(params, trace, {"y": loss.dy})
    cell = model.cell
    if "shown" not in cell.beside:
        cell.beside["shown"] = shown_cell(gradients)
    shown: Model = cell.beside["shown"]
    return Returned(shown, placed(shown.cell, gradients.trace), loss, gradients)


def shown_cell(gradients: Gradients) -> Model:
    """The equations that are shown of a backward pass, in the order in which a step computes them."""
    made = gradients.backward
    inlined = written_out(made.adjoint)
    found = {name: substituted(e, inlined) for name, e in made.adjoint.equations.items() if name not in inlined}
    flow = Flow(found)
    ordered = {name: found[name] for name in flow.order}
    letters = made.cell.types.letters
    inputs = {name: letters[name][0] for name in made.cell.inputs}
    return Model.of(ordered, made.cell.D, made.cell.H, made.cell.K, inputs)


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


def placed(cell: Compiled, trace: Trace) -> Trace:
    """The numbers of a run as a run of a cell with some of its signals."""
    T, pad = trace.T, cell.pad
    blocks = [padded(T + 2 * pad, pad, width, ()) for width in cell.program.blocks]
    there = min(pad, trace.cell.pad)
    for name, home in cell.program.homes.items():
        columns = blocks[home.block][:, home.start : home.stop]
        columns[pad - there : pad + T + there] = trace.rows(name, -there, T + there)
    return Trace(cell, blocks, T)
