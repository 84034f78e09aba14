"""Settings -> a recipe of training, and a network that was trained by one as a scene of its task."""

from dataclasses import dataclass

import numpy as np

from rnnviz.core import InputError, Model
from rnnviz.core.engine.compiled import Params
from rnnviz.core.language.functions import Array
from rnnviz.core.learning.memorise import DECIMALS
from rnnviz.core.learning.optimisers import Moments, Rule
from rnnviz.core.learning.phrases import by_words
from rnnviz.core.learning.tasks import START, Baselines, Examples, Problem, baselines
from rnnviz.core.learning.training import Recipe, accuracy, at_update, measure, model_of, problem
from rnnviz.core.learning.vectors import Flat
from rnnviz.core.scenario.sequences import Sequence, generated
from rnnviz.core.scenario.weights import Taught, Weights
from rnnviz.core.scenario.wiring import plan
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.reading.tables import Table, weather
from rnnviz.scenes.reading.text import characters, visible
from rnnviz.scenes.scene import Network, Shown, cell_text, columns_of, scene, table_of
from rnnviz.scenes.settings import Settings

UNITS = {"text": 16, "sentiment_en": 8, "sentiment_ko": 8, "vowel": 4, "parity": 8, "parity_mixed": 8, "adding": 8}
UNITS |= {"weather": 4, "series": 8}
USUAL = 16  # hidden units for all other tasks
RATES = {"weather": 0.01, "series": 0.01}
RATE = 0.03
DECAYS = {"sentiment_en": 1e-3, "sentiment_ko": 1e-3}
SHORTEST = 40  # numbers of a series that can be learnt
WEATHER = ("temp_max", "precipitation", "temp_min", "wind")
YEAR = 365.25
MIDDLE = 1096  # rows of the weather before 2015


def recipe_of(settings: Settings, file: Table | None = None) -> Recipe:
    """The recipe of what is chosen. Raises InputError where a task has nothing to learn from."""
    task = settings.task
    series = series_of(settings, file)
    text = settings.text if task == "text" else ""
    if task == "text":
        if settings.source not in ("text", "words") or len(characters(text)) < 2:
            raise InputError("train_text")
        text = "".join(characters(text))
    rate = float(settings.rate) if settings.rate else RATES.get(task, RATE)
    clip = 0.0 if settings.rule == "sgd" and settings.rate else 1.0
    made = Recipe(
        task,
        cell_text(settings),
        settings.hidden or UNITS.get(task, USUAL),
        settings.activation,
        settings.bias,
        settings.seed,
        text,
        Rule(settings.rule, rate, clip, DECAYS.get(task, 0.0)),
        settings.updates,
        settings.window,
        b"" if series is None else np.ascontiguousarray(series).tobytes(),
        1 if series is None else series.shape[1],
    )
    model_of(made)
    return made


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


def rounded(model: Model, vector: Array) -> Params:
    """Weights of two decimals: what is printed is what is computed."""
    flat = Flat(model.shapes, np.round(vector, DECIMALS) + 0.0)
    return flat.views


def result(recipe: Recipe, vector: Array) -> Result:
    """Measure weights, rounded as they are shown."""
    asked, model = problem(recipe), model_of(recipe)
    params = rounded(model, vector)
    numeric = asked.trained.target.loss == "squared"
    words = by_words(recipe.task[-2:], recipe.seed) if recipe.task.startswith("sentiment") else None
    forecasts = None
    if recipe.series:
        series = np.frombuffer(recipe.series).reshape(-1, recipe.columns)
        ends = (MIDDLE, MIDDLE) if recipe.task == "weather" else (len(series) * 3 // 4,) * 2
        forecasts = baselines(series, ends, YEAR if recipe.task == "weather" else None)
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
    params = at_update(recipe, before[-1] if before else None, count)
    return {name: np.round(weight, DECIMALS) + 0.0 for name, weight in params.items()}


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
    used = x.any(-1)
    symbols = tuple(asked.inputs[int(i)] for i in x[used].argmax(-1))
    read = int(np.count_nonzero(examples.target.read[:, example]))
    match asked.wiring:
        case "one-to-many":
            given, steps = symbols[:1], read
            count = 1
        case "encoder-decoder":
            given, steps = symbols[: symbols.index(START) + 1], read
            count = len(given) - 1
        case _:
            given, steps = symbols, 1
            count = len(given)
    one_hot = np.eye(len(asked.inputs))[[asked.inputs.index(symbol) for symbol in given]]
    shown = tuple(map(visible, given))
    sequence = Sequence(one_hot, shown, tuple(map(visible, asked.inputs)), given)
    labels = tuple(map(visible, asked.outputs))
    return Network("own", model, weights, sequence, plan(asked.wiring, count, steps), labels, asked.glue, digits=digits)
