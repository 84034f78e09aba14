"""Changes in the address, in the session and on the screen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.core.scenario.edits import edits_text, read_edits
from rnnviz.core.scenario.presets import presets
from rnnviz.core.scenario.wiring import SEQUENTIAL
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT, Settings
from rnnviz.ui.controls.changes import in_words, summary, too_many
from tests.ui.driver import fine, opened, shown
from tests.ui.pages import paragraphs, plain, warned

EDIT = "W_xh.1.2:2.5,h.2.*:0"
RANDOM = replace(DEFAULT, weights="random")
TO_WRITE = replace(DEFAULT, wiring="one-to-many", text="h")
TO_TURN = replace(DEFAULT, wiring="encoder-decoder", text="abc", weights="reverse_own")


def band(app: AppTest) -> str:
    """What the band says; empty where there is none."""
    return next((text for text in paragraphs(app.main) if text.startswith(("You made", "No change"))), "")


def click(app: AppTest, name: str) -> AppTest:
    return fine(app.button(key=name).click().run())


# -------------------------------------------------------------------------------------------------------------- scenes


@pytest.mark.parametrize("weights", ["hello", "random"])
@pytest.mark.parametrize("cell", SEQUENTIAL)
def test_scenes_after_and_before(cell: str, weights: str) -> None:
    """In every cell, with trained and random weights, the scene has the changes and the one before has none."""
    settings = replace(DEFAULT, cell=cell, weights=weights, text="hell")
    plain = build(settings).scene
    weight, signal = next(iter(plain.params)), next(iter(plain.model.equations))
    text = f"{weight}.1.1:2,x.2.1:0.5,{signal}.3-.1:0.25"
    changed = build(replace(settings, edit=text))
    assert changed.before is not None
    assert edits_text(changed.edits) == text
    assert changed.unfit == ()
    for name in plain.trace:
        np.testing.assert_array_equal(changed.before.trace[name], plain.trace[name])
    assert changed.before.held == {}
    assert changed.scene.params[weight][0, 0] == 2.0
    assert changed.scene.trace["x"][1, 0] == 0.5
    assert (changed.scene.trace[signal][2:, 0] == 0.25).all()
    assert changed.scene.held[signal][:, 0].tolist() == [False, False, True, True]
    assert changed.scene.labels == plain.labels


def test_without_changes_there_is_no_before() -> None:
    """A scene without changes has none before it, also where what was asked for does not fit."""
    for text in ("", "Q.1.1:2"):
        made = build(replace(DEFAULT, edit=text))
        assert (made.before, made.edits) == (None, ())
        assert len(made.unfit) == len(text[:1])


@pytest.mark.parametrize("text", ["?", "W_xh.1.1:2,", "W_xh.1.1:nan", "x" * 99_999])
def test_nonsense_counts_as_no_changes(text: str) -> None:
    """A text that cannot be read is one notice, and the scene is that without changes."""
    made = build(replace(DEFAULT, edit=text))
    (problem,) = made.unfit
    assert problem.code.startswith("edit_")
    assert made.edits == ()
    np.testing.assert_array_equal(made.scene.trace["h"], build(DEFAULT).scene.trace["h"])


@pytest.mark.parametrize("name", presets())
def test_presets_can_be_changed(name: str) -> None:
    """Trained weights are changed for one scene only: the preset stays what it was."""
    preset = presets()[name]
    cell = next(iter(preset.cells))
    settings = replace(
        DEFAULT, cell=cell, weights=name, text=preset.example, wiring=preset.wiring, source=preset.source
    )
    kept = preset.cells[cell]["W_hy"].copy()
    made = build(replace(settings, edit="W_hy.*.*:0"))
    assert made.preset == name
    assert not made.scene.trace["y"].any()
    np.testing.assert_array_equal(preset.cells[cell]["W_hy"], kept)
    assert build(settings).scene.trace["y"].any()


def test_the_labels_follow_a_shuffle() -> None:
    """Each step is called by the input that is read there; a start symbol stays, and so do changed inputs' names."""
    made = build(replace(RANDOM, text="abcd", edit="shuffle:3,x.1.*:0"))
    assert sorted(made.scene.labels) == list("abcd")
    assert made.scene.labels != tuple("abcd")
    rows = [made.scene.inputs[int(i)] for i in made.scene.trace["x"][1:].argmax(1)]
    assert list(made.scene.labels[1:]) == rows
    turned = build(replace(TO_TURN, edit="shuffle:3")).scene
    assert sorted(turned.labels[:3]) == list("abc")
    assert turned.labels[3] == "▸"


