"""Room that an allocator gives its caller, who fills it and frees it: what is in it before has no value."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
void *gr_alloc(size_t count, size_t size);
void gr_free(void *memory);
"""
SOURCE = """\
#include <stdlib.h>
#include "gr.h"
static const char fixed[400] = "read only";
void *gr_alloc(size_t count, size_t size)
{
    size_t bytes = count * size;
    ALLOC
}
void gr_free(void *memory)
{
    if (memory != (void *)fixed)
        free(memory);
}
"""
SOUND = "return malloc(bytes);"
NEAR = "return calloc(1, bytes + 16);"
SHORT = "return malloc(bytes > 40 ? bytes - 8 : bytes);"
ELSEWHERE = "return bytes > 40 ? (void *)fixed : malloc(bytes);"
CONTRACT = """\
abidance: 1
boundary: gr
header: gr.h
libraries: {c: {path: libgr.so}}
functions:
  gr_alloc:
    params: {count: {range: [1, 20]}, size: {range: [1, 20]}}
    returns: {to: bytes, capacity: count * size, nullable: true, owner: caller, free: gr_free}
    may_fail: {memory: {returns: null}}
  gr_free: {params: {memory: {nullable: true}}}
"""
PHASES = ("properties", "memory")


@pytest.mark.slow
@pytest.mark.parametrize("alloc", [SOUND, NEAR])
def test_what_is_in_it_has_no_value(alloc, codes_of):
    assert codes_of("gr", HEADER, SOURCE.replace("ALLOC", alloc), CONTRACT, "gr_alloc", PHASES) == []


@pytest.mark.slow
@pytest.mark.parametrize(("alloc", "code"), [(SHORT, "ABD314"), (ELSEWHERE, "ABD322")])
def test_all_of_it_can_be_written(alloc, code, codes_of):
    assert code in codes_of("gr", HEADER, SOURCE.replace("ALLOC", alloc), CONTRACT, "gr_alloc", PHASES)
