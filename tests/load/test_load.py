"""Many visitors at once, held against one visitor in the same run: ratios, never seconds."""

from __future__ import annotations

import asyncio
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.conftest import Server, run
from tests.load import crowd
from tests.load.crowd import median
from tests.load.visitor import Visitor, host_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, that has run every cell once."""
    with Server(tmp_path_factory.mktemp("load")) as server:
        run(crowd.steady(server.address, 6, actions=2, think=0))
        yield server


@pytest.fixture(autouse=True)
def _well(app: Server) -> Iterator[None]:
    """After each test the server is healthy, and its log tells of no exception."""
    yield
    connection = HTTPConnection(host_of(app.address), timeout=60)
    connection.request("GET", "/_stcore/health")
    assert connection.getresponse().status == 200
    connection.close()
    assert "Traceback" not in (app.home / "server.log").read_text(encoding="utf-8")


def one(app: Server) -> float:
    """What one visitor waits who is alone."""
    told = run(crowd.alone(app.address, 20))
    assert not told.errors
    return median(told.actions)


def test_a_class_at_leisure(app: Server) -> None:
    """Twelve visitors who act now and then wait little longer than one alone."""
    told = run(crowd.steady(app.address, 12, actions=3, think=1))
    assert told.errors == []
    assert len(told.actions) == 36
    assert median(told.actions) < 6 * one(app)


def test_all_at_once(app: Server) -> None:
    """When twenty act in the same moment, the last is answered in the time of their runs one after the other."""
    told = run(crowd.burst(app.address, 20, within=0))
    assert told.errors == []
    assert len(told.actions) == 20
    assert max(told.actions) < 3 * 20 * one(app)


@pytest.mark.parametrize("same", [False, True])
def test_all_arrive(app: Server, same: bool) -> None:
    """When twenty arrive in the same moment, by their own links or by one, all are served, one after the other."""
    told = run(crowd.join(app.address, 20, within=0, same=same))
    assert told.errors == []
    assert len(told.firsts) == 20
    assert max(told.firsts) < 4 * 20 * one(app)


def test_a_flood_is_its_own_loss(app: Server) -> None:
    """One who sends fifty texts a second makes the others wait a few runs, not for all of them."""
    others = crowd.steady(app.address, 6, actions=6, think=0.3)
    told = run(crowd.beside(others, crowd.flood(app.address)))
    assert told.errors == []
    assert median(told.actions) < 12 * one(app)


def test_abuse_harms_nobody_else(app: Server) -> None:
    """While one sends the worst that is known, each once, the others are served without an error or a long wait."""
    before = crowd.memory(app.process.pid)

    async def both() -> crowd.Told:
        attack = asyncio.ensure_future(crowd.abuse(app.address)())
        told = crowd.Told()
        while not attack.done():
            some = await crowd.steady(app.address, 4, actions=4, think=0.2)
            told.actions += some.actions
            told.errors += some.errors
        await attack
        return told

    told = run(both())
    assert told.errors == []
    assert told.actions
    alone = one(app)
    assert median(told.actions) < 12 * alone
    assert max(told.actions) < 100 * alone  # a run that holds the interpreter for seconds is hundreds
    after = crowd.memory(app.process.pid)
    assert before is None or after is None or after - before < 200  # megabytes


def test_a_connection_that_breaks(app: Server) -> None:
    """Twenty who lose their connection come back to what they had typed."""
    told = run(crowd.reconnect(app.address, 20))
    assert told.errors == []
    assert len(told.actions) == 20


def test_a_visitor_sees_an_exception() -> None:
    """A visitor counts exceptions on the page and unfinished visits: without that, no test here could fail."""
    visitor = Visitor("http://127.0.0.1:9")
    message = ForwardMsg()
    message.delta.new_element.exception.type = "ValueError"
    assert not visitor.heard(message)
    assert list(visitor.bad) == ["ValueError: "]
    message = ForwardMsg()
    message.script_finished = ForwardMsg.FINISHED_EARLY_FOR_RERUN
    assert not visitor.heard(message)
