"""What was read once and is asked for again: by everyone, as it depends on nothing but what is read."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

from rnnviz.core import InputError

P = ParamSpec("P")
T = TypeVar("T")


def remembered(entries: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep the last so many answers of a function of texts, bytes and short choices, also its InputErrors.

    What was read is not kept itself, only a digest of it. An answer must not be changed by who gets it.
    """

    def of(function: Callable[P, T]) -> Callable[P, T]:
        known: OrderedDict[object, T | InputError] = OrderedDict()
        lock = Lock()

        @wraps(function)
        def asked(*given: P.args, **choices: P.kwargs) -> T:
            key = (*map(digest, given), *sorted(choices.items()))
            with lock:
                answer = known.pop(key, None)
            if answer is None:
                try:
                    answer = function(*given, **choices)
                except InputError as problem:
                    answer = problem.again()
            with lock:
                known[key] = answer
                while len(known) > entries:
                    known.popitem(last=False)
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
