"""What a call leaves is freed by a call that the contract writes: with how much there is, a handle, or a constant."""

from __future__ import annotations

import re

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_contract, load_text
from abidance.core.errors import UsageError

HEADER = """\
#include <stddef.h>
typedef struct fm_store fm_store;
fm_store *fm_new(void);
void fm_end(fm_store *store);
int fm_words(fm_store *store, int n, char ***words, int *count);
void fm_drop(fm_store *store, int count, char **words, int deep);
size_t fm_bytes(const unsigned char *from, size_t n, unsigned char **to);
void fm_release(unsigned char *bytes, size_t n);
int *fm_counters(int n);
void fm_give_back(int n, int *counters);
"""
SOURCE = """\
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fm.h"
enum { SOUND, NEAR, WRONG };
struct fm_store { int words; };
fm_store *fm_new(void) { return calloc(1, sizeof(fm_store)); }
void fm_end(fm_store *store)
{
    if (store->words != 0) abort();  /* not all were given back */
    free(store);
}
int fm_words(fm_store *store, int n, char ***words, int *count)
{
    if (n < 0) return -1;
    *words = malloc(sizeof **words * (size_t)(n + 1));
    for (int i = 0; i < n; i++) sprintf((*words)[i] = malloc(12), "%d", i);
    store->words += *count = n;
    return 0;
}
void fm_drop(fm_store *store, int count, char **words, int deep)
{
    if (!deep) abort();
    for (int i = VARIANT == WRONG; i < count; i++) free(words[i]);  /* the first is forgotten */
    store->words -= count;
    free(words);
}
size_t fm_bytes(const unsigned char *from, size_t n, unsigned char **to)
{
    *to = n == 0 ? NULL : malloc(n);
    if (n != 0) memcpy(*to, from, n);
    return n;
}
void fm_release(unsigned char *bytes, size_t n)
{
    memset(bytes, 0, n + (VARIANT == WRONG && n > 4));
    free(bytes);
}
int *fm_counters(int n)
{
    int *counters = calloc((size_t)n + (VARIANT == NEAR), sizeof(int));
    if (VARIANT == NEAR) *counters++ = n;  /* what it is freed by lies before it */
    return counters;
}
void fm_give_back(int n, int *counters)
{
    if (VARIANT == NEAR && counters[-1] != n) abort();
    free(counters - (VARIANT == NEAR));
}
"""
CONTRACT = """\
abidance: 1
boundary: fm
header: fm.h
libraries: {c: {command: [gcc, -g, -DVARIANT=0, -shared, -fPIC, fm.c, -o, libfm.so], artifact: libfm.so}}
builds: [release]
explore: 0
handles:
  fm_store: {create: fm_new, destroy: fm_end}
functions:
  fm_new:
  fm_words:
    params:
      n: {range: [-1, 4]}
      words: {out: {to: array, of: string, length: count, owner: caller, free: "fm_drop(store, count, words, 1)"}}
      count: {out: int}
    returns: {status: {ok: [0], errors: {-1: there are none}}}
    ensures: ["implies(result == 0, count == n)"]
  fm_bytes:
    params:
      from: {in: bytes, length: n}
      n: {range: [0, 9]}
      to: {out: {to: bytes, length: result, nullable: result == 0, owner: caller, free: "fm_release(to, n=result)"}}
    returns: {status: {ok: 0..}}
    ensures: [to == from_ or result == 0]
  fm_counters:
    params: {n: {range: [1, 9]}}
    returns: {to: array, length: n, owner: caller, free: "fm_give_back(n, result)"}
    ensures: ["all(result[i] == 0 for i in range(n))"]
"""
PHASES = ("examples", "properties", "lifecycle")


def judged(variant, reported, contract=CONTRACT):
    phases = [each for phase in PHASES for each in ("--phase", phase)]
    return reported("fm", HEADER, SOURCE, contract, variant, *phases, "--max-examples", "30")


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_what_is_freed_with_all_that_it_takes_is_left_alone(variant, reported):
    assert judged(variant, reported)[0] == 0


@pytest.mark.slow
def test_what_frees_too_little_or_writes_past_the_end_is_found(reported):
    status, report = judged(2, reported)

    assert status == 1
    assert {*re.findall(r"error\[(ABD\d+)\]", report)} == {"ABD371", "ABD314"}
    assert "fm_drop(store, count, words, 1);" in report
    assert "`fm_release` wrote 1 byte past the end of a heap block of 5 bytes" in report


@pytest.mark.slow
def test_a_law_may_make_such_a_call_several_times(written, capsys):
    steps = "given: {store: fm_store}, steps: [a = fm_words(store, 2) 3 times], ensures: [a.count == 2]"
    written("fm", HEADER, SOURCE, f"{CONTRACT}laws: {{again: {{{steps}}}}}\n")

    assert main(["run", "fm.contract.yaml", "--phase", "laws", "--max-examples", "3"]) == 0


@pytest.mark.slow
def test_it_is_called_so_where_a_search_is_compiled(written, capsys):
    """A program that gives back the wrong number ends with `abort`, and in a leak."""
    written("fm", HEADER, SOURCE, CONTRACT.replace("explore: 0", "explore: 0.2"))

    assert main(["run", "fm.contract.yaml", "--phase", "explore", "--seed", "1"]) == 0
    assert "takes more than a pointer" not in capsys.readouterr().out


MISTAKES = {
    "fm_drop(store, count, 1, 1)": "`fm_drop` is not given `words` once, which it frees",
    "fm_drop(words, count, words, 1)": "`fm_drop` is not given `words` once, which it frees",
    "fm_drop(store, words, count, 1)": "`count` of `fm_drop` is no pointer, so `words` is not freed by it",
    "fm_drop(count, n, words, 1)": "`store` of `fm_drop` is a `fm_store`, and this call is given none there",
    "fm_drop(store, store, words, 1)": "`store` is no number, which `count` of `fm_drop` is",
    "fm_drop(store, count, words)": "`deep` of `fm_drop` is not given",
    "fm_drop(store, counts, words, 1)": "parameter `counts` is not in `fm_words`",
    "fm_dorp(store, count, words, 1)": "`fm_dorp`",
    "fm_drop(store, count, words, 1) 2 times": "the name of a C function, or a call such as `st_free(result, n)`",
}


@pytest.mark.parametrize("call", MISTAKES)
def test_what_cannot_free_it_is_a_mistake_of_the_contract(call, written, tmp_path):
    written("fm", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace("fm_drop(store, count, words, 1)", call)

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "fm.contract.yaml"))

    assert MISTAKES[call] in " ".join(each.message for each in caught.value.diagnostics)


def test_more_is_said_where_a_function_takes_more(written, tmp_path):
    written("fm", HEADER, SOURCE, CONTRACT.replace("fm_drop(store, count, words, 1)", "fm_drop"))

    with pytest.raises(
        UsageError, match="`fm_drop` cannot be called to free this: it takes more than a pointer"
    ):
        join(load_contract(tmp_path / "fm.contract.yaml"))
