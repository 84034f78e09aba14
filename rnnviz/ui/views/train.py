"""The page "Train": a task, a run of training beside the pages, its curve, and every update seen again."""

import html

import streamlit as st
from streamlit.components.v2 import component

from rnnviz.core import InputError
from rnnviz.core.learning.optimisers import OPTIMISERS
from rnnviz.core.learning.tasks import TASKS
from rnnviz.core.learning.training import Recipe, problem
from rnnviz.figures import theme
from rnnviz.figures.records import Training
from rnnviz.scenes import training
from rnnviz.scenes.settings import TRAIN_RATES, Settings
from rnnviz.scenes.training import Result, result, seen_again, shown_with
from rnnviz.text import label, say, words
from rnnviz.ui import address
from rnnviz.ui.address import follow
from rnnviz.ui.controls import picks, series
from rnnviz.ui.controls.notices import paragraph, warn
from rnnviz.ui.controls.picks import picked, putting
from rnnviz.ui.controls.player import player
from rnnviz.ui.controls.stepping import seek
from rnnviz.ui.jobs import FINISHED, JOBS, Job
from rnnviz.ui.server import LEARN_URL, PLAYER, script

_curve = component(
    "rnnviz.train",
    html="<div class='rnnviz-train'></div>",
    css=(PLAYER / "triangle.css").read_text(encoding="utf-8"),
    js=script("train.js"),
    isolate_styles=False,
)
JOB = "job"  # where the session keeps its run
PATIENCE = 0.25  # seconds that a page waits for a short run, so that it is simply there


def page(settings: Settings) -> None:
    """Choose, train, and look at what came of it."""
    lang = settings.lang
    choices(settings)
    paragraph(say(f"train.told_{settings.task}", lang))
    try:
        recipe = training.recipe_of(settings, series.file_table())
    except InputError as problem_found:
        warn(problem_found.told(lang))
        return
    job = present(recipe)
    buttons(settings, recipe, job)
    if job is None:
        return
    if job.running:
        job.ended.wait(PATIENCE)
    job.heard()
    count = len(job.losses)
    at = None if job.running else int(st.session_state.get("seen_update", count) or 0)
    _curve(key="curve", data=record(job, at, lang), on_ended_change=lambda: None)
    if job.running or job.state is None:
        return
    FINISHED.get(recipe, lambda: job)
    after(settings, recipe, job)


def present(recipe: Recipe) -> Job | None:
    """The run of this recipe: the session's own, or one that somebody finished."""
    job: Job | None = st.session_state.get(JOB)
    return job if job and job.recipe == recipe else FINISHED.peek(recipe)


def begin(recipe: Recipe, lang: str) -> None:
    """Begin a run, or go on with it; the one before is stopped."""
    old: Job | None = st.session_state.get(JOB)
    job = old if old and old.recipe == recipe else Job(recipe)
    if old and old is not job:
        old.stop()
    if JOBS.begin(job):
        st.session_state[JOB] = job
        st.session_state.pop("seen_update", None)
    else:
        st.session_state["train_busy"] = InputError("train_busy").told(lang)


def buttons(settings: Settings, recipe: Recipe, job: Job | None) -> None:
    """Train, stop, go on; and a rate that is too fast."""
    lang = settings.lang
    with st.container(horizontal=True, vertical_alignment="center", key="train_row"):
        if job and job.running:
            st.button(say("train.stop", lang), key="train_stop", on_click=job.stop)
        elif job and (job.stopped or (job.state and job.state.ended == "diverged")):
            st.button(
                say("train.go_on", lang), key="train_on", type="primary", on_click=go_on, args=(job, recipe, lang)
            )
        else:
            st.button(say("train.begin", lang), key="train", type="primary", on_click=begin, args=(recipe, lang))
        fast, why = {"rule": "sgd", "rate": "5"}, say("train.fast_told", lang)
        st.button(say("train.fast", lang), key="train_fast", help=why, on_click=address.put, kwargs=fast)
        cell = f"<b>{html.escape(label('cell', settings.cell, lang))}</b>"
        st.html(say("train.units", lang, cell=cell, hidden=recipe.hidden, seed=recipe.seed), width="content")
    if busy := st.session_state.pop("train_busy", None):
        warn(busy)


