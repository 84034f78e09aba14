"""Training beside the pages: jobs, the processes that work on them in turn, and what a browser may hear of them."""

from __future__ import annotations

import atexit
import math
import os
import secrets
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from rnnviz.core.kept import Kept
from rnnviz.core.learning.training import Recipe, Slice, State
from rnnviz.core.learning.worker import receive, send

if TYPE_CHECKING:
    import numpy as np

    from rnnviz.core.learning.optimisers import Moments

SLICE = 0.1  # seconds of the processor
LEASE = 120.0  # seconds after which nobody asks any more: a hidden tab asks once a minute
GONE = 900.0  # seconds after which it is given up
MOST = 64  # jobs at once
ROOT = Path(__file__).parents[2]


@dataclass(eq=False)
class Job:
    """One run of training. It lives in the session that began it; whoever reads it takes the lock.

    losses      before each update
    looks       (updates made, the loss watched, the measure of what is held back)
    checkpoints (updates made, all weights, moments)
    stopped     whether its reader stopped it; it can go on
    error       what went wrong, "" for nothing
    ended       set when it is at its end, was stopped, or failed
    """

    recipe: Recipe
    state: State | None = None
    losses: list[float] = field(default_factory=list)
    looks: list[tuple[int, float, float | None]] = field(default_factory=list)
    checkpoints: list[tuple[int, np.ndarray, Moments]] = field(default_factory=list)
    stopped: bool = False
    error: str = ""
    worked: float = 0.0  # seconds
    asked: float = field(default_factory=time.monotonic)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        """Whether more of it will be computed."""
        return not (self.stopped or self.error or (self.state and self.state.ended))

    def heard(self) -> None:
        """Somebody asks: it goes on for another lease."""
        self.asked = time.monotonic()

    def take(self, made: Slice, seconds: float) -> None:
        """A slice has come."""
        with self.lock:
            self.state = made.state
            self.losses += made.losses
            self.looks += made.looks
            self.checkpoints += made.checkpoints
            self.worked += seconds
            if not self.running:
                self.ended.set()

    def fail(self, error: str) -> None:
        with self.lock:
            self.error = error
            self.ended.set()

    def stop(self) -> None:
        """No further slice."""
        with self.lock:
            self.stopped = True
            self.ended.set()

    def told(self, first: int) -> dict[str, Any]:
        """What a browser hears, with the losses from one on."""
        with self.lock:
            done, most = len(self.losses), self.recipe.updates
            each = self.worked / max(1, done)
            return {
                "from": first,
                "losses": [1e30 if (v := finite(loss)) is None else min(v, 1e30) for loss in self.losses[first:]],
                "looks": [[at, finite(one), finite(two)] for at, one, two in self.looks],
                "done": done,
                "updates": most,
                "left": round(each * max(0, most - done), 1),
                "running": self.running,
                "waits": self.running and time.monotonic() - self.asked > LEASE,
                "ended": self.error or (self.state.ended if self.state else "") or ("stopped" if self.stopped else ""),
            }


def finite(value: float | None) -> float | None:
    """A number that JSON can hold."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.5g}")


class Worker:
    """One process, and the thread that hands it slices."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self.process: subprocess.Popen[bytes] | None = None
        self.thread = threading.Thread(target=self.work, name="training", daemon=True)
        self.thread.start()

    def start(self) -> subprocess.Popen[bytes]:
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        made = subprocess.Popen(
            [sys.executable, "-m", "rnnviz.core.learning.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **threads, "PYTHONPATH": path},
        )
        if made.stdout is None or receive(made.stdout) != "ready":
            raise EOFError
        return made

    def work(self) -> None:
        while not self.jobs.closed:
            job = self.jobs.next()
            if job is None:
                continue
            for last in (False, True):  # a process that died is replaced, and its slice sent again, once
                try:
                    self.slice(job)
                    break
                except (EOFError, OSError):
                    self.end()
                    if last:
                        job.fail("lost")
            self.jobs.again(job)
            del job  # a job that nobody has any more must not live on here
        self.end()

    def slice(self, job: Job) -> None:
        if self.process is None or self.process.poll() is not None:
            self.process = self.start()
        if self.process.stdin is None or self.process.stdout is None:
            raise EOFError
        begun = time.monotonic()
        send(self.process.stdin, (job.recipe, job.state, SLICE))
        made = receive(self.process.stdout)
        if isinstance(made, Slice):
            job.take(made, time.monotonic() - begun)
        else:
            job.fail(str(made))

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe:
                    with suppress(OSError):
                        pipe.close()
            self.process = None


class Jobs:
    """All jobs, served in turn: new ones first, then round and round."""

    def __init__(self, workers: int) -> None:
        self.waiting: deque[Job] = deque()
        self.change = threading.Condition()
        self.closed = False
        self.count = workers
        self.workers: list[Worker] = []
        self.known: WeakValueDictionary[str, Job] = WeakValueDictionary()

    def open(self) -> None:
        """Start the processes, if they are not there."""
        with self.change:
            self.closed = False
            while len(self.workers) < self.count:
                self.workers.append(Worker(self))

    def begin(self, job: Job) -> bool:
        """Work on a job, or go on with it; False where there are too many."""
        self.open()
        with self.change:
            if len(self.waiting) >= MOST:
                return False
            with job.lock:
                job.stopped = False
                job.ended.clear()
            job.heard()
            self.known[job.token] = job
            if job not in self.waiting:
                self.waiting.appendleft(job)
            self.change.notify()
        return True

    def next(self) -> Job | None:
        """The next job that somebody still waits for; None after a while without one."""
        with self.change:
            for _ in range(len(self.waiting)):
                job = self.waiting.popleft()
                if not job.running:
                    continue
                silent = time.monotonic() - job.asked
                if silent <= LEASE:
                    return job
                if silent <= GONE:  # after that only its session knows it
                    self.waiting.append(job)
            self.change.wait(0.5)
            return None

    def again(self, job: Job) -> None:
        """A job that is not at its end waits for its next turn."""
        with self.change:
            if job.running and job not in self.waiting:
                self.waiting.append(job)
                self.change.notify()

    def close(self) -> None:
        """End all processes."""
        with self.change:
            self.closed = True
            self.change.notify_all()
        for worker in self.workers:
            worker.thread.join(2.0)
            worker.end()
        self.workers.clear()


JOBS = Jobs(max(1, (os.cpu_count() or 2) - 1))
atexit.register(JOBS.close)
# What was trained by a recipe, for whoever opens its link: finished jobs, by recipe.
FINISHED = Kept[Job](12, None)