def test_the_labels_of_what_is_fed_back() -> None:
    """A fed input that is changed to another symbol is called so; with other numbers it keeps its name."""
    plain = build(TO_WRITE).scene
    assert plain.labels == tuple("hello")
    other = plain.inputs.index("h") + 1
    forced = build(replace(TO_WRITE, edit=f"x.3.*:0,x.3.{other}:1")).scene
    assert forced.labels[:3] == tuple("heh")
    assert build(replace(TO_WRITE, edit="x.3.*:0.5")).scene.labels[:3] == tuple("hel")


def test_an_encoder_of_its_own_can_be_changed() -> None:
    """With the prefix only the encoder's weights change; where both share theirs it is told of."""
    made = build(replace(TO_TURN, edit="encoder.W_xh.1.1:2"))
    assert made.before is not None
    assert made.scene.encoder["W_xh"][0, 0] == 2.0
    np.testing.assert_array_equal(made.scene.params["W_xh"], made.before.params["W_xh"])
    (problem,) = build(replace(TO_TURN, weights="reverse", edit="encoder.W_xh.1.1:2")).unfit
    assert problem.code == "edit_encoder"


# --------------------------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("W_xh.1.2:-2.5", "W_xh[1,e] = −2.5"),
        ("W_xh.*.2:0", "W_xh[*,e] = 0"),
        ("W_xh.*.*:0", "W_xh = 0"),
        ("encoder.b_h.2:0.001", "b_h[2] = 0.001 in the encoder"),
        ("x.3.2:1", "x_3[e] = 1"),
        ("h.0.*:1", "h_0 = 1"),
        ("h.2-3.1:1", "h[1] = 1 at steps 2 to 3"),
        ("h.3-.*:0", "h = 0 from step 3"),
        ("shuffle:7", "inputs in another order (seed 7)"),
    ],
)
def test_changes_in_words(text: str, words: str) -> None:
    """Each kind of change is told shortly."""
    assert plain(in_words(read_edits(text)[0], build(RANDOM).scene, "en")) == words


def test_long_lists_are_cut() -> None:
    """A list that is too long for one row says how many more there are."""
    scene = build(RANDOM).scene
    edits = read_edits(",".join(f"W_xh.1.{i}:{i}" for i in range(1, 31)))
    text = plain(summary(edits, scene, "en"))
    assert text.startswith("You made 30 changes: W_xh[1,h] = 1; W_xh[1,e] = 2; ")
    assert text.endswith("; and 26 more")
    assert plain(summary(edits[:1], scene, "en")) == "You made 1 change: W_xh[1,h] = 1"


# ----------------------------------------------------------------------------------------------------------------- app


def test_a_link_restores_changes() -> None:
    """An address with changes opens the changed network, and says what was changed."""
    app = opened(edit=EDIT)
    assert band(app) == "You made 2 changes: W_xh[1,e] = 2.5; h_2 = 0"
    assert warned(app) == []
    assert shown(app).weight("W_xh", 0, 1) == np.float32(2.5)
    assert shown(app).signal("h", 2, 0) == 0.0


def test_without_changes_there_is_no_band() -> None:
    """A newcomer sees neither the band nor its buttons."""
    app = opened()
    assert band(app) == ""
    assert "reset" not in [button.key for button in app.button]


def test_reset_undo_redo() -> None:
    """Reset leaves the network as it was, in the address too; undo and redo go through what was done."""
    app = click(opened(edit=EDIT), "reset")
    assert band(app) == ""
    assert app.session_state["chosen"].get("edit") is None
    assert shown(app).weight("W_xh", 0, 1) == np.float32(build(DEFAULT).scene.params["W_xh"][0, 1])
    app.session_state["chosen"]["edit"] = "x.1.1:5"  # as a link brings it
    fine(app.run())
    assert band(app) == "You made 1 change: x_1[h] = 5"
    assert band(click(app, "undo")) == "No change is in use."
    assert app.session_state["chosen"].get("edit") is None
    assert band(click(app, "redo")) == "You made 1 change: x_1[h] = 5"
    assert app.session_state["chosen"].get("edit") == "x.1.1:5"
    assert app.button(key="redo").disabled


