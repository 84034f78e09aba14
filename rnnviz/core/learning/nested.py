"""Nested expressions such as `(MAX 3 (MIN 7 2))`: a task whose structure is a tree, read as trees or as chains.

After ListOps (Nangia and Bowman 2018), with two operators of two things. Expressions of depths 1 to 3 are trained on;
how far what was learnt goes is seen on deeper ones, which were never seen.
"""

import numpy as np

from rnnviz.core.engine.graph import Graph

OPERATORS = {"MAX": max, "MIN": min}
DIGITS = tuple("0123456789")
SYMBOLS = (*DIGITS, *OPERATORS)
BRACKETS = ("(", ")")
TRAINED, DEEPEST = 3, 7  # depths: the largest that is trained on, and that is tried
EXAMPLES, TRIED = 2000, 300  # so many are trained on, and tried of each depth


def expression(rng: "np.random.Generator", depth: int) -> str:
    """An expression of exactly this depth: one of its two parts is one less deep, the other as it comes."""
    if depth == 0:
        return DIGITS[rng.integers(10)]
    parts = [expression(rng, depth - 1), expression(rng, int(rng.integers(depth)))]
    first = int(rng.integers(2))
    return f"({list(OPERATORS)[rng.integers(2)]} {parts[first]} {parts[1 - first]})"


def of_depth(depth: int) -> list[str]:
    """Expressions to try, never trained on where they are deeper than TRAINED; always the same."""
    rng = np.random.default_rng(100 + depth)
    return [expression(rng, depth) for _ in range(TRIED)]


def trained_on() -> list[str]:
    """Expressions to train on, of each depth up to TRAINED about as many; always the same."""
    rng = np.random.default_rng(100)
    return [expression(rng, int(rng.integers(1, TRAINED + 1))) for _ in range(EXAMPLES)]


def values(graph: Graph) -> tuple[str | None, ...]:
    """What each node of a tree is worth, None where it is no expression."""
    found: list[str | None] = []
    for node, word in enumerate(graph.word):
        text = "" if word is None else graph.words[word]
        below = [part for child in graph.children(node) if (part := found[child]) is not None]
        if len(below) == 2 and text in OPERATORS:
            found.append(OPERATORS[text](below))
        else:
            found.append(text if text in DIGITS and not graph.children(node) else None)
    return tuple(found)


def tokens(text: str) -> list[str]:
    """What a chain reads of an expression: brackets, operators and digits, one after another."""
    return text.replace("(", "( ").replace(")", " )").split()
