"""Changes to a network and its run as one text: a number of a weight, an input, a state; a held signal; another order.

    W_xh.1.2:0.5         row 1, column 2 of a weight; * stands for all: W_hh.*.*:0
    b_h.2:0.5            number 2 of a bias
    encoder.W_xh.1.2:2   a weight of an encoder that has weights of its own
    x.3.2:1              number 2 of the input at step 3
    h.0.1:0.5            number 1 of the state before the first step; -1 is the state before that one, and T + 1 the one
                         after the last of T steps, where an equation reads these
    f.3.1:0              number 1 of a computed signal held at step 3; f.3-5.1:0 at steps 3 to 5, f.3-.*:0 all its
                         numbers from step 3 on
    shuffle:7            the inputs in another order, drawn from seed 7

Entries have commas between them, everything counts from 1, and of two entries for one number the later one holds.
Steps are those of the run that is shown: `x.3.2` is what is read at step 3 after a shuffle.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.engine.draws import counters, splitmix
from rnnviz.core.engine.graph import Graph
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import Expression, Number, Product, Signal, children, text_of
from rnnviz.core.language.flow import Lags
from rnnviz.core.language.functions import Array
from rnnviz.core.model import Model
from rnnviz.core.scenario.wired import Mask
from rnnviz.core.scenario.wiring import Plan

LARGEST = 1e6
MAX_SEED = 999_999
MAX_EDITS = 200
MAX_CHARACTERS = 100 * MAX_EDITS

# One place, counted from 1; None for all; (first, last) for a stretch of steps, (first, None) for one without an end.
Where = int | tuple[int, int | None] | None


@dataclass(frozen=True, slots=True)
class Edit:
    """Numbers set to a value.

    name      of a weight or a signal
    value     finite, at most a million either way
    index     (row, column) of a matrix, (row,) of a vector, (step, row) of a signal: each a place, or None for all
              rows or columns; the steps of a signal may be (first, last) or (first, None)
    encoder   whether the weight is that of an encoder with weights of its own
    """

    name: str
    value: float
    index: tuple[Where, ...]
    encoder: bool = False

    def __post_init__(self) -> None:
        """A stretch of one step is that step."""
        short = tuple(p[0] if isinstance(p, tuple) and p[0] == p[1] else p for p in self.index)
        object.__setattr__(self, "index", short)


@dataclass(frozen=True, slots=True)
class Shuffle:
    """The given inputs in an order drawn from a seed."""

    seed: int


Change = Edit | Shuffle


# ----------------------------------------------------------------------------------------------------------------- text

ENTRY = re.compile(r"(?P<encoder>encoder\.(?=[^\W\d]))?(?P<name>[^\W\d]\w*)\.(?P<index>[^:]*):(?P<value>.*)", re.ASCII)
NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
PLACE = re.compile(r"(?P<all>\*)|(?P<first>-?\d{1,7})|(?P<from>\d{1,7})-(?P<to>\d{1,7})?", re.ASCII)


def read_edits(text: str) -> tuple[Change, ...]:
    """The changes that a text says, () for an empty one. Raises InputError for the first entry that says none."""
    if len(text) > MAX_CHARACTERS:
        raise InputError("edit_long", got=len(text), limit=MAX_CHARACTERS)
    if (got := text.count(",") + 1) > MAX_EDITS:
        raise InputError("edit_many", got=got, limit=MAX_EDITS)
    return tuple(entry(part.strip()) for part in text.split(",")) if text.strip() else ()


def entry(text: str) -> Change:
    """One change."""
    quoted = brief(text)
    if text.startswith("shuffle:"):
        seed = text.removeprefix("shuffle:")
        if not re.fullmatch(r"\d{1,6}", seed, re.ASCII):
            raise InputError("edit_seed", entry=quoted, last=MAX_SEED)
        return Shuffle(int(seed))
    if not text:
        raise InputError("edit_empty")
    found = ENTRY.fullmatch(text)
    if found is None:
        raise InputError("edit_form", entry=quoted)
    parts = found["index"].split(".")
    index = [read_where(part, quoted) for part in parts]
    *steps, row = index
    if len(parts) > 2:
        raise InputError("edit_form", entry=quoted)
    if row is not None and (isinstance(row, tuple) or row < 1):
        raise InputError("edit_place", entry=quoted)
    if any(isinstance(at, tuple) and (at[0] < 1 or (at[1] is not None and at[1] < at[0])) for at in steps):
        raise InputError("edit_steps", entry=quoted)
    value = float(found["value"]) if NUMBER.fullmatch(found["value"]) else math.nan
    if not abs(value) <= LARGEST:
        raise InputError("edit_value", entry=quoted, limit=f"{LARGEST:.0f}")
    return Edit(found["name"], value, tuple(index), found["encoder"] is not None)


def read_where(text: str, quoted: str) -> Where:
    """One place, all, or a stretch of steps."""
    found = PLACE.fullmatch(text)
    if found is None:
        raise InputError("edit_place", entry=quoted)
    if found["all"]:
        return None
    if found["first"]:
        return int(found["first"])
    return int(found["from"]), int(found["to"]) if found["to"] else None


def edits_text(edits: Sequence[Change]) -> str:
    """The text that says these changes."""
    return ",".join(map(edit_text, edits))


def edit_text(change: Change) -> str:
    """One change as text."""
    if isinstance(change, Shuffle):
        return f"shuffle:{change.seed}"
    index = ".".join(map(where_text, change.index))
    return f"{'encoder.' * change.encoder}{change.name}.{index}:{text_of(Number(change.value))}"


def where_text(at: Where) -> str:
    match at:
        case None:
            return "*"
        case int():
            return str(at)
        case first, last:
            return f"{first}-{'' if last is None else last}"


def brief(text: str) -> str:
    """An entry as a message quotes it."""
    return text if len(text) <= 30 else text[:29] + "…"


# -------------------------------------------------------------------------------------------------------- lists of them


def put(edits: Sequence[Change], edit: Change) -> tuple[Change, ...]:
    """The changes with one more; those that it replaces, because it says all that they said, are left out."""
    return (*(old for old in edits if not covers(edit, old)), edit)


def another_order(edits: Sequence[Change]) -> Shuffle:
    """A shuffle with another seed than any that is there."""
    return Shuffle(max((edit.seed for edit in edits if isinstance(edit, Shuffle)), default=0) + 1)


def covers(new: Change, old: Change) -> bool:
    """Whether every number that `old` sets is set by `new` as well, in any network."""
    if isinstance(new, Shuffle) or isinstance(old, Shuffle):
        return isinstance(new, Shuffle) and isinstance(old, Shuffle)
    if (new.name, new.encoder, len(new.index)) != (old.name, old.encoder, len(old.index)):
        return False
    return all(map(within, old.index, new.index))


def within(old: Where, new: Where) -> bool:
    """Whether a place lies in another."""
    match old, new:
        case _, None:
            return True
        case int(), (first, int(last)):
            return first <= old <= last
        case (first, last), (begin, end):
            return begin <= first and (end is None or (last is not None and last <= end))
        # A single step may be a state after the last step, which is in no stretch without an end.
        case _:
            return old == new


# -------------------------------------------------------------------------------------------------- what fits a network


def sorted_out(
    edits: Sequence[Change], model: Model, plan: Plan, encoder: bool, graph: Graph | None = None
) -> tuple[tuple[Change, ...], list[InputError]]:
    """The changes that fit a network, and what is wrong with each of the others.

    `encoder` says whether its encoder has weights of its own; `graph` is the tree that it runs on, if it does.
    """
    fitting: list[Change] = []
    unfit: list[InputError] = []
    for edit in edits:
        wrong = misfit(edit, model, plan, encoder, graph)
        if wrong is None:
            fitting.append(edit)
        else:
            unfit.append(wrong)
    return tuple(fitting), unfit


def misfit(edit: Change, model: Model, plan: Plan, encoder: bool, graph: Graph | None = None) -> InputError | None:
    """Why a change does not fit a network; None if it does."""
    quoted = brief(edit_text(edit))
    if isinstance(edit, Shuffle):
        return None if len(shuffled(plan, graph)) > 1 else InputError("edit_shuffle", entry=quoted)
    name, index = edit.name, edit.index
    if edit.encoder and (name not in model.shapes or not encoder):
        return InputError("edit_encoder", entry=quoted)
    if name in model.shapes:
        shape = model.shapes[name]
        if len(index) == len(shape) and all(map(inside, index, shape)):
            return None
        if len(shape) == 1:
            return InputError("edit_vector", entry=quoted, name=name, n=shape[0])
        return InputError("edit_matrix", entry=quoted, name=name, rows=shape[0], columns=shape[1])
    if name not in model.sizes:
        known = ", ".join([*model.shapes, *model.sizes])
        return InputError("edit_name", entry=quoted, name=brief(name), known=known)
    first, last = (1, plan.T) if graph else border(model, plan, name)
    if len(index) != 2 or index[0] is None or not inside(index[1], model.sizes[name]):
        return InputError("edit_signal", entry=quoted, name=name, n=model.sizes[name], first=first, last=last)
    at = index[0]
    if graph and name in model.inputs and any(node not in graph.readers for node in range(plan.T)[rows(at)]):
        return InputError("edit_inner", entry=quoted, name=name)
    steps = at[1] or plan.T if isinstance(at, tuple) else plan.T
    good = first <= at <= last if isinstance(at, int) else at[0] <= plan.T and steps <= plan.T
    return (
        None
        if good
        else InputError("edit_signal", entry=quoted, name=name, n=model.sizes[name], first=first, last=last)
    )


def inside(at: Where, n: int) -> bool:
    """Whether a row or column is one of n."""
    return at is None or (isinstance(at, int) and 1 <= at <= n)


def border(model: Model, plan: Plan, name: str) -> tuple[int, int]:
    """The first and the last step of a signal, with the states outside the sequence that are read."""
    lag = Lags() if name in model.inputs else model.lags.get(name, Lags())
    return 1 - lag.earlier, plan.T + lag.later


def shuffled(plan: Plan, graph: Graph | None = None) -> list[int]:
    """The steps (from 0) whose inputs may change places: those given, without a start symbol; on a tree its words."""
    return list(graph.leaves) if graph else list(range(plan.start or plan.given))


# -------------------------------------------------------------------------------------------------------- applying them


@dataclass(frozen=True, slots=True, eq=False)
class Edited:
    """What `run_wired` takes, after the changes: weights, given inputs, states outside the sequence, held numbers.

    `order` says for each given input, (plan.given,), at which step (from 0) it was before a shuffle.
    """

    params: Mapping[str, Array]
    encoder: Mapping[str, Array] | None
    x: Array
    init: Mapping[str, ArrayLike]
    holds: Mapping[str, tuple[Mask, Array]]
    order: tuple[int, ...]


def with_edits(
    edits: Sequence[Change],
    model: Model,
    plan: Plan,
    params: Mapping[str, ArrayLike],
    x: ArrayLike,
    *,
    init: Mapping[str, ArrayLike] | None = None,
    encoder: Mapping[str, ArrayLike] | None = None,
    graph: Graph | None = None,
) -> Edited:
    """Changes that fit (see `sorted_out`) applied to what `run_wired` takes; the originals stay as they were.

    x is (plan.given, D). Where outputs are fed back, inputs are held, also the given ones: a feedback fills in what is
    not given, and needs to know.
    """
    weights = {name: np.array(weight, float) for name, weight in params.items()}
    own = None if encoder is None else {name: np.array(weight, float) for name, weight in encoder.items()}
    given, order = np.array(x, float), tuple(range(plan.given))
    for edit in edits:
        if isinstance(edit, Shuffle):
            order = drawn_order(given, shuffled(plan, graph), edit.seed)
    given = given[list(order)]
    states = {name: np.array(state, float).reshape(-1, model.sizes[name]) for name, state in (init or {}).items()}
    holds: dict[str, tuple[Mask, Array]] = {}
    for edit in edits:
        if isinstance(edit, Shuffle):
            continue
        name, value = edit.name, edit.value
        if name in model.shapes:
            target = own if edit.encoder and own is not None else weights
            target[name][tuple(map(rows, edit.index))] = value
            continue
        at, row = edit.index
        if isinstance(at, int) and not 1 <= at <= plan.T:
            lag = model.lags[name]
            state = states.setdefault(name, np.zeros((lag.earlier + lag.later, model.sizes[name])))
            # In time order: those before the first step, the last of them being step 0, then those after the last.
            state[at - 1 + lag.earlier if at < 1 else at - plan.T - 1 + lag.earlier, rows(row)] = value
        elif name in model.inputs and not any(plan.fed):
            given[rows(at), rows(row)] = value
        else:
            shape = (plan.T, model.sizes[name])
            where, values = holds.setdefault(name, (np.zeros(shape, bool), np.zeros(shape)))
            where[rows(at), rows(row)] = True
            values[rows(at), rows(row)] = value
    return Edited(weights, own, given, states, holds, order)


def rows(at: Where) -> slice:
    """Places, counted from 1, as a slice."""
    match at:
        case None:
            return slice(None)
        case int():
            return slice(at - 1, at)
        case first, last:
            return slice(first - 1, last)


def drawn_order(x: Array, places: Sequence[int], seed: int) -> tuple[int, ...]:
    """The inputs at some places in an order drawn from a seed, the others where they are.

    It never gives the same inputs again, unless all at these places are equal.
    """
    n, rows = len(places), x[list(places)]
    keys = splitmix(counters(seed, "shuffle", (n,)))[:, 0]
    drawn = [*map(int, np.argsort(keys, kind="stable"))]
    differ = np.flatnonzero((rows[:-1] != rows[1:]).any(1))
    if (rows[drawn] == rows).all() and len(differ):
        i = int(differ[0])
        drawn[i], drawn[i + 1] = drawn[i + 1], drawn[i]
    order = [*range(len(x))]
    for place, source in zip(places, drawn, strict=True):
        order[place] = places[source]
    return tuple(order)


def recurrent_weights(model: Model) -> list[str]:
    """The matrices that multiply what was computed at another step, such as W_hh, also within W @ (r[t] * h[t-1])."""
    found: dict[str, None] = {}

    def carries(e: Expression) -> bool:
        """Whether a signal of another step is in an expression, and in no product with another matrix."""
        if isinstance(e, Signal):
            return e.shift != 0 and e.name not in model.inputs
        return not isinstance(e, Product) and any(map(carries, children(e)))

    def visit(e: Expression) -> None:
        if isinstance(e, Product) and carries(e.operand):
            found[e.weight] = None
        for child in children(e):
            visit(child)

    for expression in model.expressions.values():
        visit(expression)
    return list(found)
