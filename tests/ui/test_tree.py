"""The page "Tree" as Streamlit runs it: the sentence and its brackets, what is wrong with them, the address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rnnviz.core import InputError
from rnnviz.core.answers.code import numpy_code
from rnnviz.core.engine.graph import tree
from rnnviz.core.scenario.edits import edits_text, read_edits
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.settings import DEFAULT, SENTENCE, Settings, on_tree
from rnnviz.scenes.trees import branched, graph_of
from tests.figures.decoded import Decoded
from tests.ui.driver import fine, go, opened
from tests.ui.pages import warned

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

TREE = on_tree(DEFAULT, typed=False)
EIGHT = "a b c d e f g h"


def branching(**address: object) -> AppTest:
    """The page at an address."""
    return go(opened(**address), "tree")


def shown(app: AppTest) -> Decoded:
    """What the page hands to its player."""
    waiting = [app.main]
    while waiting:
        block = waiting.pop()
        if getattr(block, "key", None) == "tree":
            return Decoded(block.proto.bytes)
        waiting += list(getattr(block, "children", {}).values())
    raise AssertionError("no player")


def words(app: AppTest) -> list[str]:
    """The words of the picture, from left to right."""
    return [word for word in shown(app).head["graph"]["words"] if word is not None]


def assert_numbers(app: AppTest, settings: Settings) -> None:
    """The picture has the numbers of these settings."""
    read, scene = shown(app), branched(settings).scene
    for name in scene.model.equations:
        size, T = scene.model.sizes[name], scene.trace.T
        got = [[read.signal(name, t + 1, i) for i in range(size)] for t in range(T)]
        np.testing.assert_array_equal(got, scene.trace[name].astype(np.float32))


def test_the_page_opens_with_its_own_sentence() -> None:
    """Where nobody typed, the page shows its sentence with the recursive cell, without a notice."""
    app = branching()
    assert words(app) == ["the", "cat", "sat", "on", "mat"]
    assert app.text_input(key="pick_text").value == SENTENCE
    assert app.selectbox(key="pick_branching").value == "hand"
    assert app.segmented_control(key="pick_tree_cell").value == "recursive"
    assert warned(app) == []
    assert_numbers(app, TREE)


def test_an_address_without_brackets_is_balanced() -> None:
    """Words without brackets make a balanced tree, with the tree cell that the address names."""
    app = branching(source="words", text=EIGHT, cell="tree_lstm", seed=3, hidden=2)
    assert warned(app) == []
    assert shown(app).head["graph"]["y"][-1] == 3
    assert_numbers(app, replace(TREE, text=EIGHT, cell="tree_lstm", seed=3, hidden=2))


@pytest.mark.parametrize(
    ("how", "written"),
    [
        ("left", "(((((((a b) c) d) e) f) g) h)"),
        ("right", "(a (b (c (d (e (f (g h)))))))"),
        ("balanced", "(((a b) (c d)) ((e f) (g h)))"),
    ],
)
def test_a_bracketing_is_the_tree_of_its_brackets(how: str, written: str) -> None:
    """Each bracketing gives the tree that these brackets give by hand, also where the text has other brackets."""
    for text in (EIGHT, "((a b) (c (d (e (f (g h))))))"):
        app = branching(source="words", text=text, branching=how)
        assert warned(app) == []
        assert_numbers(app, replace(TREE, text=written))


def test_by_hand_begins_with_the_brackets_that_are_there() -> None:
    """Choosing by hand writes the brackets of the present tree into the field."""
    app = branching(source="words", text=EIGHT)
    fine(app.selectbox(key="pick_branching").set_value("hand").run())
    assert app.text_input(key="pick_text").value == "(((a b) (c d)) ((e f) (g h)))"
    assert warned(app) == []
    assert shown(app).head["graph"]["y"][-1] == 3


@pytest.mark.parametrize(
    ("text", "column", "part"),
    [
        ("((the cat) sat", 1, "never closed"),
        ("(the cat)) sat", 10, "closes nothing"),
        ("(the ()) cat", 6, "is empty"),
        ("((the) cat)", 2, "only one thing"),
        ("(the cat sat)", 1, "holds 3 things"),
        ("(the cat) sat", 11, "stands outside"),
    ],
)
def test_broken_brackets_are_told_and_the_picture_stays(text: str, column: int, part: str) -> None:
    """A broken bracket has one sentence, with its place, in the sidebar, and the last good tree stays."""
    app = branching(source="words", text="((a b) c)")
    fine(app.text_input(key="pick_text").set_value(text).run())
    (notice,) = warned(app)
    assert notice.startswith(f"Line 1, column {column}: ")
    assert part in notice
    assert warned(app.sidebar) == [notice]
    assert words(app) == ["a", "b", "c"]


def test_too_large_a_tree_is_told() -> None:
    """More nodes than the limit, more different words than the limit, and no words at all, have a sentence each."""
    many = " ".join(f"w{i % 60}" for i in range(LIMITS.steps // 2 + 1))
    for text, part in (
        (many, f"more than {LIMITS.steps} nodes"),
        ("", "empty"),
        ("()", "is empty"),
        (" ".join(f"w{i}" for i in range(65)), "65 different"),
    ):
        with pytest.raises(InputError, match=part):
            graph_of(replace(TREE, text=text))
    assert len(graph_of(replace(TREE, text=" ".join(many.split()[1:])))) == LIMITS.steps - 1


def test_korean() -> None:
    """Korean words and characters are bracketed by hand and by rule; wide brackets are brackets."""
    assert graph_of(replace(TREE, text="((나는 학교에) 갔다)")).words == ("나는", "학교에", "갔다")
    assert graph_of(replace(TREE, text="（나는 갔다）")).words == ("나는", "갔다")
    assert graph_of(replace(TREE, source="text", text="((학교)에)")) == tree("((학 교) 에)")
    assert graph_of(replace(TREE, source="text", text="학교에", branching="left")).words == ("학", "교", "에")


def test_places_in_characters_are_those_typed() -> None:
    """By hand and by characters an error tells the column of the text as it was typed."""
    with pytest.raises(InputError) as caught:
        graph_of(replace(TREE, source="text", text="((ab)c)d"))
    assert (caught.value.code, caught.value.column) == ("tree_outside", 8)


def test_other_pages_keep_what_they_show() -> None:
    """After the tree a page with a sequence shows its own cell and text, without a notice, and the other way round."""
    app = branching()
    go(app, "unroll")
    assert warned(app) == []
    assert words(go(app, "tree")) == ["the", "cat", "sat", "on", "mat"]


def test_changes_and_their_ripple() -> None:
    """A change of a word reaches its leaf and the nodes above it, and no other."""
    made = branched(replace(TREE, edit="x.4.1:1"))
    assert made.before
    differ = np.flatnonzero((made.scene.trace["h"] != made.before.trace["h"]).any(1)) + 1
    assert differ.tolist() == [4, 8, 9]


def test_changes_that_do_not_fit_a_tree_are_told() -> None:
    """Inner nodes read no word and there is no state outside; what is held, and shuffled words, stay on the tree."""
    made = branched(replace(TREE, edit="x.3.1:1,h.0.1:1,h.2.1:0.5,shuffle:1"))
    assert [problem.code for problem in made.unfit] == ["edit_inner", "edit_signal"]
    assert edits_text(made.edits) == edits_text(read_edits("h.2.1:0.5,shuffle:1"))
    graph = made.scene.trace.graph
    assert graph
    assert sorted(graph.words) == sorted(["the", "cat", "sat", "on", "mat"])
    assert graph.words != ("the", "cat", "sat", "on", "mat")
    assert made.scene.trace["h"][1, 0] == 0.5
    for leaf, word in zip(graph.leaves, graph.words, strict=True):
        assert made.scene.labels[leaf] == word
        assert made.scene.inputs[int(made.scene.trace["x"][leaf].argmax())] == word
    assert not made.scene.trace["x"][[2, 6, 7, 8]].any()


def test_the_code_of_a_tree_names_its_words() -> None:
    """The program of the page reads the words by name and the children by their nodes."""
    scene = branched(TREE).scene
    assert scene.wired
    text = numpy_code(scene.wired, scene.inputs).text
    assert "left = {1: 0, 2: 0, 3: 1, 4: 0, 5: 0, 6: 0, 7: 5, 8: 4, 9: 3}" in text
    assert "h[t] = np.tanh(W_xh @ x[t] + W_lh @ h[left[t]] + W_rh @ h[right[t]] + b_h)" in text
