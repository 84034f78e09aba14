"""Settings -> the scene that is shown: what is read, the model, its weights and its run."""

from dataclasses import dataclass
from urllib.parse import unquote

import numpy as np

from rnnviz.core import CELLS, InputError, Model
from rnnviz.core.presets import Preset, presets
from rnnviz.core.sequences import Sequence, alphabet_of
from rnnviz.core.wiring import START, Wired, feeds, fits, plan, run_wired
from rnnviz.figures.stage import Scene
from rnnviz.ui.reading import characters, in_alphabet, numbers, signal, spelled, visible, words
from rnnviz.ui.settings import DEFAULT, LIMITS, OWN, SYMBOLIC, Settings
from rnnviz.ui.tables import Table, weather, window

ALIKE = ("one-to-many", "many-to-many")  # both score the next symbol, so they share their weights
OUTPUTS = 5  # written from one symbol, unless another number is chosen


@dataclass(frozen=True, slots=True)
class Shown:
    """A scene, with what the sidebar and the page tell of it.

    `preset` is the name of its trained weights, if it has such; `table` is the series its window is cut from.
    """

    scene: Scene
    sequence: Sequence
    preset: str | None
    table: Table | None = None


def cell_text(settings: Settings) -> str:
    """The equations of the cell that is chosen; one's own begins with those of the first cell."""
    if settings.cell == OWN:
        return settings.equations or CELLS[DEFAULT.cell].equations
    return CELLS[settings.cell].equations


def offered(settings: Settings) -> list[str]:
    """The weights on offer for a cell, a wiring and a source: the presets made for them, and random."""
    fitting = [name for name, preset in presets().items() if suits(preset, settings)]
    return [*fitting, "random"]


def suits(preset: Preset, settings: Settings) -> bool:
    """Whether trained weights are for this cell, this wiring and this kind of input."""
    wired = preset.wiring == settings.wiring or (preset.wiring in ALIKE and settings.wiring in ALIKE)
    return settings.cell in preset.cells and wired and preset.source == settings.source


def chosen_weights(settings: Settings) -> str:
    """The weights that are used: random where those chosen are not on offer."""
    return settings.weights if settings.weights in offered(settings) else "random"


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
    """The scene of a choice. Raises InputError if what is to be read, or how, makes no sense."""
    reason = fits(cell_text(settings), settings.wiring, symbolic=settings.source in SYMBOLIC)
    if reason:
        raise InputError(reason)
    return spelled_out(settings) if settings.source in SYMBOLIC else series(settings, file)


def series(settings: Settings, file: Table | None) -> Shown:
    """The scene of numbers: y has a number for each column."""
    table = table_of(settings, file)
    if table:
        sequence = measured(settings, table)
    else:
        sequence = signal(settings.signal, settings.period, settings.length, settings.seed)
    n = len(sequence.rows)
    model = Model(cell_text(settings), n, settings.hidden, n, settings.activation, settings.bias)
    wired = run_wired(model, drawn(model, settings.seed), sequence.x, plan(settings.wiring, len(sequence.x)))
    return Shown(scene(wired, sequence, sequence.rows), sequence, None, table)


def spelled_out(settings: Settings) -> Shown:
    """The scene of a text, read by characters or by words."""
    symbols = characters(settings.text) if settings.source == "text" else words(settings.text)
    name, equations = chosen_weights(settings), cell_text(settings)
    preset = presets().get(name)
    start = (START,) if settings.wiring == "encoder-decoder" else ()
    alphabet = preset.alphabet if preset else (*alphabet_of(symbols), *start)
    in_alphabet(symbols, alphabet)
    sequence = spelled((*symbols, *start), alphabet)
    steps = settings.steps or (len(symbols) if start else OUTPUTS)
    if feeds(settings.wiring) and len(symbols) + steps > LIMITS.steps:
        raise InputError("wiring_long", limit=LIMITS.steps, got=len(symbols) + steps)
    planned = plan(settings.wiring, len(symbols), steps)
    labels = tuple(map(visible, preset.labels if preset else alphabet))
    if preset:
        model = Model(
            equations, len(alphabet), preset.hidden(settings.cell), len(labels), settings.activation, bias=False
        )
        params, encoder = preset.weights(settings.cell, model), preset.encoder(settings.cell, model)
    else:
        model = Model(equations, len(alphabet), settings.hidden, len(labels), settings.activation, settings.bias)
        params = drawn(model, settings.seed)
        encoder = drawn(model, settings.seed + 1) if settings.own and start else None
    temperature = float(settings.temperature) if settings.temperature else None
    wired = run_wired(model, params, sequence.x, planned, temperature=temperature, seed=settings.seed, encoder=encoder)
    return Shown(scene(wired, sequence, labels), sequence, name if preset else None)


def drawn(model: Model, seed: int) -> dict[str, np.ndarray]:
    """Random weights of two decimals: what is printed is what is computed."""
    return {weight: np.round(numbers, 2) + 0.0 for weight, numbers in model.init(seed).items()}


def scene(wired: Wired, sequence: Sequence, outputs: tuple[str, ...]) -> Scene:
    """A run with the names of its steps and rows."""
    return Scene(
        wired.model,
        {name: np.asarray(weight) for name, weight in wired.parts[-1].params.items()},
        wired.trace,
        labelled(sequence, wired),
        sequence.rows,
        outputs=outputs,
        scores=sequence.symbols is not None,
        wired=wired,
    )


def labelled(sequence: Sequence, wired: Wired) -> tuple[str, ...]:
    """What each step is called: its input, given or chosen; nothing where there is none."""
    used = wired.trace["x"]
    return tuple(
        sequence.labels[t] if t < len(sequence.labels) else sequence.rows[int(np.argmax(used[t]))]
        for t in range(wired.plan.T)
    )
