from __future__ import annotations

import json
import os
import re
import signal
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.full

RUN = ["-c", "import sys; from abidance.cli.main import main; sys.exit(main())", "run"]
TIMES = re.compile(r" +\d+\.\d s")


@pytest.mark.slow
@pytest.mark.native
def test_the_report_is_that_of_one_process(project):
    project.contract("nearly_twice", "twice", "total_and_more", "total", "absent")
    words = ("run", "subject.contract.yaml", "--seed", "3", "-vv")
    alone, together = (project.abidance(*words, *jobs) for jobs in ([], ["-j2"]))
    assert together[0] == alone[0] == 1
    assert TIMES.sub("", together[1]) == TIMES.sub("", alone[1])
    assert together[2] == ""
    assert project.leaves_no_process()


def test_an_interruption_keeps_what_was_found_and_leaves_no_process(project):
    project.contract("nearly_twice", "slow")
    process = project.popen([*RUN, "subject.contract.yaml", "-j2"])
    project.wait_until(project.kept)
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "error[ABD321]" in out
    assert "\ninterrupted.  1 finding in `nearly_twice`." in out
    assert "Traceback" not in err
    assert project.leaves_no_process()


def test_a_process_that_is_lost_costs_the_item_that_it_ran(project):
    project.contract("slow", "twice", "nearly_twice")
    process = project.popen([*RUN, "subject.contract.yaml", "-j2", "--format=json"])
    project.wait_until(project.kept)
    time.sleep(0.5)
    for number in judging(project):
        os.kill(number, signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    outcomes = {(item["function"], item["phase"]): item["outcome"] for item in json.loads(out)["items"]}
    assert outcomes == {
        ("slow", "header"): "passed",
        ("twice", "header"): "passed",
        ("nearly_twice", "header"): "passed",
        ("subject", "load"): "passed",
        ("slow", "properties"): "errored",
        ("twice", "examples"): "passed",
        ("twice", "properties"): "passed",
        ("nearly_twice", "properties"): "failed",
    }
    assert "the process that judged `slow::properties[c-prebuilt]` was killed by signal 9" in out
    assert "Traceback" not in err
    assert project.leaves_no_process()


def test_a_server_that_is_lost_costs_nothing(project):
    project.contract("slow", "twice", "nearly_twice")
    process = project.popen([*RUN, "subject.contract.yaml", "-j2", "--format=json", "--max-examples=20"])
    project.wait_until(project.kept)
    (server,) = servers(project)
    os.kill(server, signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert {item["outcome"] for item in json.loads(out)["items"]} == {"passed", "failed"}
    assert "Traceback" not in err
    assert project.leaves_no_process()


def servers(project):
    """Return the process that forks those that judge."""
    forked = [number for number, line in project.processes().items() if "multiprocessing.forkserver" in line]
    return [number for number in forked if parent(number) not in forked]


def judging(project):
    """Return the processes that judge items."""
    here = servers(project)
    forked = [number for number, line in project.processes().items() if "multiprocessing.forkserver" in line]
    return [number for number in forked if parent(number) in here]


def parent(number):
    status = Path(f"/proc/{number}/stat").read_text(encoding="utf-8")
    return int(status.rpartition(")")[2].split()[1])


@pytest.mark.slow
@pytest.mark.native
def test_a_contract_that_cannot_be_run_starts_no_process(project):
    project.write("x.h", "int twice(int x;")
    project.contract("twice", header="x.h")
    code, out, _ = project.abidance("run", "subject.contract.yaml", "-j2")
    assert code == 2
    assert "error[ABD2" in out
