"""The dialogs "Check these numbers" and "The code", without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.core.answers.check import Check
from rnnviz.core.answers.code import numpy_code, torch_code
from rnnviz.figures.stage import axes
from rnnviz.figures.writing import tiny
from rnnviz.scenes.scene import build, built
from rnnviz.scenes.settings import read_settings
from rnnviz.ui.controls import proof
from tests.ui.driver import fine, opened
from tests.ui.pages import paragraphs, warned

if TYPE_CHECKING:
    from collections.abc import Callable


def asked(app: AppTest, which: str) -> AppTest:
    """The app with a dialog open."""
    return fine(app.button(key=f"open_{which}").click().run())


def told(app: AppTest) -> str:
    """All that the page says."""
    return " ".join(paragraphs(app))


def test_nothing_is_computed_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page without a dialog neither checks nor writes a program."""

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("rnnviz.ui.controls.proof.Check", never)
    monkeypatch.setattr("rnnviz.ui.controls.proof.numpy_code", never)
    monkeypatch.setattr("rnnviz.ui.controls.proof.torch_code", never)
    assert not opened().code


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ({}, ["number of h, y is computed again", "35 of 35 numbers", "Compared: 33 of 33 weights", "W_", "× 10⁻"]),
        (
            {"wiring": "one-to-many"},
            ["h, y, x is computed again", "55 of 55 numbers", "held as they were chosen"],
        ),
        ({"wiring": "encoder-decoder", "weights": "reverse_own"}, ["Compared: 96 of 96 weights"]),
        ({"cell": "lstm", "hidden": 32, "text": "ab" * 100}, ["38,800 of 38,800 numbers", "of 4,546 weights"]),
    ],
)
def test_what_a_check_says(monkeypatch: pytest.MonkeyPatch, address: dict[str, object], says: list[str]) -> None:
    """The dialog tells what was compared, how many, and how well it agrees; it warns of nothing."""
    monkeypatch.setattr("rnnviz.ui.controls.proof.cpu", lambda _: lambda: False)  # however busy the machine is
    app = asked(opened(**address), "check")
    for text in says:
        assert text in told(app)
    assert not warned(app)


def counted(units: int) -> Callable[[float], Callable[[], bool]]:
    """A budget of so many units of work, whatever they cost."""

    def budget(_: float) -> Callable[[], bool]:
        left = iter(range(1, units))
        return lambda: next(left, None) is None

    return budget


def dialog(check: object, symbols: dict) -> None:
    """What stands in the dialog, as a page of its own."""
    from rnnviz.ui.controls import proof  # noqa: PLC0415 - Streamlit runs the text of this function alone

    assert isinstance(check, proof.Check)
    proof.checked(check, symbols, "en")


def test_a_check_is_done_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that takes more than its portion says how far it came, and "Go on" brings it to the same end."""
    whole = told(asked(opened(), "check"))
    monkeypatch.setattr("rnnviz.ui.controls.proof.cpu", counted(1))
    app = asked(opened(), "check")
    assert "Checked: 15 of 35 numbers." in told(app)
    assert "Every number shown" not in told(app)
    assert "Not compared yet." in told(app)
    assert [button.label for button in app.button if button.key == "go_on"] == ["Go on"]

    shown = build(read_settings({})[0])
    assert shown.scene.wired
    check = Check(shown.scene.wired)

    portions = 1
    app = fine(AppTest.from_function(dialog, args=(check, axes(shown.scene))).run())
    while app.button:
        fine(app.button[0].click().run())
        portions += 1
        assert portions < 1000
    assert portions > 2
    assert told(app) in whole


def test_a_wrong_number_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that is not what its equation gives has a warning with its place."""
    shown = built(read_settings({})[0])  # of its own: others have scenes in common
    assert shown.scene.wired
    shown.scene.wired.trace["h"][2, 1] += 0.5
    monkeypatch.setattr("rnnviz.scenes.scene.build", lambda *_: shown)
    app = asked(opened(), "check")
    assert warned(app)[0].startswith("h_3[2] is not what its equation gives")
    assert "rounding" not in told(app)


def test_the_program_in_both_libraries() -> None:
    """The dialog shows the program of the run in NumPy, and in PyTorch when that is chosen."""
    scene = build(read_settings({"cell": "gru"})[0]).scene
    assert scene.wired
    app = asked(opened(cell="gru"), "code")
    assert [code.value for code in app.code] == [numpy_code(scene.wired, scene.inputs).text.rstrip("\n")]
    app = opened(cell="gru")
    app.session_state["code_library"] = "torch"
    assert [code.value for code in asked(app, "code").code] == [torch_code(scene.wired, scene.inputs).text.rstrip("\n")]


def test_the_chosen_number_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line that made the number chosen in the picture says so; nonsense is passed over."""
    app = opened()
    monkeypatch.setattr(proof, "pick", lambda: ("h", 1, 3))
    (code,) = asked(app, "code").code
    (line,) = [line for line in code.value.splitlines() if "<-" in line]
    assert line == "    h[t] = np.tanh(W_xh @ x[t] + W_hh @ h[t-1])  # <- h[2] at t = 3"
    for nonsense in (("h", 1, 99), ("q", 0, 1), None):
        app = opened()
        monkeypatch.setattr(proof, "pick", lambda nonsense=nonsense: nonsense)
        assert "<-" not in asked(app, "code").code[0].value


def test_many_weights_come_as_a_file() -> None:
    """Where the program reads a file, the dialog says so and offers it; else it does not."""
    app = asked(opened(cell="lstm", hidden=16), "code")
    assert "put the file weights.npz into the same folder" in told(app)
    assert len(app.get("download_button")) == 1
    assert not asked(opened(), "code").get("download_button")


def test_small_numbers() -> None:
    """Differences are written with a power of ten."""
    assert [tiny(n) for n in (4.44e-16, 0.0, float("inf"), 0.012)] == ["4.4 × 10⁻¹⁶", "0", "∞", "1.2 × 10⁻²"]
