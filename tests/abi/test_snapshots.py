"""Snapshots: what was written is what is read, and what was not written by us is one clear error."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abidance.abi.diff import diff
from abidance.abi.snapshot import Snapshot, read_snapshot, write_snapshot
from abidance.abi.typetext import TypeTextError, read, write
from abidance.cli.main import main
from abidance.core.errors import UsageError
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Pointer,
    Qualified,
    RecordRef,
    TypedefRef,
    Void,
)

HEADER = """\
#include <stdio.h>
#include <stdint.h>
#define LIMIT 4
#define NAME "a \\"quoted\\" name"
enum { LOOSE = -3 };
enum kind { A, B = 9 };
typedef int (*callback)(const struct thing *, int (*)(void), ...);
struct thing { struct thing *next; union { int i; float f; }; unsigned bits : 3, : 0, more : 5; char tail[]; };
struct opaque;
union both { uint64_t all; uint8_t each[8]; };
extern const int table[LIMIT];
void stop(int) __attribute__((noreturn));
int (*signal_like(int number, void (*handler)(int)))(char);
int use(struct thing t[static 2], FILE *f, struct opaque *o, union both b, callback c, enum kind k)
    __attribute__((nonnull(2)));
static inline int in_header(void) { return 1; }
int old_style();
"""


@pytest.fixture
def snapshot(sides, tmp_path):
    facts = sides(HEADER, HEADER)[0].facts
    path = tmp_path / "thing.abi.json"
    path.write_text(write_snapshot(Snapshot(facts, "thing", "1.2")))
    return facts, path


def test_what_was_written_is_read(snapshot):
    facts, path = snapshot
    found = read_snapshot(path)
    assert (found.boundary, found.version) == ("thing", "1.2")
    assert diff(facts, found.facts) == diff(found.facts, facts) == ()
    assert write_snapshot(found) == path.read_text()


def test_every_fact_is_one_line(snapshot):
    _, path = snapshot
    document = json.loads(path.read_text())
    lines = [line.strip().rstrip(",") for line in path.read_text().splitlines()]
    for section in ("functions", "records", "enums", "typedefs", "constants", "variables"):
        for key, value in document[section].items():
            assert f"{json.dumps(key)}: {json.dumps(value)}" in lines


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"abidance_abi": 1', '"abidance_abi": 2', "it has format 2, and this version reads format 1"),
        ('"abidance_abi": 1', '"other": 1', "it is not one of abidance's"),
        ('"offset": 0', '"offset": "0"', "is not a whole number"),
        ('"offset": 0', '"offset": -1', "is not a number of bytes"),
        ('"offset": 0', '"ofset": 0', "`ofset` is not known"),
        ('"level": "types"', '"level": "rumours"', "none of"),
        ('"type": "struct thing *"', '"type": "struct thing *)"', "comes too late"),
        ('"knows": [', '"knows": ["gossip", ', "`gossip` is not a family of facts"),
        ("{", "[", "it is not JSON"),
    ],
)
def test_anything_else_is_one_clear_error(snapshot, old, new, words):
    _, path = snapshot
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(UsageError) as caught:
        read_snapshot(path)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code.id == "ABD453"
    assert words in diagnostic.message
    assert diagnostic.span is not None


BASICS = st.sampled_from(["int", "unsigned long long", "_Bool", "char", "long double", "float _Complex"]).map(
    Basic
)
NAMES = st.sampled_from(["foo_t", "_bar", "size_t"]).map(TypedefRef)
TAGS = (
    *("struct a", "union b", "struct <a.b>", "struct s [unit.c]", "struct s [unit.c 2]", "struct T[u32]::A"),
    *("struct Box[int [3]]", "struct map[int, Box[char, void (*)(int)] ]", "struct T::A"),
)
TAGGED = st.sampled_from(TAGS).map(RecordRef) | st.sampled_from(["enum e", "enum e[T]"]).map(EnumRef)
QUALIFIERS = st.sets(st.sampled_from(["const", "volatile", "restrict"]), min_size=1).map(frozenset)


def qualified(inner):
    return inner.filter(lambda each: not isinstance(each, Qualified | Array | FunctionType))


def objects(types):
    return types.filter(lambda each: not isinstance(each, FunctionType | Void))


TYPES = st.recursive(
    BASICS | NAMES | TAGGED | st.just(Void()),
    lambda inner: st.one_of(
        inner.map(Pointer),
        st.builds(Qualified, qualified(inner), QUALIFIERS),
        st.builds(Array, objects(inner), st.none() | st.integers(0, 9)),
        st.builds(
            FunctionType,
            inner.filter(lambda each: not isinstance(each, Array | FunctionType)),
            st.lists(objects(inner).filter(lambda each: not isinstance(each, Array)), max_size=3).map(tuple),
        ),
    ),
    max_leaves=8,
)


@given(TYPES)
def test_types_are_read_as_they_were_written(type_):
    assert read(write(type_)) == type_


@given(st.text(alphabet="int*()[],.voidstruct <>?`9 ", max_size=30))
def test_any_text_is_a_type_or_an_error(text):
    try:
        found = read(text)
    except TypeTextError:
        return
    assert read(write(found)) == found or "?" in text


@pytest.mark.parametrize("named", ["int", "unsigned char", "enum { false, true }", "_Bool"])
def test_a_typedef_may_be_called_bool(tmp_path, capsys, named):
    header, kept = tmp_path / "lib.h", tmp_path / "lib.abi.json"
    header.write_text(f"typedef {named} bool;\nstruct s {{ bool on; }};\nint f(struct s *of, bool on);\n")
    assert main(["abi", "snapshot", str(header), "--output", str(kept)]) == 0
    assert main(["abi", "diff", str(kept), str(header)]) == 0
    assert "compatible   0 changes" in capsys.readouterr().out
