"""The player in Node.js: its types, and its arithmetic, layout and words, against what the core says."""

from __future__ import annotations

import json
import re
import struct
from typing import TYPE_CHECKING

import pytest

from tests.js import dump, node

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(file.name for file in node.HERE.glob("*.test.mjs"))


@pytest.fixture(scope="module")
def dumped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the core says."""
    folder = tmp_path_factory.mktemp("dumped")
    dump.dump(folder)
    return folder


@pytest.mark.parametrize("file", FILES)
def test_in_node(file: str, dumped: Path) -> None:
    """Every test of a file passes, and it has some."""
    found = node.run("--test", "--test-reporter=tap", node.HERE / file, RNNVIZ_DUMPED=dumped)
    assert found.returncode == 0, found.stdout[-4000:] + found.stderr[-2000:]
    passed = re.search(r"^# pass (\d+)$", found.stdout, re.MULTILINE)
    assert passed
    assert int(passed[1]) > 0
    assert re.search(r"^# skipped 0$", found.stdout, re.MULTILINE)


def test_pictures_have_their_types(dumped: Path) -> None:
    """The header of every picture is what types.js says; a wrong one would be found."""
    heads = []
    for file in sorted(dumped.glob("*.picture")):
        data = file.read_bytes()
        (length,) = struct.unpack_from("<I", data)
        heads.append(data[4 : 4 + length].decode())
    assert len(heads) > 8
    types = (node.HERE.parents[1] / "rnnviz" / "player" / "types.js").as_posix()
    lines = [f'import type {{ Payload }} from "{types}";']
    lines += [f"export const head{k}: Payload = {head};" for k, head in enumerate(heads)]
    head = json.loads(heads[0])
    blocks = [{**block, "tree": ["product", 3, ["signal", "h", 0]]} for block in head["stage"]["blocks"]]
    wrong = {
        "T": "five",
        "words": {"step": 1},
        "stage": {**head["stage"], "blocks": blocks},
        "signals": {"h": {"n": 3}},
    }
    for k, (name, value) in enumerate(wrong.items()):
        lines += ["// @ts-expect-error", f"export const wrong{k}: Payload['{name}'] = {json.dumps(value)};"]
        lines += [f"export const right{k}: Payload['{name}'] = {json.dumps(head[name])};"]
    (dumped / "heads.ts").write_text("\n".join(lines), encoding="utf-8")
    options = ["--noEmit", "--strict", "--allowJs", "--skipLibCheck", "--target", "es2022"]
    more = ["--module", "esnext", "--moduleResolution", "bundler"]
    found = node.run(node.TSC, *options, *more, dumped / "heads.ts")
    assert found.returncode == 0, found.stdout[:3000]
