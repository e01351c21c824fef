"""Values as C source: literals, initializers, and words where C has none."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from abidance.boundary.model.float_formats import BinaryInteger, real_text
from abidance.boundary.model.types import (
    ArrayShape,
    EndShape,
    NumberHandle,
    OpaqueShape,
    PointerHandle,
    PointerShape,
    RecordShape,
    ScalarShape,
    UserDataShape,
    What,
)
from abidance.boundary.model.values import SOMEWHERE, Earlier, HandleAt, Mark, NewHandle, Script
from abidance.boundary.model.variants import living_of
from abidance.boundary.values.array_ends import ending_field
from abidance.boundary.values.memory import unpack_scalar
from abidance.contract.expression import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.types import Member, Shape

    Shown = Mapping[str, int | str]

LONG = 64
"""Longer memory is shown by its length, first and last bytes."""


_SUFFIXES = {
    "long double": "L",
    "_Float128": "Q",
    "__float80": "W",
    "_Decimal32": "DF",
    "_Decimal64": "DD",
    "_Decimal128": "DL",
    "_Float16": "f16",
    "_Float32": "f32",
    "_Float64": "f64",
    "_Float32x": "f32x",
    "_Float64x": "f64x",
}


def scalar_text(shape: ScalarShape, value: Real) -> str:
    """Return a number as C shows it: an enumerator's name, ``true``, a suffix where the type needs one."""
    if shape.kind == "bool" and value in (0, 1):
        return "true" if value else "false"
    if shape.names and value in shape.names:
        return shape.names[int(value)]
    if shape.kind == "enum":
        return f"({shape.spelling}){value}"
    if shape.kind == "float":
        return _real_text(shape, value)
    return _integer_text(int(value), signed=shape.signed)


def _integer_text(value: int, *, signed: bool) -> str:
    if value in (-(1 << 63), -(1 << 31)):
        return f"(-{-value - 1}{'L' if value < -(1 << 31) else ''} - 1)"
    if not -(1 << 63) <= value < 1 << 64:
        # C has no literals of 128 bits: two halves, the upper one with the sign.
        high, low = value >> 64, value & 0xFFFFFFFFFFFFFFFF
        type_ = "__int128" if signed else "unsigned __int128"
        upper = _integer_text(high, signed=signed)
        if value < 0:  # a negative number is not shifted to the left (C11 6.5.7p4)
            return f"((__int128)((unsigned __int128){upper} << 64 | 0x{low:x}))"
        return f"(({type_}){upper} << 64 | 0x{low:x})"
    if value > 0xFFFFFFFF:
        return f"0x{value:x}" if value > 1 << 40 else str(value)
    return str(value)


def in_words(shape: Shape, value: object) -> str:
    """Return a value for a sentence: as C shows it, but the least integers as the numbers that they are."""
    text = value_text(shape, value)
    return str(value) if isinstance(shape, ScalarShape) and text.startswith("(-") else text


def as_in_c(path: str) -> str:
    """Return the path of a pointer as C writes it: the one behind ``p`` is ``*p`` rather than ``p[0]``."""
    return f"*{path.removesuffix('[0]')}" if path.endswith("[0]") and path.count("[") == 1 else path


def _real_text(shape: ScalarShape, value: Real) -> str:
    if value != value:  # noqa: PLR0124 - the definition of NaN
        return "NAN"
    if value in (float("inf"), float("-inf")):
        return "INFINITY" if value > 0 else "-INFINITY"
    if shape.format is None:
        return f"{float(value)!r}{'f' if shape.size == 4 else ''}"
    decimal = isinstance(shape.format, BinaryInteger)
    return f"{real_text(value, decimal=decimal)}{_SUFFIXES.get(shape.basic, '')}"


def complex_text(shape: RecordShape, value: Mapping[str, object]) -> str:
    """Return a complex number as the macros of C make one of its parts (C11 7.3.9.3)."""
    parts = [(m, value.get(m.name, 0)) for m in shape.members]
    texts = [value_text(m.shape, part) for m, part in parts]
    first = shape.members[0].shape
    if not isinstance(first, ScalarShape) or first.kind != "float":
        return f"{texts[0]} + {texts[1]} * 1i"
    macro = {"float": "CMPLXF", "double": "CMPLX", "long double": "CMPLXL"}.get(first.basic)
    return f"{macro or '__builtin_complex'}({', '.join(texts)})"


def bytes_text(raw: bytes, *, whole: bool = False) -> str:
    """Return memory as a C string literal; cut in the middle when long, unless `whole`."""
    if len(raw) > LONG and not whole:
        return f"/* {len(raw)} bytes */ {_literal(raw[:24])} ... {_literal(raw[-8:])}"
    return _literal(raw)


