"""Callbacks that are invoked so many times in all, until their handle is destroyed."""

from __future__ import annotations

import re
import subprocess

import pytest

from abidance.cli.main import main
from tiers import full


@pytest.mark.slow
@pytest.mark.parametrize(("library", "said"), [full("wrong", "never"), ("twice", "twice")])
def test_what_is_told_too_often_or_never_is_found(library, said, judge):
    found, reasons = judge("notified", "no_list", library, seed=1, phases=("lifecycle",), examples=60)

    assert {each.diagnostic.code.id for each in found} == {"ABD341"}
    assert any(f"was called {said} until the end" in each.diagnostic.message for each in found)
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_is_told_once_is_no_finding(library, judge):
    for item in ("no_put", "no_list"):
        assert judge("notified", item, library, seed=2, phases=("properties", "lifecycle")) == ([], [])


HEADER = """
typedef struct cd_card cd_card;
cd_card *cd_new(void);
void cd_free(cd_card *card);
void cd_on_end(cd_card *card, void (*gone)(void *mine), void *mine);
void cd_fail(cd_card *card);
"""
SOURCE = """
#include "card.h"
#include <stdlib.h>
struct cd_card { void (*gone)(void *); void *mine; int failed; };
cd_card *cd_new(void) { return calloc(1, sizeof(cd_card)); }
void cd_free(cd_card *card) {
    if (card->gone && !(WRONG && card->failed)) /* one that has failed must tell as well */
        card->gone(card->mine);
    free(card);
}
void cd_on_end(cd_card *card, void (*gone)(void *mine), void *mine) { card->gone = gone; card->mine = mine; }
void cd_fail(cd_card *card) { card->failed = 1; }
"""
CONTRACT = """
abidance: 1
boundary: card
header: card.h
libraries: {c: {path: libcard.so}}
handles:
  cd_card: {create: cd_new, destroy: cd_free, states: [fresh, set], transitions: {cd_on_end: {from: fresh, to: set}}}
functions:
  cd_new:
  cd_on_end: {params: {gone: {callback: {in_all: 1, lifetime: handle(cd_card)}, user_data: mine}}}
  cd_fail:
"""


@pytest.mark.slow
def test_what_is_never_told_is_shown_to_the_end_and_told_by_the_program(written, tmp_path, capsys):
    """The calls behind the one that took the callback are why it was not invoked."""

    def compiled(wrong):
        flags = [f"-DWRONG={wrong}", "-shared", "-fPIC", "-o", "libcard.so"]
        subprocess.run(["gcc", *flags, "card.c"], cwd=tmp_path, check=True)

    written("card", HEADER, SOURCE, CONTRACT)
    compiled(1)
    assert main(["run", "card.contract.yaml", "--seed", "1", "--explore", "0"]) == 1
    told = capsys.readouterr().out
    shown = told.partition("smallest call:")[2].partition("= found")[0]
    assert [line.strip() for line in shown.splitlines() if "cd_fail" in line or "cd_free" in line] == [
        "cd_fail(card);",
        "cd_free(card);",
    ]

    main(["replay", re.search(r"abidance replay (\w+)", told)[1], "--emit", "c"])
    (tmp_path / "case.c").write_text(capsys.readouterr().out)
    command = ["gcc", "-w", f"-I{tmp_path}", "case.c", "./libcard.so", "-o", "case"]
    subprocess.run(command, cwd=tmp_path, check=True)
    statuses = []
    for wrong in (1, 0):
        compiled(wrong)
        statuses.append(subprocess.run(["./case"], cwd=tmp_path, capture_output=True, check=False).returncode)
    assert statuses == [1, 0]
