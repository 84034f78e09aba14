"""What the tests in JavaScript hold the player against: pictures as they travel, and what the core says of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnviz.core import Model, chain, explain
from rnnviz.core.answers.interpret import evaluate
from rnnviz.core.engine.gradients import backward
from rnnviz.core.engine.trace import Trace, run
from rnnviz.core.language.expressions import Call, Expression, Number, Product, Signal, Sum, Times, Vector
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.figures.payload import payload
from rnnviz.figures.spelling import nested
from rnnviz.scenes.backward import passed
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import on_tree, read_settings
from rnnviz.scenes.trees import branched
from tests.core.samples import EVERY_CELL, Sample, cell, sample
from tests.figures.returned import returned

if TYPE_CHECKING:
    from pathlib import Path

    from rnnviz.figures.stage import Scene

SEQUENCES = {
    "vanilla": {},
    "lstm": {"cell": "lstm", "hidden": "4"},
    "gru": {"cell": "gru", "weights": "random", "hidden": "5", "seed": "2"},
    "gru_v3": {"cell": "gru_v3", "hidden": "4"},
    "bidirectional": {"cell": "bidirectional", "hidden": "3", "weights": "random"},
    "encoder": {"wiring": "encoder-decoder", "own": "1", "weights": "random", "cell": "lstm", "hidden": "4"},
    "sampled": {"wiring": "one-to-many", "temperature": "1", "weights": "random", "hidden": "4"},
    "changed": {"edit": "W_xh.1.2:2.5,h.2-.1:0.5"},
    "measured": {
        "cell": "own",
        "weights": "random",
        "source": "numbers",
        "text": "148300 -2\n146.7 0.0004\n-99999 1e6",
        "equations": "h[t] = 0.001 * (W_xh @ x[t]) + 0.5 * h[t-1] + b_h\ny[t] = identity(W_hy @ h[t])",
    },
    "large": {"cell": "own", "weights": "random", "text": "ab", "equations": "h[t] = 1e39 * x[t]"},
}
TREES = {"tree": {}, "tree_lstm": {"cell": "tree_lstm", "text": "the cat sat on the mat", "source": "words"}}

FILMS = {"vanilla": {}, "lstm": {"cell": "lstm"}, "gru": {"cell": "gru", "cut": "2"}}
BACKWARD = ("lstm", "gru_v3", "bidirectional", "tree_lstm")


def scenes() -> dict[str, Scene]:
    """The scenes of some addresses."""
    found = {name: build(read_settings(address)[0]).scene for name, address in SEQUENCES.items()}
    for name, address in TREES.items():
        found[name] = branched(on_tree(read_settings(address)[0], typed="text" in address)).scene
    found |= {f"{name} backward": returned(found[name]) for name in BACKWARD}
    return found | {f"{name} film": film(address) for name, address in FILMS.items()}


def film(address: dict[str, str]) -> Scene:
    """The backward pass of an address, as it is shown."""
    settings = read_settings(address)[0]
    return passed(settings, build(settings)).film


def dump(folder: Path) -> None:
    """Write all of it."""
    for name, scene in scenes().items():
        (folder / f"{name}.picture").write_bytes(payload(scene, ("", 1), "en", unrolled=True))
        (folder / f"{name}.json").write_text(json.dumps(told(scene)), encoding="utf-8")
    (folder / "expressions.json").write_text(
        json.dumps({"functions": list(FUNCTIONS), "cases": expressions()}), encoding="utf-8"
    )


def told(scene: Scene) -> dict[str, Any]:
    """What the core says of a scene: every number, and what stood inside the function of each equation."""
    trace = scene.trace
    inside: dict[str, list[list[float]]] = {name: [] for name in scene.model.equations}
    for t in range(trace.T):
        params = next(weights for first, stop, weights in scene.stretches if first <= t < stop)
        for name, rows in inside.items():
            held = scene.held
            terms = [explain(scene.model, params, trace, name, t, i, held=held) for i in range(scene.model.sizes[name])]
            made = [term.children[0] if term.children else term for term in terms]
            rows.append([one.children[0].value if one.kind == "call" else one.value for one in made])
    held = {name: where.tolist() for name, where in scene.held.items()}
    signals = {name: trace[name].tolist() for name in trace}
    return {"T": trace.T, "signals": signals, "inside": inside, "held": held, "labels": list(scene.labels)}


# ---------------------------------------------------------------------------------------------------- expressions


def expressions() -> list[dict[str, Any]]:
    """Expressions with what they read, and what the plain interpreter makes of them at every step."""
    cases = [case(f"{name} forward", one.run(), one.params) for name, one in samples().items()]
    for name, one in samples().items():
        trace, random = one.run(), np.random.default_rng(1)
        given = {signal: random.normal(size=trace[signal].shape) for signal in one.model.equations}
        cases.append(case(f"{name} backward", one.model.backward(one.params, trace, given).trace, one.params))
    random = np.random.default_rng(2)
    for k in range(60):
        made = {"h": Call(str(random.choice(list(FUNCTIONS))), expression(random, 3))}
        compiled = Model.of(made, 3, 3, 1).cell
        params = {name: random.normal(size=shape) for name, shape in compiled.shapes.items()}
        trace = run(compiled, params, random.normal(size=(4, 3)))
        cases.append(case(f"random {k}", trace, params))
        back = backward(compiled, params, trace, {"h": random.normal(size=(4, 3))}).trace
        if back.cell.equations:
            cases.append(case(f"random {k} backward", back, params))
    return cases


def samples() -> dict[str, Sample]:
    """Every cell, on a chain where it reads children."""
    return {name: sample(cell(name), steps=4, graph=chain(4) if cell(name).child else None) for name in EVERY_CELL}


def expression(random: np.random.Generator, depth: int) -> Expression:
    """A random expression of three numbers."""
    leaves: list[Expression] = [Signal("x"), Signal("x", -1), Signal("h", -1), Signal("h", -2), Vector("b")]
    if depth == 0:
        return leaves[int(random.integers(len(leaves)))]
    below = [expression(random, depth - 1) for _ in range(2)]
    match int(random.integers(4)):
        case 0:
            return Sum((below[0], Times((Number(-1.0), below[1]))))
        case 1:
            return Times((Number(0.5), *below))
        case 2:
            return Product(f"W{random.integers(2)}", below[0])
        case _:
            return Call(str(random.choice(list(FUNCTIONS))), below[0])


def case(name: str, trace: Trace, params: dict[str, Any]) -> dict[str, Any]:
    """The equations of a run, what each reads at every step and shift, and what it gives there."""
    compiled = trace.cell
    neighbours = {s.shift for read in compiled.flow.reads.values() for s in read if isinstance(s.shift, str)}

    def at(t: int) -> dict[str, list[float]]:
        with np.errstate(all="ignore"):
            found = {
                signal: evaluate(e, params, lambda s: trace.read(s.name, s.shift, t))
                for signal, e in compiled.expressions.items()
            }
        return {k: np.broadcast_to(v, compiled.sizes[k]).tolist() for k, v in found.items()}

    reads = {s for read in compiled.flow.reads.values() for s in read}
    steps = sorted({step for s in reads for t in range(trace.T) if (step := trace.step_read(s.shift, t)) is not None})
    return {
        "name": name,
        "equations": {signal: nested(e) for signal, e in compiled.expressions.items()},
        "weights": {key: np.atleast_2d(np.asarray(w).T).T.tolist() for key, w in params.items()},
        "sizes": dict(compiled.sizes),
        "neighbours": {shift: [trace.step_read(shift, t) for t in range(trace.T)] for shift in neighbours},
        "rows": {key: {step: trace.at(key, step).tolist() for step in steps} for key in compiled.sizes},
        "expected": [at(t) for t in range(trace.T)],
    }
