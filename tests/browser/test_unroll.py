"""The page "Unroll" in a real browser: all wirings with all kinds of sequence, and the network folded and unrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest

from rnnviz.core import CELLS
from rnnviz.core.scenario.wiring import WIRINGS, fits
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import SYMBOLIC, read_settings
from tests.browser.driver import PLACE, Step, go_to, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.driver import Pages

ANSWERS = {
    "one-to-one": ["vowel"],
    "one-to-many": list("elloh"),
    "many-to-one": ["negative"],
    "many-to-many": list("elloh"),
    "encoder-decoder": list("cba"),
}
SOURCES = {
    "text": {"text": "a"},
    "words": {"text": "눈이"},
    "numbers": {"text": "1 2; 3 4"},
    "signal": {"signal": "square", "period": "4", "length": "9"},
    "weather": {"columns": "wind,temp_max", "first": "100", "length": "12"},
}
# All numbers of a signal at the steps of the sequence, and whether the page shows them at the present step.
NUMBERS = """(player, name) => Array.from({ length: player.payload.T }, (_, k) =>
    Array.from({ length: player.payload.signals[name].n }, (_, i) => player.signal(name, k + 1, i)))"""
KNOWN = "(player, name) => Array.from({ length: player.payload.T }, (_, k) => player.known(name, k + 1))"


@pytest.mark.parametrize("wiring", WIRINGS)
def test_each_wiring_opens_on_its_example(open_page: Pages, wiring: str) -> None:
    """Each wiring opens on a trained example, has inputs and outputs only where it says so, and gives the answer."""
    step = Step(open_page(f"/unroll?wiring={wiring}"))
    step.press("End")
    scene = build(read_settings({"wiring": wiring})[0]).scene
    assert step.ask(KNOWN, "y") == list(scene.reads)
    assert step.ask(KNOWN, "x") == [gives or fed for gives, fed in zip(scene.gives, scene.fed, strict=True)]
    shown = step.ask("player => Array.from({ length: player.payload.T }, (_, k) => player.choice(k + 1)?.symbol)")
    read_out = [symbol for symbol, reads in zip(shown, scene.reads, strict=True) if reads]
    assert read_out == ANSWERS[wiring]


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_with_every_wiring(open_page: Pages, source: str) -> None:
    """Each kind of sequence runs in each wiring that goes with it; the numbers on the page are those of the core."""
    page = open_page("/unroll")
    step = Step(page)
    tried = 0
    for wiring in WIRINGS:
        if fits(CELLS["gru"].equations, wiring, symbolic=source in SYMBOLIC) or (
            wiring == "one-to-one" and source not in SYMBOLIC
        ):
            continue
        address = {"cell": "gru", "wiring": wiring, "source": source, "weights": "random", "t": "1", **SOURCES[source]}
        page.goto(f"{page.url.split('/unroll')[0]}/unroll?{urlencode(address)}")
        settled(page)
        settings, problems = read_settings(address)
        assert problems == []
        trace = build(settings).scene.trace
        for name in ("x", "z", "h", "y"):
            np.testing.assert_allclose(step.ask(NUMBERS, name), trace[name], rtol=1e-6, atol=1e-6)
        tried += 1
    assert tried == (5 if source in SYMBOLIC else 2)


def copies(page: Page) -> list[tuple[str, str]]:
    """Place and opacity of every copy of the box."""
    styles = "copies => copies.map(copy => [copy.style.transform, copy.style.opacity])"
    return [tuple(pair) for pair in page.locator(".rv-copy").evaluate_all(styles)]


def test_unroll_and_fold(open_page: Pages) -> None:
    """Folded, all copies lie in one place and one is seen; unrolled, each has its own; and back again."""
    page = open_page("/unroll", width=1440, height=900)
    folded = copies(page)
    assert len({place for place, _ in folded}) == 1
    assert sorted(opacity for _, opacity in folded) == ["0"] * (len(folded) - 1) + ["1"]
    button = page.locator(".rv-unroll")
    button.click()
    unrolled = copies(page)
    assert len({place for place, _ in unrolled}) == len(unrolled) >= 3
    assert {opacity for _, opacity in unrolled} == {"1"}
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert copies(page) == folded


def test_unrolling_respects_reduced_motion(open_page: Pages) -> None:
    """Nothing slides for a reader who asked for less motion; else it takes a moment."""
    durations = []
    for motion in ("no-preference", "reduce"):
        page = open_page("/unroll", motion=motion)
        durations.append(page.locator(".rv-copy").first.evaluate("copy => getComputedStyle(copy).transitionDuration"))
    assert "0.9s" in durations[0]
    assert set(durations[1].split(", ")) == {"0s"}


def test_one_matrix_lights_up_in_every_copy(open_page: Pages) -> None:
    """Touching W_hh lights up its arrow in every copy; untied, an arrow lights up alone; the counts say why."""
    page = open_page("/unroll", width=1440, height=900)
    page.locator(".rv-unroll").click()
    count = page.locator(".rv-copy").count()
    page.locator(".rv-chip[data-weight=W_hh]").hover()
    lit = page.locator(".rv-copy .rv-edge.rv-lit")
    assert lit.count() == count
    assert set(lit.evaluate_all("edges => edges.map(edge => edge.dataset.weight)")) == {"W_hh"}
    assert "33" in page.locator(".rv-total").inner_text()
    page.locator(".rv-untie").click()
    assert "5 × 33 = 165" in page.locator(".rv-total").inner_text()
    page.locator(".rv-copy[data-t='2'] .rv-edge[data-weight=W_hh] text").hover()
    assert lit.count() == 1


def places(page: Page) -> list[Any]:
    """Where the parts of the player stand."""
    parts = ".rv-timeline, .rv-levels, .rv-stage, .rv-sentence"
    return page.locator(parts).evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map(({ x, y, width, height }) => [x, y, width, height])"
    )


def test_untying_moves_nothing_and_each_count_can_be_asked(open_page: Pages) -> None:
    """Untied, three lines have their values in the room that was kept; each says how its count comes about."""
    page = open_page("/unroll")
    before = places(page)
    page.locator(".rv-untie").click()
    assert places(page) == before
    lines = page.locator(".rv-lines button")
    assert lines.all_inner_texts() == ["all at once: 600", "untied: 165", "shared: 33"]
    for line, sum_ in zip(lines.all(), ["20·15 + 15·20 = 600", "5 × 33 = 165", "12 + 9 + 12 = 33"], strict=True):
        line.focus()
        page.locator(".rv-tip").filter(has_text=sum_).wait_for()
    assert places(page) == before


@pytest.mark.parametrize("cell", ["vanilla", "gru"])
def test_the_box_its_numbers_and_the_diagram_fit(open_page: Pages, cell: str) -> None:
    """At 1280x720 the sketch, the network over time and all numbers of the box are seen without scrolling."""
    page = open_page(f"/unroll?cell={cell}&t=2")
    step = Step(page)
    sentence, stage = page.locator(".rv-sentence").bounding_box(), page.locator(".rv-stage").bounding_box()
    assert sentence
    assert stage
    assert step.ask("player => player.number") >= 11
    assert all(stage["y"] + tile["y"] + tile["height"] <= sentence["y"] for tile in step.tiles)
    assert page.get_by_test_id("stMain").evaluate("one => one.scrollTop") == 0


def test_what_is_not_unrolled_is_told(open_page: Pages) -> None:
    """One step has no loop; where not all copies have room, dots stand for the others."""
    page = open_page("/unroll?wiring=one-to-one")
    assert page.locator(".rv-loops .rv-edge").count() == 0
    page = open_page("/unroll?text=hellohellohello&weights=hello")
    assert page.locator(".rv-loops .rv-edge").count() == 1
    page.locator(".rv-unroll").click()
    dots = page.locator(".rv-fold svg > text").all_text_contents()
    assert (page.locator(".rv-copy").count() < 15, dots) == (True, ["…"])


def test_a_click_on_a_column_goes_there(open_page: Pages) -> None:
    """A click on a column of the large picture goes to its step."""
    step = Step(open_page("/unroll"))
    for t in (4, 2, 5):
        place = step.ask(PLACE, t)
        step.root.locator(".rv-timeline").click(position={"x": place[0], "y": place[1]})
        assert step.t == t


def test_the_window_moves_with_the_step(open_page: Pages) -> None:
    """Of two hundred steps a window is drawn, and it always holds the present one."""
    step = Step(open_page("/unroll?" + urlencode({"text": "abcde fghi" * 20, "weights": "random"})))
    for keys in (["End"], ["Home"], ["ArrowRight"] * 30):
        step.press(*keys)
        first, last, t = step.ask("player => [player.plan.first, player.plan.last, player.state.now.t]")
        assert first <= t <= last
        assert last - first < 40
    assert step.t == 31


def test_the_box_opens_in_three_levels(open_page: Pages) -> None:
    """One click each: the box with its vectors, its equations, their numbers."""
    page = open_page("/unroll?cell=lstm")
    step = Step(page)
    assert {tuple(tile["source"][:2]) for tile in step.tiles} == {("signal", "h"), ("signal", "c"), ("signal", "x")}
    page.locator("[data-level=equation]").click()
    formulas = page.locator(".rv-formulas > div").all_inner_texts()
    assert len(formulas) == 8
    assert formulas[4].replace("\n", "") == "ct = ft ⊙ ct−1 + it ⊙ gt"
    page.locator(".rv-formulas").click()
    assert any(tile["source"] == ["weight", "W_xi"] for tile in step.tiles)


def test_settings_survive_a_change_of_page(open_page: Pages) -> None:
    """To the other page and back: the address and every control say what they said."""
    chosen = {"cell": "gru", "source": "words", "text": "a b a c", "hidden": "5", "seed": "7", "t": "3"}
    page = open_page(f"/?{urlencode(chosen)}")

    def state() -> tuple[dict[str, list[str]], str, str]:
        sidebar = page.get_by_test_id("stSidebar")
        address = parse_qs(urlsplit(page.url).query)
        return (
            address,
            sidebar.inner_text(),
            str(sidebar.locator("input").evaluate_all("all => all.map(one => one.value)")),
        )

    before = state()
    for name in ("Unroll", "Step"):
        go_to(page, name)
        page.wait_for_url(lambda url, name=name: ("unroll" in url) == (name == "Unroll"))
        settled(page)
        assert state() == before
        assert Step(page).t == 3


def test_back_moves_between_pages(open_page: Pages) -> None:
    """Steps and choices add nothing to the history; Back goes to the page before, as its address says it was."""
    page = open_page("/")
    step = Step(page)
    length = page.evaluate("history.length")
    step.press("ArrowRight", "ArrowRight")
    page.wait_for_url("**/?t=3")
    page.get_by_test_id("stSidebar").get_by_text("GRU", exact=True).click()
    page.wait_for_url("**/?t=3&cell=gru")
    settled(page)
    assert page.evaluate("history.length") == length
    go_to(page, "Unroll")
    page.wait_for_url("**/unroll?**")
    page.get_by_test_id("stSidebar").get_by_text("LSTM", exact=True).click()
    page.wait_for_url("**/unroll?*cell=lstm*")
    page.go_back()
    page.wait_for_url("**/?t=3&cell=gru")
    settled(page)
    page.wait_for_function(
        "() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.stage.blocks.some(({ name }) => name === 'z')"
    )
    assert step.t == 3


def test_a_korean_file_is_looked_at_and_taken(open_page: Pages) -> None:
    """A CP949 file is previewed with its notes before anything changes; taken, its rows are the steps."""
    page = open_page("/?source=file")
    assert page.get_by_test_id("stSidebar").get_by_text("The file is not here").is_visible()
    data = "날짜,기온\r\n2024-01-01,-3.5\r\n2024-01-02,0.5\r\n2024-01-03,4.5\r\n".encode("cp949")
    page.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": data})
    page.get_by_text("CP949", exact=False).first.wait_for()
    step = Step(page)
    assert step.ask("player => player.payload.T") == 5
    page.get_by_role("button", name="Show this table").click()
    page.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.T === 3")
    assert step.ask("player => player.payload.labels") == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert step.ask(NUMBERS, "x") == [[-1], [0], [1]]


def test_a_missing_number_is_named_and_can_be_left_out(open_page: Pages) -> None:
    """A cell without a number is told by row and column, never zero; without its column the rest is shown."""
    page = open_page("/?source=file")
    data = b"day,warm,wet\n2024-01-01,1,0\n2024-01-02,2,\n2024-01-03,3,4\n"
    page.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="Show this table").click()
    warning = page.get_by_test_id("stSidebar").get_by_role("alert")
    warning.filter(has_text="Row 3 of the file has no number in column wet").wait_for()
    page.get_by_test_id("stMultiSelect").locator("input").press("Backspace")
    page.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.T === 3")
    assert Step(page).ask(NUMBERS, "x") == [[-1], [0], [1]]
    assert warning.count() == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"\x89PNG\r\n\x1a\n\x00\x00", "save it as CSV"), (b"", "empty"), (b"a,b\n1,2\n3,4,5\n", "row 3")],
)
def test_a_file_that_is_none_is_told(open_page: Pages, data: bytes, said: str) -> None:
    """Another file than a table gives one sentence; the picture stays."""
    page = open_page("/?source=file")
    page.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": data})
    warning = page.get_by_test_id("stSidebar").get_by_role("alert").filter(has_text=said)
    warning.first.wait_for()
    assert Step(page).ask("player => player.payload.labels.join('')") == "hello"
