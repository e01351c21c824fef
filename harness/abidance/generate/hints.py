"""What the contract's own expressions say about values: limits to keep, and numbers worth trying."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import element_of, number_of
from abidance.boundary.model.types import PointerShape, RecordShape
from abidance.contract.expression import EvaluationError, Expression, declared, parse, spelling
from abidance.generate.vocabulary import NO_WORDS, Vocabulary, told_to_handles
from abidance.toolchain.machine_code import NOTHING, CodeWords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.boundary.model.questions import AskedPrecondition
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import CallOn
    from abidance.contract.expression import Fact, Operand
    from abidance.generate.creation import Creation


Leading = Mapping[tuple[str, frozenset[str]], "Sequence[CallOn]"]
"""Calls on a handle, by the parameter that it is then given as and the states of which it is to be in one."""
_FURTHEST = 1 << 65
LONGEST_WORD = 24
"""Contents of more bytes than this are none to put into others."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one number, both inclusive. `members`, when given, are the only values left."""

    lowest: float | None = None
    highest: float | None = None
    members: frozenset[float] | None = None
    excluded: frozenset[float] = frozenset()
    above: float = -math.inf
    below: float = math.inf

    def narrow(self, lowest: int, highest: int) -> tuple[int, int]:
        """Return the part of a range of integers that these bounds leave."""
        low, high = lowest, highest
        if self.lowest is not None and math.isfinite(self.lowest):
            low = max(low, math.ceil(self.lowest))
        if math.isfinite(self.above):
            low = max(low, math.floor(self.above) + 1)
        if self.highest is not None and math.isfinite(self.highest):
            high = min(high, math.floor(self.highest))
        if math.isfinite(self.below):
            high = min(high, math.ceil(self.below) - 1)
        while low in self.excluded and low < high:
            low += 1
        while high in self.excluded and high > low:
            high -= 1
        return low, high

    def narrow_real(self, lowest: float, highest: float) -> tuple[float, float]:
        """Return the part of a range of real numbers that these bounds leave."""
        low, high = lowest, highest
        for limit in (self.lowest, None if self.above == -math.inf else math.nextafter(self.above, math.inf)):
            low = low if limit is None else max(low, float(limit))
        for limit in (
            self.highest,
            None if self.below == math.inf else math.nextafter(self.below, -math.inf),
        ):
            high = high if limit is None else min(high, float(limit))
        return low, high

    @property
    def limited(self) -> bool:
        """Tell whether anything is outside."""
        return self != _ANYTHING

    def allows(self, value: float) -> bool:
        """Tell whether a value is inside."""
        return self.allows_real(value) and (self.members is None or value in self.members)

    def allows_real(self, value: float) -> bool:
        """Tell whether a value is inside the limits."""
        low, high = self.narrow_real(value, value)
        return low <= value <= high and value not in self.excluded

    def with_fact(self, operator: str, value: object) -> Bounds:
        """Return narrower bounds for ``operand OPERATOR value``; a fact that is no limit changes nothing."""
        low, high, members, excluded = self.lowest, self.highest, self.members, self.excluded
        above, below = self.above, self.below
        if operator in ("in", "not in") and isinstance(value, tuple | range):
            numbers = frozenset(item for item in value[:1024] if isinstance(item, int | float))
            if operator == "not in":
                excluded |= numbers
            elif isinstance(value, range) and abs(value.step) == 1 and value:
                low, high = _most(low, min(value[0], value[-1])), _least(high, max(value[0], value[-1]))
            else:
                members = numbers if members is None else numbers & members
        elif isinstance(value, int | float):
            match operator:
                case "==":
                    low, high = _most(low, value), _least(high, value)
                case "!=":
                    excluded |= {value}
                case "<=":
                    high = _least(high, value)
                case "<":
                    below = min(below, value)
                case ">=":
                    low = _most(low, value)
                case ">":
                    above = max(above, value)
        return Bounds(low, high, members, excluded, above, below)


_ANYTHING = Bounds()


