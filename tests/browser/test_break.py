"""After a break: a server that is killed and started again, and a connection that is lost, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.driver import Pages, Step, WhatIf, frames, go_to, says, settled, until
from tests.conftest import Server

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Locator, Page, WebSocketRoute

FIRST, CUT, SHUFFLED = "W_xh.1.2:2.5", "W_xh.1.2:2.5,W_hh.*.*:0", "W_xh.1.2:2.5,W_hh.*.*:0,shuffle:1"
LOST = "[data-testid=stApp]:not([data-test-connection-state=CONNECTED])"


def text_of(page: Page) -> Locator:
    """The field of the text."""
    return page.locator(".st-key-pick_text input")


def test_a_server_that_starts_again(context: BrowserContext, tmp_path: Path) -> None:
    """A killed server that starts again loses nothing but a file, and says so: each page goes on by itself."""
    with Server(tmp_path) as server:
        pages = Pages(context, server.address)
        edited = WhatIf(pages("/what-if?text=hole&edit=" + FIRST))
        for name in ("Switch the recurrence off", "Shuffle the sequence"):
            edited.page.get_by_role("button", name=name).click()
            settled(edited.page)
        edited.page.get_by_role("button", name="Undo").click()
        says(edited.page, edit=CUT)
        text_of(edited.page).fill("hell")
        text_of(edited.page).press("Enter")
        edited.until_text("hell")
        edited.press("ArrowRight", "ArrowRight")
        edited.until(3)
        text_of(edited.page).press("End")
        text_of(edited.page).press_sequentially("o")  # and no Enter

        back = Step(pages("/?text=hole"))
        go_to(back.page, "Unroll")
        back.page.wait_for_url("**/unroll?**")
        settled(back.page)
        back.page.go_back()
        back.page.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.network === null")
        settled(back.page)
        back.page.get_by_role("slider", name="Hidden size H").press("ArrowRight")
        says(back.page, hidden="4")

        filed = pages("/?source=file")
        filed.locator("input[type=file]").set_input_files(
            {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n3,4\n5,6\n"}
        )
        filed.get_by_role("button", name="Show this table").click()
        filed.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.T === 3")
        settled(filed)

        server.kill()
        for page in (edited.page, back.page, filed):
            page.wait_for_selector(LOST)
        server.start()
        for page in (edited.page, back.page, filed):
            settled(page)

        assert edited.address == {"text": "hell", "edit": CUT, "t": "3"}
        edited.page.wait_for_function("() => document.activeElement.value === 'hello'")
        edited.page.keyboard.press("Enter")
        edited.until_text("hello")
        assert edited.t == 3
        edited.page.get_by_role("button", name="Undo").click()
        says(edited.page, edit=FIRST, text="hello")
        for edit in (CUT, SHUFFLED):
            edited.page.get_by_role("button", name="Redo").click()
            says(edited.page, edit=edit)

        assert back.address == {"text": "hole", "hidden": "4", "weights": "random"}
        assert len(back.ask("player => player.payload.signals.h")) > 0
        filed.get_by_text("The file is not here").wait_for()
        assert not [trouble for trouble in pages.trouble if trouble.startswith("error")]
        pages.close()


def test_a_lost_answer(open_page: Pages) -> None:
    """A choice whose answer was lost with the connection is shown when that is back, and nobody did anything."""
    cut = False  # whether the next question is the last one on its connection, and gets no answer
    lost = 0

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        gone = False

        def asked(message: bytes | str) -> None:
            nonlocal cut, gone, lost
            server.send(message)
            if cut:
                cut, gone, lost = False, True, lost + 1
                socket.close()

        def answered(message: bytes | str) -> None:
            if not gone:
                socket.send(message)

        socket.on_message(asked)
        server.on_message(answered)

    page = open_page("/?text=hole")
    page.route_web_socket("**/_stcore/stream", between)
    page.reload()
    settled(page)
    cut = True
    page.locator(".st-key-pick_cell button").nth(1).click()
    says(page, cell="lstm", text="hole")
    page.wait_for_function("() => 'c' in (document.querySelector('.rnnviz-player')?.rnnviz?.payload?.signals ?? {})")
    assert lost == 1


def test_enter_before_the_page_is_back(context: BrowserContext, tmp_path: Path) -> None:
    """A text that is entered when a server has just started again, and does not know the page yet, is taken.

    It is sent when a run has come that knows the page: the first one of a new session ends before it has any field.
    """
    waiting: list[tuple[WebSocketRoute, bytes | str]] | None = None
    questions = 0

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def asked(message: bytes | str) -> None:
            nonlocal questions
            questions += 1
            server.send(message)

        def answered(message: bytes | str) -> None:
            if waiting is None:
                socket.send(message)
            else:
                waiting.append((socket, message))

        socket.on_message(asked)
        server.on_message(answered)

    def known() -> bool:
        held = [ForwardMsg.FromString(message) for _, message in waiting or () if isinstance(message, bytes)]
        told = [k for k, message in enumerate(held) if '"heard": true' in str(message).replace("\\", "")]
        return bool(told) and any(message.HasField("script_finished") for message in held[told[0] :])

    with Server(tmp_path) as server:
        pages = Pages(context, server.address)
        page = pages("/?text=hole")
        page.route_web_socket("**/_stcore/stream", between)
        page.reload()
        settled(page)
        text_of(page).press("End")
        text_of(page).press_sequentially("h")
        server.kill()
        page.wait_for_selector(LOST)
        waiting = []
        server.start()
        page.wait_for_selector("[data-test-connection-state=CONNECTED] .st-key-pick_text input:enabled")
        before = questions
        text_of(page).press("Enter")
        until(page, known)
        while len(waiting) > 1:  # in their order: what comes meanwhile waits behind them
            assert questions == before
            socket, message = waiting.pop(0)
            socket.send(message)
            frames(page)  # what is not to be sent would be on its way
        for socket, message in waiting:
            socket.send(message)
        waiting = None
        says(page, text="holeh")
        pages.close()
