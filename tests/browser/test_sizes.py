"""A text that is too long for its field, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.driver import settled

if TYPE_CHECKING:
    from tests.browser.driver import Pages


def test_a_text_that_is_too_long(open_page: Pages) -> None:
    """It stays in its field beside one sentence, the picture and the address stay as they were; shortened it is read.

    Of a text longer than any field keeps, the field shows the beginning.
    """
    page = open_page("/?source=numbers&text=1 2 3")
    said = page.url
    field = page.get_by_label("Sequence", exact=True)
    for text, stays in (("1" * 1_900_000, 1_900_000), ("９" * 500_000, 250_000), ("1" + " " * 250_000, 250_001)):
        field.fill(text)
        field.press("Control+Enter")
        page.get_by_text(f"There are {len(text)} characters; at most 200000 are read.").wait_for()
        settled(page)
        assert len(field.input_value()) == stays
        assert page.url == said
        page.get_by_text("t = 1 of 3").first.wait_for()
    field.fill("4 5 6 7")
    field.press("Control+Enter")
    page.get_by_text("t = 1 of 4").first.wait_for()
    assert page.get_by_role("alert").count() == 0
