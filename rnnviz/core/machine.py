"""Running a program: whole arrays over all steps at once, and loops of mapped NumPy calls.

Every signal lives in some columns of a *block*, an array (pad + T + pad, n) or, for a batch, (pad + T + pad, n, B). So
`h[t-1]` is the same memory as `h[t]`, seen one row earlier, and the states before the first step lie in the pad.

A loop is a list of NumPy calls, each with one column of row views an operand: `map(np.add, column, column, out)`. Pulling
all the maps together, one call of each in turn, runs the loop without an interpreted statement a call; about as fast as
generated source.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import numpy as np

from rnnviz.core.functions import FUNCTIONS, Array


@dataclass(frozen=True, slots=True)
class Home:
    """Where a signal lives: columns `start` to `start + size` of a block."""

    block: int
    start: int
    size: int

    @property
    def stop(self) -> int:
        return self.start + self.size


# The operands of a call in a loop. Each becomes a column: an array for every step.
@dataclass(frozen=True, slots=True)
class Rows:
    """A signal `shift` steps away."""

    home: Home
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Scratch:
    """A row that is written anew in every step: an intermediate result. `home.block` counts the scratch rows."""

    home: Home


@dataclass(frozen=True, slots=True)
class Each:
    """A value that was computed for all steps before the loop."""

    value: int


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that is the same in every step, spread out to `size` numbers."""

    value: int
    size: int


Operand = Rows | Scratch | Each | Fixed


@dataclass(frozen=True, slots=True)
class Call:
    """One call a step: a function of arrays, or the number of the matrix that multiplies the operand."""

    function: Callable[..., Any] | int
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """The calls of one step in order; `forward` or from the last step to the first."""

    forward: bool
    calls: tuple[Call, ...]
    scratch: tuple[int, ...]


@dataclass(slots=True)
class Program:
    """Steps, run in order; step i makes value i. Each is a method of Machine and its arguments.

    `blocks` has the width of every block; the first `given` of them are handed in.
    """

    blocks: list[int]
    given: int
    homes: dict[str, Home]
    steps: list[tuple[Callable[..., Any], tuple[Any, ...]]] = field(default_factory=list)


