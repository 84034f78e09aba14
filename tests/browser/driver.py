"""How tests ask a page: what a player shows, where it stands, what it answers. Nothing of it looks inside the player.

A player answers for itself through what `root.rnnviz` offers (rnnviz/player/surface.js).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page

    from rnnviz.core.answers.explain import Term
    from rnnviz.figures.stage import Scene

MAIN = ("vanilla", "lstm", "gru")


class Pages:
    """Opens pages of the app, and remembers what went wrong on them."""

    def __init__(self, context: BrowserContext, server: str) -> None:
        self.context = context
        self.server = server
        self.pages: list[Page] = []
        self.trouble: list[str] = []
        self.requests: list[str] = []

    def __call__(
        self,
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 720,
        theme: Literal["light", "dark"] = "light",
        motion: Literal["no-preference", "reduce"] = "reduce",
        player: bool = True,
    ) -> Page:
        """A settled page at `path` in a tab of its own; `player=False` for pages without a player.

        Steps do not move unless `motion` says so: what is asked of a page is mostly asked at rest.
        """
        page = self.context.new_page()
        self.pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme, reduced_motion=motion)
        page.expose_binding("rnnvizRefused", lambda _source, what: self._refused(*what))
        page.on("console", self._console)
        page.on("pageerror", self._page_error)
        page.on("request", lambda request: self._request(request.url))
        page.on("websocket", lambda socket: self._request(socket.url))
        page.goto(self.server + path)
        settled(page, player=player)
        return page

    def close(self) -> None:
        """Close all pages; what they kept in the browser, such as a theme, is no other test's."""
        for page in self.pages:
            page.evaluate("() => localStorage.clear()")
            page.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _is_probe(message.location.get("url", "")):
            self.trouble.append(f"console: {message.text} ({message.location.get('url')})")

    def _refused(self, directive: str, what: str, script: str) -> None:
        if not _is_shortcut(what, script):
            self.trouble.append(f"policy: {directive} refused {what} ({script})")

    def _page_error(self, error: Error) -> None:
        self.trouble.append(f"error: {error}")

    def _request(self, url: str) -> None:
        self.requests.append(url)
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.server).netloc:
            self.trouble.append(f"outside request: {url}")


def _is_probe(url: str) -> bool:
    # Opened at a page's own path, Streamlit first looks for its server below that path and logs two 404s.
    return urlsplit(url).path.endswith(("/_stcore/health", "/_stcore/host-config"))


def _is_shortcut(what: str, script: str) -> bool:
    # Streamlit's reader of messages tries WebAssembly for numbers of 64 bits, and does without where it is refused.
    return what == "wasm-eval" and PurePosixPath(urlsplit(script).path).name.startswith("protobuf.")


def settled(page: Page, *, player: bool = True) -> None:
    """Wait until the script has run and, on a page with a player, the player has drawn."""
    page.wait_for_selector(
        "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
    )
    if player:
        page.wait_for_selector('.rnnviz-player[data-ready="true"]')


