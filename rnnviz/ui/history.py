"""Undo and redo of one text."""

from rnnviz.ui.settings import LIMITS


class History:
    """A text, the texts before it that can be taken back, and those that were taken back.

    At most `limit` texts can be taken back; beyond that the oldest are forgotten.
    """

    def __init__(self, present: str = "", limit: int = LIMITS.undos) -> None:
        self.present, self.limit = present, limit
        self.past: list[str] = []
        self.future: list[str] = []

    @property
    def can_undo(self) -> bool:
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        return bool(self.future)

    def do(self, text: str) -> None:
        """Another text; nothing happens if it is the present one."""
        if text == self.present:
            return
        self.past = [*self.past, self.present][-self.limit :]
        self.present, self.future = text, []

    def undo(self) -> None:
        """The text before, if there is one."""
        if self.past:
            self.future.append(self.present)
            self.present = self.past.pop()

    def redo(self) -> None:
        """The text that was taken back last, if there is one."""
        if self.future:
            self.past.append(self.present)
            self.present = self.future.pop()
