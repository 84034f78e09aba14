"""The page "Compare" in a real browser: two pictures, one player, one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from rnnviz.scenes.pairs import beside
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import read_settings
from tests.browser.driver import PLACE, Side, Step, go_to, settled, sides

if TYPE_CHECKING:
    from tests.browser.driver import Pages

LATCH = "/compare?text=a....................&weights=latch&t=21"
SHOWN = "(player, name) => Array.from({ length: player.payload.T }, (_, k) => player.signal(name, k + 1, 0))"


def drawn(side: Side) -> list[dict[str, Any]]:
    """The tiles, read in one go with the step."""
    return side.tiles


def test_keys_and_buttons_step_both(open_page: Pages) -> None:
    """Keys, buttons and a click on either timeline move both pictures by the same step; the address tells it."""
    page = open_page("/compare")
    left, right = sides(page)

    def at(t: int) -> bool:
        return (left.t, right.t) == (t, t) and left.ask("p => p.state.now.t") == t

    left.press("ArrowRight", "ArrowRight")
    assert at(3)
    left.do("back")
    assert at(2)
    left.press("End")
    assert at(5)
    page.wait_for_url("**t=5*")
    settled(page)
    assert at(5)
    place = right.ask(PLACE, 4)
    right.root.locator(".rv-timeline").click(position={"x": place[0], "y": place[1]})
    assert at(4)
    page.wait_for_url("**t=4*")
    assert right.root.locator(".rv-buttons").is_hidden()
    for side, cell in ((left, "vanilla"), (right, "lstm")):
        h = build(read_settings({"cell": cell})[0]).scene.trace["h"][3]
        tile = next(tile for tile in drawn(side) if tile["source"] == ["signal", "h", 0])
        np.testing.assert_array_equal(np.ravel(tile["cells"]).astype(np.float32), h.astype(np.float32))


def test_play_moves_both(open_page: Pages) -> None:
    """Playing comes to the last step on both sides, and stops there."""
    page = open_page("/compare?t=3")
    left, right = sides(page)
    left.root.locator(".rv-speed select").select_option("4")
    left.press(" ")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.rnnviz-player')].every(root => root.dataset.t === '5')"
    )
    assert not left.ask("player => player.playing")
    assert not right.ask("player => player.playing")


def test_a_click_asks_on_its_own_side(open_page: Pages) -> None:
    """A chosen number is explained under its own picture only."""
    page = open_page("/compare", height=900)
    for asked, other in (sides(page), sides(page)[::-1]):
        asked.click(asked.tiles[0], 1)
        assert asked.text("arithmetic")
        assert other.ask("player => player.state.now.pick") is None
        asked.root.locator(".rv-stage").press("Escape")


def test_one_scale_for_both(open_page: Pages) -> None:
    """Both sides have the same ranges, so the same number has the same colour; also where one alone needs more."""
    page = open_page("/compare?cell=gru&other=mingru&weights=random&hidden=3&text=hello%20world&seed=3")
    left, right = sides(page)
    assert left.ask("player => player.payload.ranges") == right.ask("player => player.payload.ranges")
    rows = "player => player.plan.bands.map(({ name, start, tall }) => [name, start, tall])"
    assert left.ask(rows) == right.ask(rows)


def test_the_same_signal_at_the_same_height(open_page: Pages) -> None:
    """The LSTM's c has a row of its own; y, h and x stand at the same height on both sides, and so do the columns."""
    left, right = sides(open_page("/compare"))
    rows = "({ plan }) => Object.fromEntries(plan.bands.map(({ name, start }) => [name, start]))"
    one, other = left.ask(rows), right.ask(rows)
    tops = [side.root.locator(".rv-timeline").evaluate("e => e.getBoundingClientRect().y") for side in (left, right)]
    assert tops[0] == tops[1]
    assert set(other) - set(one) == {"c"}
    assert one == {name: place for name, place in other.items() if name != "c"}
    assert left.ask("p => p.plan.x") == right.ask("p => p.plan.x")


@pytest.mark.parametrize("query", ["", "cell=gru&other=deep&seed=2&hidden=5", "wiring=encoder-decoder&cell=lstm"])
def test_counts_are_the_model_s(open_page: Pages, query: str) -> None:
    """Above each side stands how many weights its model has."""
    page = open_page(f"/compare?{query}")
    settings = read_settings(dict(pair.split("=") for pair in query.split("&") if pair))[0]
    shown = build(settings)
    for side, scene in zip(sides(page), (shown.scene, beside(settings, shown).scene), strict=True):
        count = sum(int(np.prod(shape)) for shape in scene.model.shapes.values())
        assert f"{count} weights · H = {scene.model.H}" in side.text("title")


def test_what_is_remembered(open_page: Pages) -> None:
    """On a long text the vanilla state fades, and the LSTM's c is kept: the numbers on the page say so."""
    left, right = sides(open_page(LATCH))
    h, c = left.ask(SHOWN, "h"), right.ask(SHOWN, "c")
    assert h[0] > 0.9
    assert 0 < h[20] < 0.1
    assert min(c) > 0.8
    assert "7 weights" in left.text("title")
    assert "19 weights" in right.text("title")


