"""How the page looks in a real browser: both themes, projectors, phones, for everybody."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rnnviz.figures.theme import DARK, LIGHT, SIZES
from tests.browser.driver import MAIN, Pages, Step, Visits


def colours(step: Step) -> list[str]:
    """The colours of the stage's heatmap, from -1 to 1."""
    return [pair[1] for pair in step.root.locator(".rv-stage .rv-plot").evaluate("plot => plot.data[0].colorscale")]


def test_theme_switched_live(open_page: Pages) -> None:
    """Another theme recolours heatmaps and legend at once, in the same page, at the same step."""
    step = Step(open_page("/?t=3"))
    assert colours(step) == list(LIGHT.scale)
    step.root.evaluate("root => { root.same = true; }")
    step.page.get_by_test_id("stMainMenu").get_by_role("button").click()
    step.page.get_by_role("menuitemradio", name="Dark").click()
    step.page.wait_for_function(
        "first => document.querySelector('.rv-stage .rv-plot').data[0].colorscale[0][1] === first", arg=DARK.scale[0]
    )
    assert colours(step) == list(DARK.scale)
    assert step.root.evaluate("root => root.same")
    assert step.t == 3
    assert "rgb(255, 220, 174)" in (step.root.locator(".rv-legend b").first.get_attribute("style") or "")


def boxes(step: Step, selector: str) -> list[dict[str, float]]:
    """Where the elements of the player stand on the screen."""
    return step.root.evaluate(
        """(root, selector) => Array.from(root.querySelectorAll(selector), element => {
            const { left, right, top, bottom } = element.getBoundingClientRect();
            return { left, right, top, bottom };
        })""",
        selector,
    )


def overlap(one: dict[str, float], other: dict[str, float], by: float = 2.5) -> bool:
    """Whether two boxes share more than a rim."""
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return across > by and down > by


def tile_boxes(step: Step, tiles: list[dict[str, Any]]) -> list[dict[str, float]]:
    """Where tiles stand on the screen."""
    (stage,) = boxes(step, ".rv-stage")
    left, top = stage["left"], stage["top"]
    return [
        {
            "left": left + tile["x"],
            "right": left + tile["x"] + tile["width"],
            "top": top + tile["y"],
            "bottom": top + tile["y"] + tile["height"],
        }
        for tile in tiles
    ]


def assert_tidy(step: Step) -> None:
    """Tiles and texts of the stage lie inside it, and none on another."""
    (stage,) = boxes(step, ".rv-stage")
    tiles = tile_boxes(step, step.tiles)
    texts = boxes(step, ".rv-stage .annotation-text-g")
    for text in texts:  # a line of text is higher than its letters
        rim = 0.2 * (text["bottom"] - text["top"])
        text["top"], text["bottom"] = text["top"] + rim, text["bottom"] - rim
    things = [*tiles, *texts]
    for thing in things:
        assert thing["left"] >= stage["left"] - 1
        assert thing["right"] <= stage["right"] + 1
        assert thing["top"] >= stage["top"] - 1
        assert thing["bottom"] <= stage["bottom"] + 1
    clashes = [(a, b) for k, a in enumerate(things) for b in things[k + 1 :] if overlap(a, b)]
    assert clashes == []


@pytest.mark.parametrize("height", [720, 600])
@pytest.mark.parametrize("cell", MAIN)
def test_everything_fits_a_projector(visit: Visits, cell: str, height: int) -> None:
    """With the sidebar open, player, timeline and the line of the state need no scrolling at H = 4; numbers are large.

    At 720 pixels the open equation, all other results and the sentence have room as well.
    """
    step = visit(f"/?cell={cell}&hidden=4&text=hello&t=3", height=height)
    sidebar = step.page.get_by_test_id("stSidebar").bounding_box()
    assert sidebar
    assert sidebar["x"] == 0
    assert sidebar["width"] > 200
    belt, focus = step.ask("player => [player.payload.stage.belt.name, player.state.now.focus]")
    spelled = [tile for tile in step.tiles if tile["role"] == "equation"]
    assert {tile["block"] for tile in spelled} == {belt, focus}
    assert {tile["source"][0] for tile in spelled} >= {"signal", "weight", "vector"}
    mine = [tile for tile in spelled if tile["block"] == belt]
    parts = ".rv-bar, .rv-timeline" if height < 720 else ".rv-bar, .rv-timeline, .rv-sentence"
    shown = [*boxes(step, parts), *tile_boxes(step, mine if height < 720 else step.tiles)]
    for box in shown:
        assert box["top"] >= 0
        assert box["bottom"] <= height
        assert box["left"] >= 0
        assert box["right"] <= 1280
    assert step.ask("player => player.number") >= 0.0165 * height
    assert step.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    assert_tidy(step)


@pytest.mark.parametrize("address", ["/?cell=lstm&t=3", "/?cell=gru&weights=random&text=sphinx+of+quartz&t=5"])
def test_a_phone(visit: Visits, address: str) -> None:
    """At 390 pixels nothing sticks out sideways, the numbers are printed, and every button can be touched."""
    step = visit(address, width=390, height=844)
    for selector in ("html", "[data-testid=stMain]"):
        assert step.page.evaluate("s => document.querySelector(s).scrollWidth", selector) <= 390
    for box in boxes(step, "button, select, input, .rv-sentence, .rv-legend span"):
        assert box["left"] >= 0
        assert box["right"] <= 390
    for box in boxes(step, ".rv-buttons button"):
        assert box["right"] - box["left"] >= 40
        assert box["bottom"] - box["top"] >= 40
    assert_tidy(step)


