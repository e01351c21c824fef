"""Calls with callbacks that are refused memory, in a compiled contract, and calls that fail for another reason then."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_module

HEADER = """
#include <stddef.h>
typedef int (*wc_seen)(const char *text, void *mine);
typedef struct { void *(*get)(void *mine, size_t size); void (*put)(void *mine, void *block); void *mine; } wc_memory;
int wc_words(const char *text, wc_seen seen, void *mine);
int wc_level(const char *text);
int wc_double(const wc_memory *memory, int n);
"""
SOURCE = """
#include <stdlib.h>
#include <string.h>
#include "wc.h"
enum { SOUND, NEAR, SAYS_DONE, SAYS_STOPPED, FORGETS, SAYS_BAD, CRASHES };
enum { DONE = 0, STOPPED = -1, MEMORY = -2, BAD = -3 };
int wc_words(const char *text, wc_seen seen, void *mine)
{
    char *copy = strdup(text), *more;
    int told = DONE;
    if (!copy)
        return WRONG == SAYS_DONE ? DONE : WRONG == SAYS_STOPPED ? STOPPED : MEMORY;
    for (char *word = strtok(copy, " "); word && told == DONE; word = strtok(NULL, " "))
        told = seen(word, mine) ? STOPPED : DONE;
    more = malloc(8); /* the near one does without what would tell where it stopped */
    if (!more && WRONG != NEAR) {
        if (WRONG != FORGETS)
            free(copy);
        return MEMORY;
    }
    free(more);
    free(copy);
    return told;
}
/* What is wrong with a text is worked out where there is memory; that something is, is told in any case. */
int wc_level(const char *text)
{
    char *message = malloc(strlen(text) + 8);
    int bad = *text < '0' || *text > '9' || text[1];
    if (WRONG == SAYS_BAD && !message)
        return BAD;
    free(message);
    return bad ? BAD : *text - '0';
}
int wc_double(const wc_memory *memory, int n)
{
    int *made = memory->get(memory->mine, sizeof *made), *own = malloc(sizeof *own), told = MEMORY;
    if (made && (own || WRONG == CRASHES)) {
        *made = *own = n;
        told = *made + *own;
    }
    if (made)
        memory->put(memory->mine, made);
    free(own);
    return told;
}
"""
CONTRACT = """
abidance: 1
boundary: wc
header: wc.h
libraries: {c: {path: libwc.so}}
types:
  wc_memory:
    fields: {get: {callback: {allocates: size}, user_data: mine}, put: {callback: {frees: block}, user_data: mine}}
functions:
  wc_words:
    params:
      text: {in: string, max: 20}
      seen: {callback: {calls: 0.., params: {text: {to: string}}, returns: {one_of: [0, 1]}}, user_data: mine}
    returns: {status: {ok: [0], errors: {-1: a callback has said so, -2: no memory}}}
    ensures: [result == (-1 if any(each.result for each in seen.calls) else 0)]
    may_fail: {memory: {returns: -2}}
  wc_level:
    params: {text: {in: string, max: 3}}
    returns: {status: {ok: [0..9], errors: {-3: it is no digit, -2: no memory}}}
    may_fail: {memory: {returns: -2}}
  wc_double:
    params: {memory: {in: wc_memory}, n: {range: [0, 9]}}
    returns: {status: {ok: [0..18], errors: {-2: no memory}}}
    may_fail: {memory: {returns: -2}}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return of_module(tmp_path_factory.mktemp("wc"), "wc", sys.modules[__name__])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "function", "finding"),
    [
        ("SAYS_DONE", "wc_words", "ABD389 wc_words"),
        ("SAYS_STOPPED", "wc_words", "ABD389 wc_words"),
        ("FORGETS", "wc_words", "ABD371 wc_words"),
        ("SAYS_BAD", "wc_level", "ABD389 wc_level"),
        ("CRASHES", "wc_double", "null pointer"),
    ],
)
def test_what_does_not_live_without_memory_is_found(wrong, function, finding, built):
    assert finding in built.run(wrong, function).stderr


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["SOUND", "NEAR"])
def test_what_fails_for_another_reason_is_left_alone(wrong, built):
    for entry in built.target.entries:
        ended = built.run(wrong, entry, 60_000, 2)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
def test_nothing_of_them_is_left_to_run(built):
    assert built.target.left == ()
