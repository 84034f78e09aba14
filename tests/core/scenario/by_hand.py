"""A cell of one unit that can be run by hand, and what it is run with."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnviz.core import Model
from rnnviz.core.language.functions import FUNCTIONS

# A cell of one unit that can be run by hand: h becomes half of itself plus 1 for symbol a, minus 1 for symbol b.
SUM = "h[t] = W_xh @ x[t] + W_hh @ h[t-1]\ny[t] = W_hy @ h[t]"
BY_HAND: dict[str, Any] = {"W_xh": [[1.0, -1.0]], "W_hh": [[0.5]], "W_hy": [[2.0], [-1.0]]}
FED = ("one-to-many", "encoder-decoder")
FEEDBACK = "x[t] = u[t] + (1 - total(u[t])) * choose(y[t-1] + e[t])"  # x as an equation
A, B = [1.0, 0.0], [0.0, 1.0]


def by_hand() -> Model:
    """The cell of one unit, for two symbols."""
    return Model(SUM, 2, 1, 2)


def shares(scores: Any) -> Any:
    return FUNCTIONS["softmax"].value(np.asarray(scores), -1)
