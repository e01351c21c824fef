"""Ctrl-C, SIGTERM and SIGHUP end a run alike: what was judged is reported, and nothing that was started goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tiers import first

HEADER = "int add(int a, int b);\nint slow(int a);\n"
SOURCE = """\
#include <unistd.h>
#include "small.h"
int add(int a, int b) { return a + b; }
int slow(int a) { usleep(20000); return a; }
"""
CONTRACT = """\
abidance: 1
boundary: small
header: small.h
libraries:
  mine: {path: libsmall.so}
functions:
  add: {ensures: [result == a + b], params: {a: {range: [0, 9]}, b: {range: [0, 9]}}}
  slow: {ensures: [result == a]}
"""
BUILT = """\
abidance: 1
boundary: small
header: small.h
libraries:
  mine: {command: [sh, build.sh], artifact: libsmall.so}
functions:
  add: {}
"""
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
COULD_NOT_JUDGE = 3
_LATEST = 60.0  # seconds, for a machine that is busy; nothing is measured


@pytest.fixture(autouse=True)
def _heeded():
    """Have the signals do what they do at a terminal: whoever runs these tests behind `nohup` or `&` ignores some."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in SIGNALS if is_ignored(number)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def is_ignored(number):
    return signal.getsignal(number) is signal.SIG_IGN


@pytest.fixture
def home(tmp_path):
    (tmp_path / "small.h").write_text(HEADER)
    (tmp_path / "small.c").write_text(SOURCE)
    (tmp_path / "small.contract.yaml").write_text(CONTRACT)
    return tmp_path


def start(home, *words):
    """Start the command in a process group of its own, as a shell does."""
    command = [sys.executable, "-m", "abidance", *words]
    return subprocess.Popen(
        command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    )


def wait_for(condition):
    """Wait until something is so, or for as long as a busy machine may take."""
    until = time.monotonic() + _LATEST
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def running(word):
    """Return the processes that have a word among those of their command line."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            words = (each / "cmdline").read_bytes().split(b"\0")
            state = (each / "stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            continue
        if any(word.encode() in part for part in words) and state != "Z":
            found.append(int(each.name))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("number", first(SIGNALS), ids=lambda number: number.name)
@pytest.mark.parametrize("jobs", first(["1", "2"]))
def test_a_run_that_is_ended_reports_what_was_judged_and_leaves_no_worker(home, number, jobs):
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "libsmall.so", "small.c"], cwd=home, check=True)
    ran = start(home, "run", "small.contract.yaml", "--max-examples", "100000", "-j", jobs, "--seed", "1")
    library = str(home / "libsmall.so")
    wait_for(lambda: len(running(library)) >= 1)

    os.kill(ran.pid, number)
    out, err = ran.communicate(timeout=_LATEST)

    assert ran.returncode == COULD_NOT_JUDGE, err
    assert "interrupted." in out
    assert "Traceback" not in err
    wait_for(lambda: not running(library))


@pytest.mark.slow
@pytest.mark.parametrize("number", first(SIGNALS), ids=lambda number: number.name)
def test_a_build_command_ends_with_the_run_and_so_does_what_it_started(home, number):
    (home / "small.contract.yaml").write_text(BUILT)
    mark = f"{home}-{number}"
    # As ninja does, in a process group of its own, and as a build that cleans up behind itself.
    (home / "child.py").write_text(
        "import os, time\nos.setpgid(0, 0)\nopen('started.txt', 'w')\ntime.sleep(600)\n"
    )
    (home / "build.sh").write_text(
        f"trap 'echo cleaned > cleaned.txt; exit 1' TERM\n{sys.executable} child.py {mark} &\nwait\n"
    )
    ran = start(home, "run", "small.contract.yaml", "--build", "release")
    wait_for((home / "started.txt").exists)

    os.kill(ran.pid, number)
    _, err = ran.communicate(timeout=_LATEST)

    assert ran.returncode == COULD_NOT_JUDGE
    assert "Traceback" not in err
    assert not running(mark)
    assert (home / "cleaned.txt").exists()


@pytest.mark.full
@pytest.mark.parametrize("step", range(1, 5))
def test_ctrl_c_while_the_processes_of_a_run_start_is_no_traceback(home, step):
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "libsmall.so", "small.c"], cwd=home, check=True)
    ran = start(home, "run", "small.contract.yaml", "--max-examples", "100000", "-j", "2")
    # What a terminal does: to all of the group, at some moment of the start, which is told by what runs already.
    wait_for(lambda: len(_group(ran.pid)) > min(step, 2))
    time.sleep(0.05 * step)

    os.killpg(ran.pid, signal.SIGINT)
    _, err = ran.communicate(timeout=_LATEST)

    assert "Traceback" not in err
    assert ran.returncode == COULD_NOT_JUDGE


def _group(leader):
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            fields = (each / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == leader:
            found.append(each.name)
    return found


@pytest.mark.full
def test_nohup_goes_on(home):
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "libsmall.so", "small.c"], cwd=home, check=True)
    words = [
        sys.executable,
        "-m",
        "abidance",
        "run",
        "small.contract.yaml",
        "--max-examples",
        "40",
        "--function",
        "slow",
    ]
    ran = subprocess.Popen(
        ["nohup", *words],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    wait_for(lambda: bool(running(str(home / "libsmall.so"))))

    os.kill(ran.pid, signal.SIGHUP)
    out, _ = ran.communicate(timeout=120)

    assert ran.returncode == 0
    assert "ok" in out
