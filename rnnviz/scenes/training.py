"""Settings -> a recipe of training, and a network that was trained by one as a scene of its task."""

from dataclasses import dataclass, replace

import numpy as np

from rnnviz.core import CELLS, InputError, Model
from rnnviz.core.engine.compiled import Params
from rnnviz.core.language.functions import Array
from rnnviz.core.learning.optimisers import SEARCH, Moments
from rnnviz.core.learning.phrases import by_words
from rnnviz.core.learning.tasks import START, Baselines, Examples, Problem, baselines
from rnnviz.core.learning.training import Recipe, State, accuracy, at_update, measure, model_of, problem
from rnnviz.core.learning.vectors import printed
from rnnviz.core.scenario.sequences import Sequence, generated
from rnnviz.core.scenario.weights import Taught, Weights
from rnnviz.core.scenario.wiring import plan
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.reading.tables import Table, weather
from rnnviz.scenes.recipes import recipe as recipe_for
from rnnviz.scenes.scene import Network, Shown, columns_of, network_over, scene, table_of
from rnnviz.scenes.settings import Settings

SHORTEST = 40  # numbers of a series that can be learnt
WEATHER = ("temp_max", "precipitation", "temp_min", "wind")
YEAR = 365.25
MIDDLE = 1096  # rows of the weather before 2015


def recipe_of(settings: Settings, file: Table | None = None) -> Recipe:
    """The recipe of what is chosen. Raises InputError where a task has nothing to learn from."""
    return recipe_for(settings, series_of(settings, file))


def series_of(settings: Settings, file: Table | None) -> Array | None:
    """The numbers that a task goes on from, (N, D): the weather's, or those of what is read."""
    if settings.task == "weather":
        table = weather()
        return table.values[:, [table.columns.index(name) for name in WEATHER]]
    if settings.task != "series":
        return None
    table = table_of(settings, file)
    if table is None:
        if settings.source != "signal":
            raise InputError("train_series", least=SHORTEST)
        return generated(settings.signal, settings.period, LIMITS.steps, settings.seed)[:, None]
    names = [name for name in columns_of(settings, table) if name in table.columns] or list(table.columns[:1])
    found = table.values[:, [table.columns.index(name) for name in names]]
    found = found[np.isfinite(found).all(1)]
    if len(found) < SHORTEST:
        raise InputError("train_series", least=SHORTEST)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What trained weights are worth.

    params      of two decimals
    exact       the part of the examples trained on that are right throughout; of numbers the mean error
    outputs     the part of all outputs that are right; None for numbers
    held        the same as `exact` for those never trained on; None where there are none
    words       what counting words makes of both; None but for phrases
    forecasts   what simple forecasts make of the held-back part; None but for series
    """

    params: Params
    exact: float
    outputs: float | None
    held: float | None
    words: tuple[float, float] | None
    forecasts: Baselines | None


def result(recipe: Recipe, vector: Array) -> Result:
    """Measure weights, rounded as they are shown."""
    asked, model = problem(recipe), model_of(recipe)
    params = printed(model.shapes, vector)
    numeric = asked.trained.target.loss == "squared"
    words = by_words(recipe.task[-2:], recipe.seed) if recipe.task.startswith("sentiment") else None
    forecasts = None
    if recipe.series:
        series = np.frombuffer(recipe.series).reshape(-1, recipe.columns)
        end = MIDDLE if recipe.task == "weather" else len(series) * 3 // 4
        forecasts = baselines(series, (end, end), YEAR if recipe.task == "weather" else None)
    return Result(
        params,
        measure(model, params, asked.trained, asked.scale),
        None if numeric else accuracy(model, params, asked.trained),
        None if asked.held is None else measure(model, params, asked.held, asked.scale),
        words,
        forecasts,
    )


def seen_again(recipe: Recipe, checkpoints: list[tuple[int, Array, Moments]], count: int) -> Params:
    """The weights after so many updates, of two decimals."""
    before = [one for one in checkpoints if one[0] <= count]
    trainer = at_update(recipe, before[-1] if before else None, count)
    return printed(trainer.flat.shapes, trainer.flat.vector)


def branched(recipe: Recipe, checkpoints: list[tuple[int, Array, Moments]], settings: Settings) -> tuple[Recipe, State]:
    """The recipe of a run that leaves another one at an update, at another rate, and where it begins."""
    rule = replace(recipe.rule, rate=float(settings.rival_rate))
    before = [one for one in checkpoints if one[0] <= settings.branch]
    state = at_update(recipe, before[-1] if before else None, settings.branch).state
    return replace(recipe, rule=rule, branch=settings.branch, before=recipe.rule), state


def rival(recipe: Recipe, settings: Settings) -> Recipe | None:
    """The recipe of the run beside one, but for a branch; None where there is none."""
    match settings.rival:
        case "seed":
            return replace(recipe, seed=recipe.seed + 1)
        case "search":
            return replace(recipe, rule=replace(recipe.rule, name=SEARCH))
        case "vanilla" | "lstm" | "gru":
            return replace(recipe, equations=CELLS[settings.rival].equations)
        case _:
            return None


def shown_with(recipe: Recipe, params: Params, example: int, updates: int, digits: int) -> Shown:
    """One example of a task, run with these weights."""
    asked, model = problem(recipe), model_of(recipe)
    everything = asked.trained
    example = min(example, everything.count - 1)
    return Shown(made := network(recipe, asked, model, params, everything, example, updates, digits), scene(made, ()))


def network(
    recipe: Recipe,
    asked: Problem,
    model: Model,
    params: Params,
    examples: Examples,
    example: int,
    updates: int,
    digits: int,
) -> Network:
    """The network that reads an example."""
    x = examples.x[:, example]
    weights = Weights(params, None, Taught(recipe.task, updates))
    if asked.glue is None:
        steps = min(len(x), LIMITS.steps)
        labels = tuple(str(t + 1) for t in range(steps))
        sequence = Sequence(x[:steps], labels, asked.inputs)
        return Network("own", model, weights, sequence, plan(asked.wiring, steps), asked.outputs, None, digits=digits)
    symbols = tuple(asked.inputs[int(i)] for i in x[x.any(-1)].argmax(-1))
    reads = int(np.count_nonzero(examples.target.read[:, example]))
    given = symbols[:1] if asked.wiring == "one-to-many" else symbols
    given = given[: given.index(START)] if START in given else given
    return network_over(asked, model, weights, given, reads, digits=digits)
