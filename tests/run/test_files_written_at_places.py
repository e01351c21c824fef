"""Callbacks that write, and read, at a place that each call is told: what the file holds in the end is judged."""

from __future__ import annotations

import re

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stddef.h>
#include <stdint.h>
typedef struct {
    int (*read)(void *mine, void *to, int room, int64_t offset);
    int (*write)(void *mine, const void *data, int size, int64_t offset);
    int (*size)(void *mine, int64_t *size);
} pl_file;
/* Turns a file round, in place: from both ends to the middle. */
int pl_reverse(const pl_file *file, void *mine);
/* A list of bytes, behind one that says how many. */
typedef struct pl_list pl_list;
typedef size_t (*pl_write)(void *mine, uint64_t offset, const void *data, size_t n);
pl_list *pl_open(pl_write write, void *mine);
int pl_add(pl_list *list, uint8_t byte);
int pl_count(const pl_list *list);
void pl_close(pl_list *list);
/* Writes numbers into cells, the last first; returns how many were taken. */
typedef long (*pl_cells)(void *mine, const uint16_t *data, long n, unsigned block, unsigned blocks);
long pl_scatter(const uint16_t *numbers, long n, pl_cells write, void *mine);
"""
SOURCE = """\
#include "pl.h"
#include <stdlib.h>
enum { NOTHING, ASTRAY, STALE, SHORT };
static int get(const pl_file *file, void *mine, uint8_t *to, int64_t at)
{
    int n = file->read(mine, to, 1, at);
    return n == 1 ? 0 : -1;
}
int pl_reverse(const pl_file *file, void *mine)
{
    int64_t size;
    if (file->size(mine, &size) != 0)
        return -1;
    for (int64_t low = 0, high = size - 1; low < high; low++, high--) {
        uint8_t first, last;
        if (get(file, mine, &first, low) || get(file, mine, &last, high))
            return -1;
        if (file->write(mine, &last, 1, low) != 0)
            return -1;
        if (WRONG == STALE && get(file, mine, &first, low)) /* what is there by now */
            return -1;
        if (file->write(mine, &first, 1, high - (WRONG == ASTRAY && high == 2)) != 0)
            return -1;
        if (WRONG != ASTRAY && (get(file, mine, &last, high) || last != first))
            return -2; /* there is what was written */
    }
    return 0;
}
struct pl_list { pl_write write; void *mine; uint8_t size, failed; };
static int put(pl_list *list, uint64_t at, const uint8_t *from, size_t n)
{
    while (n > 0) {
        size_t done = list->write(list->mine, at, from, n);
        if (done == 0)
            return -1;
        if (WRONG == SHORT)
            break;
        at += done, from += done, n -= done;
    }
    return 0;
}
pl_list *pl_open(pl_write write, void *mine)
{
    pl_list *made = malloc(sizeof *made);
    if (made == NULL)
        return NULL;
    *made = (pl_list){write, mine, 0, 0};
    if (put(made, 0, (const uint8_t[2]){0, 0xff}, 2) == 0)
        return made;
    free(made);
    return NULL;
}
int pl_add(pl_list *list, uint8_t byte)
{
    const uint8_t both[2] = {byte, 0xff}, size = (uint8_t)(list->size + 1);
    if (list->failed || list->size == 9)
        return -1;
    list->failed = put(list, 1u + list->size, both, 2) != 0;
    if (!list->failed && !(WRONG == STALE && size == 3))
        list->failed = put(list, WRONG == ASTRAY ? size : 0, &size, 1) != 0;
    if (list->failed)
        return -1;
    list->size = size;
    return 0;
}
int pl_count(const pl_list *list) { return list->size; }
void pl_close(pl_list *list) { free(list); }
long pl_scatter(const uint16_t *numbers, long n, pl_cells write, void *mine)
{
    for (long i = n - 1; i >= 0; i--)
        if (write(mine, numbers + i, 1, (unsigned)(i + (WRONG == ASTRAY && i == 1)), 2) != 1)
            return n - 1 - i;
    return n;
}
"""
CONTRACT = """\
abidance: 1
boundary: pl
header: pl.h
libraries: {c: {path: libpl.so}}
types:
  pl_file:
    fields:
      read:
        callback:
          at: offset
          params: {to: {out: bytes, capacity: room, length: result}, room: {range: [1, 9]}}
          returns: {range: [-1, 9]}
      write:
        callback:
          writes: {data: data, file: read}
          at: offset
          params: {data: {to: bytes, length: size}, size: {range: [1, 9]}}
          returns: {one_of: [0, -1]}
      size:
        callback:
          tells: {size: read, in: size}
          params: {size: {out: int64_t}}
          returns: {one_of: [0, -1]}
