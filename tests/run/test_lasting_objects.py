"""A single object that lasts: where only a change of its handle ends that, it stays the same until then."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.run.findings.unlooked_lifetimes import unlooked_contents

HEADER = """\
typedef struct lo_box lo_box;
typedef struct { int width, height; } lo_size;
lo_box *lo_new(int width);
void lo_free(lo_box *box);
const lo_size *lo_size_of(const lo_box *box);
int lo_find(const lo_box *box, const lo_size **size);
const int *lo_count(const lo_box *box);
int lo_look(const lo_box *box);
void lo_widen(lo_box *box, int by);
const lo_size *lo_unit(void);
"""
SOURCE = """\
#include "lo.h"
#include <stdlib.h>
enum { NOTHING, SHARED, LOOKED, COUNTED };
struct lo_box { lo_size size; int looks, count; };
static lo_size shared, unit = {1, 1};
lo_box *lo_new(int width)
{
    lo_box *box = calloc(1, sizeof *box);
    if (box)
        box->size = (lo_size){width, 1};
    return box;
}
void lo_free(lo_box *box)
{
    free(box);
}
const lo_size *lo_size_of(const lo_box *box)
{
    if (WRONG != SHARED)
        return &box->size;
    shared = box->size;
    return &shared;
}
int lo_find(const lo_box *box, const lo_size **size)
{
    *size = lo_size_of(box);
    return 0;
}
const int *lo_count(const lo_box *box)
{
    return &box->count;
}
int lo_look(const lo_box *box)
{
    lo_box *mine = (lo_box *)box;
    mine->looks++;
    if (WRONG == LOOKED)
        mine->size.height++;
    if (WRONG == COUNTED)
        mine->count++;
    return mine->size.width;
}
void lo_widen(lo_box *box, int by)
{
    box->size.width += by;
    box->count++;
}
const lo_size *lo_unit(void)
{
    return &unit;
}
"""
CONTRACT = """\
abidance: 1
boundary: lo
header: lo.h
libraries: {c: {path: liblo.so}}
handles: {lo_box: {create: lo_new, destroy: lo_free}}
functions:
  lo_new: {params: {width: {range: [0, 99]}}, returns: {handle: lo_box, nullable: true}}
  lo_free:
  lo_size_of: {returns: {to: lo_size, lifetime: handle(box), until: change}}
  lo_find:
    params: {size: {out: {to: lo_size, lifetime: handle(box), until: change}}}
    returns: {status: {ok: [0]}}
  lo_count: {returns: {to: int, lifetime: handle(box), until: change}}
  lo_look:
  lo_widen: {params: {by: {range: [0, 9]}}}
  lo_unit: {returns: {to: lo_size, lifetime: static}}
"""


@pytest.mark.slow
@pytest.mark.several_causes
@pytest.mark.parametrize(
    ("wrong", "blamed"),
    [
        ("NOTHING", set()),
        ("SHARED", {"lo_size_of", "lo_find"}),
        ("LOOKED", {"lo_size_of", "lo_find"}),
        ("COUNTED", {"lo_count"}),
    ],
)
def test_it_stays_the_same_until_its_handle_is_changed(wrong, blamed, findings_of):
    found = findings_of(
        "lo", HEADER, SOURCE, CONTRACT, "lo_box", ("lifecycle",), f"-DWRONG={wrong}", least=60
    )

    assert {each.diagnostic.code.id for each in found} == ({"ABD374"} if blamed else set())
    assert {each.diagnostic.message.partition("what `")[2].partition("`")[0] for each in found} == blamed


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["SHARED", "LOOKED", "COUNTED"])
def test_otherwise_it_may_be_meant_to_change(wrong, codes_of_sequences):
    contract = CONTRACT.replace(", until: change", "")

    assert codes_of_sequences("lo", HEADER, SOURCE, contract, "lo_box", f"-DWRONG={wrong}", least=60) == []


def test_and_that_nobody_looks_is_listed(written, tmp_path):
    written(
        "lo",
        HEADER,
        "",
        CONTRACT.replace("lo_find:", "lo_find: # which lasts as it is").replace(
            "lo_count: {returns: {to: int, lifetime: handle(box), until: change}}",
            "lo_count: {returns: {to: int, lifetime: handle(box), until: lo_widen}}",
        ),
    )
    found = join(load_contract(tmp_path / "lo.contract.yaml"))
    listed = {each.split("`")[1]: each for each in unlooked_contents(found.functions.values())}

    assert [*listed] == ["lo_count", "lo_unit"]
    assert listed["lo_count"].endswith("say `until: change` if only calls on its handle may change it")
    assert listed["lo_unit"].endswith("that it can be read is looked at")
