"""The page "Step" in a real browser: what is drawn, how it steps, what a click answers, where everything stands."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
import pytest

from rnnviz.core import explain
from rnnviz.figures.theme import DARK, LIGHT, SIZES
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import read_settings
from tests.browser.driver import Pages, Step, Visits, frames, go_to, printed, scene_at, settled

if TYPE_CHECKING:
    from playwright.sync_api import Dialog

    from rnnviz.core.answers.explain import Term
    from rnnviz.figures.stage import Scene

CELLS = ("vanilla", "lstm", "gru")
MAIN = pytest.mark.parametrize("cell", CELLS)


def expected(scene: Scene, source: list[Any], t: int) -> np.ndarray:
    """The numbers that a tile must show at step t, from the trace, as float32."""
    if source[0] != "signal":
        return scene.params[source[1]].astype(np.float32)
    name, at = source[1], t + source[2] - 1
    if name == scene.share:
        y = np.exp(scene.trace["y"][at])
        return (y / y.sum()).astype(np.float32)
    return scene.trace.at(name, at).astype(np.float32)


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
    assert "rose from 0.00 to 0.83" in step.text("sentence")
    assert step.text("sentence").endswith("mostly because of x1 = h.")


@pytest.mark.parametrize("weights", ["hello", "random"])
@MAIN
def test_every_number_on_the_stage_is_the_trace_s(visit: Visits, cell: str, weights: str) -> None:
    """At every step each cell of each tile, folded or spelled out, is the number that Python computed."""
    address = f"/?cell={cell}&weights={weights}&hidden=4&text=hello"
    scene, step = scene_at(address), visit(address)
    names = set(scene.model.equations)
    for t in range(1, scene.trace.T + 1):
        assert step.t == t
        tiles = step.tiles
        assert names <= {tile["source"][1] for tile in tiles}
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
    assert step.page.locator(".rv-ticks span").all_inner_texts() == ["0", "h", "o", "l", "e"]


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


def test_scrubber_ticks_and_timeline(visit: Visits) -> None:
    """Dragging the scrubber, a click on a tick and a click on the timeline's column all go to that step."""
    step = visit()
    step.root.locator("input[type=range]").fill("4")
    assert step.t == 4
    step.root.locator(".rv-ticks span").nth(2).click()
    assert step.t == 2
    box = step.root.locator(".rv-timeline").bounding_box()
    assert box
    places = step.ask("({ plan }) => [plan.first, plan.left, plan.pitch]")
    first, left, pitch = places
    step.page.mouse.click(box["x"] + left + (5 - first + 0.5) * pitch, box["y"] + box["height"] / 2)
    assert step.t == 5
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


def part_shown(step: Step) -> tuple[str, str] | None:
    """The equation and the part that slow motion is at."""
    answer = step.ask("player => { const part = player.part; return part && [part.block, part.part]; }")
    return tuple(answer) if answer else None


def blank(tile: dict[str, Any]) -> bool:
    """Whether no cell of a tile has a number; some with and some without would be an error."""
    cells = [v is None for row in tile["cells"] for v in row]
    assert all(cells) or not any(cells)
    return cells[0]


@MAIN
def test_slow_motion(visit: Visits, cell: str) -> None:
    """Off at first; then each equation shows operands, terms, sum, result, a press each, and is blank till its turn."""
    step = visit(f"/?cell={cell}&hidden=4&text=hello&t=2")
    assert part_shown(step) is None
    assert step.root.locator("[data-do=slow]").get_attribute("aria-pressed") == "false"
    step.do("slow")
    assert step.root.locator("[data-do=slow]").get_attribute("aria-pressed") == "true"
    names = [*build(read_settings({"cell": cell})[0]).scene.model.equations, "p"]
    seen, sentences = [], set()
    count = step.ask("player => player.parts")
    for _ in range(count):
        name, part = part_shown(step) or ("", "")
        seen.append((name, part))
        sentences.add(step.text("sentence"))
        done = names[: names.index(name) + (part == "result")]
        for tile in step.tiles:
            kind, signal, *shift = tile["source"]
            if tile["role"] == "working":
                assert blank(tile) == (part == "operands" or (part == "terms" and tile["isSum"]))
            elif kind == "signal" and signal in names and shift == [0]:
                assert blank(tile) == (signal not in done), (name, part, signal)
            else:
                assert not blank(tile)
        assert step.t == 2
        step.press("ArrowRight")
    order = ["operands", "terms", "sum", "result"]
    for name in names:
        parts = [part for block, part in seen if block == name]
        assert parts == [part for part in order if part in parts]
        assert {"operands", "result"} <= set(parts)
    assert list(dict.fromkeys(block for block, _ in seen)) == names
    assert Counter(seen).most_common(1)[0][1] == 1
    assert len(sentences) == count
    assert (step.t, part_shown(step)) == (3, (names[0], "operands"))
    step.press("ArrowLeft")
    assert (step.t, part_shown(step)) == (2, ("p", "result"))
    step.press("ArrowLeft")
    assert (step.t, part_shown(step)) == (2, ("p", "operands"))
    step.do("slow")
    assert part_shown(step) is None
    step.press("ArrowRight")
    assert step.t == 3


