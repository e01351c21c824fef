"""Types of C are walked through in one way: every kind, and what names stand for."""

from __future__ import annotations

import typing
from dataclasses import fields
from pathlib import Path

import pytest

from abidance.core.span import Span
from abidance.ir import types as t
from abidance.ir.declarations import Declarations, Field, Record, Typedef
from abidance.ir.traversal import bare, children, layers, plain, reach, rebuilt, walk

pytestmark = pytest.mark.unit

HERE = Span.at(Path("a.h"), 1)
INT, CHAR = t.Basic("int"), t.Basic("char")
CONST = frozenset({"const"})
VALUES = {
    "Type": INT,
    "tuple[Type, ...]": (INT, CHAR),
    "str": "a",
    "int | None": 3,
    "bool": True,
    "frozenset[str]": CONST,
    "tuple[str, ...]": (),
}
KINDS = typing.get_args(t.Type)


def made(kind):
    """Return a type of a kind, and the types that are inside it."""
    given = {field.name: VALUES[field.type] for field in fields(kind)}
    inside = [given[field.name] for field in fields(kind) if "Type" in field.type]
    return kind(**given), [each for part in inside for each in (part if isinstance(part, tuple) else (part,))]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_inside_a_kind_of_type_is_among_its_children(kind):
    type_, inside = made(kind)
    assert [*children(type_)] == inside
    assert [*walk(type_)] == [type_, *inside]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_type_is_rebuilt_with_something_else_in_each_place(kind):
    type_, inside = made(kind)
    assert rebuilt(type_, lambda each: each) == type_
    again = rebuilt(type_, lambda _: t.Void())
    assert type(again) is kind
    assert [*children(again)] == [t.Void()] * len(inside)


def declared(typedefs=(), **records):
    return Declarations(
        HERE,
        records={
            f"struct {tag}": Record(f"struct {tag}", "struct", tag, f"struct {tag}", members, HERE)
            for tag, members in records.items()
        },
        typedefs={name: Typedef(name, type_, HERE) for name, type_ in typedefs},
    )


def test_a_list_of_records_ends_where_it_comes_back_to_itself():
    node = t.RecordRef("struct node")
    header = declared(node=(Field("next", t.Pointer(node), HERE), Field("value", INT, HERE)))
    assert [*reach([node], header)] == [node, t.Pointer(node), INT]
    assert [*reach([node], header, closed={"struct node"})] == [node]


def test_typedefs_that_stand_for_each_other_end():
    header = declared([("a", t.TypedefRef("b")), ("b", t.TypedefRef("a"))])
    assert bare(t.TypedefRef("a"), header.typedefs) == t.TypedefRef("a")
    assert {*reach([t.TypedefRef("a")], header)} == {t.TypedefRef("a"), t.TypedefRef("b")}


def test_a_name_of_which_nothing_is_known_is_the_last_layer():
    assert [*layers(t.Qualified(t.TypedefRef("size_t"), CONST), {})] == [
        t.Qualified(t.TypedefRef("size_t"), CONST),
        t.TypedefRef("size_t"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (t.Pointer(t.TypedefRef("word")), t.Pointer(t.Qualified(INT, CONST)), True),
        (t.Array(t.TypedefRef("word"), 4), t.Array(INT, 4), True),
        (t.Array(INT, 4), t.Array(INT, 5), False),
        (t.FunctionType(INT, (t.TypedefRef("word"),)), t.FunctionType(t.TypedefRef("word"), (INT,)), True),
        (t.FunctionType(INT, ()), t.FunctionType(INT, (), prototype=False), True),
        (t.FunctionType(INT, (INT,)), t.FunctionType(INT, (INT,), variadic=True), False),
        (t.Vector(INT, "16"), t.Vector(INT, "16", "ext_vector_type"), False),  # bytes, and elements
        (t.RecordRef("struct a"), t.RecordRef("struct b"), False),
        (INT, CHAR, False),
    ],
)
def test_two_types_are_the_same_behind_names_and_qualifiers(one, other, same):
    header = declared([("word", INT)])
    assert header.same(one, other) is same
    assert (plain(one, header.typedefs) == plain(other, header.typedefs)) is same
