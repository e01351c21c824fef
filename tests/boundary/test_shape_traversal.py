"""Shapes are walked through in one way."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.boundary.model import types as s
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import (
    along,
    calls_back,
    fields_of,
    has_pointers,
    misaligned,
    number_of,
    paths,
    walk,
    writes,
)
from abidance.core.span import Span

pytestmark = pytest.mark.unit

HERE = Span.at(Path("a.h"), 1)
INT = s.ScalarShape("int", 4, 4, signed=True, spelling="int")
CALLBACK = CallbackShape("void (*)(void)")


def pointer(element, direction=s.Direction.IN, what=s.What.ONE, **more):
    return s.PointerShape(direction, what, element, HERE, **more)


def record(**members):
    return s.RecordShape(
        "struct r", 32, 8, tuple(s.Member(name, each, HERE) for name, each in members.items())
    )


OUT = pointer(INT, s.Direction.OUT)
NESTED = record(
    count=INT, inner=record(buffer=OUT), list=s.ArrayShape(pointer(INT, misaligned=True), 2, 16, 8)
)


def test_a_shape_is_before_what_is_inside_it():
    found = walk(pointer(NESTED))
    assert len(found) == 9
    assert found.index(NESTED) < found.index(OUT) < found.index(INT, found.index(OUT))
    assert walk(pointer(NESTED), behind=False) == [pointer(NESTED)]


@pytest.mark.parametrize(
    ("shape", "answers"),
    [
        (INT, (False, False, 0, False)),
        (NESTED, (True, False, 1, True)),
        (pointer(INT), (False, False, 0, True)),
        (pointer(record(hook=CALLBACK)), (False, True, 0, True)),
        (record(hook=CALLBACK), (False, True, 0, True)),
        (s.ArrayShape(INT, 2, 8, 4), (False, False, 0, False)),
        (s.HandleShape("file", HERE), (False, False, 0, True)),
    ],
)
def test_questions_about_all_that_is_inside(shape, answers):
    assert (writes(shape), calls_back(shape), misaligned(shape), has_pointers(shape)) == answers


def test_a_path_leads_through_pointers_and_arrays_as_far_as_there_is_something():
    members = (s.Member("request", pointer(s.ArrayShape(NESTED, 2, 64, 8)), HERE),)
    assert [each.name for each in along(members, ["request", "inner", "buffer"])] == [
        "request",
        "inner",
        "buffer",
    ]
    assert [each.name for each in along(members, ["request", "other", "buffer"])] == ["request"]
    assert [path for path, _ in paths((s.Member("request", pointer(NESTED), HERE),))] == [
        "request",
        "request.count",
        "request.inner",
        "request.inner.buffer",
        "request.list",
    ]


def test_what_a_pointer_to_one_leads_to():
    assert number_of(pointer(INT)) is INT
    assert number_of(pointer(INT, what=s.What.ARRAY)) is None
    assert fields_of(pointer(NESTED)) == NESTED.members
    assert fields_of(INT) == ()
