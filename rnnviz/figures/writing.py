"""How a number, a name and an equation are written; numbers.js of the player writes the first two the same way.

Both pass the examples in tests/writing.json.
"""

import html
import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal

from rnnviz.core.language.expressions import (
    Call,
    Equation,
    Expression,
    Hold,
    Number,
    Product,
    Signal,
    Sum,
    Times,
    Vector,
    negated,
)
from rnnviz.core.language.functions import FUNCTIONS

MINUS = "−"
# JavaScript rounds what lies exactly in the middle away from zero, Python to an even digit.
WHOLE, HUNDREDTH = Decimal(1), Decimal("0.01")
ONE_DIGIT, SIX_DIGITS = (Context(prec=digits, rounding=ROUND_HALF_UP) for digits in (1, 6))
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


# -------------------------------------------------------------------------------------------------------------- numbers


def minus(text: str) -> str:
    """A text with true minus signs."""
    return text.replace("-", MINUS)


def number(value: float, whole: bool = False) -> str:
    """A number that was computed: two decimals, large ones whole and then one digit with a power of ten, such as 3e12.

    With `whole` those that are whole and below 100 have no decimals: inputs. What is no number is "?".
    """
    if math.isnan(value):
        return "?"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    size = float(abs(value))
    if size >= 10_000:
        rounded = ONE_DIGIT.plus(Decimal(size))
        text = f"{rounded.as_tuple().digits[0]}e{rounded.adjusted()}"
    elif size >= 100:
        text = fixed(size, 0)
    else:
        text = fixed(size, 0 if whole and size.is_integer() else 2)
    return MINUS + text if value < 0 and float(text) else text


def fixed(size: float, decimals: int) -> str:
    """A size with no decimals or two; what lies exactly in the middle, which only eighths do, is rounded up."""
    if not (8 * size).is_integer():
        return f"{size:.{decimals}f}"
    return str(Decimal(size).quantize(HUNDREDTH if decimals else WHOLE, ROUND_HALF_UP))


def constant(value: float) -> str:
    """A number of the notation: six digits at most, and no more than it needs; far from 1 a power of ten."""
    if not math.isfinite(value):
        return number(value)
    rounded = SIX_DIGITS.plus(Decimal(value)).normalize()
    power = rounded.adjusted()
    if not rounded:
        text = "0"
    elif -5 < power < 6:
        text = f"{rounded:f}"
    else:
        text = f"{rounded.scaleb(-power).normalize():f}e{power}"
    return minus(text)


def small(value: float) -> str:
    """A size, at least 0, as `number` writes it; one that would be written as zero with its power of ten."""
    return minus(f"{value:.0e}".replace("e-0", "e-")) if 0 < value < 0.005 else number(value)


def tiny(value: float) -> str:
    """A very small size as 4.4 × 10⁻¹⁶."""
    if value == 0 or math.isinf(value):
        return "0" if value == 0 else "∞"
    digits, power = f"{value:.1e}".split("e")
    return f"{digits} × 10{str(int(power)).translate(RAISED)}"


# ---------------------------------------------------------------------------------------------------------------- names


def parts(name: str, index: str = "") -> tuple[str, str]:
    """A name as its letter and what stands below the line: `W_xh` -> W, xh; `h`, "t−1" -> h, t−1; `h1`, "t" -> h, 1,t.

    Below stands what follows the first underscore, or the digits at the end of what is before it, and the index.
    """
    head, _, tail = name.partition("_")
    stem = head.rstrip("0123456789") or head
    return stem, ",".join(part for part in (head[len(stem) :] + tail, index) if part)


def name(name: str, index: str = "") -> str:
    """A name with its subscripts, as HTML."""
    stem, below = parts(name, index)
    return f"<i>{html.escape(stem)}</i>" + (f"<sub>{html.escape(below)}</sub>" if below else "")


def entry(of: str, index: str, *places: str) -> str:
    """One number of a signal or weight: its name, and in brackets row and column, by symbol where there is one."""
    return f"{name(of, index)}[{','.join(map(html.escape, places))}]"


def sentence(text: str) -> str:
    """A text of ours as HTML, with the names in it set: W_xh, h_t, h_(t−1), f_W."""
    return NAME.sub(lambda found: name(found[1], found[2] or found[3]), html.escape(text))


NAME = re.compile(r"\b([A-Za-z])_(?:\(([^()]*)\)|(\w+))")


def step(shift: int | str) -> str:
    """`t`, `t−1`, `t+2`, or the child l or r."""
    if isinstance(shift, str):
        return shift
    return "t" if shift == 0 else f"t{'+' if shift > 0 else MINUS}{abs(shift)}"


def symbol(e: Signal | Vector | Product) -> str:
    """The name of a signal with its step, of a vector, or of the weight of a product, as HTML."""
    match e:
        case Signal():
            return name(e.name, step(e.shift))
        case Vector():
            return name(e.name)
        case Product():
            return name(e.weight) + ("<sup>T</sup>" if e.transposed else "")


# ------------------------------------------------------------------------------------------------------------ equations


def formula(equation: Equation) -> str:
    """The equation as HTML: names with subscripts, no numbers."""
    return f"{symbol(Signal(equation.name))} = {expression(equation.expression)}"


def expression(e: Expression) -> str:
    """An expression as HTML."""
    match e:
        case Hold():
            return expression(e.operand)
        case Signal() | Vector():
            return symbol(e)
        case Number():
            return constant(e.value)
        case Product():
            inner = expression(e.operand)
            bare = isinstance(e.operand, Signal | Vector | Call)
            return f"{symbol(e)} {inner if bare else f'({inner})'}"
        case Sum():
            text = ""
            for i, term in enumerate(e.terms):
                subtracted = negated(term)
                shown = subtracted or term
                sign = MINUS if subtracted else "+" if i else ""
                piece = f"({expression(shown)})" if isinstance(shown, Sum) else expression(shown)
                text += f" {sign} {piece}" if i else sign + piece
            return text
        case Times():
            return " ⊙ ".join(f"({expression(f)})" if isinstance(f, Sum) else expression(f) for f in e.factors)
        case Call():
            return f"{FUNCTIONS[e.function].symbol}({expression(e.operand)})"
