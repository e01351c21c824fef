"""From declarations and layouts to facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from abidance.abi import facts as f
from abidance.abi.facts import UNKNOWN, FieldFacts
from abidance.abi.witnesses.keys import unused
from abidance.ir.traversal import rebuilt
from abidance.ir.types import Array, EnumRef, Pointer, RecordRef, TypedefRef, Vector

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Literal

    from abidance.abi.facts import Unknown
    from abidance.abi.witnesses.surface import Surface
    from abidance.ir.declarations import Attribute, Declarations, Enum, Function, Macro, Record
    from abidance.ir.layout import Layouts, Scalar
    from abidance.ir.types import Type


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """The facts of one surface for one `machine`; `keys` has the stable keys of what has no tag."""

    source: Declarations
    layouts: Layouts
    surface: Surface
    keys: Mapping[str, str]
    machine: str

    def functions(self) -> dict[str, f.FunctionFacts]:
        """Return the functions."""
        return {name: self._function(self.source.functions[name]) for name in self.surface.functions}

    def variables(self) -> dict[str, f.VariableFacts]:
        """Return the variables. Their sizes follow from their types."""
        return {
            name: f.VariableFacts(
                name, each.symbol or name, self.type(each.type), tls=each.thread_local, span=each.span
            )
            for name in self.surface.variables
            if (each := self.source.variables[name])
        }

    def records(self) -> dict[str, f.RecordFacts]:
        """Return the records, those that are members without a name left out."""
        within = {
            field.type.key
            for each in self.source.records.values()
            for field in each.fields or ()
            if not field.name and isinstance(field.type, RecordRef)
        }
        transparent = {
            resolved.key
            for each in self.source.typedefs.values()
            if any(one.name == "transparent_union" for one in each.attributes)
            and isinstance(resolved := self.source.resolve(each.type), RecordRef)
        }
        found = {}
        for key in self.surface.reached.records:
            if key in within and key not in self.keys:
                continue
            record, layout = self.source.records[key], self.layouts.records.get(key)
            private = key not in self.surface.own
            shown = record.fields is not None and not private
            stable = self.keys.get(key, key)
            found[stable] = f.RecordFacts(
                stable,
                cast("Literal['struct', 'union']", record.kind),
                members(self, record) if shown else UNKNOWN if record.fields is not None else None,
                layout.size if layout else UNKNOWN,
                layout.align if layout else UNKNOWN,
                any(each.name == "packed" for each in record.attributes),
                key in transparent or any(each.name == "transparent_union" for each in record.attributes),
                not private,
                record.span,
            )
        return found

    def enums(self) -> dict[str, f.EnumFacts]:
        """Return the enums that are types."""
        loose = unused(self.keys, self.source)
        return {
            self.keys.get(key, key): self._enum(self.source.enums[key])
            for key in self.surface.reached.enums
            if key not in loose and key in self.source.enums
        }

    def typedefs(self) -> dict[str, f.TypedefFacts]:
        """Return the typedefs; names that begin with two underscores are looked through."""
        return {
            name: f.TypedefFacts(
                name, self.type(each.type), alignment(each.attributes), name in self.surface.own, each.span
            )
            for name in self.surface.reached.typedefs
            if not name.startswith("__") and (each := self.source.typedefs[name])
        }

    def constants(self) -> dict[str, f.ConstantFacts]:
        """Return the macros, and the enumerators of enums that are no types."""
        found = {name: self._macro(self.source.macros[name]) for name in self.surface.macros}
        for name in self.surface.function_macros:
            macro = self.source.function_macros[name]
            text = f"({', '.join(macro.parameters or ())}) {' '.join(macro.text.split())}".rstrip()
            found[name] = f.ConstantFacts(name, "function", None, text, macro.span)
        loose = {
            each.name: each
            for key in unused(self.keys, self.source)
            for each in self.source.enums[key].enumerators
        }
        for name in self.surface.loose:
            value = self.layouts.constants.get(name, UNKNOWN)
            found[name] = f.ConstantFacts(name, "enumerator", value, span=loose[name].span)
        return found

    def scalars(self) -> dict[str, Scalar]:
        """Return the scalars that the surface is made of."""
        wanted = {*self.surface.reached.basics, "void *"}
        return {name: each for name, each in sorted(self.layouts.scalars.items()) if name in wanted}

    def type(self, type_: Type) -> Type:
        """Return the type with stable keys, counted arrays, and no names that are the system's own."""
        match type_:
            case Array(of, count, text):
                return Array(self.type(of), self.layouts.arrays.get(text, count) if text else count)
            case RecordRef(key):
                return RecordRef(self.keys.get(key, key))
            case EnumRef(key):
                return EnumRef(self.keys.get(key, key))
            case TypedefRef(name) if name.startswith("__") and name in self.source.typedefs:
                return self.type(self.source.typedefs[name].type)
            case Vector():
                return type_  # a snapshot has it as the header spells it
        return rebuilt(type_, self.type)

    def _function(self, function: Function) -> f.FunctionFacts:
        pointers = [isinstance(self.source.resolve(each.type), Pointer) for each in function.parameters]
        return f.FunctionFacts(
            function.name,
            function.symbol,
            f.SignatureFacts(
                self.type(function.returns),
                tuple(
                    f.ParameterFacts(each.name, self.type(each.type), each.extent, each.span)
                    for each in function.parameters
                ),
                function.variadic,
                function.prototype,
            ),
            function.inline,
            any(each.name == "noreturn" for each in function.attributes),
            relied_on(function.attributes, pointers, self.machine),
            function.span,
        )

    def _enum(self, enum: Enum) -> f.EnumFacts:
        scalar = self.layouts.enums.get(enum.key)
        listed = tuple(
            f.EnumeratorFacts(each.name, self.layouts.constants.get(each.name, UNKNOWN), each.span)
            for each in enum.enumerators
        )
        return f.EnumFacts(
            self.keys.get(enum.key, enum.key),
            listed or None,
            scalar.size if scalar else UNKNOWN,
            scalar.signed if scalar else UNKNOWN,
            None,
            enum.key in self.surface.own,
            enum.span,
        )

    def _macro(self, macro: Macro) -> f.ConstantFacts:
        value: int | Unknown | None = self.layouts.constants.get(macro.name)
        return f.ConstantFacts(macro.name, "macro", value, " ".join(macro.text.split()), macro.span)


