"""How a value of a C type goes by value: in registers that ctypes knows, or as bytes through a call stub.

Measured against gcc (docs/decisions/0002, 0009): ctypes passes plain records and records with arrays by value
correctly, and unions, bit-fields, packed and over-aligned records often wrongly. Those a compiler passes.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.binding.callable import structure
from abidance.ir.arithmetic import VA_LIST
from abidance.ir.declarations import spell
from abidance.ir.traversal import layers
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Pointer,
    RecordRef,
    Type,
    TypedefRef,
    Unsupported,
    Vector,
    Void,
)
from abidance.plan.signature import ArrayClass, Class, MemoryClass, RecordClass, ScalarClass

if TYPE_CHECKING:
    from abidance.ir.declarations import Declarations, Record
    from abidance.ir.layout import Layouts, RecordLayout, Scalar

LARGEST = 1 << 20
"""Bytes: a value above this would not fit the stack of a thread beside its copies."""
WIDEST_VECTOR = 16
"""Bytes: how wider vectors are passed hangs on the flags that caller and callee were compiled with."""


@dataclass(frozen=True, slots=True)
class PassingRefusal:
    """Why a type cannot be passed; `subject` is its C spelling."""

    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Passing:
    """How a value goes: `class_` for ctypes, or its bytes through a stub, and `why` ctypes cannot do it."""

    class_: Class
    why: str = ""


def is_va_list(type_: Type, declarations: Declarations) -> bool:
    """Tell whether a type is a ``va_list``, which only C can take apart."""
    return declarations.resolve(type_) == Basic(VA_LIST)


def passing(type_: Type, declarations: Declarations, layouts: Layouts) -> Passing | PassingRefusal:
    """Return how a parameter or result of this type goes by value, or why it cannot."""
    resolved = declarations.resolve(type_)
    if isinstance(type_, TypedefRef) and (other := type_mismatch_behind(type_, declarations, layouts)):
        return other
    match resolved:
        case Void():
            return Passing(ScalarClass("v"))
        case Pointer() | FunctionType():
            return Passing(ScalarClass("p"))
        case Basic(spelling) if spelling == VA_LIST:
            return PassingRefusal("va_list", "only a contract's `prototype` says what a `va_list` holds")
        case Basic(spelling):
            scalar = layouts.scalars.get(spelling)
            if scalar is None or spelling in layouts.failed:
                return PassingRefusal(
                    spelling, layouts.failed.get(spelling, "the compiler gave no size for it")
                )
            return _scalar(spelling, scalar)
        case Vector():
            return _vector(spell(resolved, "", declarations), layouts)
        case EnumRef(key):
            enum = layouts.enums.get(key)
            return PassingRefusal(key, "the enum is incomplete") if enum is None else _scalar(key, enum)
        case RecordRef(key):
            return _record(key, declarations, layouts)
        case Array(of, count, text):
            return _array(of, layouts.arrays.get(text) if count is None else count, declarations, layouts)
        case Unsupported(spelling, reason):
            return PassingRefusal(spelling, reason)
    raise AssertionError(resolved)


def type_mismatch_behind(type_: Type, declarations: Declarations, layouts: Layouts) -> PassingRefusal | None:
    """Return the refusal of a name whose type is another one to the compiler than the header's words say."""
    for each in layers(type_, declarations.typedefs):
        if isinstance(each, TypedefRef) and (reason := layouts.failed.get(f"typedef {each.name}")):
            return PassingRefusal(each.name, reason)
    return None


def _array(
    of: Type, count: int | None, declarations: Declarations, layouts: Layouts
) -> Passing | PassingRefusal:
    element = passing(of, declarations, layouts)
    if isinstance(element, PassingRefusal):
        return element
    size = (count or 0) * element.class_.size
    why = element.why
    if not count:
        why = "a flexible or empty array"
    elif isinstance(element.class_, ArrayClass):
        # ctypes tells libffi of small records with such arrays that they hold pointers.
        why = "an array of arrays"
    return Passing(MemoryClass(size), why) if why else Passing(ArrayClass(count or 0, element.class_))


def _vector(spelling: str, layouts: Layouts) -> Passing | PassingRefusal:
    scalar = layouts.scalars.get(spelling)
    if scalar is None:
        return PassingRefusal(spelling, layouts.failed.get(spelling, "the compiler gave no size for it"))
    if scalar.size > WIDEST_VECTOR:
        words = (
            f"a vector of {scalar.size} bytes is passed in one way with AVX enabled and in another without, "
            "and the header does not say for which the library was built"
        )
        return PassingRefusal(spelling, words)
    return Passing(MemoryClass(scalar.size), f"`{spelling}`, which ctypes has no equivalent of")


def _scalar(spelling: str, scalar: Scalar) -> Passing:
    match scalar.kind, scalar.size:
        case "bool", 1:
            return Passing(ScalarClass("u8"))
        case "int", 1 | 2 | 4 | 8:
            return Passing(ScalarClass(f"{'i' if scalar.signed else 'u'}{scalar.size * 8}"))
        case "float", 4 | 8 if spelling in {"float", "double"}:
            return Passing(ScalarClass(f"f{scalar.size * 8}"))
        case "pointer", 8:
            return Passing(ScalarClass("p"))
    return Passing(MemoryClass(scalar.size), f"`{spelling}`, which ctypes has no exact equivalent of")


def _record(key: str, declarations: Declarations, layouts: Layouts) -> Passing | PassingRefusal:
    record, layout = declarations.records.get(key), layouts.records.get(key)
    if record is None or record.fields is None or layout is None:
        return PassingRefusal(key, layouts.failed.get(key, "the type is incomplete"))
    name = record.spelling or key
    if record.foreign and not record.swapped:
        return PassingRefusal(name, f"what `{record.foreign}` makes of its fields is not known")
    if layout.size > LARGEST:
        return PassingRefusal(name, f"{layout.size} bytes by value are more than a stack holds")
    members: list[Class] = []
    why = _why_not_plain(record, layout)
    for field in record.fields:
        if field.bits is not None:
            continue
        member = passing(field.type, declarations, layouts)
        if isinstance(member, PassingRefusal):
            return PassingRefusal(name, f"its field `{field.name}`: {member.reason}")
        why = why or (f"a record with {member.why}" if member.why else "")
        members.append(member.class_)
    if not why:
        class_ = RecordClass(layout.size, tuple(members))
        why = _difference(class_, layout)
        if not why:
            return Passing(class_)
    return Passing(MemoryClass(layout.size), why)


def _why_not_plain(record: Record, layout: RecordLayout) -> str:
    if record.swapped:
        return "a record of another byte order"
    if record.kind == "union":
        return "a union"
    assert record.fields is not None
    if any(field.bits is not None for field in record.fields):
        return "a record with bit-fields"
    if any(not field.name for field in record.fields):
        return "a record with an anonymous member"
    if not record.fields or layout.size == 0:
        return "an empty record"
    return ""


def _difference(class_: RecordClass, layout: RecordLayout) -> str:
    """Return how ctypes' own layout differs from the compiler's; empty when it does not."""
    made = structure(class_.members)
    offsets = [getattr(made, name).offset for name, _ in made._fields_]
    align, same = ctypes.alignment(made), offsets == [place.offset for place in layout.fields.values()]
    if (ctypes.sizeof(made), align) == (layout.size, layout.align) and same:
        return ""
    if layout.align > align:
        return f"a record aligned to {layout.align} bytes, which ctypes would align to {align},"
    return "a packed record" if layout.align < align else "a record whose layout is not ctypes' own"
