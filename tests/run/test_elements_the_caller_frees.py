"""Arrays of records, each with memory that the caller frees, one by one: in the caller's room, or left there."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_text
from abidance.core.errors import UsageError

HEADER = """\
#include <stddef.h>
typedef struct ef_word { int size; char *text; const char *kind; } ef_word;
typedef struct ef_stage { unsigned long id; char *options; } ef_stage;
#define EF_LAST 0xFFFFFFFFFFFFFFFFul
int ef_words(const char *text, ef_word *words, int room); /* how many there are, or -1: there is no room */
int ef_stages(const char *text, ef_stage stages[5]);       /* 0, or -1 */
ef_word *ef_list(const char *text, size_t *n);             /* `ef_free` frees it, and each text in it */
int ef_parse(const char *text, ef_word **words, int *n);
typedef struct ef_set { ef_word *words; int n; } ef_set;
int ef_gather(const char *text, ef_set *set);
ef_word *ef_last(const char *text); /* NULL where there is none */
void ef_free(void *memory);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "ef.h"
enum { SOUND, SHARES, LEAKS, FREES, NEAR };
void ef_free(void *memory) { free(memory); }
static int split(const char *text, ef_word *words, int room);
static ef_word word(const char *text, size_t size, int number)
{
    static char one[] = "z";
    ef_word made = {(int)size, malloc(size + 1), size > 1 ? "long" : "short"};
    memcpy(made.text, text, size);
    made.text[size] = 0;
    if (WRONG == SHARES && number == 1) {
        free(made.text);
        made.text = one;
        made.size = 1;
    }
    if (WRONG == FREES && number == 1) free(made.text);
    return made;
}
static int split(const char *text, ef_word *words, int room)
{
    int n = 0;
    while (*text) {
        size_t size = strcspn(text, " ");
        if (n < room) words[n] = word(text, size, n);
        n++;
        text += size + (text[size] == ' ');
    }
    return n;
}
int ef_words(const char *text, ef_word *words, int room)
{
    int n = split(text, words, 0);
    if (n > room) {
        if (WRONG == LEAKS) word("x", 1, 0);
        return -1;
    }
    if (WRONG == LEAKS && n > 1) word("x", 1, 0);
    if (WRONG == NEAR && n < room) words[n] = (ef_word){9, (char *)1, "none"}; /* behind the last one */
    return split(text, words, room);
}
int ef_stages(const char *text, ef_stage stages[5])
{
    ef_word words[4];
    int n = split(text, words, 0);
    if (n > 4) return -1;
    split(text, words, 4);
    for (int i = 0; i < n; i++)
        stages[i] = (ef_stage){(unsigned long)words[i].size, words[i].text};
    if (WRONG == LEAKS && n == 2) word("x", 1, 0);
    stages[n] = (ef_stage){EF_LAST, WRONG == NEAR ? (char *)1 : NULL};
    return 0;
}
ef_word *ef_list(const char *text, size_t *n)
{
    ef_word *words = malloc(sizeof *words * 16);
    *n = (size_t)split(text, words, 16);
    if (WRONG == LEAKS && *n > 2) word("x", 1, 0);
    return words;
}
int ef_parse(const char *text, ef_word **words, int *n)
{
    if (*text == ' ') return -1;
    size_t count;
    *words = ef_list(text, &count);
    *n = (int)count;
    return 0;
}
int ef_gather(const char *text, ef_set *set) { return ef_parse(text, &set->words, &set->n); }
ef_word *ef_last(const char *text)
{
    ef_word words[16], *last = NULL;
    int n = split(text, words, 16);
    for (int i = 0; i < n - 1; i++)
        if (words[i].text[0] != 'z') free(words[i].text);
    if (n == 0 || (WRONG == FREES && n == 2)) return NULL;
    if (WRONG == LEAKS && n > 2) word("x", 1, 0);
    last = malloc(sizeof *last);
    *last = words[n - 1];
    return last;
}
"""
CONTRACT = """\
abidance: 1
boundary: ef
header: ef.h
libraries: {c: {path: libef.so}}
types:
  ef_word:
    fields:
      text: {to: string, owner: caller, free: free}
      kind: {to: string, lifetime: static}
  ef_set: {fields: {words: {to: array, length: n, owner: caller, free: ef_free}}}
