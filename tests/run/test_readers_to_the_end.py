"""Callbacks that read as much as they are asked for, and less at the end alone, as `fread` and libsndfile's do."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stddef.h>
typedef struct te_io {
    long (*get)(void *mine, void *to, size_t n);
    long (*put)(void *mine, const void *from, size_t n);
    int (*seek)(void *mine, long to);
} te_io;
/* How many bytes there are before the first that is 0, read four at a time. */
int te_length(long (*get)(void *mine, void *to, size_t n), void *mine);
/* Puts two bytes behind `n` others, and reads all of them at once: the sum of the two, or -1. */
int te_append(const te_io *io, void *mine, int n);
/* The sum of words, read three at a time. */
int te_sum(size_t (*words)(unsigned short *to, size_t size, size_t n, void *mine), void *mine);
"""
SOURCE = """\
#include "te.h"
enum { NOTHING, TRUSTS, STOPS };
int te_length(long (*get)(void *mine, void *to, size_t n), void *mine)
{
    char four[4] = "abc";
    for (int n = 0;; n += 4) {
        long got = get(mine, four, 4);
        for (int i = 0; i < (WRONG == TRUSTS ? 4 : got); i++)
            if (four[i] == 0)
                return n + i;
        if (got < 4 - (WRONG == STOPS)) /* less than four are the end */
            return n + (int)got;
    }
}
int te_append(const te_io *io, void *mine, int n)
{
    char all[32];
    if (io->seek(mine, n) != 0 || io->put(mine, "xy", 2) != 2 || io->seek(mine, 0) != 0)
        return -1;
    long got = io->get(mine, all, (size_t)n + 2 - (WRONG == STOPS && n == 3));
    return got == n + 2 ? all[n] + all[n + 1] : -1;
}
int te_sum(size_t (*words)(unsigned short *to, size_t size, size_t n, void *mine), void *mine)
{
    unsigned short some[3] = {0};
    int sum = 0;
    for (size_t got = 3; got == 3;) {
        got = words(some, sizeof *some, 3, mine);
        for (size_t i = 0; i < got + (WRONG == TRUSTS && got == 2); i++)
            sum += some[i];
    }
    return sum;
}
"""
CONTRACT = """\
abidance: 1
boundary: te
header: te.h
libraries: {c: {path: libte.so}}
types:
  te_io:
    fields:
      get:
        callback:
          whole: until_end
          contents: {max: 9}
          params: {to: {out: bytes, capacity: n, length: result}}
          returns: {range: [0, 64]}
      put:
        callback:
          writes: {data: from, file: get}
          at_most: n
          params: {from: {to: bytes, length: n}}
          returns: {one_of: [1 << 20]}
      seek: {callback: {seeks: {callback: get, to: to}, returns: {one_of: [0]}}}
functions:
  te_length:
    params:
      get:
        callback:
          whole: until_end
          contents: {like: '[ab]{0,9}|[ab]{0,9}\\x00[ab]{0,9}'}
          params: {to: {out: bytes, capacity: n, length: result}}
          returns: {range: [0, 64]}
        user_data: mine
    ensures:
      - "implies(not any(c == 0 for c in get.contents), result == len(get.contents))"
      - "implies(any(c == 0 for c in get.contents), get.contents[result] == 0)"
  te_append:
    params: {io: {in: te_io, user_data: mine}, n: {range: [0, 9]}}
    ensures: [result == 120 + 121]
  te_sum:
    params:
      words:
        callback:
          whole: until_end
          contents: {max: 9}
          params: {to: {out: array, capacity: n, length: result}, size: {range: [2, 2]}}
          returns: {range: [0, 9]}
        user_data: mine
    ensures: [result == sum(words.contents)]
"""
DEFECTS = [("te_length", "TRUSTS"), ("te_length", "STOPS"), ("te_append", "STOPS"), ("te_sum", "TRUSTS")]


@pytest.mark.slow
@pytest.mark.parametrize(("item", "wrong"), DEFECTS)
def test_what_does_not_heed_the_end_is_found(item, wrong, codes_of):
    assert "ABD321" in codes_of(
        "te", HEADER, SOURCE, CONTRACT, item, ("properties",), f"-DWRONG={wrong}", least=60
    )


@pytest.mark.slow
@pytest.mark.parametrize("item", ["te_length", "te_append", "te_sum"])
def test_what_takes_a_part_for_the_end_is_sound(item, codes_of):
    """Nothing but the end makes a part: neither a turn, nor the place where others have written more."""
    assert not codes_of("te", HEADER, SOURCE, CONTRACT, item, ("properties",), "-DWRONG=NOTHING", least=60)


@pytest.mark.slow
def test_where_parts_come_at_any_time_that_is_found(codes_of):
    parts = CONTRACT.replace("          whole: until_end\n", "")

    assert "ABD321" in codes_of(
        "te", HEADER, SOURCE, parts, "te_length", ("properties",), "-DWRONG=NOTHING", least=60
    )


@pytest.mark.slow
@pytest.mark.parametrize(("item", "wrong"), DEFECTS)
def test_a_finding_says_what_there_is_to_read(item, wrong, findings_of):
    (found, *_) = findings_of(
        "te", HEADER, SOURCE, CONTRACT, item, ("properties",), f"-DWRONG={wrong}", least=60
    )

    assert "        // reads " in found.call


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        (
            "returns: {range: [0, 9]}",
            "returns: {range: [0, 9]}\n          fails: te_leave(mine)",
            "it reads what is left, and does not fail",
        ),
        ("capacity: n, length: result}, size:", "capacity: n}, size:", "does not tell how much was left"),
    ],
)
def test_what_cannot_be_read_to_the_end_is_said(was, then, words, written, capsys):
    assert CONTRACT.count(was) == 1
    written("te", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "te.contract.yaml"]) == 2
    assert words in capsys.readouterr().out


def test_more_than_is_ever_made_is_refused_at_once(written, capsys):
    asked = CONTRACT.replace("          whole: until_end\n", "").replace("[0, 64]", "[1 << 40, 1 << 40]")
    written("te", HEADER, SOURCE, asked)

    assert main(["check", "te.contract.yaml"]) == 2
    assert "`whole: until_end` says that it reads as much as there is room for" in capsys.readouterr().out
