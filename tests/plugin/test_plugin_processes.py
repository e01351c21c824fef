from __future__ import annotations

import os
import re
import shutil
import signal
import time

import pytest

from tiers import first

pytestmark = pytest.mark.full

XDIST_WORKER = "exec(eval(sys.stdin.readline()))"


def summary(result):
    """Return the outcome of each item with its reason, in an order that does not depend on who ran it."""
    return sorted(line for line in result.outlines if re.match(r"(PASSED|FAILED|ERROR|SKIPPED) ", line))


@pytest.mark.parametrize("words", first([[], ["-n2"]]))
def test_an_interruption_prints_what_was_found_and_leaves_no_process(project, words):
    project.contract("nearly_twice", "slow")
    process = project.start(*words)
    project.wait_until(project.kept)
    time.sleep(1)
    assert len(project.processes()) > 1
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt" in out
    assert "error[ABD321] postcondition-broken: after `nearly_twice` returned 2" in out
    assert "1 failed" in out
    assert "Traceback" not in out + err
    assert project.leaves_no_process()


@pytest.mark.slow
@pytest.mark.native
@pytest.mark.parametrize("words", first([[], ["-n2"]]))
def test_a_run_leaves_no_process(project, words):
    project.contract("twice", "total_and_more")
    project.pytest(*words).assert_outcomes(passed=5, failed=1)
    assert project.leaves_no_process()


def test_a_killed_pytest_leaves_no_process(project):
    project.contract("slow")
    process = project.start()
    project.wait_until(lambda: len(project.processes()) > 2)
    process.kill()
    process.communicate()
    assert project.leaves_no_process()


def test_workers_end_with_their_contract(project):
    """Without that, a project of many contracts has all their workers in memory at the end."""
    for name in "abc":
        shutil.copy(project.library, project.path / f"lib{name}.so")
        project.contract("twice", name=name, libraries=f"c: {{path: lib{name}.so}}")
    project.write(
        "conftest.py",
        "from pathlib import Path\n"
        "def pytest_runtest_logstart():\n"
        "    print('children:', len(Path('/proc/thread-self/children').read_text().split()))\n",
    )
    result = project.pytest("-s")
    result.assert_outcomes(passed=12)
    counts = [int(line.split("children: ")[1]) for line in result.outlines if "children: " in line]
    assert max(counts) == 1


def test_several_processes_find_what_one_finds(project):
    for name in ("a", "b"):
        project.contract("nearly_twice", "total_and_more", "twice", "total", "absent", name=name)
    alone = project.pytest("-rA", "--hypothesis-seed=3")
    together = project.pytest(
        "-rA", "--hypothesis-seed=3", "-n2", "--junitxml=junit.xml", "-ojunit_family=xunit1"
    )
    assert summary(together) == summary(alone)
    assert len(summary(alone)) == 24
    assert sorted(re.findall(r"found after .*|smallest call|    \w+\(.*", str(together.stdout))) == sorted(
        re.findall(r"found after .*|smallest call|    \w+\(.*", str(alone.stdout))
    )
    together.stdout.fnmatch_lines(["abidance: profile default, seed 3, *"])
    assert (project.path / "junit.xml").read_text().count("abidance_finding") == 6


def test_a_seed_that_was_made_up_is_the_same_in_all_processes(project):
    project.contract("nearly_twice", "twice")
    project.write(
        "conftest.py",
        "def pytest_runtest_makereport(item, call):\n"
        "    from abidance.pytest_plugin.session import session\n"
        "    item.user_properties.append(('seed', session(item.config).settings.seed))\n",
    )
    result = project.pytest("-n2", "--junitxml=junit.xml")
    told = re.search(r"^abidance: .*seed (\d+),", str(result.stdout), re.MULTILINE)[1]
    assert set(re.findall(r'name="seed" value="(\d+)"', (project.path / "junit.xml").read_text())) == {told}


def test_an_xdist_worker_that_is_killed_leaves_no_process(project):
    project.contract("slow", "twice")
    process = project.start("-n2", "-k", "properties")
    project.wait_until(lambda: any("-S -s -P" in line for line in project.processes().values()))
    time.sleep(0.5)
    for number, line in project.processes().items():
        if XDIST_WORKER in line:
            os.kill(number, signal.SIGKILL)
    out, _ = process.communicate(timeout=60)
    assert process.returncode != pytest.ExitCode.OK
    assert "crashed" in out
    assert project.leaves_no_process()


def test_one_process_builds_and_the_others_wait(project):
    project.write("build.sh", f"sleep 0.5; echo $ABIDANCE_BUILD >> built.log; cp {project.library} libx.so\n")
    libraries = "c: {command: [sh, build.sh], artifact: libx.so}"
    project.contract("twice", "total", libraries=libraries, more="builds: [release]\n")
    project.pytest("-n2", "--dist=each").assert_outcomes(passed=12)
    assert (project.path / "built.log").read_text() == "release\n"
