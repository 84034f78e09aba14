"""The pages "Backward" and "Memory" in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rnnviz.scenes.backward import passed
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT
from tests.browser.driver import SHOWN, Step, choose, settled

if TYPE_CHECKING:
    from tests.browser.driver import Pages, Visits

TURNED = (True,)  # of a weight that is shown transposed
KNOWN = "(player, name) => Array.from({ length: player.payload.T }, (_, k) => player.known(name, k + 1))"


def test_the_film_goes_backwards(visit: Visits) -> None:
    """It begins at the last step; forward goes back in time, and what is known grows from right to left."""
    step = visit("/backward")
    assert step.t == 5
    assert step.ask(KNOWN, "∂h") == [False, False, False, False, True]
    step.press("ArrowRight", "PageDown")
    step.until(3)
    assert step.ask(KNOWN, "∂h") == [False, False, True, True, True]
    step.press("End")
    step.until(1)
    assert step.root.locator("[data-do=forward]").is_disabled()
    made = passed(DEFAULT, build(DEFAULT))
    np.testing.assert_allclose(step.ask(SHOWN, "∂h"), made.back.gradients.signals["h"], rtol=1e-6)
    step.press("Home", "ArrowLeft")
    step.until(6)
    assert step.ask(KNOWN, "∂h") == [False] * 5
    assert step.root.locator("[data-do=back]").is_disabled()


def test_a_number_is_asked(visit: Visits) -> None:
    """A derivative tells its two parts, a transposed weight its product, a state that it comes from the run."""
    step = visit("/backward?t=3")
    choose(step, "∂h", 1, 3)
    step.page.wait_for_function("() => document.querySelector('.rv-answer')?.innerText.includes('∂h')")
    back = passed(DEFAULT, build(DEFAULT)).back
    here, through = (half[2, 1] for half in back.halves("∂h"))
    table = step.text("table")
    for part in (here, through):
        assert f"{abs(part):.3f}"[:5] in table.replace("−", "")
    assert step.root.locator(".rv-found").count() == 1
    tile = step.tile("weight", "W_hh", *TURNED)
    assert np.allclose(tile["cells"], back.params["W_hh"].T)
    step.click(tile, 0, 2)
    step.page.wait_for_function("() => document.querySelector('.rv-what')?.innerText.startsWith('Whh[3,1]')")
    choose(step, "h", 0, 3)
    assert "comes from the run forwards" in step.text("answer")


def test_a_step_back_moves(open_page: Pages) -> None:
    """One step on in the film is an event: the derivative of the later step travels to where it is read."""
    step = Step(open_page("/backward", motion="no-preference"))
    step.ask("player => player.freeze(200)")
    step.press("ArrowRight")
    step.page.wait_for_function("() => document.querySelector('.rnnviz-player').rnnviz.motion")
    assert step.ask("player => player.motion.flights.length") >= 3
    step.ask("player => player.freeze(null)")
    step.page.wait_for_function("() => !document.querySelector('.rnnviz-player').rnnviz.motion")
    assert step.t == 4


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=str)
def test_items_and_weights(visit: Visits, size: tuple[int, int]) -> None:
    """A tile unfolds the product that it is made of; a weight has its shares, their sum, and a measured slope."""
    page = visit("/backward").page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.get_by_role("radio", name="Itemised").click()
    canvas = page.locator(".tri-panel canvas")
    canvas.wait_for()
    canvas.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    told = page.locator(".tri-told")
    assert "step 5" in told.inner_text()
    assert told.locator("table").count() == 4  # the vector, two Jacobians, the result
    page.get_by_role("radio", name="Weights").click()
    page.locator(".gr-weight td button").nth(1).click()
    shares = page.locator(".gr-shares tr")
    assert shares.count() == 5
    assert "the same to" in page.locator(".gr-told").inner_text()
    first = page.locator(".gr-grids").inner_text()
    page.get_by_role("button", name="One update").click()
    page.get_by_role("button", name="Before the update").wait_for()
    page.wait_for_function("first => document.querySelector('.gr-grids').innerText !== first", arg=first)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_products_of_all_states(open_page: Pages) -> None:
    """Of an LSTM a tile unfolds into Jacobians of c and h together; many numbers are colours."""
    page = open_page("/backward?view=items&cell=lstm&hidden=4", player=False)
    page.locator(".tri-panel canvas").focus()
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    told = page.locator(".tri-told")
    assert "all states" in told.inner_text()
    assert told.locator("table").count() == 4
    assert told.locator(".tri-small").count() == 2 * 8 + 2 * 64


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=str)
def test_memory(visit: Visits, size: tuple[int, int]) -> None:
    """A click on a letter shades the earlier ones in both networks and tells why it fades; a guess is drawn first."""
    page = visit("/").page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{visit.pages.server}/memory?text=Seoul")
    page.locator('.rnnviz-triangles[data-ready="true"]').wait_for()
    settled(page, player=False)
    page.locator(".tri-strip").first.get_by_role("button", name="u").click()
    for strip in page.locator(".tri-strip").all():
        assert strip.locator("[aria-pressed=true]").inner_text() == "u"
    assert "from step 4 back" in page.locator(".tri-why").first.inner_text()
    page.get_by_role("button", name="Draw your guess").first.click()
    assert page.locator(".tri-why").first.locator("polyline").count() == 1  # what is right is not to be seen
    chart = page.locator(".tri-drawing")
    box = chart.bounding_box()
    assert box
    chart.scroll_into_view_if_needed()
    chart.click(position={"x": box["width"] * 0.9, "y": box["height"] * 0.4})
    chart.click(position={"x": box["width"] * 0.3, "y": box["height"] * 0.6})
    assert len((page.locator(".tri-guess").first.get_attribute("points") or "").split()) == 2
    page.get_by_role("button", name="Show").click()
    assert page.locator(".tri-why").first.locator("polyline").count() == 5
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
