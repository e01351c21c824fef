"""A handle that a call returns may be the one that it was given: no call is made on it that depends on its state."""

from __future__ import annotations

import json
import subprocess

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct bh_list bh_list;
bh_list *bh_new(void);
void bh_free(bh_list *list);
void bh_add(bh_list *list);
bh_list *bh_reverse(bh_list *list);
int bh_length(const bh_list *list);
int bh_is_list(const bh_list *list);
"""
SOURCE = """\
#include "bh.h"
#include <stdlib.h>
struct bh_list { int held; };
bh_list *bh_new(void) { return calloc(1, sizeof(bh_list)); }
void bh_free(bh_list *list) { free(list); }
void bh_add(bh_list *list) { list->held += list->held != LOST; }
bh_list *bh_reverse(bh_list *list) { return list; }
int bh_length(const bh_list *list) { return list->held; }
int bh_is_list(const bh_list *list) { return list != NULL; }
"""
CONTRACT = """\
abidance: 1
boundary: bh
header: bh.h
libraries: {c: {path: libbh.so}}
handles:
  bh_list:
    create: bh_new
    destroy: bh_free
    counts: {held: {most: 8, shown_by: {bh_length: result == held}}}
    transitions: {bh_add: {counts: {held: held + 1}}}
functions:
  bh_add:
  bh_reverse: {returns: {handle: bh_list, owner: callee, lifetime: handle(list)}}
  bh_length: {ensures: [result == list.held]}
  bh_is_list: {ensures: [result == 1]}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("lost", "codes"), [("-1", set()), ("3", {"ABD334"})])
def test_what_may_be_another_handle_is_in_no_known_state(lost, codes, written, tmp_path, capsys):
    written("bh", HEADER, SOURCE, CONTRACT)
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", f"-DLOST={lost}", "bh.c", "-o", "libbh.so"], check=True)

    status = main(
        [
            "run",
            "bh.contract.yaml",
            "--function=bh_list",
            "--explore=0.3",
            "--max-examples=15",
            "--seed=1",
            "--format=json",
        ]
    )

    document = json.loads(capsys.readouterr().out)
    assert {each["code"] for each in document["findings"]} - {"ABD321"} == codes
    assert status == bool(codes)
    assert not [each for each in document["not_judged"] if "bh_list" in each]
