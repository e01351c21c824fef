"""Callbacks that call the library: what they stop is gone on with, and only they call what only they may call."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.core.errors import UsageError
from abidance.run.commands.emit_c import emit_c
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings

HEADER = """\
typedef struct box box;
enum { BX_OK = 0, BX_STOPPED = 1 };
box *box_new(void);
void box_free(box *b);
void box_on(box *b, void (*each)(void *with, int n), void *with);
int box_run(box *b, int n);
int box_stop(box *b, int hard);
int box_go_on(box *b);
"""
SOURCE = """\
#include "cb.h"
#include <stdlib.h>

struct box { void (*each)(void *with, int n); void *with; int at, end, running, stopped; };

static void must(int lawful) {
    if (!lawful)
        abort();
}

box *box_new(void) { return calloc(1, sizeof(box)); }

void box_free(box *b) { free(b); }

void box_on(box *b, void (*each)(void *with, int n), void *with) {
    b->each = each;
    b->with = with;
}

static int go(box *b) {
    b->running = 1;
    for (b->stopped = 0; b->at < b->end && !b->stopped;) {
        b->at++;
        if (b->each)
            b->each(b->with, b->at);
    }
    b->running = 0;
    return b->stopped ? BX_STOPPED : BX_OK;
}

int box_run(box *b, int n) {
    must(!b->stopped);
    b->at = 0;
    b->end = n;
    return go(b);
}

int box_stop(box *b, int hard) {
    must(b->running && (hard == 0 || hard == 1));
    if (RARELY && (hard == 0 || b->end < 4 || b->at > 1))
        return 0;
    return (b->stopped = 1) - 1;
}

int box_go_on(box *b) {
    must(b->stopped);
    if (FORGETS && b->at == 1)
        return 7; /* where it was stopped first, it is lost */
    return go(b);
}
"""
CONTRACT = """\
abidance: 1
boundary: cb
header: cb.h
libraries: {c: {path: libcb.so}}
handles:
  box:
    create: box_new
    destroy: box_free
    states: [idle, suspended]
    transitions:
      box_stop: {from: callback}
      box_run: {from: idle, to: {suspended: result == BX_STOPPED, idle: true}}
      box_go_on: {from: suspended, to: {suspended: result == BX_STOPPED, idle: true}}
functions:
  box_on: {params: {each: {callback: {lifetime: handle(box), may_call: [box_stop]}, nullable: true, user_data: with}}}
  box_run: {params: {n: {range: [0, 5]}}, returns: {status: {ok: [BX_OK, BX_STOPPED]}}}
  box_go_on: {returns: {status: {ok: [BX_OK, BX_STOPPED]}}}
  box_stop: {params: {hard: {one_of: [0, 1]}}}
"""


@pytest.fixture
def judged(written, tmp_path):
    def judge(forgets, subject, phase, rarely=0):
        written("cb", HEADER, SOURCE, CONTRACT)
        variant = [f"-DFORGETS={forgets}", f"-DRARELY={rarely}"]
        command = ["gcc", "-shared", "-fPIC", *variant, "cb.c", "-o", "libcb.so"]
        subprocess.run(command, cwd=tmp_path, check=True)
        contract = load_contract(tmp_path / "cb.contract.yaml")
        with Session(Settings(tmp_path, seed=1)) as session:
            items = list_items(contract, Selection(functions=(subject,), phases=(phase,)))
            return [session.run(contract, item, lambda _: None) for item in items], session.settings

    return judge


@pytest.mark.full
def test_what_a_callback_has_stopped_is_gone_on_with(judged, tmp_path):
    (done,), settings = judged(1, "box_go_on", "properties")

    (found,) = done.findings
    assert found.diagnostic.code.id == "ABD322"
    assert found.call.splitlines() == [
        "static void each(void *with, int n) { static int invoked; if (invoked++ == 0) box_stop(handle, 0); }",
        "box *box1 = box_new();",
        'box_on(box1, each, (void *)"user data");',
        "box_run(box1, 1);",
        "box_go_on(box1);        // returned 7",
    ]
    (tmp_path / "case.c").write_text(emit_c(found.case, settings, "case.c"))
    command = ["gcc", "-Wall", "-Wextra", "-Werror", "case.c", "-I.", "./libcb.so", "-o", "case"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert subprocess.run(["./case"], cwd=tmp_path, check=False, capture_output=True).returncode == 1


@pytest.mark.full
@pytest.mark.parametrize(("subject", "phase"), [("box_go_on", "properties"), ("box", "lifecycle")])
def test_sound_code_is_left_alone(subject, phase, judged):
    (done,), _ = judged(0, subject, phase)
    assert (done.findings, done.reasons) == ((), ())


@pytest.mark.slow
def test_a_state_that_few_calls_of_a_callback_lead_to_is_reached(judged):
    """Only if it stops the run at once, hard, and one that is long enough."""
    (done,), _ = judged(0, "box_go_on", "properties", rarely=1)

    assert (done.findings, done.reasons) == ((), ())
    assert done.cases > 5


@pytest.mark.slow
@pytest.mark.parametrize(("forgets", "codes"), [(1, {"ABD322"}), (0, set())])
def test_exploring_stops_runs_as_well(forgets, codes, judged, monkeypatch):
    """Each box has a callback of its own: where one stopped another box, which does not run, that would end all."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")
    (done,), _ = judged(forgets, "box", "explore")

    assert {each.diagnostic.code.id for each in done.findings} == codes
    assert done.reasons == ()


@pytest.mark.full
def test_what_only_callbacks_may_call_has_no_calls_of_its_own(judged):
    assert judged(0, "box_stop", "properties")[0] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("may_call: [box_stop]", "may_call: [box_halt]", "function `box_halt` is not in `functions`"),
        ("may_call: [box_stop]", "may_call: [box_new]", "a callback cannot call `box_new`"),
        ("lifetime: handle(box), may_call", "may_call", "a callback cannot call `box_stop`"),
    ],
)
def test_what_a_callback_cannot_call_is_told(old, new, said, written, tmp_path):
    assert old in CONTRACT
    written("cb", HEADER, "", CONTRACT.replace(old, new))
    with pytest.raises(UsageError) as error, Session(Settings(tmp_path)) as session:
        session.boundary(load_contract(tmp_path / "cb.contract.yaml"))
    assert any(said in each.message for each in error.value.diagnostics), error.value.diagnostics