handles: {pl_list: {create: pl_open, destroy: pl_close}}
functions:
  pl_reverse:
    params: {file: {in: pl_file, user_data: mine}}
    returns: {status: {ok: [0], errors: {-1: it failed}}}
    ensures:
      - implies(result == 0, len(file.write.contents) == len(file.read.contents))
      - "implies(result == 0, all(file.write.contents[i] == file.read.contents[len(file.read.contents) - 1 - i]
        for i in range(len(file.read.contents))))"
      - "implies(result == 0 and len(file.write.calls) > 0,
        file.read.calls[len(file.read.calls) - 1].to == file.write.calls[len(file.write.calls) - 1].data)"
  pl_open:
    params:
      write:
        callback:
          writes: {data: data}
          at: offset
          params: {data: {to: bytes, length: n}, n: {range: [1, 2]}}
          returns: {range: [0, 9]}
          at_most: n
          lifetime: handle(pl_list)
        user_data: mine
    returns: {handle: pl_list, nullable: true}
    ensures: ["implies(result != null, len(write.contents) == 2 and write.contents[1] == 255)"]
  pl_add:
    returns: {status: {ok: [0], errors: {-1: no room}}}
    ensures:
      - implies(result == 0, list.write.contents[0] == pl_count(list))
      - implies(result == 0, len(list.write.contents) == pl_count(list) + 2)
      - implies(result == 0, list.write.contents[pl_count(list)] == byte)
      - implies(result == 0, list.write.contents[pl_count(list) + 1] == 255)
  pl_count:
  pl_close:
  pl_scatter:
    params:
      numbers: {in: array, length: n}
      n: {range: [0, 9]}
      write:
        callback:
          writes: {data: data}
          at: block * blocks
          params: {data: {to: array, length: n}, n: {range: [1, 1]}, block: {range: [0, 99]}, blocks: {range: [2, 2]}}
          returns: {one_of: [1, -1]}
        user_data: mine
    ensures:
      - "implies(result == n, all(write.contents[2 * i] == numbers[i] for i in range(n)))"
      - "implies(result == n and n > 0, len(write.contents) == 2 * n - 1)"
"""
DEFECTS = [
    ("pl_reverse", "ASTRAY", "properties"),
    ("pl_reverse", "STALE", "properties"),
    ("pl_list", "ASTRAY", "lifecycle"),
    ("pl_list", "STALE", "lifecycle"),
    ("pl_open", "SHORT", "properties"),
    ("pl_scatter", "ASTRAY", "properties"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("item", "wrong", "phase"), DEFECTS)
def test_what_goes_to_a_wrong_place_is_found(item, wrong, phase, codes_of):
    found = codes_of("pl", HEADER, SOURCE, CONTRACT, item, (phase,), f"-DWRONG={wrong}", least=60)

    assert "ABD321" in found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "phase"), sorted({(item, phase) for item, _, phase in DEFECTS} | {("pl_add", "properties")})
)
def test_what_goes_to_its_place_is_sound(item, phase, codes_of):
    assert not codes_of("pl", HEADER, SOURCE, CONTRACT, item, (phase,), "-DWRONG=NOTHING", least=60)


@pytest.mark.slow
@pytest.mark.parametrize("item", ["pl_reverse", "pl_scatter"])
def test_a_finding_says_where_they_write(item, findings_of):
    (found, *_) = findings_of(
        "pl", HEADER, SOURCE, CONTRACT, item, ("properties",), "-DWRONG=ASTRAY", least=60
    )

    writer = next(line for line in found.call.splitlines() if "write(" in line)
    assert re.search(r"\);        // writes at `(offset|block \* blocks)`$", writer)


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        (
            "writes: {data: data, file: read}\n          at: offset",
            "writes: {data: data, file: read}",
            "it is told where to read or write each time",
        ),
        (
            "at: offset\n          params: {to: {out",
            "params: {to: {out",
            "it goes on where it was, and this callback says `at`",
        ),
        ("tells: {size: read", "tells: {position: read", "it is told where to read or write each time"),
        ("tells: {size: read", "tells: {end: write", "it is told where to read or write each time"),
        ("at: block * blocks", "at: data", "told by whole numbers"),
        (
            "at: offset\n          params: {to",
            "at: offset\n          at_most: room\n          params: {to",
            "at_most",
        ),
    ],
)
def test_those_of_one_file_agree_on_where(was, then, words, written, capsys):
    assert CONTRACT.count(was) == 1
    written("pl", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "pl.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
