"""Values of random types become the bytes that C gives them, and bytes that C wrote are those values again."""

from __future__ import annotations

import ctypes
import random
import re
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from abidance.boundary.model.types import ArrayShape, RecordShape
from abidance.boundary.values.memory import blank, is_byte, meaning, pack, unpack
from declarations.c_strategies import EVERYTHING, top_records
from declarations.c_text import render
from declarations.c_types import Array as CArray
from declarations.c_types import FunctionPointer, Pointer, Typedef, bare
from declarations.c_types import Record as CRecord
from declarations.c_values import c_assign, c_differs, leaves
from declarations.random_values import value_of
from tiers import full

COMPILE = ["-std=gnu11", "-w", "-O1", "-shared", "-fPIC", "-o", "libsubject.so", "subject.c"]


def points(type_):
    match bare(type_):
        case Pointer() | FunctionPointer():
            return True
        case CArray(of, _) | Typedef(of, _):
            return points(of)
        case CRecord(_, members):
            return any(points(each.type) for each in members)
    return False


def drawn(number, size):
    found = []

    @seed(number)
    @settings(
        max_examples=4 * size,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(top_records(EVERYTHING.by_value()))
    def draw(type_):
        if not points(type_):
            found.append(type_)

    draw()
    return found[:size]


def steps(leaf):
    path = [int(index) if index else name for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", leaf.path)]
    return [*path, *([leaf.part] if leaf.part else [])]


def given_value(shape, tree):
    """Return the value of `shape` that a tree of scalars says; what it leaves out of a struct or array is zero."""
    match shape:
        case RecordShape():
            return {m.name: given_value(m.shape, tree[m.name]) for m in shape.members if m.name in tree}
        case ArrayShape(of, count):
            items = [given_value(of, tree[n]) if n in tree else blank(of) for n in range(count)]
            return bytes(items) if is_byte(of) else items
    return tree


def tree_of(listed):
    tree = {}
    for leaf in listed:
        *outer, last = steps(leaf)
        place = tree
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = leaf.value
    return tree


def at(value, path):
    for step in path:
        value = value[step]
    return value


@pytest.mark.slow
@pytest.mark.parametrize(("compiler", "number"), [("gcc", 1), full("clang", 2)])
def test_values_are_the_bytes_of_c(number, compiler, tmp_path, joined, monkeypatch):
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    monkeypatch.setenv("CC", compiler)
    types, choose = drawn(number, 40), random.Random(number)  # noqa: S311 - no secret
    values = [value_of(type_, choose) for type_ in types]
    source, lines, header = render(types), ['#include "subject.h"'], []
    for n, (type_, value) in enumerate(zip(types, values, strict=True)):
        declared = source.declare(type_, "*x")
        header.append(f"void make{n}({declared}); int differs{n}(const {declared});")
        lines.append(f"void make{n}({declared}) {{ {c_assign(type_, value, '(*x)')} }}")
        lines.append(f"int differs{n}(const {declared}) {{ return {c_differs(type_, value, '(*x)')}; }}")
    functions = "".join(f"  differs{n}: {{params: {{x: {{in: T{n}}}}}}}\n" for n in range(len(types)))
    names = "".join(f"typedef {source.declare(type_, f'T{n}')};\n" for n, type_ in enumerate(types))
    boundary = joined(source.text + names + "\n".join(header), f"functions:\n{functions}")
    (tmp_path / "subject.c").write_text("\n".join(lines))
    subprocess.run([compiler, *COMPILE], cwd=tmp_path, check=True)
    library = ctypes.CDLL(str(tmp_path / "libsubject.so"))

    assert len(types) == 40
    for n, (type_, value) in enumerate(zip(types, values, strict=True)):
        shape = boundary.functions[f"differs{n}"].members[0].shape.element
        listed = leaves(type_, value)
        raw = bytearray(shape.size)
        pack(shape, given_value(shape, tree_of(listed)), raw, 0, "x", lambda *_: None)
        assert library[f"differs{n}"](aligned(raw)) == 0, source.declare(type_)

        room = aligned(bytes(shape.size))
        library[f"make{n}"](room)
        written = ctypes.string_at(room, shape.size)
        seen = unpack(shape, written, "x", lambda *_: None)
        for leaf in listed:
            assert at(seen, steps(leaf)) == leaf.value, (leaf, source.declare(type_))
        if "kind='union'" not in str(type_):  # in a union, other members' bytes are not this value's
            mask = meaning(shape)
            assert bytes(a & m for a, m in zip(raw, mask, strict=True)) == bytes(
                a & m for a, m in zip(written, mask, strict=True)
            )


def aligned(raw):
    """Return the address of a copy that is aligned for any type, and stays."""
    room = ctypes.create_string_buffer(len(raw) + 128)
    kept.append(room)
    address = -(-ctypes.addressof(room) // 128) * 128
    ctypes.memmove(address, bytes(raw), len(raw))
    return ctypes.c_void_p(address)


kept = []
