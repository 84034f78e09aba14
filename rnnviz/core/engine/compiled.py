"""Compiled: equations with sizes, an order, and the program that computes them. All that a run needs to know of a cell.

There are two ways to one: `read` from text, with the limits of a text and the line and column of every error, and `of`
from expressions that were made from another cell's, which nobody typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.engine.graph import Graph
from rnnviz.core.engine.program import Home, Program
from rnnviz.core.engine.schedule import schedule
from rnnviz.core.engine.whole import ProgramWriter
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import (
    Equation,
    Equations,
    Expression,
    Signal,
    text_of,
    with_activation,
    without_bias,
)
from rnnviz.core.language.flow import Flow, Lags
from rnnviz.core.language.functions import Array
from rnnviz.core.language.reader import check_names, parse
from rnnviz.core.language.shapes import Letters, Shape, Shapes, X, infer

Params = dict[str, Array]


@dataclass(frozen=True, eq=False)
class Compiled:
    """A cell with sizes, ready to run.

    equations   signal -> Equation, as computed, in written order
    inputs      signal that is given -> the letter of its size
    types       signal -> its size; weight -> its shape; with the letters of both
    flow        what the equations read of each other
    pad         so many rows stand before and after the steps of a block: the states outside that are read
    program     computes all signals
    D, H, K     the numbers of the letters: inputs, hidden units, outputs
    """

    equations: Equations
    inputs: Mapping[str, str]
    types: Shapes
    flow: Flow
    pad: int
    program: Program
    D: int
    H: int
    K: int
    expressions: Mapping[str, Expression] = field(init=False)
    # What was derived from this record by someone who keeps it beside it: the backward passes.
    beside: dict[Any, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        made = {name: equation.expression for name, equation in self.equations.items()}
        object.__setattr__(self, "expressions", made)

    @classmethod
    def read(
        cls,
        text: str,
        D: int,
        H: int,
        K: int,
        *,
        activation: str = "tanh",
        bias: bool = True,
        inputs: Mapping[str, str] = X,
    ) -> "Compiled":
        """The cell of a text; `activation` stands in for every tanh, and without `bias` vectors b, b_... vanish.

        Raises InputError, with line and column, for text that is not a cell.
        """
        found = parse(text, inputs)
        if not bias:
            found = {name: replace(eq, expression=without_bias(eq.expression)) for name, eq in found.items()}
        if activation != "tanh":
            found = {
                name: replace(eq, expression=with_activation(eq.expression, activation)) for name, eq in found.items()
            }
        return compiled(found, D, H, K, inputs)

    @classmethod
    def of(
        cls, expressions: Mapping[str, Expression], D: int, H: int, K: int, inputs: Mapping[str, str] = X
    ) -> "Compiled":
        """The cell of expressions, one a signal; no limit of a text holds.

        Raises InputError for what is no cell: loops that no order can compute, sizes that clash, names that mean two
        things.
        """
        equations = {name: Equation(name, e, line) for line, (name, e) in enumerate(expressions.items(), start=1)}
        check_names(equations, inputs)
        return compiled(equations, D, H, K, inputs)

    @property
    def sizes(self) -> Mapping[str, int]:
        """Signal -> its size; with the inputs."""
        return self.types.sizes

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """Weight -> (rows, columns), or (n,) for a vector."""
        return self.types.shapes

    @property
    def letters(self) -> Mapping[str, Letters]:
        """Signal or weight -> where its sizes come from, such as ("H", "D")."""
        return self.types.letters

    @property
    def lags(self) -> Mapping[str, Lags]:
        """Signal or input -> how far away it is read, for those that are read at another step."""
        return self.flow.lags

    @property
    def child(self) -> Signal | None:
        """The first read at a child, such as h[l], if there is one: the cell then needs a graph."""
        return self.flow.child

    # ------------------------------------------------------------------------------------------- what a run is given

    def checked(self, params: Mapping[str, ArrayLike]) -> Params:
        """The weights as float64 arrays. Raises InputError unless names and shapes are those of the cell."""
        for name in params:
            if name not in self.shapes:
                raise InputError("unknown_weight", name=name, known=", ".join(self.shapes))
        weights = {}
        for name, shape in self.shapes.items():
            if name not in params:
                raise InputError("missing_weight", name=name, expected=shape_text(shape))
            weights[name] = np.ascontiguousarray(floats(name, params[name]))
            if weights[name].shape != shape:
                got = shape_text(weights[name].shape)
                raise InputError("shape_of_weight", name=name, expected=shape_text(shape), got=got)
        return weights

    def checked_inputs(self, x: ArrayLike | Mapping[str, ArrayLike]) -> Params:
        """The inputs as float64 arrays. Raises InputError unless names and shapes are those of the cell."""
        first, *_ = self.inputs
        given = x if isinstance(x, Mapping) else {first: x}
        for name in given:
            if name not in self.inputs:
                raise InputError("unknown_input", name=name, known=", ".join(self.inputs))
        inputs: Params = {}
        for name in self.inputs:
            if name not in given:
                raise InputError("missing_input", name=name, known=", ".join(self.inputs))
            found = inputs[name] = floats(name, given[name])
            if found.ndim not in (2, 3) or found.shape[-1] != self.sizes[name] or found.size == 0:
                raise InputError("shape_of_x", name=name, D=self.sizes[name], got=shape_text(found.shape))
            if found.shape[:-1] != inputs[first].shape[:-1]:
                expected, got = shape_text(inputs[first].shape), shape_text(found.shape)
                raise InputError("inputs_differ", name=name, got=got, first=first, expected=expected)
        return inputs

    def check_graph(self, graph: Graph | None, rows: int, states: bool) -> None:
        """Refuse a graph on which the cell means nothing, and one with other nodes than there are rows of x."""
        if graph is None:
            if child := self.child:
                raise InputError("needs_tree", *child.at, name=child.name, shift=child.shift)
            return
        if not isinstance(graph, Graph):
            raise InputError("no_graph")
        if not graph.is_chain:
            for read in self.flow.reads.values():
                for s in read:
                    if isinstance(s.shift, int) and s.shift != 0:
                        raise InputError("tree_steps", *s.at, read=text_of(s), name=s.name)
            if states:
                raise InputError("tree_states")
        if rows != len(graph):
            raise InputError("graph_rows", expected=len(graph), got=rows)


def compiled(equations: Equations, D: int, H: int, K: int, inputs: Mapping[str, str]) -> Compiled:
    """Find the sizes and the order of equations, and the program that computes them."""
    flow = Flow({name: equation.expression for name, equation in equations.items()})
    flow.check_loops()
    types = infer(equations, D, H, K, inputs)
    pad = max([max(lag.earlier, lag.later) for lag in flow.lags.values()], default=0)
    pad += flow.child is not None  # a row of zeros, for children that are missing
    homes = {name: Home(i, 0, types.sizes[name]) for i, name in enumerate(inputs)}
    writer = ProgramWriter(types, homes, [home.size for home in homes.values()])
    schedule(writer, {name: equation.expression for name, equation in equations.items()}, flow)
    writer.program.forget()
    return Compiled(equations, dict(inputs), types, flow, pad, writer.program, D, H, K)


def floats(name: str, given: ArrayLike) -> Array:
    """What was given as a float64 array."""
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError("not_numbers", name=name) from None


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as an error tells it."""
    return str(tuple(shape))
