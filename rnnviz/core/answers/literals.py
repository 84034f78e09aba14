"""Numbers, rows, arrays and names as a program writes them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from rnnviz.core.language.functions import Array
from rnnviz.core.scenario.wired import unused

WIDTH = 100
LETTERS = str.maketrans({"∂": "d", "∇": "given_d"})  # of a backward pass, which Python has not in names


@dataclass(slots=True)
class Names:
    """A name that Python takes for every name of a cell."""

    taken: set[str]
    given: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        if name not in self.given:
            self.given[name] = self.new(name)
        return self.given[name]

    def new(self, name: str) -> str:
        """A name like this one that nothing has yet."""
        made = unused(name.translate(LETTERS), self.taken)
        self.taken.add(made)
        return made


@dataclass(frozen=True, slots=True)
class Literals:
    """Numbers as the programs of a library write them: "np" or "torch"."""

    library: str

    def zeros(self, n: int) -> str:
        return f"{self.library}.zeros({n})"

    def row(self, row: Array) -> str:
        return self.array(row, 8) if row.any() or np.signbit(row).any() else self.zeros(len(row))

    def read_from_file(self, key: str) -> str:
        return f'data["{key}"]' if self.library == "np" else f'torch.from_numpy(data["{key}"])'

    def array(self, numbers: Array, indent: int) -> str:
        """An array as a literal; the lines after its first stand below its first number."""
        make = "np.array" if self.library == "np" else "torch.tensor"
        at = indent + len(make) + 1
        if numbers.ndim == 1:
            return f"{make}([{wrapped(map(self.number, numbers), at + 1)}])"
        rows = [f"[{wrapped(map(self.number, row), at + 2)}]" for row in numbers]
        return f"{make}([{(',' + chr(10) + ' ' * (at + 1)).join(rows)}])"

    def number(self, value: float) -> str:
        """The shortest text that gives the same float64."""
        text = repr(float(value))
        return (
            text
            if np.isfinite(value)
            else text.replace("inf", f"{self.library}.inf").replace("nan", f"{self.library}.nan")
        )


def quoted(text: str) -> str:
    """A text as Python writes it, in double quotation marks where that needs no more."""
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain[0] == "'" and '"' not in plain else plain


def wrapped(items: Iterable[str], indent: int) -> str:
    """Items with commas between, in as many lines as they need; those after the first are indented."""
    lines, length = [""], indent
    for item in items:
        if lines[-1] and length + len(item) + 2 > WIDTH:
            lines.append("")
            length = indent
        lines[-1] += f", {item}" if lines[-1] else item
        length += len(item) + 2
    return (",\n" + " " * indent).join(lines)


def starts(entries: Iterable[str]) -> list[int]:
    """The line (from 1) on which each entry begins."""
    found, line = [], 1
    for entry in entries:
        found.append(line)
        line += entry.count("\n") + 1
    return found
