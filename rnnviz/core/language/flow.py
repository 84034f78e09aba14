"""Who reads whom: what loops, in which direction, and what must be computed before what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from rnnviz.core.language.errors import InputError
from rnnviz.core.language.expressions import Expression, Signal, direction, signals

ON_CHAIN = {"l": -1, "↑l": 1}  # where the left child is the step before, and nobody is a right child


@dataclass(frozen=True, slots=True)
class Lags:
    """How many earlier and later steps of a signal are read: so many states there are before and after the sequence."""

    earlier: int = 0
    later: int = 0


@dataclass(frozen=True, slots=True)
class Component:
    """Signals that need each other: a strongly connected component of the graph of who reads whom.

    names       in written order
    order       in the order in which one step computes them
    direction   -1 if they need their own past, at [t-k] or at a child: they loop forwards. +1 if they need their own
                future: they loop backwards. 0 if they need neither, so that all steps can be computed at once
    """

    names: tuple[str, ...]
    order: tuple[str, ...]
    direction: int

    @property
    def backwards(self) -> bool:
        """Whether they are computed from the last step to the first."""
        return self.direction > 0


@dataclass(frozen=True, slots=True)
class Pass:
    """Signals that one loop over the steps computes, in the order of one step; from the last step if `backwards`."""

    names: tuple[str, ...]
    backwards: bool


class Flow:
    """What the equations of a cell read of each other.

    reads        signal -> every read in its equation, as often as it stands there, in written order; with those of
                 the inputs
    """

    def __init__(self, expressions: Mapping[str, Expression]) -> None:
        self.reads: dict[str, tuple[Signal, ...]] = {name: tuple(signals(e)) for name, e in expressions.items()}
        # The same without the inputs, which no equation computes.
        self.needs = {name: [s for s in read if s.name in self.reads] for name, read in self.reads.items()}

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """All signals, each component after those that it reads (Kosaraju; Sharir 1981)."""
        needs = {name: [s.name for s in read] for name, read in self.needs.items()}
        readers: dict[str, list[str]] = {name: [] for name in needs}
        for name, read in needs.items():
            for other in read:
                readers[other].append(name)
        written = {name: i for i, name in enumerate(needs)}
        found: list[Component] = []
        done: set[str] = set()
        for name in reversed(postorder(needs, readers)):
            if name not in done:
                part = reached([name], needs, done)
                done |= part
                found.append(self.component(sorted(part, key=written.__getitem__)))
        return tuple(found)

    def component(self, names: list[str]) -> Component:
        inside = set(names)
        own = [s for name in names for s in self.needs[name] if s.name in inside]
        signs = {direction(s.shift) for s in own}
        return Component(tuple(names), self.step_order(names), 1 if 1 in signs else -1 if -1 in signs else 0)

    def step_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """These signals in the order in which one step computes them."""
        inside = dict.fromkeys(names)
        now = {name: [s.name for s in self.needs[name] if s.shift == 0 and s.name in inside] for name in inside}
        return tuple(postorder(inside, now))

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All signals in an order of computation."""
        return tuple(name for component in self.components for name in component.order)

    @cached_property
    def lags(self) -> Mapping[str, Lags]:
        """For every signal and input that is read at another step, how far away; `[l]` counts as [t-1]."""
        lags: dict[str, Lags] = {}
        for read in self.reads.values():
            for s in read:
                shift = s.shift if isinstance(s.shift, int) else ON_CHAIN.get(s.shift, 0)
                if shift != 0:
                    lag = lags.get(s.name, Lags())
                    lags[s.name] = Lags(max(lag.earlier, -shift), max(lag.later, shift))
        return lags

    @cached_property
    def carried(self) -> tuple[str, ...]:
        """The signals that are carried from step to step: those read at another step than their own."""
        return tuple(name for name in self.reads if name in self.lags)

    @cached_property
    def child(self) -> Signal | None:
        """The first read at a child, such as h[l], if there is one: the equations then need a graph."""
        return next((s for read in self.reads.values() for s in read if isinstance(s.shift, str)), None)

    @cached_property
    def read_by_others(self) -> frozenset[str]:
        """The signals and inputs that the equation of another signal reads."""
        return frozenset(s.name for name, read in self.reads.items() for s in read if s.name != name)

    def read_at(self, shift: int | str) -> tuple[str, ...]:
        """The signals and inputs that are read at a shift, in written order."""
        found = (s.name for read in self.reads.values() for s in read if s.shift == shift)
        return tuple(dict.fromkeys(found))

    def behind(self, *roots: str) -> set[str]:
        """The computed signals on which these depend, at whatever step; with themselves."""
        needs = {name: [s.name for s in read] for name, read in self.needs.items()}
        return reached([name for name in roots if name in needs], needs, set())

    def carries(self, *roots: str) -> bool:
        """Whether one of these depends on a state that goes from step to step: a loop that reads its own past."""
        behind = self.behind(*roots)
        return any(component.direction < 0 and behind.intersection(component.names) for component in self.components)

    @cached_property
    def passes(self) -> tuple[Pass, ...]:
        """Few loops that compute every signal, one after another, in written order where there is a choice."""
        parts: list[list[str]] = []
        backwards: list[bool] = []
        home: dict[str, int] = {}
        written = {name: i for i, name in enumerate(self.reads)}
        waiting = sorted(self.components, key=lambda component: written[component.names[0]])
        while waiting:
            # The first that needs nothing but itself and what is computed already.
            part = next(p for p in waiting if all(s.name in home or s.name in p.names for s in self.read_in(p)))
            waiting.remove(part)
            first = 0
            for s in self.read_in(part):
                if s.name not in part.names:
                    i, sign = home[s.name], direction(s.shift)
                    ahead = sign < 0 if part.backwards else sign > 0
                    first = max(first, i + 1 if ahead or backwards[i] != part.backwards else i)
            place = next((i for i in range(first, len(parts)) if backwards[i] == part.backwards), len(parts))
            if place == len(parts):
                parts.append([])
                backwards.append(part.backwards)
            parts[place] += part.names
            home |= dict.fromkeys(part.names, place)
        ordered = [self.step_order(sorted(part, key=written.__getitem__)) for part in parts]
        return tuple(Pass(names, back) for names, back in zip(ordered, backwards, strict=True))

    def read_in(self, component: Component) -> list[Signal]:
        """What the equations of a component read of all computed signals."""
        return [s for name in component.names for s in self.needs[name]]

    def check_loops(self) -> None:
        """Refuse what no order can compute: what needs itself in the same step, or its past and its future.

        A child in a tree is past: it is computed before its parent.
        """
        for component in self.components:
            position = {name: i for i, name in enumerate(component.order)}
            past = future = None
            for name in component.names:
                for s in self.needs[name]:
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


def reached(roots: Iterable[str], below: Mapping[str, Iterable[str]], without: set[str]) -> set[str]:
    """All that is reached from the roots, and they, on ways around `without`."""
    waiting = list(roots)
    found = set(waiting)
    while waiting:
        for child in below[waiting.pop()]:
            if child not in found and child not in without:
                found.add(child)
                waiting.append(child)
    return found
