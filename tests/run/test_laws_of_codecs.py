"""What a step of a law has written goes to the next: its length follows, and what is always so long is given so."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stddef.h>
char *co_hex(char *hex, size_t room, const unsigned char *bin, size_t n);
int co_unhex(unsigned char *out, size_t room, const char *hex, size_t n, size_t *used);
int co_seal(unsigned char *sealed, const unsigned char *text, size_t n, const unsigned char *key);
int co_open(unsigned char *text, const unsigned char *sealed, size_t n, const unsigned char *key);
"""
SOURCE = """\
#include <stdio.h>
#include <sys/random.h>
#include "co.h"
char *co_hex(char *hex, size_t room, const unsigned char *bin, size_t n)
{
    hex[0] = 0;
    for (size_t i = 0; i < n; i++) snprintf(hex + 2 * i, room - 2 * i, "%02x", bin[i]);
    return hex;
}
static int digit(int c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' - UNHEX ? c - 'a' + 10 : -1; }
int co_unhex(unsigned char *out, size_t room, const char *hex, size_t n, size_t *used)
{
    size_t there = 0;
    for (; there < n / 2 && there < room; there++) {
        int high = digit(hex[2 * there]), low = digit(hex[2 * there + 1]);
        if (high < 0 || low < 0) break;
        out[there] = (unsigned char)(high << 4 | low);
    }
    if (used) *used = there;
    return there == n / 2 ? 0 : -1;
}
int co_seal(unsigned char *sealed, const unsigned char *text, size_t n, const unsigned char *key)
{
    if (getrandom(sealed, 2, 0) != 2) return -1;
    for (size_t i = 0; i < n; i++) sealed[i + 2] = text[i] ^ key[i % 4] ^ sealed[i % 2];
    return 0;
}
int co_open(unsigned char *text, const unsigned char *sealed, size_t n, const unsigned char *key)
{
    for (size_t i = 0; i + 2 < n; i++) text[i] = sealed[i + 2] ^ key[i % (4 - OPEN)] ^ sealed[i % 2];
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: co
header: co.h
libraries: {c: {path: libco.so}}
functions:
  co_hex:
    params:
      hex: {out: string, capacity: room}
      room: {range: [1, 200]}
      bin: {in: bytes, length: n}
    requires: [room > 2 * n]
    returns: {to: string}
  co_unhex:
    params:
      out: {out: bytes, capacity: room, length: used}
      room: {range: [0, 100]}
      hex: {in: bytes, length: n}
      used: {out: size_t, nullable: true, on_failure: written}
    returns: {status: {ok: [0], errors: {-1: "no digits, or too many"}}}
  co_seal:
    params:
      sealed: {out: bytes, capacity: n + 2, length: n + 2}
      text: {in: bytes, length: n}
      key: {in: bytes, length: 4}
    returns: {status: {ok: [0], errors: {-1: no}}}
  co_open:
    params:
      text: {out: bytes, capacity: n - 2, length: n - 2}
      sealed: {in: bytes, length: n}
      n: {range: [2, 100]}
      key: {in: bytes, length: 4}
    returns: {status: {ok: [0]}}
laws:
  unhexed: co_unhex(hex=co_hex(bin=bin, room=200).hex, room=100).out == bin
  opened:
    steps:
      - a = co_seal(text=text, key=key)
      - b = co_open(sealed=a.sealed, key=key)
    ensures: [b.text == text]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("law", "flags", "expected"),
    [
        ("unhexed", ("-DUNHEX=1", "-DOPEN=0"), ["ABD376"]),
        ("unhexed", ("-DUNHEX=0", "-DOPEN=1"), []),
        ("opened", ("-DUNHEX=0", "-DOPEN=1"), ["ABD376"]),
        ("opened", ("-DUNHEX=1", "-DOPEN=0"), []),
    ],
)
def test_what_was_encoded_is_decoded(law, flags, expected, codes_of):
    assert codes_of("co", HEADER, SOURCE, CONTRACT, law, ("laws",), *flags) == expected


def test_a_parameter_that_is_given_twice_is_told(written, tmp_path, capsys):
    contract = CONTRACT.replace("bin=bin, room=200", "bin, room=200")
    written("co", HEADER, SOURCE, contract)

    assert main(["check", str(tmp_path / "co.contract.yaml")]) == 2
    told = capsys.readouterr()
    assert "`co_hex` is given `room` twice" in told.out + told.err
    assert "arguments go to `room`, `bin`, `n` in this order" in told.out + told.err