def frames(page: Page) -> None:
    """Wait until the browser has drawn twice: what a key or a click begins at once has begun."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def until(page: Page, condition: Callable[[], bool]) -> None:
    """Wait for what only the test sees, while the page goes on."""
    for _ in range(1000):
        if condition():
            return
        frames(page)
    raise AssertionError("it never came true")


def says(page: Page, **choices: str) -> None:
    """Wait until the address says these, and nothing of those that are empty."""
    page.wait_for_function(
        "all => Object.entries(all).every(([name, value]) => "
        "(new URL(location).searchParams.get(name) ?? '') === value)",
        arg=choices,
    )
    settled(page)


def go_to(page: Page, name: str) -> None:
    """Follow the tab of a page, on a phone in the menu."""
    tab = page.get_by_test_id("stTopNavLink").filter(has_text=name)
    if tab.count() == 0:
        page.get_by_test_id("stExpandSidebarButton").click()
        tab = page.get_by_test_id("stSidebarNavLink").filter(has_text=name)
    tab.click()


# The rows of the table, as the numbers on their chips.
ROWS = """root => [...root.querySelectorAll(".rv-table tbody tr")].map(row =>
    [...row.querySelectorAll("td .rv-number")].map(chip => chip.textContent)).filter(row => row.length)"""
NOW = "player => [player.state.now.t, player.state.now.pick.source, player.state.now.pick.i, player.state.now.pick.j]"
TRAIL = ".rv-way nav button"
# Where the second band of the timeline stands at a step.
PLACE = """(player, t) => {
    const [name] = player.payload.timeline.bands[1], box = player.boxes.find((one) => one.k === t && one.name === name);
    return [box.x + 4, box.y + 4];
}"""

# Every number of a signal as the browser shows it now, step by step.
SHOWN = """(player, name) => {
    const { n } = player.payload.signals[name], row = (t) => (_, i) => player.signal(name, t + 1, i);
    return Array.from({ length: player.payload.T }, (_, t) => Array.from({ length: n }, row(t)));
}"""


class Step:
    """A page with a player, as the tests ask it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(".rnnviz-player")

    def ask(self, function: str, argument: Any = None) -> Any:
        """The answer of a JavaScript function of the player."""
        return self.root.evaluate(f"(root, argument) => ({function})(root.rnnviz, argument)", argument)

    @property
    def t(self) -> int:
        """The step shown."""
        return int(self.root.get_attribute("data-t") or -1)

    @property
    def tiles(self) -> list[dict[str, Any]]:
        """Every tile of the stage."""
        return self.ask("player => player.tiles")

    @property
    def address(self) -> dict[str, str]:
        """What the address bar says."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.url).query).items()}

    def text(self, part: str) -> str:
        """The text of a part of the player, such as "sentence", with ordinary blanks."""
        return self.root.locator(f".rv-{part}").inner_text().replace("\u00a0", " ")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def do(self, *names: str) -> None:
        """Click buttons of the player."""
        for name in names:
            self.root.locator(f"[data-do={name}]").click()

    def until(self, t: int) -> None:
        """Wait for a step, and for the address to tell it."""
        self.page.wait_for_function("t => document.querySelector('.rnnviz-player')?.dataset.t === String(t)", arg=t)
        self.page.wait_for_function(
            "t => (new URL(location).searchParams.get('t') ?? '1') === String(t)", arg=t, timeout=10_000
        )
        settled(self.page)

    def until_text(self, text: str) -> None:
        """Wait until the sequence is this text."""
        self.page.wait_for_function(
            "text => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.labels.join('') === text", arg=text
        )
        settled(self.page)

    def tile(self, *source: Any) -> dict[str, Any]:
        """The tile of an equation that shows this source."""
        return next(tile for tile in self.tiles if tile["source"] == list(source))

    def click(self, tile: dict[str, Any], row: int, column: int = 0) -> None:
        """Click a cell of a tile."""
        cell = self.ask("player => player.cell")
        x, y = tile["x"] + (column + 0.5) * cell["wide"], tile["y"] + (row + 0.5) * cell["high"]
        self.root.locator(".rv-stage").click(position={"x": x, "y": y})


class Visits:
    """One browser page that goes from address to address: every visit is a new session, only the cache is kept."""

    def __init__(self, context: BrowserContext, server: str) -> None:
        self.pages = Pages(context, server)
        self.page: Page | None = None

    def __call__(self, path: str = "/", width: int = 1280, height: int = 720) -> Step:
        """The page at an address."""
        if self.page is None:
            self.page = self.pages(path, width=width, height=height)
        else:
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.goto(self.pages.server + path)
            settled(self.page)
        return Step(self.page)


class Side(Step):
    """One of the two players."""

    def __init__(self, page: Page, name: str) -> None:
        super().__init__(page)
        self.root = page.locator(f".st-key-side_{name} .rnnviz-player")


def sides(page: Page) -> tuple[Side, Side]:
    """Left and right, when both have drawn."""
    for name in ("left", "right"):
        page.wait_for_selector(f".st-key-side_{name} .rnnviz-player[data-ready=true]")
    return Side(page, "left"), Side(page, "right")


class WhatIf(Step):
    """The page, ready to change numbers."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        page.locator(".st-key-changing label").click()
        page.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.changing")
        settled(page)

    def shown(self, name: str) -> np.ndarray:
        """A signal as the browser shows it, (T, n)."""
        return np.array(self.ask(SHOWN, name))

    def edited(self, edit: str) -> Scene:
        """Wait for these changes, and give the core's scene of them."""
        self.page.wait_for_function(
            "edit => (new URL(location).searchParams.get('edit') ?? '') === edit", arg=edit, timeout=15_000
        )
        settled(self.page)
        scene = build(replace(DEFAULT, edit=edit)).scene
        self.page.wait_for_function(
            "([name, value]) => Math.abs(document.querySelector('.rnnviz-player')?.rnnviz?.signal(name, 5, 0, 'after')"
            " - value) < 1e-6",
            arg=["h", float(scene.trace["h"][4, 0])],
        )
        return scene

    def field(self) -> Any:
        """The number field of the chosen number."""
        return self.root.locator(".rv-change input[type=number]")


