"""The grid: an equation laid out as tiles of cells, operators and names on whole rows and columns.

Nothing here knows a cell by its name: a line is spelled from its expression tree. A block is one equation, on one or
more lines; the page flows blocks into the room there is. Positions count cells from the top left of their line.
"""

import html
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from rnnviz.core.language.expressions import (
    Call,
    Equation,
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
    times,
)
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.figures import writing

LONG_VECTOR = 8  # a longer operand lies down above its matrix, so that the line stays low
Json = list


class Tile(NamedTuple):
    """A rectangle of cells that shows one symbol; `source` is the expression (or weight) whose numbers it shows."""

    row: int
    column: int
    height: int
    width: int
    source: Json
    lying: bool = False


class Mark(NamedTuple):
    """A text at a place of the line.

    `kind` says where it stands and how large: name (above a tile), under (its shape), operator, symbol (over a column),
    side (left of a row), choice (the chosen symbol, under a tile). Columns and rows may lie between cells.
    """

    kind: str
    row: float
    column: float
    text: str


@dataclass(slots=True)
class Line:
    """One row of tiles and marks; `rows` and `columns` are its size in cells."""

    rows: int = 0
    columns: int = 0
    tiles: list[Tile] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def json(self) -> dict:
        """As the player reads it: tiles and marks are lists of their parts, in order."""
        return {"rows": self.rows, "columns": self.columns, "tiles": self.tiles, "marks": self.marks}


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
                return self.weights[e.weight][1 if e.transposed else 0]
            case _:
                return max((self.of(child) for child in children(e)), default=0)


def tree(e: Expression) -> Json:
    """The expression as lists, for the player's arithmetic."""
    match e:
        case Hold():
            return tree(e.operand)
        case Signal():
            return ["signal", e.name, e.shift]
        case Vector():
            return ["vector", e.name]
        case Number():
            return ["number", e.value]
        case Product():
            return ["product", e.weight, tree(e.operand), *([True] if e.transposed else [])]
        case Sum():
            return ["sum", *map(tree, e.terms)]
        case Times():
            return ["times", *map(tree, e.factors)]
        case Call():
            return ["call", e.function, tree(e.operand)]


