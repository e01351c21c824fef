"""What is compared of two libraries where the contract says so: calls of allocators, and numbers within a tolerance."""

from __future__ import annotations

import subprocess

import pytest

HEADER = """\
#include <stddef.h>
typedef void *(*ca_give)(void *pool, size_t size);
typedef void (*ca_take)(void *pool, void *block);
int ca_fold(const char *text, ca_give give, ca_take take, void *pool);
double ca_half(double value);
const char *ca_rest(const char *text);
"""
SOURCE = """\
#include <string.h>
#include "ca.h"
enum { FIRST, NEAR, ONE_MORE, LARGER };
int ca_fold(const char *text, ca_give give, ca_take take, void *pool)
{
    size_t length = strlen(text);
    char *copy = give(pool, length + (OTHER == LARGER && length > 5 ? 8 : 1));
    int sum = 0;
    if (OTHER == NEAR)
        memset(copy, 0, length);
    memcpy(copy, text, length + 1);
    for (size_t i = 0; i < length; i++)
        sum += (unsigned char)copy[OTHER == NEAR ? length - 1 - i : i];
    if (OTHER == ONE_MORE && length > 5)
        take(pool, give(pool, 1));
    take(pool, copy);
    return sum;
}
double ca_half(double value)
{
    return value / 2 * (OTHER == FIRST ? 1 : OTHER == NEAR || value < 500 ? 1 + 5e-10 : 1 + 5e-9);
}
/* What is behind the first character: there, or in memory of its own. */
const char *ca_rest(const char *text)
{
    static char copy[64];
    if (!*text)
        return text;
    if (OTHER == FIRST)
        return text + 1;
    strcpy(copy, text + 1);
    if (OTHER != NEAR && strlen(copy) > 3)
        copy[2] = '!';
    return copy;
}
"""
CONTRACT = """\
abidance: 1
boundary: ca
header: ca.h
libraries: {c: {path: libca0.so}, other: {path: libca1.so}}
functions:
  ca_fold:
    params:
      text: {in: string, max: 20}
      give: {callback: {allocates: size}, user_data: pool}
      take: {callback: {frees: block}, user_data: pool}
  ca_half: {params: {value: {range: [1, 1000]}}}
  ca_rest: {params: {text: {in: string, max: 20}}, returns: {to: string, owner: callee}}
equivalence:
"""
BARE = "  compare: all\n"
SAID = {
    "ca_fold": "  allocators: true\n",
    "ca_half": "  tolerance: 1e-9\n",
    "ca_rest": "  alike: {ca_rest.result: {anywhere: true}}\n",
}
ONE_MORE, LARGER = 2, 3
FOUND = [("ca_fold", ONE_MORE), ("ca_fold", LARGER), ("ca_half", ONE_MORE), ("ca_rest", ONE_MORE)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared")
    (folder / "ca.h").write_text(HEADER)
    (folder / "ca.c").write_text(SOURCE)
    for other in range(4):
        command = ["gcc", "-shared", "-fPIC", f"-DOTHER={other}", "ca.c", "-o", f"libca{other}.so"]
        subprocess.run(command, cwd=folder, check=True)
    return folder


@pytest.fixture
def codes(folder, compared_with):
    """Return what compares the first of the libraries with another, by drawn calls."""

    def judged(function, other, said=None):
        file = folder / "ca.contract.yaml"
        file.write_text(CONTRACT + (SAID[function] if said is None else said))
        done = compared_with(file, "other", folder / f"libca{other}.so", function, explored=False)
        assert done.reasons == ()
        return [found.diagnostic.code.id for found in done.findings]

    return judged


@pytest.mark.slow
@pytest.mark.parametrize(("function", "other"), FOUND)
def test_what_is_to_be_the_same_and_is_not_is_found(function, other, codes):
    assert codes(function, other) == ["ABD331"]


@pytest.mark.slow
@pytest.mark.parametrize("function", SAID)
def test_what_is_the_same_or_near_enough_is_silent(function, codes):
    assert codes(function, 1) == []


@pytest.mark.slow
@pytest.mark.parametrize("other", [ONE_MORE, LARGER])
def test_how_allocators_are_called_is_compared_where_that_is_said_alone(other, codes):
    assert codes("ca_fold", other, BARE) == []


@pytest.mark.slow
@pytest.mark.parametrize("function", ["ca_half", "ca_rest"])
def test_without_the_clause_what_is_apart_at_all_is_found(function, codes):
    assert codes(function, 1, BARE) == ["ABD331"]
