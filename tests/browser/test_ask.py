"""Asking where a number came from, in a real browser: the answers, the way back to the inputs, the pictures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rnnviz.core import explain, shares
from rnnviz.core.answers.interpret import evaluate
from rnnviz.core.language.adjoint import rule
from rnnviz.core.language.expressions import Signal
from rnnviz.core.language.functions import FUNCTIONS
from tests.browser.driver import (
    NOW,
    ROWS,
    TRAIL,
    Step,
    Visits,
    choose,
    exact,
    follow,
    numbers,
    pairs,
    printed,
    read,
    scene_at,
    way,
)
from tests.core.plain import params_at

if TYPE_CHECKING:
    from rnnviz.core.answers.explain import Term
    from rnnviz.figures.stage import Scene
    from tests.browser.driver import Pages

SETTINGS = [
    "/?cell=vanilla",
    "/?cell=lstm&hidden=4",
    "/?cell=gru&weights=random&hidden=5&seed=2",
    "/?cell=gru_v3&hidden=4",
    "/?cell=bidirectional&hidden=3&weights=random",
    "/?wiring=encoder-decoder&own=1&weights=random&cell=lstm&hidden=4",
    "/?wiring=one-to-many&temperature=1&weights=random&hidden=4",
]


def weights_at(scene: Scene, t: int) -> Any:
    """The weights of step t (from 1)."""
    return params_at(scene.wired, t - 1) if scene.wired else scene.params


def asked(scene: Scene, name: str, i: int, t: int) -> Term:
    """The core's answer, at step t from 1."""
    return explain(scene.model, weights_at(scene, t), scene.trace, name, t - 1, i)


# ---------------------------------------------------------------------------------------------------- the numbers


def test_from_the_output_back_to_the_input(visit: Visits) -> None:
    """From y to h, to h of the step before, to its x: each answer has the core's terms, and each entry leads back."""
    address = "/?t=4"
    scene, step = scene_at(address), visit(address)
    step.click(step.tile("signal", "y", 0), 3)
    stops = [("y", 3, 4, "h4[1]"), ("h", 0, 4, "h3[2]"), ("h", 1, 3, "x3[l]")]
    answers = []
    for depth, (name, i, t, button) in enumerate(stops):
        assert step.ask(NOW) == [t, ["signal", name, 0], i, 0]
        assert len(way(step)) == depth + 1
        root = asked(scene, name, i, t)
        assert numbers(step.root.evaluate(ROWS)) == pairs(root)
        answers.append(step.text("answer"))
        row = "helo"[i] if name == "y" else str(i + 1)
        said, _, rest = answers[-1].partition(":")
        assert said.startswith(f"{name}{t}[{row}] is ")
        assert read(said.split()[-1]) == exact(root.value)
        assert rest
        follow(step, button)
    assert way(step) == ["y4[o]", "h4[1]", "h3[2]", "x3[l]"]
    assert step.text("answer").startswith("x3[l] is 1: it belongs to the input l")
    step.until(3)
    for depth in reversed(range(3)):
        step.root.locator(TRAIL).nth(depth).click()
        name, i, t, _ = stops[depth]
        assert step.ask(NOW) == [t, ["signal", name, 0], i, 0]
        assert step.text("answer") == answers[depth]
        assert len(way(step)) == depth + 1
    step.until(4)


def test_back_to_the_state_before_the_first_step(visit: Visits) -> None:
    """h of step 1 leads to h_0 at step 0, which is given; one step further nothing is asked."""
    step = visit("/?t=1")
    step.click(step.tile("signal", "h", 0), 1)
    step.root.locator(".rv-more").last.click()  # products with zero are folded
    follow(step, "h0[3]")
    assert step.ask(NOW) == [0, ["signal", "h", 0], 2, 0]
    assert step.text("answer") == "h0[3] is 0.00. This is the state before the first step. It is given, not computed."
    assert not step.root.locator(".rv-table").count()


@pytest.mark.parametrize("address", SETTINGS)
def test_every_number_is_answered_and_every_entry_leads_back(visit: Visits, address: str) -> None:
    """On random walks by the buttons each number of a signal is the core's, and each entry returns number and step."""
    scene, step, draw = scene_at(address), visit(address), np.random.default_rng(1)
    names = [block["name"] for block in step.ask("player => player.payload.stage.blocks")]
    for name in draw.permutation(names)[:3]:
        t = int(draw.integers(2, scene.trace.T, endpoint=True))
        choose(step, name, 0, t)
        seen = []
        for _ in range(5):
            now = step.ask(NOW)
            if len(way(step)) > len(seen):  # else the button was that of the same number
                seen.append((now, step.text("answer")))
            compare(scene, step, now)
            stops = step.root.locator(".rv-found button[data-go]").count()
            if not stops:
                break
            step.root.locator(".rv-found button[data-go]").nth(int(draw.integers(stops))).click()
        for k in reversed(range(len(seen))):
            step.root.locator(TRAIL).nth(k).click()
            assert (step.ask(NOW), step.text("answer")) == seen[k]


