"""A step as an event in a real browser: it moves, it ends where it should, and it never stands in the way."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.browser.driver import Pages, Step, frames

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The pictures of the canvas of motion, one a frame, till the step is done.
WATCHED = """async root => {
    const seen = new Set();
    const canvas = root.querySelector(".rv-motion");
    const stage = root.querySelector(".rv-stage canvas");
    const shot = () => seen.add((canvas.hidden ? "" : canvas.toDataURL()) + stage.toDataURL());
    shot();
    const key = { key: "ArrowRight", bubbles: true, composed: true };
    document.dispatchEvent(new KeyboardEvent("keydown", key));
    for (let k = 0; k < 30; k++) {
        await new Promise(requestAnimationFrame);
        shot();
    }
    return seen.size;
}"""
PIXELS = "root => root.querySelector('.rv-motion').toDataURL()"


def moving(open_page: Pages, path: str, **options: Any) -> Step:
    """A page on which steps move."""
    return Step(open_page(path, motion="no-preference", **options))


def at_rest(page: Page) -> None:
    """Wait until nothing moves."""
    page.wait_for_function("() => document.querySelector('.rnnviz-player').rnnviz.motion === null")


@pytest.mark.parametrize("path", ["/?t=2", "/?cell=lstm&t=2", "/?cell=gru&weights=random&hidden=16&t=2", "/tree?t=2"])
def test_a_step_is_an_event(open_page: Pages, path: str) -> None:
    """Between two steps there are at least ten different pictures; in the end there is that of rest."""
    step = moving(open_page, path)
    step.ask("player => player.freeze(0)")
    step.press("ArrowRight")
    assert step.t == 3
    length = step.ask("player => player.motion.length")
    pictures = set()
    for k in range(16):
        step.ask("(player, time) => player.freeze(time)", length * (k + 0.5) / 16)
        pictures.add(hashlib.sha256(step.root.evaluate(PIXELS).encode()).digest())
    assert len(pictures) >= 10
    step.ask("player => player.freeze(null)")
    at_rest(step.page)
    assert step.root.locator(".rv-motion").is_hidden()
    assert step.t == 3


def test_less_motion_is_a_plain_change(open_page: Pages) -> None:
    """For a reader who asked for less motion, and at 4x, there is the picture before and the one after."""
    calm, quick = Step(open_page("/?t=2", motion="reduce")), moving(open_page, "/?t=2")
    quick.root.locator(".rv-speed select").select_option("4")
    for step in (calm, quick):
        assert step.root.evaluate(WATCHED) == 2
        assert step.t == 3


def test_a_step_is_seen(open_page: Pages) -> None:
    """Watched frame by frame, a step at speed 1 is more than the picture before and the one after."""
    step = moving(open_page, "/?t=2")
    assert step.root.evaluate(WATCHED) > 2


def test_ten_presses_are_ten_steps(open_page: Pages) -> None:
    """A press while a step moves completes it at once and begins the next; the last one ends by itself."""
    step = moving(open_page, "/?text=helloelloh&weights=random&t=0")
    for k in range(10):
        step.press("ArrowRight")
        assert step.t == k + 1
    at_rest(step.page)
    assert step.t == 10
    shown = [row for tile in step.tiles if tile["source"] == ["signal", "h", 0] for row in tile["cells"]]
    assert shown
    assert [None] not in shown


@pytest.mark.parametrize("way", ["ArrowLeft", "Home", "End"])
def test_other_ways_are_plain(open_page: Pages, way: str) -> None:
    """Back, to the start and to the end nothing moves, and what moved is over."""
    step = moving(open_page, "/?t=2")
    step.press("ArrowRight")
    assert step.ask("player => player.motion !== null")
    step.press(way)
    assert step.ask("player => player.motion === null")
    assert step.t == {"ArrowLeft": 2, "Home": 1, "End": 5}[way]


def test_the_state_ends_where_it_is_read(open_page: Pages) -> None:
    """The column that travels round the loop ends exactly on the tile of h_{t-1}, with that tile's numbers."""
    step = moving(open_page, "/?t=2")
    step.ask("player => player.freeze(0)")
    step.press("ArrowRight")
    tile = step.tile("signal", "h", -1)
    stage = step.root.locator(".rv-stage").bounding_box()
    root = step.root.bounding_box()
    assert stage
    assert root
    place = (tile["x"] + stage["x"] - root["x"], tile["y"] + stage["y"] - root["y"])
    flights = step.ask("player => player.motion.flights")
    (flight,) = [one for one in flights if np.allclose((one["to"][0]["x"], one["to"][0]["y"]), place, atol=0.01)]
    assert flight["numbers"] == [row[0] for row in tile["cells"]]
    assert np.isclose(sum(cell["height"] for cell in flight["to"]), tile["height"])


def test_the_answer_waits(open_page: Pages) -> None:
    """While a step moves its sentence is not there yet; nothing changes its place when it comes."""
    step = moving(open_page, "/?t=2")
    sentence = step.root.locator(".rv-sentence")
    before = [sentence.bounding_box(), step.root.bounding_box()]
    step.ask("player => player.freeze(300)")
    step.press("ArrowRight")
    assert sentence.evaluate("p => getComputedStyle(p).visibility") == "hidden"
    assert [sentence.bounding_box(), step.root.bounding_box()] == before
    step.ask("player => player.freeze(null)")
    at_rest(step.page)
    assert sentence.is_visible()
    assert "h3[" in sentence.inner_text()


def test_a_choice_ends_a_step(open_page: Pages) -> None:
    """Whatever is chosen while a step moves, the step is done and the choice is shown."""
    step = moving(open_page, "/?t=2")
    step.ask("player => player.freeze(300)")
    step.press("ArrowRight")
    step.click(step.tile("signal", "h", 0), 1)
    assert step.ask("player => player.motion === null")
    assert step.text("answer")
    step.ask("player => player.freeze(null)")
    step.press("ArrowRight")
    step.page.set_viewport_size({"width": 1100, "height": 700})
    frames(step.page)
    at_rest(step.page)
    assert step.t == 4
