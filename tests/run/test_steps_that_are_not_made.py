"""A law of which a step is never made is not judged, and says which one and for want of what."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct bx_box bx_box;
bx_box *bx_open(int kind);              /* NULL for any kind but 1 and 2 */
int bx_kind(const bx_box *box);
void bx_close(bx_box *box);
"""
SOURCE = """\
#include <stdlib.h>
#include "bx.h"
struct bx_box { int kind; };
bx_box *bx_open(int kind)
{
    bx_box *box = kind == 1 || kind == 2 ? malloc(sizeof *box) : NULL;
    if (box != NULL) box->kind = kind;
    return box;
}
int bx_kind(const bx_box *box) { return box->kind; }
void bx_close(bx_box *box) { free(box); }
"""
CONTRACT = """\
abidance: 1
boundary: bx
header: bx.h
libraries: {c: {command: [gcc, -shared, -fPIC, bx.c, -o, libbx.so], artifact: libbx.so}}
builds: [release]
handles: {bx_box: {create: bx_open, destroy: bx_close}}
functions:
  bx_open: {returns: {handle: bx_box, nullable: true}}
  bx_kind:
  bx_close:
laws:
  a_box_is_of_its_kind:
    given: {kind: {in: int, range: [KINDS]}}
    steps: [a = bx_open(kind), b = bx_kind(a.result)]
    ensures: [b.result == kind]
"""


@pytest.mark.slow
@pytest.mark.parametrize(("kinds", "status"), [("3, 9", 3), ("0, 2", 0)], ids=["never", "sometimes"])
def test_why_a_step_is_never_made_is_told(kinds, status, written, capsys):
    written("bx", HEADER, SOURCE, CONTRACT.replace("KINDS", kinds))

    assert (
        main(["run", "bx.contract.yaml", "--phase", "laws", "--seed", "1", "--max-examples", "20"]) == status
    )
    shown = capsys.readouterr().out
    for told in (
        "`bx_open` left no `bx_box`, so `bx_kind` was not made",
        "one such call:",
        "// returned NULL",
    ):
        assert (told in shown) == (status == 3)


STATES = "states: [closed, open], transitions: {bx_lift: {from: closed, to: open}, bx_kind: {from: open}}"
LIFTED = CONTRACT.replace("destroy: bx_close}", f"destroy: bx_close, {STATES}}}").replace(
    "  bx_kind:\n", "  bx_lift:\n  bx_kind:\n"
)


@pytest.mark.parametrize(("lift", "status"), [("", 3), ("bx_lift(a.result), ", 0)], ids=["never", "lifted"])
def test_the_states_that_a_step_takes_are_told(lift, status, written, capsys):
    header = HEADER.replace("void bx_close", "void bx_lift(bx_box *box);\nvoid bx_close")
    source = SOURCE + "void bx_lift(bx_box *box) { (void)box; }\n"
    contract = LIFTED.replace("KINDS", "1, 2").replace("b = bx_kind", f"{lift}b = bx_kind")
    written("bx", header, source, contract)

    words = ["--phase", "laws", "--seed", "1", "--max-examples", "20", "--explore", "0"]
    assert main(["run", "bx.contract.yaml", *words]) == status
    shown = " ".join(capsys.readouterr().out.split())
    assert ("`bx_kind` was not made: it takes a `bx_box` that is `open`" in shown) == (status == 3)
    assert "left no" not in shown
