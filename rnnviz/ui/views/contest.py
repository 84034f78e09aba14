"""On the page of a tree: a task that trees are for, a tree and a chain that learn it, and how deep that carries."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.core.learning import contest, nested
from rnnviz.core.learning.tasks import NESTED_TREES
from rnnviz.core.learning.training import Recipe, model_of
from rnnviz.core.scenario.weights import TAUGHT
from rnnviz.figures import branching
from rnnviz.scenes.contest import table
from rnnviz.scenes.recipes import chain_recipe, keep, tree_recipe
from rnnviz.scenes.settings import HAND, Settings
from rnnviz.text import label, say
from rnnviz.ui import address
from rnnviz.ui.controls.notices import caption, heading, paragraph, warn
from rnnviz.ui.jobs import FINISHED, JOBS, Job
from rnnviz.ui.views.curves import curve

EXAMPLE = "(MAX 3 (MIN 7 2))"
RUNS = "contest"  # where the session keeps its two runs
BUSY = "contest_busy"


def below(settings: Settings) -> None:
    """The task, both runs, and what came of them."""
    lang = settings.lang
    recipes = (tree_recipe(settings), chain_recipe(settings))
    st.subheader(say("contest.title", lang), anchor=False)
    paragraph(say("contest.told", lang, trained=nested.TRAINED, deepest=nested.DEEPEST))
    runs = [present(k, recipe) for k, recipe in enumerate(recipes)]
    buttons(settings, recipes, runs)
    found = [run for run in runs if run]
    if len(found) == len(recipes):
        names = [named(settings.cell, lang), named(contest.CHAIN, lang)]
        curve("contest_curve", list(zip(names, found, strict=True)), None, lang)
        if not any(run.running for run in found):
            after(dict(zip(names, found, strict=True)), lang)
    seeds(lang)


def named(cell: str, lang: str) -> str:
    """What a net is called here."""
    return label("contest_net", cell, lang)


def present(k: int, recipe: Recipe) -> Job | None:
    """The run of a recipe: the session's own, or one that somebody finished."""
    own: list[Job] = st.session_state.get(RUNS, [])
    return own[k] if own and own[k].recipe == recipe else FINISHED.peek(recipe)


def begin(recipes: tuple[Recipe, Recipe], lang: str) -> None:
    """Begin both runs, or go on with them; those before are stopped."""
    old: list[Job] = st.session_state.get(RUNS, [])
    runs = [
        old[k] if old and old[k].recipe == recipe else FINISHED.peek(recipe) or Job(recipe)
        for k, recipe in enumerate(recipes)
    ]
    for job in old:
        if job not in runs:
            job.stop()
    st.session_state[RUNS] = runs
    for job in reversed(runs):  # the last one that comes is the first one served
        if not (job.state and job.state.ended) and not JOBS.begin(job):
            st.session_state[BUSY] = say("error.train_busy", lang)
            stop(runs)


def stop(runs: Sequence[Job | None]) -> None:
    """Stop both."""
    for job in runs:
        if job and job.running:
            job.stop()


def buttons(settings: Settings, recipes: tuple[Recipe, Recipe], runs: list[Job | None]) -> None:
    """An expression to look at, both runs, and the trained weights in the tree above."""
    lang = settings.lang
    with st.container(horizontal=True, vertical_alignment="bottom", key="contest_row"):
        shown = {"text": EXAMPLE, "source": "words", "branching": HAND}
        st.button(say("contest.example", lang), key="contest_example", on_click=address.put, kwargs=shown | {"t": 1})
        if any(job and job.running for job in runs):
            st.button(say("train.stop", lang), key="contest_stop", on_click=stop, args=(runs,))
        elif not all(job and job.state and job.state.ended for job in runs):
            begun = any(job and job.stopped for job in runs)
            st.button(
                say("train.go_on" if begun else "contest.begin", lang),
                key="contest_begin",
                type="primary",
                on_click=begin,
                args=(recipes, lang),
            )
        tree = runs[0]
        if tree and not tree.running and tree.state:
            keep(tree.recipe, tree.state.best, tree.state.count)
            taken = {"weights": TAUGHT, "task": NESTED_TREES, **shown, "t": 1}
            if settings.weights != TAUGHT:
                st.button(
                    say("contest.use", lang), key="contest_use", type="primary", on_click=address.put, kwargs=taken
                )
        counts = [contest.count(model_of(recipe)) for recipe in recipes]
        told = say("contest.sizes", lang, tree=f"{counts[0]:,}", chain=f"{counts[1]:,}", seed=settings.seed)
        st.html(told, width="content")
    if busy := st.session_state.pop(BUSY, None):
        warn(busy)


def after(runs: dict[str, Job], lang: str) -> None:
    """How many expressions of each depth are right, which were tried when training ended."""
    tried = {name: job.state.tried for name, job in runs.items() if job.state and job.state.tried}
    for job in runs.values():
        if job.state and job.state.ended:
            FINISHED.get(job.recipe, lambda job=job: job)
    if len(tried) < len(runs):
        caption(say("contest.stopped", lang))
        return
    count = max(job.state.count for job in runs.values() if job.state)
    heading(say("contest.after", lang, updates=count))
    st.html(depths({name: list(parts.values()) for name, parts in tried.items()}, lang))


def depths(columns: dict[str, list[float]], lang: str) -> str:
    """One row a depth, one column a net."""
    rows = [
        say("contest.seen" if depth <= nested.TRAINED else "contest.unseen", lang, depth=depth)
        for depth in range(1, nested.DEEPEST + 1)
    ]
    rounded = {name: [round(part, 2) for part in parts] for name, parts in columns.items()}
    return branching.bars(rows, rounded, say("contest.depth", lang), largest=1.0)


def seeds(lang: str) -> None:
    """The table of three seeds, which a script has made."""
    found = table()
    with st.expander(say("contest.seeds", lang)):
        paragraph(say("contest.seeds_told", lang, updates=f"{found.updates:,}", seeds=len(found.rows[0].right)))
        columns = {named(row.cell, lang): list(row.mean) for row in found.rows}
        st.html(depths(columns | {say("contest.guess", lang): list(found.guess)}, lang))
        worst = [
            say("contest.worst", lang, net=named(row.cell, lang), weights=f"{row.weights:,}", low=low, high=high)
            for row in found.rows
            for low, high in ([f"{part:.2f}" for part in row.deepest],)
        ]
        caption(say("contest.range", lang, depth=nested.DEEPEST, nets="; ".join(worst)))
