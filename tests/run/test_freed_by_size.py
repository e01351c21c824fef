"""Memory that is freed by a function which takes its size, and that size is worked out of numbers of the call."""

from __future__ import annotations

import re

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_text
from abidance.core.errors import UsageError

HEADER = """\
#include <stddef.h>
#define FZ_END 1
unsigned char *fz_words(const unsigned char *from, size_t n, size_t size, size_t *count);
int *fz_table(int rows, int columns);
int fz_text(unsigned n, char **text, int *length);
void fz_release(void *memory, size_t bytes);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "fz.h"
enum { SOUND, NEAR, WRONG };
void fz_release(void *memory, size_t bytes)
{
    if (bytes == 0) abort();
    memset(memory, 0, bytes);
    free(memory);
}
unsigned char *fz_words(const unsigned char *from, size_t n, size_t size, size_t *count)
{
    size_t bytes = (n + size - 1) / size * size;
    size_t room = bytes + (VARIANT == NEAR ? size : 0) - (VARIANT == WRONG && bytes > n);
    unsigned char *words = bytes == 0 ? NULL : calloc(1, room);
    *count = bytes / size;
    if (bytes != 0) memcpy(words, from, n);
    return words;
}
int *fz_table(int rows, int columns)
{
    size_t n = (size_t)(rows * columns) + (VARIANT == NEAR);
    return calloc(n - (VARIANT == WRONG && rows > 1 && columns > 1), sizeof(int));
}
int fz_text(unsigned n, char **text, int *length)
{
    if (n > 9) return -1;
    *length = (int)n;
    *text = malloc(n + 1 + (VARIANT == NEAR) - (VARIANT == WRONG && n > 2));
    memset(*text, 'a', n);
    if (VARIANT != WRONG || n <= 2) (*text)[n] = 0;
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: fz
header: fz.h
libraries: {c: {command: [gcc, -g, -DVARIANT=0, -shared, -fPIC, fz.c, -o, libfz.so], artifact: libfz.so}}
builds: [release]
explore: 0
functions:
  fz_words:
    params: {from: {in: bytes, length: n}, n: {range: [0, 20]}, size: {range: [1, 8]}, count: {out: size_t}}
    returns:
      {to: bytes, length: count * size, nullable: count == 0, owner: caller, free: "fz_release(result, count * size)"}
    ensures: ["implies(n > 0, result[:n] == from_)"]
  fz_table:
    params: {rows: {range: [1, 5]}, columns: {range: [1, 5]}}
    returns: {to: array, length: rows * columns - 1, owner: caller, free: "fz_release(result, 4 * rows * columns)"}
  fz_text:
    params:
      n: {range: [0, 12]}
      text: {out: {to: bytes, length: length, owner: caller, free: "fz_release(text, length + FZ_END)"}}
      length: {out: int}
    returns: {status: {ok: [0], errors: {-1: it is too long}}}
    ensures: ["implies(result == 0, length == n)"]
"""


def judged(variant, reported, *more):
    return reported("fz", HEADER, SOURCE, CONTRACT, variant, "--phase", "properties", *more)


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_memory_that_has_the_size_or_more_is_left_alone(variant, reported):
    assert judged(variant, reported)[0] == 0


@pytest.mark.slow
def test_memory_that_is_smaller_than_it_is_freed_by_is_found(reported):
    status, report = judged(2, reported)

    assert status == 1
    assert {*re.findall(r"error\[(ABD\d+)\]", report)} == {"ABD314"}
    assert {*re.findall(r"`(fz_\w+)` wrote \d+ bytes? past the end", report)} == {"fz_release"}
    assert report.count("error[ABD314]") == 3 or "the same cause was met in" in report


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (
            "count * count",
            "`count * count` is calculated, and `fz_release` is asked with parameters as they are",
        ),
        (
            "count // size",
            "`count // size` is calculated, and `fz_release` is asked with parameters as they are",
        ),
        ("from_ * 2", "`from_ * 2` is calculated, and `fz_release` is asked with parameters as they are"),
        ("count * more", "`count * more` is calculated"),
        ("n - count", "`n - count` is calculated"),
    ],
)
def test_a_size_is_made_of_sums_and_products_of_numbers(size, message, written, tmp_path):
    written("fz", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace("fz_release(result, count * size)", f"fz_release(result, {size})")

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "fz.contract.yaml"))

    assert message in " ".join(each.message for each in caught.value.diagnostics)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "shown"), [("fz_words", r"\d+ \* \(.*slot"), ("fz_table", "0x10"), ("fz_text", "slot")]
)
def test_the_program_that_shows_it_frees_by_the_same_size(function, shown, reported, capsys):
    _, report = judged(2, reported, "--function", function)
    (found,) = re.findall(r"abidance replay (\w+)`   in C", report)

    assert main(["replay", found, "--emit", "c"]) == 0
    program = capsys.readouterr().out
    assert "fz_release(" in program
    assert re.search(shown, program)


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1, 2], ids=["sound", "near", "wrong"])
def test_a_compiled_contract_frees_by_the_size_as_well(variant, written, capsys):
    text = CONTRACT.replace("VARIANT=0", f"VARIANT={variant}").replace("explore: 0", "explore: 0.5")
    written("fz", HEADER, SOURCE, text)

    status = main(["run", "fz.contract.yaml", "--phase", "explore", "--seed", "1"])
    report = capsys.readouterr().out
    assert "not compiled" not in report
    assert {*re.findall(r"error\[(ABD\d+)\]", report)} == ({"ABD314"} if variant == 2 else set())
    assert status == (variant == 2)
