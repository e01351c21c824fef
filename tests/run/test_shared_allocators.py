"""An allocator of which one function gives a handle what allocates, and another what frees."""

from __future__ import annotations

import pytest

from tiers import full

HEADER = """\
#include <stddef.h>
typedef struct sa_text sa_text;
sa_text *sa_new(void);
void sa_end(sa_text *text);
void sa_set_free(sa_text *text, void (*release)(void *block));
void sa_set_realloc(sa_text *text, void *(*resize)(void *old, size_t size));
int sa_add(sa_text *text, int letter);
"""
SOURCE = """\
#include "sa.h"
#include <stdlib.h>
struct sa_text {
    void (*release)(void *block);
    void *(*resize)(void *old, size_t size);
    char *letters;
    size_t count;
};
sa_text *sa_new(void)
{
    sa_text *text = calloc(1, sizeof *text);
    text->release = free;
    text->resize = realloc;
    return text;
}
void sa_end(sa_text *text)
{
    if (DEFECT == 1 && text->count > 2)
        free(text->letters);
    else if (DEFECT == 3)
        text->release(NULL), text->release(text->letters);
    else if (DEFECT != 2 || text->count == 0)
        text->release(text->letters);
    free(text);
}
void sa_set_free(sa_text *text, void (*release)(void *block)) { text->release = release; }
void sa_set_realloc(sa_text *text, void *(*resize)(void *old, size_t size)) { text->resize = resize; }
int sa_add(sa_text *text, int letter)
{
    char *letters = text->resize(text->letters, text->count + 1);
    if (letters == NULL)
        return -1;
    letters[text->count++] = (char)letter;
    text->letters = letters;
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: sa
header: sa.h
libraries: {c: {path: libsa.so}}
handles:
  sa_text:
    create: sa_new
    destroy: sa_end
    states: [fresh, frees, set]
    transitions:
      sa_set_free: {from: fresh, to: frees}
      sa_set_realloc: {from: frees, to: set}
      sa_add: {from: set}
functions:
  sa_set_free: {params: {release: {callback: {frees: block, lifetime: handle(text)}}}}
  sa_set_realloc:
    params: {resize: {callback: {allocates: size, frees: old, returns: {nullable: true}, lifetime: handle(text)}}}
  sa_add: {returns: {status: {ok: [0], errors: {-1: no memory}}}}
"""
SOUND, ASTRAY, LEAKS, NEAR = range(4)


@pytest.mark.slow
@pytest.mark.parametrize(("defect", "code"), [(ASTRAY, "ABD377"), full(LEAKS, "ABD378")])
def test_memory_that_goes_elsewhere_or_stays_is_found(defect, code, codes_of_sequences):
    found = codes_of_sequences("sa", HEADER, SOURCE, CONTRACT, "sa_text", f"-DDEFECT={defect}")

    assert {*found} == {code}


@pytest.mark.slow
@pytest.mark.parametrize("defect", [NEAR, full(SOUND)])
def test_what_was_given_in_parts_is_one_allocator(defect, codes_of_sequences):
    assert codes_of_sequences("sa", HEADER, SOURCE, CONTRACT, "sa_text", f"-DDEFECT={defect}") == []
