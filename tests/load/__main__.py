"""`python -m tests.load [scenario ...]`: starts the app and prints what crowds wait for it, in milliseconds.

All traffic stays on this machine, where the visitors run beside the server. The targets are for two processor cores.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import Server
from tests.load import crowd
from tests.load.crowd import Told, median, quantile

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

# By name: what it does, and the median and 95 % that are aimed at, of actions or, where there are none, of first runs.
SCENARIOS: dict[str, tuple[Callable[[str], Awaitable[Told]], tuple[int, int] | None]] = {
    "alone": (lambda at: crowd.alone(at, 60), None),
    "steady-50": (lambda at: crowd.steady(at, 50, actions=6, think=5, ramp=5), (25, 70)),
    "steady-20": (lambda at: crowd.steady(at, 20, actions=12, think=2, ramp=3), None),
    "training-20": (
        lambda at: crowd.beside(crowd.steady(at, 20, actions=12, think=2, ramp=3), crowd.training(at)),
        None,  # the median of steady-20 and a fifth more
    ),
    "burst-100": (lambda at: crowd.burst(at, 100, within=1, times=3), (600, 1200)),
    "join-100": (lambda at: crowd.join(at, 100, within=2), (150, 300)),
    "join-100-same": (lambda at: crowd.join(at, 100, within=2, same=True), (150, 300)),
    "flood": (lambda at: crowd.beside(crowd.steady(at, 50, actions=4, think=5, ramp=5), crowd.flood(at)), (50, 150)),
    "abuse": (lambda at: crowd.beside(crowd.steady(at, 50, actions=8, think=5, ramp=5), crowd.abuse(at)), None),
    "reconnect-100": (lambda at: crowd.reconnect(at, 100), None),
    "steady-300": (lambda at: crowd.steady(at, 300, actions=3, think=5, ramp=10), None),
    "churn-600": (lambda at: crowd.steady(at, 600, actions=1, think=1, ramp=20), None),
}


def row(name: str, told: Told, target: tuple[int, int] | None, used: float | None, held: float | None) -> str:
    """One line of the table."""
    of = told.actions or told.firsts
    runs = len(told.actions) + len(told.firsts)
    numbers = [1000 * value for value in (median(of), *(quantile(of, share) for share in (0.95, 0.99, 1)))]
    aim = f"{target[0]:,} / {target[1]:,}" if target else ""
    each = f"{1000 * used / runs:.1f}" if used is not None and runs else ""
    size = f"{held:.0f}" if held is not None else ""
    waits = "".join(f"{number:9,.0f}" for number in numbers)
    return f"{name:<15}{waits}{aim:>15}{runs:>8,}{len(told.errors):>8,}{each:>9}{size:>8}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("scenario", nargs="*", choices=[*SCENARIOS, []], help="which ones; all, if none is named")
    chosen = parser.parse_args().scenario or list(SCENARIOS)
    print(f"{'':<15}{'median':>9}{'95 %':>9}{'99 %':>9}{'longest':>9}{'target':>15}{'runs':>8}{'errors':>8}", end="")
    print(f"{'CPU ms':>9}{'MB':>8}", flush=True)
    with tempfile.TemporaryDirectory() as home, Server(Path(home)) as server:
        pid = server.process.pid
        for name in chosen:
            scenario, target = SCENARIOS[name]
            before = crowd.cpu(pid)
            told = asyncio.run(measured(scenario, server.address))
            after = crowd.cpu(pid)
            used = None if before is None or after is None else after - before
            print(row(name, told, target, used, crowd.memory(pid)), flush=True)
            for error in sorted(set(told.errors))[:3]:
                print(f"    {error}", flush=True)


async def measured(scenario: Callable[[str], Awaitable[Told]], address: str) -> Told:
    """The scenario, as a coroutine of its own."""
    return await scenario(address)


if __name__ == "__main__":
    main()
