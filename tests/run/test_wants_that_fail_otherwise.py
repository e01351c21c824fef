"""Calls that are refused memory, and fail for a reason that they would have had with all of it."""

from __future__ import annotations

import pytest

HEADER = "int wo_level(const char *text);\n"
SOURCE = """\
#include "wo.h"
#include <stdlib.h>
#include <string.h>
enum { SOUND, WRONG_REASON };
/* What is wrong with a text is worked out where there is memory; that something is, is told in any case. */
int wo_level(const char *text)
{
    char *message = malloc(strlen(text) + 8);
    int bad = *text < '0' || *text > '9' || text[1];
    if (WRONG == WRONG_REASON && !message)
        return -3;
    free(message);
    return bad ? -3 : *text - '0';
}
"""
CONTRACT = """\
abidance: 1
boundary: wo
header: wo.h
libraries: {c: {path: libwo.so}}
functions:
  wo_level:
    params: {text: {in: string, max: 3}}
    returns: {status: {ok: [0..9], errors: {-3: it is no digit, -2: no memory}}}
    may_fail: {memory: {returns: -2}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [("WRONG_REASON", {"ABD389"}), ("SOUND", set())])
def test_a_failure_is_that_of_the_same_call_with_all_its_memory(wrong, codes, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")

    assert {*codes_of("wo", HEADER, SOURCE, CONTRACT, "wo_level", ("explore",), f"-DWRONG={wrong}")} == codes
