"""The page "Step" in a real browser: what is drawn, how it steps, what a click answers, where everything stands."""

from __future__ import annotations

from urllib.parse import quote

import numpy as np
import pytest

from tests.browser.driver import MAIN, Visits, expected, scene_at

# ---------------------------------------------------------------------------------------------------- the numbers


def test_large_numbers_are_shown(visit: Visits) -> None:
    """A number that is too large for float32 is no infinity."""
    step = visit("/?cell=own&weights=random&text=ab&equations=" + quote("h[t] = 1e39 * x[t]"))
    assert step.ask("player => player.signal('h', 1, 0)") == 1e39
    assert "1e39" in step.text("sentence")


def test_opening_scene(visit: Visits) -> None:
    """The app opens with hello at step 1: h comes in, e is expected with 93 %, and the state is that of the lesson."""
    step = visit()
    assert step.t == 1
    assert step.text("step").split() == ["t", "=", "1", "of", "5:", "h"]
    choice = step.ask("player => player.choice(1)")
    assert (choice["symbol"], round(100 * choice["p"])) == ("e", 93)
    h = [row[0] for row in step.tile("signal", "h", 0)["cells"]]
    np.testing.assert_allclose(h, [0.83, 0.76, 0.66], atol=0.005)
    assert "rose to 0.83, from 0.00 one step before" in step.text("sentence")
    assert step.text("sentence").endswith("moved mostly by x1 = h.")


@pytest.mark.parametrize("weights", ["hello", "random"])
@pytest.mark.parametrize("cell", MAIN)
def test_every_number_on_the_stage_is_the_trace_s(visit: Visits, cell: str, weights: str) -> None:
    """At every step each cell of each tile, folded or spelled out, is the number that Python computed."""
    address = f"/?cell={cell}&weights={weights}&hidden=4&text=hello"
    scene, step = scene_at(address), visit(address)
    names = set(scene.model.equations)
    for t in range(1, scene.trace.T + 1):
        assert step.t == t
        tiles = step.tiles
        assert names <= {tile["source"][1] for tile in tiles if tile["source"][0] == "signal"}
        for tile in tiles:
            got = np.array(tile["cells"], np.float32)
            numbers = expected(scene, tile["source"], t)
            np.testing.assert_array_equal(got, numbers.reshape(got.shape), str(tile["source"]))
        step.press("ArrowRight")


def test_every_equation_unfolds_by_a_click(visit: Visits) -> None:
    """A click on a folded result spells its equation out, with its true numbers."""
    address = "/?cell=lstm&hidden=4&text=hello&t=3"
    scene, step = scene_at(address), visit(address)
    for name in ("f", "g", "o", "i"):
        step.click(next(t for t in step.tiles if t["source"] == ["signal", name, 0] and t["block"] == name), 0)
        weights = {tile["source"][1] for tile in step.tiles if tile["block"] == name and tile["source"][0] == "weight"}
        assert weights == {f"W_x{name}", f"W_h{name}"}
        for tile in step.tiles:
            got = np.array(tile["cells"], np.float32)
            np.testing.assert_array_equal(got, expected(scene, tile["source"], 3).reshape(got.shape))


def test_the_timeline_shows_what_has_been_reached(visit: Visits) -> None:
    """On the timeline inputs and states up to the step shown are coloured, later states and outputs are blank."""
    step = visit("/?t=3")
    known = step.ask("player => [1, 2, 3, 4, 5].map(t => ['x', 'h', 'y', 'p'].map(name => player.known(name, t)))")
    assert known == [[True, True, True, True]] * 3 + [[True, False, False, False]] * 2
    grid = step.root.locator(".rv-timeline .rv-plot").evaluate(
        "plot => plot.data[0].z.map(row => Array.from(row, v => Number.isNaN(v) || v === null ? null : v))"
    )
    (bands,) = [[row for row in grid if any(v is not None for v in row)]]
    scene = scene_at("/?t=3")
    states = [row for row in bands if len([v for v in row if v is not None]) == 4]  # h_0 to h_3
    h = np.vstack([np.zeros(3), scene.trace["h"][:3]]).T.astype(np.float32)
    np.testing.assert_array_equal([[v for v in row if v is not None] for row in states], h)


# ---------------------------------------------------------------------------------------------------- moving


def test_typing_a_word(visit: Visits) -> None:
    """A word and Enter show it, the address follows, and the presenter's clicker works at once."""
    step = visit()
    field = step.page.get_by_label("Sequence", exact=True)
    field.fill("hole")
    field.press("Enter")
    step.press("PageDown")
    step.until_text("hole")
    step.until(2)
    assert step.address["text"] == "hole"
    step.press("PageDown")
    step.until(3)


def test_keys(visit: Visits) -> None:
    """Arrows and a clicker's keys go one step, Home and End to the first and last one, and never beyond."""
    step = visit("/?t=2")
    moves = [("ArrowRight", 3), ("ArrowLeft", 2), ("PageDown", 3), ("PageUp", 2), ("End", 5), ("ArrowRight", 5)]
    moves += [("Home", 1), ("ArrowLeft", 0), ("ArrowLeft", 0), ("PageUp", 0), ("PageDown", 1)]
    for key, t in moves:
        step.press(key)
        assert step.t == t, key
    step.press("Shift+ArrowRight", "Control+ArrowRight")
    assert step.t == 1


