"""Holds what was read from JSON against a type: a small checker, where a library would be more than is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import (
    Any,
    ForwardRef,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    is_typeddict,
)

from rnnviz.figures import records

PLAIN = {str: str, bool: bool, NoneType: NoneType}


def faults(value: object, kind: Any, path: str = "") -> list[str]:
    """Where a value of JSON is not of a type, and why; nothing where it is. Nothing is converted: 1 is no bool."""
    if isinstance(kind, str | ForwardRef):
        name = kind if isinstance(kind, str) else kind.__forward_arg__
        return faults(value, getattr(records, name), path)
    origin, inside = get_origin(kind), get_args(kind)
    if is_typeddict(kind):
        return faults_of_record(value, kind, path)
    if kind in {records.Tile, records.Mark}:
        return faults_of_tuple(value, [*kind.__annotations__.values()], path)
    if origin in {Union, UnionType}:
        return faults_of_choice(value, inside, path)
    if origin is NotRequired:
        return faults(value, inside[0], path)
    if origin is Literal:
        return [] if value in inside else [f"{path}: {value!r} is none of {inside}"]
    if origin is tuple:
        return faults_of_tuple(value, inside, path)
    if origin in {list, Sequence}:
        return faults_of_tuple(value, (inside[0], ...), path)
    if origin in {dict, Mapping}:
        if not isinstance(value, dict):
            return [f"{path}: no object"]
        return [fault for key, one in value.items() for fault in faults(one, inside[1], f"{path}.{key}")]
    right = type(value) is int if kind is int else type(value) in {int, float} if kind is float else None
    if right is None:
        right = type(value) is PLAIN[kind]
    return [] if right else [f"{path}: {value!r} is no {kind.__name__}"]


def faults_of_record(value: object, kind: Any, path: str) -> list[str]:
    """A TypedDict: all that is required, nothing else."""
    if not isinstance(value, dict):
        return [f"{path}: no object"]
    hints, needed = kind.__annotations__, kind.__required_keys__
    found = [f"{path}.{name}: missing" for name in needed - value.keys()]
    found += [f"{path}.{name}: unknown" for name in value.keys() - hints.keys()]
    for name in value.keys() & hints.keys():
        found += faults(value[name], hints[name], f"{path}.{name}")
    return found


def faults_of_tuple(value: object, inside: Sequence[Any], path: str) -> list[str]:
    """A tuple, which is a list in JSON; its last type may stand for as many as there are."""
    if not isinstance(value, list):
        return [f"{path}: no list"]
    kinds = list(inside)
    if kinds and get_args(kinds[-1])[1:] == (...,):  # *tuple[kind, ...]
        kinds[-1:] = get_args(kinds[-1])
    if kinds and kinds[-1] is Ellipsis:
        kinds = kinds[:-2] + [kinds[-2]] * (len(value) - len(kinds) + 2)
    if len(kinds) != len(value):
        return [f"{path}: {len(value)} for {len(kinds)}"]
    return [
        fault
        for i, (one, kind) in enumerate(zip(value, kinds, strict=True))
        for fault in faults(one, kind, f"{path}[{i}]")
    ]


def faults_of_choice(value: object, kinds: Sequence[Any], path: str) -> list[str]:
    """A union: some kind must fit. Tuples are told apart by what stands first in them, where that is a word."""
    if isinstance(value, list) and value:
        kinds = [kind for kind in kinds if value[0] in words_of(kind)] or kinds
    tried = [faults(value, kind, path) for kind in kinds]
    return tried[0] if len(tried) == 1 else [] if [] in tried else [f"{path}: {value!r} is none of {len(tried)} kinds"]


def words_of(kind: Any) -> tuple[Any, ...]:
    """The words that may stand first in a tuple of this kind."""
    first = get_args(kind)[:1] if get_origin(kind) is tuple else ()
    return get_args(first[0]) if first and get_origin(first[0]) is Literal else ()
