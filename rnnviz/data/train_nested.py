"""Train trees and chains on nested expressions: `python -m rnnviz.data.train_nested` writes nested.json; some minutes.

About as many weights for all, the same rate, the same number of updates, the same expressions; three seeds of first
weights and of the order of the examples.
"""

import json
from collections import Counter
from pathlib import Path

from rnnviz.core.engine.graph import tree
from rnnviz.core.language.cells import CELLS
from rnnviz.core.learning import contest, nested
from rnnviz.core.learning.training import Trainer, model_of

FILE = Path(__file__).with_name("nested.json")
NETS = {"recursive": True, "tree_lstm": True, "vanilla": False, "lstm": False, "gru": False}  # whether on trees
UPDATES, SEEDS = 6000, 3


def row(cell: str, on_trees: bool, updates: int = UPDATES, seeds: int = SEEDS) -> dict[str, object]:
    """One net: how many weights it has, and for each seed the part of the expressions of each depth that are right."""
    found = []
    for seed in range(seeds):
        recipe = contest.recipe(CELLS[cell].equations, on_trees=on_trees, seed=seed, updates=updates)
        tried = Trainer(recipe).go_on(lambda: False).state.tried
        found.append([round(part, 4) for part in tried.values()])
    model = model_of(contest.recipe(CELLS[cell].equations, on_trees=on_trees, seed=0, updates=updates))
    return {"cell": cell, "trees": on_trees, "hidden": model.H, "weights": contest.count(model), "right": found}


def guess() -> list[float]:
    """How many expressions of each depth are right for whoever always says the answer that is most frequent there."""
    depths = range(1, nested.DEEPEST + 1)
    answers = [[nested.values(tree(text))[-1] for text in nested.of_depth(depth)] for depth in depths]
    return [round(Counter(some).most_common(1)[0][1] / len(some), 4) for some in answers]


def main() -> None:
    """Train all, and write what came of it."""
    rows = [row(cell, on_trees) for cell, on_trees in NETS.items()]
    table = {"updates": UPDATES, "guess": guess(), "rows": rows}
    FILE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
