"""Model: equations with sizes. `init` draws weights, `run` makes a Trace, `backward` makes Gradients."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.engine.draws import normal
from rnnviz.core.engine.graph import Graph, step_read
from rnnviz.core.engine.machine import Machine
from rnnviz.core.engine.memory import SHELF, padded
from rnnviz.core.engine.program import Home, Program
from rnnviz.core.engine.schedule import gradients, schedule
from rnnviz.core.engine.whole import ProgramWriter
from rnnviz.core.language.adjoint import adjoint
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import (
    Call,
    Equation,
    Equations,
    Expression,
    first_child,
    signals,
    text_of,
    walk,
    with_activation,
    without_bias,
)
from rnnviz.core.language.functions import ACTIVATIONS, Array
from rnnviz.core.language.order import check_loops
from rnnviz.core.language.reader import check_names, parse
from rnnviz.core.language.shapes import X, infer

Params = dict[str, Array]


@dataclass(frozen=True, slots=True)
class Lags:
    """How many earlier and later steps of a signal are read: so many states there are before and after the sequence."""

    earlier: int = 0
    later: int = 0


class Model:
    """A cell with sizes: its equations as text, D inputs, H hidden units, K outputs.

    `activation` ("tanh", "relu", "sigmoid", "identity") stands in for every tanh of the text; `bias=False` drops the
    added vectors called b or b_... . `inputs` are the signals that are given, each with the letter of its size; where x
    is not among them, the text may define it. Raises InputError, with line and column, for text that is not a cell.

    equations   signal -> Equation, as computed, in written order
    sizes       signal -> its size; with the inputs
    shapes      weight -> (rows, columns), or (n,) for a vector
    letters     signal or weight -> where its sizes come from, such as ("H", "D")
    lags        signal -> Lags, for the signals that are read at another step; with the inputs. `[l]` counts as [t-1],
                which it is on a chain
    child       the first signal that is read at a child, such as h[l], if there is one: the cell then needs a graph
    uses_H      whether H affects anything
    uses_tanh   whether the text has a tanh, so that `activation` affects anything
    uses_bias   whether the text has a vector that `bias=False` drops
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
        written = parse(equations_text, inputs)
        unbiased = mapped(without_bias, written)
        self.uses_bias = unbiased != written
        self.uses_tanh = any(
            isinstance(e, Call) and e.function == "tanh" for eq in written.values() for e in walk(eq.expression)
        )
        self.activation, self.bias = activation, bias
        self.compile(
            mapped(
                lambda e: with_activation(e, activation) if activation != "tanh" else e, written if bias else unbiased
            ),
            D,
            H,
            K,
            inputs,
        )

    @classmethod
    def of(
        cls, expressions: Mapping[str, Expression], D: int, H: int, K: int, inputs: Mapping[str, str] = X
    ) -> "Model":
        """A cell whose right sides were made from another's, not typed: no limit of a text holds.

        Raises InputError for what is no cell: loops that no order can compute, sizes that clash, names that mean two
        things.
        """
        model = cls.__new__(cls)
        model.activation, model.bias, model.uses_tanh, model.uses_bias = "tanh", True, False, False
        equations = {name: Equation(name, e, line) for line, (name, e) in enumerate(expressions.items(), start=1)}
        check_names(equations, inputs)
        model.compile(equations, D, H, K, inputs)
        return model

    def compile(self, equations: Equations, D: int, H: int, K: int, inputs: Mapping[str, str]) -> None:
        """Find the sizes and the order of equations, and the program that computes them."""
        self.equations = equations
        self.expressions = {name: equation.expression for name, equation in equations.items()}
        check_loops(equations)
        self.inputs = dict(inputs)
        self.types = infer(equations, D, H, K, inputs)
        self.sizes, self.shapes, self.letters = self.types.sizes, self.types.shapes, self.types.letters
        self.D, self.H, self.K = D, H, K
        self.uses_H = any("H" in letters for letters in self.letters.values())
        self.lags = lags_of(equations)
        self.child = first_child(self.expressions.values())
        self.pad = max([max(lag.earlier, lag.later) for lag in self.lags.values()], default=0)
        self.pad += self.child is not None  # a row of zeros, for children that are missing
        homes = {name: Home(i, 0, self.sizes[name]) for i, name in enumerate(self.inputs)}
        writer = ProgramWriter(self.types, homes, [home.size for home in homes.values()])
        schedule(writer, self.expressions)
        self.program = writer.program
        self.program.forget()
        self.backward_passes: dict[tuple[str, ...], BackwardPass] = {}

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
    ) -> "Trace":
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
        weights, inputs = self.checked(params), self.checked_inputs(x)
        self.check_graph(graph, len(inputs[next(iter(self.inputs))]), bool(init))
        blocks, T = [], 0
        for given in inputs.values():
            rows = given.transpose(0, 2, 1) if given.ndim == 3 else given
            T, n, *batch = rows.shape
            blocks.append(padded(T + 2 * self.pad, self.pad, n, tuple(batch)))
            blocks[-1][self.pad : self.pad + T] = rows
        machine = Machine(self.program, weights, blocks, self.pad, 0, T, graph)
        for name, states in (init or {}).items():
            self.place_states(name, states, machine.blocks, T)
        machine.run()
        return Trace(self, machine.blocks, T, graph)

    def backward(self, params: Mapping[str, ArrayLike], trace: "Trace", given: Mapping[str, ArrayLike]) -> "Gradients":
        """Back-propagation through time: the derivatives of a loss L by all that went into a trace.

        `given` has dL/dsignal for the signals that L reads directly, such as {"y": dy}, each shaped like trace[signal];
        `params` are those that made the trace. Raises InputError if a name or a shape does not fit.
        """
        weights = self.checked(params)
        if trace.model.sizes != self.sizes or trace.model.equations != self.equations:
            raise InputError("foreign_trace")
        blocks, pad = list(trace.blocks), self.pad
        for name in sorted(given):
            if name not in self.sizes:
                raise InputError("unknown_signal", name=name, known=", ".join(self.sizes))
            d = floats(name, given[name])
            if d.shape != trace[name].shape:
                raise InputError(
                    "shape_of_derivative", name=name, expected=shape_text(trace[name].shape), got=shape_text(d.shape)
                )
            block = padded(trace.T + 2 * pad, pad, self.sizes[name], blocks[0].shape[2:])
            block[pad : pad + trace.T] = d.transpose(0, 2, 1) if d.ndim == 3 else d
            blocks.append(block)
        return Gradients(self.backward_pass(tuple(sorted(given))), weights, trace, blocks)

    def backward_pass(self, given: tuple[str, ...]) -> "BackwardPass":
        """The backward pass for a loss that reads these signals; derived once."""
        if given not in self.backward_passes:
            self.backward_passes[given] = BackwardPass(self, given)
        return self.backward_passes[given]

    def check_graph(self, graph: Graph | None, rows: int, states: bool) -> None:
        """Refuse a graph on which the cell means nothing, and one with other nodes than there are rows of x."""
        if graph is None:
            if self.child:
                raise InputError("needs_tree", *self.child.at, name=self.child.name, shift=self.child.shift)
            return
        if not isinstance(graph, Graph):
            raise InputError("no_graph")
        if not graph.is_chain:
            for e in self.expressions.values():
                for s in signals(e):
                    if isinstance(s.shift, int) and s.shift != 0:
                        raise InputError("tree_steps", *s.at, read=text_of(s), name=s.name)
            if states:
                raise InputError("tree_states")
        if rows != len(graph):
            raise InputError("graph_rows", expected=len(graph), got=rows)

    def checked(self, params: Mapping[str, ArrayLike]) -> Params:
        """The weights as float64 arrays, if names and shapes are those of the model."""
        for name in params:
            if name not in self.shapes:
                raise InputError("unknown_weight", name=name, known=", ".join(self.shapes))
        weights = {}
        for name, shape in self.shapes.items():
            if name not in params:
                raise InputError("missing_weight", name=name, expected=shape_text(shape))
            weights[name] = np.ascontiguousarray(floats(name, params[name]))
            if weights[name].shape != shape:
                raise InputError(
                    "shape_of_weight", name=name, expected=shape_text(shape), got=shape_text(weights[name].shape)
                )
        return weights

    def checked_inputs(self, x: ArrayLike | Mapping[str, ArrayLike]) -> Params:
        """The inputs as float64 arrays, if names and shapes are those of the model."""
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
                expected = shape_text(inputs[first].shape)
                raise InputError(
                    "inputs_differ", name=name, got=shape_text(found.shape), first=first, expected=expected
                )
        return inputs

    def place_states(self, name: str, states: ArrayLike, blocks: list[Array], T: int) -> None:
        """Write the given states of a signal into the pads of its block."""
        if name in self.inputs or name not in self.lags:
            known = [signal for signal in self.lags if signal not in self.inputs]
            raise InputError("unknown_state" if known else "no_states", name=name, known=", ".join(known))
        home, lag, pad = self.program.homes[name], self.lags[name], self.pad
        k, n, batch = lag.earlier + lag.later, home.size, blocks[0].shape[2:]
        given = floats(name, states)
        shapes = [(k, n), *[(k, *batch, n)] * len(batch)]
        if k == 1:
            shapes += [(n,), *[(*batch, n)] * len(batch)]
        if given.shape not in shapes:
            expected = " or ".join(dict.fromkeys(shape_text(shape) for shape in reversed(shapes)))
            raise InputError("shape_of_state", name=name, expected=expected, got=shape_text(given.shape))
        if given.shape in ((n,), (*batch, n)) and k == 1 and given.shape != (k, n):
            given = given[None]
        given = given.swapaxes(1, 2) if given.ndim == 3 else given[..., None] if batch else given
        columns = blocks[home.block][:, home.start : home.stop]
        columns[pad - lag.earlier : pad] = given[: lag.earlier]
        columns[pad + T : pad + T + lag.later] = given[lag.earlier :]


