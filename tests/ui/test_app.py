"""The app as Streamlit runs it, without a browser: main.py with an address, and what its widgets do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.core import CELLS
from rnnviz.core.scenario.sequences import Scale
from rnnviz.core.scenario.wiring import SEQUENTIAL
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT
from rnnviz.text import label
from rnnviz.ui.controls.series import scaled
from tests.ui.driver import fine, opened, shown, writing, written
from tests.ui.pages import remarks, said, warned


@pytest.mark.parametrize("weights", ["hello", "random"])
@pytest.mark.parametrize("cell", SEQUENTIAL)
def test_every_cell_is_shown(cell: str, weights: str) -> None:
    """Every cell for sequences opens at its own address, and its player gets the numbers of the settings' trace."""
    app = opened(cell=cell, weights=weights, text="hell", t=3)
    read = shown(app)
    scene = build(replace(DEFAULT, cell=cell, weights=weights, text="hell")).scene
    assert read.head["seek"][1] == 3
    for name in scene.model.equations:
        got = [[read.signal(name, t, i) for i in range(scene.model.sizes[name])] for t in (1, 2, 3, 4)]
        np.testing.assert_array_equal(got, scene.trace[name].astype(np.float32))


@pytest.mark.parametrize("cell", [name for name in CELLS if name not in SEQUENTIAL])
def test_a_cell_for_trees_is_told_of_and_replaced(cell: str) -> None:
    """At the address of a sequence a cell for trees has its notice, the default is shown, and it is not on offer."""
    app = opened(cell=cell)
    (notice,) = warned(app)
    assert f"cell = {cell}, which works on a tree" in notice
    assert "vanilla" in notice
    assert written(app) == "hello"
    app = opened(cell="deep")
    (others,) = [box for box in app.selectbox if (box.key or "").startswith("pick_other")]
    assert "Deep RNN" in others.options
    assert not {label("cell", name, "en") for name in CELLS if name not in SEQUENTIAL} & set(others.options)


def test_default_address() -> None:
    """Without an address the app shows the opening scene at step 1, with no notice."""
    app = opened()
    assert written(app) == "hello"
    assert shown(app).head["seek"][1] == 1
    assert warned(app) == []


@pytest.mark.parametrize(
    "address",
    [
        {"text": "hello world"},
        {"text": "한국어 é 👋🏽", "hidden": 1},
        {"cell": "lstm", "hidden": 32, "text": "ab" * 100},
        {"activation": "relu", "bias": 0, "seed": 9, "cell": "gru"},
        {"cell": "bidirectional", "activation": "identity", "hidden": 5, "t": 2},
    ],
    ids=str,
)
def test_addresses_that_make_sense(address: dict[str, object]) -> None:
    """Long, foreign and unusual choices run; only a trained network's alphabet is ever complained of."""
    assert all("does not know" in notice for notice in warned(opened(**address)))


def test_nonsense_is_told_of_and_replaced() -> None:
    """Each value that makes no sense has its notice, and the default is shown."""
    app = opened(cell="<b>", hidden="-3", t="1e9", bias="\0", seed="9" * 4000)
    notices = warned(app)
    assert len(notices) == 5
    assert all("The default is shown." in notice for notice in notices)
    assert shown(app).head["seek"][1] == 1


def test_typed_text_is_shown() -> None:
    """A typed word becomes the sequence."""
    app = opened()
    fine(app.text_input(key="pick_text").set_value("hole").run())
    assert written(app) == "hole"


@pytest.mark.parametrize(
    ("text", "told"),
    [("h" * 201, "at most 200"), ("", "The text is empty")],
    ids=["long", "empty"],
)
def test_wrong_text_keeps_the_picture_and_what_was_typed(text: str, told: str) -> None:
    """Text that cannot be used leaves the last picture and the typed text, and says what is wrong."""
    app = opened(text="hole", t=2)
    fine(app.text_input(key="pick_text").set_value(text).run())
    assert written(app) == "hole"
    assert app.text_input(key="pick_text").value == text
    assert any(told in notice for notice in warned(app))


