"""A law is held to what a step leaves that leaves something else each time: a text with a salt, an identifier."""

from __future__ import annotations

import re

import pytest

from abidance.cli.main import main

HEADER = """\
int sv_seal(const char *text, char sealed[16]);      /* a salt, which is another one each time, and a sum */
int sv_opens(const char *sealed, const char *text);
char *sv_copy(const char *text);                     /* with the same salt */
"""
SOURCE = """\
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "sv.h"
static unsigned sum(unsigned salt, const char *text)
{
    for (; *text; text++) salt = salt * 31 + (unsigned char)*text;
    return salt % 100000;
}
int sv_seal(const char *text, char sealed[16])
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    unsigned salt = VARIANT == 1 ? 7 : (unsigned)now.tv_nsec % 100000;
    sprintf(sealed, "%05u$%05u", salt, sum(salt, text));
    return 0;
}
int sv_opens(const char *sealed, const char *text)
{
    unsigned salt, told;
    if (sscanf(sealed, "%u$%u", &salt, &told) != 2) return 0;
    if (VARIANT == 2 && strlen(text) == 3) return 0;
    return sum(salt, text) == told;
}
char *sv_copy(const char *text) { char *to = malloc(16); sv_seal(text, to); return to; }
"""
CONTRACT = """\
abidance: 1
boundary: sv
header: sv.h
libraries: {c: {command: [gcc, -DVARIANT=0, -shared, -fPIC, sv.c, -o, libsv.so], artifact: libsv.so}}
builds: [release]
functions:
  sv_seal:
    params: {text: {in: string, max: 6}, sealed: {out: string, capacity: 16}}
    returns: {status: {ok: [0]}}
  sv_opens: {params: {sealed: {in: string, max: 15}, text: {in: string, max: 6}}}
  sv_copy:
    params: {text: {in: string, max: 6}}
    returns: {to: string, owner: caller, free: free}
laws:
  what_is_sealed_is_opened:
    steps: [a = sv_seal(text), "b = sv_opens(a.sealed, text)"]
    ensures: [b.result == 1]
"""


def judged(variant, contract, reported):
    return reported("sv", HEADER, SOURCE, contract, variant, "--phase", "laws")


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_a_text_is_passed_as_it_was_left(variant, reported):
    status, report = judged(variant, CONTRACT, reported)

    assert status == 0
    assert "1 item" in report
    assert "not judged" not in report.partition("watched by")[0]


@pytest.mark.slow
def test_a_law_about_such_a_text_is_broken(reported):
    status, report = judged(2, CONTRACT, reported)

    assert status == 1
    assert "the law `what_is_sealed_is_opened` is broken" in report
    assert "sv_opens(sealed, " in report
    assert main(["replay", re.search(r"abidance replay (\w+)", report)[1]]) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "contract",
    [
        CONTRACT.replace(
            "sealed: {in: string, max: 15}", "sealed: {in: string, max: 14}"
        ),  # it may be too long
        CONTRACT.replace("a.sealed, text)", "a.sealed[:11], text)"),
        CONTRACT.replace("sv_seal(text)", "sv_copy(text)").replace("a.sealed", "a.result"),
    ],
    ids=["longer", "computed", "returned"],
)
def test_what_can_only_be_passed_as_a_copy_is_told_with_the_reason(contract, reported):
    status, report = judged(0, contract, reported)

    assert status == 3
    assert "of `what_is_sealed_is_opened` a step left something else the next time" in report
    assert "it comes to something else each time" in report
