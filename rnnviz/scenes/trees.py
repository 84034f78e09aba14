"""Settings -> the scene of a tree: a sentence with brackets, typed or made, and its network."""

import re
from bisect import bisect_left
from itertools import accumulate

from rnnviz.core import InputError
from rnnviz.core.engine.graph import Graph, bracketed, tree
from rnnviz.core.learning.training import model_of as recipe_model
from rnnviz.core.learning.training import problem
from rnnviz.core.scenario.sequences import Sequence, alphabet_of, one_hot
from rnnviz.core.scenario.weights import TAUGHT, drawn
from rnnviz.core.scenario.wiring import plan
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.reading.symbols import clusters, composed
from rnnviz.scenes.reading.text import characters, in_alphabet, varied, visible, words
from rnnviz.scenes.scene import Network, Shown, cell_text, kept, model_of, shown, spans, taught_weights, trained_by
from rnnviz.scenes.settings import HAND, Settings

BRACKETS = re.compile(r"[()（）]")


def branching(settings: Settings) -> str:
    """How the text becomes a tree: by its own brackets where it has some, unless something else was chosen."""
    return settings.branching or (HAND if BRACKETS.search(settings.text) else "balanced")


def graph_of(settings: Settings) -> Graph:
    """The tree of a text, in words or characters. Raises InputError for what is no tree, or too large a one.

    By hand blanks part the words, and every character that is no blank is one of its own. Else the brackets of a text
    are left out; a text of characters then keeps its blanks if it had none.
    """
    text = " ".join(composed(settings.text).splitlines())
    how = branching(settings)
    if how == HAND:
        graph = tree(text, LIMITS.steps) if settings.source == "words" else by_character(text)
    elif settings.source == "words":
        graph = bracketed(words(BRACKETS.sub(" ", text)), how, LIMITS.steps)
    else:
        graph = bracketed(
            characters(re.sub(r"[()（）\s]", "", text) if BRACKETS.search(text) else text), how, LIMITS.steps
        )
    kind = "words" if settings.source == "words" else "text"
    varied(graph.words, f"{kind}_symbols", f"{kind}_symbol")
    return graph


def by_character(text: str) -> Graph:
    """The tree of a text whose every character is a leaf; places in errors are those of the text as typed."""
    pieces = clusters(text)
    try:
        return tree(" ".join(pieces), LIMITS.steps)
    except InputError as error:
        if error.column is None:
            raise
        # Piece k, from 0, stands k blanks further on than it was typed.
        ends = accumulate(len(piece) + 1 for piece in pieces)
        blanks = bisect_left([*ends], error.column)
        raise InputError(error.code, error.line, error.column - blanks, **error.values) from None


def branched(settings: Settings) -> Shown:
    """The scene of a tree, after its changes. Raises InputError where the text is no tree."""
    return kept(settings, grown)


def grown(settings: Settings) -> Shown:
    """The scene, made anew."""
    graph = graph_of(settings)
    found = trained_by(settings) if settings.weights == TAUGHT else None
    if found:
        asked, model = problem(found[0]), recipe_model(found[0])
        alphabet, outputs = asked.inputs, asked.outputs
        in_alphabet(graph.words, alphabet)
        weights = taught_weights(model, *found)
    else:
        alphabet = outputs = alphabet_of(graph.words)
        D = len(alphabet)
        model = model_of(cell_text(settings), D, settings.units, D, settings.activation, settings.bias)
        weights = drawn(model, settings.seed)
    x, rows = graph.x(one_hot(graph.words, alphabet)), tuple(map(visible, alphabet))
    glue = " " if settings.source == "words" else ""
    labels = spans(graph, glue)
    sequence = Sequence(x, labels, rows, labels)
    planned = plan("many-to-many", len(graph))
    said = tuple(map(visible, outputs))
    network = Network(settings.cell, model, weights, sequence, planned, said, glue, graph=graph, digits=settings.digits)
    return shown(settings, network)
