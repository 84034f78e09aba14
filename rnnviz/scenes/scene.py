"""Settings -> the scene that is shown: what is read, the model, its weights and its run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote

import numpy as np

from rnnviz.core import InputError, Model, parse
from rnnviz.core.engine.graph import Graph
from rnnviz.core.kept import Kept
from rnnviz.core.language.expressions import Product, Vector, walk
from rnnviz.core.learning import nested
from rnnviz.core.learning.tasks import ON_TREES, Problem
from rnnviz.core.learning.training import Recipe, problem
from rnnviz.core.learning.training import model_of as recipe_model
from rnnviz.core.learning.vectors import printed
from rnnviz.core.scenario.edits import Change, read_edits, sorted_out, with_edits
from rnnviz.core.scenario.presets import Preset, presets
from rnnviz.core.scenario.sequences import Sequence, alphabet_of
from rnnviz.core.scenario.truth import right
from rnnviz.core.scenario.weights import ALIKE, LEARNT, RANDOM, TAUGHT, Learnt, Taught, Weights, drawn, offered, trained
from rnnviz.core.scenario.wired import Wired, run_wired
from rnnviz.core.scenario.wiring import START, Plan, feeds, fits, plan
from rnnviz.figures.stage import About, Scene
from rnnviz.scenes import recipes
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.learnt import Lesson, backwards, next_symbols, units
from rnnviz.scenes.reading.tables import Table, weather, window
from rnnviz.scenes.reading.text import characters, in_alphabet, numbers, signal, spelled, visible, words
from rnnviz.scenes.recipes import cell_text
from rnnviz.scenes.settings import DEFAULT, OWN, SYMBOLIC, TREES, Settings

LONG_SPAN = 24  # characters of the words below a node
OUTPUTS = 5  # written from one symbol, unless another number is chosen


@dataclass(frozen=True, slots=True)
class Network:
    """What is run, before any change: a model with its weights, what it reads, its wiring, and the names of its y.

    `cell` is its name, `glue` stands between its symbols where it reads such. `seed` is that of sampled choices;
    `table` is the series its window is cut from. `graph` is the tree whose nodes are the steps, None for a sequence.
    `unknown` says which symbols the trained weights that were chosen do not know, so that the text is learnt, or random
    ones are drawn; `waits` is what may be learnt on demand; `digits` are the decimals of the picture.
    """

    cell: str
    model: Model
    weights: Weights
    sequence: Sequence
    plan: Plan
    outputs: tuple[str, ...]
    glue: str | None
    temperature: float | None = None
    seed: int = 0
    table: Table | None = None
    graph: Graph | None = None
    unknown: InputError | None = None
    waits: Lesson | None = None
    digits: int = DEFAULT.digits


@dataclass(frozen=True, slots=True)
class Shown:
    """A network and its scene, after the changes that someone made.

    `before` is the scene without them, None where there are none; `edits` are the changes that fit this network, and
    `unfit` says what is wrong with each of the others.
    """

    network: Network
    scene: Scene
    before: Scene | None = None
    edits: tuple[Change, ...] = ()
    unfit: tuple[InputError, ...] = ()

    @property
    def nbytes(self) -> int:
        """The bytes of its numbers, about."""
        return self.scene.nbytes + (self.before.nbytes if self.before else 0)

    @property
    def sequence(self) -> Sequence:
        """What is read, before any change."""
        return self.network.sequence

    @property
    def preset(self) -> str | None:
        """The name of the trained weights, if it has such."""
        return self.network.weights.preset

    @property
    def table(self) -> Table | None:
        """The series that a window is cut from, if there is one."""
        return self.network.table


def weights_offered(settings: Settings) -> list[str]:
    """The weights on offer for what is chosen."""
    if settings.cell in TREES:
        return [RANDOM, TAUGHT] if settings.weights == TAUGHT and trained_by(settings) else [RANDOM]
    learns = settings.source in SYMBOLIC and not settings.own and can_learn(cell_text(settings))
    known = offered(settings.cell, settings.wiring, settings.source, learns=learns)
    return [*known, TAUGHT] if settings.weights == TAUGHT and trained_by(settings) else known


def trained_by(settings: Settings) -> tuple[Recipe, recipes.Made] | None:
    """What training made of the recipe that is chosen, where it suits what is read."""
    found = recipes.taught(settings) if settings.source in SYMBOLIC else None
    if found is None:
        return None
    if found[0].task in ON_TREES:
        return found
    wired = problem(found[0]).wiring
    same = settings.wiring == wired or (settings.wiring in ALIKE and wired in ALIKE)
    return found if same and bool(problem(found[0]).glue) == (settings.source == "words") else None


@lru_cache(64)
def can_learn(text: str) -> bool:
    """Whether the cell of a text has outputs, so that it can be said what is right, and weights."""
    try:
        found = parse(text)
    except InputError:
        return False
    nodes = (node for equation in found.values() for node in walk(equation.expression))
    return "y" in found and any(isinstance(node, Product | Vector) for node in nodes)


def chosen_weights(settings: Settings) -> str:
    """The weights that are used: where those chosen are not on offer the text is learnt, or else they are random."""
    known = weights_offered(settings)
    return settings.weights if settings.weights in known else LEARNT if LEARNT in known else RANDOM


def table_of(settings: Settings, file: Table | None) -> Table | None:
    """The table that the input is cut from, where it is one; raises InputError for what was typed."""
    match settings.source:
        case "numbers":
            return numbers(settings.text)
        case "weather":
            return weather()
        case "file":
            if file is None:
                raise InputError("file_none")
            return file
        case _:
            return None


def columns_of(settings: Settings, table: Table) -> list[str]:
    """The columns that are chosen, the first four if none are."""
    return [unquote(name) for name in settings.columns.split(",") if name] or list(table.columns[:4])


def measured(settings: Settings, table: Table) -> Sequence:
    """The window of a table that is read; what goes beyond its end is cut off."""
    length = min(settings.length, len(table.labels))
    first = min(settings.first, len(table.labels) - length + 1)
    return window(
        table, columns_of(settings, table), first, length, scale=settings.scale and settings.source != "numbers"
    )


def build(settings: Settings, file: Table | None = None) -> Shown:
    """The scene of a choice, after its changes. Raises InputError if what is to be read, or how, makes no sense."""
    return built(settings, file) if settings.source == "file" else kept(settings, built)


def kept(settings: Settings, make: Callable[[Settings], Shown]) -> Shown:
    """A scene that depends on the settings alone: a class opens one link, and Back returns to what was there."""
    # By all that a scene is made of: not by the step, the language, and what stands beside it.
    asked = replace(settings, t=DEFAULT.t, lang=DEFAULT.lang, other=DEFAULT.other)
    found = recipes.taught(settings) if settings.weights == TAUGHT else None  # what is made anew is another scene
    return SCENES.get((make, asked, found and found[1]), lambda: make(settings))


def bytes_of(shown: Shown) -> int:
    """The bytes of a scene, with its text and model, about; one that waits for its weights is too large to be kept."""
    return SCENES.limit if shown.network.waits else shown.nbytes + 50_000


SCENES = Kept[Shown](32 * 2**20, bytes_of)


def built(settings: Settings, file: Table | None = None) -> Shown:
    """The scene, made anew."""
    reason = fits(cell_text(settings), settings.wiring, symbolic=settings.source in SYMBOLIC)
    if reason:
        raise InputError(reason)
    return shown(settings, spelled_out(settings) if settings.source in SYMBOLIC else series(settings, file))


def shown(settings: Settings, network: Network) -> Shown:
    """A network after the changes that were made. Raises InputError for more than one run may compute."""
    bounded(network.model, network.plan.T)
    edits, unfit = changes_of(settings.edit, network)
    return Shown(network, scene(network, edits), scene(network, ()) if edits else None, edits, unfit)


def bounded(model: Model, T: int) -> None:
    """Raise InputError for a cell that is too large for so many steps: for all computing, and for all that is sent."""
    parts = sum(1 for e in model.expressions.values() for _ in walk(e))
    if parts * T > LIMITS.work:
        raise InputError("cell_work", parts=parts, T=T, got=f"{parts * T:,}", limit=f"{LIMITS.work:,}")
    rows = sum(model.sizes.values())
    if rows * T > LIMITS.sent:
        raise InputError("cell_sent", rows=rows, T=T, got=f"{rows * T:,}", limit=f"{LIMITS.sent:,}")


def changes_of(text: str, network: Network) -> tuple[tuple[Change, ...], tuple[InputError, ...]]:
    """The changes of a text that fit a network, and what is wrong with the others, or with the text."""
    try:
        edits = read_edits(text)
    except InputError as error:
        return (), (error,)
    fitting, unfit = sorted_out(edits, network.model, network.plan, network.weights.encoder is not None, network.graph)
    return fitting, tuple(unfit)


def series(settings: Settings, file: Table | None) -> Network:
    """The network of numbers: y has a number for each column."""
    table = table_of(settings, file)
    if table:
        sequence = measured(settings, table)
    else:
        sequence = signal(settings.signal, settings.period, settings.length, settings.seed)
    n = len(sequence.rows)
    model = model_of(cell_text(settings), n, settings.units, n, settings.activation, settings.bias)
    planned = plan(settings.wiring, len(sequence.x))
    weights = drawn(model, settings.seed)
    return Network(
        settings.cell, model, weights, sequence, planned, sequence.rows, None, table=table, digits=settings.digits
    )


def spelled_out(settings: Settings) -> Network:
    """The network of a text, read by characters or by words."""
    symbols = characters(settings.text) if settings.source == "text" else words(settings.text)
    name, equations = chosen_weights(settings), cell_text(settings)
    if name == TAUGHT and (by := trained_by(settings)):
        return taught_network(settings, symbols, *by)
    preset, unknown = known(name, symbols)
    start = (START,) if settings.wiring == "encoder-decoder" else ()
    alphabet = preset.alphabet if preset else (*alphabet_of(symbols), *start)
    labels = tuple(map(visible, preset.labels if preset else alphabet))
    # A text that the weights do not know is learnt, where it says itself what is right; one symbol says nothing.
    learns = (name == LEARNT or unknown) and LEARNT in weights_offered(settings) and len(symbols) > 1
    given = symbols[:1] if learns and settings.wiring == "one-to-many" else symbols
    sequence = spelled((*given, *start), alphabet)
    steps = settings.steps or (len(symbols) if start or learns else OUTPUTS)
    if feeds(settings.wiring) and len(given) + steps > LIMITS.steps:
        raise InputError("wiring_long", limit=LIMITS.steps, got=len(given) + steps)
    planned = plan(settings.wiring, len(given), steps)
    waits: Lesson | None = None
    if preset:
        hidden = preset.hidden(settings.cell)
        model = model_of(equations, len(alphabet), hidden, len(labels), settings.activation, bias=False)
        weights = trained(name, settings.cell, model)
    else:
        hidden = settings.hidden or (units(len(symbols)) if learns else settings.units)
        model = model_of(equations, len(alphabet), hidden, len(labels), settings.activation, settings.bias)
        weights = drawn(model, settings.seed, own=settings.own and bool(start))
    if learns:
        lesson = (backwards if start else next_symbols)(model, symbols, alphabet, settings.seed)
        found = lesson.learnt()
        waits = None if found else lesson
        weights = Weights(found.params, None, Learnt(symbols, found)) if found else weights
    temperature = float(settings.temperature) if settings.temperature else None
    glue = "" if settings.source == "text" else " "
    made = Network(settings.cell, model, weights, sequence, planned, labels, glue, temperature, settings.seed)
    told = None if weights.learnt or waits else unknown
    return replace(made, unknown=told, waits=waits, digits=settings.digits)


def taught_weights(model: Model, recipe: Recipe, made: recipes.Made) -> Weights:
    """The weights that were made by a recipe, as they are shown."""
    return Weights(printed(model.shapes, made.vector), None, Taught(recipe.task, made.updates))


def taught_network(settings: Settings, symbols: tuple[str, ...], recipe: Recipe, made: recipes.Made) -> Network:
    """The network of a text that reads it with weights that were trained on a task. Raises InputError for others."""
    asked = problem(recipe)
    in_alphabet(symbols, asked.inputs)
    model = recipe_model(recipe)
    weights = taught_weights(model, recipe, made)
    steps = settings.steps or (len(symbols) if settings.wiring == "encoder-decoder" else OUTPUTS)
    found = network_over(asked, model, weights, symbols, steps, digits=settings.digits, wiring=settings.wiring)
    return replace(found, temperature=float(settings.temperature) if settings.temperature else None, seed=settings.seed)


def network_over(
    asked: Problem,
    model: Model,
    weights: Weights,
    symbols: tuple[str, ...],
    steps: int,
    *,
    digits: int,
    wiring: str = "",
) -> Network:
    """A network of a task with symbols that reads some; `steps` outputs are written where they are fed back."""
    wiring = wiring or asked.wiring
    start = (START,) if wiring == "encoder-decoder" else ()
    sequence = spelled((*symbols, *start), asked.inputs)
    labels = tuple(map(visible, asked.outputs))
    planned = plan(wiring, len(symbols), steps)
    return Network(OWN, model, weights, sequence, planned, labels, asked.glue, digits=digits)


def known(name: str, symbols: tuple[str, ...]) -> tuple[Preset | None, InputError | None]:
    """The preset of this name, if it knows the symbols; else none, and what it does not know."""
    preset = presets().get(name)
    if preset is None:
        return None, None
    try:
        in_alphabet(symbols, preset.alphabet)
    except InputError as error:
        return None, error
    return preset, None


@lru_cache(64)
def model_of(text: str, D: int, H: int, K: int, activation: str = "tanh", bias: bool = True) -> Model:
    """A model, as `Model` makes it; a class has few."""
    return Model(text, D, H, K, activation, bias)


def scene(network: Network, edits: tuple[Change, ...]) -> Scene:
    """The run of a network after changes, with the names of its steps and rows."""
    sequence, planned, graph = network.sequence, network.plan, network.graph
    given = network.weights
    changed = with_edits(edits, network.model, planned, given.params, sequence.x, encoder=given.encoder, graph=graph)
    used = given.typed(changed.params, changed.encoder)
    if graph:
        graph = reordered(graph, changed.order)
    wired = run_wired(
        network.model,
        used.params,
        changed.x,
        planned,
        temperature=network.temperature,
        seed=network.seed,
        init=changed.init,
        encoder=used.encoder,
        holds=changed.holds,
        graph=graph,
    )
    labels = spans(graph, network.glue or "") if graph else labelled(sequence, wired, changed.order)
    return Scene(
        wired.model,
        {name: np.asarray(weight) for name, weight in wired.segments[-1].params.items()},
        wired.trace,
        labels,
        sequence.rows,
        outputs=network.outputs,
        scores=sequence.symbols is not None,
        wired=wired,
        about=about(network, labels),
        digits=network.digits,
    )


def about(network: Network, labels: tuple[str, ...]) -> About:
    """What a network is and does, and what would have been right; `labels` are those of the steps."""
    preset, planned, T = network.weights.preset, network.plan, len(labels)
    given = [label for label, gives in zip(labels, planned.gives, strict=False) if gives and label != START]
    if isinstance(network.weights.first, Taught):
        return taught_about(network, network.weights.first, labels, given)
    if network.graph:
        return About(network.cell, "random_tree", labels[-1], (None,) * T, trained=False)
    if network.glue is None:
        return About(network.cell, "random_numbers", ", ".join(network.sequence.rows), (None,) * T, trained=False)
    writes = len(given) < T and START not in labels
    learnt = network.weights.learnt
    if learnt:
        return learnt_about(network, learnt, planned, T)
    task = (f"{preset}_on" if writes else preset) if preset else "random_on" if writes else "random_text"
    known = right(preset, given, T) if preset else [None] * T
    return About(network.cell, task, network.glue.join(given), asked(known, planned), trained=preset is not None)


def asked(answers: Iterable[str | None], planned: Plan) -> tuple[str | None, ...]:
    """Right answers, where they are read."""
    return tuple(answer if read else None for answer, read in zip(answers, planned.reads, strict=True))


def taught_about(network: Network, taught: Taught, labels: tuple[str, ...], given: list[str]) -> About:
    """The same of one that was trained on a task."""
    text = (network.glue or "").join(given) if network.glue is not None else ", ".join(network.sequence.rows)
    known: tuple[str | None, ...] = (None,) * len(labels)
    if network.graph:
        text, known = network.graph.write(), nested.values(network.graph)
    counts = (taught.updates, 0, 0)
    return About("own", f"task_{taught.task}", text, known, trained=taught.updates > 0, learnt=counts)


def learnt_about(network: Network, learnt: Learnt, planned: Plan, T: int) -> About:
    """The same of one that has learnt its text."""
    symbols, found = learnt.symbols, learnt.memorised
    if planned.start:
        task, answers = "learnt_back", [*[None] * len(symbols), *map(visible, reversed(symbols))]
    else:
        task, answers = (
            "learnt_on" if any(planned.fed) else "learnt",
            [visible(symbols[(t + 1) % len(symbols)]) for t in range(T)],
        )
    if not found.whole:
        task += "_partly" if network.model.flow.carried else "_blindly"
    padded = [*answers, *[None] * T][:T]
    text = (network.glue or "").join(map(visible, symbols))
    counts = (found.updates, found.right, found.count)
    return About(network.cell, task, text, asked(padded, planned), trained=True, learnt=counts)


def reordered(graph: Graph, order: tuple[int, ...]) -> Graph:
    """The same tree with its words in another order: `order` says for each node which one's input it has."""
    words = dict(zip(graph.readers, graph.words, strict=True))
    return replace(graph, words=tuple(words[order[node]] for node in graph.readers))


