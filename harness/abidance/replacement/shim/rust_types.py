"""C types in Rust's FFI types, and the Rust declarations of the records, enums and typedefs that these name.

What Rust cannot lay out by fields (bit-fields, attributes, `long double`) is bytes of the same size and alignment.
Sizes and offsets are the compiler's; the draft asserts them, so that it does not compile where Rust has others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.ir.declarations import spell
from abidance.ir.traversal import bare
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Pointer,
    Qualified,
    RecordRef,
    TypedefRef,
    Void,
)
from abidance.layout.rust_names import rust_identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from abidance.ir.declarations import Declarations, Enum, Field, Record
    from abidance.ir.layout import Layouts, RecordLayout
    from abidance.ir.types import Type

_BASIC = {
    "_Bool": "bool",
    "char": "c_char",
    "signed char": "c_schar",
    "unsigned char": "c_uchar",
    "short": "c_short",
    "unsigned short": "c_ushort",
    "int": "c_int",
    "unsigned int": "c_uint",
    "long": "c_long",
    "unsigned long": "c_ulong",
    "long long": "c_longlong",
    "unsigned long long": "c_ulonglong",
    "__int128": "i128",
    "unsigned __int128": "u128",
    "float": "c_float",
    "double": "c_double",
}
"""By the canonical spellings of `ir.arithmetic`."""
_TYPEDEFS = {
    "size_t": "usize",
    "ssize_t": "isize",
    "ptrdiff_t": "isize",
    "intptr_t": "isize",
    "uintptr_t": "usize",
    **{f"int{bits}_t": f"i{bits}" for bits in (8, 16, 32, 64)},
    **{f"uint{bits}_t": f"u{bits}" for bits in (8, 16, 32, 64)},
}
"""What C's standard library and Rust's have under two names (C11 7.19, 7.20; POSIX)."""
_OWN_ALIGNMENT = frozenset(("packed", "aligned", "ms_struct", "gcc_struct", "foreign", "transparent_union"))


class NoRustError(Exception):
    """A type that Rust has nothing for; the message says which."""


@dataclass(slots=True)
class RustTypes:
    """Spells types and gathers what has to be declared for it. `is_own` tells of a file whether it is the header's.

    `made` are the keys of incomplete records that the crate makes handles of. With `offsets`, fields are asserted as
    well, which takes Rust 1.77.
    """

    declarations: Declarations
    layouts: Layouts
    is_own: Callable[[str], bool]
    made: Collection[str] = ()
    offsets: bool = True
    _names: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _constants: dict[str, str] = field(default_factory=dict)
    _anonymous: set[str] = field(default_factory=set)
    _waiting: list[str] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)
    _whole: set[str] = field(default_factory=set)
    _aliases: dict[str, str] = field(default_factory=dict)
    _enums: dict[str, str] = field(default_factory=dict)

    def spelled(self, type_: Type, *, behind: bool = False) -> str:
        """Return a type in Rust; raises NoRustError. `behind` a pointer, a record may be incomplete."""
        match type_:
            case Qualified(of):
                return self.spelled(of, behind=behind)
            case Void():
                return "c_void"
            case Basic(spelling) if spelling in _BASIC:
                return _BASIC[spelling]
            case Pointer(to):
                return self._pointer(to)
            case Array(of, count, text):
                number = self.layouts.arrays.get(text, 0) if count is None else count
                return f"[{self.spelled(of, behind=behind)}; {number}]"
            case RecordRef(key):
                return self._record(key, behind=behind)
            case EnumRef(key):
                return self._enum(key)
            case TypedefRef(name):
                return self._typedef(name, behind=behind)
        raise NoRustError(f"Rust has no `{spell(type_)}`")

    def returned(self, type_: Type) -> str:
        """Return a function's result with its arrow, nothing for `void`; raises NoRustError."""
        return "" if isinstance(self.declarations.resolve(type_), Void) else f" -> {self.passed(type_)}"

    def passed(self, type_: Type) -> str:
        """Return the type of a parameter or result; raises NoRustError also for a record that would be bytes here.

        In which registers a record is passed depends on what is in it (psABI, 3.2.3).
        """
        waiting = [type_]
        while waiting:
            inside = bare(waiting.pop(), self.declarations.typedefs, elements=True)
            if isinstance(inside, RecordRef) and inside.key in self.layouts.records:
                record = self.declarations.records[inside.key]
                self.spelled(inside)
                try:
                    self._fields(record, self.layouts.records[inside.key])
                except NoRustError as error:
                    message = f"a `{record.spelling or record.key}` is passed by value, of which Rust has only bytes"
                    raise NoRustError(f"{message}: {error}") from None
                waiting += [each.type for each in record.fields or ()]
        return self.spelled(type_)

    def _pointer(self, to: Type) -> str:
        called = self.declarations.resolve(to)
        if isinstance(called, FunctionType):
            if called.variadic:
                parameters = [*map(self.spelled, called.parameters), "..."]
            else:
                parameters = [*map(self.spelled, called.parameters)]
            arguments = ", ".join(parameters)
            return f'Option<unsafe extern "C" fn({arguments}){self.returned(called.returns)}>'
        constant = self.declarations.is_const(to)
        return f"*{'const' if constant else 'mut'} {self.spelled(to, behind=True)}"

    def _typedef(self, name: str, *, behind: bool) -> str:
        known = _TYPEDEFS.get(name)
        typedef = self.declarations.typedefs[name]
        if known is not None:
            return known
        if isinstance(self.declarations.resolve(typedef.type), Void | FunctionType) or name.startswith("__"):
            return self.spelled(typedef.type, behind=behind)
        if isinstance(typedef.type, RecordRef):
            return self._record(typedef.type.key, behind=behind, named=name)
        if isinstance(typedef.type, EnumRef):
            return self._enum(typedef.type.key, named=name)
        rust = rust_identifier(name)
        text = self.spelled(typedef.type, behind=behind)
        if rust is None or (rust in self._taken and rust not in self._aliases):
            return text
        self._taken.add(rust)
        self._aliases.setdefault(rust, text)
        return rust

    def _named(self, key: str, tag: str, named: str, kind: str) -> str:
        """Return what a record or enum is called, the same each time: by its typedef, its tag, or where it stands."""
        if key in self._names:
            return self._names[key]
        name = rust_identifier(named or tag) or f"{kind}_{len(self._names)}"
        while name in self._taken:
            name = f"{name.removeprefix('r#')}_{kind}"
        self._taken.add(name)
        self._names[key] = name
        return name

    def _record(self, key: str, *, behind: bool, named: str = "") -> str:
        record = self.declarations.records[key]
        spelling = record.spelling if " " not in record.spelling else ""
        name = self._named(key, record.tag, named or spelling, record.kind)
        known = record.fields is not None and key in self.layouts.records
        if not known and not behind:
            raise NoRustError(f"the layout of `{record.spelling or key}` is not known")
        if known and (not behind or self.is_own(str(record.span.path))) and key not in self._whole:
            self._whole.add(key)
            self._waiting.append(key)
        elif key not in self._texts:
            self._waiting.append(key)
        self._texts.setdefault(key, "")
        return name

    def _enum(self, key: str, *, named: str = "") -> str:
        enum = self.declarations.enums[key]
        spelling = enum.spelling if " " not in enum.spelling else ""
        name = self._named(key, enum.tag, named or spelling, "enum")
        number = self.layouts.enums.get(key)
        if number is None:
            raise NoRustError(f"the size of `{enum.spelling or key}` is not known")
        self._enums[key] = f"{'i' if number.signed else 'u'}{number.size * 8}"
        self._constants.update((each.name, name) for each in enum.enumerators)
        return name

    def constant(self, name: str) -> str:
        """Return the type of a constant that an enum has; empty for any other."""
        key = self.declarations.enumerators.get(name)
        if key is not None and key in self.layouts.enums:
            self._enum(key)
        return self._constants.get(name, "")

    def declared(self) -> Iterator[str]:
        """Yield the declarations of all that was spelled, and of what these need, each with its comment."""
        while self._waiting:
            key = self._waiting.pop(0)
            self._texts[key] = self._text(self.declarations.records[key])
        if self._aliases:
            yield "\n".join(f"pub type {name} = {text};" for name, text in self._aliases.items())
        for key, number in self._enums.items():
            yield self._enum_text(key, number)
        yield from self._texts.values()

    def _enum_text(self, key: str, number: str) -> str:
        name, enum = self._names[key], self.declarations.enums[key]
        lines = ["/// A caller may pass any number: an enum of Rust would be undefined then."]
        lines.append(f"pub type {name} = {number};")
        for each in enum.enumerators:
            constant, value = rust_identifier(each.name), self.layouts.constants.get(each.name)
            if constant is not None and value is not None:
                lines.append(f"pub const {constant}: {name} = {value};")
        return "\n".join(lines)

    def _text(self, record: Record) -> str:
        name = self._names[record.key]
        if record.key not in self._whole:
            if record.key in self.made:
                what = "/// Only this crate sees what is in it: fill that in."
                return f"{what}\npub struct {name} {{\n    _draft: (),\n}}"
            return (
                f"/// Known by its address only.\n#[repr(C)]\npub struct {name} {{\n    _opaque: [u8; 0],\n}}"
            )
        layout = self.layouts.records[record.key]
        asserted = [f"assert!(size_of::<{name}>() == {layout.size});"]
        asserted.append(f"assert!(align_of::<{name}>() == {layout.align});")
        try:
            lines = self._fields(record, layout)
        except NoRustError as error:
            lines = [
                f"/// Bytes: {error}.",
                f"#[repr(C, align({layout.align}))]",
                "#[derive(Clone, Copy)]",
                f"pub struct {name} {{",
                f"    bytes: [u8; {layout.size}],",
                "}",
            ]
        else:
            for each, place in layout.fields.items() if self.offsets else ():
                member = rust_identifier(each)
                if member is not None and place.bit_offset is None:
                    asserted.append(f"assert!(offset_of!({name}, {member}) == {place.offset});")
        if record.key in self._anonymous:  # C has no way to ask for its size
            return "\n".join(lines)
        return "\n".join((*lines, "const _: () = {", *(f"    {each}" for each in asserted), "};"))

    def _fields(self, record: Record, layout: RecordLayout) -> list[str]:
        """Return a record by its fields; raises NoRustError where Rust has no such field."""
        name = self._names[record.key]
        if any(each.name in _OWN_ALIGNMENT for each in record.attributes):
            raise NoRustError("an attribute lays it out in its own way")
        fields: list[str] = []
        for number, each in enumerate(record.fields or ()):
            if each.bits is not None:
                raise NoRustError("it has bit-fields")
            if any(one.name in _OWN_ALIGNMENT for one in each.attributes):
                raise NoRustError(f"an attribute aligns `{each.name}` in its own way")
            inner = rust_identifier(each.name) or f"anonymous_{number}"
            self._name_inside(each, f"{name}_{inner.removeprefix('r#')}")
            if not each.name and isinstance(each.type, RecordRef):
                self._anonymous.add(each.type.key)
                self._fields(self.declarations.records[each.type.key], layout)  # else the whole is bytes
            fields.append(f"    pub {inner}: {self.spelled(each.type)},")
        return [
            "#[repr(C)]",
            "#[derive(Clone, Copy)]",
            f"pub {record.kind} {name} {{",
            *fields,
            "}",
        ]

    def _name_inside(self, member: Field, name: str) -> None:
        """Call a record or enum that has no name after the field that is of it."""
        inside = bare(member.type, {}, elements=True)
        if isinstance(inside, RecordRef | EnumRef):
            of: Record | Enum = (
                self.declarations.records[inside.key]
                if isinstance(inside, RecordRef)
                else self.declarations.enums[inside.key]
            )
            if not of.tag and not of.spelling:
                self._named(inside.key, "", name, "inner")
