"""Handles that were given a callback, and count: expressions tell two apart, and see both."""

from __future__ import annotations

import json
import subprocess

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct hw_bell hw_bell;
hw_bell *hw_new(int (*on)(void *mine), void *mine);
void hw_free(hw_bell *bell);
int hw_ring(hw_bell *bell);
hw_bell *hw_louder(hw_bell *one, hw_bell *other);
"""
SOURCE = """\
#include "hw.h"
#include <stdlib.h>
struct hw_bell { int (*on)(void *mine); void *mine; int rung; };
hw_bell *hw_new(int (*on)(void *mine), void *mine)
{
    hw_bell *bell = malloc(sizeof *bell);
    *bell = (hw_bell){on, mine, 0};
    return bell;
}
void hw_free(hw_bell *bell) { free(bell); }
int hw_ring(hw_bell *bell) { bell->on(bell->mine); return ++bell->rung; }
hw_bell *hw_louder(hw_bell *one, hw_bell *other) { return one->rung LESS other->rung ? other : one; }
"""
CONTRACT = """\
abidance: 1
boundary: hw
header: hw.h
libraries: {c: {path: libhw.so}}
handles:
  hw_bell:
    create: hw_new
    destroy: hw_free
    counts: {rung: {most: 3}}
    transitions: {hw_ring: {counts: {rung: rung + 1}}}
functions:
  hw_new: {params: {on: {callback: {lifetime: handle(hw_bell)}, user_data: mine}}}
  hw_ring: {ensures: [result == bell.rung, len(bell.on.calls) == 1]}
  hw_louder:
    returns: {handle: hw_bell, owner: callee}
    ensures: [result == (one if one.rung >= other.rung else other)]
"""


@pytest.mark.slow
@pytest.mark.parametrize(("less", "codes"), [("<", []), ("<=", ["ABD321"])])
def test_which_of_two_comes_back_is_known(less, codes, written, capsys):
    written("hw", HEADER, SOURCE, CONTRACT)
    subprocess.run(["gcc", "-shared", "-fPIC", f"-DLESS={less}", "hw.c", "-o", "libhw.so"], check=True)

    status = main(
        [
            "run",
            "hw.contract.yaml",
            "--function=hw_bell",
            "--phase=lifecycle",
            "--max-examples=25",
            "--seed=1",
            "--format=json",
        ]
    )

    assert status == len(codes)
    assert [each["code"] for each in json.loads(capsys.readouterr().out)["findings"]] == codes