functions:
  ef_words:
    params:
      text: {in: string, max: 9, like: '([ab]{1,2} )*'}
      words: {out: array, capacity: room, length: result}
      room: {range: [0, 6]}
    returns: {status: {ok: 0.., errors: {-1: there is no room}}}
    ensures: ["implies(result >= 0, all(len(words[i].text) == words[i].size for i in range(result)))"]
  ef_stages:
    params:
      text: {in: string, max: 12, like: '([ab]{1,2} )*'}
      stages:
        out: array
        capacity: 5
        ended_by: {id: EF_LAST}
        fields: {options: {to: string, owner: caller, free: ef_free}}
    returns: {status: {ok: [0], errors: {-1: too many}}}
  ef_list:
    params: {text: {in: string, max: 12, like: '([ab]{1,2} )*'}, n: {out: size_t}}
    returns: {to: array, length: n, owner: caller, free: ef_free}
  ef_parse:
    params:
      text: {in: string, max: 12, like: ' ?([ab]{1,2} )*'}
      words: {out: {to: array, length: n, owner: caller, free: ef_free}}
      n: {out: int}
    returns: {status: {ok: [0], errors: {-1: it begins with a space}}}
  ef_gather:
    params:
      text: {in: string, max: 12, like: ' ?([ab]{1,2} )*'}
      set: {out: ef_set}
    returns: {status: {ok: [0], errors: {-1: it begins with a space}}}
  ef_last:
    params: {text: {in: string, max: 12, like: '([ab]{1,2} )*'}}
    returns: {to: ef_word, nullable: true, owner: caller, free: ef_free}
"""
ARRAYS = ("ef_words", "ef_stages", "ef_list", "ef_parse", "ef_gather")
ITEMS = (*ARRAYS, "ef_last")


@pytest.mark.slow
@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("wrong", ["SOUND", "NEAR"])
def test_what_is_freed_one_by_one_is_no_leak(item, wrong, judged_of):
    for judged in judged_of("ef", HEADER, SOURCE, CONTRACT, item, ("properties",), f"-DWRONG={wrong}"):
        assert (judged.findings, judged.reasons) == ((), ())
        assert judged.calls > 20
        assert [each for each in judged.unasked if "leak" in each] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "items", "codes"),
    [
        ("SHARES", ITEMS, {"ABD301"}),
        ("FREES", ARRAYS, {"ABD301"}),
        ("LEAKS", ITEMS, {"ABD371"}),
    ],
)
def test_what_is_wrong_with_one_of_them_is_found(wrong, items, codes, codes_of):
    for item in items:
        found = codes_of("ef", HEADER, SOURCE, CONTRACT, item, ("properties",), f"-DWRONG={wrong}", least=60)
        assert (item, {*found}) == (item, codes)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["SOUND", "NEAR"])
def test_they_are_no_leak_while_exploring(wrong, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    for item in ITEMS:
        assert codes_of("ef", HEADER, SOURCE, CONTRACT, item, ("explore",), f"-DWRONG={wrong}") == []


@pytest.mark.slow
def test_the_smallest_call_frees_them(judged_of):
    (judged,) = judged_of("ef", HEADER, SOURCE, CONTRACT, "ef_stages", ("properties",), "-DWRONG=LEAKS")

    loop = "for (size_t i = 0; stages[i].id != 18446744073709551615u; i++) ef_free(stages[i].options);"
    assert loop in judged.findings[0].call


def test_nothing_is_freed_of_an_array_that_the_caller_had(written, tmp_path):
    written("ef", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace(
        "        out: array\n        capacity: 5", "        inout: array\n        capacity: 5"
    )

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "ef.contract.yaml"))

    assert [each.message for each in caught.value.diagnostics] == [
        "`stages` is no record that a call leaves, or returns by value: the caller has nothing to free"
    ]


@pytest.mark.slow
def test_the_smallest_call_frees_them_where_a_record_leads(judged_of):
    (judged,) = judged_of("ef", HEADER, SOURCE, CONTRACT, "ef_gather", ("properties",), "-DWRONG=LEAKS")

    loop = "for (size_t i = 0; i < set.n; i++) free(set.words[i].text);"
    assert f"{loop}\n" in judged.findings[0].call
    assert "ef_free(set.words);" in judged.findings[0].call.partition(loop)[2]
