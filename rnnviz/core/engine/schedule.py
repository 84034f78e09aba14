"""Equations -> a program: what loops, and what is computed for all steps at once.

Signals that need each other form the strongly connected components of a graph. A component that needs its own past is a
loop forwards, its own future a loop backwards (`loops`); a signal that needs neither is computed for all steps at once
(`whole`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rnnviz.core.engine.loops import LoopWriter
from rnnviz.core.engine.machine import Machine
from rnnviz.core.engine.program import Home, Value
from rnnviz.core.engine.whole import ProgramWriter
from rnnviz.core.language.expressions import Expression
from rnnviz.core.language.flow import Flow


def schedule(writer: ProgramWriter, expressions: Mapping[str, Expression], flow: Flow) -> None:
    """Write what computes these signals; `flow` is that of the expressions."""
    for component in flow.components:
        if component.direction:
            LoopWriter(writer, expressions, component).write()
        else:
            (name,) = component.names
            writer.settle([name])
            writer.into(expressions[name], writer.program.homes[name])


@dataclass(frozen=True, slots=True)
class GradientRows:
    """A value of the program whose rows are the gradients of some weights: (weight, number of rows) each."""

    value: Value
    weights: tuple[tuple[str, int], ...]


def gradients(writer: ProgramWriter, uses: Mapping[str, Sequence[tuple[str, Expression | None]]]) -> list[GradientRows]:
    """Append the gradients of weights, given where each was used.

    Derivatives that lie side by side and were by products with the same operand make one matrix product. So a step
    here has the gradients of several weights in its rows.
    """
    homes, sizes = writer.program.homes, writer.shapes.sizes
    by_operand: dict[Expression | None, list[tuple[str, str]]] = {}
    for weight, places in uses.items():
        for signal, operand in places:
            by_operand.setdefault(operand, []).append((weight, signal))
    parts: list[GradientRows] = []
    for operand, pairs in by_operand.items():
        pairs.sort(key=lambda pair: (homes[pair[1]].block, homes[pair[1]].start))
        runs: list[list[tuple[str, str]]] = []
        for weight, signal in pairs:
            last, home = homes[runs[-1][-1][1]] if runs else None, homes[signal]
            if last and (last.block, last.stop) == (home.block, home.start):
                runs[-1].append((weight, signal))
            else:
                runs.append([(weight, signal)])
        for run in runs:
            first = homes[run[0][1]]
            home = Home(first.block, first.start, sum(sizes[signal] for _, signal in run))
            value = (
                writer.program.do(Machine.total, home)
                if operand is None
                else writer.program.do(Machine.outer, home, writer.whole(operand))
            )
            parts.append(GradientRows(value, tuple((weight, sizes[signal]) for weight, signal in run)))
    return parts
