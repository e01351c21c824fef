"""Laws that pass lists which they work out, in a compiled contract: as arrays of numbers that fit."""

from __future__ import annotations

import pytest
from built_contract import of_texts

HEADER = """\
#include <stddef.h>
void ln_squares(unsigned n, int *squares);
long ln_sum(const int *numbers, size_t n);
unsigned ln_bytes(const unsigned char *bytes, size_t n);
unsigned ln_check(const void *data, size_t size);
size_t ln_length(const char *text);
"""
SOURCE = """\
#include "ln.h"
#include <string.h>
void ln_squares(unsigned n, int *squares)
{
    for (unsigned i = 0; i < n; i++)
        squares[i] = (int)(i * i);
}
/* The wrong one leaves the last of five out; the near one begins with it. */
long ln_sum(const int *numbers, size_t n)
{
    long sum = 0;
    for (size_t i = 0; i < n - (VARIANT == 2 && n == 5); i++)
        sum += numbers[VARIANT == 1 ? n - 1 - i : i];
    return sum;
}
unsigned ln_bytes(const unsigned char *bytes, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += bytes[i];
    return sum;
}
unsigned ln_check(const void *data, size_t size)
{
    return ln_bytes(data, size - (VARIANT == 2 && size == 6));
}
size_t ln_length(const char *text)
{
    return strlen(text);
}
"""
CONTRACT = """\
abidance: 1
boundary: ln
header: ln.h
libraries: {c: {path: libln.so}}
functions:
  ln_squares: {params: {n: {range: [0, 9]}, squares: {out: array, capacity: n, length: n}}}
  ln_sum: {params: {numbers: {in: array, length: n, max: 99}}}
  ln_bytes: {params: {bytes: {in: array, length: n}}}
  ln_check: {params: {data: {in: bytes, length: size}}}
  ln_length: {params: {text: {in: string}}}
laws:
  twice_as_much:
    given: {n: {in: unsigned, range: [0, 9]}}
    steps: ["a = ln_squares(n)", "b = ln_sum([2 * each for each in a.squares], n)"]
    ensures: ["b.result == 2 * sum(a.squares)"]
  those_that_fit:
    given: {n: {in: unsigned, range: [0, 9]}, far: {in: int, range: [-300, 300]}}
    steps: ["a = ln_bytes([far, n])"]
    ensures: [a.result == far + n, 0 <= far <= 255]
  bytes_that_are_spelt:
    given: {n: {in: unsigned, range: [0, 9]}, far: {in: int, range: [-300, 300]}}
    steps: ["a = ln_check([far] + [1] * n)"]
    ensures: [a.result == far + n, 0 <= far <= 255]
  texts_that_are_spelt:
    given: {n: {in: unsigned, range: [0, 9]}, far: {in: int, range: [-300, 300]}}
    steps: ["a = ln_length([far] * n)"]
    ensures: [a.result == n, "n == 0 or 0 < far <= 255"]
"""
VARIANTS = {"sound": 0, "near": 1, "wrong": 2}


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ln")
    built = of_texts(folder, "ln", HEADER, CONTRACT, SOURCE, lambda name: (f"-DVARIANT={VARIANTS[name]}",))
    assert built.target.left == ()
    return built


@pytest.mark.slow
@pytest.mark.parametrize("law", ["twice_as_much", "bytes_that_are_spelt"])
def test_what_forgets_one_of_a_list_is_found(law, lists):
    ended = lists.run("wrong", law)

    assert ended.returncode != 0
    assert f"ABD376 {law}" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_takes_all_of_it_is_left_alone(library, lists):
    """Where a number does not fit its element nothing is passed, and the law is not judged."""
    for entry in lists.target.entries:
        ended = lists.run(library, entry)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")
