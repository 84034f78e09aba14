"""The lower part of the page "Tree", as Streamlit runs it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import streamlit as st

from rnnviz.core.answers.influence import influence
from rnnviz.core.kept import Kept
from rnnviz.figures.writing import small
from rnnviz.scenes.settings import on_tree, read_settings
from rnnviz.scenes.trees import branched
from rnnviz.ui.views import branching
from tests.ui.driver import fine, go, opened
from tests.ui.pages import remarks

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest


def tree_page(**address: object) -> AppTest:
    """The page "Tree" at an address."""
    return go(opened(**address), "tree")


def html(app: AppTest) -> list[str]:
    """Every piece of HTML on the page, in order."""
    found, waiting = [], [app.main]
    while waiting:
        block = waiting.pop(0)
        if getattr(block, "type", "") == "html":
            found.append(block.proto.body)
        waiting = [*getattr(block, "children", {}).values(), *waiting]
    return found


def tables(app: AppTest) -> list[str]:
    """The tables: the two rows of states, the distances, the influences; not those of the task below."""
    return [body for body in html(app) if body.startswith("<div class=bt") and "<th scope=row>Depth</th>" not in body]


def heads(table: str) -> list[str]:
    """What the columns of a table are called."""
    return [re.sub("<img.*?>", "", head) for head in re.findall(r"<th scope=col>(.*?)</th>", table)]


def numbers(table: str) -> list[list[str]]:
    """The numbers beside the bars of a table, row by row."""
    body = re.findall(r"<tbody>(.*)</tbody>", table)[0]
    return [re.findall(r"</u>(.*?)</td>", row) for row in body.split("</tr>")[:-1]]


def test_the_page_says_what_is_recurrent_and_recursive() -> None:
    """Both in one sentence each, the first as a case of the second, with the equations of the correspondence."""
    told = " ".join(html(tree_page()))
    assert "<b>recurrent</b>" in told
    assert "<b>recursive</b>" in told
    assert "<i>W</i><sub>hh</sub> = <i>W</i><sub>lh</sub>" in told
    assert "“Vanilla”" in told
    for difference in re.findall(r"ifference[^:]*: (\S+)\.", told):
        assert float(difference) <= 1e-12


def test_distances_and_influences_are_those_of_the_trees() -> None:
    """Of 8 letters: 7 steps in the chain and 3 when balanced; the influences are the core's for the tree shown."""
    app = tree_page(source="text", text="abcdefgh", branching="right", cell="tree_lstm", seed=3)
    _, far, moves = tables(app)
    assert heads(far)[0] == heads(moves)[0] == "As bracketed"
    assert numbers(far) == [
        [str(i), str(j), "3"] for i, j in zip([1, 2, 3, 4, 5, 6, 7, 7], [7, 7, 6, 5, 4, 3, 2, 1], strict=True)
    ]
    settings, problems = read_settings(
        {"source": "text", "text": "abcdefgh", "branching": "right", "cell": "tree_lstm", "seed": "3"}
    )
    assert not problems
    scene = branched(settings).scene
    exact = influence(scene.model, scene.params, scene.trace)
    assert [row[0] for row in numbers(moves)] == [small(float(value)) for value in exact]
    assert "“LSTM”" in " ".join(html(app))


@pytest.mark.parametrize(("branching", "place"), [("left", 0), ("balanced", 1)])
def test_the_tree_shown_is_not_told_twice(branching: str, place: int) -> None:
    """Where the tree shown is the chain or the balanced one, its column says so."""
    _, far, _ = tables(tree_page(source="words", text="a b c d e", branching=branching))
    assert len(heads(far)) == 2
    assert [head.endswith("(as above)") for head in heads(far)] == [place == 0, place == 1]


def test_another_bracketing_moves_the_root_otherwise() -> None:
    """The same words in other brackets have other influences, and the same chain."""
    first, second = (tables(tree_page(source="words", text=text)) for text in ("((a b) (c d))", "(a ((b c) d))"))
    assert first[0] == second[0]
    assert [row[0] for row in numbers(first[2])] != [row[0] for row in numbers(second[2])]


def test_two_words_are_enough() -> None:
    """Of two words, both are one step from the root in every tree, and all is told of them."""
    app = fine(tree_page(source="words", text="(a b)"))
    assert len(tables(app)) == 3
    assert numbers(tables(app)[1]) == [["1", "1"], ["1", "1"]]


def test_one_word_and_held_numbers_are_told_of() -> None:
    """There is nothing to compare for one word, and none while numbers are held; a sentence says so."""
    one = tree_page(source="words", text="a")
    assert tables(one) == []
    assert any("two words" in remark for remark in remarks(one))
    held = tree_page(source="words", text="(a (b c))", edit="h.2-.1:0.5")
    assert tables(held) == []
    assert any("held" in remark for remark in remarks(held))
    fine(held)


def test_operators_have_one_bracketing() -> None:
    """Where operators are read there is no chain to compare with, but it is told how much each word moves the root."""
    app = fine(tree_page(source="words", text="(MAX 3 (MIN 7 2))"))
    (moves,) = tables(app)
    assert heads(moves) == ["As bracketed"]
    assert re.findall(r"<tr><th scope=row>(.*?)</th>", moves)[1:] == ["MAX", "3", "MIN", "7", "2"]
    assert "“Vanilla”" not in " ".join(html(app))


def test_what_is_measured_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is computed once for the same tree and weights, even if a browser empties Streamlit's caches, and forgotten
    when others came since; any change of words, brackets, weights or cell is another tree.
    """
    made = []
    monkeypatch.setattr(branching, "measure", lambda scene: made.append(scene) or len(made))
    monkeypatch.setattr(branching, "MEASURED", Kept[object](8))

    def measured(**address: str) -> None:
        scene = branched(on_tree(read_settings(address)[0], typed=True)).scene
        branching.measured(scene, branching.fingerprint(scene))

    here = {"source": "words", "text": "((a b) c)", "hidden": "2"}
    measured(**here)
    st.cache_resource.clear()
    st.cache_data.clear()
    measured(**here, t="2", edit="")
    assert len(made) == 1
    others = [here | {"text": text} for text in ("((a c) b)", "(a (b c))")]
    others += [here | change for change in ({"seed": "1"}, {"cell": "tree_lstm"}, {"edit": "W_xh.1.1:9"})]
    for k, other in enumerate(others, start=2):
        measured(**other)
        assert len(made) == k, other
    for seed in range(2, 10):
        measured(**here, seed=str(seed))
    assert len(branching.MEASURED.results) == 8
    measured(**here)
    assert len(made) == len(others) + 8 + 2
