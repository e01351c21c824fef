"""Who allocates a record: what callers may do with one beyond holding a pointer to it.

A record may grow at its end when only the library makes them. C does not say who does; a contract may, and then it
decides. Otherwise the functions tell: a record that one returns a pointer to and another ends is a handle. That a
function takes an integer called ``len`` behind the pointer, or that one is called ``init`` and no header shows the
record, makes of a handle no more than one that callers may make as well; of what has no maker it makes an array, or
what callers bring. What callbacks are shown comes from the library too. Where a function says how many it returns,
callers step through them, and the size of each counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.abi.diff.calls import RecordUses, note_callback, record_behind
from abidance.abi.facts import UNKNOWN, Family
from abidance.abi.reachability import TypeGraph

if TYPE_CHECKING:
    from abidance.abi.facts import RecordFacts, Unknown
    from abidance.abi.lookup import TypeLookup
    from abidance.ir.types import Type


@dataclass(frozen=True, slots=True)
class Exposure:
    """Keys of records by how callers meet them.

    `by_value` are passed or returned as such, `embedded` are members or elements of other records, `static` are
    external variables, `arrays` are passed as several in a row. `callee_only` are made by the library alone, of which
    `doubtful` are taken by functions that may fill those of callers. `lent` are returned and taken and nothing ends
    them, or only members point at them; the file that names their type is another than the one that defines it, so
    callers may know no more than the name. `guarded` have a member by which the library knows how much of one a caller
    has, as the contract says.
    """

    by_value: set[str] = field(default_factory=set)
    embedded: set[str] = field(default_factory=set)
    static: set[str] = field(default_factory=set)
    arrays: set[str] = field(default_factory=set)
    callee_only: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    lent: set[str] = field(default_factory=set)
    guarded: set[str] = field(default_factory=set)

    @classmethod
    def of(
        cls, side: TypeLookup, calls: RecordUses | None = None, graph: TypeGraph | None = None
    ) -> Exposure:
        """Return how the records of one side are exposed.

        `calls` are those of its functions and `graph` that of its types, where they are known.
        """
        return _Finder(side, calls or RecordUses.of(side), graph).find()

    def traits(self, key: str) -> frozenset[str]:
        """Return the words that rules ask for."""
        named = {
            "by-value": self.by_value,
            "embedded": self.embedded,
            "variable": self.static,
            "array": self.arrays,
            "callee-allocated": self.callee_only,
            "doubtful": self.doubtful,
            "guarded": self.guarded,
        }
        traits = {word for word, keys in named.items() if key in keys}
        return frozenset(traits if "callee-allocated" in traits else {*traits, "caller-allocated"})


class _Finder:
    def __init__(self, side: TypeLookup, calls: RecordUses, graph: TypeGraph | None) -> None:
        self._side = side
        self._graph = graph
        self._calls = calls
        self._made, self._ended, self._brought = {*calls.made}, {*calls.ended}, {*calls.brought}
        self._handles: set[str] = set()  # those of the contract
        arrays = calls.arrays | (calls.counted - calls.handles)
        self._found = Exposure({*calls.by_value}, arrays=arrays)

    def find(self) -> Exposure:
        facts, found = self._side.facts, self._found
        for variable in facts.variables.values():
            self._note(variable.type, found.static)
        shown = Family.CONSTANTS in facts.knows
        if not shown:
            self._find_lent()
        for host in facts.records.values() if shown else self._hosts():
            if host.fields is not None and host.fields is not UNKNOWN:
                for member in host.fields:
                    self._note(member.type, found.embedded)
                    note_callback(self._side, member.type, found.by_value)
        for typedef in facts.typedefs.values():
            note_callback(self._side, typedef.type, found.by_value)
        lent = self._clauses()
        found.arrays.difference_update(self._handles)
        exposed = found.by_value | found.embedded | found.static | found.arrays
        # Of what a header shows whole, callers make one where there is a function that fills it.
        handles = self._handles if shown else self._made & self._ended
        made = {key for key in self._made if key in self._ended or key not in self._calls.taken}
        found.callee_only.update(made - exposed - lent - (self._brought - handles))
        found.doubtful.update(found.callee_only & (self._calls.counted | self._calls.brought) - self._handles)
        return found

    def _find_lent(self) -> None:
        facts, calls, found = self._side.facts, self._calls, self._found
        returned = (calls.made & calls.taken) - calls.ended
        listed = [each.fields for each in facts.records.values() if isinstance(each.fields, tuple)]
        behind = {record_behind(self._side, each.type) for fields in listed for each in fields}
        candidates = (returned | (behind - calls.made - calls.taken)) - calls.brought
        candidates -= found.by_value | found.arrays
        for typedef in facts.typedefs.values():
            key = self._side.record_of(typedef.type)
            record = facts.records.get(key) if key is not None and key in candidates else None
            spans = (typedef.span, record.span if record is not None else None)
            if record is not None and None not in spans and spans[0].path != spans[1].path:  # type: ignore[union-attr]
                found.lent.add(record.key)

    def _hosts(self) -> list[RecordFacts]:
        """Return the records whose members callers may know: no handles, and not what only handles lead to."""
        facts, found = self._side.facts, self._found
        graph = self._graph or TypeGraph.of(facts)
        roots = graph.roots
        handles = (self._calls.handles | found.lent) - found.by_value - found.arrays - found.static
        while True:
            known = graph.reached(roots, closed=handles) - handles
            hosts = [facts.records[key] for key in known if key in facts.records]
            fields = [each.fields for each in hosts if isinstance(each.fields, tuple)]
            members = {self._side.record_of(each.type) for listed in fields for each in listed}
            if handles.isdisjoint(members):
                return hosts
            handles -= members

    def _note(self, type_: Type | Unknown, where: set[str]) -> None:
        key = self._side.record_of(type_)
        if key is not None:
            where.add(key)

    def _clauses(self) -> set[str]:
        """Let the contract have the last word where it speaks; return what callers lend, and so have made."""
        facts = self._side.facts
        lent: set[str] = set()
        shown: set[str] = set()
        for clause in facts.clauses:
            if clause.aspect in ("out", "in", "inout"):
                shown |= {self._key_of(clause.text) or ""}
                continue
            key = self._key_of(clause.subject)
            if key is None:
                continue
            if clause.aspect == "guarded_by" and self._has_field(key, clause.text):
                self._found.guarded.add(key)
            elif clause.aspect == "handle":
                create = clause.text.partition("create=")[2].split(",")[0].split(" ")[0]
                function = facts.functions.get(create)
                if function is None or function.signature is UNKNOWN:
                    continue
                if any(record_behind(self._side, each.type) == key for each in function.signature.parameters):
                    lent.add(key)
                else:
                    self._handles.add(key)
                    self._ended.add(key)
                    self._made.add(key)
        return lent | (shown - self._handles)

    def _has_field(self, key: str, name: str) -> bool:
        record = self._side.facts.records.get(key)
        fields = record.fields if record is not None else None
        return isinstance(fields, tuple) and any(each.name == name for each in fields)

    def _key_of(self, name: str) -> str | None:
        facts = self._side.facts
        if name in facts.typedefs:
            target = facts.typedefs[name].type
            return self._side.record_of(target) or record_behind(self._side, target)
        return next((key for key in (name, f"struct {name}", f"union {name}") if key in facts.records), None)
