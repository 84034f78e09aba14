"""Training in slices: a recipe says all, a state holds all, and a slice more can be computed anywhere."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from time import thread_time

import numpy as np

from rnnviz.core.engine.compiled import Params
from rnnviz.core.engine.prepared import Prepared
from rnnviz.core.engine.trace import Trace
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.functions import Array
from rnnviz.core.learning.losses import loss_of, rights
from rnnviz.core.learning.optimisers import SEARCH, Moments, Rule, update
from rnnviz.core.learning.tasks import ON_TREES, TASKS, Examples, Problem
from rnnviz.core.learning.vectors import Flat, initial, printed
from rnnviz.core.model import Model

EVERY = 50  # updates between two checkpoints
LOOKS = 20  # updates between two looks at what is watched
WHOLE, BATCH = 64, 32  # so many examples are one batch; of more, each update has so many
SEARCHED = 0.1  # the standard deviation of a random step
RECENT = 20  # losses whose median tells whether it diverges


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that training depends on, so that the same recipe makes the same weights (on one processor).

    task        a name of TASKS
    text        what is read, for a task that has a text
    equations   the cell; with its activation, whether it has biases, and H hidden units
    seed        of the first weights, of what is held back, and of the order of the examples
    rule        the optimiser
    updates     at most so many; fewer where the task is learnt before
    batch       the examples of an update: 0 for all where there are at most WHOLE, else BATCH; -1 for all
    window      derivatives are cut every so many steps; 0 for never
    series      the bytes of a series of float64, and its columns, for a task that has one
    branch      the update from which on `rule` counts; before it `before`
    """

    task: str
    equations: str
    hidden: int = 16
    activation: str = "tanh"
    bias: bool = True
    seed: int = 0
    text: str = ""
    rule: Rule = field(default_factory=Rule)
    updates: int = 300
    window: int = 0
    series: bytes = b""
    columns: int = 1
    batch: int = 0
    branch: int = 0
    before: Rule | None = None

    def rule_at(self, count: int) -> Rule:
        """The rule of the update after so many."""
        return self.before if self.before and count < self.branch else self.rule


