"""What must be computed before what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import Equations, Expression, direction, signals

Expressions = Mapping[str, Expression]


def postorder(roots: Iterable[str], below: Mapping[str, Iterable[str]]) -> list[str]:
    """All that is reached from the roots, each after what stands below it (as far as there is no cycle)."""
    seen: set[str] = set()
    order: list[str] = []
    for root in roots:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(below[root]))]
        while stack:
            name, rest = stack[-1]
            for child in rest:
                if child not in seen:
                    seen.add(child)
                    stack.append((child, iter(below[child])))
                    break
            else:
                stack.pop()
                order.append(name)
    return order


def components(expressions: Expressions) -> list[list[str]]:
    """The strongly connected components, each after those it reads, in written order inside (Kosaraju, Sharir 1981)."""
    reads = {name: [s.name for s in signals(e) if s.name in expressions] for name, e in expressions.items()}
    readers: dict[str, list[str]] = {name: [] for name in expressions}
    for name, read in reads.items():
        for other in read:
            readers[other].append(name)
    written = {name: i for i, name in enumerate(expressions)}
    parts: list[list[str]] = []
    done: set[str] = set()
    for name in reversed(postorder(expressions, readers)):
        if name not in done:
            part = reachable(name, reads, done)
            done |= part
            parts.append(sorted(part, key=written.__getitem__))
    return parts


def reachable(root: str, below: Mapping[str, Iterable[str]], without: set[str]) -> set[str]:
    """All that is reached from the root on ways around `without`."""
    found, waiting = {root}, [root]
    while waiting:
        for child in below[waiting.pop()]:
            if child not in found and child not in without:
                found.add(child)
                waiting.append(child)
    return found


def step_order(expressions: Expressions, part: Sequence[str]) -> list[str]:
    """The signals of a component in the order in which one step computes them."""
    inside = set(part)
    return postorder(
        part, {name: [s.name for s in signals(expressions[name]) if s.shift == 0 and s.name in inside] for name in part}
    )


@dataclass(frozen=True, slots=True)
class Sweep:
    """Signals that one loop over the steps computes, in the order of one step; from the last step if `backwards`."""

    names: tuple[str, ...]
    backwards: bool


def sweeps(expressions: Expressions) -> list[Sweep]:
    """Few loops that compute every signal, one after another, in written order where there is a choice."""
    parts: list[list[str]] = []
    directions: list[bool] = []
    home: dict[str, int] = {}
    written = {name: i for i, name in enumerate(expressions)}
    waiting = sorted(components(expressions), key=lambda part: written[part[0]])
    reads = {name: [s for s in signals(e) if s.name in expressions] for name, e in expressions.items()}
    while waiting:
        # The first that needs nothing but itself and what is computed already.
        part = next(p for p in waiting if all(s.name in home or s.name in p for name in p for s in reads[name]))
        waiting.remove(part)
        read = [s for name in part for s in reads[name]]
        backwards = any(direction(s.shift) > 0 for s in read if s.name in part)
        first = 0
        for s in read:
            if s.name not in part:
                i, ahead = home[s.name], direction(s.shift) < 0 if backwards else direction(s.shift) > 0
                first = max(first, i + 1 if ahead or directions[i] != backwards else i)
        place = next((i for i in range(first, len(parts)) if directions[i] == backwards), len(parts))
        if place == len(parts):
            parts.append([])
            directions.append(backwards)
        parts[place] += part
        home |= dict.fromkeys(part, place)
    ordered = [step_order(expressions, sorted(part, key=written.__getitem__)) for part in parts]
    return [Sweep(tuple(names), backwards) for names, backwards in zip(ordered, directions, strict=True)]


def check_loops(equations: Equations) -> None:
    """Refuse what no order can compute: a signal that needs itself in the same step, or its past and its future.

    A child in a tree is past: it is computed before its parent.
    """
    expressions = {name: equation.expression for name, equation in equations.items()}
    for part in components(expressions):
        position = {name: i for i, name in enumerate(step_order(expressions, part))}
        past = future = None
        for name in part:
            for s in signals(expressions[name]):
                shift = direction(s.shift)
                if s.name not in position:
                    continue
                if shift == 0 and position[s.name] >= position[name]:
                    code = "needs_itself" if s.name == name else "need_each_other"
                    raise InputError(code, *s.at, name=name, other=s.name)
                past = s if shift < 0 else past
                future = s if shift > 0 else future
                if past and future:
                    raise InputError("past_and_future", *s.at, past=past.name, future=future.name)
