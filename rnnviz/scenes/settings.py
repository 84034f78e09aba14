"""Every choice of the app, one row each, and how all of them are read from an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rnnviz.core import CELLS, InputError
from rnnviz.core.engine.graph import BRANCHINGS
from rnnviz.core.language.functions import ACTIVATIONS
from rnnviz.core.language.reader import MAX_CHARACTERS
from rnnviz.core.learning.optimisers import OPTIMISERS
from rnnviz.core.learning.tasks import ON_TREES, TASKS
from rnnviz.core.scenario import edits, weights
from rnnviz.core.scenario.presets import OPENINGS, presets
from rnnviz.core.scenario.sequences import SIGNALS
from rnnviz.core.scenario.wiring import SEQUENTIAL, WIRINGS
from rnnviz.scenes.choices import LIMITS, brief, flag, number, option, rows, typed
from rnnviz.text import LANGUAGES

SOURCES = ("text", "words", "numbers", "signal", "weather", "file")
SYMBOLIC = ("text", "words")
TREES = tuple(name for name in CELLS if name not in SEQUENTIAL)
HAND = "hand"  # brackets that are typed, beside those of core.graph.BRANCHINGS
RADII = ("0.5", "0.7", "0.9", "1", "1.1", "1.3", "1.6", "2", "3", "4")  # of recurrent matrices, on the page "Memory"
IDENTITY = "identity"  # beside a network: itself without its tanh
CLIPS = ("0", "0.5", "1", "5")  # the longest that a gradient may be, 0 for any
BATCHES = ("1", "8", "32", "128", "all")  # examples of an update
TRAIN_RATES = ("0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "5")
RIVALS = ("branch", "seed", "vanilla", "lstm", "gru", "search")  # what a run is compared with
VIEWS = ("film", "items", "weights")  # of a backward pass
FILMS = ("untrained", "two", "now")  # the weights of a backward pass
TEMPERATURES = ("0.2", "0.5", "1", "2")
OWN = "own"  # the cell that is written in the address itself
UNITS = 4  # hidden units of random weights, unless another number is chosen
BEFORE = "before"  # beside a network: itself, before the changes


@dataclass(frozen=True, slots=True)
class Settings:
    """One choice of everything.

    `equations` are the text of the cell "own"; `weights` is a preset's name or weights.RANDOM; `t` counts from 1, 0 is
    before the first; `steps` is how many outputs are written where they are fed back, 0 for as many as suit;
    `temperature` is "" for the most probable symbol; `own` gives an encoder weights of its own; `columns` are names
    with commas between, "" for the first four; `first` and `length` are the window of a longer series; `other` is what
    a comparison has on the right, "" for a cell that differs from the first; `edit` is the text of the changes made
    (see core/scenario/edits.py); `branching` is how a text becomes a tree, "" for what suits it; `digits` are the
    decimals of the picture's numbers; `hidden` is 0 for as many units as suit; `target` is what would be right, "" for
    what suits. Training is on a `task` by a `rule` for so many `updates`, with a `rate` (""), a `batch` ("") and
    `train_hidden` units (0 for what suits), its gradients no longer than `clip`; `window` is after how many steps its
    derivatives are cut, 0 for never; `rival` is the run that it is compared with, `branch` the update from which on
    that may go on at `rival_rate`. Of a backward pass `view` is what is shown, `film` with which weights (drawn, after
    two updates, or as they are), `cut` after how many steps it is cut, 0 for never. `asked` is the signal whose memory
    is shown, `radius` the spectral radius that recurrent matrices are stretched to there, "" for none.
    """

    cell: str = option("vanilla", (*CELLS, OWN), "pick_cell", "pick_other", "pick_tree_cell")
    equations: str = typed("", MAX_CHARACTERS, "pick_equations")
    activation: str = option("tanh", ACTIVATIONS, "pick_activation")
    bias: bool = flag("1", "pick_bias")
    wiring: str = option("many-to-many", WIRINGS, "pick_wiring")
    source: str = option("text", SOURCES, "pick_source")
    text: str = typed("hello", 20_000, "pick_text")
    columns: str = typed("", 2_000, "pick_columns")
    first: int = number(1, 1, LIMITS.rows, "pick_first")
    length: int = number(30, 1, LIMITS.steps, "pick_length")
    scale: bool = flag("1", "pick_scale")
    signal: str = option("sine", SIGNALS, "pick_signal")
    period: int = number(8, 1, LIMITS.steps, "pick_period")
    steps: int = number(0, 0, LIMITS.steps // 2, "pick_steps")
    temperature: str = option("", TEMPERATURES, "pick_temperature")
    own: bool = flag("0", "pick_own")
    other: str = option("", (*SEQUENTIAL, BEFORE, IDENTITY), "pick_beside", "pick_memory")
    hidden: int = number(0, 1, LIMITS.hidden, "pick_hidden")
    weights: str = option("hello", weights.names(), "pick_weights")
    seed: int = number(0, 0, LIMITS.seed, "pick_seed")
    t: int = number(1, 0, LIMITS.steps)
    edit: str = typed("", edits.MAX_CHARACTERS)
    branching: str = option("", (HAND, *BRANCHINGS), "pick_branching")
    digits: int = number(2, 2, 6, "pick_digits")
    target: str = typed("", 1_000, "pick_target")
    cut: int = number(0, 1, LIMITS.steps, "pick_cut")
    asked: str = option("h", ("h", "y"), "pick_asked")
    radius: str = option("", RADII, "pick_radius")
    task: str = option("text", tuple(TASKS), "pick_task")
    rule: str = option("adam", OPTIMISERS, "pick_rule")
    rate: str = option("", TRAIN_RATES, "pick_rate")
    clip: str = option("1", CLIPS, "pick_clip")
    batch: str = option("", BATCHES, "pick_batch")
    updates: int = number(300, 10, 5000, "pick_updates")
    window: int = number(0, 1, LIMITS.steps, "pick_window")
    rival: str = option("", RIVALS, "pick_rival")
    rival_rate: str = option("0.3", TRAIN_RATES, "pick_rival_rate")
    branch: int = number(0, 1, 5000, "pick_branch")
    train_hidden: int = number(0, 1, LIMITS.hidden, "pick_train_hidden")
    view: str = option("film", VIEWS, "pick_view")
    film: str = option("untrained", FILMS, "pick_film")
    lang: str = option("en", LANGUAGES, "pick_lang")

    @property
    def units(self) -> int:
        """The hidden size of random weights."""
        return self.hidden or UNITS


DEFAULT = Settings()
# What stands in each kind of field where nothing was typed.
TYPED: dict[str, str] = {"text": "hello", "words": "the cat sat on the mat", "numbers": "0.1 0.4 0.9 0.4 0.1 −0.4"}
SENTENCE = "((the cat) (sat (on mat)))"  # of a tree, where nothing was typed
CHOICES = rows(Settings)
NAMES = tuple(CHOICES)
# An address that chooses one of these without naming weights means random weights.
MEANS_RANDOM = ("seed", "hidden", "equations")
NUMBERS = 200_000  # characters that a text of numbers may have

IN_ADDRESS = {"field_size": "address_size", "field_edits": "address_edits"}  # the same errors, told of an address


def oversize(name: str, raw: Mapping[str, str | None]) -> InputError | None:
    """Why a choice among others is too long, if it is: told beside its field. Nothing else sees its value before."""
    value = raw.get(name) or ""
    limit = NUMBERS if name == "text" and raw.get("source") == "numbers" else CHOICES[name].size
    if len(value) > limit:
        return InputError("field_size", name=name, got=len(value), limit=limit, over=len(value) - limit)
    if name == "edit" and (got := value.count(",") + 1) > LIMITS.edits:
        return InputError("field_edits", name=name, got=got, limit=LIMITS.edits, over=got - LIMITS.edits)
    return None


def read_settings(raw: Mapping[str, str]) -> tuple[Settings, list[InputError]]:
    """The settings of an address, and an error for each value that makes no sense and is replaced by its default."""
    problems: list[InputError] = []
    chosen: dict[str, object] = {}
    for name, choice in CHOICES.items():
        value = raw.get(name, "")
        if value == "" and (name != "text" or name not in raw):  # an emptied text is told of
            continue
        if wrong := oversize(name, raw):
            problems.append(InputError(IN_ADDRESS[wrong.code], None, None, **wrong.values, found=brief(value)))
        else:
            try:
                chosen[name] = choice.read(value)
            except InputError as wrong:
                problems.append(wrong.again())
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
    that the page opens with. There is one wiring, and no weights are trained but on a task of trees.
    """
    cell = settings.cell if settings.cell in TREES else TREES[0]
    source = settings.source if typed and settings.source in SYMBOLIC else "words"
    text = settings.text if typed and source == settings.source else SENTENCE
    made = weights.TAUGHT if settings.weights == weights.TAUGHT and settings.task in ON_TREES else weights.RANDOM
    fixed = replace(settings, wiring=DEFAULT.wiring, weights=made, steps=0, temperature="")
    return replace(fixed, cell=cell, source=source, text=text)


def defaults(chosen: Mapping[str, object]) -> dict[str, object]:
    """What follows from the choices made: a wiring brings its example, another source its text and random weights."""
    opening = OPENINGS[str(chosen.get("wiring", DEFAULT.wiring))]
    preset = presets()[opening.preset]
    source = str(chosen.get("source", preset.source))
    random = any(name in chosen for name in MEANS_RANDOM)
    if source != preset.source:
        learns = source in SYMBOLIC and not random
        return {"text": TYPED.get(source, ""), "weights": weights.LEARNT if learns else weights.RANDOM}
    return {"source": source, "text": opening.given, "weights": weights.RANDOM if random else opening.preset}
