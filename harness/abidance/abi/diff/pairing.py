"""Which old record or enum is which new one: by tag, and where there is none, or it changed, by use."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN
from abidance.ir.traversal import children
from abidance.ir.types import EnumRef, RecordRef, TypedefRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.facts import Facts, RecordFacts, Unknown
    from abidance.abi.lookup import Sides
    from abidance.ir.types import Type

_Pair = tuple["Type | Unknown", "Type | Unknown"]


@dataclass(frozen=True, slots=True)
class Pairing:
    """`records` and `enums` map old keys to new ones."""

    records: dict[str, str] = field(default_factory=dict)
    enums: dict[str, str] = field(default_factory=dict)

    def same_record(self, old: str, new: str) -> bool:
        """Tell whether these are one record; its own changes are reported once, and not where it is used."""
        return self.records.get(old, old) == new

    def same_enum(self, old: str, new: str) -> bool:
        """Tell whether these are one enum."""
        return self.enums.get(old, old) == new


def pair(sides: Sides) -> Pairing:
    """Return the pairs, walking from what has a name on both sides."""
    return _Walk(sides).run()


class _Walk:
    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._old, self._new = sides.old.facts, sides.new.facts
        self._found = Pairing()
        self._taken: set[str] = set()
        self._waiting: deque[_Pair] = deque()
        self._seen: set[tuple[int, int]] = set()  # by identity: to hash a type is to walk through it

    def run(self) -> Pairing:
        # What kept its tag is itself, whatever else it might be taken for.
        for key in self._old.records:
            if "<" in key:
                continue
            # A struct that became a union has its name still.
            tag = key.partition(" ")[2]
            for other in (key, f"struct {tag}", f"union {tag}"):
                if other in self._new.records:
                    self._record(key, other)
        for key in self._old.enums:
            if key in self._new.enums and "<" not in key:
                self._enum(key, key)
        self._waiting += _roots(self._old, self._new)
        self._walk()
        for key in self._old.records:
            if key in self._new.records:
                self._record(key, key)
        for key in self._old.enums:
            if key in self._new.enums:
                self._enum(key, key)
        self._walk()
        return self._found

    def _walk(self) -> None:
        while self._waiting:
            old, new = self._waiting.popleft()
            both = id(old), id(new)
            if old is UNKNOWN or new is UNKNOWN or both in self._seen:
                continue
            self._seen.add(both)
            if isinstance(old, TypedefRef) and isinstance(new, TypedefRef) and old.name == new.name:
                if old.name in self._old.typedefs and old.name in self._new.typedefs:
                    self._waiting.append(
                        (self._old.typedefs[old.name].type, self._new.typedefs[new.name].type)
                    )
                continue
            a, b = self._sides.old.bare(old), self._sides.new.bare(new)
            if isinstance(a, RecordRef) and isinstance(b, RecordRef):
                if self._one_record(a.key, b.key):
                    self._record(a.key, b.key)
            elif isinstance(a, EnumRef) and isinstance(b, EnumRef):
                if self._one_enum(a.key, b.key):
                    self._enum(a.key, b.key)
            elif type(a) is type(b):
                self._waiting += zip(children(a), children(b), strict=False)

    def _record(self, old: str, new: str) -> None:
        if old in self._found.records or new in self._taken:
            return
        self._found.records[old] = new
        self._taken.add(new)
        a, b = self._old.records.get(old), self._new.records.get(new)
        if a is not None and b is not None:
            self._waiting += shared_fields(a, b)

    def _enum(self, old: str, new: str) -> None:
        if old not in self._found.enums and new not in self._taken:
            self._found.enums[old] = new
            self._taken.add(new)

    def _one_record(self, old: str, new: str) -> bool:
        """Tell whether two keys that stand at one place may mean one record."""
        if old == new:
            return True
        if ("<" in old and "<" in new) or old.partition(" ")[2] == new.partition(" ")[2]:
            return True
        if old.partition(" ")[0] != new.partition(" ")[0]:
            return False
        if one_template(old, new):
            return True
        if (old in self._new.records and "<" not in old) or (new in self._old.records and "<" not in new):
            return False
        return alike(self._old.records.get(old), self._new.records.get(new))

    def _one_enum(self, old: str, new: str) -> bool:
        if old == new or ("<" in old and "<" in new):
            return True
        if (old in self._new.enums and "<" not in old) or (new in self._old.enums and "<" not in new):
            return False
        a, b = self._old.enums.get(old), self._new.enums.get(new)
        if a is None or b is None:
            return False
        names = {each.name for each in a.enumerators or ()}, {each.name for each in b.enumerators or ()}
        return bool(names[0] & names[1]) or names[0] == names[1]


def one_template(old: str, new: str) -> bool:
    """Tell whether two keys are of one template of C++, the spelling of whose arguments is the compiler's choice."""
    if "[" not in old or "[" not in new:
        return False
    return _without_arguments(old) == _without_arguments(new)


def _without_arguments(key: str) -> str:
    found, depth = "", 0
    for letter in key:
        depth += (letter == "[") - (letter == "]")
        found += letter if not depth and letter != "]" else ""
    return found


def _roots(old: Facts, new: Facts) -> Iterator[_Pair]:
    for name in sorted(old.typedefs.keys() & new.typedefs.keys()):
        yield old.typedefs[name].type, new.typedefs[name].type
    for name in sorted(old.functions.keys() & new.functions.keys()):
        a, b = old.functions[name].signature, new.functions[name].signature
        if a is not UNKNOWN and b is not UNKNOWN:
            yield a.returns, b.returns
            for one, other in zip(a.parameters, b.parameters, strict=False):
                yield one.type, other.type
    for name in sorted(old.variables.keys() & new.variables.keys()):
        yield old.variables[name].type, new.variables[name].type


def shared_fields(old: RecordFacts, new: RecordFacts) -> Iterator[_Pair]:
    """Yield the types of fields that both records have."""
    if old.fields is None or old.fields is UNKNOWN or new.fields is None or new.fields is UNKNOWN:
        return
    types = {each.name: each.type for each in new.fields}
    for each in old.fields:
        if each.name in types:
            yield each.type, types[each.name]


def alike(old: RecordFacts | None, new: RecordFacts | None) -> bool:
    """Tell whether a record whose tag changed is still the same one: most of its fields are."""
    if old is None or new is None or old.opaque or new.opaque:
        return True
    if old.fields is UNKNOWN or new.fields is UNKNOWN:
        return old.size == new.size
    names = {each.name for each in old.fields or ()}, {each.name for each in new.fields or ()}
    return 2 * len(names[0] & names[1]) >= max(len(names[0]), len(names[1]))