class Trace(Mapping[str, Array]):
    """Every signal of one run: `trace["h"]` is (T, n), or (T, B, n) for a batch; T is the number of steps.

    On a tree T is the number of nodes, in the graph's own order. The arrays are views: do not write to them.

    graph   the graph that was run on; None for a sequence
    lags    as those of the model; nothing on a tree, which has no states outside
    """

    def __init__(self, model: Model, blocks: list[Array], T: int, graph: Graph | None = None) -> None:
        self.model, self.blocks, self.T, self.graph = model, blocks, T, graph
        self.lags: Mapping[str, Lags] = {} if self.on_tree else model.lags
        SHELF.inherit(self, blocks)
        self.batch: int | None = blocks[0].shape[2] if blocks[0].ndim == 3 else None

    @property
    def on_tree(self) -> bool:
        """Whether the steps are the nodes of a tree, so that there is no step before or after."""
        return self.graph is not None and not self.graph.is_chain

    def rows(self, name: str, first: int, stop: int) -> Array:
        """The rows of a signal from step `first` up to `stop`, as far as the states outside the sequence go."""
        home, pad = self.model.program.homes[name], self.model.pad
        rows = self.blocks[home.block][pad + first : pad + stop, home.start : home.stop]
        return rows if self.batch is None else rows.swapaxes(1, 2)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __getitem__(self, name: str) -> Array:
        return self.rows(name, 0, self.T)

    def __iter__(self) -> Iterator[str]:
        return iter(self.model.sizes)

    def __len__(self) -> int:
        return len(self.model.sizes)

    def before(self, name: str) -> Array:
        """The states before the first step that are read, in time order: (k, n), or (k, B, n)."""
        return self.rows(name, -self.lags.get(name, Lags()).earlier, 0)

    def after(self, name: str) -> Array:
        """The states after the last step that are read, in time order: (k, n), or (k, B, n)."""
        return self.rows(name, self.T, self.T + self.lags.get(name, Lags()).later)

    def at(self, name: str, t: int) -> Array:
        """A signal at step t, (n,) or (B, n); -1 is the state before the first step, T the one after the last."""
        if -self.model.pad <= t < self.T + self.model.pad:
            return self.rows(name, t, t + 1)[0]
        return np.zeros_like(self.rows(name, 0, 1)[0])

    def step_read(self, shift: int | str, t: int) -> int | None:
        """The step, from 0, that step t reads at a shift of the notation; None for a child that there is not."""
        return step_read(self.graph, shift, t)

    def read(self, name: str, shift: int | str, t: int) -> Array:
        """What step t reads of a signal at a shift, (n,) or (B, n); zeros where there is nothing."""
        place = self.step_read(shift, t)
        return np.zeros_like(self.at(name, 0)) if place is None else self.at(name, place)

    def first_nonfinite(self) -> int | None:
        """The first step at which some signal is not a finite number; None if there is none."""
        finite = [np.isfinite(self[name]).reshape(self.T, -1).all(1) for name in self.model.sizes]
        steps = np.flatnonzero(~np.logical_and.reduce(finite))
        return int(steps[0]) if len(steps) else None


