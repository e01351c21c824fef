"""Memory that a call makes larger where the caller has it: arrays, with what their pointers lead to, and lines."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
#include <stddef.h>
/* Adds a copy of a word to an array that ends with NULL, which is the caller's as its words are; -1 of an empty one. */
int ag_add(char ***words, const char *word);
/* Adds a number to an array of `*n`. */
int ag_push(int **numbers, size_t *n, int number);
/* Puts the text into a buffer of `*room` bytes, which it makes larger where that is too small; how long it is. */
long ag_line(char **line, size_t *room, const char *text);
"""
SOURCE = """\
#include "ag.h"
#include <stdlib.h>
#include <string.h>
enum { SOUND, NEAR, LOSES, KEEPS, SHORT, FORGETS };
static char *copied(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}
int ag_add(char ***words, const char *word)
{
    size_t n = 0;
    if (!*word)
        return -1;
    while (*words && (*words)[n])
        n++;
    char **longer = WRONG == NEAR ? malloc((n + 2) * sizeof *longer) : realloc(*words, (n + 2) * sizeof *longer);
    if (WRONG == NEAR) { /* moves them all */
        for (size_t i = 0; i < n; i++) {
            longer[i] = copied((*words)[i]);
            free((*words)[i]);
        }
        free(*words);
    }
    longer[n] = copied(word);
    longer[n + 1] = NULL;
    *words = longer;
    if (WRONG == LOSES && n == 2)
        longer[0] = copied(longer[0]); /* and the one that was there is nobody's */
    if (WRONG == KEEPS && n == 2)
        free(longer[0]); /* which stays where it is */
    if (WRONG == SHORT && n == 2)
        longer[1] = NULL;
    return 0;
}
int ag_push(int **numbers, size_t *n, int number)
{
    int *longer = realloc(*numbers, (*n + 1 + (WRONG == NEAR)) * sizeof *longer);
    longer[(*n)++] = number;
    *numbers = longer;
    *n += WRONG == SHORT && *n == 4;
    return 0;
}
long ag_line(char **line, size_t *room, const char *text)
{
    size_t size = strlen(text) + 1;
    if (!*line || *room < size) {
        char *larger = WRONG == LOSES && *room == 3 ? malloc(2 * size) : realloc(*line, 2 * size);
        *room = WRONG == SHORT ? 2 * size + 1 : WRONG == NEAR ? size : 2 * size;
        if (!(WRONG == FORGETS && *line))
            *line = larger;
        else if (larger != *line)
            *line = larger, *room = 1;
    }
    memcpy(*line, text, size);
    return (long)size - 1;
}
"""
CONTRACT = """\
abidance: 1
boundary: ag
header: ag.h
libraries: {c: {path: libag.so}}
functions:
  ag_add:
    params:
      words:
        inout:
          to: array
          of: {to: string, max: 5, owner: caller, free: free}
          ended_by: null
          nullable: true
          owner: caller
          free: free
      word: {in: string, max: 5}
    returns: {status: {ok: [0], errors: {-1: it is empty}}}
    ensures:
      - "implies(result == 0, len(words) == (0 if old(words) == null else len(old(words))) + 1)"
      - "implies(result == 0, words[len(words) - 1] == word)"
      - "implies(result == 0 and old(words) != null, all(words[i] == old(words)[i] for i in range(len(old(words)))))"
  ag_push:
    params:
      numbers: {inout: {to: array, length: n, nullable: n == 0, owner: caller, free: free}}
      n: {inout: size_t, range: [0, 6]}
    returns: {status: {ok: [0]}}
    ensures: [n == old(n) + 1, "numbers[n - 1] == number"]
  ag_line:
    params:
      line: {inout: {to: bytes, length: room, nullable: true, owner: caller, free: free}}
      room: {inout: size_t, range: [1, 9]}
      text: {in: string, max: 9}
    returns: {status: {ok: 0..}}
    ensures: [result < room, "line[:result + 1] == text + b'\\\\x00'"]
"""
PROMISE, LEAK, TARGET, CRASH = "ABD321", "ABD371", "ABD322", "ABD301"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "wrong", "codes"),
    [
        ("ag_add", "LOSES", {LEAK}),
        ("ag_add", "KEEPS", {CRASH}),
        full("ag_add", "SHORT", {PROMISE, LEAK}),
        ("ag_add", "NEAR", set()),
        full("ag_add", "SOUND", set()),
        ("ag_push", "SHORT", {TARGET}),
        ("ag_push", "NEAR", set()),
        ("ag_line", "SHORT", {TARGET}),
        full("ag_line", "LOSES", {LEAK}),
        ("ag_line", "FORGETS", {PROMISE}),
        ("ag_line", "NEAR", set()),
        full("ag_line", "SOUND", set()),
    ],
)
def test_what_it_loses_or_tells_too_much_of_is_found(item, wrong, codes, codes_of):
    found = codes_of("ag", HEADER, SOURCE, CONTRACT, item, ("properties",), f"-DWRONG={wrong}")

    assert {*found} == codes


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        (
            "inout:\n          to: array",
            "in:\n          to: array",
            "`owner`",
        ),
        ("          owner: caller\n          free: free\n      word", "      word", "is for `out`"),
    ],
)
def test_who_frees_it_is_said_of_memory_that_may_be_replaced(was, then, words, written, capsys):
    assert was in CONTRACT
    written("ag", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "ag.contract.yaml"]) == 2
    assert words in capsys.readouterr().out


@pytest.mark.slow
def test_a_program_tells_a_wrong_library_from_a_sound_one(written, capsys, tmp_path):
    written("ag", HEADER, SOURCE, CONTRACT)

    def build(wrong):
        words = ["gcc", "-O1", "-g", "-shared", "-fPIC", f"-DWRONG={wrong}", "ag.c", "-o", "libag.so"]
        subprocess.run(words, check=True)

    build("SHORT")
    assert main(["run", "ag.contract.yaml", "--function", "ag_add", "--explore", "0", "--seed", "1"]) == 1
    case = capsys.readouterr().out.partition("again: `abidance replay ")[2].partition("`")[0]
    assert main(["replay", case, "--emit", "c"]) == 0
    (tmp_path / "case.c").write_text(capsys.readouterr().out)

    ended = []
    for wrong in ("SHORT", "SOUND"):
        build(wrong)
        subprocess.run(["gcc", "-g", "-I.", "case.c", tmp_path / "libag.so", "-o", "case"], check=True)
        ended.append(subprocess.run(["./case"], check=False, capture_output=True).returncode)
    assert ended == [1, 0]