def test_buttons(visit: Visits) -> None:
    """The buttons go back, on, to the first and last step; those that lead nowhere are switched off."""
    step = visit("/?t=3")
    for name, t in [("back", 2), ("forward", 3), ("last", 5), ("first", 1), ("back", 0)]:
        step.do(name)
        assert step.t == t, name
    assert step.root.locator("[data-do=back]").is_disabled()
    assert step.root.locator("[data-do=forward]").is_enabled()
    step.do("last")
    assert step.root.locator("[data-do=forward]").is_disabled()
    assert step.root.locator("[data-do=last]").is_disabled()


def test_before_the_first_step(visit: Visits) -> None:
    """At t = 0 there is the initial state and no input, no output."""
    step = visit("/?t=0")
    assert step.t == 0
    assert step.text("step") == "t = 0 of 5: start"
    assert "initial state" in step.text("sentence")
    blank = {tuple(tile["source"][1:]): tile["cells"] for tile in step.tiles if tile["source"][0] == "signal"}
    assert blank["h", 0] == [[0], [0], [0]]
    assert all(row == [None] for key in [("x", 0), ("y", 0), ("h", -1)] for row in blank[key])


def test_scrubber_and_timeline(visit: Visits) -> None:
    """Dragging the scrubber or along the timeline, and a click on the timeline's column, all go to that step."""
    step = visit()
    step.root.locator("input[type=range]").fill("4")
    assert step.t == 4
    box = step.root.locator(".rv-timeline").bounding_box()
    assert box
    places = step.ask("({ plan }) => [plan.first, plan.left, plan.pitch]")
    first, left, pitch = places
    step.page.mouse.click(box["x"] + left + (5 - first + 0.5) * pitch, box["y"] + box["height"] / 2)
    assert step.t == 5
    step.press("Escape")
    low = box["y"] + box["height"] - 8
    for t in (4, 2, 3):
        middle = box["x"] + left + (t - first + 0.5) * pitch
        if t == 4:
            step.page.mouse.move(middle + pitch, low)
            step.page.mouse.down()
        step.page.mouse.move(middle, low)
        assert step.t == t
    step.page.mouse.up()
    assert step.t == 3
    assert step.root.locator(".rv-ask").is_hidden()
    step.root.locator("input[type=range]").fill("5")
    step.root.locator("input[type=range]").focus()
    step.press("ArrowLeft")
    assert step.t == 4


def test_ten_presses_are_ten_steps(visit: Visits) -> None:
    """Ten quick presses are ten steps, also ten at once and ten while the server is answering; the address follows."""
    step = visit("/?text=a+long+enough+sentence+for+a+walk&weights=random")
    step.ask("({ state }) => { window.steps = []; state.subscribe(() => window.steps.push(state.now.t)); }")
    step.press(*["ArrowRight"] * 10)
    assert step.t == 11
    step.until(11)
    step.page.evaluate(
        """() => { for (let k = 0; k < 10; k++)
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true })); }"""
    )
    assert step.t == 21
    for t in range(20, 10, -1):
        step.press("ArrowLeft")
        assert step.t == t
    step.until(11)
    step.press("ArrowRight", "ArrowRight", "ArrowRight")
    step.until(14)
    assert step.page.evaluate("steps") == [*range(2, 22), *range(20, 10, -1), 12, 13, 14]


def test_typing_does_not_step(visit: Visits) -> None:
    """Arrows, Home, End and blanks typed into the text field stay there."""
    step = visit("/?t=2&text=ab+cd&weights=random")
    field = step.page.get_by_label("Sequence", exact=True)
    field.focus()
    step.press("ArrowLeft", "Home", "End", "ArrowRight", "Space", "PageDown")
    assert step.t == 2
    assert not step.ask("player => player.playing")
    assert field.input_value() == "ab cd "


def test_play_and_pause(visit: Visits) -> None:
    """Nothing plays by itself; the button plays, the blank pauses, at the end it stops, and play starts anew."""
    step = visit()
    button = step.root.locator("[data-do=play]")
    assert not step.ask("player => player.playing")
    assert step.t == 1
    step.root.locator(".rv-speed select").select_option("4")
    step.do("play")
    assert button.get_attribute("aria-label") == "Pause"
    step.page.wait_for_function("() => +document.querySelector('.rnnviz-player')?.dataset.t >= 2")
    step.root.locator(".rv-step").click()
    step.page.evaluate("document.activeElement.blur()")
    step.press("Space")
    stopped = step.t
    assert button.get_attribute("aria-label") == "Play"
    assert not step.ask("player => player.playing")
    assert step.t == stopped < 5
    step.press("Space")
    step.until(5)
    assert not step.ask("player => player.playing")
    assert button.get_attribute("aria-label") == "Play"
    step.do("play")
    assert step.t == 1
    step.do("play")


# ---------------------------------------------------------------------------------------------------- slow motion


# ---------------------------------------------------------------------------------------------------- arithmetic


# ---------------------------------------------------------------------------------------------------- the address


# ---------------------------------------------------------------------------------------------------- looks


# ---------------------------------------------------------------------------------------------------- for everybody
