"""Text -> equations. A cell is a list of lines `name[t] = expression`; this file reads them.

    h[t] = tanh(W_xh @ x[t] + W_hh @ h[t-1] + b_h)
    y[t] = W_hy @ h[t] + b_y  # scores

A comment after an equation is its signal's name in words. Nothing that is typed is ever executed.
"""

import math
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import (
    At,
    Call,
    Equation,
    Equations,
    Expression,
    Number,
    Product,
    Signal,
    Times,
    Vector,
    coefficient,
    minus,
    plus,
    times,
    walk,
)
from rnnviz.core.language.functions import FUNCTIONS

MAX_EQUATIONS = 64
MAX_CHARACTERS = 4000
MAX_NESTING = 50
MAX_SHIFT = 50
MAX_NAME = 60  # characters of a signal's name in words; what a longer comment says beyond them is no name

TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)|(?P<mark>[-+*@=()\[\]])"
    r"|(?P<space>[\s\u00a0\u3000]+)",  # blanks that come with what is pasted
    re.ASCII,
)
LINE_END = re.compile(r"\r\n|\r|\n")
# What formulas in books, and other languages, write with other characters.
INSTEAD = {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "⊙": "*", "∘": "*", "σ": "sigmoid"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a line; `column` counts characters from 1."""

    kind: str
    text: str
    column: int


def parse(text: str, inputs: Collection[str] = ("x",)) -> Equations:
    """Read the equations of a cell, in the order they are written; `inputs` are the signals that are given.

    Raises InputError with its line and column for any text that is not a cell. Sizes and loops are checked elsewhere
    (`shapes`, `schedule`); here each line must be well formed and every signal it reads defined.
    """
    found = read_once(text, tuple(inputs))
    if isinstance(found, InputError):
        raise found.again()
    return dict(found)


@lru_cache(64)
def read_once(text: str, inputs: tuple[str, ...]) -> Equations | InputError:
    """The equations of a text, or what is wrong with it; a page asks for those of one text several times."""
    try:
        return read_equations(text, inputs)
    except InputError as error:
        return error.again()


def read_equations(text: str, inputs: Collection[str]) -> Equations:
    if len(text) > MAX_CHARACTERS:
        raise InputError("too_long", 1, 1, limit=MAX_CHARACTERS, got=len(text))
    equations: Equations = {}
    for number, line in enumerate(LINE_END.split(text), start=1):
        tokens = tokenize(line, number)
        if len(tokens) == 1:
            continue
        equation = replace(Reader(tokens, number, inputs).equation(), called=comment(line))
        if equation.name in equations:
            first = equations[equation.name].line
            raise InputError("defined_twice", number, equation.column, name=equation.name, first=first)
        equations[equation.name] = equation
        if len(equations) > MAX_EQUATIONS:
            raise InputError("too_many_equations", number, 1, limit=MAX_EQUATIONS)
    if not equations:
        raise InputError("no_equation", 1, 1)
    check_names(equations, inputs)
    return equations


def tokenize(line: str, number: int) -> list[Token]:
    """The words of one line, without its comment, and a last token of kind "end"."""
    code = line.split("#", 1)[0]
    tokens, position = [], 0
    while position < len(code):
        found = TOKEN.match(code, position)
        if found is None:
            raise strange(code[position], number, position + 1)
        kind = found.lastgroup or ""
        if (
            kind == "name"
            and tokens
            and tokens[-1].kind == "number"
            and tokens[-1].column + len(tokens[-1].text) == position + 1
        ):
            raise InputError("number_then_name", number, position + 1, number=tokens[-1].text, name=found.group())
        if kind != "space":
            tokens.append(Token(kind, found.group(), position + 1))
        position = found.end()
    return [*tokens, Token("end", "", len(code.rstrip()) + 1)]


def comment(line: str) -> str:
    """What stands after the # of a line, as a signal's name: one blank between words, nothing that cannot be seen."""
    said = "".join(sign if sign.isprintable() else " " for sign in line.partition("#")[2])
    return " ".join(said.split())[:MAX_NAME].rstrip()


def strange(character: str, line: int, column: int) -> InputError:
    """Why a character cannot be read, with what to write instead where that is known."""
    folded = unicodedata.normalize("NFKC", character)
    instead = INSTEAD.get(character) or (folded if TOKEN.fullmatch(folded) else "")
    if instead:
        return InputError("character_instead", line, column, character=character, instead=instead)
    return InputError("character", line, column, character=character if character.isprintable() else ascii(character))


class Reader:
    """Reads one line by precedence: sums of products of signed factors; `@` and `*` bind alike, from the left."""

    def __init__(self, tokens: list[Token], line: int, inputs: Collection[str] = ()) -> None:
        self.tokens, self.line, self.inputs, self.position, self.depth = tokens, line, inputs, 0, 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def error(self, code: str, token: Token | None = None, **values: str | int) -> InputError:
        return InputError(code, self.line, (token or self.token).column, **values)

    def take(self, *marks: str) -> Token | None:
        """The present token if it is one of these marks."""
        if self.token.kind == "mark" and self.token.text in marks:
            self.position += 1
            return self.tokens[self.position - 1]
        return None

    def expect(self, mark: str, code: str, name: str = "") -> None:
        if not self.take(mark):
            raise self.error(code, name=name)

    def equation(self) -> Equation:
        start = self.token
        if start.kind != "name":
            raise self.error("left_side")
        self.position += 1
        if start.text in self.inputs:
            raise self.error("x_assigned", start, name=start.text)
        if start.text in FUNCTIONS or start.text == "t":
            raise self.error("reserved", start, name=start.text)
        if not self.take("["):
            raise self.error("left_side")
        if self.shift(start) != 0:
            raise self.error("left_shift", start, name=start.text)
        self.expect("=", "no_equals", name=start.text)
        expression = self.sum()
        if self.token.kind != "end":
            raise self.error("stray_close" if self.token.text == ")" else "stray", found=self.token.text)
        return Equation(start.text, expression, self.line, start.column)

    def sum(self) -> Expression:
        at = (self.line, self.token.column)
        terms = [self.term()]
        while sign := self.take("+", "-"):
            term = self.term()
            terms.append(minus(term) if sign.text == "-" else term)
        return plus(*terms, at=at) if len(terms) > 1 else terms[0]

    def term(self) -> Expression:
        """Products `@` and `*`, from the left; left of `@` stands exactly one weight, perhaps with a sign."""
        start = self.position
        at = (self.line, self.tokens[start].column)
        left, sign = self.factor()
        factors: list[Expression] = [left]
        number = coefficient(left)
        while mark := self.take("*", "@"):
            if mark.text == "*":
                right, right_sign = self.factor()
                factors.append(right)
                number, sign = number * coefficient(right), sign * right_sign
                if not math.isfinite(number):
                    raise self.error("not_finite", mark, number="inf")
                continue
            left = times(*factors, at=at) if len(factors) > 1 else left
            if not isinstance(left, Vector):
                raise self.left_of_at(start, mark, left)
            operand, right_sign = self.factor()
            left, sign = Product(left.name, operand, at=left.at), sign * right_sign
            factors[:], number = [left], 1.0
        left = times(*factors, at=at) if len(factors) > 1 else left
        return left if sign > 0 else minus(left)

    def left_of_at(self, start: int, mark: Token, left: Expression) -> InputError:
        """Why this cannot stand left of `@`, with the parentheses that would mend it where there are such."""
        before = [token.text for token in self.tokens[start : self.position - 1]]
        weight = before[-1]
        after = self.tokens[self.position].text or "..."
        if self.tokens[self.position + 1 : self.position + 2] and self.tokens[self.position + 1].text == "[":
            close = next((i for i, token in enumerate(self.tokens[self.position :]) if token.text == "]"), 0)
            after = "".join(token.text for token in self.tokens[self.position : self.position + close + 1])
        if isinstance(left, Times | Product) and re.fullmatch(r"[^\W\d]\w*", weight):
            middle = before[-2]
            mended = f"{''.join(before[:-2])} {middle} ({weight} @ {after})"
            return self.error("at_needs_parentheses", mark, mended=mended)
        return self.error("left_of_at", mark)

    def factor(self) -> tuple[Expression, int]:
        """A factor and the signs in front of it."""
        sign = 1
        while mark := self.take("+", "-"):
            sign = -sign if mark.text == "-" else sign
        return self.atom(), sign

    def atom(self) -> Expression:
        token = self.token
        at = (self.line, token.column)
        if token.kind == "end":
            raise self.error("ends_early")
        self.position += 1
        if token.kind == "number":
            value = float(token.text)
            if not math.isfinite(value):
                raise self.error("not_finite", token, number=token.text[:20])
            return Number(value, at)
        if token.kind == "name":
            return self.name(token, at)
        if token.text == "(":
            return self.inside(token)
        self.position -= 1
        raise self.error("operand", found=self.token.text)

    def inside(self, opened: Token) -> Expression:
        """What stands between parentheses."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.error("too_deep", opened, limit=MAX_NESTING)
        expression = self.sum()
        if not self.take(")"):
            if self.token.kind == "end":
                raise self.error("open_parenthesis", column_of_open=opened.column)
            raise self.error("stray", found=self.token.text)
        self.depth -= 1
        return expression

    def name(self, token: Token, at: At) -> Expression:
        name = token.text
        if opened := self.take("("):
            if name not in FUNCTIONS and self.token.text == "t":
                raise self.error("round_brackets", opened, name=name)
            if name not in FUNCTIONS:
                known = ", ".join(FUNCTIONS)
                raise self.error("unknown_function", token, name=name, known=known)
            return Call(name, self.inside(opened), at)
        if name in FUNCTIONS:
            raise self.error("function_alone", token, name=name)
        if self.take("["):
            return Signal(name, self.shift(token), at)
        if name in ("t", "l", "r"):
            raise self.error("index_alone", token, name=name)
        return Vector(name, at)

    def shift(self, signal: Token) -> int | str:
        """`t`, `t-2`, `t+1`, `l` or `r`, after the opening bracket, up to the closing one."""
        token = self.token
        self.position += 1 if token.kind == "name" else 0
        if token.text in ("l", "r"):
            where: int | str = token.text
        elif token.text == "t":
            where = 0
            if sign := self.take("+", "-"):
                count = self.token
                if count.kind != "number" or not count.text.isdecimal() or not 1 <= int(count.text) <= MAX_SHIFT:
                    raise self.error("shift", name=signal.text, limit=MAX_SHIFT)
                self.position += 1
                where = int(count.text) if sign.text == "+" else -int(count.text)
        else:
            raise self.error("index", token, name=signal.text)
        self.expect("]", "open_bracket", name=signal.text)
        return where


def check_names(equations: Equations, inputs: Collection[str]) -> None:
    """Every signal that is read is defined, and no name is both a signal and a weight, or a matrix and a vector."""
    kinds: dict[str, str] = {}
    for equation in equations.values():
        for node in walk(equation.expression):
            match node:
                case Signal(name=name):
                    if name not in inputs and name not in equations:
                        raise InputError("undefined", *node.at, name=name)
                case Product(weight=name) | Vector(name=name):
                    if name in inputs or name in equations:
                        raise InputError("signal_without_index", *node.at, name=name)
                    kind = "matrix" if isinstance(node, Product) else "vector"
                    if kinds.setdefault(name, kind) != kind:
                        raise InputError("matrix_and_vector", *node.at, name=name)
                case _:
                    pass
