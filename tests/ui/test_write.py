"""The page "Write a cell" as Streamlit runs it, without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rnnviz.core import InputError
from rnnviz.core.language.examples import EXAMPLES
from rnnviz.scenes.scene import cell_text
from rnnviz.scenes.settings import DEFAULT
from rnnviz.ui.views.write import STARTS, pointed_at
from tests.figures.decoded import Decoded
from tests.ui.driver import fine, go, opened, writing
from tests.ui.pages import remarks, warned

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

OWN = "h[t] = tanh(W @ x[t] + U @ h[t-2])\ny[t] = V @ h[t]"


def player(app: AppTest) -> Decoded:
    """What the page, whichever it is, hands to its player."""
    waiting = [app.main]
    while waiting:
        block = waiting.pop()
        if getattr(block, "key", None) in ("written", "player", "unrolled"):
            return Decoded(block.proto.bytes)
        waiting += list(getattr(block, "children", {}).values())
    raise AssertionError("no player")


def weights(app: AppTest) -> set[str]:
    """The weights of the picture."""
    return set(player(app).head["weights"])


def shown_code(app: AppTest) -> list[str]:
    """Preformatted texts on the page."""
    return [code.value for code in app.code]


@pytest.mark.parametrize("page", ["", "unroll", "write"])
def test_an_address_brings_a_cell_back(page: str) -> None:
    """A cell in the address is shown on every page, with random weights and without a notice."""
    app = opened(cell="own", equations=OWN)
    if page:
        go(app, page)
    assert weights(app) == {"W", "U", "V"}
    assert player(app).head["signals"]["h"]["before"] == 2
    assert warned(app) == []
    assert app.selectbox(key="pick_other").value == "own"
    if page == "write":
        assert app.text_area(key="pick_equations").value == OWN


def test_own_without_equations_begins_with_the_first_cell() -> None:
    """The address cell=own alone starts from the vanilla cell, with random weights."""
    app = writing(cell="own")
    assert app.text_area(key="pick_equations").value == cell_text(DEFAULT)
    assert player(app).head["weights"]["W_hh"]["rows"] == DEFAULT.units
    assert warned(app) == []


def test_start_make_a_mistake_and_mend_it() -> None:
    """From an example on: a mistake is told at its line under the text, the picture stays; mended, it changes."""
    app = writing()
    fine(app.selectbox(key="pick_start").select("jordan").run())
    text = EXAMPLES["jordan"].equations
    assert app.text_area(key="pick_equations").value == text
    assert (app.session_state["chosen"].get("cell"), app.session_state["chosen"].get("equations")) == ("own", text)
    assert "s" in player(app).head["signals"]
    assert any("Jordan 1986" in remark for remark in remarks(app))

    wrong = text.replace("W_hy @ h[t]", "W_hy h[t]")
    fine(app.text_area(key="pick_equations").set_value(wrong).run())
    assert [notice.split(":")[0] for notice in warned(app)] == ["Line 3, column 21"]
    (pointed,) = shown_code(app)
    line, caret = pointed.split("\n")
    assert line[caret.index("^")] == "h"
    assert app.text_area(key="pick_equations").value == wrong
    assert app.selectbox(key="pick_start").value is None
    assert "s" in player(app).head["signals"]

    right = text.replace("0.5 * s[t-1]", "m * s[t-1]")
    fine(app.text_area(key="pick_equations").set_value(right).run())
    assert warned(app) == []
    assert shown_code(app) == []
    assert "m" in weights(app)


def test_a_mistake_is_told_on_other_pages_beside_the_cell() -> None:
    """On Step the sentence stands in the sidebar, once, and the last good picture stays, with its trained weights."""
    app = writing()
    fine(app.text_area(key="pick_equations").set_value("h[t] = x[t]]").run())
    go(app, "")
    assert [notice.split(":")[0] for notice in warned(app)] == ["Line 1, column 12"]
    assert weights(app) == {"W_xh", "W_hh", "W_hy"}
    assert player(app).head["signals"]["h"]["n"] == 3


def test_an_emptied_field_stays_empty() -> None:
    """Nothing written is told of in one sentence, and the old text does not come back by itself."""
    app = writing()
    fine(app.text_area(key="pick_equations").set_value("").run())
    assert (app.text_area(key="pick_equations").value or "").strip() == ""
    (notice,) = warned(app)
    assert "There is no equation yet" in notice


def test_a_cell_that_does_not_fit_its_wiring() -> None:
    """A cell without y where one is read: the sentence says so, and the last picture stays."""
    app = writing(wiring="many-to-one")
    before = weights(app)
    fine(app.text_area(key="pick_equations").set_value("h[t] = W @ x[t]").run())
    (notice,) = warned(app)
    assert "This cell has no y" in notice
    assert weights(app) == before


def test_another_cell_and_back() -> None:
    """The menu of cells has one's own once there is one; what was written comes back with it."""
    app = opened(cell="own", equations=OWN)
    fine(app.segmented_control(key="pick_cell").set_value("vanilla").run())
    assert player(app).head["signals"]["h"]["n"] == 3
    assert app.session_state["chosen"].get("equations") is None
    fine(app.segmented_control(key="pick_cell").set_value("more").run())
    fine(app.selectbox(key="pick_other").select("own").run())
    assert weights(app) == {"W", "U", "V"}


def test_bias_and_activation_work_on_it() -> None:
    """The switches under "More" change a cell of one's own as they change any."""
    text = "h[t] = tanh(W @ x[t] + b_h)\ny[t] = V @ h[t] + b"
    assert weights(opened(cell="own", equations=text)) == {"W", "b_h", "V", "b"}
    app = opened(cell="own", equations=text, bias=0, activation="relu")
    assert weights(app) == {"W", "V"}
    assert player(app).head["stage"]["blocks"][0]["tree"][:2] == ["call", "relu"]


def test_what_was_found_out_is_told() -> None:
    """Shapes with their letters, their count, and the backward pass stand beside the picture."""
    app = writing(cell="own", equations=OWN, hidden=5)
    labels = [expander.label for expander in app.expander]
    assert f"Weights: {5 * 4 + 5 * 5 + 4 * 5} numbers" in labels
    assert "Its own backpropagation" in labels
    told = " ".join(html.proto.body for html in app.get("html"))
    assert "<td><i>W</i></td><td>H × D</td><td>5 × 4</td><td>20</td>" in told
    assert "<i>V</i><sup>T</sup>" in told


def test_every_start_is_there_once() -> None:
    """The menu has every cell and every example, none of them twice."""
    assert set(EXAMPLES) <= set(STARTS)
    assert len({cell.equations for cell in STARTS.values()}) == len(STARTS)


@pytest.mark.parametrize("before", [0, 3, 30, 300])
def test_the_caret_stands_under_the_column(before: int) -> None:
    """Also of a long line, of which a part is shown."""
    text = f"# first\nh[t] = {'b + ' * before}$ + x[t] + {'b + ' * 30}b"
    line, caret = pointed_at(text, InputError("character", 2, 8 + 4 * before, character="$")).split("\n")
    assert line[caret.index("^")] == "$"
    assert len(line) < 40
