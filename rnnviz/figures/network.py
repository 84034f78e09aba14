"""The network as boxes and arrows: what feeds what, at which step. Folded it is one column; unrolled, one a step.

A box f_W stands for all signals that need each other over time (h and c of an LSTM are one box, the two layers of a
deep net are two). What is computed on the way to it, such as a gate that reads only x, belongs to the box reading it;
what no state needs is one box more, on top.
"""

from dataclasses import dataclass

from rnnviz.core.language.expressions import Call, Expression, Product, Signal, signals, walk
from rnnviz.core.model import Model


@dataclass(frozen=True, slots=True)
class Box:
    """One f_W: the signal it hands on, all signals it carries from step to step, and its weights."""

    name: str
    carried: tuple[str, ...]
    inside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """`target` at step t reads `source` at step t + shift, or at a tree's child; `weights` multiply it on the way."""

    source: str
    target: str
    shift: int | str
    weights: tuple[str, ...]


def boxes(model: Model) -> list[Box]:
    """The boxes from the input up to the output; without any recurrence all hidden signals are one."""
    flow = model.flow
    needs = {name: flow.behind(name) for name in model.equations}
    home = {name: component.names for component in flow.components for name in component.names}
    carried = [name for name in flow.carried if name != "y"]
    hidden = [name for name in model.equations if name != "y"]
    loops: dict[tuple[str, ...], list[str]] = {}
    for name in carried or hidden[-1:]:
        loops.setdefault(home[name], []).append(name)
    groups = list(loops.values())
    # A box stands above those it needs.
    groups.sort(key=lambda g: sum(other[0] in needs[g[0]] and g[0] not in needs[other[0]] for other in groups))
    made: list[Box] = []
    taken: set[str] = set()
    for group in groups:
        others = {name for other in groups if other is not group for name in other}
        inside = [
            n
            for n in hidden
            if not carried or n in group or (n in needs[group[0]] and n not in others and n not in taken)
        ]
        inside = [n for n in inside if n in group or not any(n in needs[o] for o in others & needs[group[0]])]
        taken.update(inside)
        outside = [s.name for n, read in flow.reads.items() if n not in inside for s in read]
        rep = next((n for n in group if n in outside), group[-1])
        made.append(Box(rep, tuple(group) if carried else (), tuple(inside)))
    above = [name for name in hidden if name not in taken]
    if above and carried:
        read = {s.name for name in model.equations if name not in above for s in flow.reads[name]}
        made.append(Box(next((name for name in reversed(above) if name in read), above[-1]), (), tuple(above)))
    return made


def edges(model: Model, found: list[Box]) -> list[Edge]:
    """Every arrow between x, the boxes and y, each once, with the weights that stand on it."""
    home = {name: box.name for box in found for name in box.inside}
    arrows: dict[tuple[str, str, int | str], dict[str, None]] = {}
    for name, equation in model.equations.items():
        target = home.get(name, name)
        for source, shift, weight in reads(equation.expression):
            start = "x" if source == "x" else home.get(source, source)
            if start == target and shift == 0:
                continue
            arrows.setdefault((start, target, shift), {}).update({weight: None} if weight else {})
    return [Edge(source, target, shift, tuple(weights)) for (source, target, shift), weights in arrows.items()]


def reads(e: Expression) -> list[tuple[str, int | str, str]]:
    """Each signal of an expression with its shift and the weight it is multiplied by, if there is one."""
    found: list[tuple[str, int | str, str]] = []
    below = {id(s) for node in walk(e) if isinstance(node, Product) for s in signals(node.operand)}
    for node in walk(e):
        if isinstance(node, Product):
            found += [(s.name, s.shift, node.weight) for s in signals(node.operand)]
        elif isinstance(node, Signal) and id(node) not in below:
            found.append((node.name, node.shift, ""))
    return found


def gates(model: Model) -> list[str]:
    """The signals that lie between 0 and 1 because a sigmoid made them."""
    return [
        name
        for name, equation in model.equations.items()
        if isinstance(equation.expression, Call) and equation.expression.function == "sigmoid" and name != "y"
    ]
