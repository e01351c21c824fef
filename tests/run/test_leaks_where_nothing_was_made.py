"""A leak of a call that failed is shown without what would have given back what it was to make."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings

HEADER = """\
typedef struct lm_sheet lm_sheet;
int lm_read(const char *text, lm_sheet **sheet);
void lm_free(lm_sheet *sheet);
"""
SOURCE = """\
#include <stdlib.h>
#include "lm.h"
struct lm_sheet { int lines; };
int lm_read(const char *text, lm_sheet **sheet)
{
    *sheet = calloc(1, sizeof **sheet);
    if (text[0] != 'a') {
        FREED;
        return -1;
    }
    return LOST, 0;
}
void lm_free(lm_sheet *sheet) { free(sheet); }
"""
CONTRACT = """\
abidance: 1
boundary: lm
header: lm.h
libraries: {c: {path: liblm.so}}
handles: {lm_sheet: {create: lm_read, destroy: lm_free}}
functions:
  lm_read:
    params: {text: {in: string, max: 3, like: 'a?b?'}, sheet: {out: lm_sheet, on_failure: unspecified}}
    returns: {status: {ok: [0], errors: {-1: it does not begin so}}}
"""
FREED, LOST = "free(*sheet)", "malloc(9)"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("freed", "lost", "ends"),
    [(FREED, "0", None), ("(void)0", "0", False), (FREED, LOST, True)],
    ids=["sound", "of a failure", "of a success"],
)
def test_nothing_is_given_back_that_was_not_made(freed, lost, ends, written, tmp_path):
    written("lm", HEADER, SOURCE.replace("FREED", freed).replace("LOST", lost), CONTRACT)
    subprocess.run(["gcc", "-shared", "-fPIC", "lm.c", "-o", "liblm.so"], check=True)
    contract = load_contract(tmp_path / "lm.contract.yaml")
    with Session(Settings(tmp_path, seed=1, max_examples=30)) as session:
        (item,) = list_items(contract, Selection(functions=("lm_read",), phases=("properties",)))
        found = session.run(contract, item, lambda _: None).findings

    shown = [(each.diagnostic.code.id, "lm_free(" in each.call) for each in found]
    assert shown == ([] if ends is None else [("ABD371", ends)])


BUSY = """\
#include <stdlib.h>
#include "lm.h"
struct lm_sheet { int lines; };
lm_sheet *lm_new(void) { return calloc(1, sizeof(lm_sheet)); }
void lm_mark(lm_sheet *sheet, int lines) { sheet->lines = lines; }
int lm_close(lm_sheet *sheet)
{
    if (sheet->lines > 3)
        return -1;
    free(sheet);
    return 0;
}
"""
BUSY_CONTRACT = """\
abidance: 1
boundary: lm
header: lm.h
libraries: {c: {path: liblm.so}}
handles: {lm_sheet: {create: lm_new, destroy: lm_close}}
functions:
  lm_new:
  lm_close: {returns: {status: {ok: [0], errors: {-1: it is busy}}}}
  lm_mark: {params: {lines: {range: [0, %s]}}}
"""


@pytest.mark.parametrize("most", [9, 3])
def test_of_what_was_not_destroyed_it_is_said_that_nothing_tells_when(most, findings_of):
    header = (
        "typedef struct lm_sheet lm_sheet;\n"
        "lm_sheet *lm_new(void);\nint lm_close(lm_sheet *sheet);\nvoid lm_mark(lm_sheet *sheet, int lines);\n"
    )
    found = findings_of("lm", header, BUSY, BUSY_CONTRACT % most, "lm_mark", ("properties",))

    assert [each.diagnostic.code.id for each in found] == (["ABD371"] if most > 3 else [])
    words = "`lm_close` was to destroy its owner and failed: where it may refuse to"
    assert all(any(note.startswith(words) for note in each.diagnostic.notes) for each in found)
