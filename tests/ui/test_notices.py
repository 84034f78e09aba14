"""What a reader typed is shown, never read: it goes to Streamlit only where that shows a text as it is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import pytest

from rnnviz.scenes.settings import NAMES
from rnnviz.ui.controls.notices import in_label, quoted
from tests.conftest import ROOT
from tests.ui.driver import fine, go, opened
from tests.ui.pages import Reader, elements, remarks, warned
from tests.ui.payloads import ALL, FREE, HIDDEN, REVEALED, SHORT, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamlit.testing.v1 import AppTest

# -------------------------------------------------------------------------------------------------- what the pages send

# The fields of Streamlit's messages that its browser part shows as they are (the HTML is looked at below); in a test of
# the browser they are tried. All others, such as labels, may be Markdown.
PLAIN = {
    ("BidiComponent", "bytes"),  # our own player
    ("BidiComponent", "json"),  # our own writer of the address
    ("CodeBlock", "code_text"),
    ("Dataframe", "arrow_data", "data"),
    ("Dataframe", "columns"),
    ("Html", "body"),
    ("MultiSelect", "options"),
    ("MultiSelect", "raw_values"),
    ("Selectbox", "options"),
    ("Selectbox", "raw_value"),
    ("TextArea", "default"),
    ("TextArea", "value"),
    ("TextInput", "default"),
    ("TextInput", "value"),
}
OURS = {*("b", "br", "div", "h1", "i", "p", "s", "span", "style", "sub", "sup", "u"), *("dd", "dl", "dt")} | {
    *("table", "thead", "tbody", "tfoot", "tr", "td", "th", "img")
}


def messages(block: Any) -> Iterator[Any]:
    """The message of every element and container."""
    for child in block.children.values():
        if getattr(child, "proto", None) is not None:
            yield child.proto
        if hasattr(child, "children"):
            yield from messages(child)


def texts(message: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text in a message with its place there."""
    for field, value in message.ListFields():
        for one in value if field.is_repeated else [value]:
            if field.message_type:
                yield from texts(one, (*path, field.name))
            elif isinstance(one, str | bytes):
                yield (*path, field.name), one if isinstance(one, str) else one.decode(errors="ignore")


def assert_shown(app: AppTest, typed: str) -> None:
    """Whatever has this text of a reader is shown as it is, and none of the HTML is made of it."""
    places = {
        place
        for message in (*messages(app.main), *messages(app.sidebar))
        for place, text in texts(message, (type(message).__name__,))
        if typed in text or quoted(typed) in text
    }
    assert places
    assert places <= PLAIN
    for tag, attributes, text in elements(app):
        assert tag in OURS
        assert not [name for name in attributes if name.startswith("on") or name == "href"]
        assert (attributes.get("src") or "data:image/svg+xml").startswith("data:image/svg+xml")
        assert tag != "style" or typed not in text


# Every mark that Streamlit's Markdown knows, short enough for a message to quote all of it.
MARKS = "<i>&lt;www.b.c:x:`*_"
CELL = f"h[t] = tanh({{}} @ x[t] + W_hh @ h[t-1])  # {MARKS}"


@pytest.mark.parametrize(
    ("page", "address", "quote"),
    [
        ("step", {"text": MARKS}, ""),
        ("step", {"weights": "latch", "source": "words", "text": MARKS}, ""),
        ("step", {"source": "words", "text": MARKS, "t": "2"}, ""),
        ("step", {"source": "numbers", "text": MARKS}, "<i>&lt is not a number"),
        ("step", {"source": "weather", "columns": MARKS}, f"called {MARKS};"),
        ("step", {"edit": MARKS}, f"{MARKS} is no change"),
        ("step", {"edit": f"h.1.1:{MARKS}"}, MARKS[:5]),
        ("step", {"equations": CELL.format("W"), "cell": "own"}, ""),
        ("step", {"equations": MARKS, "cell": "own"}, "The character <"),
        ("write", {"equations": CELL.format("www.b.c"), "cell": "own"}, "Line 1"),
        ("what-if", {"equations": CELL.format("__W_www__"), "cell": "own", "edit": "__W_www__.1.1:1"}, ""),
        ("tree", {"source": "words", "branching": "hand", "text": f"(a b) {MARKS}"}, f"{MARKS} stands outside"),
        ("tree", {"source": "words", "branching": "hand", "text": f"(a {MARKS})", "edit": "h.1.1:1"}, ""),
        ("compare", {"source": "words", "text": MARKS, "other": "lstm"}, ""),
        ("unroll", {"source": "words", "text": MARKS}, ""),
    ],
)
def test_the_address(page: str, address: dict[str, str], quote: str) -> None:
    """What a link says is quoted in notices as it was typed, and stands on its page as no Markdown and no HTML."""
    app = opened(**address) if page == "step" else go(opened(**address), page)
    for typed in address.values():
        if set(typed) & set("<_."):
            assert_shown(app, typed)
    assert any(quote in notice for notice in warned(app)) or not quote


