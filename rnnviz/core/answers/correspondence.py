"""Why a recurrent net is a recursive one: a cell on a tree as a recurrent net, number for number.

`as_chain` reads the inner nodes of a tree that leans to the left as the steps of a chain: with u_i the state of leaf i,
the chain starts at h_0 = u_1 and reads u_2, ..., u_T. `on_chain` puts the cell on `chain(T)`, where there is no right
child. Both derive the recurrent net from the cell's equations, by putting another signal in the place of a child's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.engine.compiled import Params
from rnnviz.core.engine.graph import Graph, chain
from rnnviz.core.engine.trace import Trace
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import (
    ZERO,
    Call,
    Expression,
    Number,
    Product,
    Signal,
    Times,
    Vector,
    children,
    rebuild,
    walk,
)
from rnnviz.core.language.flow import Flow
from rnnviz.core.language.functions import FUNCTIONS, Array
from rnnviz.core.model import Model


@dataclass(frozen=True, eq=False)
class ChainOf:
    """A recurrent net that computes what a recursive one does.

    source   the run of the recursive net
    model    the recurrent net, with its weights `params`, its inputs `x` and the states `init` before its first step
    trace    its run
    steps    for each step of the chain the node of `source` that has the same numbers
    renamed  weight of `model` -> its name in the recursive net
    inputs   input of `model` -> the signal of the right child that it stands for; nothing where x is read itself
    """

    source: Trace
    model: Model
    params: Params
    x: Mapping[str, Array]
    init: Mapping[str, Array]
    trace: Trace
    steps: tuple[int, ...]
    renamed: Mapping[str, str]
    inputs: Mapping[str, str]

    @property
    def difference(self) -> float:
        """The largest |difference| between both, over all signals that the recurrent net computes; nan equals nan."""
        largest = 0.0
        for name in self.model.equations:
            ours, theirs = self.trace[name], self.source[name][list(self.steps)]
            with np.errstate(all="ignore"):
                gap = np.abs(ours - theirs)
            same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
            largest = max(largest, float(np.where(same, 0.0, gap).max(initial=0.0)))
        return largest


def leans_left(graph: Graph) -> bool:
    """Whether a graph is a tree of two or more words in which every right child is a word."""
    if graph.is_chain or len(graph) < 3:
        return False
    return all(child is None or not graph.children(child) for child in graph.right)


def as_chain(model: Model, params: Mapping[str, ArrayLike], trace: Trace) -> ChainOf | None:
    """The inner nodes of a tree that leans to the left, as the steps of a recurrent net.

    Signals of the left child become those of the step before, those of the right child become inputs, and x, which is 0
    at inner nodes, vanishes. One signal of the right child is called x, several x_h, x_c, ... . `params` are those that
    made the trace. None where there is no such chain: the tree does not lean to the left or has one word only, an inner
    node has an input, or the cell does not read the states of its left and its right child.
    """
    graph = trace.graph
    if graph is None or trace.batch is not None or not leans_left(graph):
        return None
    steps = tuple(node for node in range(len(graph)) if graph.children(node))
    if any(trace[name][list(steps)].any() for name in model.inputs):
        return None
    carried, joined = model.flow.read_at("l"), model.flow.read_at("r")
    if not carried or not joined or {*carried, *joined} & {*model.inputs}:
        return None
    names = {joined[0]: "x"} if len(joined) == 1 else {name: f"x_{name}" for name in joined}
    if set(names.values()) & {*model.equations, *model.shapes}:
        return None

    def instead(s: Signal) -> Expression:
        if s.name in model.inputs:
            return ZERO
        return Signal(s.name, -1) if s.shift == "l" else Signal(names[s.name]) if s.shift == "r" else s

    letters = {new: model.letters[old][0] for old, new in names.items()}
    derived = rewritten(model, instead, letters)
    if derived is None:
        return None
    first, *others = graph.leaves
    x = {new: trace[old][others] for old, new in names.items()}
    init = {name: trace[name][first] for name in carried if name in derived[0].lags}
    return run(model, params, trace, derived, x, init, steps, {new: old for old, new in names.items()})


def on_chain(model: Model, params: Mapping[str, ArrayLike], x: ArrayLike) -> ChainOf | None:
    """The cell on `chain(T)`, against the recurrent net in which `[l]` is `[t-1]` and what reads `[r]` vanishes.

    x is (T, D). None where the cell has another input than x, or reads no state of a left child.
    """
    carried = model.flow.read_at("l")
    if len(model.inputs) != 1 or not carried:
        return None

    def instead(s: Signal) -> Expression:
        return Signal(s.name, -1) if s.shift == "l" else ZERO if s.shift == "r" else s

    derived = rewritten(model, instead, model.inputs)
    if derived is None:
        return None
    rows = np.asarray(x, dtype=np.float64)
    source = model.run(params, rows, graph=chain(len(rows)))
    return run(model, params, source, derived, {next(iter(model.inputs)): rows}, {}, tuple(range(len(rows))), {})


def alike(model: Model, other: Model) -> bool:
    """Whether two cells have the same equations, whatever their signals and weights are called."""
    return anonymous(model) == anonymous(other)


def anonymous(model: Model) -> list[tuple[str, Expression]]:
    """The equations with a number for each name, counted in the order in which they first stand there."""
    names: dict[str, str] = dict.fromkeys(model.inputs, "0")

    def number(name: str) -> str:
        return names.setdefault(name, str(len(names)))

    def numbered(e: Expression) -> Expression:
        match e:
            case Signal(name=name, shift=shift):
                return Signal(number(name), shift)
            case Vector(name=name):
                return Vector(number(name))
            case Product(weight=weight, operand=operand, transposed=transposed):
                return Product(number(weight), numbered(operand), transposed)
            case _:
                return rebuild(e, tuple(numbered(child) for child in children(e)))

    equations = [(name, numbered(e)) for name, e in model.expressions.items()]
    return [(number(name), e) for name, e in equations]


def run(
    model: Model,
    params: Mapping[str, ArrayLike],
    source: Trace,
    derived: tuple[Model, dict[str, str]],
    x: Mapping[str, Array],
    init: Mapping[str, Array],
    steps: tuple[int, ...],
    inputs: Mapping[str, str],
) -> ChainOf:
    """The derived net with the weights of the recursive one, and its run."""
    recurrent, renamed = derived
    weights = model.cell.checked(params)
    own = {new: weights[old] for new, old in renamed.items()}
    trace = recurrent.run(own, x, init or None)
    return ChainOf(source, recurrent, own, x, init, trace, steps, renamed, inputs)


def rewritten(
    model: Model, instead: Callable[[Signal], Expression], inputs: Mapping[str, str]
) -> tuple[Model, dict[str, str]] | None:
    """The model with another expression for each signal that is read, and its weights' names -> those of before.

    Equations that nobody reads any more are left out. None where there is no such cell, or its sizes are others.
    """
    found = {name: replaced(e, instead) for name, e in model.expressions.items()}
    kept: dict[str, Expression] = {name: e for name, e in found.items() if e is not None}
    if len(kept) < len(found):
        return None
    while dropped := [name for name in kept if name in model.flow.read_by_others - Flow(kept).read_by_others]:
        kept = {name: e for name, e in kept.items() if name not in dropped}
    if not kept:
        return None
    names = new_names(model, {name: model.expressions[name] for name in kept}, kept)
    try:
        recurrent = Model.of({name: renamed(e, names) for name, e in kept.items()}, model.D, model.H, model.K, inputs)
    except InputError:
        return None
    before = {new: old for old, new in names.items()}
    origin = {name: before.get(name, name) for name in recurrent.shapes}
    fits = all(recurrent.shapes[new] == model.shapes[old] for new, old in origin.items())
    fits &= all(recurrent.sizes[name] == model.sizes[name] for name in kept)
    return (recurrent, origin) if fits else None


def replaced(e: Expression, instead: Callable[[Signal], Expression]) -> Expression | None:
    """The expression with other signals; what is 0 vanishes. None where it would need the size of a 0."""
    if isinstance(e, Signal):
        return instead(e)
    below = [replaced(child, instead) for child in children(e)]
    known = tuple(child for child in below if child is not None)
    if len(known) < len(below):
        return None
    if isinstance(e, (Product, Times)) and ZERO in known:
        return ZERO
    if isinstance(e, Call) and isinstance(known[0], Number):
        function = FUNCTIONS[e.function]
        return Number(float(function.value(np.array([known[0].value]), 0)[0])) if function.derivative else None
    return rebuild(e, known) if known else e


def new_names(model: Model, old: Mapping[str, Expression], new: Mapping[str, Expression]) -> dict[str, str]:
    """The weights that say in their name that they read a child, W_l... or W_r..., with a name for the chain.

    A subscript runs from the signal read to the signal computed: W_lh, which reads h[l], becomes W_hh, which reads
    h[t-1]; W_rh, which reads h[r], becomes W_xh. A name that is taken is not given.
    """
    kept = {node.weight for e in new.values() for node in walk(e) if isinstance(node, Product)}
    names: dict[str, str] = {}
    for e in old.values():
        for node in walk(e):
            if not isinstance(node, Product) or not isinstance(node.operand, Signal) or node.weight not in kept:
                continue
            shift, start = node.operand.shift, f"W_{node.operand.shift}"
            if isinstance(shift, str) and node.weight.startswith(start):
                reads = node.operand.name if shift == "l" else "x"
                names[node.weight] = f"W_{reads}{node.weight.removeprefix(start)}"
    taken = (kept | {*model.equations}) - names.keys()
    free = {name: other for name, other in names.items() if other not in taken}
    return free if len(set(free.values())) == len(free) else {}


def renamed(e: Expression, names: Mapping[str, str]) -> Expression:
    """The expression with other names for some weights."""
    e = rebuild(e, tuple(renamed(child, names) for child in children(e)))
    return Product(names.get(e.weight, e.weight), e.operand, e.transposed, e.at) if isinstance(e, Product) else e