def compare(scene: Scene, step: Step, now: list[Any]) -> None:
    """What the panel says of a number is what the core says."""
    t, source, i, _ = now
    kind, name = source[0], source[1]
    if kind != "signal" or name in {scene.share, *scene.noise}:
        return
    at = t + source[2]
    value = float(scene.trace.at(name, at - 1)[i])
    answer = step.text("answer")
    if "no input" in answer or "no output" in answer or "not known" in answer:
        return
    said = read(re.split(r" is (?:held at )?", answer, maxsplit=1)[1].split()[0].rstrip(".:"))
    assert said == pytest.approx(value, rel=2e-3, abs=0.0051)  # what is given stands as on the picture
    if name == "x" or not 1 <= at <= scene.trace.T:
        return
    root = asked(scene, name, i, at)
    products = [pair for pair in pairs(root) if root.children[0].kind != "times"]
    rows = [row for row in numbers(step.root.evaluate(ROWS)) if len(row) == 3]
    nested = any(node.kind == "product" for factor in factors(root) for node in below(factor))
    if not nested:
        assert [row for row in rows if any(row == product for product in products)] == products


def factors(term: Term) -> list[Term]:
    """The factors of element-wise products behind a number."""
    if term.kind == "times" and term.children[0].kind != "weight":
        return list(term.children)
    return [factor for child in term.children for factor in factors(child)]


def below(term: Term) -> list[Term]:
    """A term and all that is below it."""
    return [term, *(node for child in term.children for node in below(child))]


def test_an_expression_inside_is_asked_too(visit: Visits) -> None:
    """In a GRU that resets before the product, r ⊙ h of the step before is a number to ask by itself."""
    address = "/?cell=gru_v3&hidden=4&t=3&weights=random"
    scene, step = scene_at(address), visit(address)
    choose(step, "n", 1, 3)
    inner = step.root.locator(".rv-stop[data-go]").filter(has_text="⊙").first
    inner.click()
    t, source, i, _ = step.ask(NOW)
    assert (t, source[0]) == (3, "times")
    expected = scene.trace["r"][2, i] * scene.trace["h"][1, i]
    assert read(step.text("answer").split(" is ")[1].split(":")[0]) == exact(expected)
    assert len(step.root.evaluate(ROWS)[0]) == 3
    step.root.locator(TRAIL).first.click()
    assert step.ask(NOW) == [3, ["signal", "n", 0], 1, 0]


def test_what_is_folded_can_be_unfolded(visit: Visits) -> None:
    """Of many products the five largest stand in the table, the others are one number; together they are the sum."""
    address = "/?cell=lstm&hidden=16&t=4"
    scene, step = scene_at(address), visit(address)
    choose(step, "i", 2, 4)
    shown = step.root.evaluate(ROWS)
    assert numbers([row for row in shown if len(row) == 3]) == pairs(asked(scene, "i", 2, 4))
    step.root.locator(".rv-more").last.click()
    assert step.root.locator(".rv-more").last.get_attribute("aria-expanded") == "true"
    rows = step.root.evaluate(ROWS)
    assert len([row for row in rows if len(row) == 3]) == 1 + 16
    step.root.locator(".rv-more").last.click()
    assert step.root.evaluate(ROWS) == shown


def test_a_number_that_is_not_there_yet(visit: Visits) -> None:
    """In slow motion a number is not known before its part; stepping on answers it, and the arrow keeps it chosen."""
    step = visit("/?t=2")
    step.do("slow")
    choose(step, "h", 0, 2)
    while step.ask("player => player.known('h', player.state.now.t)"):
        step.press("ArrowLeft")
    assert step.text("answer").startswith(f"h{step.t}[1] is not known yet")
    while not step.ask("player => player.known('h', player.state.now.t)"):
        step.press("ArrowRight")
    assert "through tanh" in step.text("answer")


def test_a_choice_shows_its_scores(visit: Visits) -> None:
    """An input that is fed back was the largest score of the step before; a given one was not chosen by anything."""
    address = "/?wiring=one-to-many&t=3"
    scene, step = scene_at(address), visit(address)
    chosen = int(np.argmax(scene.trace["x"][2]))
    choose(step, "x", chosen, 3)
    assert step.text("answer").startswith(f"x3[{scene.inputs[chosen]}] is 1: its score")
    shown = step.root.locator(".rv-scores .rv-number").all_inner_texts()
    assert [read(text) for text in shown] == [exact(v) for v in scene.trace["y"][1]]
    choose(step, "x", 0, 1)
    assert "is given" in step.text("answer")


