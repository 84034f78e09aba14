"""Nothing lies on anything else: labels, operators and tiles of every page, at the sizes of a projector and a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.driver import settled

if TYPE_CHECKING:
    from tests.browser.driver import Step, Visits

SIZES = [(1280, 720), (1280, 600), (1920, 1080), (844, 390), (390, 844)]
PAGES = [
    "/?t=3",
    "/?cell=lstm&t=3",
    "/?cell=gru&hidden=4&weights=random&t=2",
    "/?cell=vanilla&hidden=32&weights=random&t=2",
    "/?wiring=many-to-one&t=2",
    "/?source=weather&t=3",
    "/?text=👋🏽é한&weights=random&t=2",
    "/unroll?cell=lstm&t=3",
    "/tree?t=5",
    "/what-if?t=3",
    "/compare?t=3",
    "/write?t=3",
    "/tree?text=((((a b) (c d)) ((e f) (g h))) (((i j) (k l)) ((m n) (o p))))&branching=hand&t=31",
    "/tree?source=words&text=(MAX (MIN 8 (MAX 2 9)) (MIN (MAX 1 4) (MIN 7 6)))&t=13",
]
STATES = [
    ("/unroll?t=3", {"untied": True, "unrolled": True}),
    ("/unroll?cell=lstm&t=3", {"level": "numbers"}),
    ("/what-if?edit=W_xh.1.2:0.5&t=3", {"view": "difference"}),
    ("/?t=3", {"focus": "p"}),
]
CASES = [*((path, {}) for path in PAGES), *STATES]
# Of each player the tiles and the texts between them, in pixels of its stage; what sticks out of the page, and scrolls.
FOUND = """() => {
    const main = document.querySelector("[data-testid=stMain]");
    const players = [...document.querySelectorAll(".rnnviz-player")].map(root => {
        const stage = root.querySelector(".rv-stage").getBoundingClientRect();
        const texts = [...root.querySelectorAll(".rv-stage .annotation-text")].map(text => {
            const { x, y, width, height } = text.getBoundingClientRect();
            return { text: text.textContent, x: x - stage.x, y: y - stage.y, width, height };
        });
        const tiles = root.rnnviz.tiles.map(tile => ({ text: `${tile.source}`, ...tile }));
        const timeline = root.querySelector(".rv-timeline").getBoundingClientRect();
        const bands = [...root.querySelectorAll(".rv-timeline .annotation-text")].map(text => {
            const { x, y, width, height } = text.getBoundingClientRect();
            return { text: text.textContent, x: x - timeline.x, y: y - timeline.y, width, height };
        });
        return { tiles, texts, bands, width: stage.width, height: stage.height };
    });
    return { players, sideways: [document.documentElement, main].map(one => one.scrollWidth - one.clientWidth) };
}"""


# Whether every picture has the width of its place.
DRAWN = """async () => {
    for (let k = 0; k < 3; k++) await new Promise(requestAnimationFrame);
    return [...document.querySelectorAll(".rnnviz-player .rv-stage")].every((stage) => {
        const plot = stage.querySelector(".main-svg");
        return plot && Math.abs(plot.getBoundingClientRect().width - stage.clientWidth) < 2;
    });
}"""


def shared(one: dict[str, Any], other: dict[str, Any], rim: float) -> float:
    """How many pixels two boxes share in the direction in which they share less, beyond a rim."""
    across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
    down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
    return min(across, down) - rim


def faults(player: dict[str, Any]) -> list[str]:
    """What lies on what, and what is cut off at the sides."""
    found = []
    for k, text in enumerate(player["texts"]):
        # The box of a text is higher than its letters, and a subscript reaches below it.
        rim = 0.3 * text["height"]
        found += [f"{text['text']} on {tile['text']}" for tile in player["tiles"] if shared(text, tile, rim) > 0]
        later = player["texts"][k + 1 :]
        found += [f"{text['text']} on {other['text']}" for other in later if shared(text, other, rim) > 0]
        if text["x"] < -1 or text["x"] + text["width"] > player["width"] + 1:
            found.append(f"{text['text']} is cut off")
        if text["y"] + rim < 0 or text["y"] + text["height"] - rim > player["height"] + 1:
            found.append(f"{text['text']} is cut off above or below")
    for boxes, thin in ((player["tiles"], 0), (player["bands"], 0.3)):
        pairs = [(one, other) for k, one in enumerate(boxes) for other in boxes[k + 1 :]]
        found += [f"{a['text']} on {b['text']}" for a, b in pairs if shared(a, b, thin * a["height"]) > 0]
    for tile in player["tiles"]:
        right, bottom = tile["x"] + tile["width"], tile["y"] + tile["height"]
        if tile["x"] < -1 or right > player["width"] + 1 or bottom > player["height"] + 1:
            found.append(f"{tile['text']} is cut off")
    return found


@pytest.mark.parametrize(("path", "choices"), CASES, ids=[f"{path} {''.join(choices)}" for path, choices in CASES])
def test_nothing_lies_on_anything(visit: Visits, path: str, choices: dict[str, Any]) -> None:
    """At every size no label and no operator lies on a tile or on another one, and nothing scrolls sideways."""
    wrong = {}
    step: Step = visit(path, *SIZES[0])
    if path.startswith("/compare"):
        for side in ("left", "right"):
            step.page.wait_for_selector(f".st-key-side_{side} .rnnviz-player[data-ready=true]")
    if choices:
        step.ask("(player, choices) => player.state.set(choices)", choices)
    for width, height in SIZES:
        step.page.set_viewport_size({"width": width, "height": height})
        step.page.wait_for_function(DRAWN)
        settled(step.page)
        found = step.page.evaluate(FOUND)
        told = [fault for player in found["players"] for fault in faults(player)]
        if max(found["sideways"]) > 0:
            told.append(f"scrolls sideways by {max(found['sideways'])}")
        if told:
            wrong[width, height] = told
    assert wrong == {}
