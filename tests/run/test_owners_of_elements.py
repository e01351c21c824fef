"""Whose the handles in an array are after a call, as a flag says."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stddef.h>
enum { OE_TAKE = 1, OE_LAST = 2 };
typedef struct oe_piece oe_piece;
typedef struct oe_box oe_box;
oe_piece *oe_new(void);
void oe_free(oe_piece *piece);
oe_box *oe_box_new(void);
void oe_box_free(oe_box *box);
int oe_box_put(oe_box *box, oe_piece **pieces, size_t n, unsigned flags);
"""
SOURCE = """\
#include "oe.h"
#include <stdlib.h>
struct oe_piece { int weight; };
struct oe_box { oe_piece *mine[64]; size_t count; };
oe_piece *oe_new(void) { return calloc(1, sizeof(oe_piece)); }
void oe_free(oe_piece *piece) { free(piece); }
oe_box *oe_box_new(void) { return calloc(1, sizeof(oe_box)); }
void oe_box_free(oe_box *box)
{
    for (size_t i = 0; i < box->count; i++) oe_free(box->mine[i]);
    free(box);
}
int oe_box_put(oe_box *box, oe_piece **pieces, size_t n, unsigned flags)
{
    if (box->count + n > 64) return -1;
    for (size_t i = 0; i < n && (flags & OE_TAKE); i++) {
        if (DEFECT == 2 && i == 1) continue;
        box->mine[box->count++] = pieces[i];
    }
    if (DEFECT == 1 && n && flags == OE_LAST) oe_free(pieces[0]);
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: oe
header: oe.h
libraries: {c: {path: liboe.so}}
handles:
  oe_piece: {create: oe_new, destroy: oe_free}
  oe_box: {create: oe_box_new, destroy: oe_box_free}
functions:
  oe_box_put:
    params:
      pieces: {in: array, length: n, of: {handle: oe_piece, owner: {callee: flags & OE_TAKE}}}
      n: {range: [0, 3]}
      flags: {flags: [OE_TAKE, OE_LAST]}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("defect", "code"), [(0, ""), (1, "ABD301"), (2, "ABD371")])
def test_each_is_whose_the_flag_says(defect, code, codes_of):
    found = codes_of("oe", HEADER, SOURCE, CONTRACT, "oe_box_put", ("properties",), f"-DDEFECT={defect}")

    assert (code in found) if code else not found


@pytest.mark.parametrize(
    ("owner", "words"),
    [
        ("{callee: flgs & OE_TAKE}", "`flgs`"),
        ("{callee: result == 0}", "`result` has no value before the call"),
    ],
)
def test_what_is_no_condition_is_refused(owner, words, written, capsys):
    written("oe", HEADER, SOURCE, CONTRACT.replace("{callee: flags & OE_TAKE}", owner))

    assert main(["check", "oe.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
