"""Whose the memory behind a field of a record is after a call, as another field says."""

from __future__ import annotations

import pytest

from tiers import full

HEADER = """\
#include <stddef.h>
enum { OF_TAKE = 1, OF_LOUD = 2 };
typedef struct of_blob { char *data; size_t size; unsigned flags; } of_blob;
typedef struct of_box of_box;
of_box *of_new(void);
void of_free(of_box *box);
int of_put(of_box *box, const of_blob *blobs, size_t n);
size_t of_size(const of_box *box);
"""
SOURCE = """\
#include "of.h"
#include <stdlib.h>
#include <string.h>
struct of_box { of_blob all[2]; size_t count; };
of_box *of_new(void) { return calloc(1, sizeof(of_box)); }
void of_free(of_box *box)
{
    for (size_t i = 0; i < box->count; i++)
        if (box->all[i].flags & OF_TAKE || DEFECT == 1)
            free(box->all[i].data);
    free(box);
}
int of_put(of_box *box, const of_blob *blobs, size_t n)
{
    if (box->count + n > 2)
        return -1;
    for (size_t i = 0; i < n; i++) {
        of_blob *mine = &box->all[box->count++];
        *mine = blobs[i];
        if (DEFECT == 1 && !(mine->flags & OF_TAKE)) {
            mine->data = malloc(mine->size);
            memcpy(mine->data, blobs[i].data, mine->size);
        }
        if (DEFECT == 2 && mine->flags == (OF_TAKE | OF_LOUD))
            mine->flags = 0;
        if (DEFECT == 3 && mine->flags == OF_LOUD)
            mine->flags = OF_TAKE;
    }
    return 0;
}
size_t of_size(const of_box *box)
{
    size_t size = 0;
    for (size_t i = 0; i < box->count; i++)
        for (size_t j = 0; j < box->all[i].size; j++)
            size += box->all[i].data[j] != 0;
    return size;
}
"""
CONTRACT = """\
abidance: 1
boundary: of
header: of.h
libraries: {c: {path: libof.so}}
types:
  of_blob:
    fields:
      data: {to: bytes, length: size, owner: {callee: flags & OF_TAKE}, lifetime: handle(of_box)}
      size: {range: [1, 8]}
      flags: {flags: [OF_TAKE, OF_LOUD]}
handles: {of_box: {create: of_new, destroy: of_free}}
functions:
  of_put:
    params: {blobs: {in: array, length: n}, n: {range: [1, 2]}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
  of_size:
"""
SOUND, NEAR, LEAKS, TAKES = range(4)


@pytest.mark.slow
@pytest.mark.parametrize(("defect", "codes"), [full(LEAKS, {"ABD371"}), (TAKES, {"ABD301", "ABD372"})])
def test_one_that_does_not_heed_the_field_is_found(defect, codes, codes_of_sequences):
    found = codes_of_sequences("of", HEADER, SOURCE, CONTRACT, "of_box", f"-DDEFECT={defect}")

    assert codes & {*found}


@pytest.mark.slow
@pytest.mark.parametrize("defect", [full(SOUND), NEAR])
def test_one_that_does_is_left_alone(defect, codes_of_sequences):
    assert codes_of_sequences("of", HEADER, SOURCE, CONTRACT, "of_box", f"-DDEFECT={defect}") == []