def test_slow_motion_shows_the_terms_that_add_up(visit: Visits) -> None:
    """The working of h shows the products and their sum as Python computes them, and the sum is that of its terms."""
    address = "/?cell=vanilla&t=4"
    scene, step = scene_at(address), visit(address)
    step.do("slow")
    step.press("ArrowRight", "ArrowRight")
    assert part_shown(step) == ("h", "sum")
    columns = [np.array(tile["cells"])[:, 0] for tile in step.tiles if tile["role"] == "working"]
    x, h = scene.trace["x"][3], scene.trace["h"][2]
    terms = [scene.params["W_xh"] @ x, scene.params["W_hh"] @ h]
    np.testing.assert_allclose(columns, [*terms, sum(terms)], atol=1e-6)


# ---------------------------------------------------------------------------------------------------- arithmetic


def products(term: Term) -> list[tuple[str, str]]:
    """Each product of a weight and an input behind a number, as printed; those with an input of zero are left out."""
    if term.kind == "product":
        pairs = [(child.children[0].value, child.children[1]) for child in term.children]
        return [
            (printed(weight), f"{operand.value:g}" if operand.name.startswith("x[") else printed(operand.value))
            for weight, operand in pairs
            if operand.value != 0
        ]
    return [pair for child in term.children for pair in products(child)]


def said_products(text: str) -> list[tuple[str, str]]:
    """The products in the text of the arithmetic."""
    return re.findall(r"\(?(−?\d+\.\d\d)\)?·\(?(−?\d+(?:\.\d\d)?)\)?", text)


@pytest.mark.parametrize(
    ("address", "name", "i"),
    [
        ("/?cell=vanilla&t=4", "h", 0),
        ("/?cell=vanilla&t=4&weights=random&seed=3", "h", 1),
        ("/?cell=vanilla&t=3", "y", 2),
        ("/?cell=lstm&t=3&hidden=4", "i", 3),
        ("/?cell=gru&t=2&hidden=4", "r", 0),
    ],
)
def test_a_click_tells_the_arithmetic(visit: Visits, address: str, name: str, i: int) -> None:
    """A click on a number tells symbol, row, value and how it was made: Python's products, sum and result."""
    scene, step = scene_at(address), visit(address)
    assert not step.root.locator(".rv-ask").is_visible()
    step.click(step.tile("signal", name, 0), i)
    assert step.text("arithmetic").startswith(f"{name}{step.t}, ")
    for turn in range(2):
        if turn:  # the chosen cell follows the step
            step.press("ArrowLeft")
        t = step.t
        what, *lines = step.text("arithmetic").split("\n")
        how = " ".join(lines)
        value = scene.trace[name][t - 1, i]
        label = f" ({scene.inputs[i]})" if name == "y" else ""
        assert what == f"{name}{t}, row {i + 1}{label}: {printed(value)}"
        root = explain(scene.model, scene.params, scene.trace, name, t - 1, i)
        steps = [part.strip() for part in how.split("=")]
        assert steps[0] == f"{name}{i + 1}"
        assert steps[-1] == printed(value)
        assert said_products(how) == products(root)
        if root.children[0].kind == "call":
            inner = root.children[0].children[0].value
            assert re.fullmatch(r"[\wσ]+\( (\S+) \)", steps[-2]), steps[-2]
            assert steps[-2].split("( ")[1].split(" )")[0] == printed(inner)


def test_a_click_on_a_weight_and_an_input(visit: Visits) -> None:
    """A weight tells row and column with their symbols, an input its letter; Escape lets go."""
    step = visit("/?t=1")
    step.click(step.tile("weight", "W_xh"), 0, 1)
    assert step.text("arithmetic") == "Wxh, row 1, column 2 (e): −0.40"
    step.click(step.tile("weight", "W_hh"), 2, 1)
    assert step.text("arithmetic") == "Whh, row 3, column 2: 1.40"
    step.click(step.tile("signal", "x", 0), 0)
    assert step.text("arithmetic") == "x1, row 1 (h): 1"
    step.click(step.tile("signal", "h", -1), 1)
    assert step.text("arithmetic").split("\n")[0] == "h0, row 2: 0.00"
    assert "before the first step" in step.text("answer")
    step.root.locator(".rv-stage").press("Escape")
    assert not step.root.locator(".rv-ask").is_visible()


