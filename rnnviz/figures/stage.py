"""The stage: the equations of a model as heatmaps, one block an equation, with the numbers of all steps beside them."""

from dataclasses import dataclass

import numpy as np

from rnnviz.core import Model
from rnnviz.core.functions import FUNCTIONS
from rnnviz.core.model import Trace
from rnnviz.core.notation import Call, Equation, Product, Signal, signals, walk
from rnnviz.figures import canvas, theme

NARROW = 11  # columns: a phone held upright shows so many cells wide enough for a number


@dataclass(frozen=True, slots=True)
class Scene:
    """What a picture is drawn from: a model, its weights, its run, and what its rows and steps are called.

    `labels` names each step (its letter), `symbols` the rows of x and y, `scores` says that y holds one score a symbol,
    so that its softmax is shown as well.
    """

    model: Model
    params: dict[str, np.ndarray]
    trace: Trace
    labels: tuple[str, ...]
    symbols: tuple[str, ...]
    scores: bool = True

    @property
    def gives(self) -> tuple[bool, ...]:
        """At which steps x is given."""
        return (True,) * self.trace.T

    @property
    def reads(self) -> tuple[bool, ...]:
        """At which steps y is read."""
        return (True,) * self.trace.T

    @property
    def fed(self) -> tuple[bool, ...]:
        """At which steps x is what y of the step before chose."""
        return (False,) * self.trace.T

    @property
    def share(self) -> str | None:
        """The name of softmax(y) among the signals shown: p, unless the cell uses that; None where there is none."""
        if not self.scores or "y" not in self.model.equations:
            return None
        return next(name for name in ("p", "p_y", "softmax_y", "share_y") if name not in self.model.equations)

    @property
    def equations(self) -> list[Equation]:
        """The equations shown: the model's, and the softmax of its scores."""
        shown = list(self.model.equations.values())
        if self.share:
            shown.append(Equation(self.share, Call("softmax", Signal("y")), line=len(shown) + 1))
        return shown

    def sizes(self) -> canvas.Sizes:
        """Sizes, shapes and symbols, for the layout."""
        sizes = dict(self.model.sizes)
        symbols = {"x": self.symbols}
        if self.share:
            sizes[self.share] = sizes["y"]
            symbols |= {"y": self.symbols, self.share: self.symbols}
        return canvas.Sizes(sizes, self.model.shapes, {k: v for k, v in symbols.items() if len(v) == sizes.get(k)})

    def signals(self) -> dict[str, tuple[np.ndarray, int]]:
        """Every signal shown: its rows in time order, (before + T + after, n), and how many stand before step 1."""
        shown = {}
        for name in ("x", *self.model.equations):
            before, after = self.trace.before(name), self.trace.after(name)
            shown[name] = (np.concatenate([before, self.trace[name], after]), len(before))
        if self.share:
            with np.errstate(all="ignore"):
                shown[self.share] = (FUNCTIONS["softmax"].value(self.trace["y"], -1), 0)
        return shown


def carried(model: Model) -> list[str]:
    """The signals that are carried from step to step: those read at another step than their own."""
    return [name for name in model.equations if name in model.lags]


def states(model: Model) -> list[str]:
    """What stands between input and output: the signals carried, or where there are none all but the output."""
    return carried(model) or [name for name in model.equations if name != "y"]


def looks_ahead(model: Model) -> list[str]:
    """The signals that are read at a later step, so that they are known only once the whole sequence is."""
    return sorted({s.name for e in model.equations.values() for s in signals(e.expression) if shift_of(s) > 0} - {"x"})


def shift_of(signal: Signal) -> int:
    """The shift in steps; a child of a tree node stands before its parent."""
    return signal.shift if isinstance(signal.shift, int) else -1


def focus(model: Model) -> str:
    """The equation that is spelled out first: the first that reads the input, else the first."""
    for name, equation in model.equations.items():
        if any(signal.name == "x" for signal in signals(equation.expression)):
            return name
    return next(iter(model.equations))


def stage(scene: Scene) -> dict:
    """The blocks of all equations, full and folded, for wide and narrow pages, as the player reads them."""
    sizes = scene.sizes()
    blocks = []
    for equation in scene.equations:
        worked, narrow_worked = (canvas.working(equation, sizes, widest) for widest in (None, NARROW))
        blocks.append(
            {
                "name": equation.name,
                "label": canvas.subscripted(equation.name, "t"),
                "tree": canvas.tree(equation.expression),
                "wide": [line.json() for line in canvas.full(equation, sizes)],
                "narrow": [line.json() for line in canvas.full(equation, sizes, NARROW)],
                "folded": [line.json() for line in canvas.folded(equation, sizes)],
                "working": worked
                and {
                    "wide": [line.json() for line in worked.lines],
                    "narrow": [line.json() for line in (narrow_worked or worked).lines],
                    "terms": worked.terms,
                    "sum": worked.has_sum,
                    "function": worked.function and FUNCTIONS[worked.function].symbol,
                },
            }
        )
    return {"blocks": blocks, "focus": focus(scene.model), "share": scene.share}


def ranges(scene: Scene) -> dict:
    """The two fixed colour ranges: which signals are coloured from -1 to 1, and R for weights, sums and scores."""
    shown = scene.signals()
    state = [name for name, (rows, _) in shown.items() if name != "y" and theme.is_state(rows)]
    others = [rows for name, (rows, _) in shown.items() if name not in state]
    return {"states": state, "state": theme.STATE_RANGE, "weight": theme.weight_range(*others, *scene.params.values())}


def axes(scene: Scene) -> dict[str, list]:
    """For signals and weights the symbols of their rows, and for a matrix those of its columns, or None."""
    symbols = scene.sizes().symbols
    found: dict[str, list] = {name: [list(s)] for name, s in symbols.items()}
    for equation in scene.model.equations.values():
        for node in walk(equation.expression):
            if isinstance(node, Product):
                operand = node.operand.name if isinstance(node.operand, Signal) else ""
                rows = (
                    symbols.get(equation.name)
                    if scene.model.shapes[node.weight][0] == scene.model.sizes[equation.name]
                    else None
                )
                found[node.weight] = [rows and list(rows), symbols.get(operand) and list(symbols[operand])]
    return found
