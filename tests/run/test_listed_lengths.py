"""The length of memory is one of a few, `one_of: [16, 24, 32]`: of a key, of an array, in a record, in a law."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct li_key { size_t size; const unsigned char *bytes; } li_key;
typedef struct li_ring { li_key *keys; size_t n; } li_ring;
int li_rounds(const unsigned char *key, size_t size);
int li_mean(const int *numbers, int n);
int li_word(const char *text, int n);
int li_sum(const li_key *key);
int li_all(const li_ring *ring);
"""
SOURCE = """\
#include "li.h"
#include <stdlib.h>
static void must(int lawful)
{
    if (!lawful)
        abort(); /* no lawful caller gets here */
}
int li_rounds(const unsigned char *key, size_t size)
{
    must(size == 16 || size == 24 || size == 32);
    int sum = 0;
    for (size_t i = 0; i < size + (WRONG == 1 && size == 24); i++)
        sum ^= key[i];
    return WRONG == -1 ? (int)size / 4 + 6 + (sum & 0) : WRONG == 2 && size == 32 ? 13 : (int)size / 4 + 6;
}
int li_mean(const int *numbers, int n)
{
    must(n == 1 || n == 2 || n == 4 || n == 8);
    long long sum = 0;
    for (int i = 0; i < n; i++)
        sum += numbers[i];
    return (int)(sum / (WRONG == 3 && n == 8 ? 7 : n));
}
int li_word(const char *text, int n)
{
    must(n == 4 || n == 6);
    int found = 0;
    for (int i = 0; i < n + (WRONG == 4 && n == 6); i++)
        found += text[i] == 'a';
    return found;
}
int li_sum(const li_key *key)
{
    must(key->size == 3 || (key->size >= 5 && key->size <= 7));
    int sum = 0;
    for (size_t i = 0; i < key->size; i++)
        sum += key->bytes[i];
    return sum + (WRONG == 5 && key->size == 7);
}
int li_all(const li_ring *ring)
{
    int sum = 0;
    for (size_t i = 0; i < ring->n; i++)
        sum += li_sum(&ring->keys[i]);
    return sum;
}
"""
CONTRACT = """\
abidance: 1
boundary: li
header: li.h
libraries: {c: {path: libli.so}}
types:
  li_key: {fields: {size: {one_of: [3, 5, 6, 7]}, bytes: {to: bytes, length: size}}}
  li_ring: {fields: {keys: {to: array, length: n}, n: {range: [0, 3]}}}
functions:
  li_rounds:
    params: {key: {in: bytes, length: size}, size: {one_of: [16, 24, 32]}}
    ensures: [result == size // 4 + 6]
  li_mean:
    params: {numbers: {in: array, length: n, range: [0, 100]}, n: {one_of: [1, 2, 4, 8]}}
    ensures: [result <= max(numbers), result >= min(numbers)]
  li_word:
    params: {text: {in: string, length: n, encoding: ascii}, n: {one_of: [4, 6]}}
    ensures: [result <= n]
  li_sum:
    params: {key: {in: li_key}}
    ensures: [result == sum(key.bytes)]
  li_all: {params: {ring: {in: li_ring}}}
laws:
  one_key_is_all:
    given: {ring: {in: li_ring, fields: {n: {one_of: [1]}, keys.size: {one_of: [5]}}}}
    steps: [a = li_all(ring)]
    ensures: ["a.result == sum(ring.keys[0].bytes)", "len(ring.keys[0].bytes) == 5"]
"""
ALL = ("li_rounds", "li_mean", "li_word", "li_sum", "li_all", "one_key_is_all")
DEFECTS = {
    1: ("li_rounds", {"ABD312"}),
    2: ("li_rounds", {"ABD321"}),
    3: ("li_mean", {"ABD321"}),
    4: ("li_word", {"ABD312"}),
    5: ("li_sum", {"ABD321"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", DEFECTS)
@pytest.mark.parametrize("phases", [("edges", "properties"), ("explore",)])
def test_a_defect_at_one_of_the_lengths_is_found(wrong, phases, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    function, codes = DEFECTS[wrong]

    found = codes_of("li", HEADER, SOURCE, CONTRACT, function, phases, f"-DWRONG={wrong}")

    assert {*found} == codes


@pytest.mark.slow
@pytest.mark.parametrize("right", [0, -1])
@pytest.mark.parametrize("name", ALL)
def test_no_other_length_is_given(name, right, codes_of, monkeypatch):
    """The library ends the process at any other."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    phases = ("properties", "explore", "laws")

    assert not codes_of("li", HEADER, SOURCE, CONTRACT, name, phases, f"-DWRONG={right}")
