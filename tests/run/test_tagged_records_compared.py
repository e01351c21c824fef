"""Two records with tagged unions are equal by what lives in them, wherever a union stands in a record."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stdbool.h>
#include <stddef.h>
enum { TL_EMPTY, TL_NUMBER, TL_TEXT };
typedef struct tl_value {
    bool has;
    union { long number; const char *text; };
    unsigned size, kind;
} tl_value;
typedef struct tl_list { tl_value value; struct tl_list *next; void *pool; } tl_list;
int tl_read(const char *text, tl_value *value);
int tl_read_again(const char *text, tl_value *value);
tl_list *tl_all(const char *text);
void tl_free(tl_list *list);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "tl.h"
enum { SOUND, NEAR, NUMBER, KIND, TAG };
static long count;
int tl_read(const char *text, tl_value *value)
{
    if (*text == '!') return -1;
    value->has = *text != 0;
    value->size = strlen(text);
    value->kind = *text == 0 ? TL_EMPTY : *text >= '0' && *text <= '9' ? TL_NUMBER : TL_TEXT;
    if (value->kind == TL_NUMBER)
        value->number = *text - '0';
    else if (value->kind == TL_TEXT)
        value->text = *text == 'a' ? "a" : "other";
    else
        value->number = WRONG == NEAR ? ++count : 0; /* nothing lives there */
    return 0;
}
int tl_read_again(const char *text, tl_value *value)
{
    int status = tl_read(text, value);
    if (status == 0 && value->kind == TL_NUMBER && WRONG == NUMBER && value->number > 2) value->number = 2;
    if (status == 0 && value->kind == TL_EMPTY && WRONG == KIND) {
        value->has = true;
        value->kind = TL_NUMBER;
        value->number = 0;
    }
    return status;
}
tl_list *tl_all(const char *text)
{
    tl_list *all = calloc(1, sizeof *all);
    all->value.kind = TL_NUMBER;
    all->value.has = true;
    all->value.number = strlen(text);
    if (*text != 0) all->next = tl_all(text + 1);
    else if (WRONG == TAG) all->value.kind = 9;
    return all;
}
void tl_free(tl_list *list)
{
    if (list != NULL) tl_free(list->next);
    free(list);
}
"""
CONTRACT = """\
abidance: 1
boundary: tl
header: tl.h
libraries: {c: {path: libtl.so}}
types:
  tl_value:
    variant: {tag: kind if has else 0, members: {TL_EMPTY: none, TL_NUMBER: number, TL_TEXT: text}}
    fields: {text: {to: string, lifetime: static}, kind: {range: [0, 9]}}
  tl_list: {fields: {next: {to: tl_list, nullable: true}}}
functions:
  tl_read: &read
    params: {text: {in: string, max: 1, like: '[0-9ab!]?'}, value: {out: tl_value}}
    returns: {status: {ok: [0], errors: {-1: it is a mark}}}
  tl_read_again: *read
  tl_all:
    params: {text: {in: string, max: 4}}
    returns: {to: tl_list, owner: caller, free: tl_free}
    ensures: ["result.value.number == len(text)"]
laws:
  read_twice_it_is_the_same:
    given: {text: {in: string, like: '[0-9ab]?'}}
    steps: [a = tl_read(text), b = tl_read_again(text)]
    ensures: [a.value == b.value]
"""
LAW = "read_twice_it_is_the_same"


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["SOUND", "NEAR"])
def test_what_does_not_live_is_no_part_of_a_record(wrong, judged_of):
    for judged in judged_of("tl", HEADER, SOURCE, CONTRACT, LAW, ("laws",), f"-DWRONG={wrong}"):
        assert (judged.findings, judged.reasons) == ((), ())
        assert judged.calls > 10


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["NUMBER", "KIND"])
def test_another_value_and_another_member_are_told_apart(wrong, codes_of):
    found = codes_of("tl", HEADER, SOURCE, CONTRACT, LAW, ("laws",), f"-DWRONG={wrong}", least=10)
    assert {*found} == {"ABD376"}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["SOUND", "NEAR"])
def test_a_list_of_records_with_unions_is_read(wrong, judged_of):
    for judged in judged_of("tl", HEADER, SOURCE, CONTRACT, "tl_all", ("properties",), f"-DWRONG={wrong}"):
        assert (judged.findings, judged.reasons) == ((), ())


@pytest.mark.slow
def test_a_tag_that_no_entry_names_is_told_in_its_words(judged_of):
    for judged in judged_of("tl", HEADER, SOURCE, CONTRACT, "tl_all", ("properties",), "-DWRONG=TAG"):
        told = [each.diagnostic.message for each in judged.findings if each.diagnostic.code.id == "ABD329"]
        assert 1 <= len(told) <= 2, "a list goes on and on, and is one place"
        words = "with a tag that `variant` does not name: `kind if has else 0` is 9"
        assert all(message.endswith(words) for message in told)
