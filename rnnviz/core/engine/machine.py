"""Running a program: whole arrays over all steps at once, and loops of mapped NumPy calls.

Every signal lives in some columns of a *block*, an array (pad + T + pad, n) or, for a batch, (pad + T + pad, n, B). So
`h[t-1]` is the same memory as `h[t]`, seen one row earlier, and the states before the first step lie in the pad. On a
tree `h[l]` is a selection of rows; a model that reads children has one row of pad more, so that row 0 is zero for those
who have none.

A loop is a list of NumPy calls, each with one column of row views an operand: `map(np.add, column, column, out)`.
Pulling all the maps together, one call of each in turn, runs the loop without an interpreted statement a call; about
as fast as generated source.
"""

import operator
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np

from rnnviz.core.engine.graph import Graph, Nodes
from rnnviz.core.engine.memory import SHELF, padded
from rnnviz.core.engine.program import Each, Fixed, Home, Loop, Program, Rows, Scratch, Value
from rnnviz.core.language.functions import FUNCTIONS, Array

# So many numbers make a matrix small.
SMALL = 1 << 13
# So many columns make a matrix product as fast as it gets.
WIDE = 512


class Machine:
    """One run of a program; nothing of it is shared, so one program may run in many threads at once."""

    def __init__(
        self,
        program: Program,
        params: Mapping[str, Array],
        given: Sequence[Array],
        pad: int,
        start: int,
        steps: int,
        graph: Graph | None = None,
        *,
        again: bool = False,
    ) -> None:
        """`start` and `steps`: the window of steps to compute, 0 and T except for the states outside the sequence.

        `again` says that it will run many times in the same blocks: what only depends on these is then kept.
        """
        self.reads = graph.reads if graph else {}
        self.program, self.params = program, params
        self.pad, self.start, self.steps = pad, pad + start, steps
        self.batch = given[0].shape[2:]
        rows = given[0].shape[0]
        made = [padded(rows, pad, width, self.batch) for width in program.blocks[program.given :]]
        self.blocks = [*given, *made]
        self.values: list[Any] = []
        self.columns: dict[int, list[Iterable[Array] | None]] | None = {} if again else None
        self.lent: dict[int, Array] = {}
        self.ended: tuple[int, ...] = ()

    def run(self) -> None:
        values = self.values
        values.clear()
        with np.errstate(all="ignore"):
            for method, arguments, ended in self.program.steps:
                self.ended = ended
                values.append(method(self, *arguments))
                for value in ended:
                    values[value] = None
                    if value in self.lent:
                        SHELF.put(self.lent.pop(value))

    # ------------------------------------------------------------------------------------- values that do not change

    def constant(self, vector: Array) -> Array:
        """Numbers that stand in the program."""
        return vector[:, None] if self.batch else vector

    def vector(self, *names: str) -> Array:
        """Vector weights end to end, (n,) or (n, 1) for a batch."""
        vectors = [self.params[name] for name in names]
        vector = vectors[0] if len(vectors) == 1 else np.concatenate(vectors)
        return vector[:, None] if self.batch else vector

    def matrix(self, names: tuple[str, ...], transposed: bool, axis: int) -> Array:
        """Weights, perhaps transposed, stacked along an axis."""
        parts = [self.params[name] for name in names]
        # Joined as they lie in memory, and transposed afterwards, which copies nothing.
        joined = parts[0] if len(parts) == 1 else np.concatenate(parts, 1 - axis if transposed else axis)
        joined = joined.T if transposed else joined
        # A small matrix is fastest in column-major order; to bring a large one there costs more than it gains.
        return np.asfortranarray(joined) if joined.size <= SMALL else joined

    # ------------------------------------------------------------------------------------------- values for all steps

    def view(self, home: Home, shift: int | str = 0) -> Array:
        if isinstance(shift, str):
            columns, rows = self.blocks[home.block][:, home.start : home.stop], self.rows(shift)
            if isinstance(rows, slice):
                return columns[rows]
            return columns.take(rows, 0, self.out(None, (len(rows), *columns.shape[1:])), mode="clip")
        first = self.start + shift
        return self.blocks[home.block][first : first + self.steps, home.start : home.stop]

    def rows(self, shift: int | str) -> slice | Nodes:
        """The rows of a block that the steps read."""
        found = self.reads[shift] if isinstance(shift, str) else shift
        if isinstance(found, int):
            return slice(self.start + found, self.start + found + self.steps)
        if found is None:
            return np.zeros(self.steps, dtype=np.intp)
        return np.where(found < 0, 0, found + self.pad)

    def out(self, into: Home | None, shape: tuple[int, ...]) -> Array | None:
        """Where a result goes: its home, or memory used before; None lets NumPy find it, which is best for little."""
        if into is not None:
            return self.view(into)
        out = SHELF.lend(shape)
        if out is not None:
            self.lent[len(self.values)] = out
        return out

    def spare(self, first: Value, rest: tuple[tuple[np.ufunc, Value], ...], shape: tuple[int, ...]) -> Array | None:
        """The memory of one of the first two operands, if it is our own and nothing reads it from then on."""
        others = [other for _, other in rest]
        for value in (first, others[0]):
            free = value in self.ended and value in self.lent and value not in others[1:]
            if free and self.lent[value].shape == shape:
                out = self.lent[len(self.values)] = self.lent.pop(value)
                return out
        return None

    def product(self, matrix: Value, operand: Value, into: Home | None) -> Array:
        """W @ v in every step; v may be the same in all."""
        W, v = self.values[matrix], self.values[operand]
        if self.batch:
            result = np.matmul(W, v, self.out(None, (len(v), len(W), *self.batch))) if v.ndim == 3 else W @ v
        elif v.ndim == 2:
            return np.matmul(v, W.T, self.out(into, (len(v), len(W))))
        else:
            result = W @ v
        if into is not None:
            self.view(into)[...] = result
        return result

    def call(self, function: str, operand: Value, axis: int, into: Home | None) -> Array:
        a = self.values[operand]
        return FUNCTIONS[function].value(a, axis, self.out(into, a.shape))

    def fold(self, first: Value, rest: tuple[tuple[np.ufunc, Value], ...], into: Home | None) -> Array:
        """first + second - third ...; the first operation makes the array in which the others go on."""
        values = self.values
        result, second = values[first], values[rest[0][1]]
        shape = result.shape if result.ndim > second.ndim else second.shape
        varying, out = len(shape) == 2 + len(self.batch), None
        if varying:
            out = self.spare(first, rest, shape) if into is None and self.lent else None
            out = self.out(into, shape) if out is None else out
        for ufunc, other in rest:
            result = ufunc(result, values[other], out)
            out = result if varying else None
        return result

    def hold(self, mask: Value, value: Value, operand: Value, into: Home | None) -> Array:
        """The value where the mask is not 0, else the operand."""
        where, held, result = (self.values[number] for number in (mask, value, operand))
        made = np.where(where != 0.0, held, result)
        if into is not None:
            self.view(into)[...] = made
        return made

    def fill(self, home: Home, value: Value) -> None:
        self.view(home)[...] = self.values[value]

    def beside(self, parts: tuple[tuple[Value, int], ...], varying: bool) -> Array:
        """Values side by side, each with its size."""
        width = sum(size for _, size in parts)
        shape = (self.steps, width, *self.batch) if varying else (width, *self.batch)
        out = self.out(None, shape)
        out = np.empty(shape) if out is None else out
        along, start = out if varying else out[None], 0
        for value, size in parts:
            along[:, start : start + size] = self.values[value]
            start += size
        return out

    # ------------------------------------------------------------------------------------------ gradients of weights

    def outer(self, home: Home, operand: Value) -> Array:
        """The sum over steps and batch of derivative times operand transposed."""
        d, v = self.view(home), self.values[operand]
        if v.ndim < d.ndim:
            v = np.broadcast_to(v, (self.steps, v.shape[0], *self.batch))
        if not self.batch:
            return d.T @ v
        # (t, n, B) is copied to (n, t * B), so that the sum is one product; some steps at a time, to stay in the cache.
        (_, n, B), m = d.shape, v.shape[1]
        some = min(-(-WIDE // B), self.steps)
        left, right, part = SHELF.take((n, some, B)), SHELF.take((m, some, B)), SHELF.take((n, m))
        result = np.zeros((n, m))
        for start in range(0, self.steps, some):
            t = min(some, self.steps - start)
            left[:, :t] = d[start : start + t].transpose(1, 0, 2)
            right[:, :t] = v[start : start + t].transpose(1, 0, 2)
            result += np.matmul(left[:, :t].reshape(n, t * B), right[:, :t].reshape(m, t * B).T, part)
        SHELF.put(left, right, part)
        return result

    def total(self, home: Home) -> Array:
        """The sum over steps and batch of a derivative."""
        d = self.view(home).sum(0)
        return d.sum(1) if self.batch else d

    # -------------------------------------------------------------------------------------------------------- loops

    def fixed_columns(self, loop: Loop) -> list[Iterable[Array] | None]:
        """The operands of a loop that depend on the blocks alone, as columns; None for the others."""
        if self.columns is not None and id(loop) in self.columns:
            return self.columns[id(loop)]
        scratch = [np.empty((width, *self.batch)) for width in loop.scratch]
        rows = [list(self.blocks[home.block][:, home.start : home.stop]) for home in loop.homes]
        columns: list[Iterable[Array] | None] = []
        for operand in loop.operands:
            match operand:
                case Rows(home, shift):
                    found = self.rows(shift)
                    made = (
                        rows[home][found]
                        if isinstance(found, slice)
                        else list(map(rows[home].__getitem__, found.tolist()))
                    )
                    columns.append(made if loop.forward else made[::-1])
                case Scratch(home):
                    columns.append(repeat(scratch[home.block][home.start : home.stop]))
                case _:
                    columns.append(None)
        if self.columns is not None:
            self.columns[id(loop)] = columns
        return columns

    def loop(self, loop: Loop) -> None:
        columns: list[Iterable[Array]] = []
        for operand, fixed in zip(loop.operands, self.fixed_columns(loop), strict=True):
            match operand:
                case Each(value):
                    made = list(self.values[value])
                    columns.append(made if loop.forward else made[::-1])
                case Fixed(value, size):
                    spread = np.empty((size, *self.batch))
                    spread[...] = self.values[value]
                    columns.append(repeat(spread))
                case _:
                    columns.append(fixed or ())
        calls = []
        for call in loop.calls:
            function, operands = call.function, [columns[i] for i in call.operands]
            if not isinstance(function, Value):
                calls.append(map(function, *operands))
                continue
            dot, found = self.values[function].dot, None
            match loop.operands[call.operands[0]]:
                case Rows(shift=str(shift)):
                    found = self.rows(shift)
            if isinstance(found, np.ndarray):
                # Half of the nodes of a tree are leaves; their products with nothing are not worth their time.
                chosen = [dot if row else nothing for row in found.tolist()]
                calls.append(map(operator.call, chosen if loop.forward else chosen[::-1], *operands))
            else:
                calls.append(map(dot, *operands))
        # Only pulling matters; each pull makes one call of each map, in order. A loop writes at least one signal, so
        # some column ends after the last step.
        deque(zip(*calls, strict=False), maxlen=0)


def nothing(operand: Array, out: Array) -> None:
    """The product of a matrix with zeros."""
    out.fill(0.0)
