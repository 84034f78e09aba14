"""No choice computes or sends more than the limits allow, and equal choices are computed once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from rnnviz.core import CELLS, InputError, Model
from rnnviz.core.language.examples import EXAMPLES
from rnnviz.figures import payload as payloads
from rnnviz.figures import stage
from rnnviz.figures.payload import payload
from rnnviz.scenes import scene as scenes
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.scene import bounded, build, built
from rnnviz.scenes.settings import DEFAULT, Settings
from rnnviz.scenes.trees import branched
from rnnviz.ui.controls import player
from tests.conftest import ROOT
from tests.ui.pages import warned

LARGEST = "".join(chr(0x4E00 + i % (LIMITS.symbols - 1)) for i in range(LIMITS.steps))
OWN = replace(DEFAULT, cell="own", weights="random")


def product(factors: int) -> str:
    """A cell of so many parts and one more."""
    return f"y[t] = {'*'.join(['x[t]'] * factors)}"


def test_parts_times_steps() -> None:
    """As many parts times steps as the limit are computed; one part more is refused, with the figures."""
    steps = 100
    most = LIMITS.work // steps - 1
    shown = build(replace(OWN, equations=product(most), text="a" * steps))
    assert steps == shown.scene.trace.T
    with pytest.raises(InputError) as caught:
        build(replace(OWN, equations=product(most + 1), text="a" * steps))
    assert caught.value.told() == (
        "The cell has 161 parts; over 100 steps that is 16,100 to compute, and at most 16,000 are. "
        "Please choose fewer steps, or shorten the cell."
    )


def test_numbers_of_all_steps() -> None:
    """So are the numbers of all signals at all steps."""
    model = Model("\n".join(f"a{i}[t] = x[t] + b" for i in range(60)), 64, 32, 64)
    per_step = sum(model.sizes.values())
    bounded(model, 51)
    assert per_step * 51 <= LIMITS.sent < per_step * 52
    with pytest.raises(InputError, match="3904 numbers a step; over 52 steps that is 203,008, and at most 200,000"):
        bounded(model, 52)


@pytest.mark.parametrize("cell", [*CELLS.values(), *EXAMPLES.values()], ids=[*CELLS, *EXAMPLES])
def test_all_cells_of_the_menu_fit(cell: object) -> None:
    """Every cell of the menu and every example takes the longest text with all symbols at the largest size."""
    model = Model(cell.equations, LIMITS.symbols, LIMITS.hidden, LIMITS.symbols)  # pyright: ignore[reportAttributeAccessIssue]
    bounded(model, LIMITS.steps)


DEAREST = {
    "lstm": replace(DEFAULT, cell="lstm", hidden=32, weights="random", text=LARGEST),
    "deep": replace(DEFAULT, cell="deep", hidden=32, weights="random", text=LARGEST),
    "factors": replace(OWN, equations=product(798), text=LARGEST[:20]),
    "signals": replace(OWN, equations="\n".join(f"a{i}[t] = x[t]" for i in range(64)), text=LARGEST[:48]),
    "lags": replace(
        OWN,
        equations="\n".join(f"s{k}[t] = tanh(A{k} @ x[t] + B{k} @ s{k}[t-1] + C{k} @ s{k}[t-2])" for k in range(50)),
        text=LARGEST[:35],
        hidden=32,
    ),
    "matrices": replace(
        OWN,
        equations="h[t] = tanh(" + " + ".join(f"W{k} @ h[t-1]" for k in range(230)) + " + W @ x[t])",
        text=LARGEST[:22],
        hidden=32,
    ),
}


@pytest.mark.parametrize("settings", DEAREST.values(), ids=DEAREST)
def test_what_is_sent(settings: Settings) -> None:
    """The largest pictures that are allowed take no more than may be sent."""
    assert 100_000 < len(payload(build(settings).scene, ("", 1), "en", unrolled=True)) <= player.MOST


def test_what_is_sent_of_a_tree() -> None:
    """So does the largest tree."""
    words = " ".join(f"word{i % 60}" for i in range(100))
    settings = replace(DEFAULT, cell="tree_lstm", source="words", text=words, branching="left", hidden=32)
    scene = branched(settings).scene
    assert 100_000 < len(payload(scene, ("", 1), "en")) <= player.room(scene)


@pytest.mark.parametrize(("factors", "steps", "edit", "refused"), [(300, 12, "x.1.1:2", 0), (790, 12, "x.1.1:2", 1)])
def test_what_a_page_sends(factors: int, steps: int, edit: str, refused: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pictures share what a page may send; one that is too large for it is not sent, which is said."""
    sent: list[int] = []
    monkeypatch.setattr(player, "_mount", lambda *, data, **_: sent.append(len(data)))
    app = AppTest.from_file(str(ROOT / "rnnviz" / "ui" / "main.py"), default_timeout=60)
    address = {"cell": "own", "equations": product(factors), "weights": "random", "edit": edit, "text": LARGEST[:steps]}
    for name, value in (address | {"other": "before"}).items():
        app.query_params[name] = value
    app._page_hash = calc_hash("compare")
    app.run()
    assert not app.exception
    told = warned(app)
    assert len(told) == refused == 2 - len(sent)
    assert all(f"at most {(player.MOST - sent[0]) / 1e6:.2f} MB are sent" in text for text in told)
    assert sum(sent) <= player.MOST


