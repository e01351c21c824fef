"""Each value of a table that a parameter is taken from is tried, not as many as chance has of them."""

from __future__ import annotations

import re

import pytest

from abidance.cli.main import main

HEADER = """\
int tv_rank(const char *word);
int tv_larger(const char *one, const char *other);
"""
SOURCE = """\
#include "tv.h"
#include <stdlib.h>
#include <string.h>
enum { SOUND, NEAR, WRONG };
static int rank(const char *word) { return atoi(word + 1); }
int tv_rank(const char *word)
{
    if (VARIANT == WRONG && strcmp(word, "w173") == 0) return 172;  /* the one of two hundred */
    if (VARIANT == NEAR && strcmp(word, "w200") == 0) return 7;     /* of which the table has none */
    return rank(word);
}
int tv_larger(const char *one, const char *other)
{
    if (VARIANT == WRONG && strcmp(other, "w151") == 0) return rank(one);
    return rank(one) > rank(other) ? rank(one) : rank(other);
}
"""
CONTRACT = """\
abidance: 1
boundary: tv
header: tv.h
libraries: {c: {command: [gcc, -DVARIANT=0, -shared, -fPIC, tv.c, -o, libtv.so], artifact: libtv.so}}
builds: [release]
functions:
  tv_rank: {params: {word: {in: string, generate: "tv_words:WORDS"}}, model: "tv_words:rank"}
  tv_larger:
    params: {one: {in: string, generate: "tv_words:WORDS"}, other: {in: string, generate: "tv_words:WORDS"}}
    model: tv_words:larger
"""
MODELS = """\
WORDS = tuple(f"w{n}" for n in range(200))


def rank(word):
    return int(word[1:])


def larger(one, other):
    return max(rank(one), rank(other))
"""


@pytest.fixture
def judged(written, tmp_path, capsys):
    def run(variant, models=MODELS):
        written("tv", HEADER, SOURCE, CONTRACT.replace("VARIANT=0", f"VARIANT={variant}"))
        (tmp_path / "tv_words.py").write_text(models)
        # As few as there can be: what is found is found by the table.
        arguments = ["--phase", "properties", "--seed", "1", "--max-examples", "5", "--explore", "0"]
        status = main(["run", "tv.contract.yaml", *arguments])
        return status, capsys.readouterr().out

    return run


@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_what_a_table_has_is_passed_and_nothing_else(judged, variant):
    status, report = judged(variant)

    assert status == 0, report


def test_what_is_wrong_for_one_value_of_a_table_is_found(judged):
    status, report = judged(2)

    assert status == 1
    assert {*re.findall(r"error\[ABD333\] [a-z-]+: `(\w+)`", report)} == {"tv_rank", "tv_larger"}
    assert 'tv_rank("w173")' in report
    assert '"w151")' in report


def test_a_table_with_what_may_not_be_passed_is_told_once(judged):
    status, report = judged(0, MODELS.replace("range(200))", "range(200)) + (None,)"))

    assert status == 3
    assert report.count("error[ABD117]") == 2  # one for each function
