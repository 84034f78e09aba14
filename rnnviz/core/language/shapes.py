"""The size of every signal and the shape of every weight, by unification (Robinson 1965).

Element-wise operations make sizes equal, a product `W @ v` gives W as many columns as v has numbers. `x` has D numbers
and `y` has K; whatever is tied to neither has H. So sizes can clash in one way only: something is tied to both.
"""

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field

from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import (
    At,
    Call,
    Equations,
    Expression,
    Number,
    Product,
    Signal,
    Vector,
    children,
    start_of,
    text_of,
)
from rnnviz.core.language.functions import FUNCTIONS

MAX_SIZE = 1_000_000
MAX_WEIGHTS = 1_000_000
X: Mapping[str, str] = {"x": "D"}  # the inputs of a cell: x, of D numbers

Shape = tuple[int, ...]
Letters = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shapes:
    """What inference found. `sizes`: signal -> numbers; `shapes`: weight -> (rows, columns) or (n,).

    `letters` says for each of both where its numbers come from: ("H", "D") for W_xh, ("H",) for h.
    """

    sizes: dict[str, int]
    shapes: dict[str, Shape]
    letters: dict[str, Letters]

    def of(self, e: Expression) -> int:
        """The size of an expression; 0 for one of numbers alone, which fits any size."""
        match e:
            case Signal(name=name):
                return self.sizes[name]
            case Vector(name=name):
                return self.shapes[name][0]
            case Product(weight=weight, transposed=transposed):
                return self.shapes[weight][1 if transposed else 0]
            case _:
                return next((size for child in children(e) if (size := self.of(child))), 0)

    def letter(self, e: Expression) -> str:
        """Where the size of an expression comes from; "" for one of numbers alone."""
        match e:
            case Signal(name=name) | Vector(name=name):
                return self.letters[name][0]
            case Product(weight=weight, transposed=transposed):
                return self.letters[weight][1 if transposed else 0]
            case _:
                return next((letter for child in children(e) if (letter := self.letter(child))), "")


@dataclass(slots=True)
class Unifier:
    """Classes of equal sizes: each thing points towards the one that stands for its class, which may hold a letter."""

    numbers: dict[str, int]
    towards: dict[str, str] = field(default_factory=dict)
    letter: dict[str, str] = field(default_factory=dict)

    def find(self, thing: str) -> str:
        while (next_thing := self.towards.setdefault(thing, thing)) != thing:
            self.towards[thing] = self.towards[next_thing]
            thing = next_thing
        return thing

    def size(self, thing: str) -> int:
        return self.numbers[self.letter_of(thing)]

    def letter_of(self, thing: str) -> str:
        return self.letter.get(self.find(thing), "H")

    def union(self, one: str, other: str) -> bool:
        """Make two sizes one; False if they are tied to different numbers."""
        one, other = self.find(one), self.find(other)
        if one == other:
            return True
        letters = [self.letter[thing] for thing in (one, other) if thing in self.letter]
        if len({self.numbers[letter] for letter in letters}) > 1:
            return False
        self.towards[other] = one
        if letters:
            self.letter[one] = min(letters)
        return True


def infer(equations: Equations, D: int, H: int, K: int, inputs: Mapping[str, str] = X) -> Shapes:
    """Sizes and shapes of the equations for D inputs, H hidden units, K outputs.

    `inputs` are the signals that are given, each with the letter of its size.

    Raises InputError where sizes clash, with the place; and if there are more than a million weights.
    """
    numbers = {name: positive(name, given) for name, given in {"D": D, "H": H, "K": K}.items()}
    tied = {"x": "D", "y": "K", **inputs}
    classes = Unifier(numbers, letter={f"signal {name}": letter for name, letter in tied.items()})
    weights: dict[str, tuple[str, ...]] = {}

    def visit(e: Expression, where: At) -> str | None:
        """The class of an expression's size; None for numbers alone."""
        where = start_of(e, where)
        match e:
            case Number():
                return None
            case Signal(name=name):
                return f"signal {name}"
            case Vector(name=name):
                weights[name] = (f"rows {name}",)
                return f"rows {name}"
            case Product(weight=weight):
                weights[weight] = rows, columns = f"rows {weight}", f"columns {weight}"
                if e.transposed:
                    rows, columns = columns, rows
                operand = visit(e.operand, where)
                if operand is None:
                    raise InputError("number_right_of_at", *where, weight=weight)
                if not classes.union(operand, columns):
                    sizes = {"got": classes.size(operand), "had": classes.size(columns)}
                    raise InputError("weight_at_two_sizes", *where, name=weight, **sizes)
                return rows
            case Call(function=function) if FUNCTIONS[function].pullback:
                size = visit(e.operand, where)
                if size is None:
                    raise InputError("number_in_function", *where, function=function)
                return size
        found, first = None, e
        for child in children(e):
            size = visit(child, where)
            if found is None:
                found, first = size, child
            elif size is not None and not classes.union(found, size):
                told = {
                    "left": text_of(first),
                    "m": classes.size(found),
                    "right": text_of(child),
                    "n": classes.size(size),
                }
                raise InputError("sizes_differ", *start_of(child, where), **told)
        return found

    for equation in equations.values():
        where = (equation.line, equation.column)
        signal, size = f"signal {equation.name}", visit(equation.expression, where)
        if size is not None and not classes.union(signal, size):
            told = {"name": equation.name, "n": classes.size(signal), "m": classes.size(size)}
            raise InputError("sides_differ", *where, **told)

    letters = {name: (classes.letter_of(f"signal {name}"),) for name in (*inputs, *equations)}
    letters |= {name: tuple(classes.letter_of(axis) for axis in axes) for name, axes in weights.items()}
    shapes = {name: tuple(numbers[letter] for letter in letters[name]) for name in weights}
    if (count := sum(math.prod(shape) for shape in shapes.values())) > MAX_WEIGHTS:
        raise InputError("too_many_weights", limit=MAX_WEIGHTS, got=count)
    return Shapes({name: numbers[letters[name][0]] for name in (*inputs, *equations)}, shapes, letters)


def positive(name: str, given: object) -> int:
    """A size that was asked for, checked."""
    try:
        number = operator.index(given)  # pyright: ignore[reportArgumentType]
    except TypeError:
        number = 0
    if not 1 <= number <= MAX_SIZE:
        raise InputError("not_positive", name=name, limit=MAX_SIZE, got=str(given)[:20])
    return number
