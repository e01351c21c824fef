"""Which register class a C type has, and which types ctypes must not be trusted with.

Measured against gcc (docs/decisions/0002): ctypes passes plain structs and structs with arrays by value
correctly, and unions, bit-fields, packed and over-aligned records often wrongly. The latter are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.ir.declarations import spell
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Pointer,
    RecordRef,
    Type,
    Unsupported,
    Vector,
    Void,
)
from abidance.plan.signature import ArrayClass, Class, RecordClass, ScalarClass, Signature

if TYPE_CHECKING:
    from abidance.ir.declarations import Declarations, Function, Record
    from abidance.ir.layout import Layouts, RecordLayout, Scalar


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a type cannot be passed; `subject` is its C spelling."""

    subject: str
    reason: str


def classify(type_: Type, declarations: Declarations, layouts: Layouts) -> Class | Refusal:
    """Return the class of a parameter or result of this type, or why ctypes cannot pass it."""
    resolved = declarations.resolve(type_)
    match resolved:
        case Void():
            return ScalarClass("v")
        case Pointer() | FunctionType():
            return ScalarClass("p")
        case Basic(spelling):
            scalar = layouts.scalars.get(spelling)
            if scalar is None:
                return Refusal(spelling, layouts.failed.get(spelling, "the compiler gave no size for it"))
            return _scalar(spelling, scalar)
        case Vector():
            return Refusal(spell(resolved, "", declarations), "ctypes has no vectors")
        case EnumRef(key):
            enum = layouts.enums.get(key)
            return Refusal(key, "the enum is incomplete") if enum is None else _scalar(key, enum)
        case RecordRef(key):
            return _record(key, declarations, layouts)
        case Array(of, count, text):
            size = layouts.arrays.get(text) if count is None else count
            if not size:
                return Refusal("[]", "a flexible or empty array cannot be passed by value")
            element = classify(of, declarations, layouts)
            return element if isinstance(element, Refusal) else ArrayClass(size, element)
        case Unsupported(spelling, reason):
            return Refusal(spelling, reason)
    raise AssertionError(resolved)


def _scalar(spelling: str, scalar: Scalar) -> Class | Refusal:
    match scalar.kind, scalar.size:
        case "bool", 1:
            return ScalarClass("u8")
        case "int", 1 | 2 | 4 | 8:
            return ScalarClass(f"{'i' if scalar.signed else 'u'}{scalar.size * 8}")
        case "float", 4 | 8 if spelling in {"float", "double"}:
            return ScalarClass(f"f{scalar.size * 8}")
        case "pointer", 8:
            return ScalarClass("p")
    return Refusal(spelling, f"ctypes has no exact equivalent of a {scalar.size}-byte {scalar.kind}")


def _record(key: str, declarations: Declarations, layouts: Layouts) -> Class | Refusal:
    record, layout = declarations.records.get(key), layouts.records.get(key)
    if record is None or record.fields is None or layout is None:
        return Refusal(key, layouts.failed.get(key, "the type is incomplete"))
    name = record.spelling or key
    if why := _why_not_plain(record, layout):
        return Refusal(name, f"ctypes passes {why} by value wrongly; pass a pointer, or wait for call stubs")
    members: list[Class] = []
    for field in record.fields:
        member = classify(field.type, declarations, layouts)
        if isinstance(member, Refusal):
            return Refusal(name, f"its field `{field.name}`: {member.reason}")
        members.append(member)
    class_ = RecordClass(layout.size, tuple(members))
    if layout.align > alignment(class_):
        words = f"it is aligned to {layout.align} bytes, and ctypes would align it to {alignment(class_)}"
        return Refusal(name, f"{words}; pass a pointer, or wait for call stubs")
    if natural(class_) != [place.offset for place in layout.fields.values()]:
        words = "it is packed" if layout.align < alignment(class_) else "its layout is not ctypes' own"
        return Refusal(
            name, f"{words}, and ctypes passes such by value wrongly; pass a pointer, or wait for call stubs"
        )
    return class_


def _why_not_plain(record: Record, layout: RecordLayout) -> str:
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


def natural(class_: RecordClass) -> list[int]:
    """Return where ctypes would put the members: each at the next multiple of its alignment.

    This mirrors ctypes, not the compiler; it only serves to refuse what differs from the probed layout.
    """
    offsets, end = [], 0
    for member in class_.members:
        end = -(-end // alignment(member)) * alignment(member)
        offsets.append(end)
        end += member.size
    whole = -(-end // alignment(class_)) * alignment(class_)
    return offsets if whole == class_.size else []


def alignment(class_: Class) -> int:
    """Return the alignment that ctypes gives a class, in bytes."""
    match class_:
        case ScalarClass():
            return class_.size or 1
        case ArrayClass(_, of):
            return alignment(of)
        case RecordClass(_, members):
            return max(alignment(member) for member in members)


def signature_of(
    function: Function, declarations: Declarations, layouts: Layouts
) -> Signature | tuple[int | None, Refusal]:
    """Return how the function is called, or the parameter's index (None: the result) that ctypes cannot pass."""
    if function.variadic:
        return None, Refusal(f"{function.name}(...)", "a variadic function needs a prototype for each call")
    returns = classify(function.returns, declarations, layouts)
    if isinstance(returns, Refusal):
        return None, returns
    parameters: list[Class] = []
    for index, parameter in enumerate(function.parameters):
        class_ = classify(parameter.type, declarations, layouts)
        if isinstance(class_, Refusal):
            return index, class_
        parameters.append(class_)
    return Signature(tuple(parameters), returns)
