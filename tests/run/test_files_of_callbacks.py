"""Callbacks that share a position, as those of a file do: one reads, others seek and tell."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
#include <stddef.h>
#include <stdint.h>
typedef struct {
    int64_t (*size)(void *mine);
    int64_t (*seek)(int64_t offset, int whence, void *mine);
    int64_t (*read)(void *to, int64_t room, void *mine);
    int64_t (*tell)(void *mine);
} fl_io;
typedef struct fl_file fl_file;
fl_file *fl_open(const fl_io *io, void *mine);
long fl_first(fl_file *file);
long fl_last(fl_file *file);
long fl_at(fl_file *file, int place);
long fl_rest(fl_file *file);
void fl_close(fl_file *file);
typedef struct {
    size_t (*read)(void *to, size_t size, size_t count, void *source);
    int (*seek)(void *source, int64_t offset, int whence);
    long (*tell)(void *source);
} fl_calls;
int fl_twice(void *source, fl_calls calls);
enum fl_status { FL_FINE, FL_FAILED, FL_NOT_HERE };
typedef int (*fl_take)(void *context, unsigned char *to, size_t *count);
typedef enum fl_status (*fl_go)(void *context, uint64_t place);
typedef enum fl_status (*fl_where)(void *context, uint64_t *place);
typedef int (*fl_over)(void *context);
long fl_middle(fl_take take, fl_go go, fl_where size, fl_over over, void *context);
typedef int (*fl_read)(void *user, char *data, int size);
int fl_skipped(fl_read read, void (*skip)(void *user, int n), int (*end)(void *user), void *user);
long fl_whole(fl_read read, int64_t (*pass)(void *user, int64_t most), void *user);
"""
SOURCE = """\
#include "fl.h"
#include <stdio.h>
#include <stdlib.h>
enum { NOTHING, STAYS, FORGETS, ROUNDS, BLIND };
struct fl_file { fl_io io; void *mine; };
fl_file *fl_open(const fl_io *io, void *mine)
{
    fl_file *made = malloc(sizeof *made);
    if (made)
        *made = (fl_file){*io, mine};
    return made;
}
void fl_close(fl_file *file) { free(file); }
static long byte(fl_file *file)
{
    unsigned char one;
    return file->io.read(&one, 1, file->mine) == 1 ? one : -1;
}
long fl_first(fl_file *file) { return file->io.seek(0, SEEK_SET, file->mine) == 0 ? byte(file) : -1; }
long fl_last(fl_file *file)
{
    if (WRONG == STAYS)
        return file->io.size(file->mine) == 0 ? -1 : byte(file);
    return file->io.seek(-1, SEEK_END, file->mine) < 0 ? -1 : byte(file);
}
long fl_at(fl_file *file, int place)
{
    int64_t before = file->io.tell(file->mine);
    if (file->io.seek(place, SEEK_SET, file->mine) < 0)
        return -1;
    long found = byte(file);
    if (WRONG != FORGETS)
        file->io.seek(before, SEEK_SET, file->mine);
    return found;
}
long fl_rest(fl_file *file)
{
    long rest = (long)(file->io.size(file->mine) - file->io.tell(file->mine));
    return rest < 0 ? 0 : rest;
}
/* Whether the source is read the same a second time, in words of two bytes. */
int fl_twice(void *source, fl_calls calls)
{
    unsigned char one[2], other[2];
    long at = calls.tell(source);
    size_t n = calls.read(one, 2, 1, source), m;
    if (n == 0)
        return 0;
    if (calls.tell(source) != at + 2)
        return -1;
    if (calls.seek(source, WRONG == ROUNDS ? 0 : -2, SEEK_CUR) != 0)
        return 0;
    m = calls.read(other, 2, 1, source);
    return m == n && one[0] == other[0] && one[1] == other[1];
}
long fl_middle(fl_take take, fl_go go, fl_where size, fl_over over, void *context)
{
    uint64_t whole;
    unsigned char one;
    size_t n = 1;
    if (size(context, &whole) != FL_FINE)
        return -2;
    if (over(context) != (whole == 0))
        return -4;
    if (go(context, whole / 2) != FL_FINE && WRONG != BLIND)
        return -3;
    return take(context, &one, &n) == 0 && n == 1 ? one : -1;
}
int fl_skipped(fl_read read, void (*skip)(void *user, int n), int (*end)(void *user), void *user)
{
    char one;
    skip(user, 2);
    if (WRONG != STAYS)
        skip(user, 1);
    return !end(user) && read(user, &one, 1) == 1 ? (unsigned char)one : -1;
}
/* How much there is, by steps of three. */
long fl_whole(fl_read read, int64_t (*pass)(void *user, int64_t most), void *user)
{
    char one;
    long whole = 0;
    int64_t passed;
    while ((passed = pass(user, 3)) > 0)
        whole += WRONG == ROUNDS ? 3 : passed;
    return read(user, &one, 1) == 0 ? whole : -1;
}
"""
CONTRACT = """\
abidance: 1
boundary: fl
header: fl.h
libraries: {c: {path: libfl.so}}
types:
  fl_io:
    fields:
      size: {callback: {tells: {size: read}, lifetime: handle(fl_file)}}
      seek:
        callback:
          seeks: {callback: read, to: offset, from: whence, answers: position}
          lifetime: handle(fl_file)
      read:
        callback:
          params: {to: {out: bytes, capacity: room, length: result}, room: {range: [1, 64]}}
          returns: {range: [0, 64]}
          lifetime: handle(fl_file)
      tell: {callback: {tells: {position: read}, lifetime: handle(fl_file)}}
  fl_calls:
    fields:
      read:
        callback:
          params: {to: {out: bytes, capacity: size * count, length: size * result}, size: {range: [1, 4]}}
          returns: {range: [0, 64]}
      seek: {callback: {seeks: {callback: read, to: offset, from: whence}, returns: {one_of: [0, -1]}}}
      tell: {callback: {tells: {position: read}}}
handles:
  fl_file: {create: fl_open, destroy: fl_close}
functions:
  fl_open:
    params: {io: {in: fl_io, user_data: mine}}
  fl_close:
  fl_first: {returns: {range: [-1, 255]}}
  fl_last: {returns: {range: [-1, 255]}}
  fl_at: {params: {place: {range: [0, 9]}}, returns: {range: [-1, 255]}}
  fl_rest: {returns: {range: [0, 999]}}
  fl_twice:
    params: {calls: {user_data: source}}
    ensures: ["result == (0 if len(calls.read.contents) < 2 or calls.seek.calls[0].result != 0 else 1)"]
    returns: {one_of: [0, 1]}
  fl_middle:
    params:
      take:
        callback:
          params: {to: {out: bytes, capacity: count, length: count}, count: {inout: size_t}}
          returns: {one_of: [0, 1]}
        user_data: context
      go:
        callback: {seeks: {callback: take, to: place}, returns: {one_of: [FL_FINE, FL_FAILED, FL_NOT_HERE]}}
        user_data: context
      size:
        callback:
          tells: {size: take, in: place}
          params: {place: {out: uint64_t}}
          returns: {one_of: [FL_FINE, FL_FAILED]}
        user_data: context
      over: {callback: {tells: {end: take}}, user_data: context}
    ensures:
      - implies(size.calls[0].result != FL_FINE, result == -2)
      - implies(result >= 0, result == take.contents[len(take.contents) // 2])
      - implies(size.calls[0].result == FL_FINE, size.calls[0].place == len(take.contents))
      - "implies(len(go.calls) > 0 and go.calls[0].result != FL_FINE, result == -3)"
  fl_skipped:
    params:
      read:
        callback:
          params: {data: {out: bytes, capacity: size, length: result}, size: {range: [1, 9]}}
          returns: {range: [0, 9]}
        user_data: user
      skip: {callback: {seeks: {callback: read, by: n}}, user_data: user}
      end: {callback: {tells: {end: read}}, user_data: user}
    ensures: ["result == (read.contents[3] if len(read.contents) > 3 else -1)"]
  fl_whole:
    params:
      read:
        callback:
          params: {data: {out: bytes, capacity: size, length: result}, size: {range: [1, 9]}}
          returns: {range: [0, 9]}
        user_data: user
      pass: {callback: {seeks: {callback: read, by: most, answers: distance}}, user_data: user}
    ensures: ["result == len(read.contents)"]
laws:
  the_position_is_left_where_it_was:
    given: {file: fl_file, place: {in: int, range: [0, 9]}}
    steps: [a = fl_rest(file), b = fl_at(file, place), c = fl_rest(file)]
    ensures: [a.result == c.result]
  the_last_is_behind_the_others:
    given: {file: fl_file}
    steps: [a = fl_first(file), b = fl_rest(file), c = fl_at(file, b.result), d = fl_last(file), e = fl_rest(file)]
    ensures:
      - e.result == 0
      - implies(b.result > 0, c.result == d.result)
      - implies(b.result == 0, a.result == d.result)
"""

