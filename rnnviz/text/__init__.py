"""Every word that a reader sees, one TOML file a language. Standard library only, so every layer may read it."""

import tomllib
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = tuple(sorted(file.stem for file in HERE.glob("*.toml")))


@cache
def words(language: str) -> dict[str, str]:
    """All texts of one language by their dotted key, such as "player.next"."""
    flat: dict[str, str] = {}

    def walk(table: dict, prefix: str) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                walk(value, f"{prefix}{key}.")
            else:
                flat[prefix + key] = value

    walk(tomllib.loads((HERE / f"{language}.toml").read_text(encoding="utf-8")), "")
    return flat


def label(kind: str, name: str, language: str = "en") -> str:
    """The label of a named thing such as a cell: its text where there is one, else the name itself."""
    return words(language).get(f"{kind}.{name}", name)


def say(key: str, language: str = "en", **values: object) -> str:
    """The text of a key with its {placeholders} filled in."""
    return words(language)[key].format(**values)