def go_on(job: Job, recipe: Recipe, lang: str) -> None:
    """Go on with a run, also with one that diverged."""
    if job.state:
        job.state.ended = ""
        job.state.recent = []
    begin(recipe, lang)


def choices(settings: Settings) -> None:
    """The task, and how it is trained."""
    lang = settings.lang
    with st.container(horizontal=True, vertical_alignment="bottom", key="train_choices"):
        st.selectbox(
            say("train.task", lang),
            list(TASKS),
            format_func=lambda name: label("train", name, lang),
            key=follow("pick_task", settings.task),
            on_change=picked("pick_task", putting("task"), list(TASKS)),
            width=320,
        )
        st.selectbox(
            say("train.rule", lang),
            OPTIMISERS,
            format_func=lambda name: label("train", name, lang),
            key=follow("pick_rule", settings.rule),
            on_change=picked("pick_rule", putting("rule"), OPTIMISERS),
            width=190,
        )
        st.selectbox(
            say("train.rate", lang),
            ("", *TRAIN_RATES),
            format_func=lambda rate: rate or say("train.suits", lang),
            key=follow("pick_rate", settings.rate),
            on_change=picked("pick_rate", putting("rate"), ("", *TRAIN_RATES)),
            width=120,
        )
        picks.number("updates", lang, settings.updates)


def record(job: Job, at: int | None, lang: str) -> Training:
    """What the browser needs to follow a run."""
    texts = words(lang)
    JOBS.known[job.token] = job
    return {
        "runs": [{"name": say("train.loss", lang), "url": f"{LEARN_URL}/{job.token}"}],
        "running": job.running,
        "at": at,
        "words": {key.removeprefix("train."): text for key, text in texts.items() if key.startswith("train.")},
        "themes": theme.THEMES,
    }


def after(settings: Settings, recipe: Recipe, job: Job) -> None:
    """What came of it: in words, and every update seen again."""
    lang, state = settings.lang, job.state
    if state is None:
        return
    count = len(job.losses)
    ended = "lost" if job.error else state.ended or "stopped"
    paragraph(" ".join([say(f"train.{ended}", lang, count=count), *worth(result(recipe, state.best), lang)]))
    with st.container(horizontal=True, vertical_alignment="bottom", key="seen"):
        seen = st.slider(say("train.update", lang), 0, state.count, state.count, key="seen_update", width=420)
        names = problem(recipe).trained.names
        example = st.selectbox(
            say("train.example", lang),
            range(len(names)),
            format_func=lambda i: names[i],
            key="seen_example",
            width=240,
        )
    params = result(recipe, state.best).params if seen == state.count else seen_again(recipe, job.checkpoints, seen)
    shown = shown_with(recipe, params, example or 0, seen, settings.digits)
    player("trained", shown.scene, seek(settings.t, shown.scene.trace.T), lang)


def worth(found: Result, lang: str) -> list[str]:
    """What trained weights are worth, in sentences."""
    if found.outputs is None:
        told = [say("train.error", lang, error=f"{found.exact:.3g}", held=f"{found.held or 0.0:.3g}")]
        if found.forecasts:
            ahead = found.forecasts
            values = {"today": f"{ahead.today:.3g}", "line": f"{ahead.line:.3g}"}
            best = min(value for value in (ahead.today, ahead.line, ahead.season) if value is not None)
            if ahead.season is None:
                told.append(say("train.baseline", lang, **values))
            else:
                told.append(say("train.baseline_year", lang, season=f"{ahead.season:.3g}", **values))
            told.append(say("train.wins" if (found.held or 0.0) < best else "train.loses", lang))
        return [*told, say("train.rounded", lang)]
    told = [say("train.exact", lang, percent=percent(found.exact))]
    if found.outputs != found.exact:
        told.append(say("train.outputs", lang, percent=percent(found.outputs)))
    if found.held is not None:
        told.append(say("train.held", lang, percent=percent(found.held)))
    if found.words:
        told.append(say("train.held_words", lang, percent=percent(found.words[1])))
    return [*told, say("train.rounded", lang)]


def percent(part: float) -> str:
    """A part as a whole percentage; all only where it is all."""
    return f"{min(99, round(100 * part)) if part < 1 else 100} %"