def test_the_hello_scene_on_a_phone_has_its_numbers(visit: Visits) -> None:
    """At 390 pixels the cells of the opening scene are wide enough for their numbers."""
    step = visit("/", width=390, height=844)
    assert step.ask("player => player.number") >= SIZES["smallest_number"]


@pytest.mark.parametrize(
    "address",
    [
        "/?hidden=1&text=ab",
        "/?hidden=12&text=hello",
        "/?hidden=32&cell=lstm",
        "/?cell=gru&text=sphinx+of+quartz&hidden=4",
        "/?cell=bidirectional",
        "/?cell=convolution&text=sphinx+of+quartz",
        "/?cell=deep&hidden=6",
        "/?cell=gru_v3&hidden=4",
    ],
)
def test_unusual_sizes_are_tidy(visit: Visits, address: str) -> None:
    """Whatever the sizes, tiles and texts stand inside the stage and never on each other, also in slow motion."""
    step = visit(address)
    assert_tidy(step)
    step.do("slow")
    step.press("ArrowRight")
    if step.ask("player => player.cell.high") >= 16:  # names of values side by side need so much
        assert_tidy(step)


def test_captions_can_be_read(visit: Visits) -> None:
    """The remarks under the controls have the full colour of the text."""
    caption = visit().page.locator(".remark").first
    caption.get_by_text("These weights have H = 3").wait_for()
    assert caption.evaluate("element => getComputedStyle(element).color") == "rgb(27, 35, 48)"


def test_every_control_has_a_name(visit: Visits) -> None:
    """A screen reader hears what each control is, what the stage and the timeline show, and where the step is."""
    step = visit("/?t=2")
    names = ["First step", "One step back", "Play", "One step forward", "Last step", "Slow motion"]
    assert re.findall(r'- button "([^"]+)"', step.root.aria_snapshot()) == names
    assert not re.search(r'- (button|slider|combobox)(?! ")', step.root.aria_snapshot())
    slider = step.page.get_by_role("slider", name="Step", exact=True)
    assert (slider.get_attribute("aria-valuetext") or "").split() == step.text("step").split()
    assert step.page.get_by_role("combobox", name="Speed").count() == 1
    timeline, stage = (
        step.root.locator(part).get_attribute("aria-label") or "" for part in (".rv-timeline", ".rv-stage")
    )
    assert timeline.startswith("Timeline at step 2 of 5, input e, output l.")
    assert stage.startswith("Equations of h, y, p as heatmaps at step 2.")


def test_every_control_is_reached_by_tab(visit: Visits) -> None:
    """Tab leads through all controls of the player in the order they stand, each with a visible focus."""
    step = visit("/?t=2")
    step.root.locator("[data-do=first]").focus()
    reached = []
    for _ in range(10):
        here = step.page.evaluate(
            """() => {
                const e = document.activeElement, { outlineStyle, outlineWidth } = getComputedStyle(e);
                return [e.dataset.do ?? (e.className || e.type), outlineStyle, parseFloat(outlineWidth)];
            }"""
        )
        reached.append(here[0])
        if len(reached) > 1:  # the first got its focus from the test, not from a key
            assert here[1] != "none"
            assert here[2] >= 2
        step.press("Tab")
    assert reached[:8] == ["first", "back", "play", "forward", "last", "select-one", "slow", "range"]
    assert reached[8] == "rv-sign"
    assert "rv-stage" in reached[9]


def test_reduced_motion(open_page: Pages) -> None:
    """Where the reader asked for less motion nothing of the player moves by itself, and stepping works."""
    step = Step(open_page("/", motion="reduce"))
    step.press("ArrowRight")
    assert step.t == 2
    step.click(step.tile("signal", "h", 0), 0)
    assert step.text("arithmetic").startswith("h2[1]:")
    moving = """root => root.getAnimations({ subtree: true }).filter(a => a.playState === "running").length"""
    assert step.root.evaluate(moving) == 0


def test_a_phone_in_landscape_has_all_controls(visit: Visits) -> None:
    """At 844x390 every control of the bar is inside the window, and none lies on another."""
    step = visit("/?t=2", 844, 390)
    controls = step.root.locator(".rv-bar :is(button:not([hidden]), select, output)")
    boxes = [box for box in (one.bounding_box() for one in controls.all()) if box]
    assert len(boxes) == 8
    for k, box in enumerate(boxes):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 844
        assert box["y"] + box["height"] <= 390
        for other in boxes[k + 1 :]:
            apart = box["x"] + box["width"] <= other["x"] + 1 or box["y"] + box["height"] <= other["y"] + 1
            assert apart or other["y"] + other["height"] <= box["y"] + 1


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (1280, 600), (1920, 1080)])
def test_the_first_page_does_not_scroll(visit: Visits, size: tuple[int, int]) -> None:
    """What is opened first is seen whole."""
    step = visit("/", *size)
    main = step.page.get_by_test_id("stMain")
    assert main.evaluate("one => one.scrollHeight - one.clientHeight") == 0


@pytest.mark.parametrize("page", ["", "what-if", "write", "unroll"])
def test_numbers_can_be_read(visit: Visits, page: str) -> None:
    """At 1280x720 the numbers of the main cells are printed, and large enough, on every page of a sequence."""
    for cell in ("lstm", "gru"):
        step = visit(f"/{page}?cell={cell}&t=2")
        assert step.ask("player => player.number") >= 11
