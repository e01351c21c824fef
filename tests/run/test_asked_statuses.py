"""Functions whose success depends on what they are given, asked of what a call left; and memory as long as a sum."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main

HEADER = """
#include <stddef.h>
size_t fr_pack(unsigned char *to, size_t room, const unsigned char *text, size_t n); /* a byte that says n, then text */
size_t fr_size(const unsigned char *frame, size_t n); /* no more than n, or one of the last numbers */
size_t fr_sum(const unsigned char *samples, const size_t *sizes, size_t count); /* of samples behind each other */
int fr_next(int place);
int fr_wrap(int place); /* 0 behind the last */
"""
SOURCE = """
#include "frames.h"
#include <string.h>
size_t fr_pack(unsigned char *to, size_t room, const unsigned char *text, size_t n)
{
    if (room < n + 1)
        return (size_t)-7;
    to[0] = %(told)s;
    memcpy(to + 1, text, n);
    return n + 1;
}
size_t fr_size(const unsigned char *frame, size_t n)
{
    return n > 0 && n > frame[0] ? frame[0] + 1u : (size_t)-9;
}
size_t fr_sum(const unsigned char *samples, const size_t *sizes, size_t count)
{
    size_t sum = 0, all = 0;
    for (size_t i = 0; i < count; i++)
        all += sizes[i];
    for (size_t i = 0; i %(until)s all; i++)
        sum += samples[i];
    return sum;
}
int fr_next(int place)
{
    return %(next)s;
}
int fr_wrap(int place)
{
    return place < 100 ? place : 0;
}
"""
CONTRACT = """
abidance: 1
boundary: frames
header: frames.h
libraries: {c: {path: libframes.so}}
functions:
  fr_pack:
    params:
      to: {out: bytes, capacity: room, length: result}
      room: {range: [0, 9]}
      text: {in: bytes, length: n}
      n: {range: [0, 9]}
    returns: {status: {ok: 1..room, errors: {-9..-1: there is no room}}}
    ensures:
      - implies(result <= room, fr_size(to, result) == result)
      - implies(1 < result <= room, fr_size(to, result - 1) != result)
  fr_size:
    params: {frame: {in: bytes, length: n, max: 9}}
    returns: {status: {ok: 0..n, errors: {-9..-1: it is cut off}}}
  fr_sum:
    params:
      samples: {in: bytes, length: sum(each for each in sizes)}
      sizes: {in: array, length: count, range: [0, 9]}
      count: {range: [0, 4]}
    ensures: [result == sum(each for each in samples)]
  fr_next:
    params: {place: {range: [0, 99]}}
    requires: [fr_wrap(place + 1) != 50]
    ensures: [result == fr_wrap(place + 1)]
  fr_wrap: {params: {place: {range: [0, 100]}}}
"""
SOUND = {"told": "(unsigned char)n", "until": "<", "next": "place == 99 ? 0 : place + 1"}
WRONG = {
    "fr_next": {**SOUND, "next": "place + 1"},
    "fr_pack": {**SOUND, "told": "(unsigned char)(n > 5 ? n - 1 : n)"},
    "fr_sum": {**SOUND, "until": "<="},
}


@pytest.fixture
def frames(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "frames.h").write_text(HEADER)
    (tmp_path / "frames.contract.yaml").write_text(CONTRACT)

    def run(words, *options):
        (tmp_path / "frames.c").write_text(SOURCE % words)
        subprocess.run(["cc", "-g", "-shared", "-fPIC", "-o", "libframes.so", "frames.c"], check=True)
        return main(["run", "frames.contract.yaml", "--seed", "1", "--max-examples", "40", *options])

    return run


@pytest.mark.slow
def test_what_is_asked_of_what_a_call_has_left_is_known_to_have_succeeded_by_it(frames, capsys):
    """What is asked with the result of the call succeeds or fails as that result says."""
    assert frames(WRONG["fr_pack"], "--explore", "0", "--function", "fr_pack") == 1
    assert "`implies(result <= room, fr_size(to, result) == result)` does not hold" in capsys.readouterr().out

    assert frames(SOUND, "--explore", "0") == 0
    told = capsys.readouterr().out
    assert "ABD107" not in told
    assert "no call tested it" not in told


@pytest.mark.slow
def test_what_is_asked_is_worked_out_of_numbers_where_there_is_nothing_else(frames, capsys):
    assert frames(WRONG["fr_next"], "--explore", "0", "--function", "fr_next") == 1
    assert "`result == fr_wrap(place + 1)` does not hold" in capsys.readouterr().out

    assert frames(SOUND, "--explore", "0", "--function", "fr_next") == 0
    assert "Not judged" not in capsys.readouterr().out


@pytest.mark.slow
def test_memory_may_be_as_long_as_an_array_behind_it_says(frames, capsys):
    """The array comes first in a contract that is compiled, wherever it stands among the parameters."""
    assert frames(WRONG["fr_sum"], "--phase", "explore", "--explore", "0.3", "--function", "fr_sum") == 1
    assert "past the end of `samples`" in capsys.readouterr().out

    assert frames(SOUND, "--phase", "explore", "--explore", "0.3") == 0
    assert "cannot be" not in capsys.readouterr().out
