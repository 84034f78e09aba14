"""Back-propagation taken apart: which loss gave what to which step, how much each step depends on each input, and why.

All of it comes from backward passes of a batch of copies of one run, in each of which the loss is something else: the
loss of one step only, or one number of one step.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.core.engine.gradients import Gradients, backward_of
from rnnviz.core.engine.trace import Trace
from rnnviz.core.language.adjoint import Adjoint
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import Expression, Product, Signal, children, plus, signals, terms_of, walk
from rnnviz.core.language.flow import Lags
from rnnviz.core.language.functions import Array
from rnnviz.core.learning.returned import far, substituted, written_out
from rnnviz.core.model import Model

AT_ONCE = 64  # copies of a run held in memory


def passes(
    model: Model, params: Mapping[str, Array], trace: Trace, name: str, seeds: Array
) -> Iterator[tuple[slice, Gradients]]:
    """Backward passes of losses that read `name`: seeds (copies, T, n), some copies at a time."""
    run: Trace | None = None
    for first in range(0, len(seeds), AT_ONCE):
        some = seeds[first : first + AT_ONCE]
        if run is None or run.batch != len(some):
            run = model.run(params, **trace.copies(len(some)))
        yield slice(first, first + len(some)), model.backward(params, run, {name: some.swapaxes(0, 1)})


def items(model: Model, params: Mapping[str, Array], trace: Trace, dy: Array, name: str) -> Array:
    """What the loss of each step gives to the derivative by a signal at each step: (t, k, n).

    dy is dL/dy, (T, K), of the whole loss, so that the sum over t is `Gradients.signals[name]`; item (t, k) is the
    derivative of the share of step t. Exact. Raises InputError for a signal that the cell has not.
    """
    if name not in model.sizes:
        raise InputError("unknown_signal", name=name, known=", ".join(model.sizes))
    T = trace.T
    seeds = np.zeros((T, T, dy.shape[1]))
    seeds[range(T), range(T)] = dy
    found = np.zeros((T, T, model.sizes[name]))
    for which, gradients in passes(model, params, trace, "y", seeds):
        found[which] = gradients.signals[name].swapaxes(0, 1)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Causes:
    """How the length of a derivative changes on its way from a step t back to step k, told apart; all (t, k), one row
    for each step that was asked, NaN where k > t.

    length   the Frobenius norm of the Jacobian d s_t / d s_k of the state s
    first    the part of the way from k + 1 to k: the length after its first half, as a ratio to the length before it
    kinds    what the two halves of a step are: ("slopes", "weights") where a derivative goes through a function and
             then through a matrix; ("carry", "rest") where some of it goes through no matrix: first that alone, then
             all; None where a step cannot be told apart

    With r = length[t, k + 1], m = first[t, k] * r: log m/r + log length[t, k]/m adds up to the whole, exactly.
    """

    length: Array
    first: Array | None
    kinds: tuple[str, str] | None


def triangle(model: Model, params: Mapping[str, Array], trace: Trace, name: str) -> Array:
    """How much a signal s at each step depends on each input: (t, k), the Frobenius norm of the Jacobian d s_t / d x_k.

    Exact; 0 where s_t does not depend on x_k. Where all that is carried comes from one step before, the Jacobians of
    all steps are found at once and multiplied; else there is a backward pass for each number of each step.
    """
    if name not in model.sizes:
        raise InputError("unknown_signal", name=name, known=", ".join(model.sizes))
    return (chained if near(model) else seeded)(model, params, trace, name)


def near(model: Model) -> bool:
    """Whether all that is carried is a state of one step before."""
    only = all(lag == Lags(1, 0) for lag in model.lags.values())
    return bool(model.lags) and only and not any(name in model.lags for name in model.inputs)


def of_steps(
    model: Model, params: Mapping[str, Array], trace: Trace, given: Mapping[str, Array], rows: int
) -> tuple[Array, Array]:
    """Jacobians of every step, all at once: by the states before it, (T, rows, N), and by its input, (T, rows, D).

    `given` has the seeds of each row, (1, T * rows, n) a signal; N numbers are those of all states, end to end.
    """
    T, x = trace.T, next(iter(model.inputs))
    init = {
        state: np.repeat(np.concatenate([trace.before(state), trace[state][:-1]]), rows, axis=0) for state in model.lags
    }
    one = model.run(params, np.repeat(trace[x], rows, axis=0)[None], init=init)
    found = model.backward(params, one, given)
    by_state = np.concatenate([found.init[state] for state in model.lags], axis=-1)
    return by_state.reshape(T, rows, -1), found.signals[x][0].reshape(T, rows, -1)


def jacobians(model: Model, params: Mapping[str, Array], trace: Trace) -> tuple[Array, Array]:
    """Of the states of each step by those of the step before, (T, N, N), and by its input, (T, N, D)."""
    widths = [model.sizes[state] for state in model.lags]
    ends = np.cumsum(widths)
    units = np.tile(np.eye(int(ends[-1])), (trace.T, 1))[None]
    seeds = {s: units[..., end - width : end] for s, width, end in zip(model.lags, widths, ends, strict=True)}
    return of_steps(model, params, trace, seeds, int(ends[-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Unfolded:
    """How the derivative of each step's loss comes back through all states: what is at k is what is at k + 1 times J.

    states    the states, with their sizes; N numbers are those of all, end to end
    steps     J, (T, N, N): the Jacobian of the states of each step by those of the step before
    carried   (t, k, N): at k = t what the loss of t gives to the states of its own step, of which it reads the last
    """

    states: tuple[tuple[str, int], ...]
    steps: Array
    carried: Array


def reads_one(model: Model, state: str) -> bool:
    """Whether y reads no state of its own step but this one, in which all others have gone in."""
    here = {s.name for s in signals(model.expressions["y"]) if s.shift == 0}
    return near(model) and state in here and not here & {*model.lags} - {state}


def unfolded(model: Model, params: Mapping[str, Array], trace: Trace, found: Array, state: str) -> Unfolded | None:
    """The products that items of a state, (t, k, n), are made of; None for a cell that carries something else, too."""
    if not reads_one(model, state):
        return None
    steps, _ = jacobians(model, params, trace)
    states = tuple((name, model.sizes[name]) for name in model.lags)
    first = sum(size for _, size in states[: [name for name, _ in states].index(state)])
    T, N = trace.T, steps.shape[1]
    carried = np.zeros((T, T, N))
    for t in range(T):
        carried[t, t, first : first + model.sizes[state]] = found[t, t]
        for k in range(t - 1, -1, -1):
            carried[t, k] = carried[t, k + 1] @ steps[k + 1]
    return Unfolded(states, steps, carried)


def chained(model: Model, params: Mapping[str, Array], trace: Trace, name: str) -> Array:
    """The same by products of the Jacobians of single steps."""
    T, n = trace.T, model.sizes[name]
    steps, inputs = jacobians(model, params, trace)
    first, own = of_steps(model, params, trace, {name: np.tile(np.eye(n), (T, 1))[None]}, n)
    squares = np.zeros((T, T))
    squares[range(T), range(T)] = (own * own).sum((1, 2))
    # d s_t / d(states at k), of all t behind k.
    way = np.zeros((T, n, steps.shape[1]))
    for k in range(T - 2, -1, -1):
        way[k + 1] = first[k + 1]
        found = way[k + 1 :] @ inputs[k]
        squares[k + 1 :, k] = (found * found).sum((1, 2))
        way[k + 1 :] = way[k + 1 :] @ steps[k]
    return np.sqrt(squares)


def seeded(model: Model, params: Mapping[str, Array], trace: Trace, name: str) -> Array:
    """The same by a backward pass for each number of each step."""
    x, T, n = next(iter(model.inputs)), trace.T, model.sizes[name]
    squares = np.zeros((T, T))
    for which, gradients in passes(model, params, trace, name, every(T, n)):
        found = gradients.signals[x]
        np.add.at(squares, np.repeat(np.arange(T), n)[which], (found * found).sum(-1).T)
    return np.sqrt(squares)


def every(T: int, n: int, steps: Iterable[int] | None = None) -> Array:
    """Seeds of copies in each of which the loss is one number of one step, (steps * n, T, n)."""
    chosen = range(T) if steps is None else list(steps)
    seeds = np.zeros((len(chosen), n, T, n))
    for i in range(n):
        seeds[range(len(chosen)), i, chosen, i] = 1.0
    return seeds.reshape(len(chosen) * n, T, n)


def causes(model: Model, params: Mapping[str, Array], trace: Trace, state: str, steps: Sequence[int]) -> Causes:
    """How the derivative of a state by itself shrinks or grows on its way back from some steps (from 0)."""
    T, n = trace.T, model.sizes[state]
    made = backward_of(model.cell, (state,)).adjoint
    middle = halfway(made, state)
    squares, half = np.zeros((len(steps), T)), np.zeros((len(steps), T))
    rows = np.repeat(np.arange(len(steps)), n)
    for which, gradients in passes(model, params, trace, state, every(T, n, steps)):
        found = gradients.signals[state]
        np.add.at(squares, rows[which], (found * found).sum(-1).T)
        if middle:
            found = gradients.value(middle[0])
            np.add.at(half, rows[which], (found * found).sum(-1).T)
    earlier = np.arange(T) <= np.array(steps)[:, None]
    length = np.where(earlier, np.sqrt(squares), np.nan)
    if middle is None:
        return Causes(length, None, None)
    nothing = np.full((len(steps), 1), np.nan)
    with np.errstate(all="ignore"):
        first = np.sqrt(half)
        if middle[1][0] == "slopes":  # they stand at the step that is left, k + 1
            first = np.concatenate([first[:, 1:], nothing], axis=1)
        first = np.where(earlier, first / np.concatenate([length[:, 1:], nothing], axis=1), np.nan)
    return Causes(length, first, middle[1])


def halfway(made: Adjoint, state: str) -> tuple[Expression, tuple[str, str]] | None:
    """Of the derivative by a state what has come half of the way of a step, and what the halves are.

    Where some of it comes through no weight: that alone. Where all of it comes through one matrix from one derivative
    that is the state's own times slopes: that derivative.
    """
    inlined = written_out(made)
    own = f"∂{state}"
    if own not in made.equations:
        return None
    e = substituted(made.equations[own], inlined)
    away = [term for term in terms_of(e) if far(term, made.equations)]
    bare = [term for term in away if not any(isinstance(node, Product) for node in walk(term))]
    if bare:
        return plus(*bare), ("carry", "rest")
    match away:
        case [Product(operand=Signal(name=through))] if through == own:  # a function whose slope is 1
            return Signal(own), ("slopes", "weights")
        case [Product(operand=Signal(name=through))] if through in made.equations:
            inside = substituted(made.equations[through], inlined)
            if Signal(own) in children(inside):
                return Signal(through), ("slopes", "weights")
    return None
