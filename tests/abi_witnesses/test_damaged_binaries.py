"""A damaged or hostile file is refused or told less of; nothing else comes of it."""

from __future__ import annotations

import random
import time
from collections import Counter

import pytest
from binaries import binary_facts, library

from abidance.core.errors import AbidanceError
from abidance.toolchain.elf_image import open_image

SOURCE = """\
typedef struct node { struct node *next; union { int i; double d; } u; unsigned a : 3, b : 5; char t[4][2]; } node;
enum e { A, B = -1 };
int f(node *n, enum e e, int (*cb)(void *, ...)) { return n && e && cb; }
const char *const names[] = {"a"};
_Thread_local int t;
int g(int a, ...) { return a; }
"""
ODD = (0, 1, 0x7F, 0x80, 0xFF)


def damaged(data, places, dice):
    """Return the bytes with some of them changed, near where it hurts."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8))):
        start, size = dice.choice(places)
        at = start + dice.randrange(size)
        match dice.randrange(4):
            case 0:
                changed[at] = dice.randrange(256)
            case 1:
                changed[at] = dice.choice(ODD)
            case 2:
                changed[at : at + 4] = b"\xff" * 4
            case _:
                other = start + dice.randrange(size)
                changed[at : at + 4] = changed[other : other + 4]
    return bytes(changed[: len(data)])


def places_of(path):
    with path.open("rb") as file:
        sections = open_image(file).sections
        return [(0, 64)] + [
            (s.offset, s.size)
            for s in sections
            if s.name.startswith((".debug", ".dyn", ".gnu")) and s.size and s.kind != 8
        ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "build",
    [("gcc",), ("gcc", "-gdwarf-4", "-fdebug-types-section"), ("clang", "-O2"), ("gcc", "-gz")],
    ids=" ".join,
)
def test_changed_bytes_end_in_facts_or_one_clear_refusal(tmp_path, build):
    compiler, *flags = build
    path = library(tmp_path, SOURCE, *flags, compiler=compiler)
    data, places, dice = path.read_bytes(), places_of(path), random.Random(4)  # noqa: S311  the same damage every time
    seen = Counter()
    for _ in range(250):
        path.write_bytes(damaged(data, places, dice))
        started = time.monotonic()
        try:
            binary_facts(path)
            seen["read"] += 1
        except AbidanceError:
            seen["refused"] += 1
        assert time.monotonic() - started < 5
    assert min(seen["read"], seen["refused"]) > 0


def test_a_file_that_is_cut_short_is_refused(tmp_path):
    path = library(tmp_path, SOURCE)
    data = path.read_bytes()
    for size in range(0, len(data), 397):
        path.write_bytes(data[:size])
        with pytest.raises(AbidanceError, match=r"damaged|not an ELF"):
            binary_facts(path)