@pytest.mark.parametrize("start", [0, 13])
def test_choices_of_the_address(start: int) -> None:
    """A value that is no option, or no number, is quoted as it was typed, whatever it is."""
    names = [name for name in NAMES if name not in FREE]
    values = dict(zip(names, (SHORT + SHORT)[start:], strict=False))
    app = opened(**values)
    notices = warned(app)
    assert len(notices) == len(names)
    for name, value in values.items():
        assert [notice for notice in notices if f"asks for {name} = {value}" in notice]
        assert_shown(app, value)


def test_files() -> None:
    """The name of a file, its columns' names and its cells are shown as they are, before and after it is taken."""
    app = opened(source="file")
    fine(app.file_uploader[0].set_value(("www.b.c <i>.csv", table(), "text/csv")).run())
    seen = [text for tag, _, text in elements(app.sidebar) if tag in ("th", "td")]
    assert seen[1 : 1 + len(ALL)] == ALL
    assert ":streamlit:" in seen[1 + len(ALL) :]
    app.selectbox(key="pick_encoding").set_value("UTF-8").run()
    for name in ALL:
        assert_shown(app, name)
    fine(next(button for button in app.button if button.label == "Show this table").click().run())
    (notice,) = warned(app)
    assert f"has :streamlit: in column {ALL[3]}, which is no number" in notice
    fine(app.multiselect(key="pick_columns").set_value(ALL[5:21]).run())
    assert remarks(app.sidebar)[1].startswith(f"{ALL[5]}: ")
    for page in ("step", "what-if", "compare", "unroll"):
        app = go(app, page)
        if page == "what-if":
            fine(app.toggle(key="changing").set_value(True).run())
            fine(app.selectbox(key="grid_name").set_value("W_xh").run())
        for name in ALL:
            assert_shown(app, name)


def test_quoted() -> None:
    """Read as HTML, a quoted text is that text; what is hidden or turns the line around is shown by its code point."""
    for text in [*ALL, "".join(ALL), "a  b\n\tc", "👩‍👩‍👧 é 한국어 שלום"]:
        reader = Reader()
        reader.feed(f"<p>{quoted(text)}</p>")
        reader.close()
        assert [(tag, "".join(texts)) for tag, _, texts in reader.elements] == [("p", text)]
    assert quoted(HIDDEN) == REVEALED
    assert quoted("\0\x1b\u2028\ud800") == "U+0000U+001BU+2028U+D800"


def test_names_in_labels() -> None:
    """In a label names keep their letters and digits, and nothing that could be a mark stays without a backslash."""
    assert in_label("W_hh, __proto__, …") == r"W\_hh, \_\_proto\_\_, …"
    assert in_label("".join(ALL)).replace(r"\_", "").replace(" ", "").replace(",", "").isalnum()


# ------------------------------------------------------------------------------------------------ what the code may say

