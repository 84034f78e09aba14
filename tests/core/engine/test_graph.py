"""Graphs: what brackets mean, what is refused, and what is known of every node."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given

from rnnviz.core import InputError, bracketed, chain, forest, tree
from rnnviz.core.engine.graph import BRANCHINGS, MAX_NODES
from tests.core.random_cells import random_trees

if TYPE_CHECKING:
    from rnnviz.core import Graph

CAT = "((the cat) (sat (on mat)))"


def test_nodes_stand_in_post_order() -> None:
    """Children come before their parent, leaves from left to right, and everything is known of each node."""
    graph = tree(CAT)
    assert len(graph) == 9
    assert graph.words == ("the", "cat", "sat", "on", "mat")
    spans = ["the", "cat", "the cat", "sat", "on", "mat", "on mat", "sat on mat", "the cat sat on mat"]
    assert [graph.text(node) for node in range(9)] == spans
    assert graph.left == (None, None, 0, None, None, None, 4, 3, 2)
    assert graph.right == (None, None, 1, None, None, None, 5, 6, 7)
    assert graph.parent == (2, 2, 8, 7, 6, 6, 7, 8, None)
    assert graph.word == (0, 1, None, 2, 3, 4, None, None, None)
    assert graph.leaves == (0, 1, 3, 4, 5)
    assert graph.depth == (2, 2, 1, 2, 3, 3, 2, 1, 0)
    assert graph.height == (0, 0, 1, 0, 0, 0, 1, 2, 3)
    assert graph.span[7] == (2, 5)
    assert (graph.root, graph.is_chain, graph.write()) == (8, False, CAT)


def test_a_chain_is_a_graph_of_steps() -> None:
    """On a chain the left child is the step before, there is no right one, and every step reads an input."""
    graph = chain(3)
    assert (graph.left, graph.right) == ((None, 0, 1), (None,) * 3)
    assert (graph.parent, graph.word, graph.leaves) == ((1, 2, None), (0, 1, 2), (0, 1, 2))
    assert (graph.depth, graph.height, graph.span) == ((2, 1, 0), (0, 1, 2), ((0, 1), (0, 2), (0, 3)))
    assert (graph.root, graph.is_chain, graph.write(), graph.text(2)) == (2, True, "", "")
    assert graph.path(1) == (1, 2)


def test_the_neighbours_of_a_node() -> None:
    """Each node reads its children, and the parent as whose left or right child it stands there; else nothing."""
    graph, steps = tree("((a b) c)"), chain(3)
    assert [graph.at("l", node) for node in range(5)] == [None, None, 0, None, 2]
    assert [graph.at("r", node) for node in range(5)] == [None, None, 1, None, 3]
    assert [graph.at("↑l", node) for node in range(5)] == [2, None, 4, None, None]
    assert [graph.at("↑r", node) for node in range(5)] == [None, 2, None, 4, None]
    assert [steps.at(shift, 1) for shift in ("l", "r", "↑l", "↑r", -1, 0)] == [0, None, 2, None, 0, 1]
    assert steps.at("l", 0) == -1  # the state before the first step


def test_an_operator_is_read_where_two_are_joined() -> None:
    """Before the two things of a bracket there may be a word in capitals or a sign; it is written before them again."""
    graph = tree("(MAX 3 (MIN 7 2))")
    assert graph.words == ("MAX", "3", "MIN", "7", "2")
    assert (graph.left, graph.right) == ((None, None, None, 1, 0), (None, None, None, 2, 3))
    assert (graph.word, graph.readers, graph.leaves) == ((1, 3, 4, 2, 0), (4, 0, 3, 1, 2), (0, 1, 2))
    assert [graph.text(node) for node in range(5)] == ["3", "7", "2", "MIN 7 2", "MAX 3 MIN 7 2"]
    assert (graph.path(3), graph.depth[3], graph.has_operators) == ((1, 3, 4), 1, True)
    x = graph.x(np.eye(5))
    assert [graph.words[int(row.argmax())] for row in x] == ["3", "7", "2", "MIN", "MAX"]
    for text in ("(MAX 3 (MIN 7 2))", "(NP (NP the cat) (on (+ a b)))", "(MAX MIN MAX)"):
        assert tree(text).write() == text
    for same in ("(+a b)", "((MAX b) c)", "(a (MAX b))"):
        assert not tree(same).has_operators


@pytest.mark.parametrize("head", ["max", "Max", "M", "3", "나는", "(a b)", "(MAX b)", "\u202e"])
def test_what_is_no_operator(head: str) -> None:
    """Three things are refused unless the first of them is capitals or a sign."""
    with pytest.raises(InputError) as error:
        tree(f"({head} c d)")
    assert (error.value.code, error.value.values) == ("tree_many", {"got": 3})


def test_a_forest_is_several_trees() -> None:
    """Trees stand one after another, each with its own root, words and spans; a chain is no tree."""
    trees = [tree("(MAX 3 (MIN 7 2))"), tree("a"), tree("((b c) d)")]
    graph = forest(trees)
    assert graph.roots == (4, 5, 10)
    assert graph.words == ("MAX", "3", "MIN", "7", "2", "a", "b", "c", "d")
    assert [graph.text(root) for root in graph.roots] == ["MAX 3 MIN 7 2", "a", "b c d"]
    assert graph.write().split("\n") == [one.write() for one in trees]
    assert [graph.depth[root] for root in graph.roots] == [0, 0, 0]
    assert forest(trees[:1]) == trees[0]
    for wrong, code in (([], "tree_nothing"), ([trees[0], chain(2)], "tree_chain"), ([trees[0]] * 4001, "tree_long")):
        with pytest.raises(InputError) as error:
            forest(wrong)
        assert error.value.code == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a", ("a",)),
        ("  a\n", ("a",)),
        ("(a\tb)", ("a", "b")),
        ("(나는\u3000(학교에 간다))", ("나는", "학교에", "간다")),
        ("（나는 간다）", ("나는", "간다")),
        ("(it's [3]!)", ("it's", "[3]!")),
        ("(a(b c))", ("a", "b", "c")),
        ("((a b)(c d))", ("a", "b", "c", "d")),
    ],
)
def test_words_are_parted_by_blanks_and_brackets(text: str, words: tuple[str, ...]) -> None:
    """Any kind of blank parts words, in any script; one word alone is a tree of one node."""
    graph = tree(text)
    assert graph.words == words
    assert len(graph) == 2 * len(words) - 1


BROKEN = [  # text, code, line, column
    ("", "tree_nothing", 1, 1),
    (" \n ", "tree_nothing", 1, 1),
    ("(", "tree_open", 1, 1),
    ("(a b", "tree_open", 1, 1),
    ("((a b) (c d)", "tree_open", 1, 1),
    ("((a b) (c d", "tree_open", 1, 8),
    ("((a b)\n (c d", "tree_open", 2, 2),
    (")", "tree_close", 1, 1),
    ("(a b))", "tree_close", 1, 6),
    ("a )", "tree_close", 1, 3),
    ("()", "tree_empty", 1, 1),
    ("(a ())", "tree_empty", 1, 4),
    ("(a)", "tree_one", 1, 1),
    ("((a b))", "tree_one", 1, 1),
    ("(a\r\n (b))", "tree_one", 2, 2),
    ("(나는 (학교에))", "tree_one", 1, 5),
    ("(a b c)", "tree_many", 1, 1),
    ("(a ((b c) d e f))", "tree_many", 1, 4),
    ("the cat", "tree_outside", 1, 5),
    ("(the cat) sat", "tree_outside", 1, 11),
    ("(a b) (c d)", "tree_outside", 1, 7),
    ("a (", "tree_outside", 1, 3),
    ("(" * 6 + "a b) c) d)", "tree_open", 1, 3),
    ("((((a b) c) d) e)", "tree_long", 1, 17),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), BROKEN, ids=[f"{i}-{b[1]}" for i, b in enumerate(BROKEN)])
def test_broken_brackets(text: str, code: str, line: int, column: int) -> None:
    """Brackets that make no tree are refused with one sentence and the place of the bracket or the word."""
    with pytest.raises(InputError) as error:
        tree(text, limit=8)
    assert (error.value.code, error.value.line, error.value.column) == (code, line, column)
    assert "{" not in str(error.value)
    assert error.value.sentence.endswith(".")


def test_errors_tell_what_was_found() -> None:
    """The sentence has the number of things, the word that is too much, or the limit."""
    for text, told in (("(a b c)", "holds 3 things"), ("a dog", "dog stands outside"), ("((a b) c)", "more than 4")):
        with pytest.raises(InputError, match=told):
            tree(text, limit=4)


def test_limits() -> None:
    """As many nodes as the limit says are taken, one word more is not, by hand or bracketed."""
    words = (MAX_NODES + 1) // 2
    assert len(tree("(" * (words - 1) + "a" + " a)" * (words - 1))) == 2 * words - 1 <= MAX_NODES
    assert len(bracketed("a" * words, "balanced")) == 2 * words - 1
    for made in (lambda: tree("(" * words + "a" + " a)" * words), lambda: bracketed("a" * (words + 1), "left")):
        with pytest.raises(InputError) as error:
            made()
        assert (error.value.code, error.value.values["limit"]) == ("tree_long", MAX_NODES)


@pytest.mark.parametrize(
    ("symbols", "branching", "written"),
    [
        ("abcd", "left", "(((a b) c) d)"),
        ("abcd", "right", "(a (b (c d)))"),
        ("abcd", "balanced", "((a b) (c d))"),
        ("abcde", "balanced", "(((a b) c) (d e))"),
        (["나는", "집에", "간다"], "left", "((나는 집에) 간다)"),
        *(("a", branching, "a") for branching in BRANCHINGS),
        *(("ab", branching, "(a b)") for branching in BRANCHINGS),
    ],
)
def test_bracketed_for_you(symbols: str, branching: str, written: str) -> None:
    """Words or characters are bracketed to the left, to the right, or in halves."""
    graph = bracketed(symbols, branching)
    assert graph.write() == written
    assert graph == tree(written)


def test_bracketing_what_is_not_there() -> None:
    """No symbols, and a branching that does not exist, are refused."""
    for symbols, branching, code in (([], "left", "tree_nothing"), ("ab", "up", "tree_branching")):
        with pytest.raises(InputError) as error:
            bracketed(symbols, branching)
        assert error.value.code == code


@pytest.mark.parametrize("T", [0, -1, 1.5, "3", None])
def test_a_chain_has_steps(T: object) -> None:
    """A chain of no steps, or of something that is no number of steps, is refused."""
    with pytest.raises(InputError) as error:
        chain(T)  # pyright: ignore[reportArgumentType]
    assert error.value.code == "not_positive"


@pytest.mark.parametrize("words", [1, 2, 3, 8, 9, 100])
def test_the_way_from_a_word_to_the_root(words: int) -> None:
    """It has up to T - 1 steps where all branch to one side, and about log2 T where the tree is balanced."""
    steps = {how: [len(bracketed("a" * words, how).path(i)) - 1 for i in range(words)] for how in BRANCHINGS}
    last = max(words - 1, 0)
    assert steps["left"] == [last, *range(last, 0, -1)]
    assert steps["right"] == steps["left"][::-1]
    assert max(steps["balanced"]) == int(np.ceil(np.log2(words)))
    assert [len(chain(words).path(i)) - 1 for i in range(words)] == list(range(words - 1, -1, -1))
    for graph in (bracketed("a" * words, how) for how in BRANCHINGS):
        for i in range(words):
            path = graph.path(i)
            assert (path[0], path[-1]) == (graph.leaves[i], graph.root)
            assert all(graph.parent[node] == above for node, above in pairwise(path))
            assert len(path) - 1 == graph.depth[path[0]]


def test_rows_of_words_are_placed() -> None:
    """Each word's row stands at its node, and inner nodes have zeros; on a chain nothing changes."""
    graph = tree("((a b) c)")
    np.testing.assert_array_equal(graph.x([[1, 2], [3, 4], [5, 6]]), [[1, 2], [3, 4], [0, 0], [5, 6], [0, 0]])
    np.testing.assert_array_equal(chain(2).x([[1, 2], [3, 4]]), [[1, 2], [3, 4]])
    batch = np.arange(12.0).reshape(3, 2, 2)
    np.testing.assert_array_equal(graph.x(batch)[:, 1], graph.x(batch[:, 1]))
    for rows in (np.ones((2, 2)), np.ones(3)):
        with pytest.raises(InputError) as error:
            graph.x(rows)
        assert error.value.code == "tree_words"


