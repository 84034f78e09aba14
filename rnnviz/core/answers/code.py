"""A run as a short program in NumPy or PyTorch that gives the same numbers: one line an equation, as it is written.

The text is made from the trees of the equations, the weights, the inputs and the states outside the sequence. A signal
is a dictionary by step, as on the screen, so that h[t-1] is h[t-1]. Nothing is executed here.
"""

import io
import keyword
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.core.answers.literals import Literals, Names, quoted, starts, wrapped
from rnnviz.core.answers.stretches import NEIGHBOURS, Block, blocks_of, nowhere, same, same_row
from rnnviz.core.engine.compiled import Compiled
from rnnviz.core.engine.graph import Graph
from rnnviz.core.language.expressions import (
    Call,
    Expression,
    Hold,
    Product,
    Signal,
    Vector,
    children,
    rebuild,
    text_of,
    walk,
)
from rnnviz.core.language.flow import Pass
from rnnviz.core.language.functions import FUNCTIONS, Array
from rnnviz.core.scenario.wired import Wired
from rnnviz.text import say

FILE = "weights.npz"
MOST = 400  # so many numbers stand in the text; more are in the file
# What the program uses itself, and what Python lets nobody name.
RESERVED = {
    "np",
    "torch",
    "t",
    "T",
    "range",
    "enumerate",
    "dict",
    "print",
    "len",
    "zip",
    "data",
    "symbols",
    "__debug__",
}


@dataclass(frozen=True, slots=True)
class Code:
    """A program.

    lines    signal -> the lines (from 1) that make it: one, or one for each stretch of steps
    stops    the last step (from 1) of each stretch of steps
    weights  what the file `weights.npz` must hold; None where the program needs no file
    """

    text: str
    lines: dict[str, tuple[int, ...]]
    stops: tuple[int, ...]
    weights: dict[str, Array] | None

    def line(self, name: str, t: int) -> int | None:
        """The line that makes a signal at step t (both from 1); None for what no line makes."""
        lines = self.lines.get(name)
        if lines is None or not 1 <= t <= self.stops[-1]:
            return None
        return lines[min(sum(t > stop for stop in self.stops), len(lines) - 1)]

    def marked(self, name: str, i: int, t: int, language: str = "en") -> str:
        """The text, with a comment at the line that makes number i (from 0) of a signal at step t (from 1)."""
        lines, made = self.text.split("\n"), self.line(name, t)
        if made:
            lines[made - 1] += f"  # {say('code.made', language, name=name, i=i + 1, t=t)}"
        return "\n".join(lines)


def numpy_code(wired: Wired, symbols: Sequence[str] = (), language: str = "en") -> Code:
    """A run as a program in NumPy; `symbols` are the names of the D rows of x, where x is one-hot."""
    return Writer("np", wired, symbols, language).code()


def torch_code(wired: Wired, symbols: Sequence[str] = (), language: str = "en", cut: int = 0) -> Code:
    """A run as a program in PyTorch, in float64; `symbols` are the names of the D rows of x, where x is one-hot.

    With `cut` gradients do not cross from one window of so many steps to the next; values do.
    """
    writer = Writer("torch", wired, symbols, language)
    writer.cut = cut
    return writer.code()


def weights_file(code: Code) -> bytes:
    """The file that a program reads: arrays only, for `np.load` as it is, without pickle. Empty where it needs none."""
    made = io.BytesIO()
    # Not np.savez, whose own arguments are names as well, such as "file".
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, numbers in (code.weights or {}).items():
            with archive.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, np.asanyarray(numbers), allow_pickle=False)
    return made.getvalue()