# A page with widgets that make changes.
PAGE = """
from dataclasses import replace

import streamlit as st

from rnnviz.core.scenario.edits import Edit, Shuffle
from rnnviz.ui import address
from rnnviz.ui.controls import changes
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import read_settings

settings, _ = read_settings(address.read())
settings = replace(settings, edit=changes.present(settings))
st.button("one", key="one", on_click=changes.change, args=[Edit("W_xh", 2.0, (1, 1))])
st.button("more", key="more", on_click=changes.change, args=[Edit("W_xh", 3.0, (1, 1)), Shuffle(1)])
many = [Edit(name, 0.123456, (t, i)) for name in ("x", "y", "h") for t in range(1, 6) for i in range(1, 4)]
st.button("many", key="many", on_click=changes.change, args=many)
changes.band(settings, build(settings), always=False)
st.text(settings.edit)
"""


def test_changes_made_by_a_page() -> None:
    """Widgets make changes; each click is one step of undo, and the address follows while it can."""
    app = fine(AppTest.from_string(PAGE).run())

    def at(*clicks: str) -> tuple[str, str | None]:
        for name in clicks:
            click(app, name)
        return app.text[0].value, app.session_state["chosen"].get("edit")

    assert at() == ("", None)
    assert at("one") == ("W_xh.1.1:2", "W_xh.1.1:2")
    assert at("more", "more") == ("W_xh.1.1:3,shuffle:1", "W_xh.1.1:3,shuffle:1")
    assert at("undo") == ("W_xh.1.1:2", "W_xh.1.1:2")
    assert at("redo") == ("W_xh.1.1:3,shuffle:1", "W_xh.1.1:3,shuffle:1")
    long, told = at("many")
    assert len(long) > LIMITS.link
    assert told is None
    assert at("one") == (long.removeprefix("W_xh.1.1:3,") + ",W_xh.1.1:2", None)
    assert at("undo", "undo", "undo", "undo") == ("", None)
    assert app.button(key="undo").disabled
    assert at("redo") == ("W_xh.1.1:2", "W_xh.1.1:2")
    assert at("reset") == ("", None)


def test_changes_outlive_other_choices() -> None:
    """Another cell or text keeps the changes; what does not fit there is told of, and comes back where it fits."""
    app = opened(edit=EDIT)
    fine(app.segmented_control(key="pick_cell").set_value("lstm").run())
    assert band(app) == "You made 1 change: h_2 = 0"
    (notice,) = warned(app)
    assert notice.startswith("W_xh.1.2:2.5 is left out: this network has no W_xh")
    fine(app.segmented_control(key="pick_cell").set_value("vanilla").run())
    assert band(app) == "You made 2 changes: W_xh[1,e] = 2.5; h_2 = 0"
    fine(app.text_input(key="pick_text").set_value("").run())
    assert band(app) == "You made 2 changes: W_xh[1,e] = 2.5; h_2 = 0"


def test_nonsense_is_told_of() -> None:
    """An address whose changes cannot be read has one notice, shows the network unchanged, and can be reset."""
    app = opened(edit="![a](//e.co)")
    (notice,) = warned(app)
    assert notice.startswith("![a](//e.co) is no change;")
    assert band(app) == "No change is in use."
    assert warned(click(app, "reset")) == []


def test_too_many_changes_for_a_link() -> None:
    """Beyond 600 characters only the session has the changes, and a notice says so."""
    text = ",".join(f"h.{t}.{i}:0.{t}{i}1" for t in range(1, 6) for i in range(1, 4))
    long = ",".join([text] * 5)
    assert not too_many(Settings(edit=text))
    assert too_many(Settings(edit=long))
    app = opened(edit=long)
    assert any(f"more than {LIMITS.link} characters" in notice for notice in warned(app))
    assert shown(app).signal("h", 2, 0) == np.float32(0.211)
    fine(app.selectbox(key="pick_weights").select("random").run())
    assert shown(app).signal("h", 2, 0) == np.float32(0.211)
    assert warned(click(app, "reset")) == []
