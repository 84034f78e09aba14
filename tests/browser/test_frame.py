"""The frame of the picture in a real browser: the line above it, the hint of a first visit, long texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rnnviz.figures.terms import SIGNS
from tests.browser.driver import Step, Visits, frames, settled

if TYPE_CHECKING:
    from tests.browser.driver import Pages

HINT = "Press the right arrow. Click any number."


@pytest.mark.parametrize("use", ["key", "question"])
def test_the_hint_of_a_first_visit(open_page: Pages, use: str) -> None:
    """On a first visit it is said what to do; once it was done, never again, and nothing moves by it."""
    step = Step(open_page("/"))
    assert step.text("header") == f"A vanilla RNN reads hello and predicts the next letter. {HINT}"
    before = step.root.locator(".rv-stage").bounding_box()
    if use == "key":
        step.press("ArrowRight")
    else:
        step.click(step.tile("signal", "h", 0), 0)
    frames(step.page)
    assert HINT not in step.text("header")
    assert step.root.locator(".rv-stage").bounding_box() == before
    step.page.reload()
    settled(step.page)
    assert "after" in step.text("header")
    assert HINT not in step.text("header")


def test_what_each_step_did(visit: Visits) -> None:
    """The line tells for each step what was read, what the net said of it, and whether that was right."""
    step = visit("/?text=hole")
    step.press("ArrowLeft")
    assert step.text("header").endswith("Nothing is read yet.")
    for t, (read, right) in enumerate(zip("hole", ["o", "l", "e", None], strict=True), 1):
        step.press("ArrowRight")
        choice = step.ask("(player, t) => player.choice(t)", t)
        said = f"Step {t} of 4: after {read} it says {choice['symbol']} ({round(100 * choice['p'])} %)"
        end = (
            "." if right is None else ", which is right." if right == choice["symbol"] else f"; right would be {right}."
        )
        assert step.text("header") == f"A vanilla RNN reads hole and predicts the next letter. {said}{end}"


def test_the_answer_is_not_told_before_it_is_there(open_page: Pages) -> None:
    """While a step moves and in slow motion the line says only what is read, until the letter has come."""
    step = Step(open_page("/?t=1", motion="no-preference"))
    step.ask("player => player.freeze(300)")
    step.press("ArrowRight")
    assert step.text("header").endswith("Step 2 of 5: it reads e.")
    step.ask("player => player.freeze(null)")
    step.page.wait_for_function("() => !document.querySelector('.rnnviz-player').rnnviz.motion")
    assert step.text("header").endswith("which is right.")
    step.do("slow")
    while not step.ask("player => player.part.block === 'p' && player.part.last"):
        assert step.text("header").endswith("Step 2 of 5: it reads e.")
        step.press("ArrowRight")
    step.page.wait_for_function("() => !document.querySelector('.rnnviz-player').rnnviz.motion")
    assert step.text("header").endswith("which is right.")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_window_of_a_long_text(visit: Visits, width: int) -> None:
    """Of 199 letters as many are shown as can be read, the present one among them, wherever it is."""
    step = visit(f"/?text={'abcdefg' * 28}abc&weights=random", width, 844)
    for t in (1, 2, 100, 150, 199, 40):
        step.root.locator("input[type=range]").fill(str(t))
        plan = step.ask("({ plan }) => [plan.first, plan.last, plan.pitch]")
        assert plan[0] <= t <= plan[1]
        assert plan[2] >= 15
        assert 0 <= plan[0] < plan[1] <= 199


@pytest.mark.parametrize(
    ("path", "sign", "said"),
    [
        ("/?t=2", "= tanh (", "tanh, the hyperbolic tangent"),
        ("/?cell=lstm&t=2", "⊙", "⊙, the product element by element"),
        ("/?cell=lstm&t=2", "ft", "f: forget gate"),
        ("/?t=2", "Wxh", "W, a matrix of weights"),
        ("/?t=2", "pt", "p, the probabilities"),
    ],
)
def test_every_sign_says_what_it_is(visit: Visits, path: str, sign: str, said: str) -> None:
    """The mouse on a sign of the stage tells its name and what it does."""
    step = visit(path)
    labels = step.root.locator(".rv-stage .annotation-text")
    texts = [text.replace("\u200b", "").replace(" ▾", "") for text in labels.all_text_contents()]
    box = labels.nth(texts.index(sign)).bounding_box()
    assert box
    step.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    step.root.locator(".rv-tip").wait_for()
    assert said in step.text("tip")


def test_the_page_of_terms(open_page: Pages) -> None:
    """The page of terms has every sign, each with one sentence."""
    page = open_page("/terms", player=False)
    rows = page.locator(".terms tr")
    rows.first.wait_for()
    assert rows.count() == len(SIGNS)
    assert page.locator(".terms th").all_inner_texts() == [sign.replace("_", "") for sign in SIGNS]
    assert page.title() == "Terms · rnnviz"


def test_a_browser_that_keeps_nothing(open_page: Pages) -> None:
    """Where the browser refuses to keep anything, the hint is shown and goes, and steps are made, all the same."""
    page = open_page("/terms", player=False)
    page.add_init_script(
        "for (const name of ['getItem', 'setItem']) Storage.prototype[name] = () => { throw new Error('refused'); };"
    )
    page.goto(page.url.replace("/terms", "/"))
    settled(page)
    step = Step(page)
    assert step.root.locator(".rv-hint").is_visible()
    step.press("ArrowRight")
    step.until(2)
    assert step.root.locator(".rv-hint").count() == 0
    page.evaluate("() => { delete Storage.prototype.getItem; delete Storage.prototype.setItem; }")
