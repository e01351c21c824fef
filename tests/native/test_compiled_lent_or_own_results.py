"""Results in the caller's room or in a block of their own, compiled: in calls, and where a law passes NULL."""

from __future__ import annotations

import pytest
from built_contract import of_texts

HEADER = """\
#include <stddef.h>
char *lo_double(const char *text, size_t length, char *room, size_t *size);
"""
SOURCE = """\
#include <stdlib.h>
#include "lo.h"
enum { SOUND, NEAR, OTHER, INSIDE };
char *lo_double(const char *text, size_t length, char *room, size_t *size)
{
    size_t needed = 2 * length;
    int fits = room && needed <= *size - (WRONG == NEAR && *size > 0);  /* near: it keeps one byte free */
    char *result = fits ? room : malloc(needed + 1);
    if (WRONG == INSIDE && !fits && length > 2) result++;  /* what is freed is no block */
    for (size_t i = 0; i < needed; i++) result[i] = text[i / 2] + (WRONG == OTHER && !room && i == 3);
    *size = needed;
    return result;
}
"""
CONTRACT = """\
abidance: 1
boundary: lo
header: lo.h
libraries: {c: {path: liblo.so}}
functions:
  lo_double:
    params:
      text: {in: bytes, length: length, max: 48}
      room: {out: bytes, capacity: size, nullable: true}
      size: {inout: size_t, range: [0, 32]}
    returns: {to: bytes, length: size, owner: caller, free: free, owned_unless: room}
    ensures: ["size == 2 * len(text)"]
laws:
  twice:
    given: {text: {in: bytes, max: 12}}
    steps: ["a = lo_double(text, room=null)", "b = lo_double(a.result, room=null)"]
    ensures: ["len(b.result) == 4 * len(text)", "all(b.result[i] == text[i // 4] for i in range(len(b.result)))"]
"""


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    flags = lambda wrong: (f"-DWRONG={wrong}", "-w")  # noqa: E731
    return of_texts(tmp_path_factory.mktemp("lo"), "lo", HEADER, CONTRACT, SOURCE, flags)


@pytest.mark.parametrize("library", ["SOUND", "NEAR"])
@pytest.mark.parametrize("entry", ["lo_double", "twice"])
def test_a_result_in_either_is_held_to_the_contract(library, entry, target):
    ended = target.run(library, entry, 4_000, 1)

    assert (ended.returncode, ended.stderr) == (0, "")


def test_what_a_step_without_room_returns_is_looked_at(target):
    assert "ABD376 twice" in target.run("OTHER", "twice").stderr


@pytest.mark.parametrize("entry", ["lo_double", "twice"])
def test_what_is_in_neither_is_no_block_to_free(entry, target):
    assert target.run("INSIDE", entry).returncode != 0


def test_nothing_is_left_to_run(target):
    assert not target.target.left
