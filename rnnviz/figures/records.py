"""What travels to the player, field by field: the header of a picture, as JSON. Tuples travel as lists.

Numbers travel once, as float32, behind the header; an `offset` counts from the first of them. Steps count from 1, rows
and columns from 0. Texts are HTML where that is said.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, NotRequired, TypeAlias, TypedDict

# An expression of the notation: what it is, and what it is made of.
Nested: TypeAlias = (
    tuple[Literal["signal"], str, int | str]  # name, and the shift of its step or the child
    | tuple[Literal["vector"], str]  # name
    | tuple[Literal["number"], float]
    | tuple[Literal["product"], str, "Nested", *tuple[Literal[True], ...]]  # weight, operand, whether transposed
    | tuple[Literal["sum"], *tuple["Nested", ...]]
    | tuple[Literal["times"], *tuple["Nested", ...]]
    | tuple[Literal["call"], str, "Nested"]  # function, operand
)
# All numbers of a matrix, by its name; and whether it is transposed.
Weights = tuple[Literal["weight"], str, *tuple[Literal[True], ...]]
Source = Nested | Weights
Kind = Literal["name", "term", "under", "between", "between_shape", "operator", "symbol", "side", "unit"]
Label = tuple[str, str]  # the name of a signal, and how it is written, as HTML


# ------------------------------------------------------------------------------------------------------------ the stage


class Tile(NamedTuple):
    """A rectangle of cells that shows one symbol; `source` is the expression (or weight) whose numbers it shows."""

    row: int
    column: int
    height: int
    width: int
    source: Source
    lying: bool = False


class Mark(NamedTuple):
    """A text at a place of the line, as HTML.

    `kind` says where it stands and how large: name (above a tile), term (the same, where the text is the key of a word:
    kept or written), under (its shape), between and between_shape (the
    same under an operand that lies), operator, symbol (over a column), side and unit (left of a row). Columns and rows
    may lie between cells.
    """

    kind: Kind
    row: float
    column: float
    text: str


class Line(TypedDict):
    """One row of tiles and marks."""

    rows: int  # its height in cells
    columns: int  # its width in cells
    tiles: Sequence[Tile]
    marks: Sequence[Mark]


class Working(TypedDict):
    """How a result comes about, for slow motion."""

    wide: list[Line]
    narrow: list[Line]
    terms: int  # how many of the tiles, from the first on, are terms
    sum: bool  # whether their sum follows
    function: str | None  # what is applied to it, as a formula writes it


class Block(TypedDict):
    """One equation."""

    name: str  # of its signal
    label: str  # the same with its step, as HTML
    tree: Nested  # its right side
    wide: list[Line]
    narrow: list[Line]  # for a phone
    folded: list[Line]  # name and result only
    working: Working | None  # None where nothing is between operands and result


class Belt(TypedDict):
    """The line that carries the state, always spelled out."""

    name: str  # of its signal
    wide: list[Line] | None  # what is kept and what is written; None where these are not two: as in its block
    narrow: list[Line] | None


class Stage(TypedDict):
    """All equations."""

    blocks: list[Block]
    belt: Belt
    focus: str  # the name of the other one that is spelled out first; the belt's own where there is no other
    share: str | None  # the name of softmax(y)


# -------------------------------------------------------------------------------------------------- the network in time


class Timeline(TypedDict):
    """The network over its steps; lists of names are of signals."""

    bands: list[Label]  # from top to bottom
    slots: list[int]  # where each band stands, from the top
    places: int  # how many slots there are
    first: int  # the first column
    last: int  # the last column
    carried: list[str]  # what is handed from step to step
    ahead: list[str]  # what is known only when the whole sequence is
    gives: list[bool]  # for each step, whether x is given
    reads: list[bool]  # for each step, whether y is read
    fed: list[bool]  # for each step, whether x is what y chose before


class Name(TypedDict):
    """A box of the network."""

    name: str  # the signal that it hands on
    label: str  # the same with its step, as HTML


class Black(TypedDict):
    """A box as a block of the stage: what it carries on, from what it reads."""

    name: str
    wide: list[Line]
    narrow: list[Line]


class Network(TypedDict):
    """The network as boxes and arrows."""

    boxes: list[Name]  # from the input up
    edges: list[tuple[str, str, int | str, list[str]]]  # from, to, the shift (or child) read at, the weights on the way
    strips: list[Label]  # what is shown inside the boxes: gates, and what else is carried
    black: list[Black]
    formulas: list[str]  # the equations, as HTML


class Series(TypedDict):
    """Counts of weights for each length of a sequence."""

    T: list[int]
    shared: list[int]
    untied: list[int]
    whole: list[int]


class Counts(TypedDict):
    """How many weights there are: shared by all steps, untied, and of one net over the whole sequence."""

    weights: list[tuple[str, str, int]]  # name, shape such as 3×4, how many numbers
    shared: int
    untied: int
    whole: int
    D: int
    H: int
    K: int
    series: Series


class Tree(TypedDict):
    """The tree of a sentence: one entry a node, in the order of the nodes."""

    left: list[int | None]  # the child, from 1
    right: list[int | None]
    x: list[float]  # its column, from 0
    y: list[int]  # how many levels above the words
    words: list[str | None]  # of a leaf
    operators: list[str | None]  # what an inner node reads
    signal: str  # what the nodes show


# --------------------------------------------------------------------------------------------------- colours and curves


class Ranges(TypedDict):
    """The fixed ranges of colours."""

    states: list[str]  # the signals from -state to state
    state: float
    weight: float  # all else, and weights, from -weight to weight


class Curve(TypedDict):
    """A function that works on every element by itself."""

    reach: float  # it is drawn from -reach to reach
    values: list[float]  # at equal distances
    slope: Nested  # the derivative, in terms of the output o
    flat: list[tuple[float, float]]  # where the curve hardly answers: from, to


Colours = Mapping[str, str | tuple[str, ...]]  # of one theme, by the names of theme.Theme


# ------------------------------------------------------------------------------------------------- numbers, and changes


class SignalNumbers(TypedDict):
    """Where the numbers of a signal stand: row by row, in time order."""

    offset: int
    n: int  # numbers a row
    rows: int
    before: int  # rows before step 1
    was: NotRequired[int]  # the offset of the same before the changes


class WeightNumbers(TypedDict):
    """Where the numbers of a weight stand: row by row."""

    offset: int
    rows: int
    columns: int
    matrix: bool
    encoder: NotRequired[int]  # the offset of the encoder's own
    was: NotRequired[int]  # the same two before the changes
    encoderWas: NotRequired[int]


class Share(TypedDict):
    """What one source gave to the signal that sentences are about."""

    label: str  # its name, as HTML; "" for all biases
    offset: int  # of as many numbers as the signal has


class Before(TypedDict):
    """What the scene before the changes says."""

    labels: Sequence[str]  # of the steps
    chosen: list[int] | None  # the symbol that y chose at each step
    sentences: list[str]  # HTML


class Ripple(TypedDict):
    """The change of the signal that sentences are about, over time."""

    name: str  # among the signals
    range: float  # of its colours


class Sweep(TypedDict):
    """One number at several values, which a drag shows; each list has an entry for each value."""

    place: str  # the number, as edits write it
    values: list[float]
    weight: tuple[str, int, int, bool] | None  # a weight as name, row, column, whether the encoder's own
    signals: dict[str, int]  # of what moves: the offset of its rows at the first value; those of the next follow
    chosen: list[list[int] | None]
    felt: list[str]  # HTML


class Changes(TypedDict):
    """What the reader changed, or nothing."""

    changed: Before | None
    felt: NotRequired[str]  # how long it is felt, as HTML
    changing: bool  # whether numbers can be changed now
    changeable: list[str]  # the signals that can be held or, for x, set
    ripple: Ripple | None
    sweep: Sweep | None


# ------------------------------------------------------------------------------------------------------------ all of it


class Beside(TypedDict):
    """Of a comparison: which player this is."""

    leads: bool  # it has the bar, and takes the keys for both
    name: str  # what stands above the picture
    about: str


class Film(TypedDict):
    """Of a backward pass, which is shown from the last step to the first; lists have an entry for each step."""

    losses: list[float | None]  # what each output missed; None where it is not read
    mean: float
    scales: dict[str, list[float]]  # of a derivative the range of its colours
    alike: list[str]  # the derivatives that have one range for all steps
    lengths: dict[str, list[float]]  # of the states: how long the derivative is
    halves: dict[str, list[list[float]]]  # how long what comes in this step is, and what comes through another one


class Head(TypedDict):
    """The line above the picture."""

    does: str  # what the network does, as HTML
    right: list[str | None]  # for each step the right output, where it is known
    trained: bool  # whether the weights were trained, so that outputs mean something


class Picture(Changes):
    """The header but for what changes from page to page."""

    T: int  # how many steps
    labels: Sequence[str]  # of the steps
    decoder: int  # the first step with the decoder's weights; 1 where all share theirs
    chosen: list[int] | None  # the symbol that y chose at each step
    symbols: Sequence[str]  # of the rows of y
    signals: dict[str, SignalNumbers]
    weights: dict[str, WeightNumbers]
    large: list[tuple[int, float]]  # numbers that float32 cannot hold, each with where it stands
    graph: Tree | None  # None for a sequence
    called: dict[str, str]  # of a signal its name in words
    timeline: Timeline
    network: Network | None  # None unless it is unrolled; so are its counts
    counts: Counts | None
    ranges: Ranges
    held: dict[str, list[tuple[int, int]]]  # of a signal the numbers that are held, as step from 0 and row
    axes: dict[str, list[list[str] | None]]  # of a signal or weight the symbols along its rows, and of a matrix columns
    curves: dict[str, Curve]  # by function
    shares: dict[str, list[Share]]  # by signal
    functions: dict[str, str]  # how a formula writes each
    sentences: list[str]  # for t = 0 and each step, as HTML
    header: Head | None
    terms: dict[str, str]  # of a sign its name and one sentence
    themes: dict[str, Colours]  # light and dark
    sizes: dict[str, int]  # pixels
    words: dict[str, str]  # what the player says
    side: Beside | None
    film: Film | None  # None for a run


class Way(TypedDict):
    """The way back from one step, as logarithms to the base 10."""

    whole: list[float]  # how long the derivative is at each step up to this one
    first: list[float]  # the first half of the way from each step's next one to it


class Apart(TypedDict):
    """Why a derivative shrinks or grows on its way back."""

    kinds: tuple[str, str]  # what the two halves of a step are
    state: str  # whose derivative, at step k, as HTML
    rows: dict[str, Way]  # by the step (from 1) that it comes from
    length: float | None  # of the matrix that it is multiplied by at every step


class Chain(TypedDict):
    """The products that derivatives are made of: at k they are what they are at k + 1, times J of step k + 1."""

    states: list[tuple[str, int]]  # their names as HTML, and their sizes; N numbers of all
    steps: list[list[list[float]]]  # J, (t, N, N)
    carried: list[list[list[float]]]  # (t, k, N)


class Panel(TypedDict):
    """A triangle: what each step has to do with each earlier one."""

    name: str  # HTML, as are the next two
    about: list[str]
    what: str  # the name of one number, with {t} and {k}
    labels: list[str]  # of the steps
    norms: list[list[float]]  # (t, k)
    apart: Apart | None
    vectors: list[list[list[float]]] | None  # (t, k, n): the numbers whose length each norm is
    chain: Chain | None


class Pair(TypedDict):
    """A part of what the steps give to a gradient: at each step the product of both."""

    rows: list[list[float]]  # (T, n)
    columns: list[list[float]] | None  # (T, m); None for a vector


class Gradient(TypedDict):
    """A weight, its gradient and where it comes from."""

    name: str
    label: str  # HTML
    before: list[list[float]]  # a vector has one column
    gradient: list[list[float]]
    pairs: list[Pair]
    measured: list[list[float]] | None  # the same by moving each number
    axes: list[list[str] | None]  # the symbols of its rows, and of its columns


class Update(TypedDict):
    """All weights of a network and one update of them."""

    weights: list[Gradient]
    T: int
    labels: list[str]
    loss: float
    rates: list[float]
    later: list[float]  # the loss after an update at each of these rates
    words: dict[str, str]
    themes: dict[str, Colours]


class Run(TypedDict):
    """A run of training, as the browser follows it."""

    name: str  # HTML
    url: str


class Training(TypedDict):
    """Runs whose losses are drawn."""

    runs: list[Run]
    running: bool
    at: int | None  # the update that is seen again
    words: dict[str, str]
    themes: dict[str, Colours]


class Triangles(TypedDict):
    """Triangles side by side."""

    kind: str  # memory or items
    panels: list[Panel]
    words: dict[str, str]
    themes: dict[str, Colours]


class Header(Picture):
    """All of it."""

    stage: Stage
    plotly: str  # the address of plotly.js
    seek: tuple[str, int]  # an id, and the step to jump to when it is new
