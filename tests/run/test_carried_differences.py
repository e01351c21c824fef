"""What a call of a stream may leave unlike stands in the caller's record: later calls are not blamed for it."""

from __future__ import annotations

import subprocess

import pytest

from tiers import sample

pytestmark = pytest.mark.native

SOURCE = """\
#include "tank.h"
void tank_open(tank *t) { t->level = 0; t->marks = 0; }
int tank_fill(tank *t, int n) { t->level += n * WEIGHT; return 0; }
int tank_mark(tank *t) { t->marks++; MARKED; return t->marks; }
int tank_drain(tank *t) { t->level += SPILT; return -1; }
void tank_eat(tank *t) { t->next += t->left; t->left = 0; }
void tank_reset(tank *t) { if (FORGETS) t->next = 0, t->left = 0; }
void tank_close(tank *t) { t->marks = -1; }
"""
HEADER = """\
typedef struct { int level; int marks; const char *next; unsigned left; } tank;
void tank_open(tank *t);
int tank_fill(tank *t, int n);
int tank_mark(tank *t);
int tank_drain(tank *t);
void tank_eat(tank *t);
void tank_reset(tank *t);
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
  tank:
    fields:
      level: {}
      marks: {}
      next: {to: bytes, length: left, nullable: left == 0, window: true}
      left: {range: [0, 9]}
handles:
  tank: {create: tank_open, destroy: tank_close}
functions:
  tank_open:
  tank_fill: {params: {n: {range: [0, 9]}}}
  tank_mark:
  tank_drain: {returns: {status: {ok: 0.., errors: {-1: it has no tap}}}}
  tank_eat:
  tank_reset:
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
        "c": {},
        "heavier": {"WEIGHT": "2"},
        "marks_wrongly": {
            "WEIGHT": "2",
            "MARKED": "t->level += 1",
        },  # what `tank_mark` does is its own answer
        "spills": {"SPILT": "1"},  # where it fails, so that it is no answer
        "spills_wrongly": {"SPILT": "1", "MARKED": "t->level += 1"},
        "forgets": {"FORGETS": "1"},
    }
    for name, own in variants.items():
        defined = {"WEIGHT": "1", "MARKED": "(void)0", "SPILT": "0", "FORGETS": "0"} | own
        words = ["gcc", "-O1", "-shared", "-fPIC", *(f"-D{key}={value}" for key, value in defined.items())]
        subprocess.run([*words, "tank.c", "-o", f"lib{name}.so"], cwd=made, check=True)
    return made


@pytest.fixture
def compared(folder, compared_with):
    def run(next_, known, seed=1):
        file = folder / "tank.contract.yaml"
        file.write_text(f"{CONTRACT}equivalence:\n  except:\n    {known}\n")
        return compared_with(file, "next", folder / f"lib{next_}.so", "tank", examples=30, seed=seed)

    return run


@pytest.mark.slow
@pytest.mark.spares("ABD331")
@pytest.mark.parametrize("known", sample(KNOWN.values(), [KNOWN["always"], KNOWN["in some calls"]]))
def test_what_an_earlier_call_was_allowed_to_leave_is_not_held_against_a_later_one(known, compared):
    done = compared("heavier", known)

    assert (done.findings, done.reasons) == ((), ())
    assert done.cases > 20


@pytest.mark.slow
@pytest.mark.parametrize("known", sample(KNOWN.values(), [KNOWN["in some calls"]]))
def test_what_a_later_call_changes_itself_is_found(known, compared):
    (found,) = compared("marks_wrongly", known).findings

    assert found.diagnostic.place.startswith("tank_mark:t.level")


@pytest.mark.slow
def test_what_nothing_allows_is_found_where_it_begins(compared):
    (found,) = compared("heavier", "tank_open.t.marks: nothing of the kind").findings

    assert found.diagnostic.place == "tank_fill:t.level"


@pytest.mark.slow
@pytest.mark.spares("ABD331")
def test_what_a_call_that_failed_has_left_is_not_held_against_a_later_one(compared):
    done = compared("spills", "tank_open.t.marks: nothing of the kind")

    assert (done.findings, done.reasons) == ((), ())


@pytest.mark.slow
def test_what_a_later_call_changes_itself_is_found_behind_one_that_failed(compared):
    (found,) = compared("spills_wrongly", "tank_open.t.marks: nothing of the kind").findings

    assert found.diagnostic.place.startswith("tank_mark:t.level")


@pytest.mark.slow
@pytest.mark.spares("ABD331")
def test_a_pointer_that_an_earlier_call_was_allowed_to_take_away_is_not_held_against_a_later_one(compared):
    done = compared("forgets", "tank_reset.t: it forgets what is left\n    tank_eat: and eats nothing then")

    assert (done.findings, done.reasons) == ((), ())
