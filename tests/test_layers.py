"""Imports point one way: ui -> figures -> core."""

from __future__ import annotations

import ast
import json
import pkgutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SERVERS = {"streamlit", "starlette", "uvicorn"}


def loaded_by(layer: str) -> set[str]:
    """The modules that a fresh process has loaded after importing every module of a layer, beyond an empty one's."""
    folder = ROOT / "rnnviz" / layer
    names = [f"rnnviz.{layer}", *(m.name for m in pkgutil.walk_packages([str(folder)], f"rnnviz.{layer}."))]
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


def test_figures_know_no_server() -> None:
    """The figures load neither Streamlit nor anything of rnnviz/ui."""
    loaded = loaded_by("figures")
    assert {name.partition(".")[0] for name in loaded} & SERVERS == set()
    assert not any(name.startswith("rnnviz.ui") for name in loaded)


def imports(file: Path) -> set[str]:
    """The top-level names that a file imports, wherever in the file it does so."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("library", sorted(SERVERS))
def test_only_ui_imports(library: str) -> None:
    """Only files in rnnviz/ui import Streamlit or a part of its server, not even inside a function."""
    files = [file for file in (ROOT / "rnnviz").rglob("*.py") if "ui" not in file.relative_to(ROOT).parts]
    assert [str(file.relative_to(ROOT)) for file in files if library in imports(file)] == []