# What a caller's compiler may assume of a call, or must do for it (GCC manual, "Common Function Attributes").
_PLAIN = frozenset(
    (
        *("pure", "const", "malloc", "returns_nonnull", "returns_twice", "warn_unused_result", "nodiscard"),
        # These stop or warn whoever is compiled again with a call; what they say there may change.
        *("error", "unavailable", "warning"),
    )
)
_WITH_ARGUMENTS = frozenset(("format", "sentinel", "alloc_size", "alloc_align", "format_arg"))
CONVENTIONS = frozenset(
    (
        "ms_abi",
        "sysv_abi",
        "cdecl",
        "stdcall",
        "fastcall",
        "thiscall",
        "regparm",
        "vectorcall",
        "pcs",
        "sseregparm",
    )
)
# Those that a target has no other than, or ignores (GCC manual, "x86 Function Attributes").
_IDLE = {
    "x86_64": frozenset(("sysv_abi", "cdecl", "stdcall", "fastcall", "thiscall", "regparm", "sseregparm")),
    "i386": frozenset(("cdecl",)),
}
_SAME = {"nodiscard": "warn_unused_result"}


def relied_on(attributes: Iterable[Attribute], pointers: Sequence[bool], machine: str) -> tuple[str, ...]:
    """Return the attributes as sorted text; `pointers` tells which parameters are pointers.

    ``nonnull`` without arguments speaks of every pointer, so it is spelled out; it is one entry a parameter,
    counted from 1.
    """
    found: set[str] = set()
    idle = _IDLE.get("i386" if machine in ("i486", "i586", "i686") else machine, frozenset())
    for each in attributes:
        if each.name in idle:
            continue
        arguments = "".join((each.arguments or "").split())
        if each.name == "nonnull":
            listed = re.findall(r"[0-9]+", arguments)
            numbers = map(int, listed) if listed else (n for n, p in enumerate(pointers, 1) if p)
            found.update(f"nonnull({number})" for number in numbers)
        elif each.name in _PLAIN:
            found.add(_SAME.get(each.name, each.name))
        elif each.name in _WITH_ARGUMENTS | CONVENTIONS:
            found.add(f"{each.name}({arguments.replace('__', '')})" if arguments else each.name)
    return tuple(sorted(found))


def alignment(attributes: Iterable[Attribute]) -> int | Unknown | None:
    """Return the alignment in bytes that the attributes ask for, None when they ask for none."""
    for each in attributes:
        if each.name == "aligned":
            text = (each.arguments or "").strip()
            return int(text, 0) if re.fullmatch(r"0[xX][0-9a-fA-F]+|[0-9]+", text) else UNKNOWN
    return None


def members(
    declared: HeaderFacts, record: Record, base: int = 0, *, placed: bool = True
) -> tuple[FieldFacts, ...]:
    """Return the named members of `record`, which starts `base` bytes into its host.

    Without `placed`, the host's own place is not known, and no offsets are.
    """
    layout = declared.layouts.records.get(record.key)
    found: list[FieldFacts] = []
    for number, field in enumerate(record.fields or ()):
        place = layout.fields.get(field.name or f"<{number}>") if layout and placed else None
        if not field.name:
            if isinstance(field.type, RecordRef):
                inner = declared.source.records[field.type.key]
                start = base + place.offset if place else base
                found += members(declared, inner, start, placed=place is not None)
            continue
        type_ = declared.type(field.type)
        if place is None:
            bits = None if field.bits is None else UNKNOWN
            found.append(FieldFacts(field.name, type_, bit_offset=bits, bit_width=bits, span=field.span))
        elif place.bit_offset is not None:
            first = place.bit_offset + 8 * base
            found.append(
                FieldFacts(field.name, type_, first // 8, UNKNOWN, first, place.bit_width, field.span)
            )
        else:
            found.append(FieldFacts(field.name, type_, base + place.offset, place.size, span=field.span))
    return tuple(found)
