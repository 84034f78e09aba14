"""The sentence says what the trace says."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from rnnviz.core import Model, reason
from rnnviz.core.language.expressions import Vector
from rnnviz.core.scenario.wiring import SEQUENTIAL
from rnnviz.figures import sentence as spoken
from rnnviz.figures import writing
from rnnviz.figures.sentence import told_signal
from rnnviz.figures.stage import Scene
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT

SAID = re.compile(
    r"<i>(?P<name>\w)</i><sub>(?P<t>\d+)</sub>\[(?P<row>\d+)\] (?P<verb>rose|fell) "
    r"to (?P<now>\S+), from (?P<before>\S+) one step before, moved mostly by (?P<cause>.+)\."
)


def sentences(scene: Scene, language: str) -> list[str]:
    """What is said, with ordinary blanks where a line must not break."""
    return [text.replace("\u00a0", " ") for text in spoken.sentences(scene, language)]


def printed(value: float) -> str:
    """Two decimals with a true minus, none before a zero."""
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


@pytest.mark.parametrize("weights", ["hello", "random"])
@pytest.mark.parametrize("cell", ["vanilla", "lstm", "gru"])
def test_sentences_of_hello(cell: str, weights: str) -> None:
    """Each names the unit of h that moved most, its true numbers and direction, and the largest cause."""
    scene = build(replace(DEFAULT, cell=cell, weights=weights)).scene
    start, *told = sentences(scene, "en")
    assert start == "Before the first step there is only the initial state <i>h</i><sub>0</sub>."
    h = np.vstack([np.zeros(scene.model.H), scene.trace["h"]])
    for t, sentence in enumerate(told, start=1):
        said = SAID.fullmatch(sentence)
        assert said, sentence
        moved = h[t] - h[t - 1]
        i = int(np.argmax(np.abs(moved)))
        assert (said["name"], said["row"], said["t"]) == ("h", str(i + 1), str(t))
        assert (said["before"], said["now"]) == (printed(h[t - 1, i]), printed(h[t, i]))
        assert said["verb"] == ("rose" if moved[i] > 0 else "fell")
        sums = dict(reason(scene.model, scene.params, scene.trace, "h", t - 1, i))
        cause = max(sums, key=lambda source: abs(sums[source]))
        if isinstance(cause, Vector):
            assert said["cause"] == f"the bias <i>b</i><sub>{cause.name[2:]}</sub>"
        elif cause.name == "x":
            assert said["cause"] == f"<i>x</i><sub>{t}</sub> = {'hello'[t - 1]}"
        else:
            assert said["cause"] == f"the state <i>{cause.name}</i><sub>{t - 1}</sub>"


def test_fourth_step_of_hello() -> None:
    """At the second l unit 3 fell the most, from 0.87 to −0.79, because of the state that l met."""
    scene = build(DEFAULT).scene
    assert sentences(scene, "en")[4].startswith("<i>h</i><sub>4</sub>[3] fell to −0.79, from 0.87 one")


def test_told_is_what_y_reads() -> None:
    """The sentences are about h, the second layer, or the forward state: the first signal that y reads."""
    told = {name: told_signal(build(replace(DEFAULT, cell=name, weights="random")).scene) for name in SEQUENTIAL}
    assert told == dict.fromkeys(SEQUENTIAL, "h") | {"deep": "h2", "bidirectional": "f"}


@pytest.mark.parametrize("cell", SEQUENTIAL)
def test_every_cell_has_a_sentence_a_step(cell: str) -> None:
    """For every cell of a sequence there is one sentence for the start and each step, and each names its step."""
    scene = build(replace(DEFAULT, cell=cell, weights="random", text="hello!")).scene
    told = sentences(scene, "en")
    assert len(told) == 7
    stem, *_ = told_signal(scene)
    below = [re.compile(rf"<i>{stem}</i><sub>(2,)?{t}</sub>\[\d\] |at step {t}\.") for t in range(7)]
    assert all(below[t].search(sentence) for t, sentence in enumerate(told) if t)


def still(equations: str, **weights: list) -> Scene:
    """A scene over the text "aaaa" with the given weights."""
    model = Model(equations, 1, 1, 1)
    params = {name: np.array(rows, float) for name, rows in weights.items()}
    trace = model.run(params, np.ones((4, 1)))
    return Scene(model, params, trace, ("a",) * 4, ("a",))


def test_a_state_that_stands_still() -> None:
    """Only where no printed number is another the sentence says that none changed."""
    scene = still("h[t] = W_xh @ x[t] + 0 * h[t-1]\ny[t] = W_hy @ h[t]", W_xh=[[0.5]], W_hy=[[1]])
    _, first, second, *_ = sentences(scene, "en")
    assert "rose to 0.50, from 0.00 one step before, moved mostly by" in first
    assert second == "No unit of <i>h</i> changed at step 2."
    scene = still("h[t] = h[t-1] + b\ny[t] = W_hy @ h[t]", b=[0.003], W_hy=[[1]])
    told = sentences(scene, "en")[1:]
    printed = [writing.number(v) for v in [0.0, *scene.trace["h"][:, 0]]]
    assert ["changed at step" in sentence for sentence in told] == [a == b for a, b in pairwise(printed)]


def test_without_a_past_nothing_rises() -> None:
    """A cell that carries nothing from step to step is told by its value, and so is a number that stands still."""
    scene = still("h[t] = W_xh @ x[t]\ny[t] = W_hy @ h[t]", W_xh=[[0.5]], W_hy=[[1]])
    _, *told = sentences(scene, "en")
    assert told[1] == "<i>h</i><sub>2</sub>[1] is 0.50, made up mostly of <i>x</i><sub>2</sub> = a."


def test_a_label_is_no_value() -> None:
    """What was measured is told by its numbers, not by what its step is called."""
    scene = build(replace(DEFAULT, source="numbers", text="1 2\n7 8\n-3 5", weights="random")).scene
    told = " ".join(sentences(scene, "en"))
    assert "<i>x</i><sub>2</sub> = (7, 8)" in told or "<i>x</i><sub>3</sub> = (−3, 5)" in told
    assert not re.search(r"</sub> = \d+\.", told)


def test_overflow_names_its_step() -> None:
    """From the step at which a number left the finite ones the sentence says so, and names that step."""
    scene = still("h[t] = W_xh @ x[t] + W_hh @ h[t-1]\ny[t] = W_hy @ h[t]", W_xh=[[1e150]], W_hh=[[1e150]], W_hy=[[1]])
    assert not np.isfinite(scene.trace["h"][2]).any()
    _, *told = sentences(scene, "en")
    assert "rose to 1e150, from 0.00 one" in told[0]
    assert "rose to 1e300, from 1e150 one" in told[1]
    assert all(sentence.startswith("At step 3 the numbers became too large") for sentence in told[2:])


def test_markup_in_symbols_is_escaped() -> None:
    """A symbol that looks like markup stands in the sentence as it was typed."""
    scene = build(replace(DEFAULT, text="<&<", weights="random", seed=1, bias=False)).scene
    told = " ".join(sentences(replace(scene, labels=("<b>", "&", "<b>")), "en"))
    assert "<b>" not in told
    assert "= &lt;b&gt;." in told


@pytest.mark.parametrize("cell", SEQUENTIAL)
def test_sentences_of_held_numbers(cell: str) -> None:
    """A unit that is held and moved most is said to be set; no other is."""
    for text in ("{name}.3.*:0.9", "{name}.2-.1:-1", "{name}.2-3.*:0"):
        plain = build(replace(DEFAULT, cell=cell, weights="random")).scene
        name = told_signal(plain)
        for held in plain.model.equations:
            scene = build(replace(DEFAULT, cell=cell, weights="random", edit=text.format(name=held))).scene
            _, *told = sentences(scene, "en")
            numbers = np.vstack([np.zeros(scene.model.sizes[name]), scene.trace[name]])
            for t, sentence in enumerate(told, start=1):
                recalls = bool(scene.model.flow.carried)
                pairs = zip(numbers[t - 1], numbers[t], strict=True)
                seen = [i for i, (a, b) in enumerate(pairs) if not recalls or writing.number(a) != writing.number(b)]
                still = not seen
                change = np.abs(numbers[t] - numbers[t - 1] if recalls else numbers[t])
                i = max(seen, key=lambda i: change[i], default=0)
                kept = name in scene.held and scene.held[name][t - 1, i]
                assert ("because you set it" in sentence) == (kept and not still)
                if kept and not still:
                    assert f"{t}</sub>[{i + 1}] is {printed(numbers[t, i])}," in sentence


def test_what_was_set_is_a_cause() -> None:
    """Where a gate is held, what it moves is because of what it was set to."""
    scene = build(replace(DEFAULT, cell="lstm", edit="o.3.*:0")).scene
    said = sentences(scene, "en")
    assert said[3].endswith("moved mostly by what you set <i>o</i> to.")
