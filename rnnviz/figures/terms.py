"""The terms: every sign of the pictures with its name and one sentence, for whoever points at it and for a page."""

from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.figures import writing
from rnnviz.text import say

# How a sign is written -> the text that explains it; functions are written as their row of the notation says.
SIGNS = {
    "x": "input",
    "h": "state",
    "c": "memory",
    "y": "output",
    "p": "share",
    "W": "weight",
    "b": "bias",
    "f_W": "cell",
    "t": "time",
    **{function.symbol: name for name, function in FUNCTIONS.items()},
    "⊙": "hadamard",
    "Σ": "total_of",
    "→": "gives",
    "kept": "kept",
    "written": "written",
    "Δ": "delta",
    "∂": "partial",
    "∇": "nabla",
    "δ": "inner",
    "ᵀ": "transposed",
    "here": "here",
    "through": "through",
    "keep": "keep",
    "T": "steps",
    "D": "inputs",
    "H": "units",
    "K": "outputs",
    "seed": "seed",
}


def terms(language: str) -> dict[str, str]:
    """Each sign with its name and sentence, as HTML."""
    return {sign: writing.sentence(say(f"terms.{key}", language)) for sign, key in SIGNS.items()}
