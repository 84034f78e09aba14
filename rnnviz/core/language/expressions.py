"""Expressions: what stands right of an equation's sign, as small immutable nodes.

Sums and products are flat and numbers stand first in a product, so equal terms are equal nodes and can be found by
looking them up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

At = tuple[int, int]
NOWHERE: At = (0, 0)


@dataclass(frozen=True, slots=True)
class Signal:
    """`h[t-1]`: a vector that changes with the step. `shift` is 0, -1, +2, ... or a child in a tree, "l" or "r".

    A backward pass also reads at "↑l", the parent whose left child this node is, and at "↑r".
    """

    name: str
    shift: int | str = 0
    at: At = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Vector:
    """`b_h`: a weight that is a vector."""

    name: str
    at: At = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number:
    """`1`: fits any size."""

    value: float
    at: At = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Product:
    """`W @ operand`: the matrix product of one weight, or of its transpose in a backward pass."""

    weight: str
    operand: "Expression"
    transposed: bool = False
    at: At = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Sum:
    """`a + b - c`, flat; a term that is subtracted is `Times((Number(-1), c))`."""

    terms: "tuple[Expression, ...]"
    at: At = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Times:
    """`a * b * c`, element by element, flat; a number stands first."""

    factors: "tuple[Expression, ...]"
    at: At = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`tanh(operand)`."""

    function: str
    operand: "Expression"
    at: At = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Hold:
    """What a number is where it is held: `value` where `mask` is not 0, and `operand` elsewhere, element by element.

    Nobody types it: it is made of an equation whose numbers are held. Where a number is held, what its equation would
    give does not matter, not even if that is inf or nan.
    """

    mask: "Expression"
    value: "Expression"
    operand: "Expression"
    at: At = field(default=NOWHERE, compare=False, repr=False)


Expression = Signal | Vector | Number | Product | Sum | Times | Call | Hold
ZERO, ONE, MINUS = Number(0.0), Number(1.0), Number(-1.0)


@dataclass(frozen=True, slots=True)
class Equation:
    """`name[t] = expression`, and the line (from 1) of the text that it stands on.

    `called` is the name in words that a comment after it gives, "" for none; it changes nothing that is computed.
    """

    name: str
    expression: Expression
    line: int
    column: int = 1
    called: str = field(default="", compare=False)


Equations = dict[str, Equation]


def plus(*terms: Expression, at: At = NOWHERE) -> Expression:
    """The flat sum; zeros vanish, one term stays as it is."""
    flat: list[Expression] = []
    for term in terms:
        flat += term.terms if isinstance(term, Sum) else () if term == ZERO else (term,)
    return ZERO if not flat else flat[0] if len(flat) == 1 else Sum(tuple(flat), at)


def terms_of(e: Expression) -> "tuple[Expression, ...]":
    """What a sum adds up; of anything else that itself."""
    return e.terms if isinstance(e, Sum) else (e,)


def times(*factors: Expression, at: At = NOWHERE) -> Expression:
    """The flat product; numbers are multiplied and stand first, a factor 1 vanishes."""
    number, flat = 1.0, []
    for factor in factors:
        for part in factor.factors if isinstance(factor, Times) else (factor,):
            if isinstance(part, Number):
                number *= part.value
            else:
                flat.append(part)
    if not flat:
        return Number(number, at)
    if number != 1.0:
        flat.insert(0, Number(number, at))
    return flat[0] if len(flat) == 1 else Times(tuple(flat), at)


def coefficient(e: Expression) -> float:
    """The number that a term is multiplied by."""
    first = e.factors[0] if isinstance(e, Times) else e
    return first.value if isinstance(first, Number) else 1.0


def minus(term: Expression) -> Expression:
    """The term with its sign turned."""
    return times(MINUS, term)


def negated(term: Expression) -> Expression | None:
    """What is subtracted, if this term of a sum is a subtraction; else None."""
    return times(*term.factors[1:]) if isinstance(term, Times) and term.factors[0] == MINUS else None


def children(e: Expression) -> tuple[Expression, ...]:
    """The nodes directly below."""
    match e:
        case Sum():
            return e.terms
        case Times():
            return e.factors
        case Product() | Call():
            return (e.operand,)
        case Hold():
            return (e.mask, e.value, e.operand)
        case _:
            return ()


