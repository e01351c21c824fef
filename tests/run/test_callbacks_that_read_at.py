"""Callbacks that are told where to read: what there is stays the same, in whatever order it is asked for."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
#include <stddef.h>
#include <stdint.h>
typedef long (*ra_read)(void *mine, void *to, size_t room, uint64_t offset);
typedef const char *(*ra_chunk)(void *mine, uint32_t index, uint32_t *length);
typedef int (*ra_fill)(void *mine, uint16_t *to, int count, int first);
typedef long (*ra_lend)(void *mine, size_t page, const uint16_t **numbers);
long ra_sum(ra_read read, void *mine);
int ra_vowels(ra_chunk chunk, void *mine);
int ra_alike(ra_fill fill, void *mine, int first);
long ra_last(ra_lend lend, void *mine);
"""
SOURCE = """\
#include "ra.h"
#include <string.h>
enum { NOTHING, SKIPS, FORGETS, OVER, SHORT };
/* Adds all bytes up, and looks at each a second time, from the last to the first. */
long ra_sum(ra_read read, void *mine)
{
    unsigned char piece[3], again;
    long n, sum = 0;
    uint64_t at = 0;
    while ((n = read(mine, piece, sizeof piece, at)) > 0) {
        for (long i = WRONG == SKIPS && at > 2; i < n; i++)
            sum += piece[i];
        at += (uint64_t)n;
    }
    if (n < 0)
        return -1;
    if (WRONG == SHORT && at > 4)
        return 0;
    while (at-- > 0) {
        if (read(mine, &again, 1, at) != 1)
            return -2;
        sum -= again;
    }
    return sum;
}
/* Looks at the text from two places in turn. */
int ra_vowels(ra_chunk chunk, void *mine)
{
    uint32_t n, m;
    int found = 0;
    for (uint32_t at = 0;; at++) {
        const char *here = chunk(mine, at, &n), *later;
        if (n == 0)
            return found;
        found += memchr("aeiou", here[WRONG == OVER ? n : 0], 5) != NULL;
        later = chunk(mine, at + 1, &m);
        if (m > 0 && n > 1 && later[0] != here[1])
            return -2;
        if (WRONG == FORGETS && m == 0)
            return found - 1;
    }
}
/* Whether numbers are what they were. */
int ra_alike(ra_fill fill, void *mine, int first)
{
    uint16_t one[5], other[2];
    if (fill(mine, one, 5, first) != 0 || fill(mine, other, 2, first + 2) != 0)
        return -1;
    return one[2] == other[0] && one[3] == other[1] && (WRONG != FORGETS || first < 3);
}
long ra_last(ra_lend lend, void *mine)
{
    const uint16_t *numbers;
    long n = lend(mine, 0, &numbers), sum = -1;
    size_t at = 0;
    while (n > 0) {
        sum = numbers[WRONG == OVER ? n : n - 1];
        at += (size_t)n;
        n = lend(mine, at, &numbers);
    }
    if (at > 1 && lend(mine, at - 1, &numbers) == 1 && numbers[0] != (uint16_t)sum)
        return -2;
    return sum;
}
"""
CONTRACT = """\
abidance: 1
boundary: ra
header: ra.h
libraries: {c: {path: libra.so}}
functions:
  ra_sum:
    params:
      read:
        callback:
          at: offset
          params: {to: {out: bytes, capacity: room, length: result}, room: {range: [1, 3]}}
          returns: {range: [-1, 3]}
        user_data: mine
    returns: {status: {ok: [0], errors: {-1: it cannot be read}}}
    ensures: [implies(result == 0, len(read.calls) > len(read.contents))]
    examples:
      - {read: [{to: abc, returns: 3}, {to: d, returns: 1}, {to: "", returns: 0}], returns: 0}
  ra_vowels:
    params:
      chunk:
        callback: {at: index, params: {length: {out: uint32_t}}, returns: {to: bytes, length: length, nullable: true}}
        user_data: mine
    ensures: ["result == sum(1 for c in chunk.contents if c in [97, 101, 105, 111, 117])"]
    examples: [{chunk: [ab, e, ""], returns: 2}]
  ra_alike:
    params:
      fill:
        callback:
          at: first
          params: {to: {out: array, capacity: count}, count: {range: [2, 5]}, first: {range: [0, 99]}}
          returns: {one_of: [0, -1]}
        user_data: mine
      first: {range: [0, 9]}
    returns: {one_of: [1, -1]}
    ensures: ["implies(result == 1, fill.calls[0].to[2] == fill.contents[(first + 2) % len(fill.contents)])"]
  ra_last:
    params:
      lend:
        callback:
          at: page
          params: {numbers: {out: {to: array, length: result}}}
          returns: {range: [0, 99]}
        user_data: mine
    ensures: ["result == (lend.contents[len(lend.contents) - 1] if len(lend.contents) > 0 else -1)"]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "wrong", "codes"),
    [
        ("ra_sum", "NOTHING", set()),
        ("ra_sum", "SKIPS", {"ABD322"}),
        ("ra_sum", "SHORT", {"ABD321"}),
        ("ra_vowels", "NOTHING", set()),
        ("ra_vowels", "FORGETS", {"ABD321"}),
        ("ra_vowels", "OVER", {"ABD312"}),
        ("ra_alike", "NOTHING", set()),
        ("ra_alike", "FORGETS", {"ABD322"}),
        ("ra_last", "NOTHING", set()),
        full("ra_last", "OVER", {"ABD312"}),
    ],
)
@pytest.mark.parametrize("phase", ["examples", "properties"])
def test_what_there_is_stays_the_same(function, wrong, codes, phase, codes_of):
    found = codes_of("ra", HEADER, SOURCE, CONTRACT, function, (phase,), f"-DWRONG={wrong}", least=60)

    assert {*found} <= codes
    assert bool(found) == bool(codes) or phase == "examples"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "wrong", "codes"),
    [
        ("ra_sum", "NOTHING", set()),
        ("ra_sum", "SKIPS", {"ABD322"}),
        ("ra_sum", "SHORT", {"ABD321"}),
        ("ra_alike", "NOTHING", set()),
        ("ra_alike", "FORGETS", {"ABD322"}),
        ("ra_vowels", "NOTHING", set()),
        ("ra_vowels", "FORGETS", {"ABD321"}),
        ("ra_vowels", "OVER", {"ABD312"}),
        ("ra_last", "NOTHING", set()),
        ("ra_last", "OVER", {"ABD312"}),
    ],
)
def test_it_does_while_exploring(function, wrong, codes, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")
    found = codes_of("ra", HEADER, SOURCE, CONTRACT, function, ("explore",), f"-DWRONG={wrong}")

    assert codes <= {*found}
    assert codes or not found


@pytest.mark.slow
@pytest.mark.parametrize(("function", "wrong"), [("ra_sum", "SKIPS"), ("ra_vowels", "FORGETS")])
def test_a_finding_says_what_there_is_to_read(function, wrong, findings_of):
    (found,) = findings_of("ra", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}")

    (reader, *_) = found.call.splitlines()
    assert "        // reads " in reader
    assert reader.endswith((", from `offset` on", ", from `index` on"))


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        ("at: offset", "at: mine", "told by whole numbers"),
        ("at: offset", "at: other", "other"),
        ("{to: {out: bytes, capacity: room, length: result}, room: {range: [1, 3]}}", "{}", "reads nothing"),
    ],
)
def test_it_is_told_where_by_a_number(was, then, words, written, capsys):
    assert was in CONTRACT
    written("ra", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "ra.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
