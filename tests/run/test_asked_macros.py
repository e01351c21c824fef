"""What macros and functions of the header's own tell: they are called through stubs, in compiled contracts too."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings

HEADER = """\
typedef struct am_pen { int width; const char *name; double weight; } am_pen;
am_pen *am_new(void);
void am_free(am_pen *pen);
int am_widen(am_pen *pen, int by);
#define am_width(pen) ((pen)->width)
#define am_name(pen) ((pen)->name)
static inline double am_weight(const am_pen *pen) { return pen->weight; }
"""
SOURCE = """\
#include <stdlib.h>
#include "am.h"
am_pen *am_new(void)
{
    am_pen *pen = calloc(1, sizeof *pen);
    pen->name = "pen";
    pen->weight = 0.5;
    return pen;
}
void am_free(am_pen *pen) { free(pen); }
int am_widen(am_pen *pen, int by)
{
    if (pen->width > 90 || pen->weight > 0.75 || pen->name[0] != 'p')
        abort(); /* the contract forbids that */
    pen->width += WIDER;
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: am
header: am.h
libraries: {c: {path: libam.so}}
handles: {am_pen: {create: am_new, destroy: am_free}}
functions:
  am_new:
  am_widen:
    params: {by: {range: [0, 90]}}
    requires: [am_width(pen) == 0, am_weight(pen) < 0.75, am_name(pen) == "pen"]
    returns: {status: {ok: [0]}}
    ensures: [am_width(pen) == old(am_width(pen)) + by]
  am_width: {prototype: int am_width(const am_pen *pen)}
  am_name: {prototype: const char *am_name(const am_pen *pen), returns: {to: string}}
  am_weight:
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wider", "found"), [("by", []), ("(by ^ 77 ? by : 76)", ["ABD321"])])
def test_they_are_asked_in_compiled_contracts(wider, found, written, tmp_path):
    written("am", HEADER, SOURCE.replace("WIDER", wider), CONTRACT)
    subprocess.run(["gcc", "-shared", "-fPIC", "am.c", "-o", "libam.so"], cwd=tmp_path, check=True)
    contract = load_contract(tmp_path / "am.contract.yaml")
    with Session(Settings(tmp_path, seed=1, explore=0.5)) as session:
        (item,) = list_items(contract, Selection(functions=("am_widen",), phases=("explore",)), explore=0.5)
        done = session.run(contract, item, lambda _: None)

    assert ([each.diagnostic.code.id for each in done.findings], done.reasons, done.gaps) == (found, (), ())
    assert done.explored is not None