class Machine:
    """One run of a program; nothing of it is shared, so one program may run in many threads at once."""

    def __init__(
        self, program: Program, params: Mapping[str, Array], given: Sequence[Array], pad: int, start: int, steps: int
    ) -> None:
        """`start` and `steps`: the window of steps to compute, 0 and T except for the states outside the sequence."""
        self.program, self.params = program, params
        self.pad, self.start, self.steps = pad, pad + start, steps
        self.batch = given[0].shape[2:]
        rows = given[0].shape[0]
        self.blocks = [*given, *[padded(rows, pad, width, self.batch) for width in program.blocks[program.given :]]]
        self.values: list[Any] = []
        self.flat: dict[tuple[Any, ...], Array] = {}

    def run(self) -> None:
        values = self.values
        with np.errstate(all="ignore"):
            for method, arguments in self.program.steps:
                values.append(method(self, *arguments))

    # ------------------------------------------------------------------------------------- values that do not change

    def number(self, value: float) -> Array:
        return np.full(1, value)

    def vector(self, *names: str) -> Array:
        """Vector weights end to end, (n,) or (n, 1) for a batch."""
        vectors = [self.params[name] for name in names]
        vector = vectors[0] if len(vectors) == 1 else np.concatenate(vectors)
        return vector[:, None] if self.batch else vector

    def matrix(self, names: tuple[str, ...], transposed: bool, axis: int) -> Array:
        """Weights stacked; in column-major order, with which `dot` of a single vector is fastest."""
        parts = [self.params[name].T if transposed else self.params[name] for name in names]
        if len(parts) == 1:
            return np.asfortranarray(parts[0])
        shape = [parts[0].shape[0], parts[0].shape[1]]
        shape[axis] = sum(part.shape[axis] for part in parts)
        return np.concatenate(parts, axis, out=np.empty(shape, order="F"))

    def half(self, halved: tuple[tuple[int, bool], ...]) -> Array:
        """1/2 in the rows that are halved, 1 in the others: makes one tanh of a mixture of tanh and sigmoid."""
        parts = np.concatenate([np.full(size, 0.5 if half else 1.0) for size, half in halved])
        return parts[:, None] if self.batch else parts

    # ------------------------------------------------------------------------------------------- values for all steps

    def view(self, home: Home, shift: int = 0) -> Array:
        first = self.start + shift
        return self.blocks[home.block][first : first + self.steps, home.start : home.stop]

    def out(self, into: Home | None) -> Array | None:
        return None if into is None else self.view(into)

    def product(self, matrix: int, operand: int, into: Home | None) -> Array:
        """W @ v in every step; v may be the same in all."""
        W, v = self.values[matrix], self.values[operand]
        if not self.batch and v.ndim == 2:
            return np.matmul(v, W.T, self.out(into)) if into else v @ W.T
        result = np.matmul(W, v)
        if into is None:
            return result
        out = self.view(into)
        out[...] = result
        return out

    def call(self, function: str, operand: int, axis: int, into: Home | None) -> Array:
        return FUNCTIONS[function].value(self.values[operand], axis, self.out(into))

    def fold(self, first: int, rest: tuple[tuple[np.ufunc, int], ...], fresh: bool, into: Home | None) -> Array:
        """first + second - third ...; all but the first operation are in place, unless each is to be `fresh`."""
        values, out = self.values, self.out(into)
        result = values[first]
        for ufunc, other in rest:
            result = ufunc(result, values[other], out)
            out = None if fresh else result
        return result

    def fill(self, home: Home, value: int) -> None:
        self.view(home)[...] = self.values[value]

    def beside(self, parts: tuple[tuple[int, int], ...], varying: bool) -> Array:
        """Values side by side, each with its size."""
        width = sum(size for _, size in parts)
        out = np.empty((self.steps, width, *self.batch) if varying else (width, *self.batch))
        along, start = out if varying else out[None], 0
        for value, size in parts:
            along[:, start : start + size] = self.values[value]
            start += size
        return out

    # ------------------------------------------------------------------------------------------ gradients of weights

    def flattened(self, key: tuple[Any, ...], a: Array) -> Array:
        """(T, n, B) as (n, T * B), copied once for each array: then a sum over T and B is one product."""
        if key not in self.flat:
            self.flat[key] = np.ascontiguousarray(a.transpose(1, 0, 2)).reshape(a.shape[1], -1)
        return self.flat[key]

    def outer(self, home: Home, operand: int) -> Array:
        """The sum over steps and batch of derivative times operand transposed."""
        d, v = self.view(home), self.values[operand]
        if v.ndim < d.ndim:
            v = np.broadcast_to(v, (self.steps, v.shape[0], *self.batch))
        if not self.batch:
            return d.T @ v
        return self.flattened((home,), d) @ self.flattened((operand,), v).T

    def total(self, home: Home) -> Array:
        """The sum over steps and batch of a derivative."""
        d = self.view(home)
        return self.flattened((home,), d).sum(1) if self.batch else d.sum(0)

    # -------------------------------------------------------------------------------------------------------- loops

    def loop(self, loop: Loop) -> None:
        scratch = [np.empty((width, *self.batch)) for width in loop.scratch]
        rows: dict[Home, list[Array]] = {}
        columns: dict[Operand, Iterable[Array]] = {}

        def column(operand: Operand) -> Iterable[Array]:
            match operand:
                case Rows(home, shift):
                    if home not in rows:
                        rows[home] = list(self.blocks[home.block][:, home.start : home.stop])
                    first = self.start + shift
                    made = rows[home][first : first + self.steps]
                    return made if loop.forward else made[::-1]
                case Scratch(home):
                    return repeat(scratch[home.block][home.start : home.stop])
                case Each(value):
                    made = list(self.values[value])
                    return made if loop.forward else made[::-1]
                case Fixed(value, size):
                    return repeat(np.ascontiguousarray(np.broadcast_to(self.values[value], (size, *self.batch))))

        def mapped(call: Call) -> Iterable[Any]:
            for operand in call.operands:
                if operand not in columns:
                    columns[operand] = column(operand)
            function = call.function
            bound = self.values[function].dot if isinstance(function, int) else function
            return map(bound, *[columns[operand] for operand in call.operands])

        # Only pulling matters; each pull makes one call of each map, in order. The last map ends the loop in time
        # even if an earlier one could go on for ever.
        deque(zip(*[mapped(call) for call in loop.calls], strict=False), maxlen=0)


def padded(rows: int, pad: int, width: int, batch: tuple[int, ...]) -> Array:
    """A new block: zeros outside the sequence, not yet anything inside."""
    block = np.empty((rows, width, *batch))
    block[:pad] = 0.0
    block[rows - pad :] = 0.0
    return block
