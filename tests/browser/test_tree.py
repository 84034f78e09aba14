"""The page "Tree" in a real browser: brackets, the walk over the nodes, asking downwards, changes, sizes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rnnviz.core import explain
from rnnviz.figures import theme
from rnnviz.scenes.settings import on_tree, read_settings
from rnnviz.scenes.trees import branched
from tests.browser.driver import (
    NOW,
    ROWS,
    Pages,
    Step,
    Visits,
    exact,
    follow,
    go_to,
    numbers,
    pairs,
    read,
    settled,
    way,
)

if TYPE_CHECKING:
    from rnnviz.figures.stage import Scene

# Every node as it is drawn: its number, its place, and its numbers, or null while it is blank.
NODES = """player => {
    return player.boxes.map(({ name, k, x, y, width, height }) => {
        const h = Array.from({ length: player.payload.signals[name].n }, (_, i) => player.signal(name, k, i));
        return { k, x, y, width, height, h: player.known(name, k) ? h : null };
    });
}"""
# The colour in the middle of row i of node k on the canvas.
PIXEL = """(player, [k, i]) => {
    const { x, y, width, height } = player.boxes[k - 1], { n } = player.payload.signals.h;
    const pen = document.querySelector(".rv-timeline canvas").getContext("2d"), ratio = window.devicePixelRatio || 1;
    const [left, top] = [x + width / 2, y + (i + 0.5) * height / n];
    return [...pen.getImageData(left * ratio, top * ratio, 1, 1).data].slice(0, 3);
}"""
WORDS = (
    "text => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.graph?.words.filter(w => w).join(' ') === text"
)


def scene_at(**address: Any) -> Scene:
    """The scene of an address of this page."""
    return branched(on_tree(read_settings(address)[0], typed="text" in address)).scene


def until_words(step: Step, *words: str) -> None:
    """Wait until the tree has these words."""
    step.page.wait_for_function(WORDS, arg=" ".join(words))
    settled(step.page)


def bracketing(step: Step, how: str) -> None:
    """Choose a bracketing in the sidebar."""
    step.page.get_by_role("combobox", name="Brackets").click()
    step.page.get_by_role("option", name=how).click()


def assert_nodes(step: Step, scene: Scene, t: int) -> None:
    """Nodes up to t have the numbers of the trace, in their colours; the others are blank."""
    for node in step.ask(NODES):
        if node["k"] > t:
            assert node["h"] is None
            continue
        row = scene.trace["h"][node["k"] - 1]
        np.testing.assert_allclose(node["h"], row, atol=1e-6)
        for i, value in enumerate(row):
            painted, expected = step.ask(PIXEL, [node["k"], i]), theme.rgb(theme.shade(theme.LIGHT.scale, float(value)))
            assert np.abs(np.subtract(painted, expected)).max() <= 3


def test_a_tree_bracketed_by_hand_is_walked_through(visit: Visits) -> None:
    """Brackets are typed; the arrow walks the nodes, children before parents, and each shows its numbers."""
    step = visit("/tree?t=0")
    field = step.page.get_by_label("Sequence")
    field.fill("((a dog) ran)")
    field.press("Enter")
    until_words(step, "a", "dog", "ran")
    scene = scene_at(source="words", text="((a dog) ran)")
    graph = scene.trace.graph
    assert graph
    assert_nodes(step, scene, 0)
    for t in range(1, len(graph) + 1):
        assert all(child + 1 < t for child in graph.children(t - 1))
        step.press("ArrowRight")
        step.page.wait_for_function("t => document.querySelector('.rnnviz-player')?.dataset.t === String(t)", arg=t)
        assert_nodes(step, scene, t)
        assert step.text("step") == f"node {t} of 5: {scene.labels[t - 1]}"
        for name, below in (("l", graph.left), ("r", graph.right)):
            child = below[t - 1]
            expected = np.zeros(4) if child is None else scene.trace["h"][child]
            np.testing.assert_allclose(np.ravel(step.tile("signal", "h", name)["cells"]), expected, atol=1e-6)
        np.testing.assert_allclose(np.ravel(step.tile("signal", "x", 0)["cells"]), scene.trace["x"][t - 1])
    step.until(5)
    step.press("ArrowLeft")
    step.until(4)


def test_from_the_root_down_to_a_word_and_back(visit: Visits) -> None:
    """A click on a node asks its number; each answer has the core's terms, leads to a child, and each entry back."""
    address = {"cell": "recursive", "hidden": "3", "seed": "2"}
    scene, step = scene_at(**address), visit("/tree?hidden=3&seed=2&t=1")
    node = step.ask(NODES)[8]
    step.root.locator(".rv-timeline").click(
        position={"x": node["x"] + node["width"] / 2, "y": node["y"] + node["height"] * 5 / 6}
    )
    stops = [(9, "h3[1]"), (3, "h2[1]"), (2, "x2[cat]")]
    i, answers = 2, []
    for depth, (k, button) in enumerate(stops):
        assert step.ask(NOW) == [k, ["signal", "h", 0], i, 0]
        assert len(way(step)) == depth + 1
        root = explain(scene.model, scene.params, scene.trace, "h", k - 1, i)
        products = numbers([row for row in step.root.evaluate(ROWS) if len(row) == 3])  # without the bias
        assert products == pairs(root)
        answers.append(step.text("answer"))
        said = answers[-1].split(":")[0]
        assert said.startswith(f"h{k}[{i + 1}] is ")
        assert read(said.split()[-1]) == exact(root.value)
        follow(step, button)
        i = 0
    assert step.ask(NOW) == [2, ["signal", "x", 0], 1, 0]
    assert step.text("answer") == "x2[cat] is 1: it belongs to the word cat, which is given, not computed."
    assert way(step) == ["h9[3]", "h3[1]", "h2[1]", "x2[cat]"]
    for depth in reversed(range(3)):
        step.root.locator(".rv-way nav button").nth(depth).click()
        assert step.ask(NOW)[0] == stops[depth][0]
        assert step.text("answer") == answers[depth]
    step.until(9)


