"""Settings -> a recipe of training; and what was made by recipes, for whoever opens their links."""

from dataclasses import dataclass

import numpy as np

from rnnviz.core import CELLS, InputError
from rnnviz.core.kept import Kept
from rnnviz.core.language.functions import Array
from rnnviz.core.learning import contest
from rnnviz.core.learning.optimisers import Rule
from rnnviz.core.learning.tasks import ON_TREES
from rnnviz.core.learning.training import Recipe, model_of
from rnnviz.scenes.reading.text import characters
from rnnviz.scenes.settings import DEFAULT, OWN, SYMBOLIC, Settings

UNITS = {"text": 16, "sentiment_en": 8, "sentiment_ko": 8, "vowel": 4, "parity": 8, "parity_mixed": 8, "keep": 2}
UNITS |= {"adding": 8, "weather": 4, "series": 8}
USUAL = 16  # hidden units for all other tasks
RATES = {"weather": 0.01, "series": 0.01}
RATE = 0.03
DECAYS = {"sentiment_en": 1e-3, "sentiment_ko": 1e-3}
CONTEST = 1500  # updates of a tree and of the chain beside it: together some seconds
NUMERIC = ("adding", "weather", "series")  # tasks whose inputs are numbers


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """The best weights of a run that ended, as one vector, and after how many updates it did."""

    vector: Array
    updates: int


# Some kilobytes each; a class that opens one link has them trained once.
MADE = Kept[Made](8 * 2**20, lambda made: made.vector.nbytes + 4_000)


def cell_text(settings: Settings) -> str:
    """The equations of the cell that is chosen; one's own begins with those of the first cell."""
    if settings.cell == OWN:
        return settings.equations or CELLS[DEFAULT.cell].equations
    return CELLS[settings.cell].equations


def units(settings: Settings) -> int:
    """The hidden units of a network that is trained: as chosen, else as suits its task."""
    return settings.train_hidden or UNITS.get(settings.task, USUAL)


def keep(recipe: Recipe, vector: Array, updates: int) -> None:
    """Keep what a run has made by now, for all who have its recipe; one that went on takes the place of itself."""
    known = MADE.peek(recipe)
    if known is None or known.updates < updates:
        MADE.put(recipe, Made(vector, updates))


def recipe(settings: Settings, series: Array | None = None) -> Recipe:
    """The recipe of what is chosen, for a task that needs a series with that, (N, D).

    Raises InputError where a task has nothing to learn from, and for a cell that it does not suit.
    """
    task, text = settings.task, ""
    if task in ON_TREES:
        made = tree_recipe(settings)
        model_of(made)
        return made
    if task == "text":
        if settings.source not in SYMBOLIC or len(characters(settings.text)) < 2:
            raise InputError("train_text")
        text = "".join(characters(settings.text))
    rate = float(settings.rate) if settings.rate else RATES.get(task, RATE)
    batch = {"": 0, "all": -1}.get(settings.batch)
    made = Recipe(
        task,
        cell_text(settings),
        units(settings),
        settings.activation,
        settings.bias,
        settings.seed,
        text,
        Rule(settings.rule, rate, float(settings.clip), DECAYS.get(task, 0.0)),
        settings.updates,
        settings.window,
        b"" if series is None else np.ascontiguousarray(series).tobytes(),
        1 if series is None else series.shape[1],
        int(settings.batch) if batch is None else batch,
    )
    model_of(made)
    return made


def tree_recipe(settings: Settings) -> Recipe:
    """How a tree is trained on nested expressions: the cell that is chosen, with as many weights as the chain has."""
    return contest.recipe(cell_text(settings), on_trees=True, seed=settings.seed, updates=CONTEST)


def chain_recipe(settings: Settings) -> Recipe:
    """How the chain beside it is trained."""
    chain = CELLS[contest.CHAIN].equations
    return contest.recipe(chain, on_trees=False, seed=settings.seed, updates=CONTEST)


def taught(settings: Settings) -> tuple[Recipe, Made] | None:
    """What was made by the recipe of a task with symbols; None where nobody has, or where it makes no sense."""
    if settings.task in NUMERIC:
        return None
    try:
        asked = recipe(settings)
    except InputError:
        return None
    found = MADE.peek(asked)
    return (asked, found) if found else None