@dataclass(slots=True, eq=False)
class State:
    """Where training stands; a slice begins with one and ends with one.

    vector    all weights, as Flat has them, with
    moments   what the optimiser remembers
    best      the weights of the lowest loss so far (of what is watched, where something is), and
    lowest    that loss
    first     the loss before any update
    recent    the last losses
    ended     "" while it goes on; "learnt", "done" or "diverged"
    tried     how good the best weights, rounded, are on what is tried at the end, by its names
    """

    vector: Array
    moments: Moments
    best: Array
    lowest: float = float("inf")
    first: float = float("nan")
    recent: list[float] = field(default_factory=list)
    ended: str = ""
    tried: dict[str, float] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many updates were made."""
        return self.moments.count


@dataclass(slots=True, eq=False)
class Slice:
    """What one slice brought: the state after it, the loss before each of its updates, looks, and checkpoints."""

    state: State
    losses: list[float]
    looks: list[tuple[int, float, float | None]]  # updates made, the loss watched, the measure of what is held back
    checkpoints: list[tuple[int, Array, Moments]]


@lru_cache(16)
def problem_of(recipe: Recipe) -> Problem:
    """The task of a recipe, made once; rates, updates and the like are no part of it."""
    series = np.frombuffer(recipe.series).reshape(-1, recipe.columns) if recipe.series else None
    return TASKS[recipe.task](recipe.text, recipe.seed, series)


def problem(recipe: Recipe) -> Problem:
    """The task of a recipe."""
    return problem_of(
        Recipe(recipe.task, "", text=recipe.text, seed=recipe.seed, series=recipe.series, columns=recipe.columns)
    )


def model_of(recipe: Recipe) -> Model:
    """The model of a recipe, with the sizes of its task."""
    asked = problem(recipe)
    model = Model(
        recipe.equations, len(asked.inputs), recipe.hidden, len(asked.outputs), recipe.activation, recipe.bias
    )
    if "y" not in model.equations:
        raise InputError("wiring_no_y")
    if recipe.task in ON_TREES:
        if not model.child:
            raise InputError("train_tree")
        return model
    if model.child:
        raise InputError("wiring_tree")
    ragged = not asked.trained.target.read[-1].all()
    if ragged and any(lag.later for name, lag in model.lags.items() if name in model.equations):
        raise InputError("train_lengths")
    return model


class Trainer:
    """Computes updates of one recipe from a state on."""

    def __init__(self, recipe: Recipe, state: State | None = None) -> None:
        self.recipe, self.problem, self.model = recipe, problem(recipe), model_of(recipe)
        self.flat = Flat(self.model.shapes)
        examples = self.problem.trained
        usual = examples.count if examples.count <= WHOLE else BATCH
        self.size = examples.count if recipe.batch < 0 else min(examples.count, recipe.batch or usual)
        # Trees of another shape are another graph: only sequences come again and again.
        self.step = None if examples.trees else Prepared(self.model.cell, self.flat.views, examples.x[:, : self.size])
        self.state = state or self.begun()
        self.flat.vector[...] = self.state.vector

    def begun(self) -> State:
        """Before the first update."""
        vector = self.flat.joined(initial(self.model, self.recipe.seed))
        return State(vector, Moments.none(vector.size), vector.copy())

    def batch(self, count: int) -> Examples:
        """The examples of the update after so many: all of them, or some in an order that the seed makes anew."""
        examples = self.problem.trained
        if self.size == examples.count:
            return examples
        each = examples.count // self.size
        order = np.random.default_rng([self.recipe.seed, 90, count // each]).permutation(examples.count)
        first = (count % each) * self.size
        return examples.some(order[first : first + self.size])

    def gradient(self, examples: Examples) -> tuple[float, Array]:
        """The loss of some examples, and its gradient."""
        window = self.recipe.window
        if self.step is None:
            trace = self.model.run(self.flat.views, examples.x, graph=examples.graph)
            found = loss_of(trace["y"], examples.target)
            return found.mean, self.flat.joined(self.model.backward(self.flat.views, trace, {"y": found.dy}).params)
        if 0 < window < len(examples.x):
            return self.cut(examples, window)
        found = loss_of(self.y(examples), examples.target)
        return found.mean, self.flat.joined(self.step.gradients(found.dy))

    def y(self, examples: Examples) -> Array:
        """The outputs for a batch."""
        if self.step is None:
            return outputs(self.model, self.flat.views, examples)
        self.step.give(examples.x)
        return self.step.y()

    def cut(self, examples: Examples, window: int) -> tuple[float, Array]:
        """The same with derivatives that stay inside of windows: each begins with the state of the one before."""
        trace = self.model.run(self.flat.views, examples.x)
        found = loss_of(trace["y"], examples.target)
        total = np.zeros_like(self.flat.vector)
        for first in range(0, len(examples.x), window):
            init = {name: self.before(trace, name, first) for name in self.model.lags if name in self.model.equations}
            part = self.model.run(self.flat.views, examples.x[first : first + window], init=init)
            dy = found.dy[first : first + window]
            total += self.flat.joined(self.model.backward(self.flat.views, part, {"y": dy}).params)
        return found.mean, total

    @staticmethod
    def before(trace: Trace, name: str, first: int) -> Array:
        """The states that a window begins with, as `Model.run` takes them."""
        lag = trace.lags[name]
        return trace.rows(name, first - lag.earlier, first)

    def go_on(self, spent: Callable[[], bool], until: int | None = None) -> Slice:
        """Train until it is done, or until so many updates are made, or `spent` says that it is enough for now."""
        state, recipe = self.state, self.recipe
        found = Slice(state, [], [], [])
        while not state.ended and (until is None or state.count < until):
            if state.count % LOOKS == 0:
                self.look(found)
            rule = recipe.rule_at(state.count)
            if rule.name == SEARCH:
                self.search(found)
                if spent():
                    break
                continue
            loss, gradient = self.gradient(self.batch(state.count))
            self.judge(loss)
            found.losses.append(loss)
            if state.ended:
                break
            if state.count % EVERY == 0:
                found.checkpoints.append((state.count, self.flat.vector.copy(), state.moments.copy()))
            update(rule, self.flat.vector, gradient, state.moments)
            if state.count >= recipe.updates:
                state.ended = "done"
                self.look(found)
            if spent():
                break
        state.vector = self.flat.vector.copy()
        if state.ended and not state.tried:
            best = printed(self.model.shapes, state.best)
            tried = self.problem.tried()
            state.tried = {name: measure(self.model, best, examples, 1.0) for name, examples in tried.items()}
        return found

    def search(self, found: Slice) -> None:
        """One try of random search: weights a random step away from the best are kept if their loss is lower.

        Its loss is that of the best weights so far, over the examples of one batch.
        """
        state = self.state
        examples = self.batch(0)
        loss = loss_of(self.y(examples), examples.target).mean
        if state.count == 0:
            state.first = loss
        if loss < state.lowest:
            state.lowest, state.best = loss, self.flat.vector.copy()
        found.losses.append(state.lowest)
        if state.count % EVERY == 0:
            found.checkpoints.append((state.count, self.flat.vector.copy(), state.moments.copy()))
        state.moments.count += 1
        state.ended = "learnt" if state.lowest < self.problem.aims else ""
        step = np.random.default_rng([self.recipe.seed, 95, state.count]).normal(size=state.best.size)
        self.flat.vector[...] = state.best + SEARCHED * step
        if state.count >= self.recipe.updates and not state.ended:
            state.ended = "done"

    def judge(self, loss: float) -> None:
        """Whether the loss before an update ends training, and whether its weights are the best so far."""
        state = self.state
        if state.count == 0:
            state.first = loss
        state.recent = [*state.recent, loss][-RECENT:]
        if self.problem.watched is None and loss < state.lowest:
            state.lowest, state.best = loss, self.flat.vector.copy()
        whole = len(state.recent) == RECENT
        # A softmax keeps every loss finite, however far it is off: growing is the sign.
        if not np.isfinite(loss) or (whole and float(np.median(state.recent)) > 2.0 * state.first):
            state.ended = "diverged"
        else:
            # Of a part of the examples, some recent losses together say what one says of all.
            all_of_them = self.size == self.problem.trained.count
            far = loss if all_of_them else max(state.recent) if whole else float("inf")
            state.ended = "learnt" if far < self.problem.aims else ""

    def look(self, found: Slice) -> None:
        """Measure what is never trained on."""
        asked, state = self.problem, self.state
        held = measure(self.model, self.flat.views, asked.held, asked.scale) if asked.held else None
        watched = float("nan")
        if asked.watched:
            watched = loss_of(outputs(self.model, self.flat.views, asked.watched), asked.watched.target).mean
            if watched < state.lowest:
                state.lowest, state.best = watched, self.flat.vector.copy()
        found.looks.append((state.count, watched, held))


def measure(model: Model, params: Params, examples: Examples, scale: float) -> float:
    """How good outputs are: of scores the part of examples that are right throughout, of numbers the mean |error|."""
    y, target = outputs(model, params, examples), examples.target
    if examples.trees:  # each is asked once, at its root
        return rights(y, target) / target.count
    if target.loss == "squared":
        return float((np.abs(y - target.right).sum(-1) * target.read).sum() / target.count) * scale
    right = (y.argmax(-1) == target.right.argmax(-1)) | ~target.read
    return float(right.all(0).mean())


def accuracy(model: Model, params: Params, examples: Examples) -> float:
    """The part of all outputs that are read which are right."""
    return rights(outputs(model, params, examples), examples.target) / examples.target.count


def outputs(model: Model, params: Params, examples: Examples) -> Array:
    """y for examples: (T, B, K), of trees (N, K)."""
    return model.run(params, examples.x, graph=examples.graph)["y"]


def advance(recipe: Recipe, state: State | None, seconds: float) -> Slice:
    """A slice of training, of so many seconds of the processor; `state` None begins."""
    end = thread_time() + seconds
    return Trainer(recipe, state).go_on(lambda: thread_time() >= end)


def at_update(recipe: Recipe, checkpoint: tuple[int, Array, Moments] | None, count: int) -> Trainer:
    """Training after so many updates, recomputed from a checkpoint at or before it; exact on one processor.

    Of random search, which has no gradient, only the weights that were tried at the checkpoint itself.
    """
    trainer = Trainer(recipe)
    if checkpoint:
        trainer.flat.vector[...] = checkpoint[1]
        trainer.state.moments = checkpoint[2].copy()
    for done in range(checkpoint[0] if checkpoint else 0, count):
        rule = recipe.rule_at(done)
        if rule.name == SEARCH:
            break
        _, gradient = trainer.gradient(trainer.batch(done))
        update(rule, trainer.flat.vector, gradient, trainer.state.moments)
    trainer.state.vector = trainer.flat.vector.copy()
    return trainer
