"""What a reader typed, in a real browser: it looks as it was typed, and does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

import pytest

from rnnviz.scenes.settings import NAMES
from tests.browser.driver import Step, go_to, settled
from tests.ui.payloads import ALL, FREE, HIDDEN, REVEALED, SHORT, table

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

    from tests.browser.driver import Pages

# Everything that a text of a reader could have become: its tag, and what it leads to or shows.
MADE = """() => {
  const frame = ["stHeader", "stSidebarNav", "stSkipToContent"];
  const ours = frame.map((id) => `[data-testid=${id}]`).join();
  const links = [...document.querySelectorAll("a, area, form, iframe, object, embed, base, meta[http-equiv]")];
  const shown = [...document.querySelectorAll("img, video, audio, image:not(.heatmaplayer image)")];
  const icons = [...document.querySelectorAll("[data-testid=stMain] [role=img], [role=alert] [role=img]")];
  return [
    ...links.filter((one) => !one.closest(ours)),
    ...shown.filter((one) => !(one.getAttribute("src") ?? "").startsWith("data:image/svg+xml")),
    ...icons.filter((one) => one.matches("[data-testid=stIconMaterial]")),
    ...document.querySelectorAll(".katex:not(button .katex)"),
    ...document.querySelectorAll("[data-testid=stMain] [onclick], [data-testid=stSidebar] [onclick]"),
  ].map((one) => one.outerHTML.slice(0, 200));
}"""


class Watched:
    """A page on which nothing of what was typed may come to life."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialogs: list[str] = []
        page.on("dialog", self._dialog)

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def still(self) -> None:
        """Wait until the page rests, and look at what there is on it."""
        settled(self.page)
        assert self.page.evaluate(MADE) == []
        assert self.dialogs == []

    def texts(self, place: str) -> list[str]:
        """The visible texts of these parts."""
        return self.page.locator(place).all_inner_texts()

    def goes(self, page: str) -> None:
        go_to(self.page, page)
        self.page.wait_for_url(f"**/{page.lower().replace(' ', '-')}*")
        self.still()


def test_choices_are_quoted(open_page: Pages) -> None:
    """Each value of an address that makes no sense stands in its notice as it was typed."""
    names = [name for name in NAMES if name not in FREE]
    for start in (0, len(SHORT) - len(names)):
        values = dict(zip(names, SHORT[start:], strict=False))
        page = Watched(open_page("/?" + urlencode(values)))
        page.still()
        notices = page.texts("[role=alert]")
        for name, value in values.items():
            assert [notice for notice in notices if f"asks for {name} = {value}" in notice], value


def test_typed_texts_are_quoted(open_page: Pages) -> None:
    """A text that is no tree, or no numbers, is quoted as it was typed, and so are words that a net does not know."""
    page = Watched(open_page("/tree?source=words&branching=hand"))
    field = page.page.get_by_label("Sequence", exact=True)
    for typed, shown in [(text, text) for text in ALL if not set(text) & set(" ()")] + [(HIDDEN, REVEALED)]:
        field.fill(f"(a b) {typed}")
        field.press("Enter")
        page.page.locator("[role=alert]", has_text=f"Line 1, column 7: {shown} stands outside").wait_for()
        page.still()
        assert page.texts("[role=alert]")[0].startswith(f"Line 1, column 7: {shown} stands outside the brackets")


