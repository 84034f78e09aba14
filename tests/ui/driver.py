"""Opens the app without a browser, and reads what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.figures.decoded import Decoded

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest


from typing import TYPE_CHECKING

from streamlit.util import calc_hash

from rnnviz.core.scenario.edits import Edit, edits_text
from rnnviz.scenes.choices import LIMITS
from tests.conftest import ROOT

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

from streamlit.testing.v1 import AppTest


def opened(**address: object) -> AppTest:
    """The app at an address, after its first run."""
    app = AppTest.from_file(str(ROOT / "rnnviz" / "ui" / "main.py"), default_timeout=30)
    for name, value in address.items():
        app.query_params[name] = str(value)
    return fine(app.run())


def fine(app: AppTest) -> AppTest:
    """The same app, whose last run raised nothing."""
    assert not app.exception
    return app


def shown(app: AppTest) -> Decoded:
    """What the app hands to its player."""
    (player,) = [child for child in app.main if getattr(child, "key", None) == "player"]
    return Decoded(player.proto.bytes)


def written(app: AppTest) -> str:
    """The text of the sequence on the picture."""
    return "".join(shown(app).head["labels"])


def go(app: AppTest, page: str) -> AppTest:
    """The same session on another page. `switch_page` knows files only; a page of a function goes by its path."""
    app._page_hash = calc_hash(page)
    return fine(app.run())


MANY_CHANGES = edits_text([Edit("W_hh", 0.5, (1 + k // 32, 1 + k % 32)) for k in range(LIMITS.edits)])


def writing(**address: object) -> AppTest:
    """The page at an address."""
    return go(opened(**address), "write")
