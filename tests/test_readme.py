"""The README keeps its word."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

from streamlit.config import get_config_options

from rnnviz.ui.door.headers import EMBEDDING, framed_by
from rnnviz.ui.door.uploads import ALTOGETHER
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

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
    """Each Python example is at most eight lines, and prints what its comments say; one goes on to the next."""
    lines = [line for code in blocks("python") for line in code.splitlines() if line.strip()]
    assert all(len([line for line in code.splitlines() if line.strip()]) <= 8 for code in blocks("python"))
    said = [line.partition("  # ")[2].rpartition(": ")[2] for line in lines if line.startswith("print(")]
    code = "\n".join(f"{line}; print('next')" if line.startswith("print(") else line for line in plain(lines))
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    printed = run.stdout.split("next\n")[:-1]
    assert len(said) == len(printed) > 1
    for answer, text in zip(said, printed, strict=True):
        assert text.startswith(answer[:-4]) if answer.endswith(" ...") else text == answer + "\n"


def plain(lines: list[str]) -> list[str]:
    """Lines without their comments."""
    return [line.partition("  # ")[0] for line in lines]


def test_map_is_the_house() -> None:
    """Every file and folder of the map exists; in a folder whose files it names, it names all."""
    drawn = README.partition("## Map\n")[2].partition("To develop")[0]
    folders = {4: ""}  # by how far what is in them stands to the right
    named: dict[Path, set[str]] = {}
    for line in drawn.strip("\n").splitlines():
        indent, name = len(line) - len(line.lstrip()), line.split()[0]
        path = ROOT / (folders[indent] + name)
        assert path.exists(), path
        named.setdefault(path.parent, set()).add(path.name)
        if name.endswith("/"):
            folders[indent + 2] = folders[indent] + name
    for folder, names in named.items():
        if folder != ROOT and len(names) > 1:
            inside = {file.name for file in folder.glob("*.py") if file.name != "__init__.py"}
            assert inside <= names, folder


def test_names_for_a_class() -> None:
    """The settings that the README gives a class are settings, and not those that are set already."""
    (given,) = map(tomllib.loads, blocks("toml"))
    shipped = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    names = {*given["server"], "xsrfCookieSameSite"}
    known = {name.partition(".")[2] for name in get_config_options() if name.startswith("server.")}
    assert names <= known - shipped["server"].keys()
    assert f'`{EMBEDDING}="{framed_by("https://moodle.example.edu").split()[-1]}"`' in README
    assert f"all sessions together {ALTOGETHER // 1_000_000} MB" in README


def test_links_lead_somewhere() -> None:
    """Every link to a file of the repository finds it."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
