"""The stage: the equations of a model as heatmaps, one block an equation, with the numbers of all steps beside them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, count

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.core import Model
from rnnviz.core.engine.trace import Trace
from rnnviz.core.kept import Kept
from rnnviz.core.language.expressions import Call, Equation, Product, Signal, children, plus, signals, walk
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.core.scenario.wired import Wired
from rnnviz.figures import canvas, theme, writing
from rnnviz.figures.records import Block, Ranges, Stage
from rnnviz.figures.spelling import Sizes, nested

NARROW = 11  # columns: a phone held upright shows so many cells wide enough for a number


@dataclass(frozen=True, slots=True)
class About:
    """What a network is and does, in the names that texts have for it.

    cell     the cell, a text of [a_cell]
    does     what it does, a text of [does]
    given    what is read, in short
    right    for each step the right output, None where it is not known
    trained  whether its weights were trained (or set by hand) for this
    learnt   how many updates it learnt for, and how many of how many outputs are right; None for other weights
    """

    cell: str
    does: str
    given: str
    right: tuple[str | None, ...]
    trained: bool
    learnt: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """What a scene is besides if it is a backward pass: it is shown from the last step to the first.

    model    the cell whose run it goes back through
    states   the derivatives by its states, from the input upwards
    losses   what each output missed, (T,); None where nothing is read
    mean     the loss: their mean
    halves   of each of the states what comes in this step, and what comes through another one, (T, n) each
    """

    model: Model
    states: tuple[str, ...]
    losses: tuple[float | None, ...]
    mean: float
    halves: Mapping[str, tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a picture is drawn from: a model, its weights, its run, and what its rows and steps are called.

    `labels` names each step (its letter), `inputs` the rows of x and `outputs` those of y (the same if left out);
    `scores` says that y holds one score a symbol, so that its softmax is shown as well. `wired` says at which steps x
    is given or fed back, and y read; without it x is given and y read at all. `about` is told above the picture,
    `digits` are the decimals of the numbers in it.
    """

    model: Model
    params: Mapping[str, np.ndarray]
    trace: Trace
    labels: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...] | None = None
    scores: bool = True
    wired: Wired | None = None
    about: About | None = None
    digits: int = 2
    film: Film | None = None

    @property
    def nbytes(self) -> int:
        """The bytes of its numbers, about."""
        traces = [self.trace, *((self.wired.computed,) if self.wired else ())]
        arrays = [*(block for trace in traces for block in trace.blocks), *self.params.values()]
        return sum(array.nbytes for array in arrays)

    @property
    def gives(self) -> tuple[bool, ...]:
        """At which steps x is given: on a tree where a word is read."""
        if self.trace.graph and self.trace.on_tree:
            return tuple(word is not None for word in self.trace.graph.word)
        return self.wired.plan.gives if self.wired else (True,) * self.trace.T

    @property
    def reads(self) -> tuple[bool, ...]:
        """At which steps y is read."""
        return self.wired.plan.reads if self.wired else (True,) * self.trace.T

    @property
    def fed(self) -> tuple[bool, ...]:
        """At which steps x is what y of the step before chose."""
        return self.wired.plan.fed if self.wired else (False,) * self.trace.T

    @property
    def share(self) -> str | None:
        """The name of softmax(y) among the signals shown: p, unless the cell uses that; None where there is none."""
        if not self.scores or "y" not in self.model.equations:
            return None
        taken = (*self.model.equations, *self.model.shapes)
        return next(name for name in chain(["p"], (f"p_{i}" for i in count(1))) if name not in taken)

    @property
    def decoder(self) -> int:
        """The step (from 1) from which on the weights are `params`; before it they are the encoder's."""
        return self.wired.plan.start + 1 if self.wired and self.encoder else 1

    @property
    def encoder(self) -> Mapping[str, np.ndarray]:
        """The weights of an encoder that has its own; nothing where all steps share theirs."""
        parts = list(self.wired.segments) if self.wired else []
        own = len(parts) > 1 and parts[0].params is not parts[1].params
        return {name: np.asarray(parts[0].params[name]) for name in self.params} if own else {}

    @property
    def chosen(self) -> list[int] | None:
        """The place of the symbol that y chose at each step, where y has scores."""
        chosen = self.wired.chosen if self.wired and self.scores else None
        return None if chosen is None else [int(place) for place in chosen]

    @property
    def noise(self) -> dict[str, np.ndarray]:
        """What is added to the scores where symbols are sampled, by its name, (T, K); nothing where none are."""
        return dict(self.wired.noise) if self.wired else {}

    @property
    def held(self) -> dict[str, np.ndarray]:
        """For the signals of which numbers are held, not computed: where, (T, n), true or false."""
        return dict(self.wired.held) if self.wired else {}

    @property
    def equations(self) -> list[Equation]:
        """The equations shown: how x is chosen where it is fed back, the model's, and the softmax of its scores."""
        shown = list(self.model.equations.values())
        if any(self.fed):
            scores = plus(Signal("y", -1), *(Signal(name) for name in self.noise))
            shown.insert(0, Equation("x", Call("choose", scores), line=0))
        if self.share:
            shown.append(Equation(self.share, Call("softmax", Signal("y")), line=len(shown) + 1))
        return shown

    @property
    def stretches(self) -> list[tuple[int, int, Mapping[str, ArrayLike]]]:
        """The steps from one (from 0) up to another that one set of weights computed, and these weights."""
        if self.wired is None or not self.encoder:
            return [(0, self.trace.T, self.params)]
        return [(part.first, part.stop, part.params) for part in self.wired.segments]

    def sizes(self) -> Sizes:
        """Sizes, shapes and symbols, for the layout."""
        sizes = dict(self.model.sizes)
        outputs = self.inputs if self.outputs is None else self.outputs
        symbols = {"x": self.inputs, "y": outputs, "∇y": outputs}
        for name in (*self.noise, *([self.share] if self.share else [])):
            sizes[name] = sizes["y"]
            symbols[name] = outputs
        return Sizes(sizes, self.model.shapes, {k: v for k, v in symbols.items() if len(v) == sizes.get(k)})

    def signals(self) -> dict[str, tuple[np.ndarray, int]]:
        """Every signal shown: its rows in time order, (before + T + after, n), and how many stand before step 1."""
        shown = {}
        for name in (*self.model.inputs, *self.model.equations):
            before, after = self.trace.before(name), self.trace.after(name)
            if self.film and name in self.model.equations:  # beyond both ends a derivative is 0
                before, after = before[:0], after[:0]
            shown[name] = (np.concatenate([before, self.trace[name], after]), len(before))
        shown |= {name: (rows, 0) for name, rows in self.noise.items()}
        if self.share:
            with np.errstate(all="ignore"):
                shown[self.share] = (FUNCTIONS["softmax"].value(self.trace["y"], -1), 0)
        return shown


