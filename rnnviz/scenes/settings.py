"""Every choice of the app with its default and its limits, and how it is read from an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rnnviz.core import CELLS, InputError
from rnnviz.core.engine.graph import BRANCHINGS
from rnnviz.core.language.functions import ACTIVATIONS
from rnnviz.core.language.reader import MAX_CHARACTERS
from rnnviz.core.scenario import edits
from rnnviz.core.scenario.presets import OPENINGS, presets
from rnnviz.core.scenario.sequences import SIGNALS
from rnnviz.core.scenario.wiring import SEQUENTIAL, WIRINGS
from rnnviz.text import LANGUAGES


@dataclass(frozen=True, slots=True)
class Limits:
    """What the app takes; every message about a limit quotes this table, and SIZES below."""

    steps: int = 200
    hidden: int = 32
    symbols: int = 64
    symbol: int = 64  # code points of one
    seed: int = 999_999
    inputs: int = 16
    rows: int = 10_000
    columns: int = 64
    numbers: int = 20_000  # typed, on all lines
    work: int = 16_000  # parts of a cell's equations (weights, signals, operations) times steps
    sent: int = 200_000  # numbers of all signals at all steps
    cell: int = 1_000  # characters of a file's cell; what is longer is cut, and no number
    gaps: int = 500  # cells without a number whose text is kept
    edits: int = edits.MAX_EDITS
    file: int = 2 * 1024 * 1024  # bytes
    field: int = 2_000_000  # bytes of what stays in a field that is too long to be taken; the rest is cut off
    undos: int = 20
    kept: int = 20_000  # characters of all texts that can be undone, as the browser keeps them
    link: int = 600
    address: int = 20_000  # characters of one choice as an address writes them; servers refuse 64 kB in all


LIMITS = Limits()
SOURCES = ("text", "words", "numbers", "signal", "weather", "file")
SYMBOLIC = ("text", "words")
TREES = tuple(name for name in CELLS if name not in SEQUENTIAL)
HAND = "hand"  # brackets that are typed, beside those of core.graph.BRANCHINGS
TEMPERATURES = ("0.2", "0.5", "1", "2")


@dataclass(frozen=True, slots=True)
class Settings:
    """One choice of everything.

    `equations` are the text of the cell "own"; `weights` is a preset's name or "random"; `t` counts from 1, 0 is
    before the first; `steps` is how many outputs are written where they are fed back, 0 for as many as suit;
    `temperature` is "" for the most probable symbol; `own` gives an encoder weights of its own; `columns` are names
    with commas between, "" for the first four; `first` and `length` are the window of a longer series; `other` is what
    a comparison has on the right, "" for a cell that differs from the first; `edit` is the text of the changes made
    (see core/scenario/edits.py); `branching` is how a text becomes a tree, "" for what suits it.
    """

    cell: str = "vanilla"
    equations: str = ""
    activation: str = "tanh"
    bias: bool = True
    wiring: str = "many-to-many"
    source: str = "text"
    text: str = "hello"
    columns: str = ""
    first: int = 1
    length: int = 30
    scale: bool = True
    signal: str = "sine"
    period: int = 8
    steps: int = 0
    temperature: str = ""
    own: bool = False
    other: str = ""
    hidden: int = 4
    weights: str = "hello"
    seed: int = 0
    t: int = 1
    edit: str = ""
    branching: str = ""
    lang: str = "en"


DEFAULT = Settings()
OWN = "own"  # the cell that is written in the address itself
BEFORE = "before"  # beside a network: itself, before the changes
# What stands in each kind of field where nothing was typed.
TYPED: dict[str, str] = {"text": "hello", "words": "the cat sat on the mat", "numbers": "0.1 0.4 0.9 0.4 0.1 −0.4"}
SENTENCE = "((the cat) (sat (on mat)))"  # of a tree, where nothing was typed
# What stands in the address, by its name there; an empty value means "not chosen".
NAMES = tuple(field for field in Settings.__dataclass_fields__)
# An address that chooses one of these without naming weights means random weights.
MEANS_RANDOM = ("seed", "hidden", "equations")
YES_NO = ("bias", "scale", "own")
# How many characters each choice may have. A text of numbers has a row of its own.
SIZES: Mapping[str, int] = {
    **dict.fromkeys(NAMES, 20),
    "text": 20_000,
    "numbers": 200_000,
    "columns": 2_000,
    "equations": MAX_CHARACTERS,
    "edit": edits.MAX_CHARACTERS,
}

IN_ADDRESS = {"field_size": "address_size", "field_edits": "address_edits"}  # the same errors, told of an address


def oversize(name: str, raw: Mapping[str, str | None]) -> InputError | None:
    """Why a choice among others is too long, if it is: told beside its field. Nothing else sees its value before."""
    value = raw.get(name) or ""
    limit = SIZES["numbers" if name == "text" and raw.get("source") == "numbers" else name]
    if len(value) > limit:
        return InputError("field_size", name=name, got=len(value), limit=limit, over=len(value) - limit)
    if name == "edit" and (got := value.count(",") + 1) > LIMITS.edits:
        return InputError("field_edits", name=name, got=got, limit=LIMITS.edits, over=got - LIMITS.edits)
    return None


def read_settings(raw: Mapping[str, str]) -> tuple[Settings, list[InputError]]:
    """The settings of an address, and an error for each value that makes no sense and is replaced by its default."""
    problems: list[InputError] = []
    chosen: dict[str, object] = {}
    options = {
        "cell": (*CELLS, OWN),
        "other": (*SEQUENTIAL, BEFORE),
        "activation": tuple(ACTIVATIONS),
        "wiring": tuple(WIRINGS),
        "source": SOURCES,
        "signal": SIGNALS,
        "temperature": TEMPERATURES,
        "branching": (HAND, *BRANCHINGS),
        "weights": (*presets(), "random"),
        "lang": LANGUAGES,
        **dict.fromkeys(YES_NO, ("1", "0")),
    }
    whole = {
        "hidden": (1, LIMITS.hidden),
        "seed": (0, LIMITS.seed),
        "t": (0, LIMITS.steps),
        "first": (1, LIMITS.rows),
        "length": (1, LIMITS.steps),
        "period": (1, LIMITS.steps),
        "steps": (0, LIMITS.steps // 2),
    }
    for name in NAMES:
        value = raw.get(name, "")
        if value == "" and (name != "text" or name not in raw):  # an emptied text is told of
            continue
        if wrong := oversize(name, raw):
            problems.append(InputError(IN_ADDRESS[wrong.code], None, None, **wrong.values, found=brief(value)))
        elif name in options and value not in options[name]:
            problems.append(InputError("address_option", name=name, got=brief(value), known=", ".join(options[name])))
        elif name in whole and not in_range(value, *whole[name]):
            first, last = whole[name]
            problems.append(InputError("address_number", name=name, got=brief(value), first=first, last=last))
        else:
            chosen[name] = value == "1" if name in YES_NO else int(value) if name in whole else value
    return replace(DEFAULT, **{**defaults(chosen), **chosen}), problems


def on_sequence(settings: Settings) -> tuple[Settings, list[InputError]]:
    """The settings for a page that shows sequences, and an error for a cell that needs a tree and is replaced."""
    if settings.cell in (*SEQUENTIAL, OWN):
        return settings, []
    problem = InputError("address_cell", got=settings.cell, known=", ".join(SEQUENTIAL))
    return replace(settings, cell=DEFAULT.cell), [problem]


def on_tree(settings: Settings, *, typed: bool) -> Settings:
    """The settings for the page that shows a tree; `typed` says whether someone chose the text.

    A cell for sequences gives way to the first for trees, another source to words, and all other texts to the sentence
    that the page opens with. There is one wiring, and no trained weights.
    """
    cell = settings.cell if settings.cell in TREES else TREES[0]
    source = settings.source if typed and settings.source in SYMBOLIC else "words"
    text = settings.text if typed and source == settings.source else SENTENCE
    return replace(
        settings, cell=cell, source=source, text=text, wiring=DEFAULT.wiring, weights="random", steps=0, temperature=""
    )


def defaults(chosen: Mapping[str, object]) -> dict[str, object]:
    """What follows from the choices made: a wiring brings its example, another source its text and random weights."""
    opening = OPENINGS[str(chosen.get("wiring", DEFAULT.wiring))]
    preset = presets()[opening.preset]
    source = str(chosen.get("source", preset.source))
    random = any(name in chosen for name in MEANS_RANDOM)
    if source != preset.source:
        return {"text": TYPED.get(source, ""), "weights": "random"}
    return {"source": source, "text": opening.given, "weights": "random" if random else opening.preset}


def in_range(value: str, first: int, last: int) -> bool:
    """Whether a text is a whole number in a range, in plain digits."""
    return value.isascii() and value.isdigit() and len(value) < 10 and first <= int(value) <= last


def brief(value: str) -> str:
    """A value as a message quotes it."""
    return value if len(value) <= 20 else value[:19] + "…"
