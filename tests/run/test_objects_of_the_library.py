"""Objects of the library that callers pass on, `&vt_upper`: handles that a header gives, and that nothing ends."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct vt_table { int (*fold)(int); int base; } vt_table;
extern const vt_table vt_plain, vt_upper;
typedef struct vt_sum vt_sum;
vt_sum *vt_new(const vt_table *table);
const vt_table *vt_of(const vt_sum *sum);
int vt_base(const vt_sum *sum);
void vt_free(vt_sum *sum);
int vt_once(const vt_table *table, int n);
#define ow_plain() (&vt_plain)
static inline const vt_table *ow_upper(void) { return &vt_upper; }
"""
SOURCE = """\
#include "vt.h"
#include <stdlib.h>
static int same(int n) { return VARIANT == 2 && n == 7 ? -1 : n; }
static int next(int n) { return n + 1; }
const vt_table vt_plain = {same, 0}, vt_upper = {next, 1};
struct vt_sum { const vt_table *table; vt_table copy; };
vt_sum *vt_new(const vt_table *table)
{
    vt_sum *sum = malloc(sizeof *sum);
    if (sum)
        *sum = (vt_sum){VARIANT == 2 ? &vt_plain : table, VARIANT == 1 ? *table : vt_plain};
    return sum;
}
const vt_table *vt_of(const vt_sum *sum) { return sum->table; }
int vt_base(const vt_sum *sum) { return VARIANT == 1 ? sum->copy.base : sum->table->base; }
void vt_free(vt_sum *sum) { free(sum); }
int vt_once(const vt_table *table, int n) { return table->fold(n); }
"""
CONTRACT = """\
abidance: 1
boundary: vt
header: vt.h
libraries: {c: {path: libvt.so}}
handles:
  vt_table: {create: [ow_plain, ow_upper], parent: none}
  vt_sum: {create: vt_new, destroy: vt_free}
functions:
  ow_plain: {prototype: const vt_table *ow_plain(void)}
  ow_upper:
  vt_new:
    params: {table: {handle: vt_table, lifetime: handle(result)}}
    returns: {handle: vt_sum, nullable: true}
    ensures: ["implies(result != null, vt_of(result) == table and vt_base(result) == vt_once(table, 0))"]
  vt_of: {returns: {handle: vt_table, owner: callee, lifetime: handle(sum)}}
  vt_base:
  vt_once: {params: {n: {range: [0, 9]}}, ensures: [n <= result <= n + 1]}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("item", "phase"), [("vt_new", "properties"), ("vt_once", "explore")])
@pytest.mark.parametrize(("variant", "found"), [(0, set()), (1, set()), (2, {"ABD321"})])
def test_each_object_is_passed(variant, found, item, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")

    assert {*codes_of("vt", HEADER, SOURCE, CONTRACT, item, (phase,), f"-DVARIANT={variant}")} == found