def test_own_text_is_never_refused() -> None:
    """Letters that the trained network does not know are learnt at once, and the header says so; with a way back."""
    app = opened(text="hello", t=3)
    fine(app.text_input(key="pick_text").set_value("world").run())
    assert written(app) == "world"
    assert shown(app).head["header"]["trained"] is True
    assert "learnt from <b>world</b> in" in shown(app).head["header"]["does"]
    assert warned(app) == []
    assert app.selectbox(key="pick_weights").value == "learnt"
    (button,) = [button for button in app.button if button.label == "Back to hello"]
    fine(button.click().run())
    assert written(app) == "hello"
    assert warned(app) == []
    assert shown(app).head["header"]["trained"] is True


@pytest.mark.parametrize("text", ["h" * 201, ""], ids=["long", "empty"])
def test_the_last_picture_is_marked(text: str) -> None:
    """Beside a text that cannot be shown it is said which one the picture is of."""
    app = opened(text="hole")
    assert "Below is the last" not in "".join(said(app, "paragraph"))
    fine(app.text_input(key="pick_text").set_value(text).run())
    assert any("Below is the last network that could: it reads hole." in one for one in said(app, "paragraph"))


def test_a_shorter_text_ends_earlier() -> None:
    """A text shorter than the current step takes the step back to its end."""
    app = opened(text="hello", t=5)
    fine(app.text_input(key="pick_text").set_value("hel").run())
    assert shown(app).head["seek"][1] == 3
    assert warned(app) == []


def test_another_size_means_random_weights() -> None:
    """Moving the slider draws random weights of that size; the seed's field appears."""
    app = opened()
    fine(app.slider(key="pick_hidden").set_value(6).run())
    assert shown(app).head["signals"]["h"]["n"] == 6
    assert app.session_state["chosen"].get("weights") == "random"
    assert app.number_input(key="pick_seed").value == 0
    fine(app.number_input(key="pick_seed").set_value(7).run())
    expected = build(replace(DEFAULT, hidden=6, weights="random", seed=7)).scene.params["W_hh"]
    assert shown(app).weight("W_hh", 1, 2) == np.float32(expected[1, 2])


def test_trained_weights_bring_their_text() -> None:
    """Choosing weights of another alphabet brings a text of that alphabet; back to hello brings hello."""
    app = opened()
    fine(app.selectbox(key="pick_weights").select("latch").run())
    assert written(app) == "a.........b........."
    fine(app.selectbox(key="pick_weights").select("hello").run())
    assert written(app) == "hello"


def test_other_cells_are_one_click_away() -> None:
    """More… offers the other cells; a cell without trained weights gets random ones, back again trained ones."""
    app = opened()
    assert "pick_other" not in app.session_state
    fine(app.segmented_control(key="pick_cell").set_value("more").run())
    fine(app.selectbox(key="pick_other").select("mingru").run())
    assert [block["name"] for block in shown(app).head["stage"]["blocks"]] == ["z", "n", "h", "y", "p"]
    fine(app.segmented_control(key="pick_cell").set_value("gru").run())
    assert [block["name"] for block in shown(app).head["stage"]["blocks"]] == ["r", "z", "n", "h", "y", "p"]
    assert shown(app).head["signals"]["h"]["n"] == 3


def test_bias_and_activation() -> None:
    """With random weights the bias can be left out and tanh replaced; the address follows."""
    app = opened(weights="random")
    fine(app.toggle(key="pick_bias").set_value(False).run())
    assert set(shown(app).head["weights"]) == {"W_xh", "W_hh", "W_hy"}
    fine(app.selectbox(key="pick_activation").select("relu").run())
    assert shown(app).head["stage"]["blocks"][0]["tree"][:2] == ["call", "relu"]
    assert (app.session_state["chosen"].get("bias"), app.session_state["chosen"].get("activation")) == ("0", "relu")


