"""A picture put together for the browser: the numbers, each once, and a header that says what stands where."""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from rnnviz.core.kept import Kept
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.figures import counts, film, stage, theme, timeline, tree
from rnnviz.figures.curve import curves
from rnnviz.figures.difference import Difference, Drag
from rnnviz.figures.film import film_sentences
from rnnviz.figures.header import header
from rnnviz.figures.records import Changes, Picture, Share, SignalNumbers, Sweep, WeightNumbers
from rnnviz.figures.sentence import sentences, told_signal
from rnnviz.figures.sources import sources
from rnnviz.figures.stage import Scene
from rnnviz.figures.terms import terms
from rnnviz.text import label, words

Put = Callable[[np.ndarray], int]  # lays numbers behind the header; gives their offset


@dataclass(frozen=True, slots=True)
class Side:
    """One of the players of a comparison.

    The one that `leads` has the bar and takes the keys for both; `name` and `about` stand above the picture; `pair` has
    both scenes from left to right, nothing where there is only one.
    """

    leads: bool
    name: str
    about: str
    pair: tuple[Scene, ...]


def payload(
    scene: Scene,
    seek: tuple[str, int],
    language: str,
    *,
    unrolled: bool = False,
    change: Difference | None = None,
    side: Side | None = None,
    plotly: str = "",
) -> bytes:
    """Everything a figure needs, as one `bytes`: the header's length, a JSON header, float32 numbers, each once.

    Those that float32 cannot hold stand in the header, as `large`.

    A signal is stored as rows in time order, `before` of them ahead of step 1; a weight row by row. `seek` is an id and
    the step to jump to when that id is new; the component keeps its own step otherwise. `unrolled` adds the network,
    `change` the numbers before the reader's changes; `side` says which player of a comparison this is. `plotly` is the
    address of plotly.js.
    """
    if change or side:
        drawn = draw(scene, language, unrolled=unrolled, change=change, side=side)
    else:
        # By identity, which nobody else has while the scene is kept beside: its arrays are too long to compare.
        key = (id(scene), language, unrolled)
        drawn = DRAWN.get(key, lambda: draw(scene, language, unrolled=unrolled))
    head = drawn.head[:-1] + f',"plotly":{json.dumps(plotly)},"seek":{json.dumps(seek)}}}'.encode()
    return struct.pack("<I", len(head)) + head + drawn.numbers


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as it travels, but for the step: the header as JSON, the numbers, and the scene that they are of."""

    head: bytes
    numbers: bytes
    scene: Scene


# A class opens one link: the same picture for all of them.
DRAWN = Kept[Drawn](16 * 2**20, lambda drawn: len(drawn.head) + len(drawn.numbers) + drawn.scene.nbytes)


def draw(
    scene: Scene, language: str, *, unrolled: bool = False, change: Difference | None = None, side: Side | None = None
) -> Drawn:
    """Put a picture together."""
    numbers: list[np.ndarray] = []
    large: list[tuple[int, float]] = []
    length = 0

    def put(array: np.ndarray) -> int:
        nonlocal length
        numbers.append(np.asarray(array, dtype="<f4").ravel())
        beyond = np.flatnonzero(np.isinf(numbers[-1]))
        large.extend((length + int(i), float(array.flat[i])) for i in beyond if np.isfinite(array.flat[i]))
        length += array.size
        return length - array.size

    with np.errstate(over="ignore"):
        signals, weights = signal_numbers(scene, put), weight_numbers(scene, put)
        made = changes(change, scene, signals, weights, put, language) if change else UNCHANGED
        subject, own = told_signal(scene), account(scene, language)
        shared: list[Share] = [{"label": label, "offset": put(rows)} for label, rows in own.shares]
    texts, pair = words(language), side.pair if side else ()
    head: Picture = {
        **made,
        "T": scene.trace.T,
        "labels": scene.labels,
        "decoder": scene.decoder,
        "chosen": scene.chosen,
        "symbols": scene.outputs or scene.inputs,
        "signals": signals,
        "weights": weights,
        "large": large,
        "graph": tree.tree(scene),
        "called": called(scene, language),
        "timeline": timeline.timeline(scene, pair, change.name if change else ""),
        "network": timeline.unrolled(scene) if unrolled else None,
        "counts": counts.counts(scene.model, scene.trace.T) if unrolled else None,
        "ranges": stage.ranges(*(pair or ((scene, change.before) if change else (scene,)))),
        "held": {name: [(t, i) for t, i in np.argwhere(where).tolist()] for name, where in scene.held.items()},
        "axes": stage.axes(scene),
        "curves": curves(scene),
        "shares": {subject: shared} if shared else {},
        "functions": {name: function.symbol for name, function in FUNCTIONS.items()},
        "sentences": own.sentences,
        "header": header(scene, language),
        "terms": terms(language),
        "themes": theme.THEMES,
        "sizes": theme.SIZES | {"digits": scene.digits},
        "words": table(texts, "player") | (table(texts, "player_tree") if scene.trace.on_tree else {}),
        "film": film.record(scene),
        "side": {"leads": side.leads, "name": side.name, "about": side.about} if side else None,
    }
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    text = f'{text[:-1]},"stage":{stage.as_json(scene)}}}'.encode()
    return Drawn(text, np.concatenate(numbers).tobytes(), scene)


def signal_numbers(scene: Scene, put: Put) -> dict[str, SignalNumbers]:
    """Put the numbers of all signals."""
    return {
        name: {"offset": put(rows), "n": rows.shape[1], "rows": len(rows), "before": before}
        for name, (rows, before) in scene.signals().items()
    }


def weight_numbers(scene: Scene, put: Put) -> dict[str, WeightNumbers]:
    """Put the numbers of all weights."""
    weights: dict[str, WeightNumbers] = {}
    for name, w in scene.params.items():
        matrix = w.ndim == 2
        columns = w.shape[1] if matrix else 1
        weights[name] = {"offset": put(w), "rows": w.shape[0], "columns": columns, "matrix": matrix}
    for name, w in scene.encoder.items():
        weights[name]["encoder"] = put(w)
    return weights


@dataclass(frozen=True, slots=True)
class Account:
    """What a scene says by itself: a sentence for each step, and the shares of what its state is made of."""

    scene: Scene
    sentences: list[str]
    shares: list[tuple[str, np.ndarray]]


def account(scene: Scene, language: str) -> Account:
    """What a scene says, found once while others ask for it: the dearest part of many pictures."""
    return ACCOUNTS.get(
        (id(scene), language),
        lambda: (
            Account(scene, film_sentences(scene, language), [])
            if scene.film
            else Account(scene, sentences(scene, language), sources(scene, told_signal(scene)))
        ),
    )


ACCOUNTS = Kept[Account](16 * 2**20, lambda one: one.scene.nbytes + sum(rows.nbytes for _, rows in one.shares))


def called(scene: Scene, language: str) -> dict[str, str]:
    """The names in words of the signals that have one: x, those of the comments in the cell's text, and softmax(y)."""
    if scene.film:
        return film.called(scene, language)
    given = {name: equation.called for name, equation in scene.model.equations.items() if equation.called}
    known = {"x": "input"} | given | ({scene.share: "probabilities"} if scene.share else {})
    return {name: label("called", said, language) for name, said in known.items()}


