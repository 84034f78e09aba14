"""What a page of the app says, as AppTest has it: the texts that rnnviz/ui/notices.py shows."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

EMPTY = {"br", "img", "hr"}  # elements without an end


class Reader(HTMLParser):
    """Every element of some HTML: its tag, its attributes, and the text in it."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[tuple[str, dict[str, str | None], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, dict(attrs), [])
        self.elements.append(element)
        if tag == "br":
            self.handle_data("\n")
        if tag == "sub":
            self.handle_data("_")
        if tag not in EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, _, texts in self.open:
            texts.append(data)


def plain(html: str) -> str:
    """HTML as text, with an underscore before what stands below the line."""
    reader = Reader()
    reader.feed(f"<p>{html}</p>")
    return "".join(reader.elements[0][2])


def elements(block: Any) -> Iterator[tuple[str, dict[str, str | None], str]]:
    """All elements of the HTML of an app, or of a part of it."""
    for part in block.get("html"):
        reader = Reader()
        reader.feed(part.proto.body)
        reader.close()
        assert not reader.open, part.proto.body
        for tag, attributes, texts in reader.elements:
            yield tag, attributes, "".join(texts)


def said(block: Any, kind: str) -> list[str]:
    """The texts of one class."""
    return [text for _, attributes, text in elements(block) if attributes.get("class") == kind]


def warned(block: Any) -> list[str]:
    """All notices."""
    return [text for _, attributes, text in elements(block) if attributes.get("role") == "alert"]


def remarks(block: Any) -> list[str]:
    """All remarks under controls."""
    return said(block, "remark")


def paragraphs(block: Any) -> list[str]:
    """All sentences of a page."""
    return said(block, "paragraph")
