"""Handles that are passed by a pointer to where the caller has them, to what destroys them or takes them over."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct bx bx;
bx *bx_new(int weight);
void bx_free(bx **box);
int bx_put(bx *into, bx **part);
int bx_weight(const bx *box);
"""
SOURCE = """
#include <stdlib.h>
struct bx { int weight; bx *part; };
bx *bx_new(int weight)
{
    bx *made = calloc(1, sizeof *made);
    if (made)
        made->weight = weight;
    return made;
}
void bx_free(bx **box)
{
    bx *one = *box;
    if (!one)
        return;
    if (one->part && !LEAKS)
        bx_free(&one->part);
    free(one);
    if (!LEAVES)
        *box = 0;
}
/* Refuses a second part, and leaves it where it is. */
int bx_put(bx *into, bx **part)
{
    if (into->part) {
        if (TAKES_ALWAYS)
            bx_free(part);
        return -1;
    }
    into->part = *part;
    *part = 0;
    return 0;
}
int bx_weight(const bx *box) { return box->weight + (box->part ? bx_weight(box->part) : 0); }
"""
CONTRACT = """
handles: {bx: {create: bx_new, destroy: bx_free}}
functions:
  bx_new: {params: {weight: {range: [0, 9]}}}
  bx_free: {ensures: [box == null]}
  bx_put:
    params: {into: {handle: bx}, part: {inout: bx, owner: callee}}
    returns: {status: {ok: [0], errors: {-1: it has one already}}}
    ensures: [(result == 0) == (part == null)]
  bx_weight: {ensures: [result >= 0]}
laws:
  it_weighs_what_both_do:
    given: {one: bx, other: bx}
    steps: [a = bx_weight(one), b = bx_weight(other), "p = bx_put(one, other)", c = bx_weight(one)]
    ensures: [p.part == null, c.result == a.result + b.result]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ("", set()),
        ("LEAVES", {"ABD321"}),
        ("LEAKS", {"ABD371"}),
        ("TAKES_ALWAYS", {"ABD321", "ABD301"}),
    ],
)
def test_what_takes_them_is_held_to_what_it_leaves_there(wrong, codes, small):
    flags = [f"-D{each}={int(each == wrong)}" for each in ("LEAVES", "LEAKS", "TAKES_ALWAYS")]
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=flags, examples=40)

    assert {*ended.codes} <= codes, ended.text
    assert bool(ended.codes) is bool(codes), ended.text
    if not wrong:
        assert ended.status == 0, ended.text
    else:
        assert "&bx" in ended.text


COUNTED_HEADER = """
typedef struct bx bx;
bx *bx_new(void);
bx *bx_ref(bx *box);
void bx_unref(bx **box);
int bx_references(const bx *box);
"""
COUNTED_SOURCE = """
#include <stdlib.h>
struct bx { int references; };
bx *bx_new(void)
{
    bx *made = malloc(sizeof *made);
    if (made)
        made->references = 1;
    return made;
}
bx *bx_ref(bx *box)
{
    box->references++;
    return ANOTHER && box->references == 3 ? (bx *)&box->references + 1 : box;
}
void bx_unref(bx **box)
{
    if (--(*box)->references == 0)
        free(*box), *box = 0;
    else if (FORGETS)
        *box = 0;
}
int bx_references(const bx *box) { return box->references; }
"""
COUNTED_CONTRACT = """
handles: {bx: {create: bx_new, references: {acquire: bx_ref, release: bx_unref}}}
functions:
  bx_new: {ensures: [bx_references(result) == 1]}
  bx_ref: {ensures: [bx_references(box) == old(bx_references(box)) + 1, result == box]}
  bx_unref: {ensures: [(box == null) == (old(bx_references(box)) == 1)]}
  bx_references: {ensures: [result > 0]}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [("", set()), ("FORGETS", {"ABD321"}), ("ANOTHER", {"ABD321"})])
def test_what_counts_references_is_held_to_what_it_leaves_and_returns(wrong, codes, small):
    """What gives a reference back is asked about the handle, and not about where the caller has it."""
    flags = [f"-D{each}={int(each == wrong)}" for each in ("FORGETS", "ANOTHER")]
    ended = small.run(COUNTED_HEADER, COUNTED_SOURCE, COUNTED_CONTRACT, flags=flags, examples=40)

    assert {*ended.codes} == codes, ended.text
    assert bool(ended.status) is bool(wrong), ended.text
    assert "what the result of `bx_ref` points at" not in ended.text
