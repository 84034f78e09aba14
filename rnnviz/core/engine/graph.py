"""The order of the nodes and their neighbours: `chain(T)`, the binary tree of a bracketed sentence, and a forest.

A cell reads its neighbours: `h[l]` and `h[r]` are the states of the two children of a node, zero where there is none.
Nodes stand in post-order, leaves left to right: children come before their parent, the root is the last. So one loop
over the rows computes a tree, however deep, or many trees, and one loop backwards its derivatives. On a chain `[l]` is
the step before and `[r]` nothing: a recurrent net is a recursive net on a chain.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core.language.errors import InputError
from rnnviz.core.language.functions import Array
from rnnviz.core.language.shapes import positive

MAX_NODES = 20_000
BRANCHINGS = ("left", "right", "balanced")

# A node of a post-order: the word it reads, if it does, and whether it joins two nodes.
Node = tuple[int | None, bool]
JOIN: Node = (None, True)

Nodes = np.ndarray[Any, np.dtype[np.intp]]
# What every node reads by a shift: the node so many steps away; the node of this number, -1 for none; nothing at all.
Reads = int | Nodes | None


@dataclass(frozen=True)
class Graph:
    """N nodes in post-order. Everything with one entry a node is a tuple of N; None stands for "there is none".

    left, right   the children of a node
    word          which word a node reads, from 0; inner nodes of a tree read none, or an operator
    words         the words of a tree as they are written, an operator before what it joins; () for a chain
    is_chain      whether this is a chain: `left` is the step before, and every node reads an input of its own

    parent        the node above
    roots         the nodes that nobody reads, one a tree
    readers       the nodes that read a word, in the order of the words
    leaves        the nodes without children, from left to right; on a chain all
    operators     the word that an inner node of a tree reads
    depth         how many steps it is from a node up to its root: 0 for the root itself
    height        the longest way down to a leaf: 0 for a leaf
    span          (first, stop): the words that a node has read, itself or through its children
    """

    left: tuple[int | None, ...]
    right: tuple[int | None, ...]
    word: tuple[int | None, ...]
    words: tuple[str, ...] = ()
    is_chain: bool = False

    def __len__(self) -> int:
        return len(self.left)

    @property
    def root(self) -> int:
        """The last node: the root of a tree, the last step of a chain."""
        return len(self) - 1

    def children(self, node: int) -> tuple[int, ...]:
        """The children that there are, left before right."""
        return tuple(child for child in (self.left[node], self.right[node]) if child is not None)

    @cached_property
    def parent(self) -> tuple[int | None, ...]:
        above: list[int | None] = [None] * len(self)
        for node in range(len(self)):
            for child in self.children(node):
                above[child] = node
        return tuple(above)

    @cached_property
    def roots(self) -> tuple[int, ...]:
        return tuple(node for node, above in enumerate(self.parent) if above is None)

    @cached_property
    def readers(self) -> tuple[int, ...]:
        reading = [(word, node) for node, word in enumerate(self.word) if word is not None]
        return tuple(node for _, node in sorted(reading))

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        return tuple(node for node in range(len(self)) if self.is_chain or not self.children(node))

    @cached_property
    def operators(self) -> tuple[str | None, ...]:
        inner = ((not self.is_chain and bool(self.children(node)), word) for node, word in enumerate(self.word))
        return tuple(self.words[word] if joins and word is not None else None for joins, word in inner)

    @property
    def has_operators(self) -> bool:
        """Whether an inner node of a tree reads a word."""
        return any(self.operators)

    @cached_property
    def depth(self) -> tuple[int, ...]:
        found = [0] * len(self)
        for node, above in reversed(list(enumerate(self.parent))):
            if above is not None:
                found[node] = found[above] + 1
        return tuple(found)

    @cached_property
    def height(self) -> tuple[int, ...]:
        found: list[int] = []
        for node in range(len(self)):
            found.append(max((found[child] + 1 for child in self.children(node)), default=0))
        return tuple(found)

    @cached_property
    def span(self) -> tuple[tuple[int, int], ...]:
        found: list[tuple[int, int]] = []
        for node, word in enumerate(self.word):
            below = [found[child] for child in self.children(node)]
            own = [] if word is None else [(word, word + 1)]
            found.append((min(first for first, _ in below + own), max(stop for _, stop in below + own)))
        return tuple(found)

    def text(self, node: int) -> str:
        """The words of a node's span, with blanks between; "" on a chain."""
        first, stop = self.span[node]
        return " ".join(self.words[first:stop])

    def write(self) -> str:
        """The tree with its brackets, of a forest one a line; "" for a chain.

        `tree` reads one again, if no word has a blank or a bracket.
        """
        return "" if self.is_chain else "\n".join(map(self.written, self.roots))

    def written(self, root: int) -> str:
        """The tree below a node."""
        found: list[str] = []
        waiting: list[int | str] = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, str):
                found.append(node)
                continue
            word, below = self.word[node], self.children(node)
            if below:
                found.append("(")
                waiting += [")", below[1], " ", below[0]]
            if word is not None:
                found.append(self.words[word] + (" " if below else ""))
        return "".join(found)

    def path(self, word: int) -> tuple[int, ...]:
        """The nodes from that of a word (from 0) up to the root, both counted: one more than there are steps."""
        node: int | None = self.readers[word]
        found: list[int] = []
        while node is not None:
            found.append(node)
            node = self.parent[node]
        return tuple(found)

    def x(self, rows: ArrayLike) -> Array:
        """One row a node, (N, D) or (N, B, D), from one row a word, (words, D) or (words, B, D): other nodes have 0.

        Raises InputError if there are not as many rows as words.
        """
        given = np.asarray(rows, dtype=np.float64)
        if given.ndim < 2 or len(given) != len(self.readers):
            raise InputError("tree_words", expected=len(self.readers), got=str(given.shape))
        placed = np.zeros((len(self), *given.shape[1:]))
        placed[list(self.readers)] = given
        return placed

    def at(self, shift: int | str, node: int) -> int | None:
        """The node that a node reads by a shift of the notation; a step outside of the nodes counts on."""
        found = self.reads[shift] if isinstance(shift, str) else shift
        if found is None or isinstance(found, int):
            return None if found is None else node + found
        return int(found[node]) if found[node] >= 0 else None

    @cached_property
    def reads(self) -> Mapping[str, Reads]:
        """What all nodes read by a shift: a child, or the parent whose left or right child a node is."""
        if self.is_chain:
            return {"l": -1, "r": None, "↑l": 1, "↑r": None}
        found: dict[str, Nodes] = {}
        for shift, below in (("l", self.left), ("r", self.right)):
            down = found[shift] = np.array([-1 if child is None else child for child in below])
            up = found[f"↑{shift}"] = np.full(len(self), -1)
            up[down[down >= 0]] = np.flatnonzero(down >= 0)
        return found