def test_cells_are_reached_by_keys(visit: Visits) -> None:
    """On the focused stage Enter chooses the first result, Shift and arrows go to its neighbours."""
    step = visit("/?t=2")
    stage = step.root.locator(".rv-stage")
    stage.press("Enter")
    assert step.text("arithmetic").startswith("h2, row 1:")
    stage.press("Shift+ArrowDown")
    assert step.text("arithmetic").startswith("h2, row 2:")
    stage.press("Shift+ArrowRight")
    assert step.text("arithmetic").startswith("Wxh, row 2, column 1 (h):")
    assert step.t == 2
    stage.press("ArrowRight")
    assert step.t == 3


# ---------------------------------------------------------------------------------------------------- the address


def numbers(step: Step) -> list[Any]:
    """All that the stage shows."""
    return [(tile["source"], tile["cells"]) for tile in step.tiles]


def test_another_hidden_size_updates_in_place(visit: Visits) -> None:
    """Moving the slider draws another network in the same DOM node, at the same step, and the address says so."""
    step = visit("/?t=3")
    step.root.evaluate("root => { root.same = true; root.querySelector('.rv-stage .rv-plot').same = true; }")
    step.page.get_by_role("slider", name="Hidden size H").press("ArrowRight")
    step.page.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.signals.h.n === 4")
    settled(step.page)
    assert step.root.evaluate("root => root.same && root.querySelector('.rv-stage .rv-plot').same")
    assert step.address.items() >= {"hidden": "4", "weights": "random", "t": "3"}.items()
    scene = scene_at("/?hidden=4")
    for tile in step.tiles:
        got = np.array(tile["cells"], np.float32)
        np.testing.assert_array_equal(got, expected(scene, tile["source"], 3).reshape(got.shape))


def test_reload_shows_the_same(visit: Visits) -> None:
    """A reload shows the same numbers at the same step, at the address as opened and where the keys had led."""
    step = visit("/?cell=lstm&hidden=5&seed=3&text=banana&t=4")
    before = numbers(step)
    step.page.reload()
    settled(step.page)
    assert step.t == 4
    assert numbers(step) == before
    step.press("ArrowRight", "ArrowRight")
    step.until(6)
    before = numbers(step)
    step.page.reload()
    settled(step.page)
    assert step.t == 6
    assert numbers(step) == before


def test_navigation_keeps_the_step(visit: Visits) -> None:
    """Another page and the back button lead to the same cell, text and step again."""
    step = visit("/?cell=gru&text=hole")
    step.press("ArrowRight", "ArrowRight")
    step.until(3)
    before = numbers(step)
    go_to(step.page, "Unroll")
    step.page.wait_for_url("**/unroll?**")
    settled(step.page)
    assert step.t == 3
    assert step.address.items() >= {"cell": "gru", "text": "hole", "t": "3"}.items()
    step.page.go_back()
    step.page.wait_for_url(lambda url: "unroll" not in url)
    step.page.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.network === null")
    step.until_text("hole")
    assert step.t == 3
    assert numbers(step) == before


def test_two_tabs(visit: Visits) -> None:
    """Two tabs of one browser show what each was asked for, step by themselves."""
    one = visit("/?text=hole&t=2")
    other = Step(one.page.context.new_page())
    try:
        other.page.goto(visit.pages.server + "/?cell=gru&t=4")
        settled(other.page)
        before = numbers(one)
        other.press("ArrowRight")
        other.until(5)
        assert (one.t, numbers(one)) == (2, before)
        one.press("ArrowRight")
        one.until(3)
        assert other.t == 5
        assert "cell" not in one.address
    finally:
        other.page.close()


@pytest.mark.parametrize(
    ("address", "notices"),
    [
        ("/?cell=transformer", ["cell = transformer"]),
        ("/?t=99999&hidden=0", ["hidden = 0", "t = 99999"]),
        ("/?weights=!%5Ba%5D(//e.co/x.png)&seed=-1", ["weights = ![a](//e.co/x.png)", "seed = -1"]),
    ],
)
def test_wrong_values_are_told_of(visit: Visits, address: str, notices: list[str]) -> None:
    """A value of the address that makes no sense has its notice, quoted as it was, and the default is shown."""
    step = visit(address)
    told = step.page.get_by_role("alert").all_inner_texts()
    assert len(told) == len(notices)
    for text, notice in zip(told, notices, strict=True):
        assert notice in text
        assert text.strip().endswith("The default is shown.")
    assert step.ask("player => player.payload.labels.join('')") == "hello"
    assert step.t == 1


def test_a_step_beyond_the_end(visit: Visits) -> None:
    """A step later than the text is long shows its last one."""
    assert visit("/?text=hole&t=9").t == 4


