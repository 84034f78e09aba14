"""A program: what the schedule writes and the machine runs. Data only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


class Value(int):
    """The number of a value of a program."""


def values_in(arguments: Any) -> Iterator[Value]:
    """All values that the arguments of a step name."""
    if isinstance(arguments, Value):
        yield arguments
    elif isinstance(arguments, tuple):
        for argument in arguments:
            yield from values_in(argument)
    elif isinstance(arguments, Loop | Operation | Each | Fixed):
        yield from values_in(tuple(getattr(arguments, part) for part in arguments.__slots__))


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
    """A signal `shift` steps away, or at a neighbour in a tree; `home` counts the homes of the loop."""

    home: int
    shift: int | str = 0


@dataclass(frozen=True, slots=True)
class Scratch:
    """A row that is written anew in every step: an intermediate result. `home.block` counts the scratch rows."""

    home: Home


@dataclass(frozen=True, slots=True)
class Each:
    """A value that was computed for all steps before the loop."""

    value: Value


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that is the same in every step, spread out to `size` numbers."""

    value: Value
    size: int


Operand = Rows | Scratch | Each | Fixed


@dataclass(frozen=True, slots=True)
class Operation:
    """One call a step: a function of arrays, or the number of the matrix that multiplies the operand.

    `operands` count those of the loop; the last is where the result goes.
    """

    function: Callable[..., Any] | Value
    operands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """The calls of one step in order; `forward` or from the last step to the first."""

    forward: bool
    homes: tuple[Home, ...]
    operands: tuple[Operand, ...]
    calls: tuple[Operation, ...]
    scratch: tuple[int, ...]


@dataclass(slots=True)
class Program:
    """Steps, run in order; step i makes value i. Each is a method of Machine, its arguments, and the values to forget.

    `blocks` has the width of every block; the first `given` of them are handed in.
    """

    blocks: list[int]
    given: int
    homes: dict[str, Home]
    steps: list[tuple[Callable[..., Any], tuple[Any, ...], tuple[int, ...]]] = field(default_factory=list)

    def do(self, method: Callable[..., Any], *arguments: Any) -> Value:
        """Append a step; the number of its value."""
        self.steps.append((method, arguments, ()))
        return Value(len(self.steps) - 1)

    def forget(self) -> None:
        """Let every value go after the last step that reads it: its memory, still in the cache, serves the next."""
        last = {value: i for i, (_, arguments, _) in enumerate(self.steps) for value in values_in(arguments)}
        for i, (method, arguments, _) in enumerate(self.steps):
            ended = tuple(value for value in set(values_in(arguments)) if last[value] == i)
            self.steps[i] = (method, arguments, ended)
