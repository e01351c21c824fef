"""Handles that are prepared with values that are generated, of which expressions know."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from tiers import full

HEADER = """\
#include <stddef.h>
typedef struct set set;
set *set_new(void);
void set_free(set *s);
int set_add(set *s, const char *key, size_t n, int weight);
int set_has(const set *s, const char *key, size_t n);
"""
SOURCE = """\
#include "pr.h"
#include <stdlib.h>
#include <string.h>

struct set { char key[8]; size_t n; int full; };

set *set_new(void) { return calloc(1, sizeof(set)); }

void set_free(set *s) { free(s); }

int set_add(set *s, const char *key, size_t n, int weight) {
    if (s->full || weight != 7)
        return -1;
    memcpy(s->key, key, n);
    s->n = n;
    return (s->full = 1) - 1;
}

int set_has(const set *s, const char *key, size_t n) {
    if (FORGETS && n == 2)
        return 0;
    return s->full && s->n == n && memcmp(s->key, key, n) == 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: pr
header: pr.h
libraries: {c: {path: libpr.so}}
handles:
  set: {create: set_new, destroy: set_free, prepare: [{set_add: {key: any, weight: 7}}]}
functions:
  set_add:
    params: {key: {in: bytes, length: n, max: 8}, weight: {one_of: [7]}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
  set_has:
    params: {key: {in: bytes, length: n, max: 8}}
    ensures: [result == (key == s.key)]
"""


@pytest.fixture
def judged(written, tmp_path):
    def judge(forgets, phases, subject="set_has"):
        written("pr", HEADER, SOURCE, CONTRACT)
        command = ["gcc", "-shared", "-fPIC", f"-DFORGETS={forgets}", "pr.c", "-o", "libpr.so"]
        subprocess.run(command, cwd=tmp_path, check=True)
        contract = load_contract(tmp_path / "pr.contract.yaml")
        with Session(Settings(tmp_path, seed=1)) as session:
            items = list_items(contract, Selection(functions=(subject,), phases=phases))
            return [session.run(contract, item, lambda _: None) for item in items]

    return judge


@pytest.mark.full
def test_a_finding_shows_what_it_was_prepared_with(judged):
    (done,) = judged(1, ("properties",))

    (found,) = done.findings
    assert found.call.splitlines() == [
        "set *set1 = set_new();",
        'set_add(set1, "aa", 2, 7);',
        'set_has(set1, "aa", 2);        // returned 0',
    ]


@pytest.mark.parametrize(("phase", "subject"), [full("properties", "set_has"), full("lifecycle", "set")])
def test_sound_code_is_left_alone(phase, subject, judged):
    (done,) = judged(0, (phase,), subject)
    assert (done.findings, done.reasons) == ((), ())
