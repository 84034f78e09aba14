"""The backward pass of a cell as formulas: its adjoint equations, and the gradients of its weights."""

from rnnviz.core import Model
from rnnviz.core.engine.gradients import backward_of
from rnnviz.core.language.expressions import Signal
from rnnviz.figures.canvas import name_of, subscripted, written


def backprop(model: Model) -> list[str]:
    """The equations that carry a loss back through a cell, as HTML; the loss reads y, or without it the last signal.

    First the derivatives by signals, in the order in which they are derived; then those by weights, summed over steps.
    """
    read = "y" if "y" in model.equations else list(model.equations)[-1]
    derived = backward_of(model.cell, (read,)).adjoint
    formulas = [f"{name_of(Signal(name))} = {written(e)}" for name, e in derived.equations.items()]
    for weight, uses in derived.uses.items():
        terms = []
        for signal, operand in uses:
            column = "" if operand is None else f" {factor(written(operand), isinstance(operand, Signal))}<sup>T</sup>"
            terms.append(name_of(Signal(signal)) + column)
        inside = " + ".join(terms)
        formulas.append(f"{subscripted('∂' + weight)} = Σ<sub>t</sub> {factor(inside, len(terms) == 1)}")
    return formulas


def factor(text: str, bare: bool) -> str:
    return text if bare else f"({text})"