def states(model: Model) -> list[str]:
    """What stands between input and output: the signals carried, or where there are none all but the output."""
    return list(model.flow.carried) or [name for name in model.equations if name != "y"]


def looks_ahead(scene: Scene) -> list[str]:
    """The signals that need what is shown later, so that they are known only once the whole sequence is."""
    lags = {name: scene.model.lags[name] for name in scene.model.flow.carried}
    return sorted(name for name, lag in lags.items() if (lag.earlier if scene.film else lag.later))


def belt_of(scene: Scene) -> str:
    """The equation that carries the state of a scene; of a backward pass that of its last state."""
    return scene.film.states[-1] if scene.film else belt(scene.model)


def focus_of(scene: Scene) -> str:
    """The equation that is spelled out beside it at first."""
    if not scene.film:
        return focus(scene.model)
    own, names = belt_of(scene), list(scene.model.equations)
    others = [name for name in names if name != own]
    return next((name for name in others if name == own.replace("∂", "δ")), next(iter(others), own))


def belt(model: Model) -> str:
    """The equation that carries the state: the first that reads its own signal at another step, or at a child.

    Without such a state the first that reads the input, else the first.
    """
    own = (name for name, read in model.flow.reads.items() if any(s.name == name and s.shift != 0 for s in read))
    return next(own, next(iter([*model.flow.carried, *reading(model), *model.equations])))


def reading(model: Model) -> list[str]:
    """The signals whose equations read what is given."""
    return [name for name, read in model.flow.reads.items() if any(signal.name in model.inputs for signal in read)]


def focus(model: Model) -> str:
    """The equation that is spelled out beside the belt at first: one that reads the input, if the belt does not.

    Else the first that reads the belt; the belt itself where it is the only one.
    """
    own, given = belt(model), reading(model)
    others = [name for name in model.equations if name != own]
    after = [name for name in others if any(s.name == own and s.shift == 0 for s in model.flow.reads[name])]
    return next(iter([*(() if own in given else (name for name in given if name != own)), *after, *others, own]))


def as_json(scene: Scene) -> str:
    """The stage as JSON. It depends on the cell, its sizes and its symbols, but on no weight and no step."""
    key = (scene.model, scene.inputs, scene.outputs, scene.share, any(scene.fed), *scene.noise)
    return STAGES.get(key, lambda: json.dumps(stage(scene), ensure_ascii=False, separators=(",", ":")))


