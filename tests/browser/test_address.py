"""The address bar in a real browser: who writes it, and what Back and Forward read from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.driver import Step, go_to, says, settled, until

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocketRoute

    from tests.browser.driver import Pages


def larger(page: Page) -> None:
    """Choose one hidden unit more."""
    page.get_by_role("slider", name="Hidden size H").press("ArrowRight")


def test_a_step_and_a_question_ask_nothing(open_page: Pages) -> None:
    """Steps stand in the address, and a number is asked, without a message; the code then marks the number."""
    sent: list[bytes | str] = []

    def count(frame: bytes | str) -> None:
        sent.append(frame)

    page = open_page("/?text=hole")
    page.on("websocket", lambda socket: socket.on("framesent", count))
    page.reload()
    settled(page)
    step = Step(page)
    assert len(sent) == 1
    for t in (2, 3):  # the second stands there after a while only, when the first would have been told
        step.press("ArrowRight")
        step.until(t)
    step.click(step.tile("signal", "h", 0), 1)
    step.root.locator(".rv-ask").wait_for()
    step.press("Home", "End", "ArrowLeft")
    step.until(3)
    assert len(sent) == 1
    page.keyboard.press("Escape")  # the answer lies over the button
    page.get_by_role("button", name="The code").click()
    page.locator("[data-testid=stCode]").get_by_text("<- h[2] at t = 3").wait_for()
    page.keyboard.press("Escape")
    larger(page)
    says(page, hidden="4", t="3", text="hole")
    assert step.t == 3


def test_back_and_forward(open_page: Pages) -> None:
    """Back brings an older choice and its step again, Forward the newer one; also at once after a link to a page."""
    page = open_page("/?text=hole&t=2")
    step = Step(page)
    go_to(page, "Unroll")
    page.wait_for_url("**/unroll?**")
    settled(page)
    larger(page)
    says(page, hidden="4", t="2")
    step.do("forward")
    step.until(3)
    page.go_back()
    says(page, hidden="", text="hole", t="2")
    page.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.signals.h.n === 3")
    step.until(2)
    page.go_forward()
    says(page, hidden="4", text="hole", t="3")
    page.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.signals.h.n === 4")
    step.until(3)
    go_to(page, "Step")
    page.wait_for_function("() => location.pathname === '/'")
    page.go_back()  # before the new page is there
    page.wait_for_function("() => location.pathname === '/unroll'")
    page.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.network !== null")
    says(page, hidden="4", text="hole", t="3")
    page.go_forward()
    page.wait_for_function("() => location.pathname === '/'")
    page.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.network === null")
    says(page, hidden="4", text="hole", t="3")
    assert step.t == 3


# Whether the address says which page and which cell is shown. In the same moment one of a choice and Back may be lost.
AGREES = """() => {
  const head = document.querySelector(".rnnviz-player")?.rnnviz?.payload;
  const shown = !head ? null : "c" in head.signals ? "lstm" : "z" in head.signals ? "gru" : "vanilla";
  const said = new URL(location).searchParams.get("cell") ?? "vanilla";
  return said === shown && (location.pathname === "/unroll") === (head.network !== null);
}"""


def test_a_choice_and_back_at_once(open_page: Pages) -> None:
    """However soon Back follows a choice, the page stays alive, and the address says what is shown."""
    page = open_page("/?text=hole")
    go_to(page, "Unroll")
    page.wait_for_url("**/unroll?**")
    settled(page)
    cells = "document.querySelectorAll('.st-key-pick_cell button')"
    for k, pause in enumerate((0, 10, 20, 40)):
        page.evaluate(
            f"""([k, pause]) => {{
  window.went = false;
  addEventListener("popstate", () => {{ window.went = true; }}, {{ once: true }});
  {cells}[1 + k % 2].click();
  setTimeout(() => history.back(), pause);
}}""",
            [k, pause],
        )
        page.wait_for_function("() => window.went")
        settled(page)
        page.wait_for_function(AGREES)
        page.go_forward()
        settled(page)
        page.wait_for_function(AGREES)
    larger(page)
    page.wait_for_function(
        "() => new URL(location).searchParams.get('hidden') === "
        "String(document.querySelector('.rnnviz-player')?.rnnviz?.payload?.signals.h.n)"
    )


def test_a_slow_answer_and_an_older_choice_again(open_page: Pages) -> None:
    """Who goes back to an older choice, while the answer to a newer one is on its way, finds the page alive."""
    sent: list[bytes | str] = []
    held: list[bytes | str] = []
    holding = False

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        sockets.append(socket)

        def asked(message: bytes | str) -> None:
            sent.append(message)
            server.send(message)

        def answered(message: bytes | str) -> None:
            (held.append if holding else socket.send)(message)

        socket.on_message(asked)
        server.on_message(answered)

    def finished() -> bool:
        messages = [ForwardMsg.FromString(message) for message in held if isinstance(message, bytes)]
        return any(message.HasField("script_finished") for message in messages)

    sockets: list[WebSocketRoute] = []
    page = open_page("/?text=hole")
    page.route_web_socket("**/_stcore/stream", between)
    page.reload()
    settled(page)
    cells = page.locator(".st-key-pick_cell button")
    cells.nth(1).click()
    says(page, cell="lstm")
    holding = True
    cells.nth(2).click()
    until(page, finished)
    before = len(sent)
    cells.nth(0).click()
    until(page, lambda: len(sent) > before)
    holding = False
    for message in held:
        sockets[-1].send(message)
    says(page, cell="vanilla")
    page.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.stage.blocks.length === 3")
