"""What is lent until a handle is changed may be that of something it holds, which the caller changes by itself."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct lp_cell lp_cell;
typedef struct lp_box lp_box;
lp_cell *lp_cell_new(const char *text);
void lp_cell_free(lp_cell *cell);
lp_cell *lp_cell_ref(lp_cell *cell);
void lp_cell_set(lp_cell *cell, const char *text);
lp_box *lp_box_new(lp_cell *cell);
void lp_box_free(lp_box *box);
const char *lp_box_text(lp_box *box);
int lp_box_count(const lp_box *box);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "lp.h"
struct lp_cell { int references; char *text; };
struct lp_box { lp_cell *cell; };
lp_cell *lp_cell_new(const char *text)
{
    lp_cell *cell = malloc(sizeof *cell);
    *cell = (lp_cell){1, strdup(text)};
    return cell;
}
void lp_cell_free(lp_cell *cell)
{
    if (--cell->references == 0) { free(cell->text); free(cell); }
}
lp_cell *lp_cell_ref(lp_cell *cell) { cell->references++; return cell; }
void lp_cell_set(lp_cell *cell, const char *text)
{
    free(cell->text);
    cell->text = strdup(text);
}
lp_box *lp_box_new(lp_cell *cell)
{
    lp_box *box = malloc(sizeof *box);
    cell->references++;
    box->cell = cell;
    return box;
}
void lp_box_free(lp_box *box) { lp_cell_free(box->cell); free(box); }
const char *lp_box_text(lp_box *box) { return box->cell->text; }
int lp_box_count(const lp_box *box)
{
    if (WRONG) lp_cell_set(box->cell, "moved");
    return 1;
}
"""
CONTRACT = """\
abidance: 1
boundary: lp
header: lp.h
libraries: {c: {command: [gcc, -g, -DWRONG=0, -shared, -fPIC, lp.c, -o, liblp.so], artifact: liblp.so}}
builds: [release]
explore: 0
handles:
  lp_cell: {create: lp_cell_new, references: {acquire: lp_cell_ref, release: lp_cell_free}}
  lp_box: {create: lp_box_new, destroy: lp_box_free}
functions:
  lp_cell_new: {params: {text: {in: string, encoding: ascii, max: 5}}}
  lp_cell_set: {params: {text: {in: string, encoding: ascii, max: 5}}}
  lp_box_new: {params: {cell: {handle: lp_cell, owner: shared, into: result}}}
  lp_box_text: {returns: {to: string, owner: callee, lifetime: handle(lp_box), until: change}}
  lp_box_count: {}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [(0, set()), (1, {"ABD374"})], ids=["sound", "wrong"])
def test_a_change_of_what_is_held_ends_what_is_lent(wrong, codes, written, capsys):
    written("lp", HEADER, SOURCE, CONTRACT.replace("WRONG=0", f"WRONG={wrong}"))

    status = main(["run", "lp.contract.yaml", "--seed", "1", "--phase", "lifecycle", "--max-examples", "40"])

    report = capsys.readouterr().out
    assert {part[:6] for part in report.split("error[")[1:]} == codes, report
    assert status == wrong
