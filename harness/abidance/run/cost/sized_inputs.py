"""Calls in which one parameter is so large, with data of several kinds: what costs are compared at."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.types import PointerShape, ScalarShape, What
from abidance.boundary.python_hooks.hooks import load_hook
from abidance.boundary.python_hooks.plain_values import PlainError, from_plain
from abidance.boundary.values.length_parameters import ties
from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError, HookError
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.hints import Hints
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import simplest
from abidance.run.search.shrink_values import measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Case, Value
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.language.clauses import Name
    from abidance.contract.model.cost import Comparison

_KINDS = ("random", "text", "zeros")
_EXAMPLES = 4
"""So many of the contract's examples are tried for the other arguments."""
_LETTERS = b"abcdefghijklmnopqrstuvwxyz0123456789 ,.-"
_WORDS = (
    b"the of and to in is it that was for on are as with his they at be this from have or by one had not but what",
    b"all were when we there can an your which their said if do will each about how up out them then she many some",
    b"so these would other into has more her two like him see time could no make than first been its who now people",
)
_SPARE, _TIMES = 1024, 2
"""A call is lent so much room for what it writes: so many times its size, and so much more."""


@dataclass(frozen=True, slots=True)
class SizedInput:
    """A call whose `over` is of this size. `contents` are of what kind, empty where there are none to choose."""

    size: int
    contents: str
    case: Case
    succeeds: bool


@dataclass(frozen=True, slots=True)
class NoInput:
    """Why there is no call of a size with contents of a kind."""

    size: int
    contents: str
    why: str


def sized_inputs(
    boundary: Boundary, function: BoundaryFunction, clause: Comparison, run: Callable[[Case], CaseResult]
) -> Iterator[SizedInput | NoInput]:
    """Yield the calls that a clause asks for, by kind and size; `run` makes one once.

    All but the parameter is as in an example with which the call succeeds, or the simplest, with room for what it
    writes.
    """
    assert clause.over is not None
    maker = _Maker(boundary, function, clause.over.text, run)
    made: list[Case] = []
    for kind in clause.contents or maker.kinds():
        for size in clause.sizes:
            found = maker.input_of(size, kind)
            if isinstance(found, NoInput) or found.case not in made:  # nothing is of every kind
                yield found
            made += [found.case] if isinstance(found, SizedInput) else []


