"""Comparisons in C: what is equal, what comes before what, and what holds what."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from abidance.native.expressions.arithmetic import compared
from abidance.native.expressions.emitter import NoValueError
from abidance.native.expressions.kinds import (
    AnyValue,
    CNumber,
    CRange,
    CWritten,
    Elements,
    Number,
    enter,
    is_number,
    narrowed,
    refuse_pointer,
    without_null,
)
from abidance.native.expressions.sequences import at, count, elements, is_sequence, length
from abidance.native.expressions.values import (
    CBytes,
    CFloat,
    CInt,
    CList,
    CNull,
    CNullable,
    COpaque,
    CRecord,
    CTagged,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.native.expressions.emitter import Emitter

_SIGNS: Mapping[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_NUMBERS = (CInt, CFloat, CNumber)
_SEQUENCES = (CBytes, CList, CRange, CWritten)


def compare(out: Emitter, kind: type[ast.cmpop], left: AnyValue, right: AnyValue) -> str:
    """Return a condition: how two values compare."""
    if kind in {ast.Eq, ast.NotEq}:
        found = same(out, left, right)
    elif kind in {ast.In, ast.NotIn}:
        found = contains(out, left, right)
    else:
        return _ordered(out, _SIGNS[kind], left, right)
    return f"(!{found})" if kind in {ast.NotEq, ast.NotIn} else found


def same(out: Emitter, left: AnyValue, right: AnyValue) -> str:
    """Return a condition: whether two values are equal; those of kinds that never are have no value."""
    nulls = [_null(value) for value in (left, right)]
    if nulls != ["0", "0"]:
        if "1" in nulls:
            return f"(({nulls[0]}) && ({nulls[1]}))"
        result = out.flag(f"({nulls[0]}) && ({nulls[1]})")
        with out.block(f"if (!({nulls[0]}) && !({nulls[1]}))"):
            inner = [_solid(out, value) for value in (left, right)]
            out(f"{result} = {_same_solid(out, *inner)};")
        return result
    return _same_solid(out, left, right)


def _null(value: AnyValue) -> str:
    if isinstance(value, CNull):
        return "1"
    return value.null if isinstance(value, CNullable | COpaque) else "0"


def _solid(out: Emitter, value: AnyValue) -> AnyValue:
    if isinstance(value, COpaque):
        return COpaque(at=value.at)
    return enter(out, value.inner) if isinstance(value, CNullable) else value


def _same_solid(out: Emitter, left: AnyValue, right: AnyValue) -> str:
    left, right = _as_other(out, left, right), _as_other(out, right, left)
    match left, right:
        case ((CInt() | CFloat() | CNumber()), (CInt() | CFloat() | CNumber())):
            return compared(out, "==", left, right)
        case CBytes(x, n), CBytes(y, m):
            return out.flag(f"abidance_same_bytes({x}, {n}, {y}, {m})")
        case COpaque(), COpaque() if out.of_two_plays:
            return "1"
        case COpaque(at=x), COpaque(at=y) if x and y:
            return out.flag(f"({x}) == ({y})")
    if isinstance(left, _SEQUENCES) and isinstance(right, _SEQUENCES):
        return _same_elements(out, left, right)
    if isinstance(left, _NUMBERS) or isinstance(right, _NUMBERS):
        return compared(out, "==", _one(out, left), _one(out, right))
    if isinstance(left, CRecord) and isinstance(right, CRecord):
        out.spend(str(len(left.fields)))
        if left.fields.keys() != right.fields.keys():
            return "0"
        result = out.flag("1")
        for name in left.fields:
            with out.block(f"if ({result})"):
                pair = (enter(out, record.fields[name]) for record in (left, right))
                out(f"{result} = {alike(out, *pair)};")
        return result
    for value in (left, right):
        refuse_pointer(out, value)
    raise NoValueError  # of different kinds, or two pointers of which nothing is known


def _as_other(out: Emitter, value: AnyValue, other: AnyValue) -> AnyValue:
    """Return a value; of several of which a tag tells which it is, the one that may be equal to the other value."""

    def fits(kind: AnyValue) -> bool:
        if isinstance(kind, CRecord) and isinstance(other, CRecord):
            return kind.fields.keys() == other.fields.keys()
        numbers, sequences = (is_number(kind), is_number(other)), (is_sequence(kind), is_sequence(other))
        return all(numbers) or all(sequences)

    if isinstance(value, CTagged) and isinstance(other, CTagged):
        out.unseen.append("what two tags tell of is not compared in C")
        raise NoValueError
    return narrowed(out, value, fits)


def alike(out: Emitter, left: AnyValue, right: AnyValue) -> str:
    """Return a condition: whether two parts of lists or records are equal, where NaN equals NaN."""
    match left, right:
        case CFloat(x), CFloat(y):
            return f"({x} == {y} || ({x} != {x} && {y} != {y}))"
        case ((CFloat() | CNumber()), (CFloat() | CNumber())):
            x, y = (
                f"({value.c} != {value.c})"
                if isinstance(value, CFloat)
                else f"abidance_number_is_nan({value.c})"
                for value in (left, right)
            )
            return f"({compared(out, '==', left, right)} || ({x} && {y}))"
    if isinstance(left, CNullable) or isinstance(right, CNullable):
        nulls = [_null(value) for value in (left, right)]
        result = out.flag(f"({nulls[0]}) && ({nulls[1]})")
        with out.block(f"if (!({nulls[0]}) && !({nulls[1]}))"):
            inner = [_solid(out, value) for value in (left, right)]
            out(f"{result} = {alike(out, *inner)};")
        return result
    return same(out, left, right)


def _same_elements(out: Emitter, left: Elements, right: Elements) -> str:
    a, b = length(out, left), length(out, right)
    out.spend(f"{a} < {b} ? {a} : {b}")
    result = out.flag(f"{a} == {b}")
    written = [items for items in (left, right) if isinstance(items, CWritten)]
    if written:
        for position in range(min(len(items.items) for items in written)):
            with out.block(f"if ({result})"):
                pair = (_item(out, items, position) for items in (left, right))
                out(f"{result} = {alike(out, *pair)};")
        return result
    each = out.temporary("abidance_int")
    with out.block(f"for ({each} = 0; {result} && {each} < {a}; {each}++)"):
        out(f"{result} = {alike(out, at(out, left, each), at(out, right, each))};")
    return result


def _item(out: Emitter, items: Elements, position: int) -> AnyValue:
    return enter(out, items.items[position]) if isinstance(items, CWritten) else at(out, items, str(position))


def _one(out: Emitter, value: AnyValue) -> Number:
    """Return a number, which a run of one byte is where it is compared with one."""
    value = without_null(out, value)
    match value:
        case CInt() | CFloat() | CNumber():
            return value
        case CBytes(pointer, size):
            out.refuse_if(f"({size}) != 1")
            return CInt(out.whole(f"({pointer})[0]"))
    refuse_pointer(out, value)
    raise NoValueError


def _ordered(out: Emitter, sign: str, left: AnyValue, right: AnyValue) -> str:
    a, b = without_null(out, left), without_null(out, right)
    if isinstance(a, CTagged) or isinstance(b, CTagged):
        a, b = _as_other(out, a, b), _as_other(out, b, a)
    if isinstance(a, CBytes) and isinstance(b, CBytes):
        return f"(abidance_compare_bytes({a.pointer}, {a.length}, {b.pointer}, {b.length}) {sign} 0)"
    if isinstance(a, _SEQUENCES) and isinstance(b, _SEQUENCES):
        return _ordered_elements(out, sign, a, b)
    return compared(out, sign, _one(out, a), _one(out, b))


def _ordered_elements(out: Emitter, sign: str, left: Elements, right: Elements) -> str:
    """Return a condition: how two lists compare, by the first elements that differ, or else by how many there are."""
    a, b = length(out, left), length(out, right)
    out.spend(f"{a} < {b} ? {a} : {b}")
    result, alike_so_far = out.flag(f"{a} {sign} {b}"), out.flag("1")
    written = [len(items.items) for items in (left, right) if isinstance(items, CWritten)]

    def look(pair: tuple[AnyValue, AnyValue]) -> None:
        out(f"{alike_so_far} = {alike(out, *pair)};")
        with out.block(f"if (!{alike_so_far})"):
            out(f"{result} = {_ordered(out, sign, *pair)};")

    if written:
        for position in range(min(written)):
            # Where the other list is shorter, what is not there is not looked at.
            with out.block(f"if ({alike_so_far} && {position} < {a} && {position} < {b})"):
                look((_item(out, left, position), _item(out, right, position)))
        return result
    each = out.temporary("abidance_int")
    with out.block(f"for ({each} = 0; {alike_so_far} && {each} < {a} && {each} < {b}; {each}++)"):
        look((at(out, left, each), at(out, right, each)))
    return result


def contains(out: Emitter, item: AnyValue, container: AnyValue) -> str:
    """Return a condition: whether a list has an element equal to `item`, or a run of bytes has it in it."""
    items = elements(out, container)
    match items:
        case CBytes(pointer, size):
            return _in_bytes(out, item, pointer, size)
        case CRange():
            return _in_range(out, item, items)
    found, done = out.flag("0"), out.label()
    if isinstance(items, CWritten):
        for wanted in items.items:
            out.spend("1")
            with out.block("/* an item */"):
                out(f"if ({same(out, item, enter(out, wanted))}) {{ {found} = 1; goto {done}; }}")
    else:
        each = out.temporary("abidance_int")
        with out.block(f"for ({each} = 0; {each} < {count(items)}; {each}++)"):
            out.spend("1")
            out(f"if ({same(out, item, at(out, items, each))}) {{ {found} = 1; goto {done}; }}")
    out(f"{done}: __attribute__((unused));")
    return found


def _in_bytes(out: Emitter, item: AnyValue, pointer: str, size: str) -> str:
    item = without_null(out, item)
    match item:
        case CInt(c):
            return out.flag(f"abidance_has_byte({c}, {pointer}, {size})")
        case CNumber(c):
            out.refuse_if(f"{c}.kind != ABIDANCE_WHOLE")
            return out.flag(f"abidance_has_byte({c}.whole, {pointer}, {size})")
        case CBytes(part, part_size):
            return out.flag(f"abidance_has_bytes({part}, {part_size}, {pointer}, {size})")
    refuse_pointer(out, item)
    raise NoValueError


def _in_range(out: Emitter, item: AnyValue, items: CRange) -> str:
    rest = f"{items.start}, {items.step}, {items.count})"
    match _one(out, item):
        case CInt(c):
            return out.flag(f"abidance_in_range({c}, {rest}")
        case CFloat(c):
            value = f"abidance_number_of_double({c})"
        case CNumber(c):
            value = c
    whole = out.temporary("abidance_int")
    return out.flag(f"!abidance_number_whole_part({value}, &{whole}) && abidance_in_range({whole}, {rest}")