_ESCAPES = {0x22: '\\"', 0x5C: "\\\\", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}


def _literal(raw: bytes) -> str:
    # Octal, not hexadecimal: C ends an octal escape after three digits (C11 6.4.4.4p1), so no digit that
    # follows is swallowed. `?` is escaped against trigraphs.
    parts = []
    for byte in raw:
        if byte in _ESCAPES:
            parts.append(_ESCAPES[byte])
        elif byte == 0x3F:
            parts.append("\\?")
        elif 0x20 <= byte < 0x7F:
            parts.append(chr(byte))
        else:
            parts.append(f"\\{byte:03o}")
    return f'"{"".join(parts)}"'


USER_DATA = '(void *)"user data'
"""How user data is written, up to its end."""


def value_text(shape: Shape, value: object, path: str = "", sizes: Shown | None = None) -> str:
    """Return a value as an expression of C, or as words.

    `sizes` tells how many bytes stand behind the pointer at a path, for memory that has no contents yet, and what the
    function that a callback is, and the variable that a handle is in, are called.
    """
    match shape:
        case PointerShape() | EndShape() if sizes and isinstance(sizes.get(path), str):
            return str(sizes[path])
        case UserDataShape() if value is Mark.SOMEWHERE:
            return f'{USER_DATA}"'
        case ScalarShape() if isinstance(value, int | float | Fraction):
            return scalar_text(shape, value)
        case NumberHandle(number=number) if isinstance(value, int):
            return scalar_text(number, value)
        case RecordShape(complex=True) if isinstance(value, dict):
            return complex_text(shape, value)
        case RecordShape(spelling=spelling) if isinstance(value, dict):
            # What has neither tag nor typedef cannot be named; inside another initializer it need not be.
            cast = "" if "<" in spelling else f"({spelling})"
            return f"{cast}{fields_text(shape, value, path, sizes)}"
        case ArrayShape(spelling=spelling, of=of) if spelling and isinstance(value, bytes | list):
            return f"({spelling}){list_text(of, list(value), path, sizes, most=64)}"
        case ArrayShape() if isinstance(value, bytes):
            return bytes_text(value)
        case ArrayShape(of=of) if isinstance(value, list):
            return list_text(of, value, path, sizes)
        case PointerShape() if isinstance(value, list) and shape.records is not None:
            return value_text(shape.seen, value, path, sizes)
        case PointerShape() if isinstance(value, bytes):
            return bytes_text(value)
        case PointerShape(element=element, what=What.ARRAY) if isinstance(value, list):
            return f"({spelling_of(element)}[]){elements_text(shape, value, path, sizes)}"
        case PointerShape(element=RecordShape(complex=True, spelling=spelling) as element) if isinstance(
            value, dict
        ):
            return f"&({spelling}){{{value_text(element, value)}}}"
        case PointerShape(what=What.ONE, element=PointerShape() as element) if not isinstance(
            value, Mark | None
        ):
            return value_text(element, value, path, sizes)
        case PointerShape(element=element) if isinstance(value, dict):
            return f"&{value_text(element, value, path, sizes)}"
        case PointerShape(element=element) if isinstance(value, int | float | Fraction):
            return f"&({spelling_of(element)}){{{value_text(element, value)}}}"
        case PointerShape(element=element) if (
            value is Mark.ROOM and sizes and isinstance(sizes.get(path), int)
        ):
            count = int(sizes[path]) // max(element.size, 1)
            return f"({spelling_of(element)}[{count}]){{0}}"
    match value:
        case None:
            return "NULL"
        case NewHandle() | Earlier() if sizes and path in sizes:
            return str(sizes[path])
        case NewHandle(handle=handle) | Earlier(handle=handle):
            return handle
        case Script() if sizes and path in sizes:
            return str(sizes[path])
        case Script():
            return path.rpartition(".")[2] or "callback"
        case Mark.ROOM:
            return "<room>"
        case HandleAt(words=words):  # is equal to any other
            return words
        case Mark.SOMEWHERE:
            return "not NULL"
        case bytes():
            return bytes_text(value)
    return str(value)


def fields_text(
    shape: RecordShape, value: Mapping[str, object], path: str = "", sizes: Shown | None = None
) -> str:
    """Return a record's fields in braces, those that are NULL for want of anything to say left out."""
    ends = {
        m.name: SOMEWHERE
        for m in shape.members
        if isinstance(m.shape, EndShape) and sizes and f"{path}.{m.name}" in sizes
    }
    value = {**ends, **value}
    inner = ", ".join(
        f".{m.name} = {value_text(m.shape, value[m.name], f'{path}.{m.name}', sizes)}"
        for m in _initialized(shape, value)
        if _worth_showing(m, value[m.name])
    )
    return f"{{{inner}}}"


