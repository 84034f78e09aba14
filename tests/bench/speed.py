"""How fast the core is, as ratios to what others need for the same work (below 1: we are faster).

    python -m tests.bench.speed [--quick] [--rounds N]

Contenders run in one process, one thread each, in alternating rounds; a ratio is the median over the rounds of (our
time / their time) in one round. Peers: `textbook`, the loop of a textbook, one step after another; `bare`, a loop of
the same NumPy calls on buffers that stay in the cache, and nothing else; `torch`, PyTorch's own layer with a linear
read-out, in float64, if torch is installed. "Loss with all gradients" is run and backward, the derivatives by all
weights. Cells on trees are compared with our own on a sequence of as many steps: recursive with vanilla, tree LSTM
with LSTM.
"""

import argparse
import importlib.util
import itertools
import math
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from rnnviz.core import CELLS, Model, bracketed
from tests.bench.peers import BARE, TEXTBOOK

torch: Any = importlib.import_module("torch") if importlib.util.find_spec("torch") else None

D, K = 16, 16
SAMPLE = 1.5e-3  # seconds of timed calls in a sample, at least
FEWEST, ENOUGH = (
    3,
    8.0,
)  # a slow configuration is measured in at least so many rounds, and for no longer than so many seconds

Work = Callable[[], object]


def sample(work: Work) -> float:
    """Seconds a call, after one that is not counted."""
    work()
    calls, start = 0, time.perf_counter()
    while True:
        work()
        calls += 1
        passed = time.perf_counter() - start
        if passed > SAMPLE:
            return passed / calls


def compare(contenders: dict[str, Work], rounds: int) -> dict[str, float]:
    """Seconds of "ours", and the median ratio of ours to each other contender."""
    start, times = time.perf_counter(), []
    while len(times) < rounds and (len(times) < FEWEST or time.perf_counter() - start < ENOUGH):
        times.append({name: sample(work) for name, work in contenders.items()})
    ratios = {
        name: statistics.median(time["ours"] / time[name] for time in times) for name in contenders if name != "ours"
    }
    return {"ours": statistics.median(time["ours"] for time in times), **ratios}


def torch_layer(cell: str, model: Model, x: Any, dy: Any) -> tuple[Work, Work]:
    """PyTorch's layer at the same sizes: forward, and loss with all gradients."""
    layer = {"vanilla": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](D, model.H).double()
    readout = torch.nn.Linear(model.H, K).double()
    xs, dys = torch.from_numpy(x), torch.from_numpy(dy)
    weights = [*layer.parameters(), *readout.parameters()]

    def forward() -> object:
        with torch.no_grad():
            return readout(layer(xs)[0])

    def gradients() -> object:
        return torch.autograd.grad((readout(layer(xs)[0]) * dys).sum(), weights)

    return forward, gradients


def measure(cell: str, T: int, H: int, batch: int, rounds: int) -> dict[str, dict[str, float]]:
    """Forward, and loss with all gradients, of one configuration."""
    random = np.random.default_rng(0)
    model = Model(CELLS[cell].equations, D, H, K)
    params = model.init(0)
    shape = (T,) if batch == 1 else (T, batch)
    x, dy = random.normal(size=(*shape, D)), random.normal(size=(*shape, K))
    forward: dict[str, Work] = {"ours": lambda: model.run(params, x)}
    both: dict[str, Work] = {"ours": lambda: model.backward(params, model.run(params, x), {"y": dy})}
    book = TEXTBOOK[cell]
    forward["textbook"] = lambda: book.forward(params, x)
    both["textbook"] = lambda: book.backward(params, x, book.forward(params, x), dy)
    forward["bare"] = BARE[cell](params, T, H, batch)
    if torch is not None:
        forward["torch"], both["torch"] = torch_layer(cell, model, x, dy)
    return {"forward": compare(forward, rounds), "gradients": compare(both, rounds)}


ON_TREES = {"recursive": "vanilla", "tree_lstm": "lstm"}
ON_TREES_TARGET = 2.0


