"""Every input has a size, which is looked at once, before anything else sees the input."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rnnviz.core import InputError
from rnnviz.core.scenario.edits import read_edits
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.reading.packed import packed, unpacked
from rnnviz.scenes.reading.tables import NAME, csv
from rnnviz.scenes.reading.text import characters, numbers, words
from rnnviz.scenes.settings import DEFAULT, NAMES, Settings, read_settings
from rnnviz.scenes.trees import graph_of
from rnnviz.ui.controls.series import escaped
from tests.conftest import ROOT
from tests.ui.driver import MANY_CHANGES, fine, go, opened, shown, writing, written
from tests.ui.fillings import SIZES
from tests.ui.pages import warned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


@contextmanager
def seen_by(size: int) -> Iterator[set[str]]:
    """The files of rnnviz of which a function got a text of more than `size` characters, in any thread that begins."""
    found: set[str] = set()

    def called(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(str(ROOT / "rnnviz")):
            texts = [value for value in frame.f_locals.values() if isinstance(value, str)]
            if any(len(text) > size for text in texts):
                found.add(Path(frame.f_code.co_filename).name)

    threading.setprofile(called)
    try:
        yield found
    finally:
        threading.setprofile(None)


def test_every_choice_has_a_size() -> None:
    """The table of sizes has a row for each choice of an address and one for numbers, and what may be chosen fits."""
    assert set(SIZES) == {*NAMES, "numbers"}
    assert all(len(str(getattr(DEFAULT, name))) <= SIZES[name] for name in NAMES)


@pytest.mark.parametrize("name", [*NAMES, "numbers"])
def test_an_address_with_a_value_that_is_too_long(name: str) -> None:
    """Of a value with one character too many the default is shown, and one sentence quotes the limit and the length."""
    size, raw = SIZES[name], {"source": "numbers"} if name == "numbers" else {}
    field = "text" if name == "numbers" else name
    default, _ = read_settings(raw)
    settings, (problem,) = read_settings({**raw, field: "1" * (size + 1)})
    assert settings == default
    told = problem.told()
    assert f"{field} = 1111" in told
    assert f"which has {size + 1} characters; at most {size} are read. The default is shown." in told
    assert len(told) < 200


@pytest.mark.parametrize("name", ["text", "columns", "equations", "edit"])
def test_an_address_with_a_value_as_long_as_it_may_be(name: str) -> None:
    """A free text of just the limit is taken as it is."""
    settings, problems = read_settings({name: "1" * SIZES[name]})
    assert getattr(settings, name) == "1" * SIZES[name]
    assert problems == []


def test_an_address_with_too_many_changes() -> None:
    """Of changes that are too many none is made, and one sentence says how many; the limit itself is taken."""
    settings, problems = read_settings({"edit": MANY_CHANGES, "hidden": "32"})
    assert (settings.edit, problems) == (MANY_CHANGES, [])
    settings, (problem,) = read_settings({"edit": MANY_CHANGES + ",W_xh.1.1:1", "hidden": "32"})
    assert settings.edit == ""
    assert problem.told() == "The address asks for 201 changes; at most 200 can be made. The default is shown."
    with pytest.raises(InputError, match="There are 201 changes; at most 200 are read"):
        read_edits(MANY_CHANGES + ",W_xh.1.1:1")


def test_a_link_that_is_too_long_is_seen_by_nobody() -> None:
    """The page shows the default with one notice, and no reader got the text."""
    with seen_by(SIZES["text"]) as files:
        app = opened(text="ab" * 20_000, weights="random")
    assert written(app) == "hello"
    (told,) = warned(app)
    assert "which has 40000 characters; at most 20000 are read" in told
    assert files <= {"address.py", "choices.py", "settings.py"}


@pytest.mark.parametrize(("source", "name"), [("text", "text"), ("words", "text"), ("numbers", "numbers")])
def test_a_field_with_a_text_that_is_too_long(source: str, name: str) -> None:
    """The sentence stands beside the field, what was typed in it; the picture and the address stay, no reader got it.

    A text that is short enough is taken again, and with another source the field begins anew.
    """
    app = opened(source=source, weights="random", **({"text": "hell"} if source == "text" else {}))
    kind = "text_area" if source == "numbers" else "text_input"
    picture, said = shown(app).head["labels"], app.session_state["chosen"].get("text")
    typed = "9" * (SIZES[name] + 5)
    with seen_by(SIZES[name]) as files:
        fine(getattr(app, kind)(key="pick_text").set_value(typed).run())
        fine(app.run())
    assert warned(app) == [f"There are {len(typed)} characters; at most {SIZES[name]} are read. Please remove 5."]
    assert getattr(app, kind)(key="pick_text").value == typed
    assert shown(app).head["labels"] == picture
    assert app.session_state["chosen"].get("text") == said
    assert files <= {"address.py", "choices.py", "settings.py", "picks.py"}
    fine(getattr(app, kind)(key="pick_text").set_value("1 2").run())
    assert warned(app) == []
    fine(getattr(app, kind)(key="pick_text").set_value(typed).run())
    fine(app.selectbox(key="pick_source").set_value("words" if source == "text" else "text").run())
    assert warned(app) == []
    assert app.text_input(key="pick_text").value == ("the cat sat on the mat" if source == "text" else "hello")


def test_an_editor_with_equations_that_are_too_long() -> None:
    """The sentence stands at the editor, which keeps what was typed; the last cell stays on the page and the next."""
    app = writing(cell="own", equations="h[t] = W @ x[t]")
    typed = "h[t] = W @ x[t] # " + "n" * 4_000
    with seen_by(SIZES["equations"]) as files:
        fine(app.text_area(key="pick_equations").set_value(typed).run())
    assert warned(app) == ["There are 4018 characters; at most 4000 are read. Please remove 18."]
    assert app.text_area(key="pick_equations").value == typed
    assert app.session_state["chosen"]["equations"] == "h[t] = W @ x[t]"
    assert files <= {"address.py", "choices.py", "settings.py", "write.py"}
    assert warned(go(app, "")) == []
    assert app.session_state["chosen"]["equations"] == "h[t] = W @ x[t]"
    assert go(app, "write").text_area(key="pick_equations").value == "h[t] = W @ x[t]"


def test_one_change_too_many() -> None:
    """It is not made, which one sentence tells; those that were made stay, and fewer can be made again."""
    app = go(opened(edit=MANY_CHANGES, hidden=32, weights="random"), "what-if")
    fine(app.toggle(key="changing").set_value(True).run())
    (shuffle,) = [button for button in app.button if button.label.startswith("Shuffle")]
    fine(shuffle.click().run())
    assert "There would be 201 changes; at most 200 can be made. Take back some of them first." in warned(app)
    assert app.session_state["changes"].present == MANY_CHANGES
    fine(app.button(key="reset").click().run())
    assert warned(app) == []


def test_changes_that_do_not_fit_are_told_in_one_notice() -> None:
    """Of many changes that a network has no place for, the first is told, and how many they are."""
    app = opened(edit=",".join(f"b_h.{k}:1" for k in range(1, 61)))
    (told,) = [text for text in warned(app) if "left out" in text]
    assert told.startswith("b_h.1:1 is left out: this network has no b_h")
    assert told.endswith("Changes left out in all: 60.")
    (told,) = [text for text in warned(opened(edit="b_h.1:1")) if "left out" in text]
    assert "in all" not in told


@pytest.mark.parametrize(
    ("source", "text", "told"),
    [
        ("text", "abe" + "\u0323\u0301" * 32, "Character 3 of the text has 64 code points"),
        ("text", "x" + "👩\u200d" * 40, "Character 2 of the text has 80 code points; at most 64 are possible."),
        ("words", "a " + "b" * 65, "Word 2, bbbbbbbbbbbbbbbbbbb…, has 65 characters; at most 64 are possible."),
        ("text", "a" + "\u0301" * 65, "There are more than 64 accents on one letter; please remove some."),
        ("words", "a" + "\u0301" * 65, "There are more than 64 accents on one letter; please remove some."),
    ],
    ids=ascii,
)
def test_symbols_that_are_too_large(source: str, text: str, told: str) -> None:
    """A character or word of more than 64 code points is refused where it stands, in a sequence and in a tree."""
    settings = Settings(source=source, text=text, branching="left")
    if "has 64" in told:
        assert len(characters(text)[2]) == LIMITS.symbol
        return
    for make in (lambda: (characters if source == "text" else words)(text), lambda: graph_of(settings)):
        with pytest.raises(InputError) as error:
            make()
        assert error.value.sentence.startswith(told)


def test_too_many_numbers() -> None:
    """More numbers than can be read are refused with how many there are; the limit itself is read."""
    row = "1 " * 10 + "\n"
    assert numbers(row * 2_000).values.shape == (2_000, 10)
    with pytest.raises(InputError, match="There are 20010 numbers; at most 20000 can be read"):
        numbers(row * 2_001)


def test_too_large_tables() -> None:
    """The largest table is read, and comes back as it was from where it is kept; towers of accents are refused."""
    row = ",".join(["1"] * LIMITS.columns) + "\n"
    table = csv((row * (LIMITS.rows - 1) + "-," + row[2:]).encode())
    again = unpacked(packed(table))
    assert again.values.shape == (LIMITS.rows, LIMITS.columns)
    np.testing.assert_array_equal(again.values, table.values)
    assert (again.columns, again.labels, again.gaps) == (table.columns, table.labels, {(LIMITS.rows - 1, 0): "-"})
    assert not again.values.flags.writeable
    with pytest.raises(InputError, match="Row 3 of the file has more than 64 accents on one letter"):
        csv(("a,b\n1,2\n3,4" + "\u0301" * 65).encode())


def test_a_long_cell_is_no_number() -> None:
    """A cell of a file that is too long to be looked at has no number, and never becomes the one it begins with."""
    table = csv(("a,b\n1,2\n" + "1" * (LIMITS.cell + 1) + ",3\n4,5\n").encode())
    assert table.gaps == {(1, 0): "1" * (NAME - 1) + "…"}


def test_of_many_gaps_the_first_are_kept() -> None:
    """A table with many cells without a number knows the text of some, and tells of all how many they are."""
    table = csv(("a,b\n" + "1,none\n2,2\n3,3\n" * 2_000).encode())
    assert len(table.gaps) == LIMITS.gaps
    assert "b: cells without a number: 2000, the first in row 2." in [note.told() for note in table.notes]


def test_all_columns_that_may_be_chosen_fit_into_the_address() -> None:
    """Sixteen names as long as a table keeps them, in any script or of signs that are escaped, are a legal choice."""
    for sign in "날", "😀", ",", "%":
        chosen = ",".join(escaped(sign * NAME) for _ in range(LIMITS.inputs))
        assert read_settings({"source": "file", "columns": chosen})[1] == []


def test_what_was_read_once_is_not_read_again() -> None:
    """The same text or file gives the same table, and the same mistake its own error without an old traceback."""
    assert numbers("1 2 3 4 5.5") is numbers("1 2 3 4 5.5")
    assert csv(b"a\n1\n2.5") is csv(b"a\n1\n2.5")
    assert csv(b"a\n1\n2.5") is not csv(b"a\n1\n2.5", header=False)
    errors = []
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            numbers("1 2 x")
        errors.append(caught.value)
    assert errors[0] is not errors[1]
    assert errors[0].told() == errors[1].told()
