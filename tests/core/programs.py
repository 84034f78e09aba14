"""Networks to be written as programs, and the programs run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnviz.core import CELLS, Model
from rnnviz.core.answers.code import FILE, Code, weights_file
from rnnviz.core.engine.graph import tree
from rnnviz.core.scenario.sequences import one_hot
from rnnviz.core.scenario.wired import Segment, Wired, run_wired
from rnnviz.core.scenario.wiring import plan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.samples import Sample


def executed(code: Code, folder: Path | None = None) -> dict[str, Any]:
    """The names of a program after it has run, in a folder with its file if it needs one."""
    made: dict[str, Any] = {"print": lambda *_: None}
    here = os.getcwd()  # noqa: PTH109
    try:
        if folder:
            (folder / FILE).write_bytes(weights_file(code))
            os.chdir(folder)
        with np.errstate(all="ignore"):
            exec(compile(code.text, "code", "exec"), made)  # noqa: S102 - made by the project, not typed
    finally:
        os.chdir(here)
    return made


def whole(one: Sample) -> Wired:
    """A run of a model with any inputs and states, as one part."""
    trace = one.run()
    planned = plan("many-to-many", trace.T)
    return Wired(one.model, planned, trace, (Segment(0, trace.T, one.params, trace),), trace, None)


def calm(one: Sample) -> Sample:
    """The same with smaller weights: large ones make differences of rounding grow from step to step."""
    one.params = {name: 0.2 * weight for name, weight in one.params.items()}
    return one


def spoken(name: str, wiring: str, seed: int, hidden: int = 3, text: str = "abca", **options: Any) -> Wired:
    """A cell of `CELLS`, or a text of equations, that reads or writes letters in a wiring."""
    start = ("▸",) if wiring == "encoder-decoder" else ()
    given = text[:1] if wiring in ("one-to-one", "one-to-many") else text
    alphabet = (*dict.fromkeys(text), *start)
    cell_options = {key: options.pop(key) for key in ("activation", "bias") if key in options}
    equations = CELLS[name].equations if name in CELLS else name
    model = Model(equations, len(alphabet), hidden, len(alphabet), **cell_options)
    params = {w: np.round(2 * v, 2) for w, v in model.init(seed).items()}
    encoder = {w: np.round(v, 2) for w, v in model.init(seed + 1).items()} if options.pop("own", False) else None
    x = one_hot([*given, *start], alphabet)
    return run_wired(model, params, x, plan(wiring, len(given), 4), encoder=encoder, seed=seed, **options)


TREES = ["cat", "((the cat) (sat (on mat)))", "((((a b) a) c) (d (e (f g))))"]


def on_tree(name: str, text: str, held: bool) -> Wired:
    """A run of a cell for trees; `held` holds a number of an inner node."""
    graph, model = tree(text), Model(CELLS[name].equations, 3, 4, 2)
    x = graph.x(np.random.default_rng(0).normal(size=(len(graph.words), 3)))
    where = np.zeros((len(graph), 4))
    where[-1, 1] = held
    return run_wired(
        model, model.init(1), x, plan("many-to-many", len(graph)), holds={"h": (where, 0.5 * where)}, graph=graph
    )
