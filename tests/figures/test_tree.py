"""The tree on the page: where its nodes stand, what is told of them, and what travels to the player."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from rnnviz.core.engine.graph import BRANCHINGS, Graph, bracketed, tree
from rnnviz.figures import tree as figure
from rnnviz.figures.sentence import sentences
from tests.figures.decoded import decoded, opening

WORDS = [f"w{i}" for i in range(31)]
GRAPHS = {
    "one": tree("cat"),
    "opening": tree("((the cat) (sat (on mat)))"),
    "lopsided": tree("((((a b) c) (d (e (f g)))) ((h (i j)) k))"),
    **{how: bracketed(WORDS, how) for how in BRANCHINGS},
}
ANY = pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)


@ANY
def test_no_two_nodes_overlap(graph: Graph) -> None:
    """Two nodes of one level stand at least a column apart."""
    for (x, level), (other, its) in combinations(figure.positions(graph), 2):
        assert level != its or abs(x - other) >= 1


@ANY
def test_children_stand_below_their_parent(graph: Graph) -> None:
    """The parent is higher than both of its children, and between them; the root is the highest of all."""
    placed = figure.positions(graph)
    for node, (x, level) in enumerate(placed):
        children = [placed[child] for child in graph.children(node)]
        assert all(below < level for _, below in children)
        if children:
            assert children[0][0] < x < children[1][0]
    assert placed[graph.root][1] == max(level for _, level in placed)


@ANY
def test_words_stand_in_order_at_the_bottom(graph: Graph) -> None:
    """The leaves are on level 0, one a column, in the order of the words."""
    placed = figure.positions(graph)
    assert [placed[leaf] for leaf in graph.leaves] == [(i, 0) for i in range(len(graph.words))]


@pytest.mark.parametrize("cell", ["recursive", "tree_lstm"])
def test_every_equation_gives_its_numbers(cell: str) -> None:
    """From the payload alone each signal is what its equation says of the node's own children."""
    scene = opening(cell=cell)
    read = decoded(scene)
    graph = read.head["graph"]
    assert graph["left"] == [None, None, 1, None, None, None, 5, 4, 3]
    assert graph["right"] == [None, None, 2, None, None, None, 6, 7, 8]
    assert graph["words"] == ["the", "cat", None, "sat", "on", "mat", None, None, None]
    assert graph["signal"] == "h"
    for block in read.head["stage"]["blocks"]:
        for t in range(1, scene.trace.T + 1):
            for i in range(read.size(block["tree"])):
                assert read.value(block["tree"], i, t) == pytest.approx(read.signal(block["name"], t, i), abs=1e-5)


def test_a_sequence_has_no_tree() -> None:
    """The payload of a chain says so."""
    assert decoded(opening(cell="vanilla")).head["graph"] is None


def test_leaves_are_given() -> None:
    """On a tree only leaves read a word; the input of the others is zero."""
    scene = opening(cell="recursive")
    assert scene.gives == (True, True, False, True, True, True, False, False, False)
    assert not scene.trace["x"][~np.array(scene.gives)].any()


def test_sentences_tell_nodes_and_children() -> None:
    """A sentence names the node with its words, its largest number, and a child as the cause where it is one."""
    scene = opening(cell="recursive")
    start, *told = sentences(scene, "en")
    assert start.startswith("Nothing is computed yet")
    assert "step" not in " ".join([start, *told])
    for t, sentence in enumerate(told):
        assert f"({scene.labels[t]}) is " in sentence or f"({scene.labels[t]}) are about 0" in sentence
    assert told[-1].endswith("the state <i>h</i><sub>r</sub> of its right child (sat on mat).")
    assert not any("child" in told[node] for node in (0, 1, 3, 4, 5))