# ----------------------------------------------------------------------------------------------------------- the layout


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a line before it has a place: an operator, or a tile with its name, or (text "") an empty column."""

    text: str = ""
    width: int = 1
    tile: Expression | None = None
    matrix: bool = False
    source: Json | None = None
    breakable: bool = False
    lying: bool = False


def spell(e: Expression, sizes: Sizes, as_values: bool = False) -> list[Item]:
    """The items of an expression, left to right. With `as_values` a product or call is one tile: its value."""
    if as_values and isinstance(e, Product | Call):
        return [Item(tile=e, source=tree(e))]
    match e:
        case Hold():
            return spell(e.operand, sizes, as_values)
        case Signal() | Vector():
            return [Item(tile=e, source=tree(e))]
        case Number():
            return [Item(text=writing.constant(e.value))]
        case Product():
            columns = sizes.weights[e.weight][1]
            rows = sizes.weights[e.weight][0]
            if isinstance(e.operand, Signal | Vector) and columns > max(LONG_VECTOR, rows):
                return [Item(tile=e, matrix=True, source=["weight", e.weight], width=columns, lying=True)]
            weight = Item(tile=e, matrix=True, source=["weight", e.weight], width=columns)
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


def place(items: list[Item], sizes: Sizes, widest: int | None = None) -> list[Line]:
    """Items -> lines. A line longer than `widest` columns goes on below, from an operator on or from a matrix."""
    items = merged(items, wrapped=widest is not None)
    chunks: list[list[Item]] = []
    for i, item in enumerate(items):
        if i == 0 or item.breakable or (item.matrix and not items[i - 1].breakable):
            chunks.append([])
        chunks[-1].append(item)
    rows: list[list[Item]] = [[]]
    for chunk in chunks:
        if widest and rows[-1] and sum(item.width for item in [*rows[-1], *chunk]) > widest:
            rows.append([Item()])
        rows[-1] += chunk
    return [set_line(row, sizes) for row in rows]


def set_line(items: list[Item], sizes: Sizes) -> Line:
    """Give each item its columns and rows; tiles are centred, a lying operand has the first row to itself."""
    above = 2 if any(item.lying for item in items) else 0
    heights = [rows_of(item, sizes) for item in items]
    tall = max(heights, default=1) or 1
    line = Line(rows=above + tall)
    middle = above + tall / 2 - 0.5
    column = 0
    for item, height in zip(items, heights, strict=True):
        centre = column + item.width / 2 - 0.5
        if item.tile is not None and item.source is not None:
            top = above + (tall - height) // 2
            line.tiles.append(Tile(top, column, height, item.width, item.source))
            line.marks += tile_marks(item, sizes, top, column, centre)
            if item.lying and isinstance(item.tile, Product):
                operand = item.tile.operand
                line.tiles.append(Tile(0, column, 1, item.width, tree(operand), lying=True))
                line.marks.append(Mark("name", 0, centre, brief(operand)))
                line.marks += column_symbols(operand, sizes, 0, column)
        elif item.text:
            line.marks.append(Mark("operator", middle, centre, item.text))
        column += item.width
    line.columns = column
    return line


def rows_of(item: Item, sizes: Sizes) -> int:
    """The height of a tile."""
    if item.tile is None:
        return 0
    if item.matrix and isinstance(item.tile, Product):
        return sizes.weights[item.tile.weight][0]
    return sizes.of(item.tile)


def tile_marks(item: Item, sizes: Sizes, top: int, column: int, centre: float) -> list[Mark]:
    """Name and shape above a tile, symbols beside its rows and above its columns."""
    e = item.tile
    marks: list[Mark] = []
    if item.matrix and isinstance(e, Product):
        rows, columns = sizes.weights[e.weight]
        kind = "name" if not item.lying else "between"
        marks.append(Mark(kind, top, centre, writing.symbol(e)))
        marks.append(Mark("under" if not item.lying else "between_shape", top, centre, f"{rows}×{columns}"))
        if not item.lying:
            marks += column_symbols(e.operand, sizes, top, column)
        return marks
    if e is not None:
        marks.append(Mark("name", top, centre, brief(e)))
    if isinstance(e, Signal | Vector):
        marks.append(Mark("under", top, centre, f"{sizes.of(e)}"))
    if isinstance(e, Signal):
        marks += row_symbols(e.name, sizes, top, column)
    return marks


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


def row_symbols(signal: str, sizes: Sizes, top: int, column: int) -> list[Mark]:
    """The symbols of a signal's rows, left of them."""
    return [Mark("side", top + i, column, short(s)) for i, s in enumerate(sizes.symbols.get(signal, ()))]


def column_symbols(operand: Expression, sizes: Sizes, top: int, column: int) -> list[Mark]:
    """The symbols of an operand's rows, above the columns of its matrix."""
    symbols = sizes.symbols.get(operand.name, ()) if isinstance(operand, Signal) else ()
    return [Mark("symbol", top, column + j, short(s)) for j, s in enumerate(symbols)]


@lru_cache(1024)
def short(symbol: str) -> str:
    """A symbol as it fits beside a cell, escaped: of a long word or column name the beginning and the end.

    Quotation marks stay: Plotly would show their entity.
    """
    return html.escape(symbol if len(symbol) <= 6 else f"{symbol[:3]}…{symbol[-2:]}", quote=False)


def full(equation: Equation, sizes: Sizes, widest: int | None = None) -> list[Line]:
    """The whole equation: result, `=`, expression."""
    result = Signal(equation.name)
    left = [Item(), Item(tile=result, source=tree(result)), Item("=")]
    right = spell(equation.expression, sizes)
    if equation.name in sizes.symbols and right[0].matrix:
        left.append(Item())  # room for the symbols of its rows
    lines = place([*left, *right], sizes, widest)
    number_rows(lines, equation, sizes)
    return lines


