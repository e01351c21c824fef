"""A function whose result is said to be the handle makes that, whatever type the result has: a text is a context."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
void *cx_new(const void *within, size_t size);
char *cx_text(const void *within, const char *text);
size_t cx_size(const void *context);
size_t cx_parts(const void *context);
void *cx_copy(const void *within, const void *context);
void cx_free(void *context);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "cx.h"
enum { SOUND, NEAR, SIZE, LEAK, LOST };
typedef struct head { struct head *first, *next, *within; size_t size; max_align_t memory[]; } head;
static head *of(const void *context)
{
    return context ? (head *)((char *)context - offsetof(head, memory)) : NULL;
}
void *cx_new(const void *within, size_t size)
{
    head *made = calloc(1, sizeof *made + size + (VARIANT == NEAR ? 16 : 0));
    made->size = size;
    made->within = of(within);
    if (made->within) {
        made->next = made->within->first;
        made->within->first = made;
    }
    return made->memory;
}
char *cx_text(const void *within, const char *text)
{
    char *copy = cx_new(within, strlen(text) + (VARIANT == SIZE && within ? 2 : 1));
    return strcpy(copy, text);
}
size_t cx_size(const void *context) { return of(context)->size; }
size_t cx_parts(const void *context)
{
    size_t n = 0;
    for (head *part = of(context)->first; part; part = part->next) n++;
    return n;
}
void *cx_copy(const void *within, const void *context)
{
    if (VARIANT == LOST) cx_new(NULL, 1);
    return memcpy(cx_new(within, cx_size(context)), context, cx_size(context));
}
static void end(head *one)
{
    for (head *part = one->first, *next; part; part = next) {
        next = part->next;
        if (VARIANT != LEAK || part->size != 3) end(part);
    }
    free(one);
}
void cx_free(void *context)
{
    head *one = of(context);
    if (one->within) {
        head **at = &one->within->first;
        while (*at != one) at = &(*at)->next;
        *at = one->next;
    }
    end(one);
}
"""
CONTRACT = """\
abidance: 1
boundary: cx
header: cx.h
libraries: {c: {path: libcx.so}}
handles:
  context: {type: void, create: [cx_new, cx_text], destroy: cx_free}
functions:
  cx_new:
    params: {within: {handle: context, nullable: true}, size: {range: [0, 9]}}
    returns: {handle: context, owner: either, lifetime: handle(within)}
    ensures: [cx_size(result) == size, cx_parts(result) == 0]
  cx_text:
    params: {within: {handle: context, nullable: true}, text: {in: string, max: 6}}
    returns: {handle: context, owner: either, lifetime: handle(within)}
    ensures:
      - cx_size(result) == len(text) + 1
      - implies(within != null, cx_parts(within) == old(cx_parts(within)) + 1)
  cx_size: {params: {context: {handle: context}}}
  cx_parts: {params: {context: {handle: context}}}
  cx_copy:
    params: {within: {handle: context, nullable: true}, context: {handle: context}}
    returns: {handle: context, owner: either, lifetime: handle(within)}
    ensures: [cx_size(result) == cx_size(context)]
  cx_free: {params: {context: {handle: context}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "found"), [("SOUND", set()), ("NEAR", set()), ("SIZE", {"ABD321"}), ("LEAK", {"ABD371"})]
)
def test_a_text_that_is_a_context_is_made_within_one_that_is_there(variant, found, codes_of_sequences):
    asked = ("cx", HEADER, SOURCE, CONTRACT, "context", f"-DVARIANT={variant}")

    assert {*codes_of_sequences(*asked, least=100 if found else 0)} == found


@pytest.mark.slow
def test_single_calls_are_given_such_a_context_or_none(codes_of):
    asked = ("cx", HEADER, SOURCE, CONTRACT, "cx_text", ("properties",))

    assert codes_of(*asked, "-DVARIANT=SOUND") == []
    assert "ABD321" in codes_of(*asked, "-DVARIANT=SIZE", least=100)


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "found"), [("SOUND", []), ("NEAR", []), ("LOST", ["ABD371"])])
def test_what_comes_within_nothing_is_the_callers_though_the_function_creates_none(variant, found, codes_of):
    """Nobody destroyed what a function returns that is not under `create`: it was told as a leak of the library."""
    asked = ("cx", HEADER, SOURCE, CONTRACT, "cx_copy", ("properties",), f"-DVARIANT={variant}")

    assert codes_of(*asked, least=100 if found else 0) == found