def scene_at(address: str) -> Scene:
    """The scene that Python makes of an address."""
    settings, problems = read_settings({name: values[0] for name, values in parse_qs(address.lstrip("/?")).items()})
    assert problems == []
    return build(settings).scene


def printed(value: float) -> str:
    """A number as the page prints it."""
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "−")


def read(text: str) -> float:
    """The number that a print says."""
    return float(text.replace("−", "-"))


def exact(value: float) -> object:
    """What a print of this number says: four significant digits or more, made of such."""
    return pytest.approx(value, rel=2e-3, abs=1e-4)


def numbers(rows: list[list[str]]) -> list[list[float]]:
    """The numbers that a table's chips say."""
    return [[read(text) for text in row] for row in rows]


def choose(step: Step, name: str, i: int, t: int) -> None:
    """Ask row i (from 0) of a signal at step t (from 1), as a click on the timeline does."""
    step.ask("(player, [name, i, t]) => player.ask(name, i, t)", [name, i, t])


def pairs(term: Term) -> list[Any]:
    """The products behind a number, as a table shows them; at most five of each matrix, none with a zero."""
    if term.kind != "product":
        return [pair for child in term.children for pair in pairs(child)]
    live = [child for child in term.children if child.children[1].value != 0]
    most = sorted(live, key=lambda child: -abs(child.value))[:5]
    found = []
    for child in [child for child in live if child in most]:
        weight, operand = child.children
        found.append([exact(weight.value), exact(operand.value), pytest.approx(child.value, rel=2e-3, abs=1e-9)])
    return found


def follow(step: Step, name: str) -> None:
    """Press the button of the table that has this text, such as `h3[2]`."""
    buttons = step.root.locator(".rv-table .rv-stop[data-go]")
    labels = [label.replace("\n", "") for label in buttons.locator("> span:first-child").all_inner_texts()]
    buttons.nth(labels.index(name)).click()


def way(step: Step) -> list[str]:
    """The entries of the breadcrumb."""
    return step.root.locator(TRAIL).all_inner_texts()


def expected(scene: Scene, source: list[Any], t: int) -> np.ndarray:
    """The numbers that a tile must show at step t, as float32: those of the trace, or what they make."""
    return worked_out(scene, source, t).astype(np.float32)


def worked_out(scene: Scene, source: list[Any], t: int) -> np.ndarray:
    """A sum or product of numbers that are known as float32."""
    if source[0] in ("times", "sum"):
        values = [worked_out(scene, part, t).astype(float) for part in source[1:]]
        return (np.prod if source[0] == "times" else np.sum)(np.broadcast_arrays(*values), axis=0)
    if source[0] == "number":
        return np.array([source[1]])
    if source[0] != "signal":
        return scene.params[source[1]].astype(np.float32)
    name, at = source[1], t + source[2] - 1
    if name == scene.share:
        y = np.exp(scene.trace["y"][at])
        return (y / y.sum()).astype(np.float32)
    return scene.trace.at(name, at).astype(np.float32)
