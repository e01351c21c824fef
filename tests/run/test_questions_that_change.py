"""A function that one condition asks may change what another one asks: no call is blamed for that."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct qc_shelf qc_shelf;
qc_shelf *qc_new(void);
void qc_free(qc_shelf *shelf);
int qc_has(qc_shelf *shelf, int number);
int qc_error(qc_shelf *shelf);
int qc_take(qc_shelf *shelf, int number);
int qc_put(qc_shelf *shelf, int number);
"""
SOURCE = """\
#include <stdlib.h>
#include "qc.h"
enum { SOUND, FORGETS, STAYS, ACCEPTS };
struct qc_shelf { int there[4], error; };
qc_shelf *qc_new(void) { return calloc(1, sizeof(qc_shelf)); }
void qc_free(qc_shelf *shelf) { free(shelf); }
int qc_has(qc_shelf *shelf, int number) { shelf->error = 0; return shelf->there[number]; }
int qc_error(qc_shelf *shelf) { return shelf->error; }
int qc_take(qc_shelf *shelf, int number)
{
    shelf->error = shelf->there[number] ? 0 : VARIANT == FORGETS && number == 3 ? 0 : 15;
    if (!shelf->there[number]) return -1;
    shelf->there[number] = VARIANT == STAYS;
    return 0;
}
int qc_put(qc_shelf *shelf, int number)
{
    if (number < 0 || number > 3) {
        shelf->error = VARIANT == ACCEPTS && number == 4 ? 0 : 7;
        return -1;
    }
    shelf->error = 0;
    shelf->there[number] = 1;
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: qc
header: qc.h
libraries: {c: {path: libqc.so}}
handles:
  qc_shelf: {create: qc_new, destroy: qc_free}
functions:
  qc_has: {params: {number: {range: [0, 3]}}, returns: {one_of: [0, 1]}}
  qc_error:
  qc_take:
    params: {number: {range: [0, 3]}}
    returns: {status: {ok: [0], errors: {-1: it is not there}}}
    ensures:
      - qc_has(shelf, number) == 0
      - (result == 0) == (old(qc_has(shelf, number)) == 1)
      - implies(result == -1, qc_error(shelf) == 15)
  qc_put:
    params: {number: {range: [0, 3]}}
    returns: {status: {ok: [0], errors: {-1: there is no such place}}}
    rejects:
      - {when: {number: 4}, returns: -1, ensures: [qc_has(shelf, 0) == old(qc_has(shelf, 0)), qc_error(shelf) == 7]}
    ensures: [qc_has(shelf, number) == 1]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "phase"),
    [
        ("qc_take", "properties"),
        ("qc_shelf", "lifecycle"),
        ("qc_put", "rejects"),
        ("qc_take", "explore"),
        ("qc_shelf", "explore"),
    ],
)
def test_what_another_condition_has_asked_is_not_the_calls_doing(item, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "2")
    assert codes_of("qc", HEADER, SOURCE, CONTRACT, item, (phase,), "-DVARIANT=SOUND") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "phase", "wrong", "code"),
    [
        ("qc_take", "properties", "FORGETS", "ABD321"),
        ("qc_shelf", "lifecycle", "FORGETS", "ABD321"),
        ("qc_shelf", "lifecycle", "STAYS", "ABD321"),
        ("qc_put", "rejects", "ACCEPTS", "ABD323"),
        ("qc_take", "explore", "FORGETS", "ABD321"),
        ("qc_shelf", "explore", "FORGETS", "ABD321"),
        ("qc_shelf", "explore", "STAYS", "ABD321"),
    ],
)
def test_what_is_broken_by_itself_is_found(item, phase, wrong, code, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "2")
    found = codes_of("qc", HEADER, SOURCE, CONTRACT, item, (phase,), f"-DVARIANT={wrong}", least=60)
    assert {*found} == {code}
