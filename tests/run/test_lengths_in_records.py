"""Memory whose length stands in a record that the call leaves beside it, or lends."""

from __future__ import annotations

import subprocess

import pytest
from families import SOUND, found_in, spared_in

from abidance.cli.main import main

TARGET, LEAK = "ABD322", "ABD371"
DEFECTS = {
    "lr_next": (TARGET, TARGET),
    "lr_next_lent": (TARGET, TARGET),
    "lr_sheet": (TARGET, TARGET),
    "lr_words": (LEAK, LEAK),
    "lr_pack": (TARGET, TARGET),
}


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=(TARGET, LEAK)))
def test_one_that_is_too_long_is_found(function, build, code, judge):
    found, reasons = judge("lengths_in_records", function, build, seed=1)

    assert {finding.diagnostic.code.id for finding in found} == {code}
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, keep=(TARGET, LEAK)))
def test_others_are_right(function, build, judge):
    assert judge.in_turn(SOUND, "lengths_in_records", function, build) == ([], [])


HEADER = """\
typedef struct { unsigned size; } pk_head;
int pk_next(int n, pk_head **head, const unsigned char **data);
"""
SOURCE = """\
#include "pk.h"
#include <stdlib.h>
#include <string.h>
int pk_next(int n, pk_head **head, const unsigned char **data)
{
    static pk_head told;
    static unsigned char *room;
    room = realloc(room, (unsigned)n + 1);
    memset(room, 7, (unsigned)n + 1);
    told.size = (unsigned)n + (WRONG && n == 5 ? 4 : 0);
    *head = &told;
    *data = room;
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: pk
header: pk.h
libraries: {c: {path: libpk.so}}
functions:
  pk_next:
    params:
      n: {range: [0, 9]}
      head: {out: {to: pk_head}}
      data: {out: {to: bytes, length: LENGTH}}
    returns: {status: {ok: [0]}}
    may: [memory]
"""


def build(folder, wrong):
    library = folder / "libpk.so"
    words = ["gcc", "-O1", "-g", "-shared", "-fPIC", f"-DWRONG={wrong}", folder / "pk.c", "-o", library]
    subprocess.run(words, check=True)


@pytest.fixture
def packets(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pk.h").write_text(HEADER)
    (tmp_path / "pk.c").write_text(SOURCE)
    (tmp_path / "pk.contract.yaml").write_text(CONTRACT.replace("LENGTH", "head.size"))
    return tmp_path


@pytest.mark.slow
def test_a_program_tells_a_wrong_library_from_a_sound_one(packets, capsys):
    build(packets, wrong=1)
    assert main(["run", "pk.contract.yaml", "--explore", "0", "--seed", "1"]) == 1
    told = capsys.readouterr().out
    case = told.partition("again: `abidance replay ")[2].partition("`")[0]
    assert main(["replay", case, "--emit", "c"]) == 0
    (packets / "case.c").write_text(capsys.readouterr().out)

    ended = []
    for wrong in (1, 0):
        build(packets, wrong)
        words = ["gcc", "-g", "-I.", "case.c", packets / "libpk.so", f"-Wl,-rpath,{packets}", "-o", "case"]
        subprocess.run(words, check=True)
        ended.append(subprocess.run(["./case"], check=False, capture_output=True).returncode)
    assert ended == [1, 0]


@pytest.mark.slow
def test_one_that_leads_nowhere_is_not_judged(packets, capsys):
    (packets / "pk.contract.yaml").write_text(CONTRACT.replace("LENGTH", "head.size // 2"))
    build(packets, wrong=0)

    assert main(["run", "pk.contract.yaml", "--explore", "0", "--seed", "1"]) == 0
    assert "`head.size // 2` is no sum of products of numbers that the call leaves" in capsys.readouterr().out
