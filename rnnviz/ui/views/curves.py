"""The losses of runs as they go on: what the browser needs to follow them, and when it tells the page."""

from collections.abc import Sequence

from rnnviz.figures import theme
from rnnviz.figures.records import Training
from rnnviz.text import words
from rnnviz.ui.controls.triangles import panel
from rnnviz.ui.jobs import JOBS, Job
from rnnviz.ui.server import LEARN_URL

_curve = panel("train", "train.js")


def curve(key: str, runs: Sequence[tuple[str, Job]], at: int | None, lang: str) -> None:
    """Show runs under their names; `at` is the update that is seen again. The page runs once more when they end."""
    for _, job in runs:
        job.heard()
        JOBS.known[job.token] = job
    _curve(key=key, data=record(runs, at, lang), on_ended_change=lambda: None)


def record(runs: Sequence[tuple[str, Job]], at: int | None, lang: str) -> Training:
    """What the browser gets."""
    texts = words(lang)
    return {
        "runs": [{"name": name, "url": f"{LEARN_URL}/{job.token}"} for name, job in runs],
        "running": any(job.running for _, job in runs),
        "at": at,
        "words": {key.removeprefix("train."): text for key, text in texts.items() if key.startswith("train.")},
        "themes": theme.THEMES,
    }
