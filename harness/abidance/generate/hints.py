"""What the contract's own expressions say about values: limits to keep, and numbers worth trying."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from abidance.boundary.model import Boundary, Function
    from abidance.contract.expression import Expression, Fact, Operand


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one number, both inclusive. `members`, when given, are the only values left."""

    lowest: int | None = None
    highest: int | None = None
    members: frozenset[int] | None = None
    excluded: frozenset[int] = frozenset()

    def narrow(self, lowest: int, highest: int) -> tuple[int, int]:
        """Return the part of a range that these bounds leave."""
        low = lowest if self.lowest is None else max(lowest, self.lowest)
        high = highest if self.highest is None else min(highest, self.highest)
        while low in self.excluded and low < high:
            low += 1
        while high in self.excluded and high > low:
            high -= 1
        return low, high

    def allows(self, value: float) -> bool:
        """Tell whether a value is inside."""
        if self.members is not None and value not in self.members:
            return False
        low, high = self.narrow(int(value), int(value))
        return low <= value <= high and value not in self.excluded

    def with_fact(self, operator: str, value: object) -> Bounds:
        """Return narrower bounds for ``operand OPERATOR value``; a fact that is no limit changes nothing."""
        if operator in ("in", "not in") and isinstance(value, tuple):
            numbers = frozenset(int(item) for item in value if isinstance(item, int))
            if operator == "not in":
                return Bounds(self.lowest, self.highest, self.members, self.excluded | numbers)
            members = numbers if self.members is None else numbers & self.members
            return Bounds(self.lowest, self.highest, members, self.excluded)
        if not isinstance(value, int):
            return self
        low, high, excluded = self.lowest, self.highest, self.excluded
        match operator:
            case "==":
                low, high = value, value
            case "!=":
                excluded |= {value}
            case "<" | "<=":
                limit = value - (operator == "<")
                high = limit if high is None else min(high, limit)
            case ">" | ">=":
                limit = value + (operator == ">")
                low = limit if low is None else max(low, limit)
        return Bounds(low, high, self.members, excluded)


_ANYTHING = Bounds()


@dataclass(slots=True)
class Hints:
    """Limits and interesting values by dotted path; `to_filter` are preconditions that limits do not cover."""

    to_filter: tuple[Expression, ...] = ()
    _bounds: dict[str, Bounds] = field(default_factory=dict)
    _numbers: dict[str, set[int]] = field(default_factory=dict)
    _contents: dict[str, dict[bytes, None]] = field(default_factory=dict)
    _only: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    _any_numbers: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, boundary: Boundary, function: Function | None) -> Hints:
        """Mine a function's preconditions, postconditions and examples; None has nothing to say."""
        hints = cls()
        if function is None:
            return hints
        constants = boundary.constants
        kept: list[Expression] = []
        for expression in function.requires:
            narrowing = expression.narrowings(constants)
            for fact in narrowing.facts:
                hints._limit(fact)
            # A member list or an excluded number in the middle of a range is not always met by construction,
            # so only plain limits let the filter go.
            if not (narrowing.complete and all(_plain(fact) for fact in narrowing.facts)):
                kept.append(expression)
        hints.to_filter = tuple(kept)
        for expression in (*function.requires, *function.ensures):
            for literal in expression.literals(constants):
                hints._mention(literal.value, _path(literal.operand) if literal.operand else None)
        for example in function.examples:
            hints._mention_all(example.given, "")
        return hints

    def _mention_all(self, given: Mapping[str, Any], prefix: str) -> None:
        for name, value in given.items():
            if isinstance(value, dict):
                self._mention_all(value, f"{prefix}{name}.")
            else:
                self._mention(value, f"{prefix}{name}")

    def _limit(self, fact: Fact) -> None:
        path = _path(fact.operand)
        wanted = fact.value if isinstance(fact.value, tuple) else (fact.value,)
        contents = tuple(item for item in wanted if isinstance(item, bytes))
        if fact.operator in ("==", "in") and len(contents) == len(wanted):
            self._only[path] = tuple(c for c in contents if c in self._only.get(path, contents))
            return
        self._bounds[path] = self._bounds.get(path, _ANYTHING).with_fact(fact.operator, fact.value)

    def _mention(self, value: object, path: str | None) -> None:
        if isinstance(value, bytes):
            if path:
                self._contents.setdefault(path, {})[value] = None
                self._numbers.setdefault(f"len({path})", set()).add(len(value))
        elif isinstance(value, int) and not isinstance(value, bool):
            if path:
                self._numbers.setdefault(path, set()).add(value)
            else:
                self._any_numbers.add(value)

    def bounds(self, path: str) -> Bounds:
        """Return the limits of a number, or with ``len(path)`` of a length."""
        return self._bounds.get(path, _ANYTHING)

    def numbers(self, path: str) -> Iterable[int]:
        """Return numbers worth trying at a path."""
        return (*self._numbers.get(path, ()), *self._any_numbers)

    def only(self, path: str) -> tuple[bytes, ...]:
        """Return the only lawful contents at a path; empty when there is no such limit."""
        return self._only.get(path, ())

    def contents(self, path: str) -> Iterable[bytes]:
        """Return memory contents worth trying at a path."""
        return tuple(self._contents.get(path, ()))


def _plain(fact: Fact) -> bool:
    if fact.operator in ("==", "in") and not isinstance(fact.value, int):
        wanted = fact.value if isinstance(fact.value, tuple) else (fact.value,)
        return all(isinstance(item, bytes) for item in wanted)
    return fact.operator in ("==", "<", "<=", ">", ">=") and isinstance(fact.value, int)


def _path(operand: Operand) -> str:
    return f"len({operand.path})" if operand.length else operand.path