def test_a_child_that_there_is_not(visit: Visits) -> None:
    """The children of a leaf are zeros, and a click on them says why."""
    step = visit("/tree?t=1")
    tile = step.tile("signal", "h", "l")
    assert np.ravel(tile["cells"]).tolist() == [0, 0, 0, 0]
    step.click(tile, 1)
    assert step.text("answer") == (
        "hl[2] is 0.00: node 1 has no such child, and a child that there is not counts as zeros."
    )


def test_a_child_on_the_stage_is_asked_where_it_stands(visit: Visits) -> None:
    """A click on a child's tile answers for the child, lights its numbers in the tree, and stays at the node."""
    step = visit("/tree?t=9")
    step.click(step.tile("signal", "h", "r"), 0)
    assert step.ask(NOW) == [9, ["signal", "h", "r"], 0, 0]
    assert step.text("answer").startswith("h8[1] is ")
    lit = [json.loads(source) for source, _ in step.ask("player => player.lit")]
    # Node 8 is the right child of node 9, which it reads as "r"; what made it stands four and one nodes before that.
    assert sorted(source[1:] for source in lit if source[0] == "signal") == [["h", -5], ["h", -2], ["x", "r"]]


def test_another_bracketing_gives_other_numbers(visit: Visits) -> None:
    """The same words, bracketed otherwise, have another tree and another state at the root."""
    step = visit("/tree?source=words&text=a+b+c+d&t=7")
    roots = []
    for how, name in (("Balanced", "balanced"), ("Left-branching", "left"), ("Right-branching", "right")):
        bracketing(step, how)
        graph = scene_at(source="words", text="a b c d", branching=name).trace.graph
        assert graph
        left = [None if child is None else child + 1 for child in graph.left]
        step.page.wait_for_function(
            "left => JSON.stringify(document.querySelector('.rnnviz-player')?.rnnviz?.payload?.graph.left) === left",
            arg=str(left).replace("None", "null").replace(" ", ""),
        )
        settled(step.page)
        assert_nodes(step, scene_at(source="words", text="a b c d", branching=name), 7)
        roots.append(step.ask(NODES)[6]["h"])
    assert len({tuple(np.round(root, 6)) for root in roots}) == 3
    assert step.address["branching"] == "right"


def test_a_changed_weight_changes_the_nodes(visit: Visits) -> None:
    """With Change on, a weight that is typed changes the nodes that it reaches; the views show it."""
    step = visit("/tree?t=9")
    step.page.get_by_text("Change", exact=True).last.click()
    step.root.locator(".rv-views").wait_for()
    settled(step.page)
    step.click(step.tile("weight", "W_lh"), 0, 1)
    field = step.root.locator(".rv-change input[type=number]")
    field.fill("2")
    field.press("Enter")
    step.page.locator(".st-key-band").get_by_text("You made 1 change: Wlh[1,2] = 2").wait_for()
    settled(step.page)
    scene, before = scene_at(edit="W_lh.1.2:2"), scene_at()
    assert_nodes(step, scene, 9)
    assert step.text("felt") == "h differs by 0.01 or more at 4 of 9 nodes; the first of them is node 3."
    step.root.locator("[data-view=before]").click()
    assert_nodes(step, before, 9)
    step.root.locator("[data-view=difference]").click()
    for node in step.ask(NODES):
        difference = scene.trace["h"][node["k"] - 1] - before.trace["h"][node["k"] - 1]
        np.testing.assert_allclose(node["h"], difference, atol=1e-6)