def spans(graph: Graph, glue: str) -> tuple[str, ...]:
    """What each node is called: the words below it, with `glue` between; of many the first and the last.

    Where operators are read, the brackets inside say what each of them joins.
    """
    shown = tuple(map(visible, graph.words))
    named = replace(graph, words=shown)

    def called(node: int) -> str:
        first, stop = graph.span[node]
        text = glue.join(shown[first:stop])
        if graph.has_operators and graph.children(node):
            text = named.written(node)[1:-1]
        return text if len(text) <= LONG_SPAN or stop - first == 1 else f"{shown[first]} … {shown[stop - 1]}"

    return tuple(map(called, range(len(graph))))


def labelled(sequence: Sequence, wired: Wired, order: tuple[int, ...]) -> tuple[str, ...]:
    """What each step is called: the input given there, by its order, or the one chosen.

    An input whose numbers were changed keeps its name; one that would be chosen and was changed to another symbol has
    that one's.
    """
    used, chosen = wired.trace["x"], wired.chosen

    def symbol_at(t: int) -> str:
        symbol = np.count_nonzero(used[t]) == 1 and used[t].max() == 1.0
        return sequence.rows[int(np.argmax(used[t]) if symbol or chosen is None else chosen[t - 1])]

    return tuple(sequence.labels[order[t]] if t < len(order) else symbol_at(t) for t in range(wired.plan.T))