def walk(e: Expression) -> Iterator[Expression]:
    """The node and all below it."""
    yield e
    for child in children(e):
        yield from walk(child)


def signals(e: Expression) -> Iterator[Signal]:
    """Every signal an expression reads, as often as it stands there."""
    return (node for node in walk(e) if isinstance(node, Signal))


def rebuild(e: Expression, below: "tuple[Expression, ...]") -> Expression:
    """The same node over other children."""
    match e:
        case Sum():
            return plus(*below, at=e.at)
        case Times():
            return times(*below, at=e.at)
        case Product():
            return Product(e.weight, below[0], e.transposed, e.at)
        case Call():
            return Call(e.function, below[0], e.at)
        case Hold():
            mask, value, operand = below
            return Hold(mask, value, operand, e.at)
        case _:
            return e


def varies(e: Expression) -> bool:
    """Whether an expression changes with the step."""
    return next(signals(e), None) is not None


def direction(shift: int | str) -> int:
    """-1 for an earlier step or a child, +1 for a later step or the parent, 0 for this step."""
    if isinstance(shift, str):
        return 1 if shift.startswith("↑") else -1
    return (shift > 0) - (shift < 0)


def back(shift: int | str) -> int | str:
    """The shift of the way back: whoever is read at `shift` by a step reads that step there."""
    if isinstance(shift, str):
        return shift.removeprefix("↑") if shift.startswith("↑") else f"↑{shift}"
    return -shift


def start_of(e: Expression, otherwise: At) -> At:
    """Where an expression begins in the text, as well as it is known."""
    return next((node.at for node in walk(e) if node.at != NOWHERE), otherwise)


def text_of(e: Expression) -> str:
    """The expression as text of the notation; reading it again gives the same expression."""
    match e:
        case Signal():
            shift = f"t{e.shift:+d}" if isinstance(e.shift, int) and e.shift else e.shift or "t"
            return f"{e.name}[{shift}]"
        case Vector():
            return e.name
        case Number():
            return f"{e.value:.15g}" if float(f"{e.value:.15g}") == e.value else repr(e.value)
        case Call():
            return f"{e.function}({text_of(e.operand)})"
        case Hold():
            return f"hold({', '.join(map(text_of, children(e)))})"
        case Product():
            weight = f"{e.weight}.T" if e.transposed else e.weight
            # W @ -1 would be read as -(W @ 1).
            bare = not isinstance(e.operand, Number) or e.operand.value >= 0
            return f"{weight} @ {factor_text(e.operand) if bare else f'({text_of(e.operand)})'}"
        case Sum():
            text = text_of(e.terms[0])
            for term in e.terms[1:]:
                subtracted = negated(term)
                # A subtracted sum cannot arise from `minus`, but its parentheses cost nothing.
                text += f" - {factor_text(subtracted, Times)}" if subtracted else f" + {text_of(term)}"
            return text
        case Times():
            factors = e.factors[1:] if e.factors[0] == MINUS else e.factors
            return ("-" if e.factors[0] == MINUS else "") + " * ".join(map(factor_text, factors))


def factor_text(e: Expression, *bare: type) -> str:
    """The expression in parentheses unless it binds tightly enough, or is of a type that needs none here."""
    return text_of(e) if isinstance(e, (Signal, Vector, Number, Call, Hold, *bare)) else f"({text_of(e)})"


def with_activation(e: Expression, function: str) -> Expression:
    """Every `tanh(` of the expression replaced by another function."""
    e = rebuild(e, tuple(with_activation(child, function) for child in children(e)))
    return Call(function, e.operand, e.at) if isinstance(e, Call) and e.function == "tanh" else e


def is_bias(name: str) -> bool:
    """Whether a vector weight is called b or b_..."""
    return name == "b" or name.startswith("b_")


def without_bias(e: Expression) -> Expression:
    """The expression without the vector weights `b`, `b_...` that are added or subtracted in it."""
    kept = children(e)
    if isinstance(e, Sum):
        kept = tuple(term for term in kept if not (isinstance(b := negated(term) or term, Vector) and is_bias(b.name)))
    return rebuild(e, tuple(without_bias(child) for child in kept))