STAGES = Kept[str](24 * 2**20, lambda text: 4 * len(text))  # of bytes; a model of its own is behind each


def stage(scene: Scene) -> Stage:
    """The blocks of all equations, full and folded, for wide and narrow pages."""
    sizes = scene.sizes()
    blocks: list[Block] = []
    for equation in scene.equations:
        worked, narrow_worked = (canvas.working(equation, sizes, widest) for widest in (None, NARROW))
        blocks.append(
            {
                "name": equation.name,
                "label": writing.name(equation.name, "t"),
                "tree": nested(equation.expression),
                "wide": [line.record() for line in canvas.full(equation, sizes)],
                "narrow": [line.record() for line in canvas.full(equation, sizes, NARROW)],
                "folded": [line.record() for line in canvas.folded(equation, sizes)],
                "working": worked
                and {
                    "wide": [line.record() for line in worked.lines],
                    "narrow": [line.record() for line in (narrow_worked or worked).lines],
                    "terms": worked.terms,
                    "sum": worked.has_sum,
                    "function": worked.function and FUNCTIONS[worked.function].symbol,
                },
            }
        )
    state = scene.model.equations[belt_of(scene)]
    wide, narrow = (streams(scene, state, sizes, widest) for widest in (None, NARROW))
    return {
        "blocks": blocks,
        "belt": {
            "name": state.name,
            "wide": None if wide is None else [line.record() for line in wide],
            "narrow": None if narrow is None else [line.record() for line in narrow],
        },
        "focus": focus_of(scene),
        "share": scene.share,
    }


def streams(scene: Scene, state: Equation, sizes: Sizes, widest: int | None) -> list[canvas.Line] | None:
    """The line that carries the state as what is kept and what is written; of a derivative, what comes from where."""
    if not scene.film:
        return canvas.conveyor(state, sizes, widest)
    own = scene.model.equations
    passes = {term: any(s.shift != 0 and s.name in own for s in signals(term)) for term in children(state.expression)}
    return canvas.streams(state, {term: "through" if far else "here" for term, far in passes.items()}, sizes, widest)


def ranges(*scenes: Scene) -> Ranges:
    """The two fixed colour ranges: which signals are coloured from -1 to 1, and R for weights, sums and scores.

    Scenes that stand side by side share them, so that the same colour is the same number in all of them.
    """
    shown = [(name, rows) for scene in scenes for name, (rows, _) in scene.signals().items()]
    states = {name for scene in scenes for name in scene.model.flow.carried}
    beyond = {name for name, rows in shown if name == "y" or not (name in states or theme.is_state(rows))}
    derived = {name for scene in scenes if scene.film for name in (*scene.model.equations, "∇y")}
    others = [rows for name, rows in shown if name in beyond and name not in derived]
    weights = [weight for scene in scenes for weight in scene.params.values()]
    return {
        "states": list(dict.fromkeys(name for name, _ in shown if name not in beyond)),
        "state": theme.STATE_RANGE,
        "weight": theme.weight_range(*others, *weights),
    }


Axes = dict[str, list[list[str] | None]]


def entry(symbols: Axes, name: str, index: str, places: Iterable[int | None]) -> str:
    """A number of a signal or weight as HTML, such as W_xh[1,e]; `index` is its step.

    Its row and column (from 1) stand by symbol where they have one, and None is all of them, as *.
    """
    of = symbols.get(name) or []

    def place(axis: int, at: int | None) -> str:
        known = of[axis] if axis < len(of) else None
        return "*" if at is None else known[at - 1] if known and at <= len(known) else str(at)

    return writing.entry(name, index, *(place(axis, at) for axis, at in enumerate(places)))


def axes(scene: Scene) -> Axes:
    """For signals and weights the symbols of their rows, and for a matrix those of its columns, or None."""
    symbols = scene.sizes().symbols
    found: Axes = {name: [list(s)] for name, s in symbols.items()}
    letters = scene.model.letters
    for equation in scene.model.equations.values():
        for node in walk(equation.expression):
            if isinstance(node, Product) and node.transposed:
                operand = node.operand.name if isinstance(node.operand, Signal) else ""
                if operand in symbols:
                    found[node.weight] = [list(symbols[operand]), None]
            elif isinstance(node, Product):
                operand = node.operand.name if isinstance(node.operand, Signal) else ""
                same = letters[node.weight][0] == letters[equation.name][0]  # H may happen to be K
                rows, columns = symbols.get(equation.name) if same else None, symbols.get(operand)
                found[node.weight] = [list(rows) if rows else None, list(columns) if columns else None]
    return found