BREAKS = {"the_position_is_left_where_it_was": "FORGETS", "the_last_is_behind_the_others": "STAYS"}
"""By law, what breaks it."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "wrong", "codes"),
    [
        ("fl_twice", "NOTHING", set()),
        ("fl_twice", "ROUNDS", {"ABD321"}),
        ("fl_middle", "NOTHING", set()),
        ("fl_middle", "BLIND", {"ABD321"}),
        ("fl_skipped", "NOTHING", set()),
        ("fl_skipped", "STAYS", {"ABD321"}),
        ("fl_whole", "NOTHING", set()),
        ("fl_whole", "ROUNDS", {"ABD321"}),
    ],
)
@pytest.mark.parametrize("phase", ["properties", "explore"])
def test_what_is_read_goes_by_the_position(function, wrong, codes, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    assert {
        *codes_of("fl", HEADER, SOURCE, CONTRACT, function, (phase,), f"-DWRONG={wrong}", least=60)
    } == codes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"), [("NOTHING", set()), ("FORGETS", {"ABD376"}), full("STAYS", {"ABD376"})]
)
@pytest.mark.parametrize("law", ["the_position_is_left_where_it_was", "the_last_is_behind_the_others"])
@pytest.mark.parametrize("phase", ["laws", "explore"])
def test_it_is_there_as_long_as_the_handle(law, wrong, codes, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found = codes_of("fl", HEADER, SOURCE, CONTRACT, law, (phase,), f"-DWRONG={wrong}", least=60)

    assert {*found} == (codes if BREAKS[law] in (wrong, "") else set())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "wrong", "others"),
    [
        ("fl_twice", "ROUNDS", ()),
        ("fl_skipped", "STAYS", ("moves to another place", "tells whether the end is reached")),
    ],
)
def test_a_finding_says_what_they_do_with_the_file(function, wrong, others, findings_of):
    (found, *_) = findings_of(
        "fl", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}", least=60
    )

    said = [line.partition("        // ")[2] for line in found.call.splitlines()]
    assert [each for each in said if each.startswith("reads ")] != []
    assert all(each in said for each in others)


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        ("tells: {end: read}", "tells: {end: reed}", "no such callback beside it"),
        ("tells: {end: read}", "tells: {end: skip}", "it reads nothing"),
        ("seeks: {callback: read, by: n}", "seeks: {by: n}", "needs `callback`"),
        ("seeks: {callback: read, by: n}", "seeks: {callback: read, by: m}", "parameter `m`"),
        ("seeks: {callback: read, by: n}", "seeks: {callback: read, by: user}", "no whole number"),
        (
            "tells: {size: take, in: place}",
            "tells: {size: take, in: context}",
            "writes no number to `context`",
        ),
        (
            "seeks: {callback: read, by: n}",
            "seeks: {callback: read, by: n, answers: position}",
            "it returns none",
        ),
        (
            "data: {out: bytes, capacity: size, length: result}",
            "data: {out: bytes, capacity: size}",
            "no end of that",
        ),
    ],
)
def test_what_shares_a_position_has_one(was, then, words, written, capsys):
    assert was in CONTRACT
    written("fl", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "fl.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