# ---------------------------------------------------------------------------------------------------- the pictures


@pytest.mark.parametrize("address", ["/?t=4", "/?cell=lstm&hidden=8&t=3&weights=random", "/?cell=gru&t=5"])
def test_the_slope_is_the_derivative(visit: Visits, address: str) -> None:
    """The slope written under a curve is the core's derivative at the number, and every unit is a dot on the curve."""
    scene, step = scene_at(address), visit(address)
    seen = 0
    for name in scene.model.equations:
        root = asked(scene, name, 1, step.t).children[0]
        if root.kind != "call":
            continue
        choose(step, name, 1, step.t)
        figure = step.root.locator(".rv-curve")
        slope = float(evaluate(rule(FUNCTIONS[root.function].derivative), {}, lambda s, v=root.value: np.array(v)))
        assert float(figure.get_attribute("data-slope") or "nan") == pytest.approx(slope, abs=1e-5)
        said = figure.inner_text().split("slope ")[1].split("\n")[0].split("= ")[-1]
        assert read(said) == pytest.approx(slope, rel=2e-3, abs=2e-4)
        assert figure.locator("circle").count() == scene.model.sizes[name]
        assert figure.locator("rect.rv-shaded").count() == (2 if root.function == "tanh" else 0)
        seen += 1
    assert seen


@pytest.mark.parametrize("address", SETTINGS)
def test_the_bars_add_up(visit: Visits, address: str) -> None:
    """At every step the parts of each unit's bar add up to what is written beside it, which is the core's."""
    scene, step = scene_at(address), visit(address)
    choose(step, next(iter(scene.model.equations)), 0, scene.trace.T)
    rows = step.root.locator(".rv-bars .rv-rows button").count()
    assert rows == scene.model.sizes[next(iter(scene.model.equations))]


def test_the_bars_of_an_lstm_are_the_core_s_shares(visit: Visits) -> None:
    """h = o ⊙ tanh(c) is no sum: its bars are what x, h and c of the step before and the biases contributed."""
    address = "/?cell=lstm&hidden=5&weights=random&seed=4&t=4"
    scene, step = scene_at(address), visit(address)
    choose(step, "h", 2, 4)
    found = shares(scene.model, scene.params, scene.trace, "h")
    one = [part[3, 2] for source, part in found.items() if isinstance(source, Signal)]
    one.append(sum(part[3, 2] for source, part in found.items() if not isinstance(source, Signal)))
    assert sum(one) == pytest.approx(scene.trace["h"][3, 2])
    assert step.root.locator(".rv-terms b").all_inner_texts() == [printed(value) for value in one]
    chosen = step.root.locator(".rv-bars [aria-current]")
    assert chosen.inner_text().split() == ["h4[3]", printed(scene.trace["h"][3, 2])]


LIT = "player => Object.fromEntries(player.lit)"


def test_row_and_columns_light_up(visit: Visits) -> None:
    """Of h[2] its row of each matrix and all of x and h of the step before; of a weight what it meets and makes."""
    step = visit("/?t=3&weights=random&hidden=3")
    step.click(step.tile("signal", "h", 0), 1)
    lit = step.ask(LIT)
    assert lit['["weight","W_xh"]'] == [1]
    assert lit['["weight","W_hh"]'] == [1]
    assert lit['["vector","b_h"]'] == [1]
    assert lit['["signal","x",0]'] is None
    assert lit['["signal","h",-1]'] is None
    assert '["signal","h",0]' not in lit
    step.click(step.tile("weight", "W_hh"), 2, 1)
    assert step.ask(LIT) == {'["signal","h",-1]': [1], '["signal","h",0]': [2]}


# ---------------------------------------------------------------------------------------------------- clicks and keys


def test_a_click_on_the_timeline(visit: Visits) -> None:
    """A click on a number of a band goes to its step and asks it; Escape closes."""
    step = visit("/?t=5")
    place = step.ask(
        """({ boxes }) => { const box = boxes.find(({ name, k }) => name === "h" && k === 2);
        return { x: box.x + box.width / 2, y: box.y + box.height * 5 / 6 }; }"""
    )
    step.root.locator(".rv-timeline").click(position=place)
    assert step.ask(NOW) == [2, ["signal", "h", 0], 2, 0]
    assert step.text("answer").startswith("h2[3] is")
    step.until(2)
    step.press("Escape")
    assert not step.root.locator(".rv-ask").is_visible()
    assert step.ask("player => player.state.now.pick") is None


