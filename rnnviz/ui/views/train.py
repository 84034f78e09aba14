"""The page "Train": a task, a run of training beside the pages, its curve, and every update seen again."""

import html
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from rnnviz.core import InputError
from rnnviz.core.learning import nested
from rnnviz.core.learning.optimisers import OPTIMISERS
from rnnviz.core.learning.tasks import ON_TREES, TASKS
from rnnviz.core.learning.training import Recipe, problem
from rnnviz.core.scenario.weights import TAUGHT
from rnnviz.scenes import training
from rnnviz.scenes.recipes import NUMERIC, keep, units
from rnnviz.scenes.settings import BATCHES, RIVALS, TRAIN_RATES, Settings
from rnnviz.scenes.training import Result, result, seen_again, shown_with
from rnnviz.text import label, say
from rnnviz.ui import address
from rnnviz.ui.address import follow
from rnnviz.ui.controls import picks, series
from rnnviz.ui.controls.notices import paragraph, warn
from rnnviz.ui.controls.picks import picked
from rnnviz.ui.controls.player import player
from rnnviz.ui.controls.stepping import seek
from rnnviz.ui.jobs import FINISHED, JOBS, Job
from rnnviz.ui.views.curves import curve

WINDOWS = (1, 2, 3, 4, 5, 8, 10, 20)  # steps after which derivatives may be cut
MENU = 200  # examples to choose from
JOB, RIVAL = "job", "rival"  # where the session keeps its run, and the one beside it


def page(settings: Settings) -> None:
    """Choose, train, and look at what came of it."""
    lang = settings.lang
    choices(settings)
    paragraph(label("train_told", settings.task, lang))
    try:
        recipe = training.recipe_of(settings, series.file_table())
    except InputError as problem_found:
        warn(problem_found.told(lang))
        return
    job = present(recipe)
    buttons(settings, recipe, job)
    if job is None:
        return
    count = job.state.count if job.state else 0
    at = None if job.running else int(st.session_state.get("seen_update", count) or 0)
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        curve("curve", raced(job, lang), at, lang)
    state = job.state
    if job.running or state is None:
        return
    if state.ended:
        FINISHED.get(recipe, lambda: job)
    keep(recipe, state.best, state.count)
    made = result(recipe, state.best)
    ended = "lost" if job.error else state.ended or "stopped"
    with right:
        paragraph(" ".join([say(f"train.{ended}", lang, count=state.count), *worth(made, state.tried, lang)]))
    after(settings, recipe, job, made)


def present(recipe: Recipe) -> Job | None:
    """The run of this recipe: the session's own, or one that somebody finished."""
    job: Job | None = st.session_state.get(JOB)
    return job if job and job.recipe == recipe else FINISHED.peek(recipe)


def begin(recipe: Recipe, settings: Settings) -> None:
    """Begin a run and the one beside it, or go on with them; those before are stopped."""
    old: Job | None = st.session_state.get(JOB)
    same = old is not None and old.recipe == recipe
    job = old if old and same else longer(old, recipe) if old else Job(recipe)
    if old and old is not job:
        old.stop()
    started(JOB, job, settings)
    st.session_state.pop("seen_update", None)
    beside(recipe, job, settings)


def beside(recipe: Recipe, job: Job, settings: Settings) -> None:
    """Begin the run that is compared with another one, if one is chosen."""
    old: Job | None = st.session_state.pop(RIVAL, None)
    if old:
        old.stop()
    if settings.rival == "branch" and settings.branch and settings.branch < len(job.losses):
        leaves, state = training.branched(recipe, job.checkpoints, settings)
        started(RIVAL, Job(leaves, state, job.losses[: settings.branch]), settings)
    elif other := training.rival(recipe, settings):
        started(RIVAL, Job(other), settings)


def started(key: str, job: Job, settings: Settings) -> None:
    """Work on a run, if not too many do."""
    if JOBS.begin(job):
        st.session_state[key] = job
    else:
        st.session_state["train_busy"] = InputError("train_busy").told(settings.lang)


def longer(old: Job, recipe: Recipe) -> Job:
    """A new run; one that only goes on for more updates begins where the old one ended, which gives the same."""
    state = old.state
    if (
        state is None
        or old.running
        or state.count > recipe.updates
        or replace(old.recipe, updates=recipe.updates) != recipe
    ):
        return Job(recipe)
    more = replace(state, ended="", recent=list(state.recent))
    return Job(recipe, more, list(old.losses), list(old.looks), list(old.checkpoints))


def buttons(settings: Settings, recipe: Recipe, job: Job | None) -> None:
    """Train, stop, go on; and a rate that is too fast."""
    lang = settings.lang
    with st.container(horizontal=True, vertical_alignment="bottom", key="train_row"):
        if job and job.running:
            st.button(say("train.stop", lang), key="train_stop", on_click=job.stop)
        elif job and (job.stopped or (job.state and job.state.ended == "diverged")):
            st.button(
                say("train.go_on", lang), key="train_on", type="primary", on_click=go_on, args=(job, recipe, settings)
            )
        else:
            st.button(say("train.begin", lang), key="train", type="primary", on_click=begin, args=(recipe, settings))
        fast = {"rule": "sgd", "rate": "5", "clip": "0"}
        st.button(
            say("train.fast", lang),
            key="train_fast",
            help=say("train.fast_told", lang),
            on_click=address.put,
            kwargs=fast,
        )
        rivals(settings)
        with st.popover(say("sidebar.more", lang)):
            more(settings)
        if job and not job.running and job.state:
            if settings.rival:
                told = (recipe, job, settings)
                st.button(say("train.race", lang), key="train_race", on_click=beside, args=told)
            if settings.task not in NUMERIC:
                use(settings, recipe)
        cell = f"<b>{html.escape(label('cell', settings.cell, lang))}</b>"
        st.html(say("train.units", lang, cell=cell, hidden=recipe.hidden, seed=recipe.seed), width="content")
    if busy := st.session_state.pop("train_busy", None):
        warn(busy)