def test_unknown_letters(visit: Visits) -> None:
    """A letter unknown to the trained network keeps picture and typed word; a button draws random weights."""
    step = visit()
    field = step.page.get_by_label("Sequence", exact=True)
    field.fill("world")
    field.press("Enter")
    step.page.get_by_text("it does not know w r d.").wait_for()
    settled(step.page)
    assert step.ask("player => player.payload.labels.join('')") == "hello"
    assert field.input_value() == "world"
    step.page.get_by_role("button", name="Use random weights").click()
    step.until_text("world")
    assert step.page.get_by_role("alert").count() == 0
    assert step.address.items() >= {"text": "world", "weights": "random"}.items()


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "![](http://evil.example/x.png)",
        "<script>alert(1)</script>",
        "$x^2$ **a** :red[b]",
    ],
)
def test_absurd_text_is_shown_as_it_is(visit: Visits, text: str) -> None:
    """Markup typed as the sequence is letters like any other: no dialog, no element, no request to the outside."""
    step = visit(f"/?weights=random&text={quote(text)}&t=3")
    dialogs: list[str] = []

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    step.page.on("dialog", refuse)
    assert step.ask("player => player.payload.labels.join('')") == text.replace(" ", "␣")
    assert "".join(step.page.locator(".rv-ticks span").all_inner_texts()) == "0" + text.replace(" ", "␣")
    step.click(step.tile("signal", "h", 0), 0)
    step.press("ArrowRight", "End")
    assert step.root.locator("img, script").count() == 0
    frames(step.page)
    step.page.remove_listener("dialog", refuse)
    assert dialogs == []


def test_the_longest_text(visit: Visits) -> None:
    """200 letters have their 200 steps; one more is told of, and the picture and the typed text stay."""
    step = visit("/?weights=random&text=" + "ab" * 100)
    step.press("End")
    assert step.t == 200
    field = step.page.get_by_label("Sequence", exact=True)
    field.fill("ab" * 100 + "c")
    field.press("Enter")
    step.page.get_by_text("The text has 201 characters; at most 200 are shown. Please remove 1.").wait_for()
    settled(step.page)
    assert step.t == 200
    assert field.input_value() == "ab" * 100 + "c"


def test_characters_of_every_script(visit: Visits) -> None:
    """é, a Korean syllable, a waving hand with its skin, a family and a flag are one step each."""
    step = visit("/?weights=random&text=" + quote("e\u0301한👋🏽👩‍👩‍👧‍👦🇰🇷"))
    assert step.ask("player => player.payload.labels") == ["é", "한", "👋🏽", "👩‍👩‍👧‍👦", "🇰🇷"]


# ---------------------------------------------------------------------------------------------------- looks


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
@MAIN
def test_everything_fits_a_projector(visit: Visits, cell: str, height: int) -> None:
    """With the sidebar open, player, timeline and the equation in focus need no scrolling at H = 4, with large numbers.

    At 720 pixels all other equations, folded, and the sentence have room as well.
    """
    step = visit(f"/?cell={cell}&hidden=4&text=hello&t=3", height=height)
    sidebar = step.page.get_by_test_id("stSidebar").bounding_box()
    assert sidebar
    assert sidebar["x"] == 0
    assert sidebar["width"] > 200
    focus = step.ask("player => player.state.now.focus")
    mine = [tile for tile in step.tiles if tile["role"] == "equation" and tile["block"] == focus]
    assert {tile["source"][0] for tile in mine} == {"signal", "weight", "vector"}
    parts = ".rv-bar, .rv-timeline" if height < 720 else ".rv-bar, .rv-timeline, .rv-sentence"
    shown = [*boxes(step, parts), *tile_boxes(step, mine if height < 720 else step.tiles)]
    for box in shown:
        assert box["top"] >= 0
        assert box["bottom"] <= height
        assert box["left"] >= 0
        assert box["right"] <= 1280
    cell_size = step.ask("player => player.cell")
    assert max(SIZES["smallest_number"], min(19, 0.425 * cell_size)) >= 14
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
    assert step.ask("player => player.cell") >= SIZES["cell_for_numbers"]


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
    if step.ask("player => player.cell") >= 16:  # names of values side by side need so much
        assert_tidy(step)


# ---------------------------------------------------------------------------------------------------- for everybody


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
    for _ in range(9):
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
    assert reached[:8] == ["first", "back", "play", "forward", "last", "range", "select-one", "slow"]
    assert "rv-stage" in reached[8]


def test_reduced_motion(open_page: Pages) -> None:
    """Where the reader asked for less motion nothing of the player moves by itself, and stepping works."""
    step = Step(open_page("/", motion="reduce"))
    step.press("ArrowRight")
    assert step.t == 2
    step.click(step.tile("signal", "h", 0), 0)
    assert step.text("arithmetic").startswith("h2, row 1:")
    moving = """root => root.getAnimations({ subtree: true }).filter(a => a.playState === "running").length"""
    assert step.root.evaluate(moving) == 0
