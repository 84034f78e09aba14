"""The chain beside the tree, as HTML: its numbers are the core's, its labels are escaped."""

from __future__ import annotations

import re
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from rnnviz.core import CELLS, Model, bracketed, tree
from rnnviz.core.answers.correspondence import ChainOf, as_chain
from rnnviz.figures import branching
from rnnviz.figures.writing import number

WORDS = ["the", "<b>&cat", "sat", "on"]
CELL = re.compile(r"<span class=(\w+)>([^<]*)</span>")


def chain_of(name: str = "recursive", H: int = 4, scale: float = 1.0) -> ChainOf:
    """A left-branching tree of four words, and its chain."""
    model = Model(CELLS[name].equations, 4, H, 2)
    params = {weight: scale * numbers for weight, numbers in model.init(1).items()}
    graph = bracketed(WORDS, "left")
    found = as_chain(model, params, model.run(params, graph.x(np.eye(4)), graph=graph))
    assert found is not None
    return found


def rows(page: str) -> list[list[list[str]]]:
    """For each row of a table that has cells with numbers: for each column its numbers."""
    table = [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", page)]
    found = [[[text for _, text in CELL.findall(cell)] for cell in row] for row in table]
    return [row for row in found if any(row)]


@pytest.mark.parametrize("name", ["recursive", "tree_lstm"])
def test_the_numbers_are_those_of_tree_and_chain(name: str) -> None:
    """Node by node the tree's h, under it the chain's h_t, under that what is read, each as the stage prints it."""
    found = chain_of(name)
    page = branching.matched(found, WORDS, "h", "en")
    graph = found.source.graph
    assert graph is not None
    nodes = [graph.leaves[0], *found.steps]
    above, below, *read = rows(page)
    assert above == [[number(v) for v in found.source["h"][node]] for node in nodes]
    assert below == [[number(v) for v in h] for h in [found.init["h"], *found.trace["h"]]]
    assert read == [[[], *([number(v) for v in row] for row in found.x[own])] for own in found.inputs]
    assert above == below


def test_labels_are_escaped_and_head_their_columns() -> None:
    """Words are text, not markup; a column is headed by the words of its node, long ones cut; each row has a head."""
    page = branching.matched(chain_of(), WORDS, "h", "en")
    assert "<b>" not in page
    heads = re.findall(r"<th scope=col>(.*?)</th>", page)
    assert heads == ["the", "the &lt;b&gt;&amp;cat", "the &lt;b&gt;&amp;cat sat", "the … on"]
    assert page.count("<tr>") == page.count("<th scope=row>")
    assert "<b>" not in branching.bars(WORDS, {"<b>": [1, 2, 3, 4]}, "en")


def test_many_units_are_thin_and_told() -> None:
    """More than 16 units have no numbers in their cells; a screen reader is told them."""
    found = chain_of(H=20)
    page = branching.matched(found, WORDS, "h", "en")
    assert {text for _, text in CELL.findall(page)} == {""}
    assert f"aria-label='{' '.join(number(v) for v in found.trace['h'][0])}'" in page


def test_colours_go_with_the_numbers() -> None:
    """0 is neutral, the largest sums have the ends of the scale, what is no number has none."""
    page = branching.column(np.array([0.0, 1.0, -1.0, 0.5, 7.0, np.nan, np.inf]), 1.0)
    assert CELL.findall(page) == [
        ("k0", "0.00"),
        ("k20", "1.00"),
        ("m20", "−1.00"),
        ("k10", "0.50"),
        ("k20", "7.00"),
        ("kn", "?"),
        ("kn", "∞"),
    ]
    used = set(re.findall(r"class=(\w+)>", page)) - {"kn"}
    assert all(f".bt .{name}{{" in branching.styles() for name in used)


def test_distances_are_counted_to_the_root() -> None:
    """In a b c d e f g h the first word is 7 steps from the root of the chain and 3 from that of the balanced tree."""
    left, balanced = (bracketed(list("abcdefgh"), name) for name in ("left", "balanced"))
    assert branching.distances(left) == [7, 7, 6, 5, 4, 3, 2, 1]
    assert branching.distances(balanced) == [3] * 8
    assert branching.distances(tree("((the cat) (sat (on mat)))")) == [2, 2, 2, 3, 3]
    page = branching.bars(list("abcdefgh"), {"Left": branching.distances(left)}, "Word", longest="Longest way")
    told = [int(text) for text in re.findall(r"(\d+)</td>", page)]
    assert told == [*branching.distances(left), 7]
    widths = [float(text) for text in re.findall(r"width:([\d.]+)px", page)]
    np.testing.assert_allclose(np.array(widths) / widths[0], np.array(told[:-1]) / 7, atol=0.01)


def test_bars_print_their_numbers() -> None:
    """Two decimals; what would be printed as zero has its power of ten; what is no number has no bar."""
    page = branching.bars(["a", "b", "c", "d"], {"Left": [0.256, 0.0009, 0.0, np.nan]}, "Word")
    assert re.findall(r"px'></u>(.*?)</td>", page) == ["0.26", "9e−4", "0.00", "?"]
    assert re.findall(r"width:([\d.]+)px", page)[2:] == ["0.0", "0.0"]


def test_the_longest_bar_may_be_of_a_number_that_is_not_there() -> None:
    """Parts of a whole have bars of the whole's scale."""
    page = branching.bars(["1", "2"], {"Tree": [0.5, 0.25]}, "Depth", largest=1.0)
    assert re.findall(r"width:([\d.]+)px", page) == ["30.0", "15.0"]
    assert "<th scope=row>Depth</th>" in page


def test_a_picture_shows_the_tree_and_its_longest_way() -> None:
    """A line for each child, and one way with as many lines as the distance of the farthest word."""
    graph = tree("((the cat) (sat (on mat)))")
    picture = re.search(r'src="data:image/svg\+xml,(.*?)"', branching.outline(graph))
    assert picture
    drawn = ET.fromstring(unquote(picture[1]))  # noqa: S314
    lines, way = (path.attrib["d"] for path in drawn.iter("{http://www.w3.org/2000/svg}path"))
    assert lines.count("L") == len(graph) - 1
    assert way.count("L") == 3