def rivals(settings: Settings) -> None:
    """What a run is compared with."""
    lang = settings.lang
    picks.menu(
        "rival",
        lang,
        settings.rival,
        ("", *RIVALS),
        title="train.rival",
        told=lambda name: label("train", f"rival_{name}", lang),
        width=230,
    )
    if settings.rival == "branch":
        picks.number("branch", lang, settings.branch or 1, width=150)
        picks.menu("rival_rate", lang, settings.rival_rate, TRAIN_RATES, title="train.rival_rate", told=str, width=120)


def more(settings: Settings) -> None:
    """What is seldom changed: clipping, the size of a batch, and where derivatives are cut."""
    lang = settings.lang
    no_clip = say("train.no_clip", lang)
    picks.menu("clip", lang, settings.clip, title="train.clip", told=lambda limit: no_clip if limit == "0" else limit)
    picks.menu("batch", lang, settings.batch, ("", *BATCHES), title="train.batch", told=or_suits(lang))
    st.selectbox(
        say("train.window", lang),
        [0, *WINDOWS],
        format_func=lambda steps: str(steps) if steps else say("train.no_window", lang),
        key=follow("pick_window", settings.window if settings.window in WINDOWS else 0),
        on_change=picked(
            "pick_window", lambda steps: address.put(window=steps) if steps else address.clear("window"), [0, *WINDOWS]
        ),
        placeholder=say("sidebar.choose", lang),
    )


def use(settings: Settings, recipe: Recipe) -> None:
    """Take the trained weights along to every page, with an example of their task."""
    asked, lang = problem(recipe), settings.lang
    chosen = {"weights": TAUGHT, "task": recipe.task, "wiring": asked.wiring, "t": 1}
    chosen["source"] = "words" if asked.glue else "text"
    if recipe.task != "text":
        chosen["text"] = asked.trained.names[-1]
    st.button(
        say("train.use", lang), key="train_use", help=say("train.use_told", lang), on_click=address.put, kwargs=chosen
    )


def go_on(job: Job, recipe: Recipe, settings: Settings) -> None:
    """Go on with a run, also with one that diverged."""
    if job.state:
        job.state.ended = ""
        job.state.recent = []
    begin(recipe, settings)


def or_suits(lang: str) -> Callable[[str], str]:
    """How a number is told for which "" is what suits."""
    return lambda number: number or say("train.suits", lang)


def choices(settings: Settings) -> None:
    """The task, and how it is trained."""
    lang = settings.lang
    with st.container(horizontal=True, vertical_alignment="bottom", key="train_choices"):
        called = partial(label, "train", language=lang)
        tasks = [name for name in TASKS if name not in ON_TREES]
        picks.menu("task", lang, settings.task, tasks, title="train.task", told=called, width=270)
        picks.menu("rule", lang, settings.rule, OPTIMISERS, title="train.rule", told=called, width=160)
        suits = or_suits(lang)
        picks.menu("rate", lang, settings.rate, ("", *TRAIN_RATES), title="train.rate", told=suits, width=120)
        picks.number("updates", lang, settings.updates, width=140)
        picks.number("train_hidden", lang, units(settings), width=140)


def raced(job: Job, lang: str) -> list[tuple[str, Job]]:
    """A run, and the one beside it, by their names."""
    runs = [(say("train.loss", lang), job)]
    if (other := st.session_state.get(RIVAL)) and of_one_race(other, job):
        runs.append((label("train", "beside", lang), other))
    return runs


def of_one_race(other: Job, job: Job) -> bool:
    """Whether one run is beside the other: their tasks are the same."""
    return other.recipe.task == job.recipe.task and other.recipe.text == job.recipe.text


def after(settings: Settings, recipe: Recipe, job: Job, made: Result) -> None:
    """Every update seen again."""
    lang, count = settings.lang, job.state.count if job.state else 0
    with st.container(horizontal=True, vertical_alignment="bottom", key="seen"):
        for name, update in (("untrained", 0), ("trained", count)):
            st.button(say(f"train.{name}", lang), key=f"see_{name}", on_click=see, args=(update,))
        seen = st.slider(say("train.update", lang), 0, max(1, count), count, key="seen_update", width=380)
        names = problem(recipe).trained.names[:MENU]
        example = st.selectbox(
            say("train.example", lang),
            range(len(names)),
            format_func=lambda i: names[i],
            key="seen_example",
            width=240,
            placeholder=say("sidebar.choose", lang),
        )
    params = made.params if seen == count else seen_again(recipe, job.checkpoints, seen)
    shown = shown_with(recipe, params, example or 0, seen, settings.digits)
    player("trained", shown.scene, seek(settings.t, shown.scene.trace.T), lang)


def see(update: int) -> None:
    """Show the network after so many updates."""
    st.session_state["seen_update"] = update


def worth(found: Result, tried: Mapping[str, float], lang: str) -> list[str]:
    """What trained weights are worth, in sentences; `tried` is by depth."""
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
    if tried:
        depths = ", ".join(say("train.depth", lang, depth=name, percent=percent(part)) for name, part in tried.items())
        told.append(say("train.depths", lang, depths=depths, trained=nested.TRAINED))
    if found.words:
        told.append(say("train.held_words", lang, percent=percent(found.words[1])))
    return [*told, say("train.rounded", lang)]


def percent(part: float) -> str:
    """A part as a whole percentage; all only where it is all."""
    return f"{min(99, round(100 * part)) if part < 1 else 100} %"
