"""The player on a plain page, without Streamlit: handed a picture, it shows it, steps, and answers."""

from __future__ import annotations

import functools
import http.server
import threading
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import plotly
import pytest

from rnnviz.figures.payload import payload
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext

PLAYER = ROOT / "rnnviz" / "player"
PAGE = """<!doctype html><meta charset="utf-8"><title>plain</title><link rel="icon" href="data:,">
<style>body { --st-text-color: #1b2330; --st-background-color: #ffffff; --st-font: serif; } {css}</style>
{html}
<script type="module">
import { Player } from "./player/player.js";
import { State } from "./player/state.js";
import { Surface } from "./player/surface.js";
import { unpacked } from "./player/packed.js";
const root = document.querySelector(".rnnviz-player");
const told = (window.told = []);
const state = new State({ t: 2 });
const player = new Player(root, state, {
  scroller: () => document.documentElement, beside: () => 0, together: () => 0, dark: () => false,
  used: () => true, use: () => {}, act: (what) => told.push(what), lead: () => {},
});
root.rnnviz = new Surface(player);
const { head, values } = unpacked(new Uint8Array(await (await fetch("./picture")).arrayBuffer()));
await player.update(head, values);
</script>"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has there
        pass


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[str]:
    """The address of a folder with the player, a picture, and a page that brings both together."""
    (tmp_path / "player").symlink_to(PLAYER)
    (tmp_path / "plotly.js").symlink_to(str(files(plotly) / "package_data" / "plotly.min.js"))
    (tmp_path / "picture").write_bytes(payload(build(DEFAULT).scene, ("", 1), "en", plotly="/plotly.js"))
    css, html = ((PLAYER / name).read_text(encoding="utf-8") for name in ("player.css", "player.html"))
    (tmp_path / "index.html").write_text(PAGE.replace("{css}", css).replace("{html}", html), encoding="utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_without_streamlit(context: BrowserContext, plain: str) -> None:
    """It steps by keys and buttons, answers a click, can be set from outside, and asks nothing of any other server."""
    page = context.new_page()
    trouble: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(plain)
    root = page.locator('.rnnviz-player[data-ready="true"]')
    root.wait_for()
    h = build(DEFAULT).scene.trace["h"]

    def shown() -> np.ndarray:
        tiles = root.evaluate("root => root.rnnviz.tiles")
        tile = next(tile for tile in tiles if tile["source"] == ["signal", "h", 0] and tile["block"] == "h")
        return np.array(tile["cells"])[:, 0]

    for t, press in ((2, None), (3, "ArrowRight"), (5, "End"), (4, "ArrowLeft")):
        if press:
            page.keyboard.press(press)
        assert root.get_attribute("data-t") == str(t)
        np.testing.assert_allclose(shown(), h[t - 1], atol=1e-6)
    root.locator("[data-do=first]").click()
    assert root.get_attribute("data-t") == "1"
    tile = root.evaluate("root => root.rnnviz.tiles[0]")
    root.locator(".rv-stage").click(position={"x": tile["x"] + 5, "y": tile["y"] + 5})
    assert root.locator(".rv-answer").inner_text().startswith("h1[1] is 0.83")
    record = root.evaluate("root => JSON.parse(JSON.stringify(root.rnnviz.state))")
    assert (record["t"], record["pick"]["source"]) == (1, ["signal", "h", 0])
    root.evaluate("root => root.rnnviz.state.set({ t: 4, pick: null })")
    assert root.get_attribute("data-t") == "4"
    assert root.locator(".rv-ask").is_hidden()
    assert page.evaluate("told") == []
    page.close()
    assert trouble == []
    assert asked
    assert all(url.startswith(plain) and "_stcore" not in url for url in asked)


def test_only_the_host_knows_streamlit() -> None:
    """Only host.js, beside.js and address.js name anything of Streamlit; no other module imports host or address."""
    found = {}
    for file in PLAYER.rglob("*.js"):
        text = file.read_text(encoding="utf-8")
        found[str(file.relative_to(PLAYER))] = any(
            word in text for word in ("data-testid", "--st-", "st-key", "setTriggerValue", "host.js", "address.js")
        )
    assert {name for name, knows in found.items() if knows} == {"host.js", "beside.js", "address.js"}
