"""What is created with an allocator is used and destroyed with that one, or with none where it was with none."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
#include <stdlib.h>
typedef struct sp_memory { void *(*give)(size_t size); void (*take)(void *block); } sp_memory;
typedef struct sp_index sp_index;
sp_index *sp_new(const sp_memory *memory);
int sp_add(sp_index *index, const sp_memory *memory, int number);
int sp_count(const sp_index *index);
sp_index *sp_copy(const sp_index *index, const sp_memory *memory);
void sp_end(sp_index *index, const sp_memory *memory);

typedef union { long mark; max_align_t aligned; } sp_block;
static inline void *sp_marked(size_t size, long mark)
{
    sp_block *block = malloc(sizeof *block + size);
    if (block) block->mark = mark;
    return block ? block + 1 : NULL;
}
static inline void sp_unmarked(void *memory, long mark)
{
    sp_block *block = memory ? (sp_block *)memory - 1 : NULL;
    if (block && block->mark != mark) abort(); /* it is of another one */
    if (block) block->mark = 0;
    free(block);
}
static inline void *sp_give_one(size_t size) { return sp_marked(size, 11); }
static inline void sp_take_one(void *block) { sp_unmarked(block, 11); }
static inline void *sp_give_other(size_t size) { return sp_marked(size, 77); }
static inline void sp_take_other(void *block) { sp_unmarked(block, 77); }
static const sp_memory sp_first = {sp_give_one, sp_take_one}, sp_second = {sp_give_other, sp_take_other};
#define sp_one() (&sp_first)
#define sp_other() (&sp_second)
"""
SOURCE = """\
#include "sp.h"
enum { SOUND, NEAR, ADD, COPY };
struct sp_index { int n; int *more; };
static void *give(const sp_memory *memory, size_t size) { return memory ? memory->give(size) : sp_marked(size, 5); }
static void take(const sp_memory *memory, void *block)
{
    if (memory) memory->take(block);
    else sp_unmarked(block, 5);
}
sp_index *sp_new(const sp_memory *memory)
{
    sp_index *index = give(memory, sizeof *index);
    index->n = 0;
    index->more = NULL;
    return index;
}
int sp_add(sp_index *index, const sp_memory *memory, int number)
{
    if (VARIANT == NEAR) take(memory, give(memory, 8));
    if (index->more == NULL) index->more = give(VARIANT == ADD && number > 0 ? NULL : memory, sizeof(int));
    index->n++;
    return 0;
}
int sp_count(const sp_index *index) { return index->n; }
sp_index *sp_copy(const sp_index *index, const sp_memory *memory)
{
    sp_index *copy = sp_new(VARIANT == COPY ? NULL : memory);
    copy->n = index->n;
    return copy;
}
void sp_end(sp_index *index, const sp_memory *memory)
{
    take(memory, index->more);
    take(memory, index);
}
"""
CONTRACT = """\
abidance: 1
boundary: sp
header: sp.h
libraries: {c: {path: libsp.so}}
handles:
  sp_memory: {create: [sp_one, sp_other], parent: none}
  sp_index: {create: [sp_new, sp_copy], destroy: sp_end}
functions:
  sp_one: {prototype: const sp_memory *sp_one(void)}
  sp_other: {prototype: const sp_memory *sp_other(void)}
  sp_new: {params: {memory: {handle: sp_memory, nullable: true}}}
  sp_add:
    params:
      index: {handle: sp_index, parent: memory}
      memory: {handle: sp_memory, nullable: true}
      number: {range: [0, 3]}
    returns: {status: {ok: [0], errors: {-1: no memory}}}
    ensures: [sp_count(index) == old(sp_count(index)) + 1]
  sp_count:
  sp_copy: {params: {index: {handle: sp_index, parent: memory}, memory: {handle: sp_memory, nullable: true}}}
  sp_end: {params: {index: {handle: sp_index, parent: memory}, memory: {handle: sp_memory, nullable: true}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "found"), [("SOUND", False), ("NEAR", False), ("ADD", True), ("COPY", True)]
)
def test_sequences_use_the_one_that_it_was_created_with(variant, found, codes_of_sequences):
    asked = ("sp", HEADER, SOURCE, CONTRACT, "sp_index", f"-DVARIANT={variant}")
    codes = codes_of_sequences(*asked, least=100 if found else 0)

    assert {*codes} == ({"ABD301"} if found else set())


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "found"), [("SOUND", False), ("ADD", True)])
def test_single_calls_do(variant, found, codes_of):
    codes = codes_of("sp", HEADER, SOURCE, CONTRACT, "sp_add", ("properties",), f"-DVARIANT={variant}")

    assert {*codes} == ({"ABD301"} if found else set())