def test_a_click_on_a_weight(visit: Visits) -> None:
    """A weight shows the product it makes now, with buttons to its operand and to the number it is a term of."""
    address = "/?t=4"
    scene, step = scene_at(address), visit(address)
    step.click(step.tile("weight", "W_hh"), 1, 2)
    weight, h = scene.params["W_hh"][1, 2], scene.trace["h"][2, 2]
    chips = step.root.locator(".rv-table .rv-number").all_inner_texts()
    wanted = (weight, h, weight * h, scene.trace["h"][3, 1])
    assert [read(text) for text in chips] == [pytest.approx(v, rel=2e-3) for v in wanted]
    assert "one of the terms of h4[2]" in step.text("answer")
    follow(step, "h4[2]")
    assert step.ask(NOW) == [4, ["signal", "h", 0], 1, 0]
    step.root.locator(TRAIL).first.click()
    follow(step, "h3[3]")
    assert step.ask(NOW) == [3, ["signal", "h", 0], 2, 0]
    assert len(way(step)) == 2


def test_stepping_keeps_the_number_and_starts_the_way_anew(visit: Visits) -> None:
    """An arrow key asks the same number of the next step; the way then begins there."""
    step = visit("/?t=3")
    step.click(step.tile("signal", "h", 0), 0)
    follow(step, "h2[2]")
    assert way(step) == ["h3[1]", "h2[2]"]
    step.press("ArrowRight", "ArrowRight")
    assert step.ask(NOW) == [4, ["signal", "h", 0], 1, 0]
    assert way(step) == ["h4[2]"]
    assert step.text("answer").startswith("h4[2] is")


def test_all_of_it_by_keyboard(visit: Visits) -> None:
    """Enter on the stage asks, Tab reaches the buttons with a visible focus, Enter follows them, Escape closes."""
    step = visit("/?t=3")
    stage = step.root.locator(".rv-stage")
    stage.press("Enter")
    reached = []
    for _ in range(40):
        step.press("Tab")
        here = step.page.evaluate(
            """() => { const e = document.activeElement, { outlineStyle, outlineWidth } = getComputedStyle(e);
                const name = e.closest(".rv-ask") ? e.dataset.key ?? e.className : null;
                return [name, outlineStyle, parseFloat(outlineWidth)]; }"""
        )
        if here[0] is None:
            break
        reached.append(here[0])
        assert here[1] != "none"
        assert here[2] >= 2
    buttons = step.root.locator(".rv-ask button:visible").count()
    assert len(reached) == buttons > 8
    step.root.locator(".rv-stop[data-go]").last.press("Enter")
    assert (step.t, len(way(step))) == (2, 2)
    assert step.page.evaluate("document.activeElement.getAttribute('aria-current')") == "location"
    step.press("ArrowRight")
    assert step.t == 3
    assert step.page.evaluate("Boolean(document.activeElement.closest('.rv-ask'))")
    step.press("Escape")
    assert not step.root.locator(".rv-ask").is_visible()
    assert step.page.evaluate("document.activeElement.className") == "rv-stage"


# ---------------------------------------------------------------------------------------------------- how it looks


@pytest.mark.parametrize("address", ["/?t=4", "/?cell=lstm&hidden=16&t=4", "/unroll?cell=gru&t=3"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_is_readable(open_page: Pages, address: str, theme: Any) -> None:
    """On a phone nothing but the table's own box goes sideways; text is at least 14 px and has a contrast of 4.5."""
    step = Step(open_page(address, width=390, height=844, theme=theme, motion="reduce"))
    for name in scene_at(address.replace("/unroll", "/")).model.equations:
        choose(step, name, 0, step.t)
        wide = "main => main.scrollWidth - main.clientWidth"
        assert step.page.locator("[data-testid=stMain]").evaluate(wide) == 0
        for size, ratio, text in step.root.evaluate(TEXTS):
            assert size >= 10 if text.startswith("sub ") else size >= 14, text
            assert ratio >= 4.5, text


# Size, contrast and content of every text in the panel.
TEXTS = """root => {
    const channels = colour => colour.match(/[\\d.]+/g).map(Number);
    const hex = colour => [1, 3, 5].map(k => parseInt(colour.slice(k, k + 2), 16));
    const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const light = rgb => rgb.slice(0, 3).reduce((sum, c, k) => sum + linear(c / 255) * [0.2126, 0.7152, 0.0722][k], 0);
    const behind = e => {
        for (let at = e; at; at = at.parentElement) {
            const colour = channels(getComputedStyle(at).backgroundColor);
            if (colour.length < 4 || colour[3] > 0.9) return colour;
        }
        return [255, 255, 255];
    };
    const walker = document.createTreeWalker(root.querySelector(".rv-ask"), NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
        const node = walker.currentNode, e = node.parentElement, style = getComputedStyle(e), svg = e.closest("text");
        if (!node.textContent.trim() || !e.getClientRects().length) continue;
        const a = light(svg ? hex(svg.getAttribute("fill")) : channels(style.color)), b = light(behind(e));
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        found.push([parseFloat(style.fontSize), ratio, (e.closest("sub") ? "sub " : "") + node.textContent]);
    }
    return found;
}"""
