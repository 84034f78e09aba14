"""The loop of signals that need each other, in as few calls a step as possible.

What the loop does not feed is lifted out of it: all `W_xh @ x[t]` become one matrix product before the loop. Calls are
dear, so they are fused by three rules:

- products of the same operand stack the rows of their weights: one product for all gates of an LSTM;
- a sum of products at the same shift, `W1 @ a[t-1] + W2 @ b[t-1]`, lays the operands side by side and stacks columns;
- the same operation on neighbouring operands is one call.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rnnviz.core.engine.machine import Machine
from rnnviz.core.engine.program import Each, Fixed, Home, Loop, Operand, Operation, Rows, Scratch, Value
from rnnviz.core.engine.whole import ProgramWriter
from rnnviz.core.language.expressions import (
    Call,
    Expression,
    Hold,
    Number,
    Product,
    Signal,
    Sum,
    Times,
    negated,
    plus,
    signals,
    times,
    varies,
)
from rnnviz.core.language.flow import Component
from rnnviz.core.language.functions import FUNCTIONS, Array

UNHOUSED = Home(-1, 0, 0)


@dataclass(eq=False, slots=True)
class Node:
    """One operation inside a loop.

    `kind` is "product", "sum", "times", "copy" or a function's name. An argument is another node, a signal of the loop
    at another step, or an expression which the loop does not feed. `detail` is what else tells two nodes of a kind
    apart: how many terms a sum adds and subtracts; the weights of a product, whether transposed, and the axis along
    which they are stacked. `fate` is what becomes of the node.
    """

    kind: str
    arguments: "list[Node | Expression]"
    size: int
    detail: tuple[Any, ...]
    number: int
    name: str = ""
    level: int = 0
    readers: "list[Node]" = field(default_factory=list)
    fate: tuple[str, ...] = ()
    home: Home = UNHOUSED

    def __post_init__(self) -> None:
        below = [argument for argument in self.arguments if isinstance(argument, Node)]
        self.level = 1 + max((node.level for node in below), default=0)
        for node in below:
            node.readers.append(self)


class LoopWriter:
    """Writes the loop of one component: nodes, then groups of nodes that are one call, then the calls."""

    def __init__(self, writer: ProgramWriter, expressions: Mapping[str, Expression], component: Component) -> None:
        self.writer, self.shapes = writer, writer.shapes
        self.expressions, self.part, self.component = expressions, set(component.names), component
        self.homes = writer.program.homes
        self.nodes: list[Node] = []
        self.made: dict[Expression, Node] = {}
        self.roots: dict[str, Node] = {}
        self.scratch: list[int] = []
        self.rows: dict[Home, int] = {}
        self.operands: dict[Operand, int] = {}
        self.calls: list[Operation] = []

    def write(self) -> None:
        for name in self.component.order:
            node = self.node(self.expressions[name])
            if not isinstance(node, Node) or node.name:
                node = self.add("copy", [node], self.shapes.sizes[name])
            node.name = name
            self.roots[name] = node
        self.foresee()
        groups = [group for level in self.levels() for group in self.groups(level)]
        for group in groups:
            self.call(group)
        forward = not self.component.backwards
        loop = Loop(forward, tuple(self.rows), tuple(self.operands), tuple(self.calls), tuple(self.scratch))
        self.writer.program.do(Machine.loop, loop)

    # ------------------------------------------------------------------------------------ nodes

    def fed(self, e: Expression) -> bool:
        """Whether the loop feeds an expression."""
        return any(s.name in self.part for s in signals(e))

    def add(self, kind: str, arguments: "Sequence[Node | Expression]", size: int, *detail: Any) -> Node:
        node = Node(kind, list(arguments), size, detail, len(self.nodes))
        self.nodes.append(node)
        return node

    def node(self, e: Expression) -> Node | Expression:
        """The node that computes an expression; the expression itself where the loop need not compute it."""
        match e:
            case _ if not self.fed(e):
                return e
            case Signal(name=name, shift=shift):
                return self.roots[name] if shift == 0 else e
            case Call(function="identity", operand=operand):
                return self.node(operand)
        if e not in self.made:
            self.made[e] = self.operation(e)
        return self.made[e]

    def operation(self, e: Expression) -> Node:
        size = self.shapes.of(e)
        match e:
            case Product(weight=weight, operand=operand, transposed=transposed):
                return self.add("product", [self.node(operand)], size, (weight,), transposed, 0)
            case Call(function=function, operand=operand):
                return self.add(function, [self.node(operand)], size)
            case Times(factors=factors):
                fed = [self.node(factor) for factor in factors if self.fed(factor)]
                lifted = [factor for factor in factors if not self.fed(factor)]
                return self.add("times", [*fed, times(*lifted)] if lifted else fed, size)
            case Sum(terms=terms):
                return self.sum(terms, size)
            case Hold(mask=mask, value=value, operand=operand):
                return self.add("hold", [mask, value, self.node(operand)], size)
        raise AssertionError(e)

    def sum(self, terms: Sequence[Expression], size: int) -> Node:
        """A sum: first what is added, then what is subtracted, so that the first two make one call."""
        fed, lifted = [term for term in terms if self.fed(term)], [term for term in terms if not self.fed(term)]
        added: list[Node | Expression] = []
        for group in self.columns(fed):
            fed = [term for term in fed if term not in group]
            detail = (tuple(product.weight for product in group), group[0].transposed, 1)
            added.append(self.add("product", [group[0].operand], size, *detail))
        added += [self.node(term) for term in fed if negated(term) is None]
        added += [plus(*lifted)] if lifted else []
        subtracted = [term for term in fed if negated(term) is not None]
        if not added:
            added.append(self.node(subtracted.pop(0)))
        taken = [self.node(negated(term) or term) for term in subtracted]
        if not taken and len(added) == 1:
            return self.add("copy", added, size)
        return self.add("sum", [*added, *taken], size, len(added), len(taken))

    def columns(self, terms: Sequence[Expression]) -> list[list[Product]]:
        """Products of different signals at one shift, whose signals are hereby laid side by side."""
        found: dict[tuple[int | str, bool], dict[Expression, Product]] = {}
        for term in terms:
            match term:
                case Product(operand=Signal(name=name, shift=shift) as s) if shift != 0 and name in self.part:
                    if name not in self.homes:
                        found.setdefault((shift, term.transposed), {}).setdefault(s, term)
        groups = []
        for products in found.values():
            names = [s.name for s in products if isinstance(s, Signal)]
            if len(names) > 1 and not any(name in self.homes for name in names):
                self.writer.settle(names)
                groups.append(list(products.values()))
        return groups

    # ------------------------------------------------------------------------------------ groups

    def foresee(self) -> None:
        """What becomes of each node, as long as it has one reader: rows with the same fate are stacked together."""
        for node in reversed(self.nodes):
            if len(node.readers) == 1:
                reader = node.readers[0]
                node.fate = (reader.kind, *reader.fate[:4])

    def levels(self) -> list[list[Node]]:
        levels: dict[int, list[Node]] = {}
        for node in self.nodes:
            levels.setdefault(node.level, []).append(node)
        return [levels[level] for level in sorted(levels)]

    def groups(self, nodes: Sequence[Node]) -> list[list[Node]]:
        """The nodes of a level in groups that are one call each; gives every node its home."""
        kinds: dict[Any, list[Node]] = {}
        for node in nodes:
            kinds.setdefault(self.likeness(node), []).append(node)
        groups = [group for alike_nodes in kinds.values() for group in self.neighbours(alike_nodes)]
        for group in groups:
            self.house(group)
        return groups

    def neighbours(self, nodes: Sequence[Node]) -> list[list[Node]]:
        """Nodes that could be one call, in groups that can, because their operands and results are neighbours."""
        stacked = nodes[0].kind == "product" and nodes[0].detail[2] == 0
        groups: list[list[Node]] = []
        for node in sorted(nodes, key=lambda node: (node.fate, node.number) if stacked else self.sort_key(node)):
            last = groups[-1][-1] if groups else None
            if last and (stacked or self.follows(last, node)) and self.free(last, node):
                groups[-1].append(node)
            else:
                groups.append([node])
        return groups

    def likeness(self, node: Node) -> tuple[Any, ...]:
        """Nodes must have this in common to be one call."""
        sources = tuple(self.source(argument) for argument in node.arguments)
        if node.kind == "product":
            return (node.kind, node.arguments[0], node.detail[1:], bool(node.name))
        # A function that looks at its whole vector cannot be one call for two.
        whole = node.number if node.kind in FUNCTIONS and FUNCTIONS[node.kind].pullback else None
        return (node.kind, sources, node.detail, bool(node.name), whole)

    def source(self, argument: Node | Expression) -> Any:
        """Where an argument comes from: this step, another step, or from before the loop."""
        if isinstance(argument, Node):
            return "node"
        return argument.shift if isinstance(argument, Signal) and argument.name in self.part else "lifted"

    def housed(self, argument: Node | Expression) -> tuple[str, Home] | None:
        """Where an argument lives, if it has a home already."""
        if isinstance(argument, Node):
            return None if argument.home == UNHOUSED else ("block" if argument.name else "scratch", argument.home)
        home = self.homes.get(argument.name) if isinstance(argument, Signal) else None
        return ("block", home) if home else None

    def sort_key(self, node: Node) -> tuple[Any, ...]:
        """By the place of the first argument that has one."""
        for argument in node.arguments:
            if self.source(argument) != "lifted" and (place := self.housed(argument)):
                return (place[0], place[1].block, place[1].start, node.number)
        return ("", 0, 0, node.number)

    def follows(self, one: Node, other: Node) -> bool:
        """Whether every argument of the other lies directly behind that of the one."""
        for a, b in zip(one.arguments, other.arguments, strict=True):
            if self.source(a) == "lifted":
                continue
            first, second = self.housed(a), self.housed(b)
            if first is None or second is None or first[0] != second[0]:
                return False
            if (first[1].block, first[1].start + one.size) != (second[1].block, second[1].start):
                return False
        return True

    def free(self, one: Node, other: Node) -> bool:
        """Whether the results can be laid side by side: neither has its home yet."""
        return not (one.name in self.homes or other.name in self.homes)

    def house(self, group: Sequence[Node]) -> None:
        """Give the results of a group their homes: in the blocks if they have names, else in a scratch row."""
        if group[0].name:
            if group[0].name not in self.homes:
                self.writer.settle([node.name for node in group])
            for node in group:
                node.home = self.homes[node.name]
            return
        row, start = self.spare(group), 0
        if row is None:
            row = Home(len(self.scratch), 0, sum(node.size for node in group))
            self.scratch.append(row.size)
        for node in group:
            node.home = Home(row.block, row.start + start, node.size)
            start += node.size

    def spare(self, group: Sequence[Node]) -> Home | None:
        """The scratch row of the first arguments, if nothing else reads them: the result may overwrite it."""
        firsts = [node.arguments[0] for node in group]
        if group[0].kind in ("product", "copy"):
            return None
        for first in firsts:
            if not isinstance(first, Node) or first.name or len(first.readers) > 1:
                return None
        return firsts[0].home if isinstance(firsts[0], Node) else None

    # ------------------------------------------------------------------------------------ calls

    def do(self, function: Callable[..., Any] | Value, *operands: Operand) -> None:
        """Append a call; equal operands are one column."""
        numbers = [self.operands.setdefault(operand, len(self.operands)) for operand in operands]
        self.calls.append(Operation(function, tuple(numbers)))

    def call(self, group: Sequence[Node]) -> None:
        """The calls of one group of nodes."""
        node, size = group[0], sum(node.size for node in group)
        out = self.result(node, size)
        operands = [self.operand(group, i, size) for i in range(len(node.arguments))]
        match node.kind:
            case "product":
                weights = tuple(weight for node in group for weight in node.detail[0])
                self.do(self.writer.matrix(weights, *node.detail[1:]), operands[0], out)
            case "sum" | "times":
                adds = node.detail[0] if node.kind == "sum" else 0
                result = operands[0]
                for i, operand in enumerate(operands[1:], start=1):
                    function = np.multiply if node.kind == "times" else np.add if i < adds else np.subtract
                    self.do(function, result, operand, out)
                    result = out
            case "sigmoid":
                one = self.constant(1.0, size)
                self.do(np.negative, operands[0], out)
                self.do(np.exp, out, out)
                self.do(np.add, out, one, out)
                self.do(np.divide, one, out, out)
            case "hold":
                self.do(hold_row, *operands, out)
            case "tanh":
                self.do(np.tanh, operands[0], out)
            case "copy":
                self.do(np.positive, operands[0], out)
            case function:
                self.do(row_function(function), operands[0], out)

    def constant(self, value: float, size: int) -> Fixed:
        """A number as a row: a call with a Python number would take twice as long."""
        return Fixed(self.writer.whole(Number(value)), size)

    def result(self, node: Node, size: int) -> Operand:
        """Where a result of this step lies."""
        home = Home(node.home.block, node.home.start, size)
        return self.shifted(home) if node.name else Scratch(home)

    def shifted(self, home: Home, shift: int | str = 0) -> Rows:
        return Rows(self.rows.setdefault(home, len(self.rows)), shift)

    def operand(self, group: Sequence[Node], i: int, size: int) -> Operand:
        """The i-th argument of all nodes of a group, as one operand."""
        node, argument = group[0], group[0].arguments[i]
        if node.kind == "product":
            size = self.width(node)
        if isinstance(argument, Node):
            return self.result(argument, size)
        if isinstance(argument, Signal) and argument.name in self.part:
            home = self.homes[argument.name]
            return self.shifted(Home(home.block, home.start, size), argument.shift)
        expressions = [argument for node in group if not isinstance(argument := node.arguments[i], Node)]
        beside = self.writer.beside(expressions, tuple(node.size for node in group))
        return Each(beside) if any(map(varies, expressions)) else Fixed(beside, size)

    def width(self, node: Node) -> int:
        """How many numbers the operand of a product has."""
        weights, transposed, _ = node.detail
        rows_or_columns = 0 if transposed else 1
        shapes = [self.shapes.shapes[weight][rows_or_columns] for weight in weights]
        return sum(shapes) if node.detail[2] == 1 else shapes[0]


def hold_row(mask: Array, value: Array, operand: Array, out: Array) -> None:
    """One step of a signal of which some numbers are held."""
    np.copyto(out, operand)
    np.copyto(out, value, where=mask != 0.0)


def row_function(name: str) -> Callable[[Array, Array], Array]:
    """A function of the notation as a call inside a loop."""
    value = FUNCTIONS[name].value
    return lambda a, out: value(a, 0, out)