@dataclass(slots=True)
class _Maker:
    boundary: Boundary
    function: BoundaryFunction
    over: str
    run: Callable[[Case], CaseResult]
    best: int = 0
    """The way of giving the other arguments that was right last."""

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of contents that are valid here; one without a name where there is nothing to choose."""
        buffers = self._buffers()
        found = tuple(kind for kind in _KINDS if buffers and all(_fills(kind, each) for each in buffers))
        return found or ("",)

    def input_of(self, size: int, kind: str | Name) -> SizedInput | NoInput:
        """Return the call of a size."""
        name = str(kind)
        try:
            given = self._given(size, kind)
        except HookError as error:
            return NoInput(size, name, error.diagnostics[0].message)
        if isinstance(given, str):
            return NoInput(size, name, given)
        ways = self._ways(given, size)
        last: SizedInput | None = None
        for number in sorted(range(len(ways)), key=lambda each: each != self.best):
            case = self._case(ways[number])
            if case is None or not self._is_of(case, size, name):
                continue
            with suppress(EvaluationError, CaseError):
                trial = self.run(case)
                if trial.death is not None or not trial.answered:
                    continue
                if trial.seen.success:
                    self.best = number
                    return SizedInput(size, name, case, succeeds=True)
                last = last or SizedInput(size, name, case, succeeds=False)
        return last or NoInput(size, name, f"no valid call with `{self.over}` of {size:,} came back")

    def _is_of(self, case: Case, size: int, kind: str) -> bool:
        return ":" in kind or measure(case.arguments.get(self.over)) == size

    def _case(self, given: Mapping[str, object]) -> Case | None:
        boundary, function = self.boundary, self.function
        with suppress(UnlawfulDrawError, EvaluationError, HookError, KeyError):
            return simplest(boundary, function, given, FilterLog(), Hints.of(boundary, function))
        with suppress(UnlawfulExampleError, EvaluationError, HookError):
            return complete(boundary, function, given)
        return None

    def _ways(self, given: Mapping[str, object], size: int) -> list[dict[str, object]]:
        tied = self._tied()
        bases: list[Mapping[str, object]] = [
            {name: value for name, value in each.given.items() if name not in tied}
            for each in self.function.examples[:_EXAMPLES]
        ]
        roomy = {name: value for name in self._rooms() if (value := self._room(name, size)) is not None}
        ways = [{**base, **room, **given} for base in (*bases, {}) for room in (roomy, {})]
        return [way for number, way in enumerate(ways) if way not in ways[:number]]

    def _given(self, size: int, kind: str | Name) -> dict[str, object] | str:
        """Return what is given of a size, or why there is nothing that could be. Raises HookError."""
        if ":" in str(kind):
            assert not isinstance(kind, str)
            return self._of_hook(size, kind)
        member = self._member(self.over)
        if member is None or (isinstance(member.shape, ScalarShape) and not _in_range(member.shape, size)):
            return f"{size:,} is no valid `{self.over}`"
        buffers = self._buffers()
        if kind and not (buffers and all(_fills(str(kind), each) for each in buffers)):
            return f"`{self.over}` has no contents that are `{kind}`"
        given: dict[str, object] = {self.over: size} if self._measures() else {}
        for buffer in buffers:
            if kind:
                given[buffer.name] = _contents(str(kind), buffer, size)
        return given

    def _of_hook(self, size: int, name: Name) -> dict[str, object]:
        hook = load_hook("contents", name)
        told = hook(size)
        values: Mapping[str, object] = told if isinstance(told, dict) else {self.over: told}
        made: dict[str, object] = {}
        for key, value in values.items():
            member = self._member(key)
            if member is None:
                raise hook.wrong(f"gave `{key}`, which `{self.function.name}` does not have")
            try:
                made[key] = from_plain(member.shape, value, self.boundary.constants, key)
            except PlainError as error:
                raise hook.wrong(str(error)) from None
        return made

    def _member(self, name: str) -> Member | None:
        return next((each for each in self.function.members if each.name == name), None)

    def _measures(self) -> bool:
        """Tell whether the parameter is a number."""
        member = self._member(self.over)
        return member is not None and not (
            isinstance(member.shape, PointerShape) and member.shape.what is not What.ONE
        )

    def _buffers(self) -> tuple[Member, ...]:
        """Return the data that is of the size: the parameter, or what it is the length of."""
        tied = ties(self.function.members)
        if self.over in tied:
            return tied[self.over]
        member = self._member(self.over)
        shape = member.shape if member is not None else None
        if (
            member is not None
            and isinstance(shape, PointerShape)
            and shape.direction.read
            and shape.what is not What.ONE
        ):
            return tied.get(shape.length_name, (member,))
        return ()

    def _tied(self) -> frozenset[str]:
        """Return what an example must not say: the parameter, what it is the length of, and what its length is."""
        buffers = {each.name: each.shape for each in self._buffers()}
        lengths = {shape.length_name for shape in buffers.values() if isinstance(shape, PointerShape)}
        return frozenset({self.over, *buffers, *lengths})

    def _rooms(self) -> Iterator[str]:
        """Yield the numbers that say how much room there is for what is written."""
        tied = self._tied()
        for member in self.function.members:
            shape = member.shape
            if isinstance(shape, PointerShape) and shape.direction.written and shape.capacity is not None:
                name = shape.capacity.sole_name
                if name and name not in tied:
                    yield name

    def _room(self, name: str, size: int) -> int | None:
        member = self._member(name)
        shape = member.shape if member is not None else None
        if isinstance(shape, PointerShape) and shape.what is What.ONE:
            shape = shape.element
        if not isinstance(shape, ScalarShape) or shape.kind != "int":
            return None
        return int(max(shape.lowest, min(shape.highest, _TIMES * size + _SPARE)))


def _in_range(shape: ScalarShape, size: int) -> bool:
    return shape.lowest <= size <= shape.highest


def _fills(kind: str, member: Member) -> bool:
    """Tell whether contents of a kind are valid in some memory."""
    shape = member.shape
    if not isinstance(shape, PointerShape) or member.generate is not None or shape.like is not None:
        return False
    match shape.what:
        case What.BYTES | What.STRING if kind == "zeros":
            return shape.what is What.BYTES and not shape.codec
        case What.BYTES | What.STRING:
            try:
                return not shape.codec or _LETTERS.decode("ascii").encode(shape.codec) == _LETTERS
            except (LookupError, UnicodeError):
                return False
        case What.ARRAY:
            return (
                kind in ("zeros", "random")
                and isinstance(shape.element, ScalarShape)
                and not shape.element.members
                and not shape.ended_by
            )
    return False


def _contents(kind: str, member: Member, size: int) -> Value:
    """Return contents of a kind, the same each time."""
    shape = member.shape
    assert isinstance(shape, PointerShape)
    source = random.Random(size)  # noqa: S311 - the same each time is what is wanted
    element = shape.element
    if shape.what is What.ARRAY and isinstance(element, ScalarShape):
        low, high = element.lowest, element.highest
        if kind == "zeros":
            return [_number(element, min(max(0, low), high))] * size
        if element.kind == "float":
            return [source.random() for _ in range(size)]
        return [source.randint(int(low), int(high)) for _ in range(size)]
    if kind == "zeros":
        return bytes(size)
    if kind == "text":
        words = b" ".join(_WORDS).split()
        found = bytearray()
        while len(found) < size:
            found += source.choice(words) + (b" " if source.random() < _SENTENCE else b".\n")
        return bytes(found[:size])
    if shape.what is What.STRING or shape.codec:
        return bytes(source.choices(_LETTERS, k=size))
    return source.randbytes(size)


_SENTENCE = 0.9
"""So much of the words are followed by another one in their sentence."""


def _number(element: ScalarShape, value: float) -> Value:
    return value if element.kind == "float" else int(value)
