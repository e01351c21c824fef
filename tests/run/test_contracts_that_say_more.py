"""What has failed is tried again, unless the contract says by now that no caller may do that."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct sm_options { unsigned level; } sm_options;
typedef struct sm_box sm_box;
sm_box *sm_new(const sm_options *options);
void sm_free(sm_box *box);
unsigned sm_level(const sm_box *box);
"""
SOURCE = """\
#include "sm.h"
#include <stdlib.h>
struct sm_box { unsigned level; };
sm_box *sm_new(const sm_options *options)
{
    sm_box *box = malloc(sizeof *box);
    box->level = options ? options->level : 0;
    return box;
}
void sm_free(sm_box *box) { free(box); }
unsigned sm_level(const sm_box *box) { return box->level; }
"""
CONTRACT = """\
abidance: 1
boundary: sm
header: sm.h
libraries: {c: {path: libsm.so}}
types: {sm_options: {fields: {level: {flags: [1, 2, 4]}}}}
handles: {sm_box: {create: sm_new, destroy: sm_free}}
functions:
  sm_new: {params: {options: {in: sm_options, nullable: true}}, requires: [true]}
  sm_level: {ensures: [result < 4]}
"""


@pytest.mark.slow
@pytest.mark.parametrize("item", ["sm_level", "sm_box"])
@pytest.mark.parametrize(
    ("says", "status"),
    [("implies(options != null, options.level < 4)", 0), ("implies(options != null, options.level < 7)", 1)],
)
def test_what_no_caller_may_do_is_not_tried_again(says, status, item, written, tmp_path, capsys):
    written("sm", HEADER, SOURCE, CONTRACT)
    subprocess.run(["gcc", "-shared", "-fPIC", "sm.c", "-o", "libsm.so"], cwd=tmp_path, check=True)
    run = ["run", "sm.contract.yaml", "--function", item, "--phase", "explore", "--explore", "0.3"]

    assert main(run) == 1
    written("sm", HEADER, SOURCE, CONTRACT.replace("requires: [true]", f'requires: ["{says}"]'))
    capsys.readouterr()

    assert main(run) == status, capsys.readouterr().out