class BackwardPass:
    """The equations of a backward pass, and the programs that compute it."""

    def __init__(self, model: Model, given: tuple[str, ...]) -> None:
        self.adjoint = adjoint(model.expressions, model.types, given)
        self.pad = model.pad
        homes, widths = dict(model.program.homes), list(model.program.blocks)
        for name in given:
            homes[f"∇{name}"] = Home(len(widths), 0, model.sizes[name])
            widths.append(model.sizes[name])
        writer = ProgramWriter(self.adjoint.shapes, homes, widths)
        schedule(writer, self.adjoint.equations)
        self.program = writer.program
        self.parts = gradients(writer, self.adjoint.uses)
        self.program.forget()
        self.later: dict[Expression, Program] = {}

    def evaluate(
        self, e: Expression, params: Params, blocks: list[Array], window: tuple[int, int], graph: Graph | None
    ) -> Array:
        """The value of an expression of the backward pass in a window, (first step, steps), after the pass has run."""
        if e not in self.later:
            writer = ProgramWriter(self.adjoint.shapes, self.program.homes, self.program.blocks)
            writer.whole(e)
            self.later[e] = writer.program
        machine = Machine(self.later[e], params, blocks, self.pad, *window, graph)
        machine.run()
        return machine.values[-1]


class Gradients:
    """The derivatives of a loss.

    params    weight -> dL/dweight, summed over steps and batch
    signals   signal -> the total derivative dL/dsignal in every step, (T, n) or (T, B, n); with the inputs
    init      signal -> dL/dstate for the states outside the sequence, shaped like `init` of `run`: (n,) or (B, n) for
              one state, (k, n) or (k, B, n) for more

    The last two are computed when they are asked for.
    """

    def __init__(self, backward: BackwardPass, params: Params, trace: "Trace", blocks: list[Array]) -> None:
        self.backward, self.weights, self.trace = backward, params, trace
        machine = Machine(backward.program, params, blocks, backward.pad, 0, trace.T, trace.graph)
        machine.run()
        self.blocks = machine.blocks
        SHELF.inherit(self, self.blocks)
        found: Params = {}
        with np.errstate(all="ignore"):
            for part in backward.parts:
                start = 0
                for name, size in part.weights:
                    rows = machine.values[part.value][start : start + size]
                    found[name] = found[name] + rows if name in found else rows
                    start += size
        shapes = trace.model.shapes
        self.params: Params = {name: found[name] if name in found else np.zeros(shapes[name]) for name in shapes}
        self.known: dict[tuple[str, str], Array] = {}

    # Made anew each time: a Gradients that referred to them would be a cycle, and its memory stay until it is found.
    @property
    def signals(self) -> Mapping[str, Array]:
        return Asked(self.of_signal, tuple(self.trace.model.sizes))

    @property
    def init(self) -> Mapping[str, Array]:
        lags, inputs = self.trace.lags, self.trace.model.inputs
        return Asked(self.of_state, tuple(name for name in lags if name not in inputs))

    def of_signal(self, name: str) -> Array:
        """The total derivative by a signal in every step."""
        if ("signal", name) not in self.known:
            total = self.backward.adjoint.total(name)
            self.known["signal", name] = self.evaluate(name, total, 0, self.trace.T)
        return self.known["signal", name]

    def of_state(self, name: str) -> Array:
        """The derivative by the states outside the sequence."""
        if ("state", name) not in self.known:
            lag, adjoint = self.trace.lags[name], self.backward.adjoint
            before = self.evaluate(name, adjoint.outside(name, 1), -lag.earlier, lag.earlier)
            after = self.evaluate(name, adjoint.outside(name, -1), self.trace.T, lag.later)
            states = np.concatenate([before, after])
            self.known["state", name] = states[0] if len(states) == 1 else states
        return self.known["state", name]

    def evaluate(self, name: str, e: Expression, first: int, steps: int) -> Array:
        shape = (steps, self.trace.model.sizes[name], *self.blocks[0].shape[2:])
        value = self.backward.evaluate(e, self.weights, self.blocks, (first, steps), self.trace.graph)
        value = np.broadcast_to(value, shape)
        return value.swapaxes(1, 2) if value.ndim == 3 else value


class Asked(Mapping[str, Array]):
    """A mapping whose values are computed when they are asked for."""

    def __init__(self, compute: Callable[[str], Array], names: tuple[str, ...]) -> None:
        self.compute, self.names = compute, names

    def __getitem__(self, name: str) -> Array:
        if name not in self.names:
            raise KeyError(name)
        return self.compute(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def mapped(change: Callable[[Any], Any], equations: Equations) -> Equations:
    """The equations with every expression changed."""
    return {name: replace(eq, expression=change(eq.expression)) for name, eq in equations.items()}


def lags_of(equations: Equations) -> dict[str, Lags]:
    """For every signal that is read at another step, how far away on either side."""
    lags: dict[str, Lags] = {}
    for equation in equations.values():
        for s in signals(equation.expression):
            shift = {"l": -1, "r": 0}[s.shift] if isinstance(s.shift, str) else s.shift
            if shift != 0:
                lag = lags.get(s.name, Lags())
                lags[s.name] = Lags(max(lag.earlier, -shift), max(lag.later, shift))
    return lags


def floats(name: str, given: ArrayLike) -> Array:
    """What was given as a float64 array."""
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError("not_numbers", name=name) from None


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as an error tells it."""
    return str(tuple(shape))