@pytest.mark.parametrize("path", ["/compare", LATCH])
def test_what_matters_is_in_sight(open_page: Pages, path: str) -> None:
    """At 1280x720 with the sidebar open both timelines and both lines of the states are visible, numbers printed."""
    page = open_page(path)
    for side in sides(page):
        box = side.root.locator(".rv-timeline").bounding_box()
        stage = side.root.locator(".rv-stage").bounding_box()
        assert box
        assert stage
        assert box["x"] + box["width"] <= 1280
        bar = page.locator(".st-key-side_left .rv-bar").bounding_box()
        title = side.root.locator(".rv-title").bounding_box()
        assert bar
        assert title
        assert bar["y"] + bar["height"] <= title["y"] < box["y"]
        belt = side.ask("player => player.payload.stage.belt.name")
        tiles = [tile for tile in side.tiles if tile["block"] == belt]
        assert max(tile["y"] + tile["height"] for tile in tiles) + stage["y"] <= 720
        assert side.ask("player => player.number >= player.payload.sizes.smallest_number")


def test_another_cell_leaves_the_left_alone(open_page: Pages) -> None:
    """Choosing the cell on the right keeps the left one's element and drawing, and the step; the address tells it."""
    page = open_page("/compare?t=4")
    left, _ = sides(page)
    left.root.evaluate("root => { root.same = true; root.querySelector('.rv-plot').same = true; }")
    page.get_by_label("The cell on the right").click()
    page.get_by_role("option", name="GRU", exact=True).click()
    page.wait_for_url("**other=gru*")
    page.wait_for_function(
        "() => document.querySelector('.st-key-side_right .rv-title')?.textContent.startsWith('GRU')"
    )
    settled(page)
    assert left.root.evaluate("root => root.same && root.querySelector('.rv-plot').same")
    left, right = sides(page)
    assert right.ask("player => player.payload.stage.blocks.some(({ name }) => name === 'z')")
    assert (left.t, right.t) == (4, 4)
    left.do("back")
    assert (left.t, right.t) == (3, 3)


def test_a_cell_that_does_not_fit_is_told(open_page: Pages) -> None:
    """A cell that does not go with the wiring is told in its place; the left goes on, and another cell comes back."""
    page = open_page("/compare?wiring=encoder-decoder&other=feedforward")
    left = Side(page, "left")
    assert "carries nothing" in page.locator(".st-key-side_right").inner_text()
    left.press("ArrowRight")
    assert left.t == 2
    page.get_by_label("The cell on the right").click()
    assert page.get_by_role("option", name="Feed-forward").count() == 0
    page.get_by_role("option", name="GRU", exact=True).click()
    left, right = sides(page)
    left.do("forward")
    assert (left.t, right.t) == (3, 3)


def test_the_step_is_one_for_all_pages(open_page: Pages) -> None:
    """Steps made on one page are there on the next, and Back leads to the page before at its step."""
    page = open_page("/")
    step = Step(page)
    step.press("ArrowRight")
    step.until(2)
    go_to(page, "Compare")
    page.wait_for_url("**/compare?**")
    left, right = sides(page)
    assert (left.t, right.t) == (2, 2)
    left.press("ArrowRight", "ArrowRight")
    page.wait_for_url("**t=4*")
    assert (left.t, right.t) == (4, 4)
    go_to(page, "Step")
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    page.wait_for_function("() => document.querySelectorAll('.rnnviz-player[data-ready=true]').length === 1")
    settled(page)
    assert step.t == 4
    page.go_back()
    page.wait_for_url("**/compare?**")
    left, right = sides(page)
    left.press("ArrowRight")
    assert (left.t, right.t) == (5, 5)


@pytest.mark.parametrize("path", ["/compare", LATCH])
def test_on_a_phone_one_below_the_other(open_page: Pages, path: str) -> None:
    """At 390 pixels the right picture stands below the left one, nothing sticks out, and the bar stays in sight."""
    page = open_page(path, width=390, height=844)
    left, right = sides(page)
    boxes = [side.root.bounding_box() for side in (left, right)]
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    right.root.locator(".rv-sentence").scroll_into_view_if_needed()
    button = left.root.locator("[data-do=back]")
    before = left.t
    box = button.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 844
    button.click()
    assert (left.t, right.t) == (before - 1, before - 1)
    go_to(page, "Unroll")
    page.wait_for_url("**/unroll?**")


def test_pages_are_reached_by_keyboard(open_page: Pages) -> None:
    """Every tab is in sight and reached by Tab, Enter follows it; the browser's tab has the name of the page."""
    page = open_page("/")
    tabs = page.get_by_test_id("stTopNavLink")
    names = tabs.all_inner_texts()
    learning = ["Train", "Backward", "Memory"]
    assert names == ["Step", "Unroll", "Tree", "What if", "Compare", "Write a cell", *learning, "Terms"]
    assert page.title() == "Step · rnnviz"
    tabs.first.focus()
    for name in names[1:]:
        page.keyboard.press("Tab")
        page.wait_for_function("name => document.activeElement.innerText.trim() === name", arg=name)
        if name == "Compare":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare*")
    page.wait_for_function("() => document.title === 'Compare · rnnviz'")
    sides(page)
    assert page.locator("h1").inner_text() == "Compare"