def test_equal_choices_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who opens the same link gets the same scene and picture; another step changes only where it stands."""
    settings = replace(DEFAULT, cell="lstm", weights="random", seed=4711)
    first = build(settings)
    monkeypatch.setattr(scenes, "run_wired", lambda *_, **__: pytest.fail("it was computed again"))
    assert build(replace(settings, t=3)) is first
    one = payload(first.scene, ("a", 1), "en")
    monkeypatch.setattr(payloads, "draw", lambda *_, **__: pytest.fail("it was drawn again"))
    other = payload(first.scene, ("b", 3), "en")
    assert one != other == one.replace(b'"seek":["a", 1]', b'"seek":["b", 3]')


@pytest.mark.parametrize("change", [{"seed": 1}, {"text": "help"}, {"hidden": 5}, {"edit": "x.1.1:2"}, {"bias": False}])
def test_other_choices_are_other_scenes(change: dict[str, object]) -> None:
    """Whatever a scene depends on makes another one."""
    settings = replace(DEFAULT, weights="random")
    assert build(replace(settings, **change)) is not build(settings)


def test_what_is_kept_is_bounded() -> None:
    """However many texts are read, what is kept of scenes and pictures stays within its bytes."""
    for seed in range(40):
        shown = build(replace(DEFAULT, cell="lstm", hidden=32, weights="random", text=LARGEST, seed=seed))
        payload(shown.scene, ("", 1), "en")
    assert 0 < scenes.SCENES.total <= scenes.SCENES.limit
    assert 0 < payloads.DRAWN.total <= payloads.DRAWN.limit
    assert 0 < stage.STAGES.total <= stage.STAGES.limit


def test_shared_weights_cannot_be_written_to() -> None:
    """Random weights are shared by all who draw them, so no one can change them."""
    shown = build(replace(DEFAULT, weights="random"))
    with pytest.raises(ValueError, match="read-only"):
        shown.network.weights.params["W_hh"][0, 0] = 1.0


def test_many_threads_get_what_one_gets() -> None:
    """Sixteen threads that read many texts at once each get the numbers and the picture of their own."""
    asked = [
        replace(DEFAULT, cell=cell, weights="random", seed=seed) for cell in ("vanilla", "gru") for seed in range(9)
    ]
    alone = [built(settings).scene.trace["h"].copy() for settings in asked]

    def one(i: int) -> bool:
        scene = build(asked[i % len(asked)]).scene
        return len(payload(scene, ("", 1), "en")) > 1000 and np.array_equal(scene.trace["h"], alone[i % len(asked)])

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(one, range(300)))
