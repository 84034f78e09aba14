"""Model: the face of the core. `init` draws weights, `run` makes a Trace, `backward` makes Gradients."""

import operator
from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.engine.compiled import Compiled, Params
from rnnviz.core.engine.draws import normal
from rnnviz.core.engine.gradients import Gradients, backward
from rnnviz.core.engine.graph import Graph
from rnnviz.core.engine.trace import Trace, run
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import Call, Expression, Vector, walk, without_bias
from rnnviz.core.language.functions import ACTIVATIONS
from rnnviz.core.language.reader import parse
from rnnviz.core.language.shapes import X


class Model:
    """A cell with sizes: its equations as text, D inputs, H hidden units, K outputs.

    `activation` ("tanh", "relu", "sigmoid", "identity") stands in for every tanh of the text; `bias=False` drops the
    added vectors called b or b_... . `inputs` are the signals that are given, each with the letter of its size; where x
    is not among them, the text may define it. Raises InputError, with line and column, for text that is not a cell.

    cell        the record that is run; equations, inputs, sizes, shapes, letters, lags, child and flow are its own
    uses_H      whether H affects anything
    uses_tanh   whether the text has a tanh, so that `activation` affects anything
    biases      the vectors of the text that `bias=False` drops
    """

    def __init__(
        self,
        equations_text: str,
        D: int,
        H: int,
        K: int,
        activation: str = "tanh",
        bias: bool = True,
        inputs: Mapping[str, str] = X,
    ) -> None:
        if activation not in ACTIVATIONS:
            raise InputError("unknown_activation", name=str(activation)[:20], known=", ".join(ACTIVATIONS))
        self.show(Compiled.read(equations_text, D, H, K, activation=activation, bias=bias, inputs=inputs))
        self.activation, self.bias = activation, bias
        typed = [equation.expression for equation in parse(equations_text, inputs).values()]
        self.biases = tuple(Counter(name for e in typed for name in (vectors(e) - vectors(without_bias(e)))))
        self.uses_tanh = any(isinstance(node, Call) and node.function == "tanh" for e in typed for node in walk(e))

    @classmethod
    def of(
        cls, expressions: Mapping[str, Expression], D: int, H: int, K: int, inputs: Mapping[str, str] = X
    ) -> "Model":
        """A cell whose right sides were made from another's, not typed; as `Compiled.of`."""
        return cls.over(Compiled.of(expressions, D, H, K, inputs))

    @classmethod
    def over(cls, cell: Compiled) -> "Model":
        """The face of a cell that is compiled already, such as that of a backward pass, `Gradients.trace.cell`."""
        model = cls.__new__(cls)
        model.show(cell)
        model.activation, model.bias, model.uses_tanh, model.biases = "tanh", True, False, ()
        return model

    def show(self, cell: Compiled) -> None:
        """Have a record, and what it says, for one's own."""
        self.cell = cell
        self.equations, self.expressions, self.inputs = cell.equations, cell.expressions, cell.inputs
        self.sizes, self.shapes, self.letters = cell.sizes, cell.shapes, cell.letters
        self.flow, self.lags, self.child = cell.flow, cell.lags, cell.child
        self.D, self.H, self.K = cell.D, cell.H, cell.K
        self.uses_H = any("H" in letters for letters in cell.letters.values())
        self.checked, self.checked_inputs = cell.checked, cell.checked_inputs

    def init(self, seed: int) -> Params:
        """Random weights: float64, normal, scaled by 1 / sqrt(H).

        Every number depends only on the seed, the weight's name, its row and its column (and H).
        """
        scale = 1.0 / np.sqrt(self.H)
        return {name: normal(operator.index(seed), name, shape) * scale for name, shape in self.shapes.items()}

    def run(
        self,
        params: Mapping[str, ArrayLike],
        x: ArrayLike | Mapping[str, ArrayLike],
        init: Mapping[str, ArrayLike] | None = None,
        graph: Graph | None = None,
    ) -> Trace:
        """Compute every signal for every step.

        params   weight -> array, of `model.shapes`
        x        (T, D), or (T, B, D) for a batch; where there are several inputs, a mapping: name -> such an array
        init     signal -> the states outside the sequence that are read, zeros if left out: (n,) or (B, n); (k, n) or
                 (k, B, n), in time order, where k are read. They lie before the first step, and after the last for a
                 signal that is read as [t+1] (first those before, then those after, if there are both).
        graph    `chain(T)` or `tree(text)`, for cells that read [l] and [r]: x has one row a node, in the graph's own
                 order (`graph.x` places those of the words), and T is the number of nodes. On a chain [l] is [t-1] and
                 may have a state before the first step; on a tree children that are missing are zero, and there are
                 no other steps. None: the steps are a sequence

        Raises InputError if a name or a shape does not fit, and if the cell does not fit the graph. Numbers that
        overflow become inf and nan, without a warning.
        """
        return run(self.cell, params, x, init, graph)

    def backward(self, params: Mapping[str, ArrayLike], trace: Trace, given: Mapping[str, ArrayLike]) -> Gradients:
        """Back-propagation through time: the derivatives of a loss L by all that went into a trace.

        `given` has dL/dsignal for the signals that L reads directly, such as {"y": dy}, each shaped like trace[signal];
        `params` are those that made the trace. Raises InputError if a name or a shape does not fit.
        """
        return backward(self.cell, params, trace, given)


def vectors(e: Expression) -> Counter[str]:
    """How often each vector of weights stands in an expression."""
    return Counter(node.name for node in walk(e) if isinstance(node, Vector))