@dataclass(slots=True)
class Hints:
    """Limits and interesting values by dotted path; `to_filter` are all the preconditions.

    Limits make valid values likely; only asking the preconditions makes sure. `sizes` are the numbers that a
    precondition compares with a length.
    """

    to_filter: tuple[Expression, ...] = ()
    relations: list[tuple[str, str, str]] = field(default_factory=list)
    """Two paths with the operator between them."""
    calculations: list[tuple[str, str, Expression, str]] = field(default_factory=list)
    """A path, an operator, what is calculated, and what stands before each of its names."""
    sizes: set[str] = field(default_factory=set)
    small: set[str] = field(default_factory=set)
    """Numbers that a condition compares with what a function tells, such as how many there are: mostly few."""
    vocabulary: Vocabulary = NO_WORDS
    creators: Mapping[str, Sequence[Creation]] = field(default_factory=dict)
    """By parameter, the ways to handles that are known to be taken there, where it asks what they are."""
    leading: Leading = field(default_factory=dict)
    """Calls that are known to bring a parameter's handle into one of some states, where the simplest do not."""
    _bounds: dict[str, Bounds] = field(default_factory=dict)
    _numbers: dict[str, set[float]] = field(default_factory=dict)
    _contents: dict[str, dict[bytes, None]] = field(default_factory=dict)
    _only: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    _any_numbers: set[float] = field(default_factory=set)
    _beside: dict[str, Hints] = field(default_factory=dict)
    _constants: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, boundary: Boundary, function: BoundaryFunction, words: CodeWords = NOTHING) -> Hints:
        """Mine a function's preconditions, postconditions and examples, and its records' invariants.

        `words` are what the library's code compares with.
        """
        hints = cls.of_all(boundary, function.members, function.requires, function.ensures)
        for precondition in function.asked_before:
            hints._ask(precondition, function.members, boundary.constants)  # noqa: SLF001 - its own
        compared = frozenset().union(*(each.ordered_with_calls for each in function.ensures))
        hints.small |= {member.name for member in function.members if spelling(member.name) in compared}
        for example in function.examples:
            hints._mention_all(example.given, "")  # noqa: SLF001 - its own
        hints._collect_words(words, told_to_handles(boundary, function))  # noqa: SLF001 - its own
        return hints

    @classmethod
    def of_law(cls, boundary: Boundary, law: BoundaryLaw, words: Callable[[str], CodeWords]) -> Hints:
        """Mine what a law says, and of the functions that it calls their examples and their code.

        An example's value is one for what the law is given, where that is passed as it is.
        """
        hints = cls.of_all(boundary, law.members, law.requires, law.ensures)
        given = {spelling(member.name): member.name for member in law.members}
        texts: dict[bytes, None] = {}
        numbers: dict[int, None] = {}
        for step in law.steps:
            function = boundary.functions[step.function]
            plain = {
                name: given[bound.text.strip()]
                for name, bound in step.bound.items()
                if isinstance(bound, Expression) and bound.text.strip() in given
            }
            for example in function.examples:
                values = {**example.given, **_fields(example.given)}
                mentioned = {plain[name]: value for name, value in values.items() if name in plain}
                hints._mention_all(mentioned, "")  # noqa: SLF001 - its own
            code = words(function.declaration.symbol)
            texts |= dict.fromkeys(code.texts)
            numbers |= dict.fromkeys(code.numbers)
        hints._collect_words(CodeWords(tuple(numbers), tuple(texts)))  # noqa: SLF001 - its own
        return hints

    @classmethod
    def of_all(
        cls,
        boundary: Boundary,
        members: tuple[Member, ...],
        requires: tuple[Expression, ...],
        ensures: tuple[Expression, ...],
    ) -> Hints:
        """Mine what is asked of values before, and promised after."""
        hints = cls()
        hints.to_filter = requires
        constants = hints._constants = boundary.constants
        ranges = dict(_ranges(members, ""))
        for expression in requires:
            hints._narrow(expression, constants, "")
        for path, record in _records(members, ""):
            ranges.update(_ranges(record.members, f"{path}."))
            for expression in record.invariants:
                hints._narrow(expression, constants, f"{path}.")
        hints._leave_room(ranges)
        for expression in (*requires, *ensures):
            for literal in expression.literals(constants):
                hints._mention(literal.value, path_of(literal.operand) if literal.operand else None)
        return hints

    def _narrow(self, expression: Expression, constants: Mapping[str, object], prefix: str) -> None:
        narrowing = expression.narrowings(constants)
        for fact in narrowing.facts:
            self._limit(fact, prefix)
        for relation in narrowing.relations:
            left, right = path_of(relation.left, prefix), path_of(relation.right, prefix)
            self.relations.append((left, relation.operator, right))
            if not prefix and relation.left.length != relation.right.length:
                self.sizes.add(right if relation.left.length else left)

        for each in narrowing.calculations:
            calculated = parse(ast.unparse(each.tree), expression.span)
            self.calculations.append((path_of(each.operand, prefix), each.operator, calculated, prefix))

    def _ask(
        self, asked: AskedPrecondition, members: tuple[Member, ...], constants: Mapping[str, object]
    ) -> None:
        """Mine a precondition of which it is known only before the call whether it holds."""
        names = {spelling(member.name): member.name for member in members}
        for fact in asked.expression.narrowings(constants).facts:
            if path_of(fact.operand) in names.values():
                self._limit(fact, "")
        parts = (part for each in asked.alternatives for part in each if part.questions)
        self.small |= {names[name] for part in parts for name in part.condition.names if name in names}
        for literal in asked.expression.literals(constants):
            if literal.operand is not None and path_of(literal.operand) in names.values():
                self._mention(literal.value, path_of(literal.operand))

    def _leave_room(self, ranges: Mapping[str, tuple[int, int]]) -> None:
        """Limit a number so that one is left for each that it is compared with, whichever is drawn first."""
        for left, operator, right in self.relations:
            for path, sign, other in ((left, operator, right), (right, _MIRRORED.get(operator, ""), left)):
                if path not in ranges or other not in ranges or sign not in ("<", "<=", ">", ">="):
                    continue
                lowest, highest = self.bounds(other).narrow(*ranges[other])
                own = self.bounds(path)
                limited = own.with_fact(sign, highest if sign[0] == "<" else lowest)
                if lowest <= highest and limited.narrow(*ranges[path]) != own.narrow(*ranges[path]):
                    self._bounds[path] = limited

    def beside(self, boundary: Boundary, other: BoundaryFunction) -> Hints:
        """Return what is mined of another function: kept, for what creates a handle is asked for every time."""
        if other.name not in self._beside:
            self._beside[other.name] = Hints.of(boundary, other)
        return self._beside[other.name]

    def _collect_words(self, words: CodeWords, told: Iterable[bytes] = ()) -> None:
        contents = (raw for known in self._contents.values() for raw in known if len(raw) <= LONGEST_WORD)
        only = (raw for known in self._only.values() for raw in known)
        numbers = (
            number for path, known in self._numbers.items() if path[:4] != "len(" for number in sorted(known)
        )
        finite = (n for n in (*sorted(self._any_numbers), *numbers) if math.isfinite(n))
        self.vocabulary = Vocabulary.of((*only, *contents, *told, *words.texts), (*finite, *words.numbers))

    def _mention_all(self, given: Mapping[str, object], prefix: str) -> None:
        for name, value in given.items():
            if isinstance(value, dict):
                self._mention_all(value, f"{prefix}{name}.")
            elif isinstance(value, list):
                for item in value:
                    if isinstance(item, dict):
                        self._mention_all(item, f"{prefix}{name}[].")
                if value and all(isinstance(item, int) and -128 <= item < 256 for item in value):
                    self._mention(bytes(item & 0xFF for item in value), f"{prefix}{name}")
            else:
                self._mention(value, f"{prefix}{name}")

    def _limit(self, fact: Fact, prefix: str) -> None:
        path = path_of(fact.operand, prefix)
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
        elif isinstance(value, int | float) and not isinstance(value, bool):
            if path:
                self._numbers.setdefault(path, set()).add(value)
            else:
                self._any_numbers.add(value)

    def hold_to(self, path: str, values: Sequence[object]) -> bool:
        """Allow only some values at a path, of those that are allowed so far: numbers, or contents of memory.

        Returns whether any is left.
        """
        contents = tuple(value for value in values if isinstance(value, bytes))
        if contents:
            self._only[path] = tuple(c for c in contents if c in self._only.get(path, contents))
            return bool(self._only[path])
        self._bounds[path] = self.bounds(path).with_fact("in", tuple(values))
        return bool(self._bounds[path].members)

    def mention(self, path: str, values: Sequence[object]) -> None:
        """Have values be worth trying at a path."""
        for value in values:
            self._mention(value, path)

    def bounds(self, path: str) -> Bounds:
        """Return the limits of a number, or with ``len(path)`` of a length."""
        return self._bounds.get(path, _ANYTHING)

    def numbers(self, path: str) -> tuple[float, ...]:
        """Return numbers worth trying at a path."""
        return (*sorted(self._numbers.get(path, ())), *sorted(self._any_numbers))

    def compares(self, path: str) -> bool:
        """Tell whether a condition compares what is at a path with a number."""
        return path in self._numbers

    def only(self, path: str) -> tuple[bytes, ...]:
        """Return the only valid contents at a path; empty when there is no such limit."""
        return self._only.get(path, ())

    def contents(self, path: str) -> tuple[bytes, ...]:
        """Return memory contents worth trying at a path."""
        return tuple(self._contents.get(path, ()))

    def related(self, path: str, known: Mapping[str, int]) -> Bounds:
        """Return the limits that a number has by its relations to others, of which `known` has the values.

        What is calculated from others limits it as well, where it is a whole number.
        """
        bounds = _ANYTHING
        for left, operator, right in self.relations:
            if left == path and right in known:
                bounds = bounds.with_fact(operator, known[right])
            elif right == path and left in known:
                bounds = bounds.with_fact(_MIRRORED.get(operator, ""), known[left])
        for own, operator, calculated, prefix in self.calculations:
            if own == path and (value := self._calculated(calculated, prefix, known)) is not None:
                bounds = bounds.with_fact(operator, value)
        return bounds

    def _calculated(self, expression: Expression, prefix: str, known: Mapping[str, int]) -> int | None:
        """Return what is calculated from numbers that are known; None where one is not, or where it has no value."""
        values = dict(self._constants)
        for name in expression.names - values.keys():
            if (number := known.get(f"{prefix}{declared(name)}")) is None:
                return None
            values[name] = number
        with suppress(EvaluationError):
            value = expression.evaluate(values)
            # Beyond this no type has a number, and a float is not asked about one that it cannot hold.
            return max(-_FURTHEST, min(int(value), _FURTHEST)) if isinstance(value, int) else None
        return None


