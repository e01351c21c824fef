"""What calls leave that lasts, in a compiled contract: it is looked at again after later calls."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_family, of_texts
from native_twins import ROOT

from abidance.native.shown_calls import read

sys.path.append(str(ROOT / "tests/run"))
import test_lasting_objects as objects
import test_lent_by_parents as by_parents
import test_lent_of_parts as of_parts
import test_references_that_are_const as const_references
import test_results_that_may_be_passed as passed
import test_room_of_pools as room_of_pools
import test_what_is_not_taken as not_taken
from subjects import LENT, VARIANTS

FAMILIES = {"lent_answers": LENT, "lent_pages": VARIANTS}
DEFECTS = {
    ("lent_answers", "la_store"): ("found", "viewed", "freed", "named"),
    ("lent_pages", "lp_stream"): ("wrong",),
    ("lent_pages", "lp_file"): ("wrong",),
    ("objects", "lo_box"): ("SHARED", "LOOKED", "COUNTED"),
    ("by_parents", "lp_store"): ("1",),
    ("of_parts", "lp_box"): ("1",),
    ("not_taken", "nt"): ("1",),
    ("room_of_pools", "rp_pool"): ("1", "4", "5"),
    ("passed", "rd_conf"): ("SHARED", "KEY"),
}
SOUND = {
    ("lent_answers", "la_store"): ("sound", "near"),
    ("lent_pages", "lp_stream"): ("sound", "near"),
    ("lent_pages", "lp_file"): ("sound", "near"),
    ("objects", "lo_box"): ("NOTHING",),
    ("by_parents", "lp_store"): ("0",),
    ("of_parts", "lp_box"): ("0",),
    ("of_parts", "lp_cell"): ("0",),
    ("not_taken", "nt"): ("0",),
    ("room_of_pools", "rp_pool"): ("0",),
    ("passed", "rd_conf"): ("SOUND", "NEAR"),
    ("const_references", "rc_doc"): ("SOUND", "NEAR"),
}
MODULES = {
    "objects": (objects, "WRONG"),
    "by_parents": (by_parents, "OWN"),
    "of_parts": (of_parts, "WRONG"),
    "not_taken": (not_taken, "WRONG"),
    "room_of_pools": (room_of_pools, "WRONG"),
    "passed": (passed, "WRONG"),
    "const_references": (const_references, "WRONG"),
}

LAW = """\
abidance: 1
boundary: lw
header: lw.h
libraries: {c: {path: liblw.so}}
functions:
  lw_name: {params: {n: {range: [0, 2]}}, returns: {to: string, lifetime: static}}
  lw_last: {params: {n: {range: [0, 2]}}, returns: {to: string, lifetime: static, until: lw_last}}
laws:
  names_are_told:
    given: {n: {in: int, range: [0, 2]}, m: {in: int, range: [0, 2]}}
    steps: [a = lw_name(n), b = lw_name(m), c = lw_last(n), d = lw_last(m)]
    ensures: [len(a.result) == 3 and len(c.result) == 3]
"""
LAW_SOURCE = """\
#include "lw.h"
#include <string.h>
static const char *const names[] = {"one", "two", "six"};
static char name[4], last[4];
const char *lw_name(int n) { return WRONG ? strcpy(name, names[n]) : names[n]; }
const char *lw_last(int n) { return strcpy(last, names[n]); }
"""


def _each(table):
    return [(*where, library) for where, libraries in table.items() for library in libraries]


@pytest.fixture(scope="module")
def targets(tmp_path_factory):
    made = {}

    def target(name):
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            if name in FAMILIES:
                made[name] = of_family(folder, name, FAMILIES[name].index)
            else:
                module, macro = MODULES[name]
                prefix = module.CONTRACT.partition("header: ")[2].partition(".h")[0]
                texts = (module.HEADER, module.CONTRACT, module.SOURCE)
                made[name] = of_texts(folder, prefix, *texts, lambda wrong: (f"-D{macro}={wrong}", "-w"))
        return made[name]

    return target


@pytest.mark.slow
@pytest.mark.parametrize(("name", "entry", "wrong"), _each(DEFECTS))
def test_what_does_not_last_is_found(name, entry, wrong, targets):
    ended = targets(name).run(wrong, entry, 60_000, 1)

    assert ended.returncode != 0
    assert "ABD374" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("name", "entry", "library"), _each(SOUND))
def test_what_lasts_is_not_reported(name, entry, library, targets):
    ended = targets(name).run(library, entry, 20_000, 1)

    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.slow
def test_so_it_is_in_laws(tmp_path):
    header = "const char *lw_name(int n);\nconst char *lw_last(int n);\n"
    target = of_texts(tmp_path, "lw", header, LAW, LAW_SOURCE, lambda wrong: (f"-DWRONG={wrong}",))

    assert "ABD374 lw_name" in target.run("1", "names_are_told").stderr
    ended = target.run("0", "names_are_told")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert not target.target.left


@pytest.mark.slow
def test_a_function_without_handles_is_called_twice(tmp_path):
    header = "const char *lw_name(int n);\nconst char *lw_last(int n);\n"
    target = of_texts(tmp_path, "lw", header, LAW, LAW_SOURCE, lambda wrong: (f"-DWRONG={wrong}",))

    assert "ABD374 lw_name" in target.run("1", "lw_name").stderr
    for entry in ("lw_name", "lw_last"):
        ended = target.run("0", entry)
        assert (ended.returncode, ended.stderr) == (0, "")
    shown = tmp_path / "input"
    shown.write_bytes(bytes([0, 1, 2]))
    told = target.run("0", "lw_name", shown, ABIDANCE_SHOW="1").stdout
    case = read(target.boundary, "lw_name", told).case
    assert [step.function for step in case.steps] == ["lw_name", "lw_name"]


@pytest.mark.parametrize("name", [*FAMILIES, *MODULES])
def test_nothing_is_left_to_run(name, targets):
    assert not targets(name).target.left
