"""Text in UTF-16 and UTF-32, in a compiled contract: whatever is given is text, and what comes back is looked at."""

from __future__ import annotations

import random

import pytest
from built_contract import of_texts

from abidance.native.shown_calls import read
from tiers import depth

HEADER = """\
#include <stddef.h>
int ut_characters(const void *text, size_t size);
int ut_reversed(const void *text, size_t size, void *reversed);
int ut_narrow(const void *text, size_t size);
"""
SOURCE = """\
#include "ut.h"
#include <stdlib.h>
#include <string.h>

static unsigned unit(const unsigned char *text, size_t at) { return text[at] | text[at + 1] << 8; }
static int is_high(unsigned unit) { return unit >= 0xD800 && unit < 0xDC00; }
static void must(int lawful) { if (!lawful) abort(); }

int ut_characters(const void *text, size_t size)
{
    int count = 0;
    must(size % 2 == 0);
    for (size_t at = 0; at < size; at += 2, count++)
        if (is_high(unit(text, at))) {
            must(size - at >= 4 && unit(text, at + 2) >= 0xDC00 && unit(text, at + 2) < 0xE000);
            at += 2;
        } else
            must(unit(text, at) < 0xDC00 || unit(text, at) >= 0xE000);
    return count;
}

/* The wrong one turns the halves of a character round. */
int ut_reversed(const void *text, size_t size, void *reversed)
{
    unsigned char *to = (unsigned char *)reversed + size;
    for (size_t at = 0; at < size;) {
        size_t own = is_high(unit(text, at)) ? 4 : 2;
        to -= own;
        memcpy(to, (const unsigned char *)text + at, own);
        if (VARIANT == 2 && own == 4) {
            memcpy(to, (const unsigned char *)text + at + 2, 2);
            memcpy(to + 2, (const unsigned char *)text + at, 2);
        }
        at += own;
    }
    return VARIANT == 1 ? ut_characters(reversed, size) : ut_characters(text, size);
}

/* UTF-32, the highest byte first; the wrong one forgets what is beyond 16 bits. */
int ut_narrow(const void *text, size_t size)
{
    const unsigned char *at = text;
    int narrow = 0;
    must(size % 4 == 0);
    for (size_t i = 0; i < size; i += 4) {
        unsigned long point = (unsigned long)at[i] << 24 | at[i + 1] << 16 | at[i + 2] << 8 | at[i + 3];
        must(point < 0x110000 && !(point >= 0xD800 && point < 0xE000));
        narrow += point < 0x10000 || VARIANT == 2;
    }
    return narrow;
}
"""
CONTRACT = """\
abidance: 1
boundary: ut
header: ut.h
libraries: {c: {path: libut.so}}
functions:
  ut_characters:
    params: {text: {in: bytes, length: size, encoding: utf-16-le, max: 40}}
    ensures: ["result == sum(1 for i in range(0, size, 2) if text[i + 1] < 220 or text[i + 1] > 223)"]
  ut_reversed:
    params:
      text: {in: bytes, length: size, encoding: utf-16-le, max: 40}
      reversed: {out: bytes, capacity: size, length: size, encoding: utf-16-le}
  ut_narrow:
    params: {text: {in: bytes, length: size, encoding: utf-32-be, max: 40}}
    ensures: ["result == sum(1 for i in range(0, size, 4) if text[i + 1] == 0)"]
laws:
  twice_reversed_is_as_before:
    given: {text: {in: bytes, encoding: utf-16-le, max: 12}}
    steps: [a = ut_reversed(text), b = ut_reversed(a.reversed)]
    ensures: [b.reversed == text]
"""
VARIANTS = {"sound": 0, "near": 1, "wrong": 2}
FOUND = {"ut_reversed": "ABD322 ut_reversed", "ut_narrow": "ABD321 ut_narrow"}


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ut")
    built = of_texts(folder, "ut", HEADER, CONTRACT, SOURCE, lambda name: (f"-DVARIANT={VARIANTS[name]}",))
    assert built.target.left == ()
    return built


@pytest.mark.slow
@pytest.mark.parametrize("function", FOUND)
def test_what_breaks_a_character_is_found(function, wide):
    ended = wide.run("wrong", function)

    assert ended.returncode != 0
    assert FOUND[function] in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_keeps_them_whole_is_given_text_alone(library, wide):
    for entry in wide.target.entries:
        ended = wide.run(library, entry)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
def test_what_is_shown_is_text_with_characters_of_several_units(wide):
    source = random.Random(3)  # noqa: S311 - bytes to begin with
    files = [wide.folder / f"bytes{number}" for number in range(depth(250))]
    for file in files:
        file.write_bytes(bytes(source.choice((source.randrange(256), 0xD8, 0xDC)) for _ in range(80)))
    shown = wide.run("sound", "ut_characters", *files, ABIDANCE_SHOW="1").stdout
    cases = [
        read(wide.boundary, "ut_characters", '{"begin"' + text).case for text in shown.split('{"begin"')[1:]
    ]
    texts = [case.arguments["text"].decode("utf-16-le") for case in cases]

    assert any(character > "\uffff" for text in texts for character in text)
