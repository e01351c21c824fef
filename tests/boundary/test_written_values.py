"""Values as a contract writes them are read back as the same values."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.types import (
    ArrayShape,
    Direction,
    HandleShape,
    Member,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.model.values import ROOM, NewHandle, Script
from abidance.boundary.resolve.contract_values import MISSING, LiteralConverter
from abidance.boundary.resolve.problems import Problems
from abidance.boundary.resolve.written_values import written_call
from abidance.contract.language.literals import Literal
from abidance.contract.source.compose import compose
from abidance.core.span import Span
from tiers import depth

pytestmark = pytest.mark.unit

FEW = settings(max_examples=depth(50), deadline=None)

HERE = Span.at(Path("x.h"), 1)
INT = ScalarShape("int", 4, 4, True, "int", -(1 << 31), (1 << 31) - 1)
CHAR = ScalarShape("int", 1, 1, True, "char", -128, 127, char=True)
BOOL = ScalarShape("bool", 1, 1, False, "_Bool", 0, 1)
KIND = ScalarShape("enum", 4, 4, False, "enum kind", 0, 3, names={1: "KIND_A", 2: "KIND_B"})
DOUBLE = ScalarShape("float", 8, 8, True, "double", -math.inf, math.inf)
BYTE = ScalarShape("int", 1, 1, False, "unsigned char", 0, 255)
POINT = RecordShape("struct point", 8, 4, (Member("x", INT, HERE), Member("no", INT, HERE, offset=4)))


def pointer(what, element, **more):
    return PointerShape(Direction.IN, what, element, HERE, **more)


BYTES, STRING, INTS = pointer(What.BYTES, BYTE), pointer(What.STRING, CHAR), pointer(What.ARRAY, INT)
LATIN = pointer(What.STRING, CHAR, encoding="latin-1")


def read_back(shape, value):
    text = written_call([Member("p", shape, HERE)], {"p": value})
    node = compose(f"- {text}\n", Path("x.contract.yaml"))
    (entry,) = Literal.of(node).items
    problems = Problems()
    ((_, literal),) = entry.entries.items()
    made = LiteralConverter({"KIND_A": 1, "KIND_B": 2}, problems).value(shape, literal)
    assert made is not MISSING, text
    return made


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (INT, -5),
        (INT, -(1 << 31)),
        (CHAR, -128),
        (BOOL, 1),
        (KIND, 2),
        (KIND, 3),
        (DOUBLE, 0.1),
        (DOUBLE, -0.0),
        (DOUBLE, 1e-300),
        (DOUBLE, math.inf),
        (DOUBLE, -math.inf),
        (BYTES, b""),
        (BYTES, b"a, b: c # d"),
        (BYTES, b"\x00\xff]}',\"\\"),
        (BYTES, b'b"x"'),
        (STRING, b"123"),
        (STRING, b"null"),
        (STRING, "größe".encode()),
        (LATIN, b"gr\xf6\xdfe"),
        (STRING, b"\xff"),
        (STRING, None),
        (INTS, [1, -2, 3]),
        (INTS, []),
        (POINT, {"x": 1, "no": 2}),
        (pointer(What.ARRAY, POINT), [{"x": 1, "no": 2}, {"x": 3, "no": 4}]),
        (pointer(What.ONE, INT), 7),
        (ArrayShape(INT, 3, 12, 4), [1, 2, 0]),
        (CallbackShape("cb", result=INT), Script((1, 2))),
        (CallbackShape("cb"), Script()),
    ],
)
def test_what_is_written_is_read_as_the_same(shape, value):
    made = read_back(shape, value)
    assert made == value
    assert not isinstance(value, float) or math.copysign(1, made) == math.copysign(1, value)


def test_a_number_that_is_none_is_written():
    assert math.isnan(read_back(DOUBLE, math.nan))


@FEW
@given(st.binary(max_size=40))
def test_any_bytes(value):
    assert read_back(BYTES, value) == value


@FEW
@given(st.floats(allow_nan=False))
def test_any_float(value):
    assert read_back(DOUBLE, value) == value


@FEW
@given(
    st.text(max_size=20).filter(
        lambda text: "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
    )
)
def test_any_text(text):
    assert read_back(STRING, text.encode()) == text.encode()


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (pointer(What.BYTES, BYTE), ROOM),
        (HandleShape("store", HERE), NewHandle("store", {})),
        (OpaqueShape("void *"), ROOM),
    ],
)
def test_what_has_no_words_is_left_out(shape, value):
    members = [Member("p", shape, HERE), Member("n", INT, HERE)]
    assert written_call(members, {"p": value, "n": 3}) == "{n: 3}"


def test_a_wide_number_is_written_in_decimals():
    wide = ScalarShape("float", 16, 16, True, "long double", -math.inf, math.inf)
    text = written_call([Member("p", wide, HERE)], {"p": Fraction(1, 3).limit_denominator(1 << 62)})
    assert text.startswith("{p: 3.333333333")


def converted(text):
    """Return what YAML's text is as bytes, and what is wrong with it."""
    (literal,) = Literal.of(compose(f"- {text}\n", Path("x.contract.yaml"))).items
    problems = Problems()
    return LiteralConverter({}, problems).value(BYTES, literal), problems.all


@pytest.mark.parametrize(
    ("text", "value"), [('b"\\x89P"', b"\x89P"), ('"\\u00e9"', "\u00e9".encode()), ("[0x89]", b"\x89")]
)
def test_bytes_are_written_in_any_way(text, value):
    assert converted(text) == (value, ())


def test_an_escape_of_yaml_is_told_from_a_byte():
    made, (told,) = converted('"\\x89PNG"')

    assert made is MISSING
    assert told.message == "`\\x89` is a character here, U+0089, which is two bytes in UTF-8"
    assert told.help == 'write bytes as `b"\\x89.."`, or as a list, `[0x89, ..]`'