_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _records(members: Iterable[Member], prefix: str, depth: int = 0) -> Iterator[tuple[str, RecordShape]]:
    """Yield the records that a caller fills in, with their paths; elements are ``path[]``."""
    for member in members:
        path, shape = f"{prefix}{member.name}", member.shape
        while (element := element_of(shape)) is not None:
            if isinstance(shape, PointerShape) and not shape.direction.read:
                break
            path += "" if isinstance(shape, PointerShape) and shape.what.value == "one" else "[]"
            shape = element
        if isinstance(shape, RecordShape) and depth < 8:
            yield path, shape
            yield from _records(shape.members, f"{path}.", depth + 1)


def _ranges(members: Iterable[Member], prefix: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the ends of what the integers among members may be, by their paths."""
    for member in members:
        number = number_of(member.shape)
        if number is not None and number.kind == "int":
            yield f"{prefix}{member.name}", (int(number.lowest), int(number.highest))


def path_of(operand: Operand, prefix: str = "") -> str:
    """Return the path of an operand with the names that C has."""
    first, dot, rest = operand.path.partition(".")
    name, bracket, index = first.partition("[")
    path = f"{prefix}{declared(name)}{bracket}{index}{dot}{rest}"
    return f"len({path})" if operand.length else path


def _most(one: float | None, other: float) -> float:
    return other if one is None else max(one, other)


def _least(one: float | None, other: float) -> float:
    return other if one is None else min(one, other)


def _fields(given: Mapping[str, object]) -> dict[str, object]:
    """Return what an example gives of the fields of its records, by dotted paths."""
    return {
        f"{name}.{field}": each
        for name, value in given.items()
        if isinstance(value, dict)
        for field, each in value.items()
    }
