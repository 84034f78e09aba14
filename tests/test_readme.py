"""The README keeps its word."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
START = "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && .venv/bin/streamlit run app.py"


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def test_two_commands() -> None:
    """The README has two commands, one that installs and opens the app, one that runs the tests."""
    assert blocks("sh") == [START + "\n", "bash tests/run.sh\n"]
    assert (ROOT / "app.py").is_file()
    assert (ROOT / "tests/run.sh").is_file()


def test_examples_print_their_answers() -> None:
    """Every Python example, after those above it, has at most eight lines and prints what its comments say."""
    above = ""
    for code in blocks("python"):
        lines = [line for line in code.splitlines() if line.strip()]
        assert len(lines) <= 8
        answers = [line.rpartition("  # ")[2].rpartition(": ")[2] for line in lines if line.startswith("print(trace")]
        run = subprocess.run(
            [sys.executable, "-c", above + code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
        )
        printed = run.stdout.splitlines()
        assert answers
        assert all(answer in printed for answer in answers)
        assert lines[-1].rpartition("  # ")[2].endswith(printed[-1])
        above += code


def test_map_names_what_exists() -> None:
    """Every file and folder of the map exists."""
    drawn = README.partition("## Map\n")[2].partition("To develop")[0]
    folder = ""
    for line in drawn.strip("\n").splitlines():
        indent, name = len(line) - len(line.lstrip()), line.split()[0]
        if indent == 4:
            folder = name if name.endswith("/") else ""
        path = name if indent == 4 else folder + name
        assert (ROOT / path).exists(), path


def test_links_lead_somewhere() -> None:
    """Every link to a file of the repository finds it."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
