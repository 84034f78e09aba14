"""The backward pass of a cell as formulas: its adjoint equations, and the gradients of its weights."""

from rnnviz.core import Model
from rnnviz.core.engine.gradients import backward_of
from rnnviz.core.language.expressions import Signal
from rnnviz.figures import writing


def backprop(model: Model) -> list[str]:
    """The equations that carry a loss back through a cell, as HTML; the loss reads y, or without it the last signal.

    First the derivatives by signals, in the order in which they are derived; then those by weights, summed over steps.
    """
    read = "y" if "y" in model.equations else list(model.equations)[-1]
    derived = backward_of(model.cell, (read,)).adjoint
    formulas = [f"{writing.symbol(Signal(name))} = {writing.expression(e)}" for name, e in derived.equations.items()]
    for weight, uses in derived.uses.items():
        terms = []
        for signal, operand in uses:
            turned = "" if operand is None else factor(writing.expression(operand), isinstance(operand, Signal))
            column = f" {turned}<sup>T</sup>" if turned else ""
            terms.append(writing.symbol(Signal(signal)) + column)
        inside = " + ".join(terms)
        formulas.append(f"{writing.name('∂' + weight)} = Σ<sub>t</sub> {factor(inside, len(terms) == 1)}")
    return formulas


def factor(text: str, bare: bool) -> str:
    return text if bare else f"({text})"