# What Streamlit's functions do with their texts.
NO_TEXT = {
    *("container", "columns", "form", "html", "code", "data_editor", "set_page_config", "navigation", "Page", "rerun"),
    *("get_option", "App", "progress", "empty"),
}
LABELS = {
    *(
        "selectbox",
        "multiselect",
        "segmented_control",
        "text_input",
        "text_area",
        "number_input",
        "slider",
        *("select_slider", "popover"),
        "toggle",
    ),
    *("file_uploader", "button", "download_button", "form_submit_button", "expander", "dialog", "subheader"),
}
KEYWORDS = {"label", "title", "page_title", "help", "placeholder", "text"}
READ_OPTIONS = {"segmented_control"}  # their options are Markdown, too; those of menus are not
DRAWN_AS_IT_IS = {
    "html": {"notices", "main", "backward", "branching", "compare", "contest", "memory", "train", "write", "terms"}
}  # one's own HTML: looked at above
FILES = sorted((ROOT / "rnnviz" / "ui").rglob("*.py"))


def of_streamlit(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function of Streamlit: of `st`, of what such calls made, and of other names for both."""
    made = {"st"}

    def is_ours(node: ast.AST) -> bool:
        """Whether an expression has to do with what Streamlit made."""
        return any(isinstance(part, ast.Name) and part.id in made for part in ast.walk(node))

    functions: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.withitem):
            node, target = ast.Assign([], node.context_expr), node.optional_vars  # noqa: PLW2901 - the same thing
        if not isinstance(node, ast.Assign) or target is None or not is_ours(node.value):
            continue
        names = {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
        if isinstance(node.value, ast.Call) and calls(node.value) in {"columns", "container", "expander", "form"}:
            made |= names
        found = {part.attr for part in ast.walk(node.value) if isinstance(part, ast.Attribute) and is_ours(part)}
        if not any(isinstance(part, ast.Call) for part in ast.walk(node.value)):
            functions |= dict.fromkeys(names, found)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=function)) if name in made:
                yield function, node
            case ast.Call(func=ast.Name(id=name)):
                yield from ((function, node) for function in functions.get(name, ()))


def calls(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def is_constant(node: ast.AST) -> bool:
    """Whether an expression is made of constants alone, named in capitals."""
    names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    return all(name.isupper() or name == "list" for name in names)


def is_our_text(node: ast.AST) -> bool:
    """Whether a text is a constant one of the project, into which nothing but names and counts is put."""
    if isinstance(node, ast.IfExp):
        return is_our_text(node.body) and is_our_text(node.orelse)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"):
        return is_constant(node)
    values = [keyword.value for keyword in node.keywords]
    return all(
        is_constant(value)
        or (isinstance(value, ast.Call) and ast.unparse(value.func) in ("in_label", "names_in_label"))
        for value in values
    )


def wrong(code: str, module: str) -> list[str]:
    """The calls in a module that could give a reader's text to something that reads it."""
    found = []
    for name, call in of_streamlit(ast.parse(code)):
        texts = [call.args[0]] if name in LABELS else []
        texts += [keyword.value for keyword in call.keywords if keyword.arg in KEYWORDS]
        options = [call.args[1]] if name in READ_OPTIONS else []
        ours = all(map(is_our_text, texts)) and all(map(is_constant, options))
        if name not in NO_TEXT | LABELS or not ours or module not in DRAWN_AS_IT_IS.get(name, {module}):
            found.append(ast.unparse(call))
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_text_of_a_reader_is_read(file: Any) -> None:
    """Where Streamlit reads Markdown, it gets the project's own texts, with names and counts in them and no more."""
    assert wrong(file.read_text(encoding="utf-8"), file.stem) == []


@pytest.mark.parametrize(
    "code",
    [
        "st.markdown(text)",
        "st.warning('ours')",
        "st.write(x)",
        "st.table(rows)",
        "st.button(text)",
        "st.button(say('a', lang, name=text))",
        "st.toggle(say('a', lang), help=text)",
        "st.segmented_control(say('a', lang), symbols)",
        "a, b = st.columns(2)\na.caption(text)",
        "with st.container() as box:\n    box.selectbox(text, [])",
        "field = st.text_area if a else st.text_input\nfield(text)",
        "st.html(text)",
        "st.toast(text)",
        "st.Page(page, title=text)",
    ],
)
def test_such_code_is_found(code: str) -> None:
    """The test above finds each way in which code could do otherwise."""
    assert wrong(code, "sidebar")