def test_words_are_drawn(open_page: Pages) -> None:
    """Words of a tree are on the picture, in answers and in tables what they are in the text."""
    words = [text for text in ALL if not set(text) & set(" ()")]
    tree = words[0]
    for word in words[1:]:
        tree = f"({tree} {word})"
    page = Watched(open_page("/tree?" + urlencode({"source": "words", "branching": "hand", "text": tree, "seed": 1})))
    page.still()
    step = Step(page.page)
    labels = step.ask("player => player.payload.labels")
    assert set(words) <= set(labels)
    assert set(words) <= set(page.texts(".bt th"))
    tiny = {word for word in words if len(word) <= 6}
    assert tiny >= {"'\"", "<b>", "&quot;", "$x^2$", "%{y}%s"}
    drawn = page.page.locator(".rv-stage .annotation-text").all_text_contents()
    cut = [tuple(text.split("…")) for text in drawn if text.count("…") == 1]
    for word in tiny:  # whole, or as much of its beginning and end as has room
        assert word in drawn or any(word.startswith(begin) and word.endswith(end) for begin, end in cut), word
    for word in words:
        step.ask("(player, t) => player.go(t)", labels.index(word) + 1)
        assert f"({word})" in step.text("sentence")
        assert step.text("step").endswith(f": {word}")
        assert f", {word}." in (page.page.locator(".rv-timeline").get_attribute("aria-label") or "")
    step.click(step.tile("signal", "x", 0), 0)
    assert f"[{words[0]}]: " in step.text("arithmetic")
    page.still()


def test_a_file_is_shown(open_page: Pages) -> None:
    """The names of a file and of its columns, and its cells, are what they are in the file, wherever they stand."""
    page = Watched(open_page("/?source=file"))
    name = "<img src=x>www.e.example.csv"
    page.page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": table()})
    page.page.locator(".preview").wait_for()
    page.still()
    assert page.texts(".preview th[scope=col]") == ALL
    assert ":streamlit:" in page.texts(".preview td")
    assert "<img sr...xample.csv" in page.texts("[data-testid=stFileUploader]")[0]
    page.page.get_by_role("button", name="Show this table").click()
    wrong = f"Row 4 of the file has :streamlit: in column {ALL[3]}, which is no number"
    page.page.get_by_role("alert").filter(has_text=wrong).wait_for()
    page.still()
    chosen = page.page.get_by_test_id("stMultiSelect")
    field, options = chosen.locator("input"), page.page.locator("[role=option]")
    field.press("Backspace")
    page.page.get_by_role("alert").wait_for(state="detached")
    field.press("ArrowDown")
    options.filter(has_text="$x^2$").wait_for()
    assert set(options.all_inner_texts()[1:]) < set(ALL)
    page.still()
    page.page.keyboard.press("Escape")
    columns = page.texts("[data-testid=stMultiSelect] [data-tag]")
    assert columns == ALL[:3]
    assert [line.partition(": ")[0] for line in page.texts(".remark")[-2].split("\n")] == columns
    step = Step(page.page)
    step.click(step.tile("signal", "x", 0), len(columns) - 1)
    assert step.text("arithmetic").startswith(f"x1[{columns[-1]}]: ")
    for name in ("Compare", "Unroll", "What if"):
        page.goes(name)
    page.page.get_by_text("Change", exact=True).last.click()
    grid = page.page.get_by_test_id("stDataFrame")
    grid.locator("[role=columnheader]").nth(len(columns)).wait_for(state="attached")
    assert grid.locator("[role=columnheader]").all_text_contents()[1:] == columns
    grid.hover(position={"x": 150, "y": 15})
    page.still()


# The contrast between the text of a notice and what it stands on, as the screen mixes them.
CONTRAST = """notice => {
  const { color, backgroundColor } = getComputedStyle(notice);
  const below = [];
  for (let e = notice; e; e = e.parentElement) below.unshift(getComputedStyle(e).backgroundColor);
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const mixed = (colours) => {
    for (const colour of ["#fff", ...colours]) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    const linear = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05;
  };
  const [one, other] = [mixed(below), mixed([...below, color])];
  return [Math.max(one, other) / Math.min(one, other), backgroundColor];
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_notices_can_be_read(open_page: Pages, theme: Literal["light", "dark"]) -> None:
    """On a phone a notice stays on the screen, however long its words, and can be read, in light and dark."""
    page = open_page(
        "/write?" + urlencode({"weights": "w" * 20, "edit": "W" * 200}), theme=theme, width=390, height=844
    )
    notices = page.get_by_role("alert")
    for notice in notices.all():
        contrast, ground = notice.evaluate(CONTRAST)
        assert contrast >= 4.5
        assert ground != "rgba(0, 0, 0, 0)"
        assert notice.evaluate("notice => notice.scrollWidth <= notice.clientWidth")
    assert notices.count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
