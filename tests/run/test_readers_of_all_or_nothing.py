"""Callbacks that read as much as they are asked for, or fail: what libpng, lcms2, nanopb and libspng are given."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
/* Records of a length, in one byte, and so many bytes: the sum of all, or -1 where there are not so many. */
int wh_sum(int (*get)(void *mine, void *to, size_t n), void *mine, int records);
typedef struct wh_stream wh_stream;
typedef bool (*wh_fill)(void *mine, uint8_t *to, size_t count);
wh_stream *wh_open(wh_fill fill, void *mine);
int wh_next(wh_stream *stream);
int wh_taken(const wh_stream *stream);
void wh_close(wh_stream *stream);
typedef struct {
    unsigned (*read)(void *mine, void *to, unsigned size, unsigned count);
    int (*seek)(void *mine, long to);
} wh_calls;
/* The number at a place, of two bytes each, the lower one first. */
int wh_number(const wh_calls *calls, void *mine, int place);
/* The byte so far from the end of a page, of which there are some, one after the other. */
int wh_last(int (*page)(void *mine, unsigned char *to, int n, int64_t offset), void *mine, int number, int back);
/* Adds up words; `*got` is how many of them there were. */
int wh_words(int (*words)(void *mine, uint16_t *to, size_t n, size_t *got), void *mine, int n);
"""
SOURCE = """\
#include "wh.h"
#include <stdlib.h>
#include <string.h>
enum { NOTHING, IGNORES, AHEAD, PIECES };
int wh_sum(int (*get)(void *mine, void *to, size_t n), void *mine, int records)
{
    unsigned char bytes[256] = {0}, n;
    int sum = 0;
    for (int i = 0; i < records; i++) {
        if (get(mine, &n, 1) != 0)
            return -1;
        if (get(mine, bytes, n + (WRONG == AHEAD && n == 2)) != 0 && WRONG != IGNORES)
            return -1;
        for (int k = 0; k < n; k++)
            sum += bytes[k];
    }
    return sum;
}
struct wh_stream { wh_fill fill; void *mine; int taken; };
wh_stream *wh_open(wh_fill fill, void *mine)
{
    wh_stream *made = malloc(sizeof *made);
    if (made)
        *made = (wh_stream){fill, mine, 0};
    return made;
}
int wh_next(wh_stream *stream)
{
    uint8_t both[2];
    if (!stream->fill(stream->mine, both, 2))
        return -1;
    stream->taken += WRONG == AHEAD && stream->taken == 2 ? 1 : 2;
    return both[0] + both[1];
}
int wh_taken(const wh_stream *stream) { return stream->taken; }
void wh_close(wh_stream *stream) { free(stream); }
int wh_number(const wh_calls *calls, void *mine, int place)
{
    unsigned char bytes[2];
    if (calls->seek(mine, 2L * place) != 0)
        return -1;
    if (WRONG == PIECES) /* one item of two bytes is not two of one */
        return calls->read(mine, bytes, 1, 1) != 1 || calls->read(mine, bytes, 1, 1) != 1 ? -1 : bytes[0];
    return calls->read(mine, bytes, 2, 1) != 1 ? -1 : bytes[0] | bytes[1] << 8;
}
int wh_last(int (*page)(void *mine, unsigned char *to, int n, int64_t offset), void *mine, int number, int back)
{
    unsigned char bytes[8] = {0};
    if (page(mine, bytes, 8, 8LL * (number + (WRONG == AHEAD && number == 1))) != 0)
        return -1;
    return bytes[7 - back];
}
int wh_words(int (*words)(void *mine, uint16_t *to, size_t n, size_t *got), void *mine, int n)
{
    uint16_t some[16];
    size_t got = 7;
    int sum = 0, well = words(mine, some, (size_t)n, &got);
    if (well != 0 || (WRONG != IGNORES && got != (size_t)n))
        return got == 0 ? -1 : -2;
    for (size_t i = WRONG == PIECES; i < got; i++)
        sum += some[i];
    return sum;
}
"""
CONTRACT = """\
abidance: 1
boundary: wh
header: wh.h
libraries: {c: {path: libwh.so}}
types:
  wh_calls:
    fields:
      read:
        callback:
          whole: true
          params:
            to: {out: bytes, capacity: size * count, length: size * result}
            size: {range: [1, 2]}
            count: {range: [1, 1]}
          returns: {range: [0, 9]}
      seek: {callback: {seeks: {callback: read, to: to}, returns: {one_of: [0, -1]}}}
handles: {wh_stream: {create: wh_open, destroy: wh_close}}
functions:
  wh_sum:
    params:
      get:
        callback:
          whole: true
          contents: {like: '(\\x00|\\x01.|\\x02..|\\x03...){0,5}.{0,2}'}
          params: {to: {out: bytes, capacity: n}, n: {range: [0, 255]}}
          returns: {one_of: [0, -7]}
        user_data: mine
      records: {range: [0, 4]}
    returns: {status: {ok: 0.., errors: {-1: not so many}}}
    ensures:
      - implies(result >= 0, sum(len(c.to) for c in get.calls) <= len(get.contents))
      - "(result == -1) == any(c.result == -7 for c in get.calls)"
      - "implies(result >= 0, result == sum(sum(get.calls[i].to) for i in range(len(get.calls)) if i % 2 == 1))"
      - "implies(records == 1 and len(get.contents) == 1 + get.contents[0], result >= 0)"
  wh_open:
    params:
      fill:
        callback:
          whole: true
          contents: {max: 9}
          params: {to: {out: bytes, capacity: count}, count: {range: [1, 9]}}
          returns: {bool: true}
          lifetime: handle(wh_stream)
        user_data: mine
    returns: {handle: wh_stream, nullable: true}
  wh_next:
    returns: {status: {ok: 0.., errors: {-1: no more}}}
    ensures:
      - implies(result == -1, wh_taken(stream) == old(wh_taken(stream)))
      - implies(result == -1, wh_taken(stream) + 2 > len(stream.fill.contents))
      - "implies(result >= 0, wh_taken(stream) == old(wh_taken(stream)) + 2
        and result == stream.fill.contents[wh_taken(stream) - 2] + stream.fill.contents[wh_taken(stream) - 1])"
  wh_taken:
  wh_close:
  wh_number:
    params: {calls: {in: wh_calls, user_data: mine}, place: {range: [0, 9]}}
    returns: {status: {ok: 0.., errors: {-1: it is not there}}}
    ensures:
      - "implies(all(c.result == 0 for c in calls.seek.calls),
        (result == -1) == (2 * place + 2 > len(calls.read.contents)))"
      - "implies(result >= 0, result == calls.read.contents[2 * place] + 256 * calls.read.contents[2 * place + 1])"
  wh_last:
    params:
      page:
        callback:
          whole: true
          at: offset
          contents: {max: 40}
          params: {to: {out: bytes, capacity: n}, n: {range: [1, 8]}}
          returns: {one_of: [0, -1]}
        user_data: mine
      number: {range: [0, 4]}
      back: {range: [0, 7]}
    returns: {status: {ok: 0.., errors: {-1: there is no such page}}}
    ensures:
      - "(result == -1) == (8 * number + 8 > len(page.contents))"
      - "implies(result >= 0, result == page.contents[8 * number + 7 - back])"
  wh_words:
    params:
      words:
        callback:
          whole: true
          params: {to: {out: array, capacity: n, length: got}, n: {range: [0, 16]}, got: {out: size_t}}
          returns: {one_of: [0, 5]}
        user_data: mine
      n: {range: [0, 16]}
    returns: {status: {ok: 0.., errors: {-1: too few}}}
    ensures:
      - "implies(n > 0, (result == -1) == (n > len(words.contents)))"
      - "implies(result >= 0, result == sum(words.contents[:n]) and words.calls[0].got == n)"
"""
DEFECTS = [
    ("wh_sum", "IGNORES", "properties"),
    ("wh_sum", "AHEAD", "properties"),
    ("wh_stream", "AHEAD", "lifecycle"),
    ("wh_number", "PIECES", "properties"),
    ("wh_last", "AHEAD", "properties"),
    ("wh_words", "PIECES", "properties"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("item", "wrong", "phase"), DEFECTS)
def test_what_takes_a_part_for_all_is_found(item, wrong, phase, codes_of):
    found = codes_of("wh", HEADER, SOURCE, CONTRACT, item, (phase,), f"-DWRONG={wrong}", least=60)

    assert "ABD321" in found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "phase"), sorted({(item, phase) for item, _, phase in DEFECTS} | {("wh_next", "properties")})
)
def test_what_takes_all_or_nothing_is_sound(item, phase, codes_of):
    assert not codes_of("wh", HEADER, SOURCE, CONTRACT, item, (phase,), "-DWRONG=NOTHING", least=60)


