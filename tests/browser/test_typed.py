"""What addresses bring and readers type, in a real browser: reloads, other sizes, nonsense, every script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
import pytest

from tests.browser.driver import Step, Visits, expected, frames, go_to, scene_at, settled

if TYPE_CHECKING:
    from playwright.sync_api import Dialog


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


def test_a_name_is_learnt(visit: Visits) -> None:
    """A name that is typed is learnt at once: the header says so, every letter is right, and there is a way back."""
    step = visit()
    field = step.page.get_by_label("Sequence", exact=True)
    field.fill("김민지 Kim")
    field.press("Enter")
    step.until_text("김민지␣Kim")
    assert step.page.get_by_role("alert").count() == 0
    assert "learnt from 김민지␣Kim in" in step.text("header")
    for t in range(2, 8):
        step.press("ArrowRight")
        step.until(t)
        assert step.text("header").endswith("which is right.")
    step.page.get_by_role("button", name="Back to hello").click()
    step.until_text("hello")
    step.press("ArrowRight", "ArrowRight")
    step.until(3)
    assert step.text("header").endswith("Step 3 of 5: after l it says l (97 %), which is right.")


def test_a_long_text_is_learnt_on_demand(visit: Visits) -> None:
    """A long text has random weights and a button; after a moment it has learnt it, and a link holds the recipe."""
    text = "It was the best of times, it was the worst of times"
    step = visit(f"/?text={text.replace(' ', '%20')}")
    assert "Its weights are random" in step.text("header")
    step.page.get_by_role("button", name="Learn this text").click()
    step.page.wait_for_function("() => document.body.innerText.includes('learnt from')")
    assert "weights=learnt" in step.page.url
    assert step.page.get_by_role("button", name="Learn this text").count() == 0


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
