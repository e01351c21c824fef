"""How much a call is passed is told by a function, asked right before the call: a key of the size that a cipher has."""

from __future__ import annotations

import re

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_text
from abidance.core.errors import UsageError
from abidance.native.target import emit

HEADER = """\
#include <stddef.h>
typedef struct tl_cipher tl_cipher;
tl_cipher *tl_new(int words);
void tl_free(tl_cipher *cipher);
void tl_grow(tl_cipher *cipher);
int tl_words(const tl_cipher *cipher);
unsigned tl_set_key(tl_cipher *cipher, const unsigned char *key);
long tl_mix(tl_cipher *cipher, const short *numbers);
"""
SOURCE = """\
#include <stdlib.h>
#include "tl.h"
enum { SOUND, NEAR, WRONG };
struct tl_cipher { int words; };
tl_cipher *tl_new(int words)
{
    tl_cipher *cipher = malloc(sizeof *cipher);
    cipher->words = words;
    return cipher;
}
void tl_free(tl_cipher *cipher) { free(cipher); }
void tl_grow(tl_cipher *cipher) { cipher->words++; }
int tl_words(const tl_cipher *cipher) { return cipher->words; }
unsigned tl_set_key(tl_cipher *cipher, const unsigned char *key)
{
    unsigned sum = 0;
    int n = 4 * cipher->words - (VARIANT == NEAR) + (VARIANT == WRONG && cipher->words > 2);
    for (int i = 0; i < n; i++) sum += key[i];
    return VARIANT == NEAR && n >= 0 ? sum + key[n] : sum;  /* near: the last one by itself */
}
long tl_mix(tl_cipher *cipher, const short *numbers)
{
    long sum = 0;
    for (int i = 0; i < cipher->words + (VARIANT == WRONG && cipher->words == 3); i++) sum += numbers[i];
    return sum;
}
"""
CONTRACT = """\
abidance: 1
boundary: tl
header: tl.h
libraries: {c: {command: [gcc, -g, -DVARIANT=0, -shared, -fPIC, tl.c, -o, libtl.so], artifact: libtl.so}}
builds: [release]
explore: 0
handles:
  tl_cipher: {create: tl_new, destroy: tl_free}
functions:
  tl_new: {params: {words: {range: [0, 3]}}}
  tl_grow:
  tl_words: {returns: {range: [0, 1 << 20]}}
  tl_set_key:
    params: {key: {in: bytes, length: 4 * tl_words(cipher)}}
    ensures: ["result == sum(b for b in key)"]
  tl_mix:
    params: {numbers: {in: array, length: tl_words(cipher), range: [-9, 9]}}
    ensures: ["result == sum(n for n in numbers)"]
"""
PHASES = ("properties", "lifecycle")


def judged(variant, reported):
    phases = [each for phase in PHASES for each in ("--phase", phase)]
    return reported("tl", HEADER, SOURCE, CONTRACT, variant, *phases, "--max-examples", "12")


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_a_call_is_passed_as_much_as_a_function_says(variant, reported):
    status, report = judged(variant, reported)

    assert status == 0, report


@pytest.mark.slow
def test_what_reads_more_is_found(reported):
    status, report = judged(2, reported)

    assert status == 1
    assert "ABD312" in re.findall(r"error\[(ABD\d+)\]", report)
    assert "read past the end of `key`" in report


def test_a_compiled_search_asks_for_it(written, tmp_path):
    written("tl", HEADER, SOURCE, CONTRACT)
    left = {each.subject: each.reason for each in emit(join(load_text(CONTRACT, tmp_path / "tl.yaml"))).left}

    assert not {"tl_set_key", "tl_grow"} & {*left}


KEY = "{in: bytes, length: 4 * tl_words(cipher)}"
MISTAKES = {
    KEY.replace("tl_words", "tl_grow"): "`tl_grow`",
    KEY.replace("in: bytes", "in: bytes, encoding: utf-8"): "is given as many elements as a function says",
    KEY.replace("in: bytes", "in: string"): "is no parameter",
    KEY.replace("cipher)", "key)"): "`key`",
}


@pytest.mark.parametrize("key", MISTAKES)
def test_what_cannot_be_cut_or_asked_is_a_mistake_of_the_contract(key, written, tmp_path):
    written("tl", HEADER, SOURCE, CONTRACT)

    with pytest.raises(UsageError) as caught:
        join(load_text(CONTRACT.replace(KEY, key), tmp_path / "tl.contract.yaml"))

    assert MISTAKES[key] in " ".join(each.message for each in caught.value.diagnostics)
