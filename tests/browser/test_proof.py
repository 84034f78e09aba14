"""The dialogs "Check these numbers" and "The code" in a real browser."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnviz.core.answers.code import numpy_code, torch_code
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import read_settings
from tests.browser.driver import Step, settled

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.driver import Pages


def asked(page: Page, button: str) -> Locator:
    """A dialog, opened by its button in the sidebar."""
    page.get_by_role("button", name=button, exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name=button)).to_be_visible()
    return dialog


@pytest.mark.parametrize("path", ["/?cell=lstm&hidden=16&t=1", "/unroll?cell=lstm&hidden=16&t=1"])
def test_both_dialogs(open_page: Pages, path: str) -> None:
    """Both dialogs say what the core says, the program is copied and saved as it is, and the page stays as it was."""
    page = open_page(path)
    step = Step(page)
    step.press("ArrowRight", "ArrowRight")
    step.until(3)
    page.evaluate("window.here = document.querySelector('.rnnviz-player').rnnviz")
    scene = build(read_settings({"cell": "lstm", "hidden": "16"})[0]).scene
    assert scene.wired

    dialog = asked(page, "Check these numbers")
    total = sum(weight.size for weight in scene.params.values())
    expect(dialog).to_contain_text("i, f, g, o, c, h, y is computed again")
    expect(dialog).to_contain_text(f"of {total:,} weights")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()

    dialog = asked(page, "The code")
    for library, made in (("NumPy", numpy_code), ("PyTorch", torch_code)):
        dialog.get_by_role("radio", name=library).click()
        expect(dialog.get_by_test_id("stCode")).to_contain_text(f"import {'numpy' if library == 'NumPy' else 'torch'}")
        settled(page)
        code = made(scene.wired, scene.inputs)
        dialog.get_by_test_id("stCode").hover()
        dialog.get_by_role("button", name="Copy to clipboard").click()
        assert page.evaluate("navigator.clipboard.readText()") == code.text.rstrip("\n")
    with page.expect_download() as saved:
        dialog.get_by_role("button", name="Save weights.npz").click()
    with np.load(io.BytesIO(Path(saved.value.path()).read_bytes()), allow_pickle=False) as data:
        assert set(data) == set(scene.params)
        for name, weight in scene.params.items():
            np.testing.assert_array_equal(data[name], weight)
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()

    settled(page)
    assert step.t == 3
    assert step.address == {"cell": "lstm", "hidden": "16", "t": "3"}
    assert page.evaluate("window.here === document.querySelector('.rnnviz-player').rnnviz")
    step.press("ArrowRight")
    step.until(4)
