"""How much of its room a call has filled, times what another function tells: `length: result * channels(h)`."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stddef.h>
typedef struct al_file al_file;
al_file *al_open(int channels);
void al_close(al_file *file);
int al_channels(const al_file *file);
long al_read(al_file *file, short *frames, long n);
int al_take(al_file *file, unsigned char *bytes, size_t *n);
"""
SOURCE = """\
#include "al.h"
#include <stdlib.h>
#include <string.h>
enum { NOTHING, NEAR, MISSES, TOO_MANY, PAST };
struct al_file { int channels; };
al_file *al_open(int channels)
{
    al_file *file = calloc(1, sizeof *file);
    file->channels = channels;
    return file;
}
void al_close(al_file *file) { free(file); }
int al_channels(const al_file *file) { return file->channels; }
long al_read(al_file *file, short *frames, long n)
{
    long read = n > 5 ? 5 : n;
    for (long i = 0; i < read * file->channels - (WRONG == MISSES && file->channels == 3); i++)
        frames[i] = (short)(i % file->channels);
    if (WRONG == NEAR && read < n)
        frames[read * file->channels] = 7; /* room that nobody looks at */
    return read + (WRONG == TOO_MANY && n == 3);
}
int al_take(al_file *file, unsigned char *bytes, size_t *n)
{
    *n = 2;
    memset(bytes, 1, (size_t)(2 * file->channels - (WRONG == MISSES)));
    if (WRONG == PAST)
        bytes[9 * file->channels] = 0;
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: al
header: al.h
libraries: {c: {path: libal.so}}
handles: {al_file: {create: al_open, destroy: al_close}}
functions:
  al_open: {params: {channels: {range: [1, 4]}}}
  al_channels: {returns: {range: [1, 4]}}
  al_read:
    params:
      frames: {out: array, capacity: n * al_channels(file), length: result * al_channels(file)}
      n: {range: [0, 9]}
    returns: {status: {ok: 0..9}}
    ensures: ["all(frames[i] < 4 for i in range(len(frames)))"]
  al_take:
    params:
      bytes: {out: bytes, capacity: 9 * al_channels(file), length: "n * al_channels(file)"}
      n: {out: size_t}
    returns: {status: {ok: [0]}}
    ensures: [sum(bytes) == len(bytes)]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "wrong", "codes"),
    [
        ("al_read", "NOTHING", set()),
        ("al_read", "NEAR", set()),
        ("al_read", "MISSES", {"ABD325"}),
        ("al_read", "TOO_MANY", {"ABD324"}),
        ("al_take", "NOTHING", set()),
        ("al_take", "MISSES", {"ABD325"}),
        ("al_take", "PAST", {"ABD311"}),
    ],
)
def test_as_much_is_there_as_both_say(function, wrong, codes, codes_of):
    found = codes_of("al", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}", least=20)

    assert {*found} == codes


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [("NOTHING", set()), ("NEAR", set())])
def test_exploring_takes_no_sound_call_for_another(wrong, codes, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")

    assert {*codes_of("al", HEADER, SOURCE, CONTRACT, "al_read", ("explore",), f"-DWRONG={wrong}")} == codes


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        ("capacity: n * al_channels(file), ", "", "say that as well: `capacity: n * f(x)`"),
        ("frames: {out: array", "frames: {inout: array", "for both, drop `capacity`"),
    ],
)
def test_what_cannot_be_said_is_told(was, then, words, written, capsys):
    assert was in CONTRACT
    written("al", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "al.contract.yaml"]) == 2
    assert words in " ".join(capsys.readouterr().out.split())
