"""One entry for each type of a header, from its declarations and what the compiler said of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.binding.binding_method import Binding, BindingKind, how
from abidance.ir.declarations import spell
from abidance.ir.naming import PathStyle, names_by_use
from abidance.ir.traversal import rebuilt, walk
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Pointer,
    RecordRef,
    TypedefRef,
    Vector,
    Void,
)
from abidance.layout.model import LayoutMember, TypeEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.ir.declarations import Declarations, Record, Typedef
    from abidance.ir.layout import Layouts, RecordLayout
    from abidance.ir.types import Type
    from abidance.layout.own_declarations import Part

_INCOMPLETE = "the header does not define it: it goes by pointer only"
_KINDS: dict[type, str] = {
    Vector: "vector",
    Pointer: "pointer",
    Array: "array",
    FunctionType: "function",
    Void: "void",
    EnumRef: "enum",
}
# ``struct outer.member``: it stays the same when lines of the header move.
_SHOWN = PathStyle(typedef="*{}", member="{}.{}")


@dataclass
class LayoutEntries:
    """Makes the entries of one part of a header, of which some is its `own`.

    `expressions` has by key what a C expression can call records and enums.
    """

    declarations: Declarations
    layouts: Layouts
    part: Part
    own: Part
    expressions: Mapping[str, str]
    _names: dict[str, str] = field(init=False)
    _own: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Name what has no name."""
        variables = (self.declarations.variables[name] for name in self.part.variables)
        self._names = names_by_use(
            self.declarations, self.part.records, self.part.enums, self.part.typedefs, variables, _SHOWN
        )
        self._own = frozenset((*self.own.records, *self.own.enums, *self.own.typedefs))

    def types(self) -> Iterator[TypeEntry]:
        """Yield records, enums and typedefs in the order in which the header has them, then those that were lost."""
        for key in self.part.records:
            if key in self._names:
                yield self._record(key)
        for key in self.part.enums:
            if key in self._names:
                yield self._enum(key)
        for typedef in map(self.declarations.typedefs.__getitem__, self.part.typedefs):
            target = self.declarations.resolve(typedef.type)
            if not isinstance(target, RecordRef | EnumRef) or self._names.get(target.key) != typedef.name:
                yield self._typedef(typedef, target)
        for name in self.part.lost:
            lost = self.declarations.lost[name]
            if lost.span and " " in name:
                refused = Binding(BindingKind.REFUSED, lost.message)
                is_own = name in self.own.lost
                yield TypeEntry(name, name, "unknown", None, None, refused, lost.span, is_own, problem="")

    def _record(self, key: str) -> TypeEntry:
        record, layout = self.declarations.records[key], self.layouts.records.get(key)
        binding, problem = how(RecordRef(key), self.declarations, self.layouts), ""
        if record.fields is None:
            binding = Binding(BindingKind.REFUSED, _INCOMPLETE)
        elif layout is None:
            problem = self.layouts.failed.get(key, "the compiler was given no way to name it")
        else:
            failed = [f"{key}.{each.name}" for each in self.declarations.named_fields(record)]
            problem = next((self.layouts.failed[name] for name in failed if name in self.layouts.failed), "")
        return TypeEntry(
            self._names[key],
            key,
            record.kind,
            layout.size if layout else None,
            layout.align if layout else None,
            binding,
            record.span,
            key in self._own,
            self._members(record, layout, 0) if layout else (),
            expression=self.expressions.get(key, ""),
            problem=problem,
        )

    def _members(self, record: Record, layout: RecordLayout, base: int) -> tuple[LayoutMember, ...]:
        """Return the members by their places in the outermost record, into which this one starts `base` bytes."""
        members: list[LayoutMember] = []
        for number, each in enumerate(record.fields or ()):
            place = layout.fields.get(each.name or f"<{number}>")
            if place is None:
                continue
            if not each.name and isinstance(each.type, RecordRef):
                inner = self.declarations.records[each.type.key]
                inside = self._members(inner, self.layouts.records[inner.key], base + place.offset)
                text = inner.tag or ""
                members.append(
                    LayoutMember("", text, base + place.offset, place.size, None, inner.kind, inside)
                )
                continue
            bits = None
            text = spell(self._counted(each.type), each.name, self.declarations)
            if place.bit_offset is not None and place.bit_width is not None:
                bits = (8 * base + place.bit_offset, place.bit_width)
                text += f" : {place.bit_width}"
            members.append(
                LayoutMember(each.name, self._shown(each.type, text), base + place.offset, place.size, bits)
            )
        return tuple(members)

    def _counted(self, type_: Type) -> Type:
        """Return the type with the numbers of elements that the compiler found for expressions."""
        match type_:
            case Array(of, count, text):
                number = self.layouts.arrays.get(text) if count is None else count
                return Array(self._counted(of), number, text if number is None else "")
            case FunctionType():
                return type_
        return rebuilt(type_, self._counted)

    def _shown(self, type_: Type, text: str) -> str:
        """Return a declaration with the name of a type that C cannot name."""
        for each in walk(type_):
            if isinstance(each, RecordRef | EnumRef) and "<" in each.key:
                text = text.replace(each.key, f"{each.key.partition(' ')[0]} {{...}}")
        return text

    def _enum(self, key: str) -> TypeEntry:
        enum, scalar = self.declarations.enums[key], self.layouts.enums.get(key)
        values = {
            each.name: self.layouts.constants[each.name]
            for each in enum.enumerators
            if each.name in self.layouts.constants
        }
        binding, problem = how(EnumRef(key), self.declarations, self.layouts), ""
        if not enum.enumerators:
            binding = Binding(BindingKind.REFUSED, _INCOMPLETE)
        elif scalar is None:
            problem = self.layouts.failed.get(key, "the compiler was given no way to name it")
        return TypeEntry(
            self._names[key],
            key,
            "enum",
            scalar.size if scalar else None,
            scalar.align if scalar else None,
            binding,
            enum.span,
            key in self._own,
            signed=scalar.signed if scalar else None,
            values=values,
            expression=self.expressions.get(key, ""),
            problem=problem,
        )

    def _typedef(self, typedef: Typedef, target: Type) -> TypeEntry:
        extent = self.layouts.typedefs.get(typedef.name)
        members: tuple[LayoutMember, ...] = ()
        values: dict[str, int] = {}
        signed: bool | None = None
        kind, binding = self._kind(target), how(TypedefRef(typedef.name), self.declarations, self.layouts)
        match target:
            case RecordRef(key) if key in self.declarations.records:
                of = self._record(key) if key in self._names else None
                kind = self.declarations.records[key].kind
                members = of.members if of else ()
                binding = of.binding if of else binding
            case EnumRef(key) if key in self.declarations.enums and key in self._names:
                enum = self._enum(key)
                values, signed = dict(enum.values), enum.signed
                binding = enum.binding
            case Basic(spelling) if spelling in self.layouts.scalars:
                scalar = self.layouts.scalars[spelling]
                signed = scalar.signed if scalar.kind in {"int", "bitint"} else None
            case FunctionType():
                binding = Binding(BindingKind.REFUSED, "a function goes by pointer only")
            case Void():
                binding = Binding(BindingKind.REFUSED, "void has no values")
        return TypeEntry(
            typedef.name,
            typedef.name,
            kind,
            extent.size if extent else None,
            extent.align if extent else None,
            binding,
            typedef.span,
            typedef.name in self._own,
            members,
            of=self._shown(typedef.type, spell(self._counted(typedef.type), "", self.declarations)),
            signed=signed,
            values=values,
            expression=typedef.name,
            problem=self._refused(typedef.name) if extent is None else "",
        )

    def _refused(self, name: str) -> str:
        """Return why the compiler gave a typedef no size; a macro of that name has refusals of its own."""
        return "" if name in self.declarations.macros else self.layouts.failed.get(name, "")

    def _kind(self, target: Type) -> str:
        match target:
            case Basic(spelling):
                scalar = self.layouts.scalars.get(spelling)
                return scalar.kind if scalar else "unknown"
            case RecordRef(key):
                return key.partition(" ")[0]
        return _KINDS.get(type(target), "unknown")