def measure_tree(cell: str, words: int, branching: str, H: int, rounds: int) -> tuple[float, float]:
    """The time on a tree by that of the cell's chain for as many nodes: forward, and loss with all gradients."""
    graph, random = bracketed(["w"] * words, branching), np.random.default_rng(0)
    model, other = (Model(CELLS[name].equations, D, H, K) for name in (cell, ON_TREES[cell]))
    params, others = model.init(0), other.init(0)
    x, dy = random.normal(size=(len(graph), D)), random.normal(size=(len(graph), K))
    forward: dict[str, Work] = {
        "ours": lambda: model.run(params, x, graph=graph),
        "chain": lambda: other.run(others, x),
    }
    both: dict[str, Work] = {
        "ours": lambda: model.backward(params, model.run(params, x, graph=graph), {"y": dy}),
        "chain": lambda: other.backward(others, other.run(others, x), {"y": dy}),
    }
    return compare(forward, rounds)["chain"], compare(both, rounds)["chain"]


def trees(rounds: int) -> None:
    """Print how much longer a tree takes than a chain of as many nodes."""
    print(f"\non trees, by a chain of as many nodes (target {ON_TREES_TARGET})")
    print(f"{'cell':10} {'nodes':>5} {'H':>4} {'branching':10} {'forward':>8} {'gradients':>10}")
    for cell, words, H, branching in itertools.product(ON_TREES, (32, 256), (4, 16, 64), ("balanced", "left")):
        ratios = measure_tree(cell, words, branching, H, rounds)
        verdict = "reached" if max(ratios) <= ON_TREES_TARGET else "MISSED"
        told = f"{ratios[0]:8.2f} {ratios[1]:10.2f}  {verdict}"
        print(f"{cell:10} {2 * words - 1:5} {H:4} {branching:10} {told}", flush=True)


TARGETS = [  # what, peer, batch, which H, at most
    ("forward", "torch", 1, (4, 16, 64), 0.5),
    ("forward", "torch", 1, (256,), 0.7),
    ("forward", "textbook", 1, (4, 16, 64), 0.4),
    ("forward", "textbook", 1, (256,), 0.7),
    ("forward", "bare", 1, (4, 16, 64, 256), 1.6),
    ("gradients", "torch", 1, (4, 16, 64), 0.2),
    ("gradients", "torch", 32, (4, 16), 0.45),
    ("gradients", "torch", 32, (256,), 1.0),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="T = 64 only, H = 16 and 256, few rounds")
    parser.add_argument("--rounds", type=int, default=0)
    options = parser.parse_args()
    rounds = options.rounds or (3 if options.quick else 9)
    lengths, sizes = ((64,), (16, 256)) if options.quick else ((16, 64, 512), (4, 16, 64, 256))
    if torch is not None:
        torch.set_num_threads(1)
    peers = ("textbook", "bare", *(("torch",) if torch is not None else ()))

    found: dict[tuple[str, int, int, int, str], dict[str, float]] = {}
    print(f"{'cell':8} {'T':>4} {'H':>4} {'B':>3} {'what':10} {'ours, µs':>10}  " + "".join(f"{p:>10}" for p in peers))
    for cell, T, H, batch in itertools.product(("vanilla", "lstm", "gru"), lengths, sizes, (1, 32)):
        for what, ratios in measure(cell, T, H, batch, rounds).items():
            found[cell, T, H, batch, what] = ratios
            columns = "".join(f"{ratios[p]:10.2f}" if p in ratios else f"{'':10}" for p in peers)
            print(f"{cell:8} {T:4} {H:4} {batch:3} {what:10} {ratios['ours'] * 1e6:10.0f}  {columns}", flush=True)

    print("\ngeometric means over the cells and T >= 64")
    for what, peer, batch, hs, target in TARGETS:
        ratios = [
            row[peer]
            for (_, T, H, B, kind), row in found.items()
            if kind == what and T >= 64 and H in hs and batch == B and peer in row
        ]
        if ratios:
            mean = math.exp(statistics.fmean(map(math.log, ratios)))
            verdict = "reached" if mean <= target else "MISSED"
            told = ", ".join(map(str, hs))
            print(f"{what:10} / {peer:9} batch {batch:2}, H = {told:14} {mean:5.2f} (target {target}, {verdict})")

    lost = {key: {p: r for p, r in row.items() if p in ("textbook", "torch") and r > 1} for key, row in found.items()}
    print("\nwhere we lose")
    for (cell, T, H, batch, what), row in lost.items():
        for peer, ratio in row.items():
            print(f"{what:10} / {peer:9} {cell}, T = {T}, H = {H}, batch {batch}: {ratio:.2f}")
    trees(rounds)


if __name__ == "__main__":
    main()
