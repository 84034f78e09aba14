"""What someone may type, or put into a link or a file, to make a page show or do something else."""

from __future__ import annotations

FREE = ("text", "columns", "equations", "edit", "target")  # the choices that are texts of any kind

# At most 20 characters each, so that a message quotes all of one.
SHORT = [
    "www.evil.example",
    ":material/home:",
    "![x](//e.example/a)",
    "<b onclick=alert(1)>",
    "http://127.0.0.1:9/a",
    "mailto:a@b.example",
    ":streamlit:",
    "a->b<-c--d>=e<=f",
    "[x](//e.example)",
    "<img src=//e.exampl>",
    "<script>alert(1)",
    "</div></style>",
    "$x^2$",
    ":red[x]",
    "**b** __c__ ~~d~~",
    "`c`",
    "&lt;&amp;&#60;",
    "%{y}%s",
    "{0}{name}",
    "__proto__",
    "# h",
    "1. > |a|",
    "'\"",
    "a->b",
    "<b>",
    "&quot;",
]
LONG = [
    "<img src=x onerror=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "![x](//evil.example/a.png)",
    "<svg/onload=alert(1)>",
    "<iframe src=//evil.example>",
    "[x](javascript:alert(1))",
]
ALL = SHORT + LONG
# A text that turns around what follows, with a sign that nobody sees, and how it is shown.
HIDDEN, REVEALED = "a\u202eb\u200bc", "aU+202EbU+200Bc"


def table() -> bytes:
    """A CSV file that has them all as names of its columns, and one of them where the fourth has no number."""
    numbers = [[str(first + j) for j in range(len(ALL))] for first in range(4)]
    numbers[2][3] = ":streamlit:"
    return "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [ALL, *numbers]).encode()
