"""The grid: the items of an equation laid out as tiles of cells, operators and names on whole rows and columns.

A block is one equation, on one or more lines; the page flows blocks into the room there is. Positions count cells from
the top left of their line.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rnnviz.core.language.expressions import (
    Call,
    Equation,
    Expression,
    Hold,
    Product,
    Signal,
    Sum,
    Times,
    Vector,
    children,
    negated,
    times,
)
from rnnviz.figures import records, writing
from rnnviz.figures.records import Mark, Source, Tile
from rnnviz.figures.spelling import LONG_VECTOR, Item, Sizes, brief, merged, nested, spell, value_item

MOST_STREAMS = 8  # a state with more terms is shown as its equation
MOST_WRITTEN = 3  # of a state with more terms only their values are shown, not how they come about


@dataclass(slots=True)
class Line:
    """One row of tiles and marks; `rows` and `columns` are its size in cells."""

    rows: int = 0
    columns: int = 0
    tiles: list[Tile] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def record(self) -> records.Line:
        """As the player reads it."""
        return {"rows": self.rows, "columns": self.columns, "tiles": self.tiles, "marks": self.marks}


def in_lines(items: list[Item], sizes: Sizes, widest: int | None = None) -> list[Line]:
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
                line.tiles.append(Tile(0, column, 1, item.width, nested(operand), lying=True))
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
        return sizes.shape(item.tile)[0]
    return sizes.of(item.tile)


def tile_marks(item: Item, sizes: Sizes, top: int, column: int, centre: float) -> list[Mark]:
    """Name and shape above a tile, symbols beside its rows and above its columns."""
    e = item.tile
    marks: list[Mark] = []
    if item.matrix and isinstance(e, Product):
        rows, columns = sizes.shape(e)
        marks.append(Mark("name" if not item.lying else "between", top, centre, writing.symbol(e)))
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


def row_symbols(signal: str, sizes: Sizes, top: int, column: int) -> list[Mark]:
    """The symbols of a signal's rows, left of them."""
    return [Mark("side", top + i, column, short(s)) for i, s in enumerate(sizes.symbols.get(signal, ()))]


def column_symbols(operand: Expression, sizes: Sizes, top: int, column: int) -> list[Mark]:
    """The symbols of an operand's rows, above the columns of its matrix."""
    symbols = sizes.symbols.get(operand.name, ()) if isinstance(operand, Signal) else ()
    return [Mark("symbol", top, column + j, short(s)) for j, s in enumerate(symbols)]


@lru_cache(1024)
def short(symbol: str) -> str:
    """A symbol as the player gets it, escaped: of a very long word the beginning and the end.

    Quotation marks stay: Plotly would show their entity.
    """
    return html.escape(symbol if len(symbol) <= 16 else f"{symbol[:8]}…{symbol[-7:]}", quote=False)


def full(equation: Equation, sizes: Sizes, widest: int | None = None) -> list[Line]:
    """The whole equation: result, `=`, expression."""
    result = Signal(equation.name)
    left = [Item(), value_item(result), Item("=")]
    right = spell(equation.expression, sizes)
    if equation.name in sizes.symbols and right[0].matrix:
        left.append(Item())  # room for the symbols of its rows
    lines = in_lines([*left, *right], sizes, widest)
    number_rows(lines, equation, sizes)
    return lines


def conveyor(equation: Equation, sizes: Sizes, widest: int | None = None) -> list[Line] | None:
    """A state to which something is added: what is kept of it, and what is written, each as its product and its value.

    None where the state is not a sum with its own earlier value in a term of its own, outside of any function.
    """
    e = equation.expression
    kept = [term for term in e.terms if keeps(term, equation.name)] if isinstance(e, Sum) else []
    words = {term: "kept" if term in kept else "written" for term in children(e)}
    return streams(equation, words, sizes, widest) if kept else None


def streams(
    equation: Equation, words: Mapping[Expression, str], sizes: Sizes, widest: int | None = None
) -> list[Line] | None:
    """A sum of terms of two kinds: those of the first kind stand first, and each has its kind's word above its value.

    None where all are of one kind, or too many. Where there are more than two, only their values are shown.
    """
    e = equation.expression
    if not isinstance(e, Sum) or len(set(words.values())) < 2 or len(e.terms) > MOST_STREAMS:
        return None
    items: list[Item] = [Item(), value_item(Signal(equation.name)), Item("=")]
    first = min(words.values())
    for k, term in enumerate(sorted(e.terms, key=lambda term: words[term] != first)):
        subtracted = negated(term)
        if k or subtracted:
            items.append(Item(writing.MINUS if subtracted else "+", breakable=bool(k)))
        shown = subtracted or term
        if isinstance(shown, Signal | Vector) or len(e.terms) > MOST_WRITTEN:
            items.append(value_item(shown))
            continue
        items += [Item("("), *spell(shown, sizes), Item("→"), value_item(shown), Item(")")]
    lines = in_lines(items, sizes, widest)
    number_rows(lines, equation, sizes)
    told: dict[Source, str] = {nested(negated(term) or term): word for term, word in words.items()}
    for line in lines:
        tops = {(float(tile.row), float(tile.column)): told.get(tile.source) for tile in line.tiles}
        for k, mark in enumerate(list(line.marks)):
            word = tops.get((mark.row, mark.column)) if mark.kind == "name" else None
            if word and len(e.terms) > MOST_WRITTEN:
                line.marks.append(Mark("under", mark.row, mark.column, word))
            elif word:
                line.marks[k] = Mark("term", mark.row, mark.column, word)
    return lines


def keeps(term: Expression, name: str) -> bool:
    """Whether a term has an earlier value of a signal, outside of any function."""
    match term:
        case Hold():
            return keeps(term.operand, name)
        case Signal():
            return term.name == name and term.shift != 0
        case Product():
            return keeps(term.operand, name)
        case Sum() | Times():
            return any(keeps(part, name) for part in children(term))
        case _:
            return False


def boxed(results: list[Signal], inputs: list[Signal], sizes: Sizes, widest: int | None = None) -> list[Line]:
    """The black box: results = f_W(inputs)."""

    def listed(vectors: list[Signal]) -> list[Item]:
        items: list[Item] = []
        for vector in vectors:
            items += [Item(",", breakable=True)] if items else []
            items += [Item(), value_item(vector)]
        return items

    return in_lines([*listed(results), Item("= <i>f</i><sub>W</sub> ("), *listed(inputs), Item(")")], sizes, widest)


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
        line.tiles.append(Tile(0, 1, 1, n, nested(result), lying=True))
        line.marks.append(Mark("name", 0, 1 + n / 2 - 0.5, writing.symbol(result)))
        line.marks += column_symbols(result, sizes, 0, 1)
        return [line]
    line = set_line([Item(), value_item(result)], sizes)
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
        items += [Item("=", breakable=True), value_item(body)]
    return Working(in_lines([Item(), *items], sizes, widest), terms, has_sum, function)
