"""Undo and redo of one text."""

from __future__ import annotations

from rnnviz.scenes.choices import LIMITS


class History:
    """A text, the texts before it that can be taken back, and those that were taken back.

    At most `limit` texts can be taken back; beyond that the oldest are forgotten.
    """

    def __init__(self, present: str = "", limit: int = LIMITS.undos) -> None:
        self.present, self.limit = present, limit
        self.past: list[str] = []
        self.future: list[str] = []

    @classmethod
    def of(cls, kept: object, present: str = "", limit: int = LIMITS.undos) -> History:
        """The one that was `kept`, as a browser sent it; one of `present` alone where that is none."""
        match kept:
            case {"past": list(past), "present": str(now), "future": list(future)}:
                texts = [*past, now, *future]
                if all(isinstance(text, str) for text in texts) and sum(map(len, texts)) <= LIMITS.kept:
                    found = cls(now, limit)
                    found.past, found.future = past[-limit:], future[-limit:]
                    return found
        return cls(present, limit)

    def kept(self) -> dict[str, object] | None:
        """What another server needs to go on, as JSON has it; None where nothing can be undone, or it is too much.

        The oldest texts are left out where all together are too long.
        """
        if not self.past and not self.future:
            return None
        past = self.past
        while past and len("".join([*past, self.present, *self.future])) > LIMITS.kept:
            past = past[1:]
        if len("".join([*past, self.present, *self.future])) > LIMITS.kept:
            return None
        return {"past": past, "present": self.present, "future": self.future}

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
