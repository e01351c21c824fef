"""Tools are started by argument list, bounded in time, and ended with all that they started."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from abidance.toolchain.process import english_environment, find_tool, run_tool


def test_output_status_and_arguments_come_back():
    code = "import sys; print(sys.argv[1:]); print('bad', file=sys.stderr); sys.exit(3)"

    ran = run_tool([sys.executable, "-c", code, "a b", "$(c)"], seconds=20)

    assert (ran.status, ran.ok, ran.stdout, ran.stderr) == (3, False, "['a b', '$(c)']\n", "bad\n")


def test_tool_that_is_not_there_is_a_result_and_no_exception():
    ran = run_tool(["no-such-tool"], seconds=1)

    assert (ran.ok, ran.status) == (False, 127)
    assert "no-such-tool" in ran.stderr


@pytest.mark.slow
def test_late_tool_is_killed_with_its_children(tmp_path):
    script = f"sleep 60 & echo $! > {tmp_path}/child; wait"
    started = time.monotonic()

    ran = run_tool(["sh", "-c", script], seconds=0.5)

    assert ran.timed_out
    assert not ran.ok
    assert time.monotonic() - started < 5
    child = int((tmp_path / "child").read_text())
    deadline = time.monotonic() + 5
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(child)


def test_background_process_that_keeps_the_output_is_not_waited_for():
    started = time.monotonic()

    ran = run_tool(["sh", "-c", "sleep 3 & echo done"], seconds=30)

    assert ran.stdout == "done\n"
    assert time.monotonic() - started < 2


@pytest.mark.slow
def test_interrupt_ends_the_tool(tmp_path):
    previous = signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(KeyboardInterrupt):
            run_tool(["sh", "-c", f"echo $$ > {tmp_path}/pid; exec sleep 60"], seconds=60)
    finally:
        signal.signal(signal.SIGALRM, previous)

    assert not _runs(int((tmp_path / "pid").read_text()))


def test_messages_are_asked_for_in_english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")

    assert english_environment(A="b")["LC_ALL"] == "C"
    assert english_environment(A="b")["A"] == "b"


def test_job_server_of_a_make_above_is_not_passed_on(monkeypatch):
    monkeypatch.setenv("MAKEFLAGS", " -j4 --jobserver-auth=3,4")

    assert "MAKEFLAGS" not in english_environment()


def test_given_environment_is_the_whole_environment():
    assert run_tool(["env"], seconds=5, environment={"ONLY": "this", "PATH": os.defpath}).stdout == (
        f"ONLY=this\nPATH={os.defpath}\n"
    )


def test_first_tool_that_is_there_is_found():
    assert find_tool("no-such-tool", "sh") in {Path("/bin/sh"), Path("/usr/bin/sh")}
    assert find_tool("no-such-tool") is None


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_it_is_given_it_reads():
    assert run_tool(["cat"], seconds=5, stdin="é and more\n").stdout == "é and more\n"


@pytest.mark.slow
def test_a_tool_that_writes_without_end_is_ended(tmp_path):
    ran = run_tool(["sh", "-c", "yes"], seconds=30, largest=1 << 20)

    assert (ran.ok, ran.timed_out) == (False, False)
    assert ran.stopped == "its output grows beyond 1 MiB"
    assert len(ran.stdout) <= 1 << 20

    file = tmp_path / "out"
    ran = run_tool(["sh", "-c", f"yes > {file}"], seconds=30, outputs=(file,), largest=1 << 20)
    assert ran.stopped
    assert not ran.ok
