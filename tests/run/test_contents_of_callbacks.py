"""Callbacks that read what has a form: a library that parses what it reads comes to what it is there for."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stddef.h>
#include <stdint.h>
typedef long (*rc_read)(void *mine, char *to, size_t room);
typedef const unsigned char *(*rc_chunk)(void *mine, size_t *length);
typedef int (*rc_take)(void *mine, uint16_t *to, int count);
int rc_numbers(rc_read read, void *mine);
int rc_packets(rc_chunk chunk, void *mine);
int rc_rising(rc_take take, void *mine);
int rc_letters(rc_read read, void *mine);
"""
SOURCE = """\
#include "rc.h"
enum { NOTHING, CUTS, ROUNDS };
/* Counts numbers that stand between signs; -1 where a sign has no number behind it, or it cannot be read. */
int rc_numbers(rc_read read, void *mine)
{
    char piece[4];
    long n;
    int found = 0, digits = 0;
    while ((n = read(mine, piece, sizeof piece)) > 0) {
        for (long i = 0; i < n; i++)
            if (piece[i] >= '0' && piece[i] <= '9') {
                found += digits++ == 0;
            } else {
                if (digits == 0)
                    return -1;
                digits = 0;
            }
        if (WRONG == CUTS && digits > 2) /* as if it ended with the piece */
            digits = 0;
    }
    return n < 0 || digits == 0 ? -1 : found;
}
/* Counts packets, each a length and as many bytes; -1 where one is cut short. */
int rc_packets(rc_chunk chunk, void *mine)
{
    size_t n, left = 0;
    int found = 0;
    for (;;) {
        const unsigned char *at = chunk(mine, &n);
        if (n == 0)
            return left == 0 ? found : -1;
        for (size_t i = 0; i < n; i++)
            if (left > 0) {
                left--;
            } else {
                left = at[i];
                found += WRONG != CUTS || i + left < n || left < 3;
            }
    }
}
int rc_rising(rc_take take, void *mine)
{
    uint16_t pair[2], last = 0;
    int n;
    while ((n = take(mine, pair, 2)) > 0) {
        for (int i = 0; i < n; i++) {
            if (pair[i] < last || (WRONG == ROUNDS && pair[i] == last && i == 1))
                return 0;
            last = pair[i];
        }
    }
    return 1;
}
int rc_letters(rc_read read, void *mine)
{
    char piece[3];
    long n;
    int found = 0;
    while ((n = read(mine, piece, sizeof piece)) > 0)
        for (long i = 0; i < n; i++)
            found += ((unsigned char)piece[i] & 0xc0) != 0x80 || (WRONG == CUTS && i == 0);
    return found;
}
"""
CONTRACT = """\
abidance: 1
boundary: rc
header: rc.h
libraries: {c: {path: librc.so}}
functions:
  rc_numbers:
    params:
      read:
        callback:
          contents: {like: '[0-9]{1,3}(\\+[0-9]{1,3}){0,4}'}
          params: {to: {out: bytes, capacity: room, length: result}, room: {range: [4, 4]}}
          returns: {range: [-1, 4]}
        user_data: mine
    ensures:
      - "result == (-1 if any(c.result == -1 for c in read.calls) else 1 + sum(1 for c in read.contents if c == 43))"
  rc_packets:
    params:
      chunk:
        callback:
          contents: {generate: packets:packets}
          params: {length: {out: size_t}}
          returns: {to: bytes, length: length, nullable: true}
        user_data: mine
    ensures: [result >= 0, implies(len(chunk.contents) > 0, result > 0)]
  rc_rising:
    params:
      take:
        callback:
          contents: {generate: packets:rising}
          params: {to: {out: array, capacity: count, length: result}, count: {range: [2, 2]}}
          returns: {range: [0, 2]}
        user_data: mine
    returns: {one_of: [1]}
  rc_letters:
    params:
      read:
        callback:
          contents: {encoding: utf-8, max: 12}
          params: {to: {out: bytes, capacity: room, length: result}, room: {range: [3, 3]}}
          returns: {range: [0, 3]}
        user_data: mine
    ensures: ["result == sum(1 for c in read.contents if not 128 <= c < 192)"]
"""
PACKETS = """\
from hypothesis import strategies as st


def packets():
    one = st.binary(max_size=6).map(lambda data: bytes([len(data)]) + data)
    return st.lists(one, max_size=4).map(b"".join)


def rising():
    return st.lists(st.integers(0, 65535), max_size=6).map(sorted)
"""


@pytest.fixture
def packets(tmp_path):
    (tmp_path / "packets.py").write_text(PACKETS)


@pytest.mark.slow
@pytest.mark.usefixtures("packets")
@pytest.mark.parametrize(
    ("function", "wrong", "codes"),
    [
        ("rc_numbers", "NOTHING", set()),
        ("rc_numbers", "CUTS", {"ABD321"}),
        ("rc_packets", "NOTHING", set()),
        ("rc_packets", "CUTS", {"ABD321"}),
        ("rc_rising", "NOTHING", set()),
        ("rc_rising", "ROUNDS", {"ABD322"}),
        ("rc_letters", "NOTHING", set()),
        ("rc_letters", "CUTS", {"ABD321"}),
    ],
)
def test_what_is_read_is_of_the_form(function, wrong, codes, codes_of):
    found = codes_of("rc", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}", least=60)

    assert {*found} == codes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "wrong", "codes"),
    [
        ("rc_numbers", "NOTHING", set()),
        ("rc_numbers", "CUTS", {"ABD321"}),
        ("rc_letters", "NOTHING", set()),
        ("rc_letters", "CUTS", {"ABD321"}),
    ],
)
def test_it_is_while_exploring(function, wrong, codes, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")

    assert {*codes_of("rc", HEADER, SOURCE, CONTRACT, function, ("explore",), f"-DWRONG={wrong}")} == codes


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        ("generate: packets:rising", "like: a*", "`like` is said of bytes, and this callback reads an array"),
        ("{out: bytes, capacity: room, length: result}, room: {range: [3, 3]}", "{}", "it reads nothing"),
    ],
)
def test_what_reads_nothing_has_no_contents(was, then, words, written, packets, capsys):
    assert was in CONTRACT
    written("rc", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "rc.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
