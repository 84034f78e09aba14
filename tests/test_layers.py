"""Imports point one way: what each room may import is written down here once, and there is no circle."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import PurePosixPath

import pytest

from tests.conftest import ROOT

SERVERS = {"streamlit", "starlette", "uvicorn"}
# The rooms, each with those that it may import. A room is a file or a folder; what has no row is in that of its folder.
ROWS = """
text             :
core/kept        :
core/language    : text
core/engine      : core/language
core/model       : core/language core/engine
core/learning    : core/language core/engine core/model
core/scenario    : core/language core/engine core/model core/learning
core/answers     : core/language core/engine core/model core/learning core/scenario text
core             : core/language core/engine core/model core/answers
data             : core/language core/engine core/learning core/model core/scenario
figures          : core core/kept core/language core/engine core/learning core/model core/scenario core/answers text
scenes           : core core/kept core/language core/engine core/model core/learning core/scenario figures text
ui/door          :
ui/jobs          : core/kept core/learning
ui/server        : ui/door ui/jobs .
ui               : core core/language core/scenario scenes ui/server
ui/controls      : core core/language core/engine core/learning core/scenario core/answers figures scenes \
                   text ui ui/server
ui/views         : core core/kept core/language core/engine core/learning core/model core/scenario core/answers \
                   figures scenes text ui ui/controls ui/jobs ui/server
ui/main          : core core/scenario figures scenes text ui ui/controls ui/views
.                :
"""
NAMED = {name.strip(): others.split() for name, _, others in (row.partition(":") for row in ROWS.strip().splitlines())}
CORE = [name for name in NAMED if name.startswith("core/")]
ARROWS = {name: {*others, *(CORE if "core/*" in others else ())} - {"core/*"} for name, others in NAMED.items()}


def room(path: str) -> str:
    """The room of a file below rnnviz."""
    at = PurePosixPath(path)
    return next(str(folder) for folder in (at, *at.parents) if str(folder) in ARROWS)


def modules() -> dict[str, set[str]]:
    """Every file of rnnviz, by its path without ending, and what it imports of rnnviz, anywhere in it."""
    files = {str(f.relative_to(ROOT / "rnnviz").with_suffix("")): f for f in (ROOT / "rnnviz").rglob("*.py")}
    folders = {name.removesuffix("__init__").rstrip("/"): name for name in files if name.endswith("__init__")}
    found: dict[str, set[str]] = {}
    for name, file in files.items():
        read = found[name] = set()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                named = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            else:
                continue
            paths = [
                n.removeprefix("rnnviz").strip(".").replace(".", "/") for n in named if n.split(".")[0] == "rnnviz"
            ]
            read |= {folders.get(path, path) for path in paths if path in files or path in folders}
    return found


MODULES = modules()
PAIRS = {(room(name), room(other)) for name, read in MODULES.items() for other in read}


def test_no_circle_of_files() -> None:
    """No file imports another that imports it in turn, by whatever way."""
    bare = {name: {other for other in read if not other.endswith("__init__")} for name, read in MODULES.items()}
    assert len(list(TopologicalSorter(bare).static_order())) >= len(MODULES) > 90


def test_no_circle_of_rooms() -> None:
    """The arrows that are allowed make no circle."""
    assert len(list(TopologicalSorter(ARROWS).static_order())) == len(ARROWS)


@pytest.mark.parametrize("name", ARROWS)
def test_arrows(name: str) -> None:
    """A room imports those that it may, and every arrow that is allowed is there: none is left over."""
    assert {other for one, other in PAIRS if one == name} - {name} == ARROWS[name]


def loaded_by(layer: str) -> set[str]:
    """The modules that a fresh process has loaded after importing every module of a layer, beyond an empty one's."""
    names = [
        "rnnviz." + name.replace("/", ".").removesuffix(".__init__") for name in MODULES if name.split("/")[0] == layer
    ]
    code = (
        "import importlib, json, sys; before = set(sys.modules);"
        f"[importlib.import_module(name) for name in {names}];"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout))


def test_core_needs_numpy_only() -> None:
    """The core loads NumPy, the standard library and the app's words; nothing else."""
    loaded = loaded_by("core")
    top = {name.partition(".")[0] for name in loaded if not name.startswith("_cython")}
    assert top - sys.stdlib_module_names - {"numpy", "rnnviz"} == set()
    own = {name.split(".")[1] for name in loaded if name.startswith("rnnviz.")}
    assert own <= {"core", "text"}


@pytest.mark.parametrize("layer", ["figures", "scenes"])
def test_no_server_behind_the_pages(layer: str) -> None:
    """Figures and scenes load neither Streamlit nor anything of rnnviz/ui."""
    loaded = loaded_by(layer)
    assert {name.partition(".")[0] for name in loaded} & SERVERS == set()
    assert not any(name.startswith("rnnviz.ui") for name in loaded)


def imports(file: str) -> set[str]:
    """The top-level names that a file imports, wherever in the file it does so."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / "rnnviz" / f"{file}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("library", sorted(SERVERS))
def test_only_ui_imports(library: str) -> None:
    """Only files in rnnviz/ui import Streamlit or a part of its server, not even inside a function."""
    assert [name for name in MODULES if name.split("/")[0] != "ui" and library in imports(name)] == []
