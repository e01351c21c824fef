"""What takes two values of parameters that have few, or one and the shortest buffer, is found from any seed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
enum pv_mode { PV_READ, PV_WRITE, PV_APPEND, PV_TRUNCATE };
enum pv_kind { PV_FILE, PV_PIPE, PV_SOCKET, PV_MEMORY, PV_NULL };
int pv_open(enum pv_mode mode, const char *name, enum pv_kind kind, bool sync, const uint8_t *head, size_t n);
"""
SOURCE = """\
#include "pv.h"
#include <string.h>
int pv_open(enum pv_mode mode, const char *name, enum pv_kind kind, bool sync, const uint8_t *head, size_t n) {
    if (mode == PV_APPEND && (WRONG || name))
        return (int)strlen(name) > 100;
    if (kind == PV_MEMORY && n)
        return head[WRONG && n == 1 ? n : n - 1] & 1;
    if (sync && kind == PV_PIPE)
        return WRONG ? 2 : 1;
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: pv
header: pv.h
libraries: {wrong: {path: libwrong.so}, sound: {path: libsound.so}}
functions:
  pv_open:
    params:
      name: {in: string, nullable: true}
      head: {in: bytes, length: n}
    ensures: ["result in [0, 1]"]
"""


@pytest.fixture
def pairs(written):
    written("pv", HEADER, SOURCE, CONTRACT)
    for name, wrong in (("wrong", 1), ("sound", 0)):
        flags = ["-shared", "-fPIC", "-g", "-O1", f"-DWRONG={wrong}"]
        subprocess.run(["gcc", *flags, "pv.c", "-o", f"lib{name}.so"], check=True)

    def run(library):
        options = ["--phase", "properties", "--max-examples", "1", "--seed", "1", "--format=json=pv.json"]
        main(["run", "pv.contract.yaml", "--library", library, *options])
        document = json.loads(Path("pv.json").read_text())
        return sorted(each["code"] for each in document["findings"])

    return run


@pytest.mark.slow
def test_each_pair_is_met(pairs):
    assert pairs("wrong") == ["ABD301", "ABD312", "ABD321"]
    assert pairs("sound") == []
