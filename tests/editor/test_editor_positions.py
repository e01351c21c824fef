from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol.types import Position, PositionEncodingKind, Range

from abidance.core.span import Span
from abidance.editor.positions import Document

pytestmark = pytest.mark.unit

TEXT = "a: 1\r\nclé: 🎉🎉 x\rb: \u2028c\n"


@pytest.mark.parametrize(
    ("encoding", "character"),
    [(PositionEncodingKind.Utf8, 14), (PositionEncodingKind.Utf16, 9), (PositionEncodingKind.Utf32, 7)],
)
def test_columns_in_the_units_of_both_sides(encoding, character):
    document = Document(TEXT, encoding)
    offset = TEXT.index(" x")
    assert document.position(offset) == Position(1, character)
    assert document.offset(Position(1, character)) == offset


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (Position(0, 99), 4),  # past the end of a line
        (Position(99, 0), len(TEXT)),
        (Position(1, 6), TEXT.index("🎉")),  # in the middle of a pair of units
        (Position(3, 0), len(TEXT)),
    ],
)
def test_positions_that_are_none(position, expected):
    assert Document(TEXT).offset(position) == expected


def test_every_offset_comes_back():
    document = Document(TEXT)
    inside = [at for at in range(len(TEXT)) if TEXT[at - 1 : at + 1] != "\r\n"]
    assert [document.offset(document.position(at)) for at in inside] == inside


def test_spans_count_lines_as_yaml_does():
    span = Span(
        Path("c.yaml"), 4, 1, 4, 2
    )  # behind U+2028, where YAML 1.1 has a line of its own and editors do not
    assert Document(TEXT).range_of(span) == Range(Position(2, 4), Position(2, 5))
    header = Document("/* \u2028 */\nint f;\n", yaml=False)
    assert header.range_of(Span(Path("a.h"), 2, 5, 2, 6)) == Range(Position(1, 4), Position(1, 5))


def test_spans_past_the_end():
    assert Document("a").range_of(Span(Path("c.yaml"), 9, 9, 9, 10)) == Range(Position(0, 1), Position(0, 1))
