"""How many pictures a second a dragged weight shows, in headless Chromium with the server on the same machine.

    python -m tests.bench.drag [--rounds N]

A weight of W_hh is dragged up and down for two seconds on the page "What if", by mouse movements as fast as the browser
takes them. A picture counts when its number is another one and the heatmap is drawn; between two pictures nothing may
be blank. Printed: the median over the rounds of pictures a second, the longest time without a new picture, how long the
first took from the touch, and how many samples found an empty picture.
"""

import argparse
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium
from tests.browser.driver import settled
from tests.conftest import serving

CASES = {
    "vanilla, H = 4, T = 10": "/what-if?cell=vanilla&hidden=4&text=abcdabcdab",
    "LSTM, H = 4, T = 10": "/what-if?cell=lstm&hidden=4&text=abcdabcdab",
    "LSTM, H = 16, T = 100": "/what-if?cell=lstm&hidden=16&text=" + "abcd" * 25,
}
SECONDS = 2.0
TARGET = 10.0

# Looks at every frame of the browser: has the number of pictures grown, and is there a picture at all?
WATCH = """() => {
    const root = document.querySelector(".rnnviz-player"), seen = (window.seen = { times: [], blank: 0, samples: 0 });
    let last = root.dataset.dragged;
    const look = () => {
        const image = root.querySelector(".rv-stage .heatmaplayer image"), box = image?.getBoundingClientRect();
        seen.samples += 1;
        if (!box || box.width < 50 || box.height < 20) seen.blank += 1;
        if (root.dataset.dragged !== last) { last = root.dataset.dragged; seen.times.push(performance.now()); }
        if (!seen.over) requestAnimationFrame(look);
    };
    seen.start = performance.now();
    look();
}"""
CELL = """root => {
    const { tiles, cell } = root.rnnviz, box = root.querySelector(".rv-stage").getBoundingClientRect();
    const tile = tiles.find(({ source: [kind, name] }) => kind === "weight" && /^W_h[^y]/.test(name));
    return [box.left + tile.x + cell.wide / 2, box.top + tile.y + cell.high / 2];
}"""


def drag(page: Page) -> tuple[float, float, float, int]:
    """Pictures a second, the longest pause, the time to the first picture (seconds), and empty pictures."""
    x, y = page.locator(".rnnviz-player").evaluate(CELL)
    page.mouse.move(x, y)
    page.evaluate(WATCH)
    page.mouse.down()
    end, k = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        k += 1
        page.mouse.move(x, y + 60 * (((k * 3) % 80) / 40 - 1))
    seen = page.evaluate("() => { window.seen.over = true; return window.seen; }")
    page.mouse.up()
    page.wait_for_timeout(500)
    settled(page)
    times = [t / 1000 for t in seen["times"]]
    assert len(times) > 1, "nothing was drawn"
    pauses = [b - a for a, b in pairwise(times)]
    return (len(times) - 1) / (times[-1] - times[0]), max(pauses), times[0] - seen["start"] / 1000, seen["blank"]


def main() -> None:
    """Print a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as home, serving(Path(home)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        for name, address in CASES.items():
            page.goto(server + address)
            settled(page)
            page.locator(".st-key-changing label").click()
            settled(page)
            page.wait_for_function("() => document.querySelector('.rnnviz-player').rnnviz.payload.changing")
            found = [drag(page) for _ in range(rounds)]
            rate, pause, first = (statistics.median(column) for column in list(zip(*found, strict=True))[:3])
            blank = sum(one[3] for one in found)
            print(
                f"{name:24} {rate:5.1f} pictures/s (target for the first: {TARGET:.0f}), "
                f"longest pause {pause * 1000:4.0f} ms, first after {first * 1000:4.0f} ms, empty pictures {blank}"
            )
        browser.close()


if __name__ == "__main__":
    main()
