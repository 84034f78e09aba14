"""What a choice is: one row with its default, its limits, how an address spells it, and the controls that show it."""

from collections.abc import Sequence
from dataclasses import Field, dataclass, field, fields
from typing import Any

from rnnviz.core import InputError
from rnnviz.core.scenario import edits


@dataclass(frozen=True, slots=True)
class Limits:
    """What the app takes; every message about a limit quotes this table, and the sizes of the choices."""

    steps: int = 200
    hidden: int = 32
    symbols: int = 64
    symbol: int = 64  # code points of one
    seed: int = 999_999
    inputs: int = 16
    rows: int = 10_000
    columns: int = 64
    numbers: int = 20_000  # typed, on all lines
    work: int = 16_000  # parts of a cell's equations (weights, signals, operations) times steps
    sent: int = 200_000  # numbers of all signals at all steps
    cell: int = 1_000  # characters of a file's cell; what is longer is cut, and no number
    gaps: int = 500  # cells without a number whose text is kept
    edits: int = edits.MAX_EDITS
    file: int = 2 * 1024 * 1024  # bytes
    field: int = 2_000_000  # bytes of what stays in a field that is too long to be taken; the rest is cut off
    undos: int = 20
    kept: int = 20_000  # characters of all texts that can be undone, as the browser keeps them
    link: int = 600
    address: int = 20_000  # characters of one choice as an address writes them; servers refuse 64 kB in all


LIMITS = Limits()
SHORT = 20  # characters that a choice may have, unless its row says otherwise


@dataclass(frozen=True, slots=True)
class Choice:
    """One row.

    name       of the choice, in the address as well
    options    what it may be; () where it may be any text, or a number
    first      the smallest and
    last       the largest number; None for what is no number
    flag       whether it is yes or no, which an address spells 1 or 0
    size       how many characters it may have in an address or a field
    controls   the keys of the widgets that show it; () for what is shown otherwise
    """

    name: str
    options: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    flag: bool = False
    size: int = SHORT
    controls: tuple[str, ...] = ()

    def read(self, value: str) -> str | int | bool:
        """What a text of an address means. Raises InputError where it makes no sense."""
        options = ("1", "0") if self.flag else self.options
        if options and value not in options:
            raise InputError("address_option", name=self.name, got=brief(value), known=", ".join(options))
        if self.first is None or self.last is None:
            return value == "1" if self.flag else value
        # Plain digits, and not so many that they would be dear to read.
        if not (value.isascii() and value.isdigit() and len(value) < 10 and self.first <= int(value) <= self.last):
            known = {"first": self.first, "last": self.last}
            raise InputError("address_number", name=self.name, got=brief(value), **known)
        return int(value)

    def spelled(self, value: object) -> str:
        """How an address spells it."""
        return str(int(bool(value))) if self.flag else str(value)


def option(default: str, options: Sequence[str], *controls: str) -> Any:
    """A row of Settings: one of some."""
    return field(default=default, metadata={"options": tuple(options), "controls": controls})


def number(default: int, first: int, last: int, *controls: str) -> Any:
    """A row of Settings: a whole number in a range."""
    return field(default=default, metadata={"first": first, "last": last, "controls": controls})


def flag(default: str, *controls: str) -> Any:
    """A row of Settings: yes or no, its default as an address spells it."""
    return field(default=default == "1", metadata={"flag": True, "controls": controls})


def typed(default: str, size: int, *controls: str) -> Any:
    """A row of Settings: any text of at most so many characters."""
    return field(default=default, metadata={"size": size, "controls": controls})


def rows(settings: type) -> dict[str, Choice]:
    """The rows of a record of choices, by name."""
    made: tuple[Field[Any], ...] = fields(settings)
    return {one.name: Choice(one.name, **one.metadata) for one in made}


def brief(value: str) -> str:
    """A value as a message quotes it."""
    return value if len(value) <= 20 else value[:19] + "…"
