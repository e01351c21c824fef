"""The elements of an array that a call leaves are the caller's: each is freed once, and then the array."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_text
from abidance.core.errors import UsageError

HEADER = """\
#include <stddef.h>
typedef struct el_item { int number; char name[12]; } el_item;
typedef struct el_store el_store;
int el_scan(int n, el_item ***list);
void el_item_free(el_item *item);
char **el_split(const char *text);
el_store *el_new(void);
void el_end(el_store *store);
int el_words(el_store *store, int n, char ***words, size_t *count);
void el_word_free(el_store *store, char *word);
"""
SOURCE = """\
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "el.h"
enum { SOUND, NEAR, LOST, TWICE, EARLY };
int el_scan(int n, el_item ***list)
{
    if (n < 0) return -1;
    *list = malloc(sizeof **list * (size_t)(n + 1));
    for (int i = 0; i < n; i++) {
        (*list)[i] = malloc(sizeof(el_item));
        (*list)[i]->number = i;
        sprintf((*list)[i]->name, "%d", i);
    }
    if (VARIANT == LOST && n > 2) { malloc(30); n--; }
    if (VARIANT == TWICE && n == 3) { free((*list)[2]); (*list)[2] = (*list)[1]; }
    return n;
}
void el_item_free(el_item *item) { free(item); }
char **el_split(const char *text)
{
    char **words = calloc(strlen(text) + 2, sizeof *words);
    size_t n = 0;
    for (;;) {
        size_t length = strcspn(text, " ");
        words[n++] = strndup(text, length);
        if (!text[length]) return words;
        text += length + 1;
    }
}
struct el_store { int words; char *last; };
el_store *el_new(void) { return calloc(1, sizeof(el_store)); }
void el_end(el_store *store)
{
    if (store->words) abort();  /* not all were given back */
    if (VARIANT == EARLY) free(store->last);
    free(store);
}
int el_words(el_store *store, int n, char ***words, size_t *count)
{
    if (n < 0) return -1;
    *words = malloc(sizeof **words * (size_t)(n + 1));
    for (int i = 0; i < n; i++) { (*words)[i] = malloc(12); sprintf((*words)[i], "%d", i); }
    if (VARIANT == NEAR && n == 2) { free((*words)[1]); (*words)[1] = NULL; store->words--; }
    store->words += n;
    store->last = n > 1 ? (*words)[0] : NULL;
    *count = (size_t)n;
    return 0;
}
void el_word_free(el_store *store, char *word)
{
    store->words--;
    free(word);
}
"""
CONTRACT = """\
abidance: 1
boundary: el
header: el.h
libraries: {c: {command: [gcc, -g, -DVARIANT=0, -shared, -fPIC, el.c, -o, libel.so], artifact: libel.so}}
builds: [release]
explore: 0
handles:
  el_store: {create: el_new, destroy: el_end}
functions:
  el_scan:
    params:
      n: {range: [-1, 4]}
      list:
        out:
          {to: array, length: result, owner: caller, free: free, of: {to: el_item, owner: caller, free: el_item_free}}
    returns: {status: {ok: 0.., errors: {-1: there is none}}}
    ensures: ["implies(result >= 0, result == n and all(list[i].number == i for i in range(n)))"]
  el_split:
    params: {text: {in: string, encoding: ascii, max: 9}}
    returns: {to: array, ended_by: null, of: {to: string, owner: caller, free: free}, owner: caller, free: free}
    ensures: ["len(result) == 1 + sum(1 for c in text if c == 32)"]
  el_new:
  el_words:
    params:
      n: {range: [-1, 4]}
      words:
        out:
          of: {to: string, nullable: true, owner: caller, free: el_word_free}
          to: array
          length: count
          owner: caller
          free: free
      count: {out: size_t}
    returns: {status: {ok: [0], errors: {-1: there is none}}}
"""


def judged(variant, reported, contract=CONTRACT, *more):
    return reported("el", HEADER, SOURCE, contract, variant, "--max-examples", "25", *more)


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_elements_that_are_freed_one_by_one_are_left_alone(variant, reported):
    assert judged(variant, reported)[0] == 0


DEFECTS = {
    2: ("ABD371", "for (size_t i = 0; i < made; i++) el_item_free(list[i]);"),
    3: ("ABD301", "for (size_t i = 0; i < made; i++) el_item_free(list[i]);        // crashes"),
    4: ("ABD301", "for (size_t i = 0; i < count; i++) el_word_free(store, words[i]);"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "variant", DEFECTS, ids=["one is lost", "one stands there twice", "freed again later"]
)
def test_an_element_that_is_not_freed_or_freed_twice_is_found(variant, reported):
    status, report = judged(variant, reported)

    assert status == 1
    code, call = DEFECTS[variant]
    assert code in re.findall(r"error\[(ABD\d+)\]", report)
    assert call in report


@pytest.mark.slow
def test_a_program_frees_each_as_well(reported, capsys, tmp_path):
    _, report = judged(4, reported, CONTRACT, "--function", "el_words")
    case = re.search(r"abidance replay ([0-9a-f]+)", report)[1]
    main(["replay", case, "--emit", "c"])
    program = tmp_path / "again.c"
    program.write_text(capsys.readouterr().out)

    build = [
        "gcc",
        "-I",
        tmp_path,
        program,
        tmp_path / "libel.so",
        f"-Wl,-rpath,{tmp_path}",
        "-o",
        tmp_path / "again",
    ]
    subprocess.run(build, check=True)
    assert subprocess.run([tmp_path / "again"], check=False, capture_output=True).returncode != 0
    fixed = SOURCE.replace("if (VARIANT == EARLY) free", "if (VARIANT == 77) free").replace("VARIANT", "4")
    Path("fixed.c").write_text(fixed)
    subprocess.run(["gcc", "-shared", "-fPIC", "fixed.c", "-o", tmp_path / "libel.so"], check=True)
    assert subprocess.run([tmp_path / "again"], check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "found"), [(0, set()), (2, {"ABD321"}), (4, {"ABD301"})])
def test_a_compiled_search_frees_each_as_well(variant, found, reported):
    contract = CONTRACT.replace("explore: 0", "explore: 0.2").replace(
        "for i in range(n)))", "for i in range(n)) or result < 3)"
    )
    status, report = judged(variant, reported, contract, "--phase", "explore")

    assert found <= {*re.findall(r"error\[(ABD\d+)\]", report)}
    assert status == bool(found)
    assert "not compiled" not in report


MISTAKES = {
    (
        "of: {to: string, owner: caller, free: free}",
        "of: {to: string, owner: caller}",
    ): "the caller's to free, or",
    ("of: {to: string, owner: caller, free: free}", "of: {to: string, owner: callee, free: free}"): (
        "the caller's to free, or"
    ),
    ("of: {to: string, owner: caller, free: free}", "of: {to: string, free: free}"): (
        "`free` has no meaning without `owner`"
    ),
    (
        "free: el_word_free",
        "free: el_words",
    ): "`el_words` cannot be called to free this: it takes more than a pointer",
    (
        "out:\n          {to: array, length: result,",
        "in:\n          {to: array, length: 2,",
    ): "`owner` is for `out`",
}


@pytest.mark.parametrize("change", MISTAKES)
def test_what_cannot_be_freed_so_is_a_mistake_of_the_contract(change, written, tmp_path):
    written("el", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace(*change)
    assert text != CONTRACT

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "el.contract.yaml"))

    assert MISTAKES[change] in " ".join(each.message for each in caught.value.diagnostics)