class Writer:
    """Writes one program."""

    def __init__(self, library: str, wired: Wired, symbols: Sequence[str], language: str) -> None:
        self.library, self.wired, self.language = library, wired, language
        self.write = Literals(library)
        self.blocks = blocks_of(wired)
        self.T = self.blocks[-1].stop
        cells = [block.cell for block in self.blocks]
        self.inputs = {name: cell.sizes[name] for cell in cells for name in cell.inputs}
        self.signals = {name: cell.sizes[name] for cell in cells for name in cell.expressions}
        self.names = Names({*keyword.kwlist, *RESERVED, *FUNCTIONS})
        # Signals first: where two want the same name, it is a weight that gives way.
        for name in (*self.signals, *self.inputs, *(name for cell in cells for name in cell.shapes)):
            self.names[name]
        self.graph = self.blocks[0].graph
        read = {shift for cell in cells for shift in NEIGHBOURS if cell.flow.read_at(shift)} if self.graph else set()
        self.neighbours = {shift: self.names.new(name) for shift, name in NEIGHBOURS.items() if shift in read}
        self.readers = self.names.new("readers") if self.graph else ""
        self.symbols = tuple(symbols) if len(set(symbols)) == len(symbols) else ()
        self.cut = 0
        self.told = False  # whether the list of symbols is written
        self.sets = self.weight_sets()
        self.lines: list[str] = []
        self.made: dict[str, list[int]] = {}
        self.file: dict[str, Array] = {}
        self.held: dict[str, dict[int, Array]] = {}  # what the dictionaries hold, as far as it is known beforehand
        self.put_away: dict[str, list[str]] = {}

    # ------------------------------------------------------------------------------------------------- the parts

    def code(self) -> Code:
        body = self.body()
        head = ["import torch", "", "torch.set_default_dtype(torch.float64)"]
        if self.library == "np" or self.file:
            head = ["import numpy as np", *(head if self.library == "torch" else [])]
        if self.file:
            body = ["", f'with np.load("{FILE}") as file:', "    data = dict(file)", *body]
        head += self.functions()
        text = "\n".join([*head, *body]) + "\n"
        # Some entries are several lines long.
        at = starts([*head, *body])
        shift = len(head) + len(body) - len(self.lines)
        lines = {name: tuple(at[i + shift] for i in entries) for name, entries in self.made.items()}
        return Code(text, lines, tuple(block.stop for block in self.blocks), self.file or None)

    def body(self) -> list[str]:
        """Everything from the weights on; an entry may be of several lines."""
        self.section("weights")
        for title, params in self.sets:
            self.weights(title, params)
        if self.graph:
            self.tree(self.graph)
        self.section("inputs")
        self.lines.append(f"T = {self.T}")
        for name in self.inputs:
            self.input(name)
        self.section("states")
        self.states()
        for i, block in enumerate(self.blocks):
            self.loops(i, block)
        self.results()
        return self.lines

    def section(self, title: str) -> None:
        self.lines += ["", f"# {say(f'code.{title}', self.language)}"]

    def functions(self) -> list[str]:
        """The definitions of the functions that the library does not have as they are."""
        used = {
            node.function
            for block in self.blocks
            for e in block.cell.expressions.values()
            for node in walk(e)
            if isinstance(node, Call)
        }
        lines: list[str] = []
        for name in FUNCTIONS:
            if name in used and self.called(name) == name:
                lines += ["", "", f"def {name}(a):", f"    return {self.function(name)}"]
        return [*lines, ""] if lines else []

    def function(self, name: str) -> str:
        return FUNCTIONS[name].numpy if self.library == "np" else FUNCTIONS[name].torch

    def called(self, name: str) -> str:
        """How a function is called: by the library's name where that is all there is to it."""
        direct = re.fullmatch(r"([\w.]+)\(a\)", self.function(name))
        return direct.group(1) if direct else name

    def weight_sets(self) -> list[tuple[str, Mapping[str, Array]]]:
        """Each set of weights, by the name of its dictionary; the last block's stand by themselves, without one."""
        sets: list[tuple[str, Mapping[str, Array]]] = []
        last = self.blocks[-1].params
        for block in self.blocks:
            if not any(same(params, block.params) for _, params in sets):
                sets.append(("" if same(block.params, last) else self.names.new("encoder"), block.params))
        return sets

    def weights(self, title: str, params: Mapping[str, Array]) -> None:
        in_file = sum(weight.size for _, each in self.sets for weight in each.values()) > MOST
        entries = []
        for name, weight in params.items():
            key = f"{title}.{name}" if title else name
            if in_file:
                self.file[key] = weight
            value = (
                self.write.read_from_file(key) if in_file else self.write.array(weight, len(name) + (8 if title else 3))
            )
            entries.append((name, value))
        if title and entries:
            self.lines += [f"{title} = {{", *[f'    "{name}": {value},' for name, value in entries], "}"]
        else:
            self.lines += [f"{self.names[name]} = {value}" for name, value in entries]

    def tree(self, graph: Graph) -> None:
        """What every node reads, counted from 1, and the nodes that read a word."""
        self.section("tree")
        for shift, name in self.neighbours.items():
            found = (graph.at(shift, node) for node in range(len(graph)))
            steps = (nowhere(graph) if other is None else other + 1 for other in found)
            pairs = (f"{t}: {step}" for t, step in enumerate(steps, start=1))
            self.lines.append(f"{name} = {{{wrapped(pairs, len(name) + 4)}}}")
        readers = (str(node + 1) for node in graph.readers)
        self.lines.append(f"{self.readers} = [{wrapped(readers, len(self.readers) + 4)}]")

    def input(self, name: str) -> None:
        """The rows of an input by step, without those of zeros at the end; then these, and the zeros outside."""
        n, var = self.inputs[name], self.names[name]
        rows = np.concatenate(
            [
                trace[name] if name in trace else np.zeros((trace.T, n))
                for block in self.blocks
                for trace in block.traces
            ]
        )
        self.held[name] = dict(enumerate(rows, start=1))
        filled = int(np.flatnonzero((rows != 0).any(1)).max(initial=-1)) + 1
        head, pairs = rows[:filled], "enumerate({}, start=1)"
        if self.graph and not np.delete(rows, self.graph.readers, axis=0).any():
            head, pairs = rows[list(self.graph.readers)], f"zip({self.readers}, {{}})"
        one_hot = n > 1 and bool(((head == 0) | (head == 1)).all() and (head.sum(1) == 1).all())
        self.made[name] = []
        if filled and one_hot:
            place, letter, given = self.chosen([int(place) for place in head.argmax(1)], n)
            text = f"{{t: {self.library}.eye({n})[{place}] for t, {letter} in {pairs.format(given)}}}"
        elif head.size > MOST:
            self.file[name] = head
            text = f"dict({pairs.format(self.write.read_from_file(name))})"
        elif filled:
            text = f"dict({pairs.format(self.write.array(head, len(var) + 8 + pairs.index('{')))})"
        else:
            text = "{}"
        self.add(name, f"{var} = {text}")
        if not filled or pairs.startswith("enumerate"):
            others = f"range({filled + 1}, T + 1)" if filled < self.T else ""
        else:
            others = f"range(1, T + 1) if t not in {var}" if len(head) < self.T else ""
        if others:
            self.add(name, f"{var} |= {{t: {self.write.zeros(n)} for t in {others}}}")
        self.made[name] = self.made[name][-1:] if not filled else self.made[name][:1]
        missing = self.entries(name, self.blocks[0].outside(name))
        if missing:
            self.lines.append(f"{var} |= {missing}")

    def chosen(self, places: list[int], n: int) -> tuple[str, str, str]:
        """A place in the alphabet, by which letter, and the list of these: symbols where they have names, or places."""
        if len(self.symbols) != n:
            return "k", "k", f"[{wrapped(map(str, places), 4)}]"
        if not self.told:
            self.lines.append(f"symbols = [{wrapped(map(quoted, self.symbols), 11)}]")
            self.told = True
        named = [self.symbols[place] for place in places]
        if all(len(symbol) == 1 for symbol in named):
            return "symbols.index(s)", "s", quoted("".join(named))
        return "symbols.index(s)", "s", f"[{wrapped(map(quoted, named), 4)}]"

    def states(self) -> None:
        """The dictionaries of the signals, with the states outside the sequence that are read."""
        empty = []
        for name in self.signals:
            entries = self.entries(name, self.blocks[0].outside(name) if name in self.blocks[0].cell.sizes else {})
            if entries:
                self.lines.append(f"{self.names[name]} = {entries}")
            else:
                empty.append(self.names[name])
        if empty:
            self.lines.append(f"{', '.join(empty)} = {', '.join(['{}'] * len(empty))}")

    def entries(self, name: str, rows: Mapping[int, Array]) -> str:
        """What a dictionary still lacks of these rows, as a dictionary; nothing where it lacks none."""
        held = self.held.setdefault(name, {})
        missing = {t: row for t, row in rows.items() if t not in held or not same_row(held[t], row)}
        held |= missing
        if not missing:
            return ""
        if len(missing) > 2 and not any(row.any() for row in missing.values()):
            keys = ", ".join(self.key(t) for t in missing)
            return f"{{t: {self.write.zeros(len(rows[next(iter(missing))]))} for t in [{keys}]}}"
        return "{" + ", ".join(f"{self.key(t)}: {self.write.row(row)}" for t, row in missing.items()) + "}"

    def loops(self, i: int, block: Block) -> None:
        """The loops of a stretch of steps, after what it reads otherwise than the stretch before left it."""
        if len(self.blocks) > 1:
            self.section("encoder" if i < len(self.blocks) - 1 else "decoder")
        if i > 0:
            for name in block.cell.lags:
                self.border(name, block)
        first, last = block.first + 1, self.key(block.stop)
        title = next(title for title, params in self.sets if same(params, block.params))
        for one in block.cell.flow.passes:
            upto = "T + 1" if block.stop == self.T else str(block.stop + 1)
            steps = f"{last}, {block.first}, -1" if one.backwards else f"{first}, {upto}"
            if self.lines[-1] and not self.lines[-1].startswith("#"):
                self.lines.append("")
            self.lines.append(f"for t in range({steps}):")
            self.cuts(block.cell, one)
            for name in one.names:
                made = self.expression(block.cell, block.cell.expressions[name], title)
                self.add(name, f"    {self.names[name]}[t] = {made}")
        if i + 1 < len(self.blocks):
            for trace, first in zip(block.traces, np.cumsum([block.first, *[t.T for t in block.traces]]), strict=False):
                for name in block.cell.expressions:
                    self.held.setdefault(name, {}).update(enumerate(trace[name], start=int(first) + 1))

    def cuts(self, cell: Compiled, one: Pass) -> None:
        """Where gradients are cut: the states of the step before are as given, at the beginning of every window."""
        carried = [self.names[name] for name in one.names if name in cell.lags and cell.lags[name].earlier]
        if not self.cut or one.backwards or not carried:
            return
        before = ", ".join(f"{name}[t - 1]" for name in carried)
        detached = ", ".join(f"{name}[t - 1].detach()" for name in carried)
        self.lines.append(f"    if t > 1 and (t - 1) % {self.cut} == 0:  # {say('code.cut', self.language)}")
        self.lines.append(f"        {before} = {detached}")

    def border(self, name: str, block: Block) -> None:
        """What a stretch of steps reads outside itself; what the dictionary holds there is put away, not lost."""
        var, held = self.names[name], dict(self.held.get(name, {}))
        rows = block.outside(name)
        replaced = [t for t, row in rows.items() if t in held and not same_row(held[t], row)]
        entries = self.entries(name, rows)
        if replaced:
            kept = self.names.new(f"{var}_encoder")
            self.put_away.setdefault(name, []).append(kept)
            self.lines.append(f"{kept}, {var} = {var}, {var} | {entries}")
        elif entries:
            self.lines.append(f"{var} |= {entries}")

    def results(self) -> None:
        """Every signal as one array, and the output printed."""
        self.section("results")
        for name, kept in self.put_away.items():
            var = self.names[name]
            self.lines.append(f"{var} = {' | '.join([var, *reversed(kept)])}")
        variables = [self.names[name] for name in self.signals]
        stack = f"{self.library}.stack([{{}}[t] for t in range(1, T + 1)])"
        if len(variables) == 1:
            self.lines.append(f"{variables[0]} = {stack.format(variables[0])}")
        else:
            listed = ", ".join(variables)
            self.lines.append(f"{listed} = ({stack.format('signal')} for signal in ({listed}))")
        output = self.names["y" if "y" in self.signals else list(self.signals)[-1]]
        read = self.wired.plan.reads.index(True) if "y" in self.signals else 0
        rows = f"{output}[{read}:]" if read else output
        self.lines.append(f"print({rows}.round(4))" if self.library == "np" else f"print({rows})")

    def add(self, name: str, line: str) -> None:
        """A line that makes a signal."""
        self.made.setdefault(name, []).append(len(self.lines))
        self.lines.append(line)

    def expression(self, cell: Compiled, e: Expression, title: str) -> str:
        """The right side of an equation; numbers alone are as many as the signal has."""
        text = text_of(self.translated(cell, e, title))
        return text if cell.types.of(e) else self.vector_of(cell, e, text)

    def vector_of(self, cell: Compiled, e: Expression, text: str) -> str:
        n = next(cell.sizes[name] for name, own in cell.expressions.items() if own is e)
        return f"{self.write.zeros(n)} + {text}"

    def translated(self, cell: Compiled, e: Expression, title: str) -> Expression:
        """The tree with the names that the program has for signals, weights and functions."""

        def weight(name: str) -> str:
            return f'{title}["{name}"]' if title else self.names[name]

        below = tuple(self.translated(cell, child, title) for child in children(e))
        match e:
            case Signal():
                shift = f"{self.neighbours[e.shift]}[t]" if isinstance(e.shift, str) else e.shift
                return Signal(self.names[e.name], shift)
            case Vector():
                return Vector(weight(e.name))
            case Hold():
                mask, value, operand = map(text_of, below)
                return Vector(f"{self.library}.where({mask} != 0, {value}, {operand})")
            case Product():
                return Product(weight(e.weight), below[0], e.transposed)
            case Call():
                # PyTorch's functions take no plain numbers.
                plain = self.library == "torch" and not cell.types.of(e.operand)
                operand = Vector(f"torch.as_tensor({text_of(below[0])})") if plain else below[0]
                return Call(self.called(e.function), operand)
            case _:
                return rebuild(e, below)

    def key(self, t: int) -> str:
        """A step as the program writes it."""
        return "T" if t == self.T else f"T + {t - self.T}" if t > self.T else str(t)
