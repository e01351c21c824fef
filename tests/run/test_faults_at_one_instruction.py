"""One instruction of a library that faults is one finding without debug information too, whoever leads there."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main

_HEADER = "int oi_first(int count);\nint oi_second(int count);\nint oi_third(int count);\n"
_SHARED = """#include "oi.h"
#include <stddef.h>
static int *volatile nothing = NULL;
static __attribute__((noinline)) int look(int count) { return count > 5 ? *nothing : 0; }
int oi_first(int count) { return look(count) + 1; }
int oi_second(int count) { return look(count) + 2; }
"""
_THROUGH = _SHARED + "int oi_third(int count) { return look(count) + 3; }\n"
_OF_ITS_OWN = _SHARED + "int oi_third(int count) { return count > 6 ? *nothing : 3; }\n"
_SOUND = _THROUGH.replace("*nothing : 0", "(int)(nothing != NULL) : 0")
_ABORTS = """#include "oi.h"
#include <stdlib.h>
static __attribute__((noinline)) void give_up(void) { abort(); }
int oi_first(int count) { if (count > 5) give_up(); return 1; }
int oi_second(int count) { if (count > 6) give_up(); return 2; }
int oi_third(int count) { return 3; }
"""
_CONTRACT = """abidance: 1
boundary: one_instruction
header: oi.h
prefix: oi_
libraries: {c: {path: liboi.so}}
functions: {oi_first: {}, oi_second: {}, oi_third: {}}
"""


@pytest.mark.several_causes
@pytest.mark.parametrize(
    ("source", "findings"),
    [
        pytest.param(_SOUND, 0, id="sound"),
        pytest.param(_THROUGH, 1, id="one-instruction"),
        pytest.param(_OF_ITS_OWN, 2, id="another-one-of-its-own"),
        # Whatever gives up for others is at one place, and why it does is not.
        pytest.param(_ABORTS, 2, id="aborts"),
    ],
)
def test_an_instruction_is_one_fault(written, tmp_path, capsys, source, findings):
    written("oi", _HEADER, source, _CONTRACT)
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O1", "-fno-optimize-sibling-calls", "-s", "oi.c", "-o", "liboi.so"],
        cwd=tmp_path, check=True,
    )  # fmt: skip

    status = main(["run", "oi.contract.yaml", "--seed", "1"])
    out = capsys.readouterr().out

    assert (status, out.count("error[ABD301]")) == (int(findings > 0), findings), out
    if source is _THROUGH:
        assert "the same cause was met in `oi_second`, `oi_third`" in out