def _initialized(shape: RecordShape, value: Mapping[str, object]) -> list[Member]:
    """Return the members that have values, of a union those of one alternative: the widest, or the first of such.

    What came back has a value for each alternative, and in an initializer the last would win (C11 6.7.9p19).
    """
    there = [
        m
        for m in living_of(shape, value).members
        if m.name in value and not isinstance(value[m.name], Unavailable)
    ]
    ends: dict[tuple[tuple[str, int], ...], int] = {}
    for m in there:
        for depth in range(1, len(m.within) + 1):
            key = m.within[:depth]
            ends[key] = max(ends.get(key, 0), m.offset + m.shape.size)
    chosen: dict[tuple[tuple[tuple[str, int], ...], str], int] = {}
    for key, end in ends.items():
        union = (key[:-1], key[-1][0])
        best = chosen.get(union)
        if best is None or end > ends[(*key[:-1], (key[-1][0], best))]:
            chosen[union] = key[-1][1]
    return [
        m
        for m in there
        if all(chosen[m.within[:n], union] == which for n, (union, which) in enumerate(m.within))
    ]


def list_text(
    of: Shape, value: Sequence[object], path: str = "", sizes: Shown | None = None, most: int = 16
) -> str:
    """Return elements in braces, the first of them when there are many."""
    shown = ", ".join(
        fields_text(of, item, f"{path}[{n}]", sizes)
        if isinstance(of, RecordShape) and not of.complex and isinstance(item, dict)
        else value_text(of, item, f"{path}[{n}]", sizes)
        for n, item in enumerate(value[:most])
    )
    return f"{{{shown}{f', /* {len(value)} in all */' if len(value) > most else ''}}}"


def has_end(shape: PointerShape, value: Sequence[object], path: str, sizes: Shown | None) -> bool:
    """Tell whether an element stands behind an array that is passed, which ends it: not where a length told so."""
    counted = (
        shape.may_end_at_nul and sizes is not None and sizes.get(path) == len(value) * shape.element.size
    )
    return shape.ended_by is not None and sizes is not None and not counted


def elements_text(
    shape: PointerShape, value: Sequence[object], path: str = "", sizes: Shown | None = None
) -> str:
    """Return the elements of an array, and what ends it where it is passed: what came back has no `sizes`."""
    text = list_text(shape.element, value, path, sizes)
    if shape.ended_by is None or not has_end(shape, value, path, sizes):
        return text
    field = ending_field(shape)
    of = shape.element if field is None else field.shape
    last = scalar_text(of, unpack_scalar(of, shape.ended_by.value)) if isinstance(of, ScalarShape) else "NULL"
    end = last if field is None else f"{{.{field.name} = {last}}}"
    return f"{text[:-1]}{', ' if value else ''}{end}}}"


def described(shape: Shape, name: str) -> str:
    """Return the declaration of a variable by what a contract says that it is: of a `void *`, its type says nothing."""
    match shape:
        case ArrayShape(spelling="", of=of, count=count):
            return described(of, f"{name}[{count}]")
        case ArrayShape(spelling=spelling) if spelling:
            return f"{spelling} {name}"
        case NumberHandle(number=number):
            return described(number, name)
        case PointerHandle():
            return f"void *{name}"
        case RecordShape(spelling=spelling) if "<" not in spelling:
            return f"{spelling} {name}"
        case ScalarShape() | OpaqueShape() | PointerShape():
            spelled = spelling_of(shape)
            return f"{spelled}{name}" if spelled.endswith("*") else f"{spelled} {name}"
    return f"unsigned char {name}{f'[{shape.size}]' if shape.size > 1 else ''}"


def is_initialized(shape: Shape) -> bool:
    """Tell whether a variable is given its value where it is declared."""
    return isinstance(shape, ScalarShape | RecordShape | ArrayShape)


def spelling_of(shape: Shape) -> str:
    """Return the name of the type of one that is described, as C has it."""
    if isinstance(shape, PointerShape):
        to = "const char" if shape.what is What.STRING else spelling_of(shape.element)
        return f"{to} {'*' * (2 if to.endswith('*') else 1)}".replace("* *", "**")
    return shape.spelling if isinstance(shape, ScalarShape | RecordShape | OpaqueShape) else "unsigned char"


def _worth_showing(member: Member, value: object) -> bool:
    return not (isinstance(member.shape, OpaqueShape | EndShape) and value is None)


def refused_in_words(refuses: int) -> str:
    """Return which of the blocks that a call asks for it is refused."""
    number = abs(refuses)
    last = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    which = "the first block" if number == 1 else f"the {number}{last} block"
    return f"{which} that it asks for and all after it" if refuses < 0 else f"{which} that it asks for"
