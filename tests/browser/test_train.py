"""The page "Train" in a real browser: runs beside the pages, seen as they come."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.browser.driver import Pages, Step, go_to, settled
from tests.conftest import Server

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

ENDED = "() => document.querySelector('.rnnviz-train')?.dataset.running === 'false'"
DONE = "() => Number(document.querySelector('.tn-bar [role=status]')?.innerText.split(' ')[0] ?? 0)"
RUNNING = "() => document.querySelector('.rnnviz-train')?.dataset.running === 'true'"


def train(page: Page) -> None:
    """Press "Train" and wait for its end."""
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator(".rnnviz-train").wait_for()
    page.wait_for_function(ENDED)
    page.locator(".st-key-seen").wait_for()
    settled(page)


def test_train_scrub_and_use(open_page: Pages) -> None:
    """A task is trained, any update is seen again, and the weights are then those of every page and of a link."""
    page = open_page("/train?task=reverse&cell=gru&updates=200", player=False)
    train(page)
    assert "Of those it was never trained on" in page.locator(".paragraph").nth(1).inner_text()
    assert page.locator(".tn-chart polyline").count() == 1
    step = Step(page)
    last = step.ask("player => player.payload.weights && player.tiles.find(t => t.source[0] === 'weight').cells")
    page.get_by_role("button", name="Untrained", exact=True).click()
    page.wait_for_function("() => document.querySelector('.rv-header').innerText.includes('after 0 updates')")
    settled(page)
    assert step.ask("player => player.tiles.find(t => t.source[0] === 'weight').cells") != last
    page.get_by_role("button", name="Use these weights on every page").click()
    page.wait_for_url("**weights=taught**")
    settled(page)
    go_to(page, "Step")
    page.wait_for_url("**/?**")
    settled(page)
    assert "after 200 updates" in step.text("header")
    step.press("End")
    choice = step.ask("player => player.payload.chosen.slice(4).map((place) => player.payload.symbols[place])")
    given = step.ask("player => player.payload.labels.slice(0, 4)")
    assert choice == given[::-1]
    # Whoever opens the link has the same.
    other = Step(open_page(page.url.removeprefix(page.url.split("/?")[0])))
    assert "after 200 updates" in other.text("header")


def test_stop_and_go_on_while_another_tab_trains(open_page: Pages) -> None:
    """Two tabs train at once; one is stopped, keeps what it has, and goes on from there."""
    long = "/train?task=weather&cell=lstm&train_hidden=32&updates=5000"
    one, other = open_page(long, player=False), open_page(f"{long}&seed=1", player=False)
    for page in (one, other):
        page.get_by_role("button", name="Train", exact=True).click()
    for page in (one, other):
        page.wait_for_function(RUNNING)
    one.get_by_role("button", name="Stop").click()
    one.locator(".st-key-seen").wait_for()
    settled(one)
    assert "Stopped after" in one.locator(".paragraph").nth(1).inner_text()
    assert other.evaluate(RUNNING)
    one.get_by_role("button", name="Go on").click()
    one.wait_for_function(RUNNING)
    for page in (one, other):
        page.get_by_role("button", name="Stop").click()
        page.locator(".st-key-seen").wait_for()


def test_the_connection_is_lost(open_page: Pages) -> None:
    """A run goes on while its page has no connection, and the page follows it again once it has."""
    page = open_page("/train?task=weather&cell=lstm&train_hidden=32&updates=5000&seed=2", player=False)
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function(RUNNING)
    page.context.set_offline(offline=True)
    before = page.evaluate(DONE)
    page.wait_for_timeout(1500)
    page.context.set_offline(offline=False)
    page.wait_for_function(f"() => ({DONE})() > {before}")
    # The browser tells of each question that had no answer.
    open_page.trouble = [one for one in open_page.trouble if "ERR_INTERNET_DISCONNECTED" not in one]
    page.get_by_role("button", name="Stop").click()
    page.locator(".st-key-seen").wait_for()


def test_a_killed_process(context: BrowserContext, tmp_path: Path) -> None:
    """Where the process that trains is killed in the middle, another one goes on: the reader sees the run's end."""
    with Server(tmp_path) as server:
        pages = Pages(context, server.address)
        page = pages("/train?task=weather&cell=lstm&train_hidden=32&updates=400", player=False)
        page.get_by_role("button", name="Train", exact=True).click()
        page.wait_for_function(f"() => ({DONE})() > 20")
        killed = subprocess.run(["pkill", "-KILL", "-P", str(server.process.pid)], check=True)
        assert killed.returncode == 0  # there was one
        page.wait_for_function(ENDED, timeout=60_000)
        page.locator(".st-key-seen").wait_for()
        assert "after 400 updates" in page.locator(".paragraph").nth(1).inner_text()
        pages.close()
        assert not pages.trouble


def test_on_a_phone(open_page: Pages) -> None:
    """A race fits a phone held upright: both curves, what came of it, and the network below."""
    page = open_page("/train?task=parity&cell=gru&rival=search&updates=60", player=False, width=390, height=844)
    train(page)
    assert page.locator(".tn-chart polyline").count() == 2
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
