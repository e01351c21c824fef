"""Postconditions that ask in loops, `all(has(set, number) for number in numbers)`."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from tiers import full

BROKEN = "ABD321"
ASKING = ["an_list", "an_add_all", "an_drop"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "phase"),
    [
        *((item, "properties") for item in ASKING),
        full("an_set", "lifecycle"),
    ],
)
def test_what_is_asked_of_each_element_is_held_against_the_call(item, phase, judge):
    found, reasons = judge("asked_numbers", item, "wrong", seed=1, phases=(phase,), examples=100, least=60)

    assert {each.diagnostic.code.id for each in found} <= {BROKEN, "ABD323"}
    broken = {each.diagnostic.place.partition(":")[0] for each in found if each.diagnostic.code.id == BROKEN}
    assert broken >= ({*ASKING} if item == "an_set" else {item})
    assert all(each.call.count("an_has(") + each.call.count("an_at(") <= 1 for each in found)
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("item", ASKING)
def test_elements_that_are_not_there_are_not_asked_about(item, library, judge):
    found = judge("asked_numbers", item, library, seed=2, phases=("properties",), examples=100)

    assert found == ([], [])


HEADER = """\
typedef struct lo_row lo_row;
lo_row *lo_new(void);
void lo_free(lo_row *row);
int lo_size(const lo_row *row);
int lo_at(const lo_row *row, int place);
void lo_clear(lo_row *row);
"""
SOURCE = """\
#include "lo.h"
#include <stdlib.h>
#include <string.h>
#define SIZE 40
struct lo_row { int all[SIZE]; };
lo_row *lo_new(void)
{
    lo_row *row = malloc(sizeof *row);
    for (int i = 0; row && i < SIZE; i++)
        row->all[i] = i + 1;
    return row;
}
void lo_free(lo_row *row) { free(row); }
int lo_size(const lo_row *row) { return SIZE; }
int lo_at(const lo_row *row, int place) { return row->all[place]; }
void lo_clear(lo_row *row) { memset(row->all, 0, WRONG ? SIZE : sizeof row->all); }
"""
CONTRACT = """\
abidance: 1
boundary: lo
header: lo.h
libraries: {c: {path: liblo.so}}
handles: {lo_row: {create: lo_new, destroy: lo_free}}
functions:
  lo_size:
  lo_at: {params: {place: {range: [0, 39]}}}
  lo_clear: {ensures: ["all(lo_at(row, i) == 0 for i in range(lo_size(row)))"]}
"""


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [0, 1], ids=["sound", "wrong"])
def test_a_loop_that_is_longer_is_looked_at_as_far_as_it_is_asked(written, tmp_path, wrong):
    written("lo", HEADER, SOURCE, CONTRACT)
    command = ["gcc", "-shared", "-fPIC", f"-DWRONG={wrong}", "lo.c", "-o", "liblo.so"]
    subprocess.run(command, cwd=tmp_path, check=True)
    loaded = load_contract(tmp_path / "lo.contract.yaml")
    with Session(Settings(tmp_path, seed=1, max_examples=5)) as session:
        (item,) = list_items(loaded, Selection(functions=("lo_clear",), phases=("properties",)))
        judged = session.run(loaded, item, lambda _: None)

    told = "no call tested all of it, since a loop asks 32 times, and 16 where its end is known only then, at the most"
    assert [each.diagnostic.code.id for each in judged.findings] == [BROKEN] * wrong
    assert [told in each.words for each in judged.gaps] == [True] * (not wrong)


EACH_HEADER = """\
typedef struct le_row le_row;
le_row *le_new(void);
void le_free(le_row *row);
int le_has(const le_row *row, int number);
void le_each(const le_row *row, void (*each)(void *mine, int number), void *mine);
"""
EACH_SOURCE = """\
#include "le.h"
#include <stdlib.h>

struct le_row { int first; };

le_row *le_new(void) { return calloc(1, sizeof(le_row)); }
void le_free(le_row *row) { free(row); }
int le_has(const le_row *row, int number) { return number >= row->first && number < 3; }
void le_each(const le_row *row, void (*each)(void *mine, int number), void *mine)
{
    for (int number = row->first; number < 3; number++)
        each(mine, number);
}
"""
EACH_CONTRACT = """\
abidance: 1
boundary: le
header: le.h
libraries: {c: {path: lible.so}}
handles: {le_row: {create: le_new, destroy: le_free}}
functions:
  le_has: {params: {number: {range: [0, 9]}}}
  le_each:
    params: {each: {callback: {}, user_data: mine}}
    ensures: ["all(le_has(row, c.number) for c in each.calls)"]
"""


def test_that_nothing_is_asked_about_what_callbacks_are_given_is_told(judged_of):
    (judged,) = judged_of("le", EACH_HEADER, EACH_SOURCE, EACH_CONTRACT, "le_each", ("properties",))

    told = "no call tested it, since what a callback was given is asked of no function"
    assert judged.findings == ()
    assert [told in each.words for each in judged.gaps] == [True]
