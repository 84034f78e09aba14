"""What was read once and is asked for again: by everyone, as it depends on nothing but what is read."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from rnnviz.core import InputError
from rnnviz.core.kept import Kept

P = ParamSpec("P")
T = TypeVar("T")


def remembered(entries: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep the last so many answers of a function of texts, bytes and short choices, also its InputErrors.

    What was read is not kept itself, only a digest of it. An answer must not be changed by who gets it.
    """

    def of(function: Callable[P, T]) -> Callable[P, T]:
        known = Kept[T | InputError](entries)

        @wraps(function)
        def asked(*given: P.args, **choices: P.kwargs) -> T:
            def answered() -> T | InputError:
                try:
                    return function(*given, **choices)
                except InputError as problem:
                    return problem.again()

            answer = known.get((*map(digest, given), *sorted(choices.items())), answered)
            if isinstance(answer, InputError):
                raise answer.again()
            return answer

        return asked

    return of


def digest(given: object) -> object:
    """What stands for a text or bytes of any length."""
    if isinstance(given, str):
        return "text", hashlib.blake2b(given.encode("utf-8", "surrogatepass")).digest()
    return ("bytes", hashlib.blake2b(given).digest()) if isinstance(given, bytes) else given
