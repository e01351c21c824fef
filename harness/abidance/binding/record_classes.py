"""Records as Python classes: ctypes' own where it lays them out alike, bytes with accessors elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.binding.binding_method import BindingKind, how
from abidance.binding.line_wrapping import wrapped
from abidance.binding.number_kinds import number_kind
from abidance.binding.spelling import Spelling, identifier, record_name
from abidance.ir.traversal import bare
from abidance.ir.types import Basic, EnumRef, RecordRef, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from abidance.ir.declarations import Declarations, Record
    from abidance.ir.layout import FieldLayout, Layouts, RecordLayout

# Names that Python changes inside a class: what uses them goes behind it.
_MANGLED = re.compile(r"(?<![\w\"])__\w")


@dataclass(slots=True)
class RecordClasses:
    """Writes the classes. `written` has their texts, in an order in which Python can read them."""

    declarations: Declarations
    layouts: Layouts
    spelling: Spelling
    written: dict[str, str] = field(default_factory=dict)

    def write(self, roots: Iterable[str]) -> None:
        """Write the records that the functions lead to."""

        def parts(key: str) -> list[str]:
            return self.spelling.leads(*self._fields(key), whole=True) if self._is_plain(key) else []

        def named(key: str) -> list[str]:
            return self.spelling.leads(*self._fields(key))

        # Nothing of a record of bytes is looked at before it is used, so what it leads to may come later.
        empty: set[str] = set()
        for key in in_order(roots, parts, named):
            for other in named(key) if self._is_plain(key) else ():
                if other in empty or other in self.written:
                    continue
                if self._is_plain(other):
                    self.written[f"{other} empty"] = self._head(other)
                    empty.add(other)
                else:
                    self.written[other] = self._whole(other)
            if key in empty:
                self.written[key] = self._filled(key)
            elif key not in self.written:
                self.written[key] = self._whole(key)

    def _is_plain(self, key: str) -> bool:
        """Tell whether ctypes lays the record out."""
        record = self.declarations.records.get(key)
        if record is None or record.fields is None or key not in self.layouts.records:
            return False
        return how(RecordRef(key), self.declarations, self.layouts).kind is BindingKind.CTYPES

    def _fields(self, key: str) -> list[Type]:
        """Return the types of a record's fields; of an anonymous member's where the record is one of bytes."""
        record = self.declarations.records.get(key)
        layout = self.layouts.records.get(key)
        if record is None or record.fields is None or layout is None:
            return []
        if self._is_plain(key):
            return [each.type for each in record.fields]
        return [type_ for _, type_, *_ in self._places(record, layout, 0)]

    def _whole(self, key: str) -> str:
        record, layout = self.declarations.records.get(key), self.layouts.records.get(key)
        name = record_name(record, key)
        if record is None or record.fields is None or layout is None:
            return f'class {name}(Structure):\n    """`{key}`: opaque."""'
        if not self._is_plain(key):
            reason = how(RecordRef(key), self.declarations, self.layouts).reason
            return self._raw(key, record, layout, name, reason)
        fields, checks = self._listing(record, layout, name, "        ")
        if _MANGLED.search(fields):
            return f"{self._head(key)}\n\n\n{self._filled(key)}"
        return f"{self._head(key)}\n\n    _fields_ = [\n{fields}\n    ]\n\n\n{checks}"

    def _head(self, key: str) -> str:
        layout = self.layouts.records[key]
        name = record_name(self.declarations.records[key], key)
        return f'class {name}(Record):\n    """`{key}`: {layout.size} bytes, aligned to {layout.align}."""'

    def _filled(self, key: str) -> str:
        record = self.declarations.records[key]
        name = record_name(record, key)
        fields, checks = self._listing(record, self.layouts.records[key], name, "    ")
        return f"{name}._fields_ = [\n{fields}\n]\n{checks}"

    def _listing(self, record: Record, layout: RecordLayout, name: str, indent: str) -> tuple[str, str]:
        rows = [(identifier(each.name), each) for each in record.fields or ()]
        fields = (
            wrapped(f'("{field}", {self.spelling.spell(each.type)})', indent, ",") for field, each in rows
        )
        checks = (
            f"assert {name}.{field}.offset == {layout.fields[each.name].offset}" for field, each in rows
        )
        return "\n".join(fields), "\n".join((f"assert ctypes.sizeof({name}) == {layout.size}", *checks))

    def _raw(self, key: str, record: Record, layout: RecordLayout, name: str, reason: str) -> str:
        """Return a record as bytes, aligned as far as ctypes can, with an accessor for each field."""
        unit = max(n for n in (1, 2, 4, 8) if layout.align % n == 0 and layout.size % n == 0)
        told = f", of which ctypes aligns it to {unit}" if unit < layout.align else ""
        places = list(self._places(record, layout, 0))
        inside, behind = [], []
        for path, type_, place, swapped in places:
            field_, accessor = identifier(path), self._accessor(type_, place, swapped=swapped)
            if field_.startswith("__") or _MANGLED.search(accessor):
                behind.append(f'setattr({name}, "{field_}", {accessor})')
            else:
                inside.append(f"    {field_} = {accessor}")
        return "\n".join(
            (
                f"class {name}(Raw):",
                f'    """`{key}`: {layout.size} bytes, aligned to {layout.align}{told}; {reason}."""\n',
                f'    _fields_ = [("_raw", ctypes.c_uint{8 * unit} * {layout.size // unit})]',
                *inside,
                f"\n\nassert ctypes.sizeof({name}) == {layout.size}",
                *behind,
            )
        )

    def _places(
        self, record: Record, layout: RecordLayout, base: int
    ) -> Iterator[tuple[str, Type, FieldLayout, bool]]:
        """Yield the named fields with their places, those of anonymous members among them.

        The last is whether their numbers have their bytes the other way round.
        """
        for number, each in enumerate(record.fields or ()):
            place = layout.fields.get(each.name or f"<{number}>")
            if place is None:
                continue
            bits = None if place.bit_offset is None else place.bit_offset + 8 * base
            moved = replace(place, offset=place.offset + base, bit_offset=bits)
            inner = self.declarations.resolve(each.type)
            if each.name:
                yield each.name, each.type, moved, record.swapped
            elif isinstance(inner, RecordRef) and inner.key in self.layouts.records:
                below = self.declarations.records[inner.key]
                yield from self._places(below, self.layouts.records[inner.key], moved.offset)

    def _accessor(self, type_: Type, place: FieldLayout, *, swapped: bool) -> str:
        """Return what reads and writes a field of a record of raw bytes."""
        scalar = self.layouts.number(self.declarations.resolve(type_))
        order = ", swapped=True" if swapped else ""
        if place.bit_offset is not None:
            signed = bool(scalar and scalar.signed)
            return f"_Bits({place.bit_offset}, {place.bit_width}, signed={signed}{order})"
        if scalar is not None and scalar.kind == "int" and scalar.size > 8:
            return f"_Bits({8 * place.offset}, {8 * scalar.size}, signed={scalar.signed}{order})"
        element = bare(type_, self.declarations.typedefs, elements=True)
        known = how(element, self.declarations, self.layouts).kind
        if known is BindingKind.STUB and not swapped and place.size:
            kind = number_kind(type_, self.declarations, self.layouts)
            if kind is not None:
                return f"_Packed({place.offset}, {kind.text})"
        if place.size == 0 or (known is not BindingKind.CTYPES and not isinstance(element, RecordRef)):
            return f"_Bytes({place.offset}, {place.size})"
        spelled = self.spelling.spell(type_)
        if swapped and isinstance(element, Basic | EnumRef):
            # `T * 3 * 2`: the elements have their bytes the other way round, and records and pointers have not.
            of, times, counts = spelled.partition(" * ")
            spelled = f"_swapped({of}){times}{counts}"
        return f"_Member({place.offset}, lambda: {spelled})"


def in_order(
    roots: Iterable[str], parts: Callable[[str], list[str]], named: Callable[[str], list[str]]
) -> list[str]:
    """Return `roots` and all records that they lead to, by key.

    `parts` are the records that one is made of, which C orders already (C11 6.7.2.1p3); `named` are those that
    it leads to otherwise. What is named comes first too where it can.
    """
    return _behind(_behind(roots, lambda key: [*parts(key), *named(key)]), parts)


def _behind(roots: Iterable[str], leads_to: Callable[[str], list[str]]) -> list[str]:
    """Return what the roots lead to, each behind what it leads to itself, but in circles."""
    done: list[str] = []
    entered: set[str] = set()
    # A list of its own rather than recursion: records that lead to each other are many.
    path: list[tuple[str, Iterator[str]]] = [("", iter(roots))]
    while path:
        key, following = path[-1]
        new = next((each for each in following if each not in entered), None)
        if new is not None:
            entered.add(new)
            path.append((new, iter(leads_to(new))))
        else:
            done.append(key)
            path.pop()
    return done[:-1]