@pytest.mark.parametrize("branching", ["left", "right"])
def test_deep_trees(branching: str) -> None:
    """A tree of 1,500 levels is read, written and measured without recursion."""
    graph = bracketed(["a"] * 1501, branching)
    assert tree(graph.write()) == graph
    assert (max(graph.depth), graph.height[graph.root], graph.span[graph.root]) == (1500, 1500, (0, 1501))
    assert max(len(graph.path(i)) for i in range(1501)) == 1501


def plain(graph: Graph, node: int) -> str:
    """The brackets of a node, written by recursion over left and right."""
    left, right, leaf = graph.left[node], graph.right[node], graph.word[node]
    if left is None or right is None:
        assert leaf is not None
        return graph.words[leaf]
    return f"({plain(graph, left)} {plain(graph, right)})"


@given(random_trees())
def test_what_is_written_reads_the_same(text: str) -> None:
    """A tree is written as it was read; nodes are in post-order and each but the root has one parent."""
    graph = tree(text)
    assert graph.write() == text == plain(graph, graph.root)
    assert tree(graph.write()) == graph
    for node, above in enumerate(graph.parent):
        assert (above is None) == (node == graph.root)
        assert above is None or (above > node and node in graph.children(above))
        assert graph.depth[node] == 0 if above is None else graph.depth[node] == graph.depth[above] + 1
    assert [graph.words[leaf] for leaf in graph.word if leaf is not None] == list(graph.words)
