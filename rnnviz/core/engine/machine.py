"""Running a program: whole arrays over all steps at once, and loops of mapped NumPy calls.

Every signal lives in some columns of a *block*, an array (pad + T + pad, n) or, for a batch, (pad + T + pad, n, B). So
`h[t-1]` is the same memory as `h[t]`, seen one row earlier, and the states before the first step lie in the pad. On a
tree `h[l]` is a selection of rows; a model that reads children has one row of pad more, so that row 0 is zero for those
who have none.

A loop is a list of NumPy calls, each with one column of row views an operand: `map(np.add, column, column, out)`.
Pulling all the maps together, one call of each in turn, runs the loop without an interpreted statement a call; about
as fast as generated source.

A machine that runs again and again notes the calls of its first run, each with the arrays that it read and wrote, and
then only makes these.
"""

import operator
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
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

        `again` says that it will run many times in the same blocks, with weights that are written to: the calls of the
        first run are then kept. What one run has made is written over by the next.
        """
        self.reads = graph.reads if graph else {}
        self.program, self.params = program, params
        self.pad, self.start, self.steps = pad, pad + start, steps
        self.batch = given[0].shape[2:]
        rows = given[0].shape[0]
        made = [padded(rows, pad, width, self.batch) for width in program.blocks[program.given :]]
        self.blocks = [*given, *made]
        self.values: list[Any] = []
        self.calls: list[tuple[Callable[..., object], tuple[Any, ...]]] | None = [] if again else None
        self.free: dict[tuple[int, ...], list[Array]] = defaultdict(list)  # memory of its own that nothing reads yet
        self.lent: dict[int, Array] = {}
        self.ended: tuple[int, ...] = ()

    def run(self) -> None:
        with np.errstate(all="ignore"):
            if self.calls:
                for function, arguments in self.calls:
                    function(*arguments)
            else:
                self.first()

    def first(self) -> None:
        """The run of a machine that runs once, and the first of one that runs again."""
        values = self.values
        values.clear()
        for method, arguments, ended in self.program.steps:
            self.ended = ended
            values.append(method(self, *arguments))
            for value in ended:
                values[value] = None
                if value in self.lent:
                    self.put(self.lent.pop(value))

    def do(self, function: Callable[..., Any], *arguments: Any, out: Array | None = None) -> Any:
        """Call a function that takes where its result goes as the last argument; None makes a new array for it."""
        result = function(*arguments, out)
        if self.calls is not None:
            self.calls.append((function, (*arguments, result)))
        return result

    def copy(self, into: Array, value: Array) -> None:
        """Write a value into an array."""
        np.copyto(into, value)
        if self.calls is not None:
            self.calls.append((np.copyto, (into, value)))

    def put(self, array: Array) -> None:
        """Memory that nothing reads any more."""
        if self.calls is None:
            SHELF.put(array)
        else:
            self.free[array.shape].append(array)

    # ------------------------------------------------------------------------------------- values that do not change

    def constant(self, vector: Array) -> Array:
        """Numbers that stand in the program."""
        return vector[:, None] if self.batch else vector

    def vector(self, *names: str) -> Array:
        """Vector weights end to end, (n,) or (n, 1) for a batch."""
        vectors = [self.params[name] for name in names]
        vector = vectors[0] if len(vectors) == 1 else self.do(np.concatenate, vectors, 0)
        return vector[:, None] if self.batch else vector

    def matrix(self, names: tuple[str, ...], transposed: bool, axis: int) -> Array:
        """Weights, perhaps transposed, stacked along an axis."""
        parts = [self.params[name] for name in names]
        # Joined as they lie in memory, and transposed afterwards, which copies nothing.
        joined = parts[0] if len(parts) == 1 else self.do(np.concatenate, parts, 1 - axis if transposed else axis)
        joined = joined.T if transposed else joined
        # A small matrix is fastest in column-major order; to bring a large one there costs more than it gains.
        if joined.size > SMALL or joined.flags.f_contiguous:
            return joined
        made = np.empty(joined.shape, order="F")
        self.copy(made, joined)
        return made

    # ------------------------------------------------------------------------------------------- values for all steps

    def view(self, home: Home, shift: int | str = 0) -> Array:
        if isinstance(shift, str):
            columns, rows = self.blocks[home.block][:, home.start : home.stop], self.rows(shift)
            if isinstance(rows, slice):
                return columns[rows]
            out = self.out(None, (len(rows), *columns.shape[1:]))
            return self.do(partial(columns.take, mode="clip"), rows, 0, out=out)
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
        if self.calls is None:
            out = SHELF.lend(shape)
        else:
            out = self.free[shape].pop() if self.free[shape] else np.empty(shape)
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
        if not self.batch and v.ndim == 2:
            return self.do(np.matmul, v, W.T, out=self.out(into, (len(v), len(W))))
        varying = bool(self.batch) and v.ndim == 3
        result = self.do(np.matmul, W, v, out=self.out(None, (len(v), len(W), *self.batch)) if varying else None)
        if into is not None:
            self.copy(self.view(into), result)
        return result

    def call(self, function: str, operand: Value, axis: int, into: Home | None) -> Array:
        a = self.values[operand]
        return self.do(FUNCTIONS[function].value, a, axis, out=self.out(into, a.shape))

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
            result = self.do(ufunc, result, values[other], out=out)
            out = result if varying else None
        return result

    def hold(self, mask: Value, value: Value, operand: Value, into: Home | None) -> Array:
        """The value where the mask is not 0, else the operand."""
        where, held, result = (self.values[number] for number in (mask, value, operand))
        made = self.do(chosen, where, held, result)
        if into is not None:
            self.copy(self.view(into), made)
        return made

    def fill(self, home: Home, value: Value) -> None:
        self.copy(self.view(home), self.values[value])

    def beside(self, parts: tuple[tuple[Value, int], ...], varying: bool) -> Array:
        """Values side by side, each with its size."""
        width = sum(size for _, size in parts)
        shape = (self.steps, width, *self.batch) if varying else (width, *self.batch)
        out = self.out(None, shape)
        out = np.empty(shape) if out is None else out
        along, start = out if varying else out[None], 0
        for value, size in parts:
            self.copy(along[:, start : start + size], self.values[value])
            start += size
        return out

    # ------------------------------------------------------------------------------------------ gradients of weights

    def outer(self, home: Home, operand: Value) -> Array:
        """The sum over steps and batch of derivative times operand transposed."""
        d, v = self.view(home), self.values[operand]
        if v.ndim < d.ndim:
            v = np.broadcast_to(v, (self.steps, v.shape[0], *self.batch))
        return self.do(np.matmul, d.T, v) if not self.batch else self.do(self.outer_of_batch, d, v)

    def outer_of_batch(self, d: Array, v: Array, out: Array | None) -> Array:
        """The same of a batch."""
        # (t, n, B) is copied to (n, t * B), so that the sum is one product; some steps at a time, to stay in the cache.
        (_, n, B), m = d.shape, v.shape[1]
        some = min(-(-WIDE // B), self.steps)
        left, right, part = SHELF.take((n, some, B)), SHELF.take((m, some, B)), SHELF.take((n, m))
        result = np.empty((n, m)) if out is None else out
        result.fill(0.0)
        for start in range(0, self.steps, some):
            t = min(some, self.steps - start)
            left[:, :t] = d[start : start + t].transpose(1, 0, 2)
            right[:, :t] = v[start : start + t].transpose(1, 0, 2)
            result += np.matmul(left[:, :t].reshape(n, t * B), right[:, :t].reshape(m, t * B).T, part)
        SHELF.put(left, right, part)
        return result

    def total(self, home: Home) -> Array:
        """The sum over steps and batch of a derivative."""
        return self.do(np.add.reduce, self.view(home), (0, 2) if self.batch else 0, None)

    # -------------------------------------------------------------------------------------------------------- loops

    def columns(self, loop: Loop) -> list[Iterable[Array]]:
        """The operands of a loop, each as a column with one array a step."""
        scratch = [np.empty((width, *self.batch)) for width in loop.scratch]
        rows = [list(self.blocks[home.block][:, home.start : home.stop]) for home in loop.homes]
        columns: list[Iterable[Array]] = []
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
                case Each(value):
                    made = list(self.values[value])
                    columns.append(made if loop.forward else made[::-1])
                case Fixed(value, size):
                    spread = np.empty((size, *self.batch))
                    self.copy(spread, self.values[value])
                    columns.append(repeat(spread))
                case _:
                    columns.append(())  # a matrix
        return columns

    def loop(self, loop: Loop) -> None:
        columns = self.columns(loop)
        calls: list[tuple[Any, ...]] = []
        for call in loop.calls:
            function, operands = call.function, [columns[i] for i in call.operands]
            if not isinstance(function, Value):
                calls.append((function, *operands))
                continue
            dot, found = self.values[function].dot, None
            match loop.operands[call.operands[0]]:
                case Rows(shift=str(shift)):
                    found = self.rows(shift)
            if isinstance(found, np.ndarray):
                # Half of the nodes of a tree are leaves; their products with nothing are not worth their time.
                each = [dot if row else nothing for row in found.tolist()]
                calls.append((operator.call, each if loop.forward else each[::-1], *operands))
            else:
                calls.append((dot, *operands))
        turned(calls)
        if self.calls is not None:
            self.calls.append((turned, (calls,)))


def turned(calls: list[tuple[Any, ...]]) -> None:
    """All steps of a loop: of each step one call of each function, in order."""
    # Only pulling matters; each pull makes one call of each map. A loop writes at least one signal, so some column ends
    # after the last step.
    deque(zip(*(map(*call) for call in calls), strict=False), maxlen=0)


def chosen(mask: Array, value: Array, operand: Array, out: Array | None) -> Array:
    """The value where the mask is not 0, else the operand."""
    made = np.where(mask != 0.0, value, operand)
    if out is None:
        return made
    np.copyto(out, made)
    return out


def nothing(operand: Array, out: Array) -> None:
    """The product of a matrix with zeros."""
    out.fill(0.0)
