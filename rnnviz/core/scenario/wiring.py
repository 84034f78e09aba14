"""Wirings: which inputs of a sequence are given, which outputs are read, and which outputs are fed back as inputs.

one-to-one        one symbol, one answer
one-to-many       one symbol, then every input is what the output before it chose
many-to-one       the whole sequence, then one answer
many-to-many      an answer to every symbol, at its own step
encoder-decoder   the whole sequence and a start symbol, then as one-to-many (Sutskever, Vinyals and Le 2014)
"""

from dataclasses import dataclass
from functools import lru_cache

from rnnviz.core.language.cells import CELLS
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import Equations
from rnnviz.core.language.flow import Flow
from rnnviz.core.language.reader import parse
from rnnviz.core.language.shapes import positive
from rnnviz.core.model import Model

WIRINGS = ("one-to-one", "one-to-many", "many-to-one", "many-to-many", "encoder-decoder")
START = "▸"  # the symbol after which a decoder writes


@dataclass(frozen=True, slots=True)
class Plan:
    """A wiring on a timeline of T steps; each tuple has one entry a step.

    gives    whether x_t is given
    reads    whether y_t is read
    fed      whether x_t is what y_{t-1} chose
    start    the step (from 0) at which a decoder takes over from the encoder, with the start symbol; 0 without one
    """

    T: int
    gives: tuple[bool, ...]
    reads: tuple[bool, ...]
    fed: tuple[bool, ...]
    start: int = 0

    @property
    def given(self) -> int:
        """How many inputs are given; they are the first."""
        return sum(self.gives)


def feeds(wiring: str) -> bool:
    """Whether outputs are fed back as inputs, so that there may be any number of them. Raises InputError as `plan`."""
    return known(wiring) in ("one-to-many", "encoder-decoder")


def known(wiring: str) -> str:
    if wiring not in WIRINGS:
        raise InputError("wiring_unknown", name=str(wiring)[:20], known=", ".join(WIRINGS))
    return wiring


def plan(wiring: str, n: int, steps: int = 1) -> Plan:
    """The plan of a wiring for n symbols; `steps` is the number of outputs where they are fed back, else unused.

    The n symbols are without the start symbol of encoder-decoder, which stands at step n. Raises InputError for another
    wiring, for no symbols or steps, and for more than one symbol where the wiring takes one.
    """
    fed, n, steps = feeds(wiring), positive("n", n), positive("steps", steps)
    if wiring in ("one-to-one", "one-to-many") and n != 1:
        raise InputError("wiring_one", got=n)
    start = n if wiring == "encoder-decoder" else 0
    T = start + steps if fed else n
    given = start + 1 if fed else n
    first_read = n - 1 if wiring == "many-to-one" else start
    return Plan(
        T,
        gives=tuple(t < given for t in range(T)),
        reads=tuple(t >= first_read for t in range(T)),
        fed=tuple(t >= given for t in range(T)),
        start=start,
    )


def fits(cell: Model | str, wiring: str, *, symbolic: bool, labels: bool = False) -> str | None:
    """Why a cell does not go with a wiring: the code of a sentence of the [error] texts. None where it does.

    `cell` is a Model or the text of its equations; `symbolic` says that its inputs are symbols, not numbers, and
    `labels` that y scores something else than these symbols. Raises InputError for a text that is no cell.
    """
    if isinstance(cell, str):
        return fits_text(cell, known(wiring), symbolic, labels)
    return misfit(cell.equations, wiring, symbolic=symbolic, labels=labels)


@lru_cache(1024)
def fits_text(text: str, wiring: str, symbolic: bool, labels: bool) -> str | None:
    """The same for a text; a page asks it of every wiring and of every cell."""
    return misfit(parse(text), wiring, symbolic=symbolic, labels=labels)


def misfit(equations: Equations, wiring: str, *, symbolic: bool, labels: bool) -> str | None:
    """The same for equations."""
    flow = Flow({name: equation.expression for name, equation in equations.items()})
    if known(wiring) and flow.child:
        return "wiring_tree"
    if wiring == "many-to-many":
        return None
    if "y" not in equations:
        return "wiring_no_y"
    if not feeds(wiring):
        return None
    if not symbolic:
        return "wiring_numbers"
    if labels:
        return "wiring_labels"
    if any(lag.later for lag in flow.lags.values()):
        return "wiring_future"
    if wiring == "encoder-decoder" and not flow.carries("y"):
        return "wiring_state"
    return None


SEQUENTIAL = tuple(name for name, cell in CELLS.items() if not fits(cell.equations, "many-to-many", symbolic=True))
