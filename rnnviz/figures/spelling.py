"""An equation as the items of a line, left to right: operators, and tiles with their names. Nothing has a place yet.

Nothing here knows a cell by its name: a line is spelled from its expression tree.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from rnnviz.core.language.expressions import (
    Call,
    Expression,
    Hold,
    Number,
    Product,
    Signal,
    Sum,
    Times,
    Vector,
    children,
    negated,
)
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.figures import writing
from rnnviz.figures.records import Nested, Source

LONG_VECTOR = 8  # a longer operand lies down above its matrix, so that the line stays low


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the layout needs to know of a model: sizes, shapes, and the symbols along an axis where it has such."""

    signals: Mapping[str, int]
    weights: Mapping[str, tuple[int, ...]]
    symbols: dict[str, tuple[str, ...]]  # signal -> the symbol of each of its rows

    def of(self, e: Expression) -> int:
        """The number of rows of an expression's vector; 0 for a number, which fits any."""
        match e:
            case Signal():
                return self.signals[e.name]
            case Vector():
                return self.weights[e.name][0]
            case Product():
                return self.shape(e)[0]
            case _:
                return max((self.of(child) for child in children(e)), default=0)

    def shape(self, e: Product) -> tuple[int, ...]:
        """The rows and columns of the matrix of a product, as it stands there."""
        shape = self.weights[e.weight]
        return shape[::-1] if e.transposed else shape


def nested(e: Expression) -> Nested:
    """The expression for the player's arithmetic."""
    match e:
        case Hold():
            return nested(e.operand)
        case Signal():
            return ("signal", e.name, e.shift)
        case Vector():
            return ("vector", e.name)
        case Number():
            return ("number", e.value)
        case Product():
            return ("product", e.weight, nested(e.operand), *((True,) if e.transposed else ()))
        case Sum():
            return ("sum", *map(nested, e.terms))
        case Times():
            return ("times", *map(nested, e.factors))
        case Call():
            return ("call", e.function, nested(e.operand))


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a line before it has a place: an operator, or a tile with its name, or (text "") an empty column."""

    text: str = ""
    width: int = 1
    tile: Expression | None = None
    matrix: bool = False
    source: Source | None = None
    breakable: bool = False
    lying: bool = False


def spell(e: Expression, sizes: Sizes, as_values: bool = False) -> list[Item]:
    """The items of an expression, left to right. With `as_values` a product or call is one tile: its value."""
    if as_values and isinstance(e, Product | Call):
        return [Item(tile=e, source=nested(e))]
    match e:
        case Hold():
            return spell(e.operand, sizes, as_values)
        case Signal() | Vector():
            return [Item(tile=e, source=nested(e))]
        case Number():
            return [Item(text=writing.constant(e.value))]
        case Product():
            rows, columns = sizes.shape(e)
            source: Source = ("weight", e.weight, True) if e.transposed else ("weight", e.weight)
            if isinstance(e.operand, Signal | Vector) and columns > max(LONG_VECTOR, rows):
                return [Item(tile=e, matrix=True, source=source, width=columns, lying=True)]
            weight = Item(tile=e, matrix=True, source=source, width=columns)
            inner = spell(e.operand, sizes)
            if not isinstance(e.operand, Signal | Vector | Call):
                inner = [Item("("), *inner, Item(")")]
            return [weight, Item(), *inner]
        case Sum():
            items: list[Item] = []
            for i, term in enumerate(e.terms):
                subtracted = negated(term)
                if i or subtracted:
                    items.append(Item(writing.MINUS if subtracted else "+", breakable=bool(i)))
                shown = subtracted or term
                piece = spell(shown, sizes, as_values)
                items += [Item("("), *piece, Item(")")] if isinstance(shown, Sum) else piece
            return items
        case Times():
            items = []
            for i, factor in enumerate(e.factors):
                if i and not isinstance(e.factors[i - 1], Number):
                    items.append(Item("⊙", breakable=True))
                if isinstance(factor, Number):
                    items.append(Item(writing.MINUS if factor.value == -1 else writing.constant(factor.value) + "·"))
                elif isinstance(factor, Sum):
                    items += [Item("("), *spell(factor, sizes, as_values), Item(")")]
                else:
                    items += spell(factor, sizes, as_values)
            return items
        case Call():
            return [Item(f"{FUNCTIONS[e.function].symbol} ("), *spell(e.operand, sizes), Item(")")]


def value_item(e: Expression) -> Item:
    """One tile for the value of a term; a number stays a number."""
    return Item(text=writing.constant(e.value)) if isinstance(e, Number) else Item(tile=e, source=nested(e))


def merged(items: list[Item], wrapped: bool) -> list[Item]:
    """Neighbouring texts as one item, as wide as it needs; where lines may break each operator stays by itself."""
    out: list[Item] = []
    for item in items:
        if item.text and out and out[-1].text and not (wrapped and item.breakable):
            text = f"{out[-1].text} {item.text}"
            out[-1] = replace(out[-1], text=text, width=columns_for(text))
        else:
            out.append(replace(item, width=columns_for(item.text)) if item.text else item)
    return out


def columns_for(text: str) -> int:
    """How many columns an operator takes, in the smallest cells with readable numbers."""
    plain = re.sub(r"<[^>]*>", "", text)
    return math.ceil((10.5 * len(plain.replace(" ", "")) + 5 * plain.count(" ") + 8) / 35)


def brief(e: Expression) -> str:
    """What a tile is called: a symbol by its name, a value by the expression it is of, cut short where that is long."""
    match e:
        case Hold():
            return brief(e.operand)
        case Signal() | Vector():
            return writing.symbol(e)
        case Product():
            return writing.symbol(e) + (writing.symbol(e.operand) if isinstance(e.operand, Signal | Vector) else "(…)")
        case Call():
            return f"{FUNCTIONS[e.function].symbol}({brief(e.operand)})"
        case Number():
            return writing.constant(e.value)
        case Times():
            return " ⊙ ".join("(…)" if isinstance(factor, Sum | Times) else brief(factor) for factor in e.factors)
        case Sum():
            return "Σ"
