"""Fields with memory from the library's own allocator, which goes with the record: `alloc` and `free` of a field."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct fa_queue fa_queue;
typedef struct { size_t n; unsigned char *data; } fa_message;
void *fa_alloc(size_t size);
void fa_release(void *memory);
fa_queue *fa_new(void);
void fa_free(fa_queue *queue);
int fa_send(fa_queue *queue, const fa_message *message);
int fa_sum(const fa_queue *queue);
"""
SOURCE = """\
#include <stdlib.h>
#include "fa.h"
enum { SOUND, NEAR, FORGETS, FREES, TWICE, HEAP, RESENDS };
/* What is asked for has a head in front of it, so no other function may free it. */
typedef struct { size_t size, seal; } head;
struct fa_queue { fa_message last; int sent; };
void *fa_alloc(size_t size)
{
    head *made = malloc(sizeof(head) + size);
    if (made == NULL)
        return NULL;
    *made = (head){size, 0x5ea1};
    return made + 1;
}
void fa_release(void *memory)
{
    if (memory != NULL)
        free((head *)memory - 1);
}
fa_queue *fa_new(void) { return calloc(1, sizeof(fa_queue)); }
void fa_free(fa_queue *queue)
{
    if (VARIANT == HEAP)
        free(queue->last.data);
    else if (VARIANT != FORGETS)
        fa_release(queue->last.data);
    free(queue);
}
int fa_send(fa_queue *queue, const fa_message *message)
{
    if (message->n == 0 && VARIANT != RESENDS)
        return -1; /* an empty one stays the caller's */
    if (VARIANT == NEAR && queue->sent == 0 && queue->last.data == NULL)
        queue->last.data = fa_alloc(1); /* which the first message replaces */
    if (VARIANT != FREES)
        fa_release(queue->last.data);
    queue->last = *message;
    if (VARIANT == TWICE && message->n == 3)
        fa_release(message->data);
    queue->sent++;
    return message->n == 0 ? -1 : 0;
}
int fa_sum(const fa_queue *queue)
{
    int sum = 0;
    for (size_t i = 0; i < queue->last.n; i++)
        sum += queue->last.data[i];
    return sum;
}
"""
CONTRACT = """\
abidance: 1
boundary: fa
header: fa.h
libraries: {c: {path: libfa.so}}
handles: {fa_queue: {create: fa_new, destroy: fa_free}}
types:
  fa_message:
    fields:
      n: {range: [0, 8]}
      data: {to: bytes, length: n, owner: callee, alloc: fa_alloc, free: fa_release}
functions:
  fa_send:
    params: {message: {in: fa_message}}
    returns: {status: {ok: [0], errors: {-1: it is empty}}}
  fa_sum: {returns: {range: [0, 2040]}}
"""
PHASES = "properties", "lifecycle"
FOUND = {
    "FORGETS": {"ABD371"},
    "FREES": {"ABD371"},
    "TWICE": {"ABD301", "ABD372", "ABD303"},
    "HEAP": {"ABD301", "ABD372", "ABD303"},
    "RESENDS": {"ABD301", "ABD372", "ABD303"},
}
"""By defects, the codes as which they may be found: what is freed twice is seen by the heap or by who frees."""


@pytest.fixture
def codes(codes_of):
    def judged(variant, name="fa_queue"):
        return {*codes_of("fa", HEADER, SOURCE, CONTRACT, name, PHASES, f"-DVARIANT={variant}")}

    return judged


@pytest.mark.slow
@pytest.mark.parametrize("defect", FOUND)
def test_memory_of_a_field_that_is_lost_or_freed_otherwise_is_found(defect, codes):
    assert codes(defect) & FOUND[defect]


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["SOUND", "NEAR"])
@pytest.mark.parametrize("name", ["fa_queue", "fa_send"])
def test_memory_of_a_field_that_goes_with_its_queue_is_no_finding(variant, name, codes):
    assert codes(variant, name) == set()
