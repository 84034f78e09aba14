"""How fast training is: updates a second, as ratios in one run (above 1: we are faster).

    python -m tests.bench.training [--rounds N]

One update is a run, the loss, all gradients and Adam; vocabulary 20, H = 32, T = 25, float64, one thread. Peers:
`Model`, the same through run and backward made anew; `textbook`, a loop of a textbook with its own backward pass
(vanilla only); `torch`, PyTorch's own layer with a linear read-out, if torch is installed. A ratio is the median over
the rounds of (their time / our time) in one round. Below it, how long a triangle takes.
"""

import argparse
import importlib.util
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from rnnviz.core import CELLS, Model
from rnnviz.core.engine.prepared import Prepared
from rnnviz.core.language.functions import FUNCTIONS, Array
from rnnviz.core.learning.itemised import triangle
from rnnviz.core.learning.losses import Target, loss_of
from rnnviz.core.learning.optimisers import Moments, Rule, update
from rnnviz.core.learning.vectors import Flat, initial

torch: Any = importlib.import_module("torch") if importlib.util.find_spec("torch") else None

V, H, T = 20, 32, 25
CALLS = 20  # updates in a sample
Work = Callable[[], object]


def sample(work: Work) -> float:
    """Seconds an update."""
    work()
    start = time.perf_counter()
    for _ in range(CALLS):
        work()
    return (time.perf_counter() - start) / CALLS


def contenders(cell: str, B: int) -> dict[str, Work]:
    """One update of each."""
    rng = np.random.default_rng(0)
    places = rng.integers(0, V, (T + 1, B))
    x, right = np.eye(V)[places[:-1]], np.eye(V)[places[1:]]
    if B == 1:
        x, right = x[:, 0], right[:, 0]
    target = Target(right, np.ones(right.shape[:-1], dtype=bool))
    model, rule = Model(CELLS[cell].equations, V, H, V), Rule(rate=0.001)
    made: dict[str, Work] = {}

    def begun() -> tuple[Flat, Moments]:
        flat = Flat(model.shapes)
        flat.vector[...] = flat.joined(initial(model, 0))
        return flat, Moments.none(flat.vector.size)

    flat, moments = begun()
    step = Prepared(model.cell, flat.views, x)

    def ours() -> None:
        found = loss_of(step.y(), target)
        update(rule, flat.vector, flat.joined(step.gradients(found.dy)), moments)

    plain, others = begun()

    def anew() -> None:
        trace = model.run(plain.views, x)
        found = loss_of(trace["y"], target)
        gradients = model.backward(plain.views, trace, {"y": found.dy}).params
        update(rule, plain.vector, plain.joined(gradients), others)

    made |= {"ours": ours, "Model": anew}
    if cell == "vanilla" and B == 1:
        made["textbook"] = textbook(x, right, *begun(), rule)
    if torch:
        made["torch"] = theirs(cell, x if B > 1 else x[:, None], places)
    return made


def textbook(x: Array, right: Array, flat: Flat, moments: Moments, rule: Rule) -> Work:
    """A vanilla RNN as a textbook writes it: one step after another, forwards and back."""
    p = flat.views

    def work() -> None:
        h: dict[int, Array] = {-1: np.zeros(H)}
        y: dict[int, Array] = {}
        grads = {name: np.zeros_like(weight) for name, weight in p.items()}
        for t in range(T):
            h[t] = np.tanh(p["W_xh"] @ x[t] + p["W_hh"] @ h[t - 1] + p["b_h"])
            scores = p["W_hy"] @ h[t] + p["b_y"]
            y[t] = FUNCTIONS["softmax"].value(scores, 0)
        later: Array = np.zeros(H)
        for t in reversed(range(T)):
            dy: Array = (y[t] - right[t]) / T
            grads["W_hy"] += dy[:, None] * h[t]
            grads["b_y"] += dy
            d: Array = (p["W_hy"].T @ dy + later) * (1.0 - h[t] * h[t])
            grads["W_xh"] += d[:, None] * x[t]
            grads["W_hh"] += d[:, None] * h[t - 1]
            grads["b_h"] += d
            later = p["W_hh"].T @ d
        update(rule, flat.vector, flat.joined(grads), moments)

    return work


def theirs(cell: str, x: np.ndarray, places: np.ndarray) -> Work:
    """PyTorch's layer, loss and optimiser."""
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    layer = {"vanilla": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](V, H)
    out = torch.nn.Linear(H, V)
    optimiser = torch.optim.Adam([*layer.parameters(), *out.parameters()], lr=0.001)
    given, asked = torch.tensor(x), torch.tensor(places[1:].reshape(-1))

    def work() -> None:
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(out(layer(given)[0]).reshape(-1, V), asked).backward()
        optimiser.step()

    return work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    for B in (1, 32):
        for cell in ("vanilla", "lstm", "gru"):
            works = contenders(cell, B)
            times = [{name: sample(work) for name, work in works.items()} for _ in range(rounds)]
            own = statistics.median(one["ours"] for one in times)
            ratios = [
                f"{name} {statistics.median(one[name] / one['ours'] for one in times):.1f}"
                for name in works
                if name != "ours"
            ]
            print(f"B = {B:2} {cell:8} {1 / own:6.0f} updates a second; times slower: {', '.join(ratios)}")
    rng = np.random.default_rng(0)
    model = Model(CELLS["lstm"].equations, V, 16, V)
    params = model.init(0)
    trace = model.run(params, np.eye(V)[rng.integers(0, V, 50)])
    took = statistics.median(sample(lambda: triangle(model, params, trace, "h")) for _ in range(rounds))
    print(f"The triangle of an LSTM, H = 16, T = 50: {took * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
