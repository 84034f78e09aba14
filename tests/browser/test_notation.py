"""One notation on every page: a subscript is time (on a weight from-to), brackets are row and column."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.driver import choose

if TYPE_CHECKING:
    from tests.browser.driver import Step, Visits

# All that is read on a page as HTML, but for what is or may be typed; and labels nobody sees.
READ = """() => {
    const page = document.body.cloneNode(true);
    const own = "script, style, pre, code, textarea, .reference, .notice, .katex, .annotation-text, " +
        "[data-testid=stIconMaterial], [data-testid=stCode], [data-testid=stSelectbox]";
    for (const part of page.querySelectorAll(own)) part.remove();
    const labels = [...page.querySelectorAll("[aria-label], [title]")].map(
        (one) => `${one.getAttribute("aria-label") ?? ""} ${one.title ?? ""}`);
    for (const name of page.querySelectorAll("tspan[font-style]")) {
        const below = name.nextElementSibling;
        name.outerHTML = `<i>${name.textContent}</i>`;
        if (below?.matches("tspan")) below.outerHTML = `<sub>${below.textContent}</sub>`;
    }
    const html = page.innerHTML;
    for (const name of page.querySelectorAll("i")) {
        if (name.nextElementSibling?.matches("sub")) name.nextElementSibling.remove();
        name.remove();
    }
    return [html, labels.join(" "), page.textContent];
}"""
NAME = re.compile(r"<i[^>]*>([^<]*)</i>\s*(?:<sub[^>]*>([^<]*)</sub>)?((?:\[[^\]<]{0,40}\])?)")
RAW = re.compile(r"\b[A-Za-z]_[A-Za-z0-9({]|[₀-₉ₜ]|\b[xhcyifogrzn]\d+\b")
TIME = re.compile(r"(\d,)?(t|t[+−]\d+|−?\d+|l|r|↑l|↑r|root|word|i)")  # on a tree the steps are nodes
PLACE = re.compile(r"(\d+|[a-z*]|\S{1,12}|␣)")


def wrong_names(html: str, known: set[str]) -> list[str]:
    """The names in some HTML that are set otherwise than the rule says."""
    found = []
    for name, below, places in NAME.findall(html):
        stem = name.lstrip("∂∇Δδ")
        # A weight that is left out is named, too.
        weight = f"{stem}_{re.sub(r'[(][0-9]+[)]$', '', below)}" in known or re.fullmatch("[Wb]", stem)
        told = "f" if stem == "f" else "time" if TIME.fullmatch(below) or not below else "weight" if weight else ""
        inside = places[1:-1].split(",") if places else []
        rows = all(PLACE.fullmatch(place) for place in inside) and len(inside) <= 2
        if not told or not rows:
            found.append(f"{stem}_{below}{places}")
    return found


def faults(step: Step) -> list[str]:
    """What is written otherwise on the page as it is now, and in the texts of its picture."""
    payload = step.ask("player => player.payload")
    known = set(payload["weights"])
    html, labels, text = step.page.evaluate(READ)
    picture = json.dumps([payload[part] for part in ("stage", "sentences", "terms", "header")], ensure_ascii=False)
    found = wrong_names(html, known) + wrong_names(picture.replace('\\"', '"'), known)
    words = json.dumps(payload["words"], ensure_ascii=False)
    return (
        found
        + RAW.findall(re.sub(r"\{\w+\}", "", words))
        + [name for name in RAW.findall(labels) if "_" in name]
        + RAW.findall(text)
    )


OPENED = ["[data-testid=stExpander] summary"]
STATES: dict[str, dict[str, Any]] = {
    "slow": {"slow": True, "part": 3},
    "untied": {"untied": True, "unrolled": True},
    "equations": {"level": "equation"},
    "difference": {"view": "difference"},
}
PAGES = [
    ("/?t=3", [("h", 1, 3), ("y", 0, 2), ("p", 2, 3)], ["slow"]),
    ("/?cell=lstm&t=2", [("c", 0, 2), ("f", 1, 2), ("h", 2, 1)], ["slow"]),
    ("/?cell=deep&weights=random&t=2", [("h2", 0, 2)], []),
    ("/?cell=feedforward", [], []),
    ("/?source=numbers&text=1+2;3+4&t=2", [("y", 0, 2), ("x", 1, 1)], []),
    ("/?wiring=one-to-many&t=3", [("x", 0, 3)], []),
    ("/unroll?cell=gru&t=3", [("n", 0, 3)], ["untied", "equations"]),
    ("/tree?t=5", [("h", 0, 5)], []),
    ("/what-if?edit=W_xh.1.2:0.5,h.2.1:0.3,f.1.1:1&t=3", [("h", 0, 3)], ["difference"]),
    ("/compare?t=2", [], []),
    ("/write?cell=lstm&t=2", [], []),
]


@pytest.mark.parametrize(("path", "asked", "states"), PAGES, ids=[path for path, *_ in PAGES])
def test_every_text_is_written_alike(
    visit: Visits, path: str, asked: list[tuple[str, int, int]], states: list[str]
) -> None:
    """In every text of a page, an answer, a pause and a difference, names are set by one rule, and none stands raw."""
    step = visit(path)
    root = step.root.first
    step.root = root
    found = faults(step)
    for summary in step.page.locator(OPENED[0]).all():
        summary.click()
    found += faults(step)
    for name, i, t in asked:
        choose(step, name, i, t)
        found += faults(step)
    step.press("Escape")
    for state in states:
        step.ask("(player, choices) => player.state.set(choices)", STATES[state])
        found += faults(step)
    assert found == []


def test_the_check_is_written_alike(visit: Visits) -> None:
    """The dialog of the check names its numbers by the same rule."""
    step = visit("/?cell=lstm")
    step.page.get_by_role("button", name="Check these numbers").click()
    step.page.get_by_text("Every number shown").wait_for()
    assert faults(step) == []
