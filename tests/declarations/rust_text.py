"""The same random types in Rust, `repr(C)`, where Rust can say them; and the literals of their scalars."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from declarations.c_types import (
    SCALARS,
    Array,
    CType,
    Enum,
    FunctionPointer,
    Pointer,
    Record,
    Scalar,
    Typedef,
    Vector,
    bare,
    member_names,
    names_below,
)

if TYPE_CHECKING:
    from declarations.c_values import Leaf


def expressible(type_: CType) -> bool:
    """Tell whether Rust has the type with the same layout and the same calling convention on x86-64.

    It has no bit-fields, no `long double`, `_Complex` or vectors, no alignment of one field, no record that
    is packed and aligned at once (E0587), and none that is aligned inside a packed one (E0588).
    """
    match type_:
        case Scalar(c):
            return SCALARS[c][0] is not None
        case Enum() | Pointer(None):
            return True
        case Pointer():
            return True
        case FunctionPointer(returns, parameters):
            return all(map(expressible, parameters)) and (returns is None or expressible(returns))
        case Array(of, count):
            return count is not None and expressible(of)
        case Vector():
            return False
        case Typedef(of, aligned):
            return aligned is None and expressible(of)
        case Record(_, members):
            squeezed = type_.packed or type_.pragma is not None
            if not members or (squeezed and type_.aligned) or (squeezed and any(map(_aligned, members))):
                return False
            return all(
                each.bits is None and each.aligned is None and not each.packed and expressible(each.type)
                for each in members
            )
    raise AssertionError(type_)


@dataclass
class RustSource:
    """Rust text and what it calls each record."""

    text: str = ""
    names: dict[CType, str] = field(default_factory=dict)

    def spell(self, type_: CType) -> str:
        """Return a type that has been added."""
        match type_:
            case Scalar(c):
                return SCALARS[c][0] or ""
            case Enum():
                return _enum(type_)
            case Pointer():
                return "*mut core::ffi::c_void"
            case FunctionPointer(returns, parameters):
                back = "" if returns is None else f" -> {self.spell(returns)}"
                return f'Option<unsafe extern "C" fn({", ".join(map(self.spell, parameters))}){back}>'
            case Array(of, count):
                return f"[{self.spell(of)}; {count}]"
            case Typedef(of, _):
                return self.spell(of)
            case _:
                return self.names[type_]

    def add(self, type_: CType, prefix: str, start: int = 0) -> str:
        """Write what `type_` needs and then itself, unless it has been written; return its name.

        An anonymous record is a type of its own for each numbering of its members.
        """
        match type_:
            case Record(kind, members):
                if type_ in self.names and not start:
                    return self.names[type_]
                names = member_names(type_, start)
                fields = []
                for at, member in enumerate(members):
                    below = 0 if member.named else names_below(type_, start, at)
                    inner = self.add(member.type, prefix, below)
                    spelled = inner if not member.named else self.spell(member.type)
                    fields.append(f"    pub {names[at] or f'anonymous{at}'}: {spelled},\n")
                # Not by the number of names: an anonymous record that comes again has only one of them.
                name = f"{prefix.upper()}{self.text.count('#[repr(')}x{start}"
                if not start:  # with another numbering it is another type, which only its host names
                    self.names[type_] = name
                pack = min(each for each in (1 if type_.packed else None, type_.pragma, 99) if each)
                said = ["C", *([f"packed({pack})"] if pack < 99 else [])]
                said += [f"align({type_.aligned})"] if type_.aligned else []
                derived = f"#[repr({', '.join(said)})]\n#[derive(Clone, Copy)]\n"
                self.text += f"{derived}pub {kind} {name} {{\n{''.join(fields)}}}\n"
                return name
            case Array(of, _) | Typedef(of, _):
                return self.add(of, prefix)
            case _:
                return self.spell(type_)


def render_rust(types: list[CType], prefix: str = "r") -> RustSource:
    """Return Rust source that declares all `types`, each of which must be `expressible`."""
    source = RustSource()
    for type_ in types:
        source.add(type_, prefix)
    return source


def rust_literal(leaf: Leaf, source: RustSource) -> str:
    """Return the leaf's value as a Rust expression of the leaf's type."""
    match leaf.type:
        case Pointer():
            return f"{leaf.value:#x}usize as *mut core::ffi::c_void"
        case FunctionPointer():
            return f"core::mem::transmute::<usize, {source.spell(leaf.type)}>({leaf.value:#x}usize)"
        case Scalar("float"):
            return f"f32::from_bits({struct.unpack('<I', struct.pack('<f', leaf.value))[0]:#x})"
        case Scalar("double"):
            return f"f64::from_bits({struct.unpack('<Q', struct.pack('<d', leaf.value))[0]:#x})"
        case Scalar("_Bool"):
            return "true" if leaf.value else "false"
        case _:
            return f"({leaf.value} as {source.spell(leaf.type)})"


def rust_differs(leaf: Leaf, whole: str, source: RustSource) -> str:
    """Return a Rust condition: the leaf of `whole` has another value than the leaf's. Needs `unsafe`."""
    place, literal = f"{{ {whole}{leaf.rust} }}", rust_literal(leaf, source)
    match leaf.type:
        case Scalar(c) if c in {"float", "double"}:
            return f"({place}).to_bits() != ({literal}).to_bits()"
        case FunctionPointer():
            return f"core::mem::transmute::<_, usize>({place}) != {leaf.value:#x}usize"
        case _:
            return f"({place}) != {literal}"


def _aligned(member: object) -> bool:
    """Tell whether an alignment is asked for anywhere inside, which Rust forbids in a packed record."""
    type_ = bare(getattr(member, "type"))  # noqa: B009 - a member, or nothing that has a type
    while isinstance(type_, Array):
        type_ = bare(type_.of)
    return isinstance(type_, Record) and (type_.aligned is not None or any(map(_aligned, type_.members)))


def _enum(enum: Enum) -> str:
    low, high = min(enum.values), max(enum.values)
    if not enum.packed:
        return "i32" if low < 0 else "u32"
    for bits in (8, 16, 32):
        if -(2 ** (bits - 1)) <= low and high < 2 ** (bits - 1) and low < 0:
            return f"i{bits}"
        if low >= 0 and high < 2**bits:
            return f"u{bits}"
    return "i64"
