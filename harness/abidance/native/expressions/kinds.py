"""Values inside an expression, each of a kind that is known when it is compiled, and variables for any of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from abidance.native.expressions.emitter import NotCompiledError, NoValueError
from abidance.native.expressions.values import (
    CBytes,
    CFloat,
    CGuarded,
    CInt,
    CList,
    CLongDouble,
    CNull,
    CNullable,
    COpaque,
    CRecord,
    CTagged,
    CUnavailable,
    CValue,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from abidance.native.expressions.emitter import Emitter, Lines


@dataclass(frozen=True, slots=True)
class CNumber:
    """A number of which only the values tell whether it is whole: a variable of type `abidance_number`."""

    c: str


@dataclass(frozen=True, slots=True)
class CRange:
    """What `range` makes: variables of type `abidance_int`."""

    start: str
    step: str
    count: str


@dataclass(frozen=True, slots=True)
class CWritten:
    """A list that the expression writes out; its elements may be of several kinds."""

    items: tuple[AnyValue, ...]


@dataclass(frozen=True, slots=True)
class CPicked:
    """One of several values, the one whose place the variable `index` holds: it is looked at as it is asked for."""

    index: str
    items: tuple[AnyValue | Callable[[], AnyValue], ...]


AnyValue = CValue | CNumber | CRange | CWritten | CPicked
Number = CInt | CFloat | CNumber
Elements = CBytes | CList | CRange | CWritten


def enter(out: Emitter, value: AnyValue) -> AnyValue:
    """Return a value of the environment in variables; one that cannot be looked at is none."""
    match value:
        case CInt(c, boolean, wide):
            if wide:
                out.refuse_if(f"ABIDANCE_BEYOND({c})")
            return CInt(out.whole(f"(abidance_int)({c})"), boolean)
        case CFloat(c):
            return CFloat(out.temporary("double", f"({c})"))
        case CLongDouble(c):
            return CNumber(out.temporary("abidance_number", f"abidance_number_of_long_double({c})"))
        case CUnavailable(reason):
            out.unseen.append(reason)
            raise NoValueError
        case CGuarded(lost, inner):
            out.refuse_if(lost)
            return enter(out, inner)
        case CPicked(index, items):
            return pick(out, index, items)
    return value


def pick(out: Emitter, index: str, items: Sequence[AnyValue | Callable[[], AnyValue]]) -> AnyValue:
    """Return the value at a position of several: records, and lists, are picked part by part.

    Raises NotCompiledError for kinds that C has no one variable for.
    """
    lines, joined = out.detached(), JoinedVariable(out)
    found: list[AnyValue | None] = []
    with out.earlier(lines):
        for position, item in enumerate(items):
            found.append(None)
            with out.block(f"{'else ' if position else ''}if ({index} == {position})"):
                entered = enter(out, item() if callable(item) else item)
                found[-1] = entered
                if not _has_fields(entered):
                    joined.put(entered)
    values = [value for value in found if value is not None]
    if not values:
        out.attach(lines)
        raise NoValueError
    nullable = any(isinstance(value, CNullable | CNull) for value in values)
    inner = [value.inner if isinstance(value, CNullable) else value for value in values]
    solid = [value for value in inner if not isinstance(value, CNull)]
    if solid and all(map(_has_fields, solid)):
        null = out.flag("0") if nullable else ""
        out.attach(lines)
        for position, value in enumerate(found) if nullable else ():
            gone = value.null if isinstance(value, CNullable) else "1" if isinstance(value, CNull) else "0"
            out(f"if ({index} == {position}) {null} = ({gone}) != 0;")
        parts = tuple(_of_record(value) for value in found)
        return CNullable(null, CPicked(index, parts)) if nullable else _record_of(out, index, parts)
    out.attach(lines)
    if solid and all(isinstance(value, CList | CRange | CWritten) for value in solid):
        return _one_of_lists(out, index, found)
    return joined.settle()


def _one_of_lists(out: Emitter, index: str, items: Sequence[AnyValue | None]) -> AnyValue:
    """Return one of several lists, or NULL: which, is decided anew at each element."""
    size, null = out.temporary("abidance_int", "0"), out.flag("0")
    for position, item in enumerate(items):
        match item:
            case CNullable(gone, inner):
                out(f"if ({index} == {position}) {null} = ({gone}) != 0;")
                with out.block(f"if ({index} == {position} && !{null})"):
                    out(f"{size} = {_size(inner)};")
            case CNull():
                out(f"if ({index} == {position}) {null} = 1;")
            case CList() | CRange() | CWritten():
                out(f"if ({index} == {position}) {size} = {_size(item)};")
    lists = [item.inner if isinstance(item, CNullable) else item for item in items]

    def element(each: str) -> AnyValue:
        return CPicked(index, tuple(partial(_element, item, each) for item in lists))

    nullable = any(isinstance(item, CNullable | CNull) for item in items)
    return CNullable(null, CList(size, element)) if nullable else CList(size, element)


def _size(items: AnyValue) -> str:
    match items:
        case CList(count=number) | CRange(count=number):
            return f"(abidance_int)({number})"
        case CWritten(written):
            return str(len(written))
    raise NotCompiledError("one of several lists is not worked out before it is looked at")


def _element(items: AnyValue | None, each: str) -> AnyValue:
    match items:
        case CList(at=element):
            return element(each)
        case CRange(start, step):
            return CInt(f"({start} + ({each}) * {step})")
        case CWritten(written):
            return CPicked(each, written)
    raise NoValueError


def _has_fields(value: AnyValue) -> bool:
    """Tell whether a value is a record, or one of several, that may stand behind a pointer."""
    return isinstance(_unguarded(value.inner if isinstance(value, CNullable) else value), CRecord | CPicked)


def _of_record(value: AnyValue | None) -> AnyValue | Callable[[], AnyValue]:
    """Return what stands behind a pointer; of NULL, and of what has no value, nothing that is looked at."""
    inner = value.inner if isinstance(value, CNullable) else value
    return _nothing if inner is None or isinstance(inner, CNull) else inner


def _nothing() -> AnyValue:
    raise NoValueError


def _record_of(out: Emitter, index: str, records: Sequence[AnyValue | Callable[[], AnyValue]]) -> CRecord:
    """Return a record whose fields are those of the one that is picked."""
    whole = [each for each in records if isinstance(each, CRecord)]
    places = [each.place if isinstance(each, CRecord) else None for each in records]
    keys = {each.place.key if each.place is not None else None for each in whole}
    first = next((place for place in places if place is not None), None)
    if first is not None and keys == {first.key}:
        at = out.temporary("unsigned char *", "NULL")
        for position, place in enumerate(places):
            if place is not None:
                out(f"if ({index} == {position}) {at} = (unsigned char *)({place.at});")
        return first.again(at)
    names = [name for name in whole[0].fields if all(name in each.fields for each in whole)]
    return CRecord(
        {
            name: CPicked(
                index,
                tuple(each.fields[name] if isinstance(each, CRecord) else _nothing for each in records),
            )
            for name in names
        }
    )


def refuse_pointer(out: Emitter, value: AnyValue) -> None:
    """Note that there is no value in C, and perhaps one in Python, where a pointer is all that is known."""
    if isinstance(value, COpaque):
        out.unseen.append("what a pointer leads to is not known in C")


def without_null(out: Emitter, value: AnyValue) -> AnyValue:
    """Return the value where it is not NULL, which has no elements, no fields and no order."""
    if isinstance(value, CNullable):
        out.refuse_if(value.null)
        return enter(out, value.inner)
    if isinstance(value, CNull):
        raise NoValueError
    return value


def narrowed(out: Emitter, value: AnyValue, fits: Callable[[AnyValue], bool]) -> AnyValue:
    """Return the value; of several of which a tag tells which it is, the one of a kind that fits, if it is that."""
    if not isinstance(value, CTagged):
        return value
    found = [(lost, each) for lost, each in value.each if fits(_bare(each))]
    if not found:
        raise NoValueError
    if len(found) == 1:
        out.refuse_if(found[0][0])
        return without_null(out, enter(out, found[0][1]))
    if all(isinstance(_bare(each), CList) for _, each in found):
        return _list_of_either(out, found)
    index = out.temporary("int", "-1")
    for position, (lost, _) in enumerate(found):
        out(f"if (!({lost})) {index} = {position};")
    out.refuse_if(f"{index} < 0")
    return without_null(out, pick(out, index, [each for _, each in found]))


def _list_of_either(out: Emitter, found: Sequence[tuple[str, AnyValue]]) -> CList:
    """Return a list of which the tag tells of each element what it is."""
    size, lists = out.temporary("abidance_int", "-1"), list[tuple[str, CList]]()
    for lost, each in found:
        with out.block(f"if (!({lost}))"):
            items = without_null(out, enter(out, each))
            assert isinstance(items, CList)
            out(f"{size} = (abidance_int)({items.count});")
            lists.append((lost, items))
    out.refuse_if(f"{size} < 0")
    return CList(size, lambda index: CTagged(tuple((lost, items.at(index)) for lost, items in lists)))


def _bare(value: AnyValue) -> AnyValue:
    """Return the kind of a value that may be NULL, or not be there."""
    return _bare(value.inner) if isinstance(value, CGuarded | CNullable) else value


def is_number(kind: AnyValue) -> bool:
    """Tell whether values of a kind are numbers."""
    return isinstance(kind, CInt | CFloat | CLongDouble | CNumber)


def run_of_bytes(out: Emitter, value: AnyValue) -> CBytes:
    """Return the value if it is a text, or another run of bytes."""
    value = narrowed(out, without_null(out, value), lambda kind: isinstance(kind, CBytes))
    if not isinstance(value, CBytes):
        refuse_pointer(out, value)
        raise NoValueError
    return value


def number(out: Emitter, value: AnyValue) -> Number:
    """Return the value if it is a number."""
    value = narrowed(out, without_null(out, value), is_number)
    if isinstance(value, CInt | CFloat | CNumber):
        return value
    refuse_pointer(out, value)
    raise NoValueError


def integer(out: Emitter, value: AnyValue) -> str:
    """Return the value if it is a whole number: a variable of type `abidance_int`."""
    value = number(out, value)
    match value:
        case CInt(c):
            return c
        case CNumber(c):
            out.refuse_if(f"{c}.kind != ABIDANCE_WHOLE")
            return out.whole(f"{c}.whole")
    raise NoValueError


def as_number(value: Number) -> str:
    """Return a C expression of type `abidance_number`."""
    match value:
        case CInt(c):
            return f"abidance_number_of_whole({c})"
        case CFloat(c):
            return f"abidance_number_of_double({c})"
    return value.c


def as_double(value: CInt | CFloat) -> str:
    """Return a number as a double, rounded to the nearest, as Python's `float` is."""
    return f"(double){value.c}" if isinstance(value, CInt) else value.c