def test_a_jump_is_made_once() -> None:
    """A player jumps where a choice brings a step along, and not again with the next choice."""
    app = opened(text="hello", t=4)
    assert shown(app).head["seek"] == ["", 4]
    fine(app.selectbox(key="pick_weights").select("random").run())
    assert shown(app).head["seek"] == ["", 4]
    fine(app.selectbox(key="pick_wiring").select("many-to-one").run())
    jump = shown(app).head["seek"]
    assert jump[0]
    assert jump[1] == 1
    fine(app.slider(key="pick_hidden").set_value(6).run())
    assert shown(app).head["seek"] == jump


def test_a_choice_too_long_for_a_link_is_told() -> None:
    """What no link could hold is shown, and said to be lost with the page."""
    app = opened(source="numbers")
    fine(app.text_area(key="pick_text").set_value(" ".join(["0.125"] * (LIMITS.address // 6 + 9))).run())
    assert any("too long for a link" in notice for notice in warned(app))


def test_the_file_of_an_address_is_missed() -> None:
    """An address that needs a file says where it went; who has just chosen to take a file is only asked for one."""
    assert any("The file is not here" in notice for notice in warned(opened(source="file")))
    app = opened()
    fine(app.selectbox(key="pick_source").select("file").run())
    assert any("No file was taken yet" in notice for notice in warned(app))


def test_more_decimals() -> None:
    """The decimals of the picture are chosen in the address and under More, and nothing else is by them."""
    app = opened(digits=4)
    assert shown(app).head["sizes"]["digits"] == 4
    assert app.number_input(key="pick_digits").value == 4
    fine(app.number_input(key="pick_digits").set_value(2).run())
    assert shown(app).head["sizes"]["digits"] == 2
    assert len(warned(opened(digits=9))) == 1


def test_borrowed_weights_are_told() -> None:
    """A cell that uses weights made for another one says so, and which of them it leaves out."""
    (told,) = [text for text in remarks(opened(cell="feedforward")) if "trained for" in text]
    assert told == "These weights were trained for the cell Vanilla; this cell uses them without W_hh."
    assert not [text for text in remarks(opened(cell="lstm")) if "trained for" in text]


def test_more_cells_show_the_one_that_runs() -> None:
    """Behind "More…" the cell that runs is the chosen one, until another is chosen."""
    app = opened()
    app.segmented_control(key="pick_cell").set_value("more")
    fine(app.run())
    assert app.selectbox(key="pick_other").value == "vanilla"
    fine(app.selectbox(key="pick_other").set_value("deep").run())
    assert app.selectbox(key="pick_other").value == "deep"


def test_biases_that_are_left_out_are_told() -> None:
    """Beside the equations it is told which biases the trained weights lack; random ones lack none."""
    said = "These weights have no biases: b_h, b_y are left out of the equations."
    assert said in remarks(writing())
    assert said not in remarks(writing(weights="random"))


def test_buttons_say_what_they_do() -> None:
    """The check and the code say what they are before they are pressed."""
    app = opened()
    assert "computed again" in app.button(key="open_check").help
    assert "NumPy or PyTorch" in app.button(key="open_code").help


def test_how_columns_are_shown() -> None:
    """The ends of a column's range are told with true signs; a column that never changes is shown as 0, and told so."""
    assert scaled(Scale("a", -1.5, 2), "en") == "a: −1.5 is shown as −1, 2 as 1."
    assert scaled(Scale("a", -3, -3), "en") == "a: it is −3 everywhere, and is shown as 0."
    assert Scale("a", -3, -3).apply(np.array([-3.0])).tolist() == [0]


def test_each_reason_is_told_once() -> None:
    """Wirings that are ruled out by the same reason stand before it, and the reason stands there once."""
    told = " ".join(remarks(opened(source="weather")))
    assert told.count("Nothing can be chosen among numbers") == 1
    assert "One to many, Encoder-decoder" in told