@pytest.mark.slow
def test_what_ignores_how_much_there_was_and_needs_not_know_is_sound(codes_of):
    assert not codes_of(
        "wh", HEADER, SOURCE, CONTRACT, "wh_words", ("properties",), "-DWRONG=IGNORES", least=60
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "wrong"), [(item, wrong) for item, wrong, phase in DEFECTS if phase == "properties"]
)
def test_a_finding_says_what_there_is_to_read(item, wrong, findings_of):
    (found, *_) = findings_of(
        "wh", HEADER, SOURCE, CONTRACT, item, ("properties",), f"-DWRONG={wrong}", least=60
    )

    (reader, *_) = found.call.splitlines()
    assert "        // reads " in reader
    assert reader.endswith("; all that it is asked for")


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        ("returns: {one_of: [0, -7]}", "returns: {one_of: [0]}", "no way to tell that there is less"),
        (
            "params: {to: {out: bytes, capacity: count}, count: {range: [1, 9]}}",
            "params: {}",
            "no room that this",
        ),
        (
            "whole: true\n          at: offset",
            "whole: true\n          at_most: n\n          at: offset",
            "at_most",
        ),
        ("whole: true\n          at: offset", "whole: 1\n          at: offset", "must be `true`"),
    ],
)
def test_what_cannot_be_read_whole_is_said(was, then, words, written, capsys):
    assert CONTRACT.count(was) == 1
    written("wh", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "wh.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