def truth(out: Emitter, value: AnyValue) -> str:
    """Return a condition, of type `int`; only numbers are true or false."""
    match number(out, value):
        case CInt(c) | CFloat(c):
            return f"({c} != 0)"
        case CNumber(c):
            return f"abidance_number_is_true({c})"


def whole(out: Emitter, value: AnyValue) -> AnyValue:
    """Return a value of which nothing is left to be picked."""
    match value:
        case CPicked():
            return whole(out, enter(out, value))
        case CRecord(fields) if any(isinstance(part, CPicked) for part in fields.values()):
            return CRecord({name: whole(out, part) for name, part in fields.items()})
        case CWritten(items) if any(isinstance(part, CPicked | CRecord) for part in items):
            return CWritten(tuple(whole(out, part) for part in items))
        case CNullable(inner=CPicked()):
            raise NotCompiledError(
                "a record that may be NULL is one of several, and is held by the expression"
            )
    return value


class JoinedVariable:
    """A variable that holds any value of the kinds that are put into it.

    Each value is put where its statements stand, and the kind of all is known only when all are: so `put` keeps a
    place there, and `settle` fills the places. Raises NotCompiledError for kinds that C has no one variable for.
    """

    def __init__(self, out: Emitter) -> None:
        self._out = out
        self._values: list[tuple[AnyValue, Lines]] = []

    def put(self, value: AnyValue) -> None:
        """Set the variable to `value` here."""
        value = whole(self._out, value)
        self._values.append((value, self._out.place()))

    def settle(self) -> AnyValue:
        """Return what the variable holds."""
        if not self._values:
            raise NoValueError
        joined = join([value for value, _ in self._values])
        slots = tuple(self._out.temporary(of) for of in types(joined))
        for value, place in self._values:
            with self._out.earlier(place):
                assign(self._out, slots, joined, value)
        return loaded(joined, slots)


