"""What a reader typed is shown, never read.

Streamlit reads Markdown in nearly every text, and in what it made of it links, mail addresses, `:icons:` and arrows,
which no backslash prevents. So whatever quotes a reader goes through here, as escaped HTML.
"""

import html
import re
import unicodedata
from collections.abc import Iterable

import streamlit as st

from rnnviz.figures import theme, writing

# What may be invisible and yet does no harm: ends of lines, and what joins the parts of an emoji.
HARMLESS = "\n\t\u200d"


def quoted(text: str) -> str:
    """HTML that shows a text as it is; signs that nobody sees, or that turn the line around, by their code point."""
    return html.escape("".join(map(seen, text)))


def seen(sign: str) -> str:
    """A character, or its code point where it cannot be seen."""
    hidden = unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and sign not in HARMLESS
    return f"U+{ord(sign):04X}" if hidden else sign


def warn(text: str) -> None:
    """A warning with exactly this text."""
    warn_set(quoted(text))


def warn_set(text: str) -> None:
    """The same of a text that is HTML already, in which names are set and what quotes a reader is escaped."""
    st.html(f"<div class='notice' role='alert'>{text}</div>")


def caption(*lines: str | tuple[str, str]) -> None:
    """A remark under a control, with exactly these lines; of a pair the first part is struck out."""
    body = (quoted(line) if isinstance(line, str) else f"<s>{quoted(line[0])}</s> {quoted(line[1])}" for line in lines)
    caption_set("<br>".join(body))


def caption_set(text: str) -> None:
    """A remark that is HTML already, in which names are set and what quotes a reader is escaped."""
    st.html(f"<div class='remark'>{text}</div>")


def paragraph(text: str, *, beside: bool = False) -> None:
    """Exactly this text, as large as all others; `beside` other things of a row, or on a line of its own."""
    paragraph_set(quoted(text), beside=beside)


def paragraph_set(text: str, *, beside: bool = False) -> None:
    """The same of a text that is HTML already, in which names are set and what quotes a reader is escaped."""
    st.html(f"<div class='paragraph'>{text}</div>", width="content" if beside else "stretch")


def heading(text: str) -> None:
    """Exactly this text, bold, above a part of a page."""
    paragraph_set(f"<b>{quoted(text)}</b>")


def table(name: str, headers: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A table with exactly these texts, each row led by its label; `name` is for those who hear the page."""
    head = "".join(f"<th scope='col'>{quoted(header)}</th>" if header else "<td></td>" for header in headers)
    body = "".join(
        f"<tr><th scope='row'>{quoted(label)}</th>{''.join(f'<td>{quoted(cell)}</td>' for cell in cells)}</tr>"
        for label, *cells in rows
    )
    st.html(
        f"<div class='preview' role='region' aria-label='{quoted(name)}' tabindex='0'>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def in_label(text: str) -> str:
    """Names of a cell's signals and weights, or counts, for the label of a control, which Streamlit reads as Markdown.

    They have letters, digits and underscores, with commas and blanks between; nothing else stays.
    """
    return re.sub(r"[^\w ,…]", "", text, flags=re.ASCII).replace("_", r"\_")


def names_in_label(names: Iterable[str]) -> str:
    """Names for the label of a control, set as everywhere else: as mathematics in Markdown, with commas between."""
    return ", ".join(map(mathematics, names))


def mathematics(name: str) -> str:
    stem, below = (re.sub(r"[^\w,…]", "", part, flags=re.ASCII).replace("_", r"\_") for part in writing.parts(name))
    return f"${stem}_{{\\mathrm{{{below}}}}}$" if below else f"${stem}$" if stem != "…" else stem


def styles() -> str:
    """The colours of notices, as CSS: made of the page's own, since a dialog does not tell whether it is dark."""
    return (
        f".notice{{background:{theme.NOTICE}26;color:inherit;color:color-mix(in srgb,currentColor 55%,{theme.NOTICE})}}"
    )
