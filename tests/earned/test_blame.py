"""What one function leaves behind is not told of the next, and what never started is not told of any."""

from __future__ import annotations

import json
import subprocess

import pytest

from abidance.cli.main import main

HEADER = """
#ifndef B_H
#define B_H
int aaa_leaves(int n);
int good(int n);
#endif
"""
CONTRACT = """
abidance: 1
boundary: b
header: b.h
libraries: {c: {path: libb.so}}
may: [%s]
functions:
  aaa_leaves: {}
  good: {}
"""
LEAVES = {
    "a timer of the interval kind": """
        struct itimerval soon = {{0, 0}, {0, 300000}};
        setitimer(ITIMER_REAL, &soon, 0);""",
    "an alarm": "alarm(1);",
    "a POSIX timer": """
        timer_t timer;
        struct itimerspec soon = {{0, 0}, {0, 300000000}};
        struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
        timer_create(CLOCK_MONOTONIC, &event, &timer);
        timer_settime(timer, 0, &soon, 0);""",
    "no more descriptors": """
        struct rlimit none = {3, 3};
        setrlimit(RLIMIT_NOFILE, &none);""",
    "no more memory": """
        struct rlimit none = {1 << 20, 1 << 20};
        setrlimit(RLIMIT_AS, &none);""",
    "a stack for signals that is gone": """
        static char none[32768];
        stack_t stack = {none, 0, sizeof none};
        sigaltstack(&stack, 0);""",
}
INCLUDES = """
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "b.h"
"""


@pytest.fixture
def judged(tmp_path, monkeypatch, capsys):
    """Build a library of the two functions, run its contract, and return the exit status and each item's entry."""

    def run(body, *, outside="", may="", options=()):
        (tmp_path / "b.h").write_text(HEADER)
        (tmp_path / "b.c").write_text(
            f"{INCLUDES}{outside}\nint aaa_leaves(int n) {{ {body} return n; }}\nint good(int n) {{ return n; }}\n"
        )
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-g", "-w", "-o", "libb.so", "b.c"], cwd=tmp_path, check=True
        )
        (tmp_path / "b.contract.yaml").write_text(CONTRACT % may)
        monkeypatch.chdir(tmp_path)
        status = main(
            ["run", "b.contract.yaml", "--max-examples", "20", "--seed", "1", "--format", "json", *options]
        )
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        document = json.loads(printed.out)
        for item in document["items"]:
            item["codes"] = {
                found["code"] for found in document["findings"] if found["function"] == item["function"]
            }
        return status, {item["function"]: item for item in document["items"] if item["phase"] == "properties"}

    return run


@pytest.mark.parametrize("what", LEAVES)
def test_what_one_function_leaves_is_not_told_of_the_next(judged, what):
    _, items = judged(LEAVES[what])

    assert items["good"]["outcome"] == "passed", items


def test_a_worker_that_may_not_start_is_no_function_s_fault(judged):
    status, items = judged(
        "",
        outside="""
        __attribute__((constructor)) static void go(void) {
            struct rlimit none = {0, 0};
            setrlimit(RLIMIT_NPROC, &none);
            setuid(65534);
        }""",
    )
    good = items["good"]
    if good["outcome"] == "passed":
        pytest.skip("this user may start any number of processes")
    assert status == 3
    assert [reason["code"] for reason in good["reasons"]] == ["ABD017"]
    assert "EAGAIN" in good["reasons"][0]["message"]
    assert "`RLIMIT_NPROC` is 0" in good["reasons"][0]["message"]


def test_descriptors_that_a_constructor_closed_are_no_function_s_fault(judged):
    _, items = judged(
        "",
        outside="__attribute__((constructor)) static void go(void) { for (int i = 3; i < 64; i++) close(i); }",
    )

    assert items["good"]["outcome"] == "errored"
    assert not items["good"]["codes"]