def join(values: Sequence[AnyValue]) -> AnyValue:
    """Return a value of the kind that can hold each of these, where it can be looked at."""
    values = [_unguarded(value) for value in values]
    inner = [_unguarded(value.inner) if isinstance(value, CNullable) else value for value in values]
    solid = [value for value in inner if not isinstance(value, CNull)]
    if len(solid) < len(values) or any(isinstance(value, CNullable) for value in values):
        return CNullable("", _join_solid(solid)) if solid else CNull()
    return _join_solid(solid)


def _unguarded(value: AnyValue) -> AnyValue:
    return _unguarded(value.inner) if isinstance(value, CGuarded) else value


def _join_solid(values: Sequence[AnyValue]) -> AnyValue:
    first = values[0]
    if all(isinstance(value, CInt) for value in values):
        return CInt("", boolean=all(isinstance(value, CInt) and value.boolean for value in values))
    if all(isinstance(value, CFloat) for value in values):
        return CFloat("")
    if all(isinstance(value, CInt | CFloat | CNumber | CLongDouble) for value in values):
        return CNumber("")
    if all(isinstance(value, CBytes) for value in values):
        return CBytes("", "")
    if all(isinstance(value, COpaque) for value in values):
        return COpaque("")
    if isinstance(first, CRecord):
        records = [value for value in values if isinstance(value, CRecord)]
        if len(records) == len(values) and all(
            record.fields.keys() == first.fields.keys() for record in records
        ):
            parts = {name: join([record.fields[name] for record in records]) for name in first.fields}
            return CRecord(parts)
    if isinstance(first, CWritten):
        rows = [value.items for value in values if isinstance(value, CWritten)]
        if len(rows) == len(values) and all(len(row) == len(first.items) for row in rows):
            return CWritten(tuple(join(column) for column in zip(*rows, strict=True)))
    if any(isinstance(value, CList | CRange | CWritten) for value in values):
        raise NotCompiledError("a list is chosen, or held, by a part of the expression")
    raise NotCompiledError("a part of the expression is of one kind or of another")