def test_slow_motion_fills_one_node_at_a_time(visit: Visits) -> None:
    """In slow motion a node is blank until the function has made its state."""
    step = visit("/tree?t=3")
    step.do("slow")
    assert step.ask(NODES)[2]["h"] is None
    assert "row 1 of Wxh" in step.text("sentence")
    while not step.ask("player => player.part.last"):
        assert step.ask(NODES)[2]["h"] is None
        step.press("ArrowRight")
    assert step.ask(NODES)[2]["h"] is not None
    assert step.ask(NODES)[3]["h"] is None
    step.do("slow")


@pytest.mark.parametrize("branching", ["left", "right", "balanced"])
@pytest.mark.parametrize("words", [1, 5, 20, 31])
@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_no_two_nodes_touch(visit: Visits, branching: str, words: int, size: tuple[int, int]) -> None:
    """Nodes keep apart from each other and inside the page, which does not scroll sideways."""
    text = "+".join(f"w{i}" for i in range(words))
    step = visit(f"/tree?source=words&text={text}&branching={branching}", *size)
    nodes = step.ask(NODES)
    assert len(nodes) == 2 * words - 1
    for a, one in enumerate(nodes):
        assert one["x"] >= 0
        assert one["x"] + one["width"] <= step.ask("player => document.querySelector('.rnnviz-player').clientWidth")
        for other in nodes[a + 1 :]:
            apart = abs(one["x"] - other["x"]) >= one["width"] or abs(one["y"] - other["y"]) >= one["height"]
            assert apart, (one, other)
    assert step.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("cell", ["recursive", "tree_lstm"])
def test_tree_and_equation_are_in_sight_together(visit: Visits, cell: str) -> None:
    """At 1280x720 the whole tree and the line of its state stand above the fold, with numbers that can be read."""
    step = visit(f"/tree?cell={cell}&t=9")
    tree = step.root.locator(".rv-timeline").bounding_box()
    stage = step.root.locator(".rv-stage").bounding_box()
    assert tree
    assert stage
    belt = step.ask("player => player.payload.stage.belt.name")
    bottom = max(tile["y"] + tile["height"] for tile in step.tiles if tile["block"] == belt)
    assert tree["y"] + tree["height"] <= stage["y"] + 1
    assert stage["y"] + bottom <= 720
    assert step.ask("player => player.number >= player.payload.sizes.smallest_number")


def test_operators_are_read_where_they_join(visit: Visits) -> None:
    """An operator is drawn beside its node, named in the walk, and is what the node reads."""
    step = visit("/tree?source=words&text=(MAX 3 (MIN 7 2))&t=4")
    assert step.ask("player => player.payload.graph.operators") == [None, None, None, "MIN", "MAX"]
    assert step.ask("player => player.payload.graph.words") == ["3", "7", "2", None, None]
    assert "MIN 7 2" in step.text("bar")
    x = step.ask("player => player.payload.symbols.map((_, i) => player.signal('x', 4, i))")
    assert x == [float(symbol == "MIN") for symbol in step.ask("player => player.payload.symbols")]


def test_a_tree_and_a_chain_are_trained(open_page: Pages) -> None:
    """Both learn while the page is there, are compared by depth, and the tree's weights then tell each node's worth."""
    page = open_page("/tree?source=words&text=((a b) c)&seed=3")
    page.get_by_role("button", name="Train both").click()
    page.wait_for_function("() => document.querySelectorAll('.tn-chart polyline').length === 2")
    page.wait_for_function(
        "() => document.querySelector('.rnnviz-train')?.dataset.running === 'false'", timeout=120_000
    )
    page.get_by_text("How many are right").wait_for()
    settled(page)
    rows = page.locator(".bt .bars").filter(has_text="Depth").first.locator("tbody tr").all_inner_texts()
    deepest = [float(part) for part in rows[-1].split()[-2:]]
    assert deepest[0] > deepest[1] + 0.1
    page.get_by_role("button", name="Use this tree's weights above").click()
    page.wait_for_url("**weights=taught**")
    settled(page)
    step = Step(page)
    until_words(step, "3", "7", "2")
    step.press("End")
    step.until(5)
    step.press("ArrowLeft", "ArrowRight")
    page.wait_for_function("() => document.querySelector('.rv-header').innerText.includes('which is right')")
    assert "says 3" in step.text("header")


def test_to_the_tree_and_back(visit: Visits) -> None:
    """The navigation leads to the tree and back to the chain; each shows its own picture."""
    step = visit("/")
    go_to(step.page, "Tree")
    step.page.wait_for_url("**/tree**")
    settled(step.page)
    assert step.ask("player => player.payload.graph !== null")
    go_to(step.page, "Unroll")
    step.page.wait_for_url("**/unroll**")
    settled(step.page)
    assert step.ask("player => player.payload.graph === null")
