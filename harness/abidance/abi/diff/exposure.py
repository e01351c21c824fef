"""Who allocates a record: what callers may do with one beyond holding a pointer to it.

A record may grow at its end when only the library makes them. C does not say who does; a contract may, and the
functions tell much: a record comes from a function that returns a pointer to it, goes to one that ends its life,
and no function fills one that the caller brings. What callbacks are shown comes from the library as well. Where a
function says how many it returns, callers step through them, and the size of each counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.abi.diff.calls import Calls, note_callback, record_behind
from abidance.abi.facts import UNKNOWN

if TYPE_CHECKING:
    from abidance.abi.diff.sides import Side
    from abidance.abi.facts import Unknown
    from abidance.ir.types import Type


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
    def of(cls, side: Side, calls: Calls | None = None) -> Exposure:
        """Return how the records of one side are exposed; `calls` are those of its functions, where they are known."""
        return _Finder(side, calls or Calls.of(side)).find()

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


class _Finder:
    def __init__(self, side: Side, calls: Calls) -> None:
        self._side = side
        self._found = Exposure({*calls.by_value}, arrays={*calls.arrays})
        self._calls = calls
        self._made, self._ended, self._brought = {*calls.made}, {*calls.ended}, {*calls.brought}

    def find(self) -> Exposure:
        facts = self._side.facts
        for variable in facts.variables.values():
            self._note(variable.type, self._found.static)
        for host in facts.records.values():
            if host.fields is not None and host.fields is not UNKNOWN:
                for member in host.fields:
                    self._note(member.type, self._found.embedded)
                    note_callback(self._side, member.type, self._found.by_value)
        for typedef in facts.typedefs.values():
            note_callback(self._side, typedef.type, self._found.by_value)
        self._clauses()
        exposed = self._found.by_value | self._found.embedded | self._found.static | self._found.arrays
        made = {key for key in self._made if key in self._ended or key not in self._calls.taken}
        self._found.callee_only.update(made - exposed - self._brought)
        self._found.handed_out.update((made | self._calls.new) - exposed - self._brought)
        return self._found

    def _note(self, type_: Type | Unknown, where: set[str]) -> None:
        key = self._side.record_of(type_)
        if key is not None:
            where.add(key)

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
                    if record_behind(self._side, function.signature.returns) == key:
                        self._ended.add(key)
                        self._made.add(key)
                    elif any(
                        record_behind(self._side, each.type) == key for each in function.signature.parameters
                    ):
                        self._brought.add(key)

    def _key_of(self, name: str) -> str | None:
        facts = self._side.facts
        if name in facts.typedefs:
            target = facts.typedefs[name].type
            return self._side.record_of(target) or record_behind(self._side, target)
        return next((key for key in (name, f"struct {name}", f"union {name}") if key in facts.records), None)
