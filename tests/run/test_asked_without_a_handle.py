"""Questions with NULL for a handle that the function would lead on, as for an error that nobody wants to have."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct qn_error { const char *why; } qn_error;
void qn_error_init(qn_error *error);
void qn_error_end(qn_error *error);
int qn_is_name(const char *text, qn_error *error);
const char *qn_name(int number);
"""
SOURCE = """\
#include "qn.h"
#include <stddef.h>
void qn_error_init(qn_error *error) { error->why = NULL; }
void qn_error_end(qn_error *error) { error->why = NULL; }
int qn_is_name(const char *text, qn_error *error)
{
    if (*text >= 'a' && *text <= 'z')
        return 1;
    if (error != NULL)
        error->why = "it begins with no letter";
    return 0;
}
const char *qn_name(int number)
{
    static const char *names[] = {"one", "two", NAME};
    return names[number % 3];
}
"""
CONTRACT = """\
abidance: 1
boundary: qn
header: qn.h
libraries: {c: {path: libqn.so}}
handles:
  qn_error:
    create: qn_error_init
    destroy: qn_error_end
    states: [clear, set]
    transitions: {qn_is_name: {from: clear, to: {set: result == 0, clear: true}}}
functions:
  qn_is_name:
    params: {text: {in: string, max: 5}, error: {handle: qn_error, nullable: true}}
    returns: {one_of: [0, 1]}
  qn_name:
    params: {number: {range: [0, 9]}}
    returns: {to: string, lifetime: static}
    ensures: ["qn_is_name(result, null) == 1"]
"""


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["properties", "explore"])
@pytest.mark.parametrize(("name", "expected"), [('"three"', set()), ('"3"', {"ABD321"})])
def test_a_question_leads_no_handle_on_that_is_null(phase, name, expected, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.2")
    found = codes_of("qn", HEADER, SOURCE, CONTRACT, "qn_name", (phase,), f"-DNAME={name}")

    assert {*found} == expected


def test_a_question_that_leads_a_handle_on_is_refused(written, capsys):
    """The near miss: with the error of this call, the question changes that."""
    contract = CONTRACT.replace(
        'ensures: ["qn_is_name(result, null) == 1"]', 'ensures: ["qn_is_name(result, error) == 1"]'
    ).replace("params: {number", "params: {error: {handle: qn_error, nullable: true}, number")
    written("qn", HEADER.replace("qn_name(int number)", "qn_name(int number, qn_error *error)"), "", contract)

    assert main(["check", "qn.contract.yaml"]) == 2
    assert "may change the state of a `qn_error`" in capsys.readouterr().out
