"""Sequences that are made again with other contents of memory, where a later call is not made then."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings

HEADER = """\
typedef struct rf_box { int kept, left; } rf_box;
int rf_open(rf_box *box);
int rf_use(rf_box *box, int *left);
"""
SOURCE = """\
#include "rf.h"
int rf_open(rf_box *box) { box->left = 3; return FORGETS && (box->kept & 1) ? -1 : 0; }
int rf_use(rf_box *box, int *left) { *left = box->left; return 0; }
"""
CONTRACT = """\
abidance: 1
boundary: rf
header: rf.h
libraries: {c: {path: librf.so}}
handles:
  rf_box: {create: rf_open}
functions:
  rf_open: {params: {box: {out: rf_box}}, returns: {status: {ok: [0], errors: {-1: it cannot be opened}}}}
  rf_use: {params: {box: {handle: rf_box}, left: {out: int}}, returns: {status: {ok: [0]}}}
"""


@pytest.mark.parametrize("forgets", [1, 0])
def test_what_a_creator_reads_of_its_memory_is_told_of_the_creator(forgets, written, tmp_path):
    written("rf", HEADER, SOURCE, CONTRACT)
    library = ["gcc", "-shared", "-fPIC", f"-DFORGETS={forgets}", "rf.c", "-o", "librf.so"]
    subprocess.run(library, cwd=tmp_path, check=True)
    contract = load_contract(tmp_path / "rf.contract.yaml")

    with Session(Settings(tmp_path, seed=1)) as session:
        items = list_items(contract, Selection(functions=("rf_box",), phases=("lifecycle",)))
        found = [each for item in items for each in session.run(contract, item, lambda _: None).findings]

    assert [each.diagnostic.code.id for each in found] == (["ABD327"] if forgets else [])