def step_read(graph: Graph | None, shift: int | str, t: int) -> int | None:
    """The step, from 0, that step t of a graph or a sequence (None) reads; None for a child that there is not."""
    if graph:
        return graph.at(shift, t)
    return t + shift if isinstance(shift, int) else None


def chain(T: int) -> Graph:
    """T steps, one after another: `[l]` is the step before, `[r]` nothing. Raises InputError unless T is 1 or more."""
    T = positive("T", T)
    return Graph((None, *range(T - 1)), (None,) * T, tuple(range(T)), is_chain=True)


def is_operator(word: str) -> bool:
    """Whether a word may be read where two others are joined: capitals, such as MAX or NP, or signs, such as +."""
    sign = word.isprintable() and not any(map(str.isalnum, word))
    return sign or (len(word) > 1 and word.isupper())


def tree(text: str, limit: int = MAX_NODES) -> Graph:
    """The tree of a sentence with brackets, such as `((the cat) (sat (on mat)))`, or of `(MAX 3 (MIN 7 2))`.

    A bracket holds two things, words or brackets; before them there may be an operator (`is_operator`), which is read
    at the node that joins both. Words are parted by blanks. One word alone is a tree, too.
    Raises InputError, with the line and column of the bracket or the word, for any other text, and where there would
    be more than `limit` nodes.
    """
    words: list[str] = []
    order: list[Node | None] = []  # None where a word turned out to be an operator
    opened: list[tuple[int, int]] = []  # where each open bracket stands, and how many things stood before it
    heads: list[tuple[int, int] | None] = []  # the operator that each of them begins with: its node, and which word
    things = 0  # in the innermost open bracket, together with those of the brackets around it
    operators = 0
    for found in re.finditer(r"[(（]|[)）]|[^\s()（）]+", text):
        mark, at = found.group(), found.start()
        if mark in ")）" and not opened:
            raise InputError("tree_close", *line_and_column(text, at))
        if not opened and things:
            raise InputError("tree_outside", *line_and_column(text, at), found=mark[:20])
        if mark in "(（":
            opened.append((at, things))
            heads.append(None)
        elif mark in ")）":
            (start, before), head = opened.pop(), heads.pop()
            got, operator = things - before, None
            if got == 3 and head is not None:
                node, operator = head
                order[node] = None
                operators += 1
            elif got != 2:
                code = "tree_empty" if got == 0 else "tree_one" if got == 1 else "tree_many"
                raise InputError(code, *line_and_column(text, start), **({"got": got} if got > 2 else {}))
            things = before + 1
            order.append((operator, True))
        else:
            if opened and things == opened[-1][1] and is_operator(mark):
                heads[-1] = len(order), len(words)
            things += 1
            order.append((len(words), False))
            words.append(mark)
        if len(order) - operators > limit:
            raise InputError("tree_long", *line_and_column(text, at), limit=limit)
    if opened:
        raise InputError("tree_open", *line_and_column(text, opened[-1][0]))
    if not order:
        raise InputError("tree_nothing", 1, 1)
    return joined(words, filter(None, order))