def boxed(results: list[Signal], inputs: list[Signal], sizes: Sizes, widest: int | None = None) -> list[Line]:
    """The black box: results = f_W(inputs)."""

    def listed(vectors: list[Signal]) -> list[Item]:
        items: list[Item] = []
        for vector in vectors:
            items += [Item(",", breakable=True)] if items else []
            items += [Item(), Item(tile=vector, source=tree(vector))]
        return items

    return place([*listed(results), Item("= <i>f</i><sub>W</sub> ("), *listed(inputs), Item(")")], sizes, widest)


def number_rows(lines: list[Line], equation: Equation, sizes: Sizes) -> None:
    """Left of the result stand the numbers of its units, or its symbols; rows of its first matrix share them."""
    if equation.name in sizes.symbols:
        symbols = sizes.symbols[equation.name]
        tall = [(line, t) for line in lines for t in line.tiles if t.source[0] == "weight" and t.height == len(symbols)]
        for line, matrix in tall[:1]:
            line.marks += [Mark("side", matrix.row + i, matrix.column, short(s)) for i, s in enumerate(symbols)]
    else:
        tile = lines[0].tiles[0]
        lines[0].marks += [Mark("unit", tile.row + i, tile.column, str(i + 1)) for i in range(tile.height)]


def folded(equation: Equation, sizes: Sizes) -> list[Line]:
    """Name and result only; a long result with symbols lies down, its symbols above."""
    result = Signal(equation.name)
    n = sizes.of(result)
    others = max((m for name, m in sizes.signals.items() if name not in sizes.symbols), default=n)
    if n > max(LONG_VECTOR, others):
        line = Line(rows=1, columns=n + 1)
        line.tiles.append(Tile(0, 1, 1, n, tree(result), lying=True))
        line.marks.append(Mark("name", 0, 1 + n / 2 - 0.5, writing.symbol(result)))
        line.marks += column_symbols(result, sizes, 0, 1)
        return [line]
    line = set_line([Item(), Item(tile=result, source=tree(result))], sizes)
    line.marks = [mark for mark in line.marks if mark.kind != "under"]
    return [line]


@dataclass(frozen=True, slots=True)
class Working:
    """How a result comes about, for slow motion: the values of the terms, and of their sum before the function."""

    lines: list[Line]
    terms: int  # how many tiles of the lines are terms
    has_sum: bool
    function: str | None


def working(equation: Equation, sizes: Sizes, widest: int | None = None) -> Working | None:
    """The terms of an equation as values and their sum; None where there is nothing between operands and result."""
    e = equation.expression
    function = e.function if isinstance(e, Call) else None
    body = e.operand if isinstance(e, Call) else e
    if not isinstance(body, Sum | Times | Product) or (isinstance(body, Product) and function is None):
        return None
    if isinstance(body, Sum):
        items: list[Item] = []
        for i, term in enumerate(body.terms):
            subtracted = negated(term)
            if i or subtracted:
                items.append(Item(writing.MINUS if subtracted else "+", breakable=bool(i)))
            items.append(value_item(subtracted or term))
    elif isinstance(body, Times):
        items = spell(times(*body.factors), sizes, as_values=True)
    else:
        items = [value_item(body)]
    terms = sum(item.tile is not None for item in items)
    has_sum = function is not None and (len(items) > 1)
    if has_sum:
        items += [Item("=", breakable=True), Item(tile=body, source=tree(body))]
    return Working(place([Item(), *items], sizes, widest), terms, has_sum, function)


def value_item(e: Expression) -> Item:
    """One tile for the value of a term; a number stays a number."""
    return Item(text=writing.constant(e.value)) if isinstance(e, Number) else Item(tile=e, source=tree(e))
