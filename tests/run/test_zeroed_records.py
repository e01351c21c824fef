"""Records that their caller clears before the library fills them in: `initially: 0`."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct { int version; double rate; long frames; } zr_info;
int zr_fill(int frames, zr_info *info);
"""
SOURCE = """\
#include "zr.h"
/* Fills in what is all zeros, and refuses anything else. */
int zr_fill(int frames, zr_info *info)
{
    if (info->version != 0 || info->rate != 0 || info->frames != 0)
        return -1;
    info->frames = frames + (frames == WRONG);
    info->version = 1;
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: zr
header: zr.h
libraries: {c: {path: libzr.so}}
functions:
  zr_fill:
    params: {frames: {range: [0, 9]}, info: {out: zr_info, initially: 0}}
    returns: {one_of: [0]}
    ensures: [info.version == 1, info.frames == frames, info.rate == 0]
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [(-1, set()), (7, {"ABD321"})])
@pytest.mark.parametrize("phase", ["properties", "explore"])
def test_it_is_all_zeros_before_the_call(wrong, codes, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")

    assert {*codes_of("zr", HEADER, SOURCE, CONTRACT, "zr_fill", (phase,), f"-DWRONG={wrong}")} == codes


@pytest.mark.slow
def test_it_is_not_where_nothing_says_so(findings_of):
    contract = CONTRACT.replace(", initially: 0", "")

    (found, *_) = findings_of("zr", HEADER, SOURCE, contract, "zr_fill", ("properties",), "-DWRONG=-1")

    assert found.diagnostic.code.id == "ABD322"


@pytest.mark.slow
def test_the_call_is_shown_with_zeros(findings_of):
    (found, *_) = findings_of("zr", HEADER, SOURCE, CONTRACT, "zr_fill", ("properties",), "-DWRONG=7")

    assert "zr_info info = {0};" in found.call


def test_it_is_no_other_number(written, capsys):
    written("zr", HEADER, SOURCE, CONTRACT.replace("initially: 0", "initially: 1"))

    assert main(["check", "zr.contract.yaml"]) == 2
    assert "`1` is no value of a `zr_info`" in capsys.readouterr().out


TABLE_HEADER = """\
#include <stddef.h>
typedef struct { size_t size; int *items; } zr_table;
int zr_begin(zr_table *table, size_t size);
void zr_end(zr_table *table);
"""
TABLE = """\
#include <stdlib.h>
#include "zr.h"
/* As hcreate_r: a table that is there already is refused. */
int zr_begin(zr_table *table, size_t size)
{
    if (!OVER && table->items != NULL)
        return 0;
    table->size = size;
    table->items = calloc(size + 1, sizeof *table->items);
    return table->items != NULL;
}
void zr_end(zr_table *table) { free(table->items); table->items = NULL; }
"""
TABLE_CONTRACT = """\
abidance: 1
boundary: zr
header: zr.h
libraries: {c: {path: libzr.so}}
handles: {zr_table: {type: zr_table, create: zr_begin, destroy: zr_end}}
functions:
  zr_begin: {params: {size: {range: [0, 9]}}, returns: {status: {ok: [1], errors: {0: it is there already}}}}
"""


@pytest.mark.slow
def test_what_callers_clear_is_proposed_where_it_is_read(findings_of):
    found = findings_of("zr", TABLE_HEADER, TABLE, TABLE_CONTRACT, "zr_begin", ("properties",), "-DOVER=0")
    (read,) = [each.diagnostic for each in found if each.diagnostic.code.id == "ABD327"]

    assert "say `zr_table: {zeroed: true}` under `handles`" in read.help


@pytest.mark.slow
@pytest.mark.parametrize(("clause", "over"), [("zeroed: true, ", 0), ("", 1)])
def test_nothing_is_read_that_is_cleared_or_written_first(clause, over, findings_of):
    contract = TABLE_CONTRACT.replace("create:", f"{clause}create:")

    assert not findings_of("zr", TABLE_HEADER, TABLE, contract, "zr_begin", ("properties",), f"-DOVER={over}")