def line_and_column(text: str, at: int) -> tuple[int, int]:
    """Line and column, from 1, of a place in a text."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def bracketed(symbols: Sequence[str], branching: str, limit: int = MAX_NODES) -> Graph:
    """The tree of some words or characters, bracketed as one of BRANCHINGS says.

        left       (((a b) c) d)    each symbol is joined to all that stand before it
        right      (a (b (c d)))    each symbol is joined to all that stand behind it
        balanced   ((a b) (c d))    halves of halves; of an odd number the first half is the larger

    Raises InputError for no symbols, another branching, and where there would be more than `limit` nodes.
    """
    if branching not in BRANCHINGS:
        raise InputError("tree_branching", got=str(branching)[:20], known=", ".join(BRANCHINGS))
    if not symbols:
        raise InputError("tree_nothing", 1, 1)
    if 2 * len(symbols) - 1 > limit:
        raise InputError("tree_long", limit=limit)
    first, *others = words = [(word, False) for word in range(len(symbols))]
    match branching:
        case "left":
            order = [first, *(part for word in others for part in (word, JOIN))]
        case "right":
            order = [*words, *[JOIN] * len(others)]
        case _:
            order = halves(len(symbols))
    return joined(symbols, order)


def halves(count: int) -> Iterator[Node]:
    """The post-order of a balanced tree of so many words."""
    waiting: list[tuple[int, int] | None] = [(0, count)]
    while waiting:
        part = waiting.pop()
        if part is None:
            yield JOIN
        elif part[1] - part[0] == 1:
            yield (part[0], False)
        else:
            middle = (part[0] + part[1] + 1) // 2
            waiting += [None, (middle, part[1]), (part[0], middle)]


def joined(words: Sequence[str], order: Iterable[Node]) -> Graph:
    """The tree of a post-order, in which a node may join the last two that have no parent yet."""
    left: list[int | None] = []
    right: list[int | None] = []
    read: list[int | None] = []
    free: list[int] = []
    for node, (word, joins) in enumerate(order):
        right.append(free.pop() if joins else None)
        left.append(free.pop() if joins else None)
        read.append(word)
        free.append(node)
    return Graph(tuple(left), tuple(right), tuple(read), tuple(words))


def forest(trees: Sequence[Graph]) -> Graph:
    """Several trees as one graph, one after another: a batch of trees of any shapes is one run, with `roots`.

    Raises InputError for no trees, for a chain among them, and where there would be more than MAX_NODES nodes.
    """
    if not trees:
        raise InputError("tree_nothing", 1, 1)
    if any(one.is_chain for one in trees):
        raise InputError("tree_chain")
    if sum(map(len, trees)) > MAX_NODES:
        raise InputError("tree_long", limit=MAX_NODES)
    left: list[int | None] = []
    right: list[int | None] = []
    read: list[int | None] = []
    words: list[str] = []
    for one in trees:
        nodes, before = len(left), len(words)
        left += [None if child is None else child + nodes for child in one.left]
        right += [None if child is None else child + nodes for child in one.right]
        read += [None if word is None else word + before for word in one.word]
        words += one.words
    return Graph(tuple(left), tuple(right), tuple(read), tuple(words))
