"""Who allocates a record: what callers may do with one beyond holding a pointer to it.

A record may grow at its end when only the library makes them. C does not say who does; a contract may, and the
functions tell much: a record comes from a function that returns a pointer to it, goes to one that ends its life,
and no function fills one that the caller brings. What callbacks are shown comes from the library as well. Where a
function says how many it returns, callers step through them, and the size of each counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN
from abidance.ir.types import FunctionType, Pointer, Qualified, RecordRef

if TYPE_CHECKING:
    from abidance.abi.diff.sides import Side
    from abidance.abi.facts import Function, Parameter, Unknown
    from abidance.ir.types import Type

_ENDS = re.compile(
    r"(^|_)(free|destroy|delete|del|release|close|unref|put|dispose|cleanup|clear_free|finish|fini|end|drop|deinit)"
    r"(_|\d|$)|(Free|Destroy|Delete|Release|Close|Unref|Dispose|Cleanup|Finish|Drop)",
)
_FILLS = re.compile(
    r"(^|_)(init|initialize|initialise|setup|reset_to|fill|zero|default|defaults)(_|\d|$)|(Init|Setup|Fill)"
)
_COUNTS = re.compile(
    r"(^|_)(n|num|count|cnt|len|length|size|nmemb|nelem|nelems|entries|items)(_|\d|$)|^n[a-z]+s$|(Count|Num|Len)"
)

_NUMBERS = re.compile(
    r"(^|_)(n|num|count|cnt|nmemb|nelem|nelems|entries|items)(_|\d|$)|^n[a-z]+s$|(Count|Num)"
)


@dataclass(frozen=True, slots=True)
class Exposure:
    """Keys of records by how callers meet them.

    `by_value` are passed or returned as such, `embedded` are members or elements of other records, `static` are
    external variables, `arrays` are passed as several in a row. `callee_only` are made by the library alone.
    `handed_out` come from functions that take none, and from nowhere else as far as one sees: callers who do not know
    their members cannot make them.
    """

    by_value: set[str] = field(default_factory=set)
    embedded: set[str] = field(default_factory=set)
    static: set[str] = field(default_factory=set)
    arrays: set[str] = field(default_factory=set)
    callee_only: set[str] = field(default_factory=set)
    handed_out: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, side: Side) -> Exposure:
        """Return how the records of one side are exposed."""
        found = _Finder(side)
        return found.find()

    def traits(self, key: str) -> frozenset[str]:
        """Return the words that rules ask for."""
        named = {
            "by-value": self.by_value,
            "embedded": self.embedded,
            "variable": self.static,
            "array": self.arrays,
            "callee-allocated": self.callee_only,
        }
        traits = {word for word, keys in named.items() if key in keys}
        return frozenset(traits if "callee-allocated" in traits else {*traits, "caller-allocated"})


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
    def __init__(self, side: Side) -> None:
        self._meetings: dict[int, _Meeting] = {}
        self._side = side
        self._found = Exposure()
        self._made: set[str] = set()
        self._new: set[str] = set()
        self._ended: set[str] = set()
        self._brought: set[str] = set()
        self._taken: set[str] = set()

    def find(self) -> Exposure:
        facts = self._side.facts
        for function in facts.functions.values():
            self._function(function)
        for variable in facts.variables.values():
            self._note(variable.type, self._found.static)
        for host in facts.records.values():
            if host.fields is not None and host.fields is not UNKNOWN:
                for member in host.fields:
                    self._note(member.type, self._found.embedded)
                    self._callback(member.type)
        for typedef in facts.typedefs.values():
            self._callback(typedef.type)
        self._clauses()
        exposed = self._found.by_value | self._found.embedded | self._found.static | self._found.arrays
        made = {key for key in self._made if key in self._ended or key not in self._taken}
        self._found.callee_only.update(made - exposed - self._brought)
        self._found.handed_out.update((made | self._new) - exposed - self._brought)
        return self._found

    def _note(self, type_: Type | Unknown, where: set[str]) -> None:
        key = self._side.record_of(type_)
        if key is not None:
            where.add(key)

    def _function(self, function: Function) -> None:
        if function.signature is UNKNOWN:
            return
        returns = self._meeting(function.signature.returns)
        parameters = function.signature.parameters
        if returns.by_value is not None:
            self._found.by_value.add(returns.by_value)
        if returns.behind is not None:
            self._made.add(returns.behind)
            if all(self._meeting(each.type).behind != returns.behind for each in parameters):
                self._new.add(returns.behind)
            if any(self._tells_how_many(each) for each in parameters):
                self._found.arrays.add(returns.behind)
        name = function.name
        for number, parameter in enumerate(parameters):
            meeting = self._meeting(parameter.type)
            if meeting.by_value is not None:
                self._found.by_value.add(meeting.by_value)
            if not meeting.shown:
                meeting.shown = True
                self._callback(parameter.type)
                self._handed(parameter.type)
            if meeting.through is not None and not meeting.const:
                self._made.add(meeting.through)  # `int make(struct thing **out)`
                if _ENDS.search(name):
                    self._ended.add(meeting.through)
            key = meeting.behind
            if key is None:
                continue
            self._taken.add(key)
            if _ENDS.search(name):
                self._ended.add(key)
            if not meeting.const and _FILLS.search(name):
                self._brought.add(key)
            after = parameters[number + 1 : number + 2]
            counted = any(
                isinstance(each.name, str) and _COUNTS.search(each.name) and self._is_integer(each.type)
                for each in after
            )
            if counted or (isinstance(parameter.extent, str) and parameter.extent):
                self._found.arrays.add(key)

    def _meeting(self, type_: Type | Unknown) -> _Meeting:
        """Return what a type of a parameter or result leads to; most are met again and again."""
        found = self._meetings.get(id(type_))
        if found is None:
            inner = self._side.pointee(type_)
            found = self._meetings[id(type_)] = _Meeting(
                type_,
                self._side.record_of(type_),
                self._record_behind(type_),
                None if inner is None else self._record_behind(inner),
                inner is not None and _is_const(inner),
            )
        return found

    def _tells_how_many(self, parameter: Parameter) -> bool:
        """Tell whether a function says through this parameter how many it returns, as in ``int *count``."""
        target = self._side.pointee(parameter.type)
        named = isinstance(parameter.name, str) and _NUMBERS.search(parameter.name) is not None
        return named and target is not None and not _is_const(target) and self._is_integer(target)

    def _callback(self, type_: Type | Unknown) -> None:
        """Note what callbacks are given by value."""
        target = self._side.pointee(type_)
        resolved = self._side.resolve(target)[0] if target is not None else None
        if isinstance(resolved, FunctionType):
            for each in (resolved.returns, *resolved.parameters):
                self._note(each, self._found.by_value)

    def _handed(self, type_: Type | Unknown) -> None:
        """Note what the library shows to a callback that it is given: callers get these, and make none."""
        target = self._side.pointee(type_)
        resolved = self._side.resolve(target)[0] if target is not None else None
        if isinstance(resolved, FunctionType):
            after = (*resolved.parameters[1:], None)
            for each, following in zip(resolved.parameters, after, strict=False):
                key = self._record_behind(each)
                # A number behind it may say how many there are, and parameters of callbacks have no names.
                if key is not None and not (following is not None and self._is_integer(following)):
                    self._made.add(key)

    def _is_integer(self, type_: Type | Unknown) -> bool:
        scalar = None if type_ is UNKNOWN else self._side.scalar(type_)
        return scalar is not None and scalar.kind == "int"

    def _record_behind(self, type_: Type | Unknown) -> str | None:
        """Return the key of the record that a pointer points at directly."""
        target = self._side.pointee(type_)
        resolved = self._side.resolve(target)[0] if target is not None else None
        return resolved.key if isinstance(resolved, RecordRef) else None

    def _clauses(self) -> None:
        """Let the contract have the last word where it speaks."""
        facts = self._side.facts
        for clause in facts.clauses:
            key = self._key_of(clause.text if clause.aspect in ("in", "out", "inout") else clause.subject)
            if clause.aspect in ("out", "in", "inout") and key is not None:
                # The caller lends one of these, so the caller has made it.
                self._brought.add(key)
            elif clause.aspect == "handle" and key is not None:
                create = clause.text.partition("create=")[2].split(",")[0].split(" ")[0]
                function = facts.functions.get(create)
                if function is not None and function.signature is not UNKNOWN:
                    if self._record_behind(function.signature.returns) == key:
                        self._ended.add(key)
                        self._made.add(key)
                    elif any(self._record_behind(each.type) == key for each in function.signature.parameters):
                        self._brought.add(key)

    def _key_of(self, name: str) -> str | None:
        facts = self._side.facts
        if name in facts.typedefs:
            target = facts.typedefs[name].type
            return self._side.record_of(target) or self._record_behind(target)
        return next((key for key in (name, f"struct {name}", f"union {name}") if key in facts.records), None)


def _is_const(type_: Type) -> bool:
    return isinstance(type_, Qualified) and "const" in type_.qualifiers and not isinstance(type_.of, Pointer)
