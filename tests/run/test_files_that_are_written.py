"""Callbacks that write a file, at a position that others seek and tell: what that holds in the end is judged."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stddef.h>
#include <stdint.h>
typedef struct fw_out fw_out;
typedef int (*fw_write)(void *mine, const uint8_t *data, int size);
typedef int64_t (*fw_seek)(void *mine, int64_t offset, int whence);
typedef int64_t (*fw_tell)(void *mine);
typedef int (*fw_read)(void *mine, uint8_t *to, int room);
/* A file of chunks: how many bytes there are in all, in one byte, and then these. */
fw_out *fw_open(fw_write write, fw_seek seek, void *mine);
int fw_add(fw_out *out, const uint8_t *data, int size);
int fw_finish(fw_out *out);
void fw_close(fw_out *out);
/* Writes each byte in a place of its own, from the last to the first. */
int fw_backwards(const uint8_t *data, int size, fw_write write, fw_seek seek, fw_tell tell, void *mine);
/* Adds 1 to each byte of a file. */
int fw_raise(fw_read read, fw_write write, fw_seek seek, void *mine);
typedef struct {
    size_t (*write)(const void *from, size_t size, size_t count, void *source);
    int (*seek)(void *source, int64_t offset, int whence);
    int (*tell)(void *source, uint64_t *place);
} fw_calls;
int fw_numbers(const uint16_t *numbers, size_t n, const fw_calls *calls, void *source);
"""
SOURCE = """\
#include "fw.h"
#include <stdio.h>
#include <stdlib.h>
enum { NOTHING, STAYS, SHORT };
struct fw_out { fw_write write; fw_seek seek; void *mine; int size, failed; };
static int all(fw_write write, void *mine, const uint8_t *data, int size)
{
    while (size > 0) {
        int n = write(mine, data, size);
        if (WRONG == SHORT && n > 0) /* whatever was taken, was all */
            return 0;
        if (n <= 0)
            return -1;
        data += n, size -= n;
    }
    return 0;
}
fw_out *fw_open(fw_write write, fw_seek seek, void *mine)
{
    fw_out *made = malloc(sizeof *made);
    if (!made)
        return NULL;
    *made = (fw_out){write, seek, mine, 0, 0};
    if (all(write, mine, (const uint8_t *)"", 1) == 0)
        return made;
    free(made);
    return NULL;
}
int fw_add(fw_out *out, const uint8_t *data, int size)
{
    if (out->failed || out->size + size > 255)
        return -1;
    out->size += size;
    out->failed = all(out->write, out->mine, data, size) != 0;
    return out->failed ? -1 : 0;
}
int fw_finish(fw_out *out)
{
    uint8_t size = (uint8_t)out->size;
    if (out->failed)
        return -1;
    if (WRONG != STAYS && out->seek(out->mine, 0, SEEK_SET) < 0)
        return -1;
    out->failed = all(out->write, out->mine, &size, 1) != 0;
    if (out->failed)
        return -1;
    return out->seek(out->mine, 0, SEEK_END) < 0 ? -1 : 0;
}
void fw_close(fw_out *out) { free(out); }
int fw_backwards(const uint8_t *data, int size, fw_write write, fw_seek seek, fw_tell tell, void *mine)
{
    for (int i = size - 1; i >= 0; i--) {
        if (seek(mine, i, SEEK_SET) != i || tell(mine) != i)
            return -1;
        if (write(mine, data + (WRONG == STAYS && i == 1 ? 0 : i), 1) != 1)
            return -1;
    }
    return 0;
}
int fw_raise(fw_read read, fw_write write, fw_seek seek, void *mine)
{
    uint8_t one;
    int n, whole = 0;
    while ((n = read(mine, &one, 1)) == 1) {
        one++;
        if ((WRONG != STAYS || whole != 2) && seek(mine, -1, SEEK_CUR) < 0)
            return -1;
        if (write(mine, &one, 1) != 1)
            return -1;
        whole++;
    }
    if (n < 0 || seek(mine, 0, SEEK_SET) < 0)
        return -1;
    for (int i = 0; i < whole; i++)
        if (read(mine, &one, 1) != 1)
            return -2; /* there is what was written */
    return whole;
}
int fw_numbers(const uint16_t *numbers, size_t n, const fw_calls *calls, void *source)
{
    uint64_t place;
    if (calls->seek(source, 4, SEEK_SET) != 0)
        return -1;
    size_t done = calls->write(numbers, 2, n, source);
    if (WRONG == SHORT ? done == 0 && n != 0 : done != n)
        return -1;
    return calls->tell(source, &place) == 0 && place == 4 + 2 * done ? 0 : -1;
}
"""
CONTRACT = """\
abidance: 1
boundary: fw
header: fw.h
libraries: {c: {path: libfw.so}}
types:
  fw_calls:
    fields:
      write:
        callback:
          writes: {data: from}
          params: {from: {to: bytes, length: size * count}, size: {range: [2, 2]}, count: {range: [0, 9]}}
          returns: {range: [0, 9]}
          at_most: count
      seek: {callback: {seeks: {callback: write, to: offset, from: whence}, returns: {one_of: [0, -1]}}}
      tell:
        callback:
          tells: {position: write, in: place}
          params: {place: {out: uint64_t}}
          returns: {one_of: [0, -1]}
handles: {fw_out: {create: fw_open, destroy: fw_close}}
functions:
  fw_open:
    params:
      write:
        callback:
          writes: {data: data}
          params: {data: {to: bytes, length: size}, size: {range: [0, 255]}}
          returns: {range: [-1, 255]}
          at_most: size
          lifetime: handle(fw_out)
        user_data: mine
      seek:
        callback:
          seeks: {callback: write, to: offset, from: whence, answers: position}
          lifetime: handle(fw_out)
        user_data: mine
    returns: {handle: fw_out, nullable: true}
    ensures: ["implies(result != null, write.contents == '\\\\0')"]
  fw_add:
    params: {data: {in: bytes, length: size}, size: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: no room}}}
    ensures: ["implies(result == 0 and size > 0, out.write.contents[len(out.write.contents) - 1] == data[size - 1])"]
  fw_finish:
    returns: {status: {ok: [0], errors: {-1: no room}}}
    ensures: ["implies(result == 0, out.write.contents[0] == len(out.write.contents) - 1)"]
  fw_close:
  fw_backwards:
    params:
      data: {in: bytes, length: size}
      size: {range: [0, 9]}
      write:
        callback:
          writes: {data: data}
          params: {data: {to: bytes, length: size}, size: {range: [0, 9]}}
          returns: {range: [-1, 9]}
          at_most: size
        user_data: mine
      seek: {callback: {seeks: {callback: write, to: offset, from: whence, answers: position}}, user_data: mine}
      tell: {callback: {tells: {position: write}}, user_data: mine}
    returns: {status: {ok: [0], errors: {-1: it could not be written}}}
    ensures: ["implies(result == 0, write.contents == data)"]
  fw_raise:
    params:
      read:
        callback:
          params: {to: {out: bytes, capacity: room, length: result}, room: {range: [1, 9]}}
          returns: {range: [-1, 9]}
        user_data: mine
      write:
        callback:
          writes: {data: data, file: read}
          params: {data: {to: bytes, length: size}, size: {range: [1, 9]}}
          returns: {range: [-1, 9]}
          at_most: size
        user_data: mine
      seek:
        callback: {seeks: {callback: read, to: offset, from: whence, answers: position}}
        user_data: mine
    returns: {status: {ok: 0.., errors: {-1: it could not be written}}}
    ensures:
      - implies(result >= 0, len(write.contents) == len(read.contents))
      - "implies(result >= 0, all((read.contents[i] + 1) % 256 == write.contents[i] for i in range(result)))"
      - "implies(result >= 0,
        all(read.calls[len(read.calls) - result + i].to[0] == write.contents[i] for i in range(result)))"
  fw_numbers:
    params:
      numbers: {in: array, length: n}
      n: {range: [0, 9]}
      calls: {in: fw_calls, user_data: source}
    returns: {status: {ok: [0], errors: {-1: it could not be written}}}
    ensures: ["implies(result == 0, len(calls.write.contents) == (4 + 2 * n if n > 0 else 0))"]
laws:
  all_chunks_are_there:
    given: {out: fw_out, one: {in: bytes, max: 5}, other: {in: bytes, max: 5}}
    steps: ["a = fw_add(out, one)", "b = fw_add(out, other)", c = fw_finish(out)]
    requires: [len(one) > 0]
    ensures:
      - "implies(a.result == 0 and b.result == 0 and c.result == 0,
        len(c.out.write.contents) >= 1 + len(one) + len(other))"
"""
DEFECTS = {
    "fw_out": ("STAYS", "ABD321"),
    "fw_backwards": ("STAYS", "ABD321"),
    "fw_raise": ("STAYS", "ABD321"),
    "fw_numbers": ("SHORT", "ABD321"),
    "all_chunks_are_there": ("SHORT", "ABD321"),
}


