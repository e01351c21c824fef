"""What a call of a stream may leave unlike stands in the caller's record: later calls are not blamed for it."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from tiers import sample

pytestmark = pytest.mark.native

SOURCE = """\
#include "tank.h"
void tank_open(tank *t) { t->level = 0; t->marks = 0; }
int tank_fill(tank *t, int n) { t->level += n * WEIGHT; return 0; }
int tank_mark(tank *t) { t->marks++; MARKED; return t->marks; }
void tank_close(tank *t) { t->marks = -1; }
"""
HEADER = """\
typedef struct { int level; int marks; } tank;
void tank_open(tank *t);
int tank_fill(tank *t, int n);
int tank_mark(tank *t);
void tank_close(tank *t);
"""
CONTRACT = """\
abidance: 1
boundary: tank
header: tank.h
libraries:
  c: {path: libc.so}
  next: {path: libnext.so}
explore: 0
types:
  tank: {fields: {level: {}, marks: {}}}
handles:
  tank: {create: tank_open, destroy: tank_close}
functions:
  tank_open:
  tank_fill: {params: {n: {range: [0, 9]}}}
  tank_mark:
  tank_close:
"""
KNOWN = {
    "always": "tank_fill: each has its own weights",
    "at a place": "tank_fill.t.level: each has its own weights",
    "in some calls": "tank_fill.t.level: {when: n > 0, why: each has its own weights}",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("carried")
    (made / "tank.h").write_text(HEADER)
    (made / "tank.c").write_text(SOURCE)
    variants = {
        "c": ("1", "(void)0"),
        "heavier": ("2", "(void)0"),
        "marks_wrongly": ("2", "t->level += 1"),  # what `tank_mark` does itself is its own answer
    }
    for name, (weight, marked) in variants.items():
        words = ["gcc", "-O1", "-shared", "-fPIC", f"-DWEIGHT={weight}", f"-DMARKED={marked}", "tank.c"]
        subprocess.run([*words, "-o", f"lib{name}.so"], cwd=made, check=True)
    return made


@pytest.fixture
def compared(folder):
    def run(next_, known, seed=1):
        file = folder / "tank.contract.yaml"
        file.write_text(f"{CONTRACT}equivalence:\n  except:\n    {known}\n")
        contract = load_contract(file)
        given = {"next": folder / f"lib{next_}.so"}
        chosen = Selection(("c", "next"), tuple(given.items()), functions=("tank",), phases=("equivalence",))
        with Session(Settings(folder, max_examples=60, seed=seed), given) as session:
            (item,) = list_items(contract, chosen)
            return session.run(contract, item, lambda _: None)

    return run


@pytest.mark.spares("ABD331")
@pytest.mark.parametrize("known", sample(KNOWN.values(), [KNOWN["always"], KNOWN["in some calls"]]))
def test_what_an_earlier_call_was_allowed_to_leave_is_not_held_against_a_later_one(known, compared):
    done = compared("heavier", known)

    assert (done.findings, done.reasons) == ((), ())
    assert done.cases > 20


@pytest.mark.parametrize("known", sample(KNOWN.values(), [KNOWN["in some calls"]]))
def test_what_a_later_call_changes_itself_is_found(known, compared):
    (found,) = compared("marks_wrongly", known).findings

    assert found.diagnostic.place.startswith("tank_mark:t.level")


def test_what_nothing_allows_is_found_where_it_begins(compared):
    (found,) = compared("heavier", "tank_open.t.marks: nothing of the kind").findings

    assert found.diagnostic.place == "tank_fill:t.level"
