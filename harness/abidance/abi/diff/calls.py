"""What functions do with records: take them, make them, end them, fill them, show them to callbacks.

It depends on nothing that is in a record, so it holds as well when some are taken for opaque.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN
from abidance.ir.types import FunctionType, Pointer, Qualified, RecordRef

if TYPE_CHECKING:
    from abidance.abi.facts import FunctionFacts, ParameterFacts, Unknown
    from abidance.abi.lookup import TypeLookup
    from abidance.ir.types import Type

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_ENDS = frozenset(
    [
        "free",
        "destroy",
        "delete",
        "del",
        "release",
        "close",
        "unref",
        "decref",
        "unreference",
        "put",
        "dispose",
        "cleanup",
        "finish",
        "finalize",
        "finalise",
        "fini",
        "end",
        "drop",
        "deinit",
        "shutdown",
        "discard",
    ]
)
_FILLS = frozenset(["init", "initialize", "initialise", "setup", "fill", "zero", "default", "defaults"])
_COUNTS = re.compile(
    r"(^|_)(n|num|count|cnt|len|length|size|nmemb|nelem|nelems|entries|items)(_|\d|$)|^n[a-z]+s$|(Count|Num|Len)"
)

_NUMBERS = re.compile(
    r"(^|_)(n|num|count|cnt|nmemb|nelem|nelems|entries|items)(_|\d|$)|^n[a-z]+s$|(Count|Num)"
)


@dataclass(frozen=True, slots=True)
class RecordUses:
    """Keys of records by what functions do with them.

    `by_value` are passed or returned as such, `arrays` as several in a row; so are, perhaps, `counted` ones, behind
    which a function takes an integer whose name says how many or how much. `made` come from a function, `new` from one
    that takes none, `ended` go to one that ends a life, `brought` to one that fills what callers bring, `taken` to any,
    `shown` to callbacks.
    """

    by_value: set[str] = field(default_factory=set)
    arrays: set[str] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    brought: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, side: TypeLookup) -> RecordUses:
        """Return what the functions of one side do."""
        return _Finder(side).find()

    @property
    def handles(self) -> set[str]:
        """Return those that one function makes and another ends: whoever wants one asks the library for it."""
        return self.made & self.ended


@dataclass(slots=True)
class _Meeting:
    """What a type leads to: the record that it is, the one behind it, the one behind what it points at."""

    type: Type | Unknown  # held, so that no other type gets its identity
    by_value: str | None
    behind: str | None
    through: str | None
    const: bool
    """Whether what it points at may only be read."""
    shown: bool = False
    """Whether what callbacks of this type are given has been noted."""


class _Finder:
    def __init__(self, side: TypeLookup) -> None:
        self._meetings: dict[int, _Meeting] = {}
        self._side = side
        self._found = RecordUses()

    def find(self) -> RecordUses:
        for function in self._side.facts.functions.values():
            self._function(function)
        return self._found

    def _function(self, function: FunctionFacts) -> None:
        if function.signature is UNKNOWN:
            return
        returns = self._meeting(function.signature.returns)
        parameters = function.signature.parameters
        if returns.by_value is not None:
            self._found.by_value.add(returns.by_value)
        if returns.behind is not None:
            self._found.made.add(returns.behind)
            if all(self._meeting(each.type).behind != returns.behind for each in parameters):
                self._found.new.add(returns.behind)
            if any(self._tells_how_many(each) for each in parameters):
                self._found.arrays.add(returns.behind)
        words = {each.lower() for each in _WORD.findall(function.name)}
        ends, fills = not _ENDS.isdisjoint(words), not _FILLS.isdisjoint(words)
        for number, parameter in enumerate(parameters):
            meeting = self._meeting(parameter.type)
            if meeting.by_value is not None:
                self._found.by_value.add(meeting.by_value)
            if not meeting.shown:
                meeting.shown = True
                note_callback(self._side, parameter.type, self._found.by_value)
                self._handed(parameter.type)
            if meeting.through is not None and not meeting.const:
                self._found.made.add(meeting.through)  # `int make(struct thing **out)`
                if ends:
                    self._found.ended.add(meeting.through)
            key = meeting.behind
            if key is None:
                continue
            self._found.taken.add(key)
            if ends:
                self._found.ended.add(key)
            if not meeting.const and fills:
                self._found.brought.add(key)
            after = parameters[number + 1 : number + 2]
            counted = any(
                isinstance(each.name, str) and _COUNTS.search(each.name) and self._is_integer(each.type)
                for each in after
            )
            # Who gives back several at once has several: a handle is given back alone.
            if (counted and ends) or (isinstance(parameter.extent, str) and parameter.extent):
                self._found.arrays.add(key)
            elif counted:
                self._found.counted.add(key)

    def _meeting(self, type_: Type | Unknown) -> _Meeting:
        """Return what a type of a parameter or result leads to; most are met again and again."""
        found = self._meetings.get(id(type_))
        if found is None:
            inner = self._side.pointee(type_)
            found = self._meetings[id(type_)] = _Meeting(
                type_,
                self._side.record_of(type_),
                record_behind(self._side, type_),
                None if inner is None else record_behind(self._side, inner),
                inner is not None and _is_const(inner),
            )
        return found

    def _tells_how_many(self, parameter: ParameterFacts) -> bool:
        """Tell whether a function says through this parameter how many it returns, as in ``int *count``."""
        target = self._side.pointee(parameter.type)
        named = isinstance(parameter.name, str) and _NUMBERS.search(parameter.name) is not None
        return named and target is not None and not _is_const(target) and self._is_integer(target)

    def _handed(self, type_: Type | Unknown) -> None:
        """Note what the library shows to a callback that it is given: callers get these, and make none."""
        target = self._side.pointee(type_)
        resolved = self._side.bare(target) if target is not None else None
        if isinstance(resolved, FunctionType):
            after = (*resolved.parameters[1:], None)
            for each, following in zip(resolved.parameters, after, strict=False):
                key = record_behind(self._side, each)
                if key is None:
                    continue
                self._found.shown.add(key)
                # A number behind it may say how many there are, and parameters of callbacks have no names.
                if following is None or not self._is_integer(following):
                    self._found.made.add(key)

    def _is_integer(self, type_: Type | Unknown) -> bool:
        scalar = None if type_ is UNKNOWN else self._side.scalar(type_)
        return scalar is not None and scalar.kind == "int"


def record_behind(side: TypeLookup, type_: Type | Unknown) -> str | None:
    """Return the key of the record that a pointer points at directly."""
    target = side.pointee(type_)
    resolved = side.bare(target) if target is not None else None
    return resolved.key if isinstance(resolved, RecordRef) else None


def note_callback(side: TypeLookup, type_: Type | Unknown, by_value: set[str]) -> None:
    """Note what callbacks of this type are given by value."""
    target = side.pointee(type_)
    resolved = side.bare(target) if target is not None else None
    if isinstance(resolved, FunctionType):
        for each in (resolved.returns, *resolved.parameters):
            key = side.record_of(each)
            if key is not None:
                by_value.add(key)


def _is_const(type_: Type) -> bool:
    return isinstance(type_, Qualified) and "const" in type_.qualifiers and not isinstance(type_.of, Pointer)