def phase_of(item):
    return (
        ("laws",)
        if item == "all_chunks_are_there"
        else ("lifecycle",)
        if item == "fw_out"
        else ("properties",)
    )


@pytest.mark.slow
@pytest.mark.parametrize("item", DEFECTS)
def test_what_is_written_elsewhere_is_found(item, codes_of):
    wrong, code = DEFECTS[item]
    found = codes_of("fw", HEADER, SOURCE, CONTRACT, item, phase_of(item), f"-DWRONG={wrong}", least=60)

    assert code in found
    assert {*found} <= {"ABD321", "ABD322"}, "what is not read back is no such status either"


@pytest.mark.slow
@pytest.mark.parametrize("item", [*DEFECTS, "fw_add", "fw_finish"])
def test_what_is_written_there_is_sound(item, codes_of):
    assert not codes_of("fw", HEADER, SOURCE, CONTRACT, item, phase_of(item), "-DWRONG=NOTHING", least=60)


@pytest.mark.slow
@pytest.mark.parametrize("item", ["fw_backwards", "fw_raise"])
def test_a_finding_says_that_it_writes(item, findings_of):
    (found, *_) = findings_of(
        "fw", HEADER, SOURCE, CONTRACT, item, ("properties",), "-DWRONG=STAYS", least=60
    )

    writer = next(line for line in found.call.splitlines() if "write(" in line)
    assert writer.endswith(");        // writes")


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        (
            "writes: {data: data, file: read}",
            "writes: {data: data, file: reed}",
            "no such callback beside it",
        ),
        ("writes: {data: data, file: read}", "writes: {data: size, file: read}", "leads to nothing of which"),
        ("writes: {data: data, file: read}", "writes: {data: data, file: seek}", "it reads nothing"),
        ("writes: {data: data, file: read}", "writes: {data: daten, file: read}", "parameter `daten`"),
        ("writes: {data: data, file: read}", "writes: {file: read}", "needs `data`"),
        ("tells: {position: write}", "tells: {position: seek}", "it reads nothing"),
        (
            "at_most: size\n        user_data: mine\n      seek:\n        callback: {seeks: {callback: read",
            "at: size\n        user_data: mine\n      seek:\n        callback: {seeks: {callback: read",
            "`at`",
        ),
    ],
)
def test_what_is_written_has_a_file(was, then, words, written, capsys):
    assert was in CONTRACT
    written("fw", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "fw.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
