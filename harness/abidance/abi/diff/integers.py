"""Which expressions of a contract stand for integers, by the C types of the names in them."""

from __future__ import annotations

import ast
from math import inf
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN
from abidance.ir.types import Array, Pointer, RecordRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.abi.diff.context import DiffContext
    from abidance.abi.diff.implication import Ends, Whole
    from abidance.abi.facts import Unknown
    from abidance.abi.lookup import TypeLookup
    from abidance.ir.types import Type

_ANY: Ends = (-inf, inf)
_COUNTED: Ends = (0, inf)
_ON_INTEGERS = (
    ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift,
)  # fmt: skip


def integers(context: DiffContext, subject: str, renamed: Mapping[str, str]) -> Whole:
    """Return the question for conditions on a function, or on the fields of a record: what both sides take for one.

    `renamed` has the names that conditions use for parameters which the old side calls otherwise.
    """
    old, new = (_names(side, subject) for side in (context.sides.old, context.sides.new))
    old = {renamed.get(name, name): type_ for name, type_ in old.items()}
    readers = [_Reader(context.sides.old, old), _Reader(context.sides.new, new)]

    def ends(tree: ast.expr) -> Ends | None:
        one, other = (reader.ends(tree) for reader in readers)
        return None if one is None or other is None else (min(one[0], other[0]), max(one[1], other[1]))

    return ends


def _names(side: TypeLookup, subject: str) -> dict[str, Type | Unknown]:
    function = side.facts.functions.get(subject.partition("(")[0])
    if function is not None:
        if function.signature is UNKNOWN:
            return {}
        listed = {
            each.name: each.type for each in function.signature.parameters if isinstance(each.name, str)
        }
        return listed | {"result": function.signature.returns}
    typedef = side.facts.typedefs.get(subject)
    key = side.record_of(typedef.type) if typedef is not None else None
    keys = [*([key] if key else []), subject, f"struct {subject}", f"union {subject}"]
    record = next((side.facts.records[each] for each in keys if each in side.facts.records), None)
    fields = record.fields if record is not None else None
    return {each.name: each.type for each in fields} if isinstance(fields, tuple) else {}


class _Reader:
    def __init__(self, side: TypeLookup, names: dict[str, Type | Unknown]) -> None:
        self._side, self._names = side, names

    def ends(self, tree: ast.expr) -> Ends | None:
        match tree:
            case ast.Constant(value=int() as value) if not isinstance(value, bool):
                return value, value
            case ast.Call(func=ast.Name(id="len"), args=[_]):
                return _COUNTED
            case ast.Call(func=ast.Name(id="old"), args=[inner]):
                return self.ends(inner)
            case ast.UnaryOp(op=ast.USub() | ast.Invert(), operand=inner):
                return None if self.ends(inner) is None else _ANY
            case ast.BinOp(left=left, op=operator, right=right) if isinstance(operator, _ON_INTEGERS):
                return None if None in (self.ends(left), self.ends(right)) else _ANY
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return self._of_type(self._type(tree))
            case _:
                return None

    def _of_type(self, type_: Type | Unknown) -> Ends | None:
        scalar = None if type_ is UNKNOWN else self._side.scalar(type_)
        if scalar is None or scalar.kind not in ("int", "bool"):
            return None
        if scalar.kind == "bool":
            return 0, 1
        bits = 8 * scalar.size
        return (-(1 << bits - 1), (1 << bits - 1) - 1) if scalar.signed else (0, (1 << bits) - 1)

    def _type(self, tree: ast.expr) -> Type | Unknown:
        """Return the C type of a name, of a field behind a dot, or of one element."""
        match tree:
            case ast.Name(id=name):
                return self._names.get(name, UNKNOWN)
            case ast.Attribute(value=value, attr=field):
                return self._field(self._pointed(self._type(value)), field)
            case ast.Subscript(value=value, slice=index) if not isinstance(index, ast.Slice):
                return self._element(self._type(value))
            case _:
                return UNKNOWN

    def _pointed(self, type_: Type | Unknown) -> Type | Unknown:
        target = self._side.pointee(type_)
        return type_ if target is None else target

    def _element(self, type_: Type | Unknown) -> Type | Unknown:
        resolved = UNKNOWN if type_ is UNKNOWN else self._side.bare(type_)
        return (
            resolved.to
            if isinstance(resolved, Pointer)
            else resolved.of
            if isinstance(resolved, Array)
            else UNKNOWN
        )

    def _field(self, type_: Type | Unknown, name: str) -> Type | Unknown:
        resolved = UNKNOWN if type_ is UNKNOWN else self._side.bare(type_)
        record = self._side.facts.records.get(resolved.key) if isinstance(resolved, RecordRef) else None
        fields = record.fields if record is not None else None
        listed = fields if isinstance(fields, tuple) else ()
        return next((each.type for each in listed if each.name == name), UNKNOWN)
