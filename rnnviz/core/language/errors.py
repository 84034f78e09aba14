"""The one exception that bad input raises."""

from rnnviz.text import say


class InputError(ValueError):
    """What was typed cannot be used: one sentence that says what is wrong, and where.

    `code` names the sentence in the [error] table of `rnnviz/text/*.toml`, and `values` fill it in, so that the same
    error can be told in any language. `line` and `column` count characters from 1 and are None where there is no text.
    """

    def __init__(self, code: str, line: int | None = None, column: int | None = None, **values: object) -> None:
        self.code, self.line, self.column, self.values = code, line, column, values
        super().__init__(self.told())

    def again(self) -> "InputError":
        """The same error as a new exception, without the traceback, which would keep all that was there."""
        return InputError(self.code, self.line, self.column, **self.values)

    @property
    def sentence(self) -> str:
        """The sentence in English, without the place."""
        return say(f"error.{self.code}", "en", **self.values)

    def told(self, language: str = "en") -> str:
        """Sentence and place in the reader's language."""
        sentence = say(f"error.{self.code}", language, **self.values)
        if self.line is None:
            return sentence
        return say("error.at", language, line=self.line, column=self.column, sentence=sentence)
