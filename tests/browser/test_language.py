"""Every page in every language: no sentence of another one is left, and nothing is cut off, in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from rnnviz.text import LANGUAGES, words
from tests.browser.driver import frames, go_to, settled

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.browser.driver import Pages

OTHERS = [language for language in LANGUAGES if language != "en"]
PAGES = {
    "/?cell=lstm&t=2": True,
    "/?weights=random&source=words&text=나는 학교에 간다&t=1": True,
    "/unroll?cell=gru&t=3": True,
    "/tree?t=5": True,
    "/what-if?edit=W_xh.1.2:0.5": True,
    "/compare?weights=latch&text=a....&other=lstm": True,
    "/write?cell=own": True,
    "/train?task=parity": False,
    "/backward?cell=lstm&t=3": True,
    "/backward?view=items": False,
    "/backward?view=weights": False,
    "/memory?cell=gru": False,
    "/terms": False,
    "/?source=numbers&text=1 zwei 3": True,
    "/?edit=nothing&hidden=99&t=77": True,
    "/tree?source=words&text=(a b c)": True,
    "/?source=weather&columns=none": True,
}
# What a page says: its text, and what is told to those who hear it or point at it.
SAID = """() => {
    const heard = [...document.querySelectorAll("[data-testid=stMain] *, [data-testid=stSidebar] *")].flatMap(one =>
        ["aria-label", "title", "placeholder", "alt"].map(name => one.getAttribute(name) ?? ""));
    const seen = ["stMain", "stSidebar", "stToolbar"].map(id =>
        document.querySelector(`[data-testid=${id}]`)?.innerText ?? "");
    return [...heard, ...seen].filter(Boolean).join("\\n");
}"""
# Labels and buttons whose text has more room than their box, or is cut with dots.
CUT = """() => [...document.querySelectorAll("button, label, p, h1, h2, h3, summary, [role=tab]")].filter(one =>
    one.offsetParent && one.clientWidth && !one.closest(".unseen") && one.scrollWidth > one.clientWidth + 2
    && ["hidden", "clip"].includes(getComputedStyle(one).overflowX)).map(one => one.innerText)"""
SENTENCE = re.compile(r"\b[A-Za-z]{2,}(?: [a-z]{2,}){2,}")


def english(page: Page) -> list[str]:
    """What looks like an English sentence: three words in a row; but not what the page only quotes."""
    quoted = ("the cat sat", "python -m")
    return [one for one in SENTENCE.findall(page.evaluate(SAID)) if not one.startswith(quoted)]


def choose(page: Page, title: str, option: str) -> None:
    """Choose an option of a menu at the end of the sidebar, which scrolls there first."""
    menu = page.get_by_role("combobox", name=title)
    menu.scroll_into_view_if_needed()
    frames(page)
    menu.click()
    page.get_by_role("option", name=option).click()


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("path", PAGES)
def test_no_english_sentence_is_left(open_page: Pages, path: str, language: str) -> None:
    """A page says that it is in this language, and no sentence of it is an English one."""
    page = open_page(f"{path}{'&' if '?' in path else '?'}lang={language}", player=PAGES[path])
    settled(page, player=PAGES[path])
    page.wait_for_function(f"() => document.documentElement.lang === '{language}'")
    assert english(page) == []


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("button", ["proof.check", "proof.code"])
def test_dialogs(open_page: Pages, language: str, button: str) -> None:
    """The dialogs of the sidebar are in this language, too, and so are the comments of the program."""
    page = open_page(f"/?cell=gru&lang={language}")
    page.get_by_role("button", name=words(language)[button]).click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    page.get_by_text(words(language)["proof.gradients" if button == "proof.check" else "proof.gives"]).first.wait_for()
    settled(page)
    program = dialog.locator("code")
    if button == "proof.code":
        program.get_by_text("import").first.wait_for()
    code = "\n".join(program.all_inner_texts())
    comments = [line.partition("#")[2] for line in code.splitlines()]
    around = dialog.evaluate(
        "box => { const other = box.cloneNode(true); other.querySelectorAll('code').forEach(one => one.remove());"
        " return other.textContent; }"
    )
    assert bool(code) == (button == "proof.code")
    assert SENTENCE.findall("\n".join([around, *comments])) == []


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("path", ["/?cell=lstm", "/what-if", "/train", "/backward", "/memory", "/tree"])
def test_nothing_is_cut_off_on_a_phone(open_page: Pages, path: str, language: str) -> None:
    """On a phone held upright no label or button is cut, and no page scrolls sideways."""
    mark = "&" if "?" in path else "?"
    page = open_page(f"{path}{mark}lang={language}", player=path not in ("/train", "/memory"), width=390, height=844)
    assert page.evaluate(CUT) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", OTHERS)
def test_the_tabs_fit(open_page: Pages, language: str) -> None:
    """At 1280 pixels all pages stand beside each other in the navigation."""
    page = open_page(f"/?lang={language}")
    assert page.get_by_test_id("stTopNavLink").count() == 10


@pytest.mark.parametrize("language", OTHERS)
def test_the_language_is_chosen_and_stays(open_page: Pages, language: str) -> None:
    """Chosen in the sidebar it is in the address, on every page, and all other choices stay."""
    page = open_page("/?cell=gru&text=hole&t=2")
    choose(page, "Language", words(language)[f"language.{language}"])
    page.wait_for_function(f"() => new URL(location).searchParams.get('lang') === '{language}'")
    settled(page)
    query = page.evaluate("() => Object.fromEntries(new URL(location).searchParams)")
    assert query == {"cell": "gru", "text": "hole", "t": "2", "lang": language}
    go_to(page, words(language)["app.unroll"])
    page.wait_for_url("**/unroll?**")
    settled(page)
    assert page.evaluate("() => document.documentElement.lang") == language
    choose(page, words(language)["sidebar.lang"], "English")
    page.wait_for_function("() => document.documentElement.lang === 'en'")


@pytest.mark.parametrize("language", OTHERS)
def test_the_browsers_language(context: BrowserContext, server: str, language: str) -> None:
    """A browser that is set to a language gets its pages in it; an address that says another one is obeyed."""
    page = context.new_page()
    page.add_init_script(f"Object.defineProperty(navigator, 'language', {{ get: () => '{language}-KR' }})")
    for address, expected in ((server, language), (f"{server}/?lang=en", "en")):
        page.goto(address)
        page.wait_for_function(f"() => document.documentElement.lang === '{expected}'")
        settled(page)
        assert page.get_by_test_id("stTopNavLink").first.inner_text() == words(expected)["app.step"]
    page.close()
