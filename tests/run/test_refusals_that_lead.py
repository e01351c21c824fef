"""Refused calls that lead their handle to a state: an error that stays, which others answer with from then on."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
typedef struct rl_sheet rl_sheet;
rl_sheet *rl_new(void);
void rl_free(rl_sheet *sheet);
int rl_scale(rl_sheet *sheet, int by);
int rl_draw(rl_sheet *sheet, const char *text);
int rl_total(const rl_sheet *sheet);
int rl_error(const rl_sheet *sheet);
void rl_finish(rl_sheet *sheet);
int rl_open(rl_sheet *sheet);
int rl_close(rl_sheet *sheet);
"""
SOURCE = """\
#include "rl.h"
#include <stdlib.h>
#include <string.h>
enum { NOTHING, FORGETS, DRAWS, CRASHES, STAYS };
struct rl_sheet { int error, total, open; char *spare; };
rl_sheet *rl_new(void)
{
    rl_sheet *sheet = calloc(1, sizeof *sheet);
    sheet->spare = strdup("spare");
    return sheet;
}
void rl_free(rl_sheet *sheet)
{
    free(sheet->spare);
    free(sheet);
}
int rl_scale(rl_sheet *sheet, int by)
{
    if (sheet->error)
        return sheet->error;
    if (by == 0) {
        if (WRONG == CRASHES) {
            free(sheet->spare);
            sheet->spare = NULL;
        }
        return sheet->error = WRONG == STAYS ? 0 : 7, 7;
    }
    return 0;
}
int rl_draw(rl_sheet *sheet, const char *text)
{
    if (WRONG == CRASHES && sheet->spare == NULL)
        abort();
    if (text == NULL)
        return sheet->error ? sheet->error : (sheet->error = 8);
    if (sheet->error) {
        if (WRONG == FORGETS)
            sheet->error = 0;
        if (WRONG == DRAWS)
            sheet->total++;
        return WRONG == FORGETS ? 7 : sheet->error;
    }
    sheet->total++;
    return 0;
}
int rl_total(const rl_sheet *sheet) { return sheet->total; }
int rl_error(const rl_sheet *sheet) { return sheet->error; }
void rl_finish(rl_sheet *sheet)
{
    if (sheet->error)
        abort(); /* not of one that has failed */
    sheet->total = 0;
}
int rl_open(rl_sheet *sheet) { return sheet->open++, 0; }
int rl_close(rl_sheet *sheet)
{
    if (sheet->open == 0)
        abort();
    return sheet->open--, 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: rl
header: rl.h
libraries: {c: {path: librl.so}}
handles:
  rl_sheet:
    create: rl_new
    destroy: rl_free
    states:
      sound: {shown_by: {rl_error: result == 0}}
      failed: {shown_by: {rl_error: result != 0}}
    transitions:
      rl_scale: {from: sound}
      rl_draw: {from: sound}
      rl_finish: {from: sound}
functions:
  rl_scale:
    params: {by: {range: [1, 9]}}
    returns: {status: {ok: [0], errors: {7: it is 0, 8: there was none}}}
    rejects:
      - {when: {by: 0}, returns: 7, to: failed}
      - {when: {sheet: failed}, ensures: [result == old(rl_error(sheet))]}
  rl_draw:
    params: {text: {in: string, max: 3}}
    returns: {status: {ok: [0], errors: {7: it was refused, 8: no text}}}
    ensures: [rl_total(sheet) == old(rl_total(sheet)) + 1]
    rejects:
      - {when: {text: null}, returns: 8, to: failed}
      - {when: {sheet: failed}, ensures: [result == old(rl_error(sheet)), rl_total(sheet) == old(rl_total(sheet))]}
  rl_total:
  rl_error:
  rl_finish:
"""
COUNTED = (
    CONTRACT.replace("    states:\n", "    counts: {open: {most: 2}}\n    states:\n").replace(
        "      rl_finish:",
        "      rl_open: {counts: {open: open + 1}}\n      rl_close: {counts: {open: open - 1}}\n      rl_finish:",
    )
    + "  rl_open: {returns: {status: {ok: [0]}}}\n  rl_close: {returns: {status: {ok: [0]}}}\n"
)
DEFECTS = [
    ("NOTHING", set()),
    ("FORGETS", {"ABD334", "ABD351", "ABD321", "ABD328", "ABD323"}),
    ("DRAWS", {"ABD321", "ABD323"}),
    ("CRASHES", {"ABD301"}),
    ("STAYS", {"ABD334", "ABD321", "ABD323"}),
]


@pytest.mark.slow
@pytest.mark.parametrize("contract", [CONTRACT, full(COUNTED)], ids=["plain", "counted"])
@pytest.mark.parametrize(("wrong", "codes"), DEFECTS)
def test_sequences_go_on_in_the_state_that_a_refusal_leads_to(wrong, codes, contract, codes_of):
    """`rl_finish` ends the process on a sheet that has failed."""
    found = codes_of(
        "rl", HEADER, SOURCE, contract, "rl_sheet", ("lifecycle",), f"-DWRONG={wrong}", least=100
    )

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize("contract", [CONTRACT, full(COUNTED)], ids=["plain", "counted"])
@pytest.mark.parametrize(("wrong", "codes"), [DEFECTS[0], DEFECTS[3], full(*DEFECTS[2])])
def test_exploring_goes_on_there_as_well(wrong, codes, contract, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found = codes_of("rl", HEADER, SOURCE, contract, "rl_sheet", ("explore",), f"-DWRONG={wrong}")

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize("function", ["rl_scale", "rl_draw"])
def test_single_calls_are_refused_as_ever(function, codes_of):
    assert not codes_of(
        "rl", HEADER, SOURCE, CONTRACT, function, ("rejects", "properties"), "-DWRONG=NOTHING"
    )


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        ("returns: 7, to: failed", "returns: 7, to: fail", "did you mean `failed`"),
        ("rl_total:\n", "rl_total: {rejects: [{when: {sheet: failed}, returns: 0, to: gone}]}\n", "`gone`"),
    ],
)
def test_a_state_that_there_is_not(was, then, words, written, capsys):
    written("rl", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "rl.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
