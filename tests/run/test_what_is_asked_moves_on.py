"""What postconditions ask may move what a handle keeps: where nobody asks, what other calls do with it shows."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct wa_list wa_list;
wa_list *wa_new(void);
void wa_free(wa_list *list);
int wa_add(wa_list *list, int number);
int wa_first(wa_list *list);
int wa_next(wa_list *list);
int wa_drop(wa_list *list);
"""
SOURCE = """\
#include <stdlib.h>
#include "wa.h"
enum { SOUND, NEAR, KEEPS };
struct item { int number; struct item *next; };
struct wa_list { struct item *head, *at; };
wa_list *wa_new(void) { return calloc(1, sizeof(wa_list)); }
void wa_free(wa_list *list)
{
    while (list->head) wa_drop(list);
    free(list);
}
int wa_add(wa_list *list, int number)
{
    struct item *item = malloc(sizeof *item);
    *item = (struct item){number, list->head};
    list->head = item;
    return 0;
}
int wa_first(wa_list *list)
{
    list->at = list->head;
    return list->at ? list->at->number : -1;
}
int wa_next(wa_list *list)
{
    if (list->at) list->at = list->at->next;
    return list->at ? list->at->number : -1;
}
int wa_drop(wa_list *list)
{
    struct item *gone = list->head;
    if (!gone) return -1;
    if (VARIANT == NEAR && list->at == gone) list->at = NULL;
    if (VARIANT == SOUND && list->at == gone) list->at = gone->next;
    list->head = gone->next;
    free(gone);
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: wa
header: wa.h
libraries: {c: {path: libwa.so}}
handles:
  wa_list: {create: wa_new, destroy: wa_free}
functions:
  wa_add: {params: {number: {range: [0, 9]}}, ensures: [wa_first(list) == number]}
  wa_first: {returns: {range: [-1, 9]}}
  wa_next: {returns: {range: [-1, 9]}}
  wa_drop: {ensures: ["implies(result != 0, wa_first(list) == -1)"]}
laws:
  it_goes_on:
    given: {list: wa_list, number: {in: int, range: [0, 9]}}
    steps: ["wa_add(list, number)", wa_first(list), wa_drop(list), last = wa_next(list)]
    ensures: [last.result == -1]
"""


def judged(codes_of, variant, header=HEADER, source=SOURCE):
    return codes_of("wa", header, source, CONTRACT, "it_goes_on", ("laws",), f"-DVARIANT={variant}")


@pytest.mark.slow
def test_an_iterator_that_is_left_behind_is_found(codes_of):
    assert judged(codes_of, "KEEPS") == ["ABD301"]


@pytest.mark.slow
def test_what_is_asked_wherever_it_only_reads_finds_none(codes_of):
    """As the header has it, no call moves the iterator that is left behind but the one that is asked."""
    constant = "int wa_first(const wa_list *list)"
    header, source = (text.replace("int wa_first(wa_list *list)", constant) for text in (HEADER, SOURCE))
    source = source.replace("    list->at = list->head;", "    ((wa_list *)list)->at = list->head;")

    assert judged(codes_of, "KEEPS", header, source) == []


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["SOUND", "NEAR"])
def test_one_that_is_moved_on_is_sound(variant, codes_of_sequences):
    assert codes_of_sequences("wa", HEADER, SOURCE, CONTRACT, "wa_list", f"-DVARIANT={variant}") == []
