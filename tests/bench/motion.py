"""How many pictures a second a step shows, in headless Chromium with the server on the same machine.

    python -m tests.bench.motion [--rounds N]

A step forward is made by a key, at speed 1, and every picture of its motion counted. Printed: the median over the
rounds of pictures a second, and the longest time between two pictures; then the time from the end of the motion to the
picture of rest.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium
from tests.browser.driver import settled
from tests.conftest import serving

CASES = {  # address, and the pictures a second that are aimed at
    "vanilla, H = 4": ("/?cell=vanilla&hidden=4&text=abcdabcdab&t=1", 30),
    "LSTM, H = 4": ("/?cell=lstm&hidden=4&text=abcdabcdab&t=1", 30),
    "LSTM, H = 16": ("/?cell=lstm&hidden=16&text=abcdabcdab&t=1", 20),
    "tree LSTM, H = 4": ("/tree?cell=tree_lstm&hidden=4&t=1", 30),
}
WATCH = """async root => {
    const key = { key: "ArrowRight", bubbles: true, composed: true };
    const begun = performance.now();
    document.dispatchEvent(new KeyboardEvent("keydown", key));
    let [drawn, last, longest, pictures, moved] = [0, begun, 0, 0, begun];
    while (root.rnnviz.motion) {
        await new Promise(requestAnimationFrame);
        const now = performance.now(), { motion } = root.rnnviz;
        if (!motion) break;
        if (motion.drawn === drawn) continue;
        drawn = motion.drawn;
        longest = Math.max(longest, now - last);
        last = moved = now;
        pictures += 1;
    }
    return [1000 * pictures / (moved - begun), longest, performance.now() - moved];
}"""


def measure(page: Page, rounds: int) -> tuple[float, float, float]:
    """Medians of pictures a second, the longest pause, and the wait for the picture of rest (milliseconds)."""
    found = []
    for _ in range(rounds):
        found.append(page.locator(".rnnviz-player").evaluate(WATCH))
        page.keyboard.press("ArrowLeft")
        settled(page)
    rate, longest, rest = (statistics.median(column) for column in zip(*found, strict=True))
    return rate, longest, rest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as home, serving(Path(home)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        print(f"{'':20}{'pictures a second':>20}{'aim':>6}{'longest pause, ms':>20}{'to rest, ms':>14}")
        for name, (path, aim) in CASES.items():
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(server + path)
            settled(page)
            rate, longest, rest = measure(page, rounds)
            print(f"{name:20}{rate:20.0f}{aim:6}{longest:20.0f}{rest:14.0f}")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
