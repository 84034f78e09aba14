"""The page "Write a cell" in a real browser: writing, a mistake, mending it, and the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Error

from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.core.language.reader import MAX_CHARACTERS
from tests.browser.driver import Step, go_to, scene_at, settled

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.driver import Pages, Visits

OWN = "# mine\nh[t] = tanh(W @ x[t] + U @ h[t-2])\ny[t] = V @ h[t]"


def editor(page: Page) -> Locator:
    """The field of the equations."""
    return page.locator(".st-key-pick_equations textarea")


def write(page: Page, text: str) -> None:
    """Write a text and apply it by keyboard."""
    editor(page).fill(text)
    editor(page).press("Control+Enter")


def until_weights(page: Page, *names: str) -> None:
    """Wait until the picture has these weights."""
    page.wait_for_function(
        "names => names === "
        "Object.keys(document.querySelector('.rnnviz-player')?.rnnviz?.payload?.weights ?? {}).join()",
        arg=",".join(names),
    )
    settled(page)


def test_a_mistake_is_seen_at_its_line_and_mended(open_page: Pages) -> None:
    """A mistake shows its sentence and a caret and keeps the picture; mended, it changes; a reload keeps it."""
    page = open_page("/write")
    step, wrong = Step(page), OWN.replace("V @ h", "V h")
    before = step.tiles
    write(page, wrong)
    notice = page.get_by_role("alert")
    notice.filter(has_text="Line 3, column 10").wait_for()
    line, caret = page.get_by_test_id("stCode").inner_text().rstrip("\n").split("\n")[:2]
    assert line[caret.index("^") :] == "h[t]"
    assert editor(page).input_value() == wrong
    assert step.tiles == before
    write(page, OWN)
    until_weights(page, "W", "U", "V")
    assert notice.count() == 0
    assert {tile["source"][1] for tile in step.tiles} >= {"W", "U", "h", "x", "y"}
    page.wait_for_url("**cell=own**")
    assert step.address["equations"] == OWN
    page.reload()
    settled(page)
    until_weights(page, "W", "U", "V")
    assert editor(page).input_value() == OWN


def test_a_cell_goes_along_to_other_pages(open_page: Pages) -> None:
    """What was written is shown on Unroll and Step, with its lines and its address."""
    page = open_page("/write")
    write(page, OWN)
    until_weights(page, "W", "U", "V")
    for name in ("Unroll", "Step"):
        go_to(page, name)
        page.wait_for_url(lambda url, name=name: ("/unroll" in url) == (name == "Unroll") and "/write" not in url)
        settled(page)
        until_weights(page, "W", "U", "V")
        assert Step(page).address["equations"] == OWN


def test_a_long_text_fits_the_address(open_page: Pages) -> None:
    """As many characters as are allowed, of all kinds and on many lines, survive the address and a reload."""
    page = open_page("/write")
    text = OWN + "\n# + & % ; = é 한\n\n"
    text += "#" * (MAX_CHARACTERS - len(text))
    write(page, text)
    until_weights(page, "W", "U", "V")
    page.wait_for_url("**equations=**")
    assert Step(page).address["equations"] == text
    page.reload()
    settled(page)
    until_weights(page, "W", "U", "V")
    assert editor(page).input_value() == text


def test_leaving_the_field_applies(open_page: Pages) -> None:
    """A click elsewhere takes what was written, as Ctrl and Enter do."""
    page = open_page("/write")
    editor(page).fill(OWN)
    page.locator(".rv-timeline").click(position={"x": 5, "y": 5})
    until_weights(page, "W", "U", "V")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900)])
def test_text_and_picture_are_both_in_sight(open_page: Pages, width: int, height: int) -> None:
    """On a laptop the whole text field, the player's bar, the timeline and the first equation are on the screen."""
    page = open_page(f"/write?{urlencode({'cell': 'own', 'equations': OWN})}", width=width, height=height)
    for part in (editor(page), page.locator(".rv-bar"), page.locator(".rv-timeline")):
        box = part.bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
        assert box["x"] + box["width"] <= width
    stage = page.locator(".rv-stage").bounding_box()
    assert stage
    step = Step(page)
    assert all(stage["y"] + t["y"] + t["height"] <= height for t in step.tiles if t["block"] == "h")
    assert page.locator(".rv-slow").evaluate("button => button.scrollHeight <= button.clientHeight + 2")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    "text",
    [
        "y[t] = x[t]",
        "h[t] = 0.5",
        "h[t] = tanh(W @ x[t] + U @ h[t-1])\ng[t] = relu(V @ h[t])\ny[t] = Q @ g[t]",
        "constructor[t] = tanh(__proto__ @ x[t] + toString @ constructor[t-1])\ny[t] = valueOf @ constructor[t]",
    ],
)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_odd_cells_are_drawn_everywhere(open_page: Pages, text: str, theme: Literal["light", "dark"]) -> None:
    """Without a hidden signal, without an input, with a layer on top, with names that mean something to JavaScript."""
    for path in ("/", "/unroll", "/write"):
        page = open_page(f"{path}?{urlencode({'cell': 'own', 'equations': text})}", theme=theme)
        step = Step(page)
        step.press("End")
        assert {line.split("[")[0] for line in text.splitlines()} <= set(
            step.ask("player => player.payload.stage.blocks.map(({ name }) => name)")
        )
        assert page.get_by_role("alert").count() == 0


def test_the_player_computes_every_function(open_page: Pages) -> None:
    """Each function of the notation gives in the player what it gives in the core; another one is refused by name."""
    lines = [f"s{k}[t] = {name}(W @ x[t] + s{k}[t-1])" for k, name in enumerate(FUNCTIONS)]
    address = "/?" + urlencode({"cell": "own", "weights": "random", "text": "abca", "equations": "\n".join(lines)})
    step, scene = Step(open_page(address)), scene_at(address)
    for k, name in enumerate(FUNCTIONS):
        e = ["call", name, ["sum", ["product", "W", ["signal", "x", 0]], ["signal", f"s{k}", -1]]]
        found = step.page.evaluate(
            "e => [1, 2, 3, 4].map((t) => [0, 1, 2, 3].map((i) => "
            "document.querySelector('.rnnviz-player').rnnviz.value(e, i, t)))",
            e,
        )
        np.testing.assert_allclose(found, scene.trace[f"s{k}"], atol=1e-5)
    with pytest.raises(Error, match="The player has no function cosine"):
        step.ask("player => player.value(['call', 'cosine', ['signal', 'x', 0]], 0, 1)")


def test_the_speed_has_a_name_where_its_word_has_no_room(visit: Visits) -> None:
    """Beside the editor there is no room for the word; whoever hears the page still hears what the menu is."""
    step = visit("/write")
    menu = step.page.get_by_role("combobox", name="Speed")
    assert menu.input_value() == "1"
    assert not step.root.locator(".rv-speed span").is_visible()