def types(value: AnyValue) -> tuple[str, ...]:
    """Return the C types of the variables that hold a value of this kind."""
    match value:
        case CInt():
            return ("abidance_int",)
        case CFloat():
            return ("double",)
        case CNumber():
            return ("abidance_number",)
        case CBytes():
            return ("const unsigned char *", "size_t")
        case COpaque():
            return ("int",)
        case CNullable(inner=inner):
            return ("int", *types(inner))
        case CRecord(fields):
            return tuple(of for part in fields.values() for of in types(part))
        case CWritten(items):
            return tuple(of for part in items for of in types(part))
    return ()


def loaded(value: AnyValue, slots: Sequence[str]) -> AnyValue:
    """Return the value of this kind that the variables `slots` hold."""
    match value:
        case CInt(boolean=boolean):
            return CInt(slots[0], boolean)
        case CFloat():
            return CFloat(slots[0])
        case CNumber():
            return CNumber(slots[0])
        case CBytes():
            return CBytes(slots[0], slots[1])
        case COpaque():
            return COpaque(slots[0])
        case CNullable(inner=inner):
            return CNullable(slots[0], loaded(inner, slots[1:]))
        case CRecord(fields):
            parts, at = {}, 0
            for name, part in fields.items():
                parts[name] = loaded(part, slots[at:])
                at += len(types(part))
            return CRecord(parts)
        case CWritten(items):
            found, at = list[AnyValue](), 0
            for part in items:
                found.append(loaded(part, slots[at:]))
                at += len(types(part))
            return CWritten(tuple(found))
    return value


def assign(out: Emitter, slots: Sequence[str], kind: AnyValue, value: AnyValue) -> None:
    """Set the variables `slots`, which hold a value of the kind of `kind`, to `value`."""
    while isinstance(value, CGuarded):
        out.refuse_if(value.lost)
        value = value.inner
    match kind:
        case CNullable(inner=inner):
            null = value.null if isinstance(value, CNullable) else "1" if isinstance(value, CNull) else "0"
            out(f"{slots[0]} = ({null}) != 0;")
            if not isinstance(value, CNull):
                with out.block(f"if (!{slots[0]})"):
                    assign(out, slots[1:], inner, value.inner if isinstance(value, CNullable) else value)
        case CRecord(fields) if isinstance(value, CRecord):
            at = 0
            for name, part in fields.items():
                assign(out, slots[at:], part, value.fields[name])
                at += len(types(part))
        case CWritten(items) if isinstance(value, CWritten):
            at = 0
            for part, item in zip(items, value.items, strict=True):
                assign(out, slots[at:], part, item)
                at += len(types(part))
        case CNumber():
            out(f"{slots[0]} = {as_number(number(out, enter(out, value)))};")
        case COpaque() if isinstance(value, COpaque):
            out(f"{slots[0]} = ({value.null}) != 0;")
        case CBytes() if isinstance(value, CBytes):
            out(f"{slots[0]} = {value.pointer};")
            out(f"{slots[1]} = {value.length};")
        case CInt() | CFloat():
            entered = number(out, enter(out, value))
            out(f"{slots[0]} = {entered.c};")
