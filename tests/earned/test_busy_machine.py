"""Files that other processes leave in the same folders meanwhile are none of the library's."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from abidance.cli.main import main
from tiers import first

pytestmark = pytest.mark.full

SHARED = Path("/dev/shm")  # noqa: S108 - where the library leaves its files
HEADER = "int keep(int n);\n"
SOURCE = """\
#include "keep.h"
#include <stdlib.h>
#include <unistd.h>
int keep(int n) {
    char name[] = "/dev/shm/abidance-busy-XXXXXX";
    if (LEAVES) close(mkstemp(name));
    return n;
}
"""
CONTRACT = """\
abidance: 1
boundary: keep
header: keep.h
libraries:
  c: {command: [sh, -c, "cc $CFLAGS -DLEAVES=ANSWER -shared -fPIC -o libkeep.so keep.c"], artifact: libkeep.so}
builds: [release]
functions:
  keep: {}
"""
BUSY = """\
import os, random, sys, tempfile, time
while True:
    os.close(tempfile.mkstemp(prefix="abidance-others-", dir=sys.argv[1])[0])
    time.sleep(random.expovariate(1 / float(sys.argv[2])))
"""


@pytest.fixture(params=first([0.0002, 0.003, 0.02]))
def busy_folder(request):
    """A process leaves files in a folder that is watched, at random, once in so many seconds."""
    process = subprocess.Popen([sys.executable, "-c", BUSY, tempfile.gettempdir(), str(request.param)])
    yield
    process.kill()
    process.wait()
    for each in Path(tempfile.gettempdir()).glob("abidance-others-*"):
        each.unlink()


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "keep.h").write_text(HEADER)
    (tmp_path / "keep.c").write_text(SOURCE)

    def run_it(leaves):
        (tmp_path / "keep.contract.yaml").write_text(CONTRACT.replace("ANSWER", str(int(leaves))))
        return main(["run", "keep.contract.yaml", "--seed", "1", "--max-examples", "60"])

    yield run_it
    for each in SHARED.glob("abidance-busy-*"):
        each.unlink()


@pytest.mark.usefixtures("busy_folder")
def test_what_others_leave_is_not_told_of_a_sound_library(run):
    assert run(leaves=False) == 0


@pytest.mark.full
@pytest.mark.usefixtures("busy_folder")
def test_what_the_library_leaves_elsewhere_is_found_all_the_same(run, capsys):
    assert run(leaves=True) == 1
    assert "ABD352" in capsys.readouterr().out