def table(texts: Mapping[str, str], name: str) -> dict[str, str]:
    """The texts of one table."""
    return {key.removeprefix(f"{name}."): text for key, text in texts.items() if key.startswith(f"{name}.")}


UNCHANGED: Changes = {"changed": None, "changing": False, "changeable": [], "ripple": None, "sweep": None}


def changes(
    change: Difference,
    scene: Scene,
    signals: dict[str, SignalNumbers],
    weights: dict[str, WeightNumbers],
    put: Put,
    language: str,
) -> Changes:
    """What the header says of the reader's changes; the numbers before them stand beside the others, as `was`."""
    before, now = change.before, scene.signals()
    for name, (rows, _) in before.signals().items():
        signals[name]["was"] = signals[name]["offset"] if alike(rows, now[name][0]) else put(rows)
    for name, w in before.params.items():
        weights[name]["was"] = weights[name]["offset"] if alike(w, scene.params[name]) else put(w)
    for name, w in before.encoder.items():
        same = alike(w, scene.encoder[name])
        weights[name]["encoderWas"] = weights[name].get("encoder", 0) if same else put(w)
    difference = change.difference(scene)
    signals[change.name] = {"offset": put(difference), "n": difference.shape[1], "rows": len(difference), "before": 0}
    return {
        "changed": {"labels": before.labels, "chosen": before.chosen, "sentences": account(before, language).sentences},
        "felt": change.sentence(scene, language),
        "changing": change.changing,
        "changeable": [name for name in signals if name in scene.model.equations or (name == "x" and any(scene.fed))],
        "ripple": {"name": change.name, "range": change.range(scene)},
        "sweep": dragged(change, change.drag, scene, put, language) if change.drag else None,
    }


def dragged(change: Difference, drag: Drag, scene: Scene, put: Put, language: str) -> Sweep:
    """What the header says of a drag; its numbers stand behind the others."""
    return {
        "place": drag.place,
        "values": drag.values,
        "weight": drag.weight,
        "signals": {name: put(rows) for name, rows in change.frames(scene).items()},
        "chosen": [one.chosen for one in drag.scenes],
        "felt": [change.felt(one, language) for one in drag.scenes],
    }


def alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays have the same numbers, so that one is sent for both."""
    return one is other or np.array_equal(one, other, equal_nan=True)
