"""Scenarios: many visitors who act at their leisure, at once, arrive together, or beside one who does not behave."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import websockets

from tests.load.abuse import ABUSES
from tests.load.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

CELLS = ("vanilla", "lstm", "gru")
PAGES = ("", "unroll", "compare", "what-if")


@dataclass
class Told:
    """What a crowd saw: seconds of each action and of each first run; errors in words."""

    actions: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def add(self, visitor: Visitor) -> None:
        """Count a visit in."""
        self.actions += visitor.took
        self.firsts += [visitor.first] if visitor.first else []
        self.errors += [f"exception: {text}" for text in visitor.bad]


def quantile(seconds: list[float], share: float) -> float:
    """The value that this share of all are not above; nan of nothing."""
    return sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))] if seconds else float("nan")


def median(seconds: list[float]) -> float:
    """The value in the middle; nan of nothing."""
    return statistics.median(seconds) if seconds else float("nan")


def link(dice: random.Random) -> str:
    """A link as students have it: one of three cells, random weights."""
    return urlencode({"cell": dice.choice(CELLS), "weights": "random", "text": "hello", "seed": dice.randrange(100)})


SAME = urlencode({"cell": "lstm", "weights": "random", "text": "hello", "seed": 7})


async def act(visitor: Visitor, dice: random.Random, *, pages: bool = True) -> None:
    """One thing that a student does: another text, another hidden size, another page."""
    roll = dice.random()
    if roll < 0.6:
        await visitor.choose(Sequence="".join(dice.choices("hello world", k=dice.randint(3, 20))))
    elif roll < 0.9 or not pages:
        await visitor.choose(Hidden_size_H=dice.randint(2, 12))
    else:
        await visitor.follow(dice.choice([page for page in PAGES if page in visitor.pages]))


async def noted(told: Told, visitor: Visitor, what: Callable[[], Awaitable[None]]) -> None:
    """Open a visit, do something, and tell how it went."""
    try:
        async with visitor:
            await what()
    except (OSError, TimeoutError, websockets.WebSocketException) as error:
        told.errors.append(f"{type(error).__name__}: {error}"[:200])
    told.add(visitor)


async def alone(address: str, actions: int) -> Told:
    """One visitor who never waits."""
    return await steady(address, 1, actions=actions, think=0)


async def steady(address: str, count: int, *, actions: int, think: float, ramp: float = 0.0) -> Told:
    """So many visitors who arrive within `ramp` seconds and act so often, `think` seconds apart on average."""
    told = Told()

    async def student(i: int) -> None:
        dice = random.Random(i)
        await asyncio.sleep(dice.random() * ramp)
        visitor = Visitor(address, link(dice))

        async def visit() -> None:
            for _ in range(actions):
                await asyncio.sleep(dice.expovariate(1 / think) if think else 0)
                await act(visitor, dice)

        await noted(told, visitor, visit)

    await asyncio.gather(*(student(i) for i in range(count)))
    return told


async def burst(address: str, count: int, *, within: float, times: int = 1) -> Told:
    """So many visitors who are there already and all act within so many seconds."""
    told, here = Told(), asyncio.Barrier(count)

    async def student(i: int) -> None:
        dice = random.Random(i)
        visitor = Visitor(address, link(dice))

        async def visit() -> None:
            for _ in range(times):
                await here.wait()
                await asyncio.sleep(dice.random() * within)
                await act(visitor, dice, pages=False)

        await noted(told, visitor, visit)

    await asyncio.gather(*(student(i) for i in range(count)))
    return told


async def join(address: str, count: int, *, within: float, same: bool = False) -> Told:
    """So many visitors who arrive within so many seconds; with `same`, by one link."""
    told = Told()

    async def student(i: int) -> None:
        dice = random.Random(i)
        await asyncio.sleep(dice.random() * within)
        await noted(told, Visitor(address, SAME if same else link(dice)), lambda: asyncio.sleep(0))

    await asyncio.gather(*(student(i) for i in range(count)))
    return told


async def beside(others: Awaitable[Told], attack: Callable[[], Awaitable[None]]) -> Told:
    """What the others see while an attack goes on, again and again, until they are done."""

    async def again() -> None:
        while True:
            await attack()
            await asyncio.sleep(0)

    attacker = asyncio.ensure_future(again())
    told = await others
    if attacker.done():
        told.errors.append(f"the attack ended: {attacker.exception()!r}")
    attacker.cancel()
    await asyncio.gather(attacker, return_exceptions=True)
    return told


def flood(address: str, a_second: int = 50) -> Callable[[], Awaitable[None]]:
    """One visitor who types so many texts a second and waits for none."""

    async def attack() -> None:
        dice = random.Random(0)
        async with Visitor(address, SAME) as visitor:
            reader = asyncio.ensure_future(endless(visitor))
            try:
                while not reader.done():
                    visitor.states["Sequence"] = "".join(dice.choices("helo", k=20))
                    await visitor.send()
                    await asyncio.sleep(1 / a_second)
            finally:
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)

    return attack


async def endless(visitor: Visitor) -> None:
    """Read all answers."""
    while True:
        await visitor.ended()


def abuse(address: str, names: tuple[str, ...] = tuple(ABUSES)) -> Callable[[], Awaitable[None]]:
    """One attack after the other."""

    async def attack() -> None:
        for name in names:
            await ABUSES[name](address)

    return attack


def training(address: str) -> Callable[[], Awaitable[None]]:
    """One visitor after the other who begins a long training, so that it never ends while others act."""
    seeds = itertools.count()

    async def attack() -> None:
        query = f"task=weather&cell=lstm&train_hidden=32&updates=5000&seed={next(seeds)}"
        async with Visitor(address, query, "train") as visitor:
            await visitor.choose(Train=True)
            assert not visitor.bad, visitor.bad
            await asyncio.sleep(8)  # shorter than the training takes

    return attack


async def reconnect(address: str, count: int) -> Told:
    """So many visitors whose connection breaks and who come back with what they had typed."""
    told = Told()

    async def student(i: int) -> None:
        visitor = Visitor(address, link(random.Random(i)))

        async def visit() -> None:
            await visitor.choose(Sequence="hello")
            await visitor.socket.close()
            again = Visitor(address, visitor.query)
            again.widgets, again.states = visitor.widgets, visitor.states
            await noted(told, again, lambda: asyncio.sleep(0))

        await noted(told, visitor, visit)

    await asyncio.gather(*(student(i) for i in range(count)))
    return told


# ----------------------------------------------------------------------------------------- what the server itself needs


def cpu(pid: int) -> float | None:
    """Seconds of processor time that a process has used; None where the system does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return None
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float | None:
    """Megabytes that a process holds; None where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmRSS"))
