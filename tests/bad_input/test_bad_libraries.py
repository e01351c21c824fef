"""A library that cannot be judged is never passed, and says what to do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pair_project import CONTRACT

SUM = "pair_sum:\n  params: {p: {in: pair}}\n"
COULD_NOT_JUDGE = 3


def test_missing(say, project):
    (project / "libpair.so").unlink()

    status, words = say(SUM)

    assert status == COULD_NOT_JUDGE
    assert "ABD006" in words
    assert "ok: the contract holds" not in words


def test_not_an_elf_file(say, project):
    (project / "libpair.so").write_text("not a library")

    status, words = say(SUM)

    assert status == COULD_NOT_JUDGE
    assert "ABD007" in words


def test_wrong_architecture(say, project):
    raw = bytearray((project / "libpair.so").read_bytes())
    raw[18:20] = (243).to_bytes(2, "little")  # e_machine: RISC-V
    (project / "libpair.so").write_bytes(raw)

    status, words = say(SUM)

    assert status == COULD_NOT_JUDGE
    assert "ABD008" in words


@pytest.mark.slow
def test_a_missing_symbol_is_a_finding_and_the_rest_runs(say, project):
    (project / "pair.h").write_text(
        (project / "pair.h").read_text().replace("#endif", "int pair_max(int a);\n#endif")
    )

    status, words = say("pair_max: {}\npair_div: {}\n", options=("--format", "json"))

    assert status == 1
    assert "ABD207" in words
    assert '"passed"' in words


@pytest.mark.slow
def test_a_symbol_that_another_library_has_is_looked_for_there(say, project):
    (project / "pair.h").write_text(
        (project / "pair.h").read_text().replace("#endif", "int pair_max(int a);\n#endif")
    )
    (project / "more.c").write_text("int pair_max(int a) { return a; }\n")
    command = ["gcc", "-shared", "-fPIC", "-o", "libmore.so", "more.c"]
    subprocess.run(command, cwd=project, check=True)
    command = ["gcc", "-shared", "-fPIC", "-o", "libpair.so", "-Wl,--no-as-needed", "-Wl,-rpath,$ORIGIN"]
    (project / "more.c").write_text("int pair_other(int a) { return a; }\n")
    subprocess.run([*command, "more.c", "-L.", "-lmore"], cwd=project, check=True)

    status, words = say("pair_max: {}\n")

    assert status == 1
    assert "`libmore.so`, which it needs, exports that" in words


@pytest.mark.slow
def test_two_libraries_one_missing(say):
    whole = CONTRACT.replace(
        "libraries: {c: {path: libpair.so}}", "libraries: {c: {path: libpair.so}, d: {path: no.so}}"
    )

    status, words = say(whole=whole + "  pair_div: {}\n")

    assert status == COULD_NOT_JUDGE
    assert "not run" in words
    assert "no.so" in words


@pytest.mark.slow
def test_a_build_that_fails_shows_the_compilers_words(say, project):
    (project / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.16)\nproject(p C)\nadd_library(pair SHARED pair.c)\n"
    )
    (project / "pair.c").write_text("int pair_div(int a, int b) { return a }\n")
    whole = CONTRACT.replace("{path: libpair.so}", "{cmake: ., target: pair}")

    status, words = say(whole=whole + "  pair_div: {}\n")

    assert status == COULD_NOT_JUDGE
    assert "ABD005" in words
    assert "expected" in words


@pytest.mark.slow
def test_no_rust_on_the_machine(say, project, monkeypatch):
    (project / "rust").mkdir()
    (project / "rust" / "Cargo.toml").write_text("[package]\nname = 'x'\nversion = '0.1.0'\n")
    monkeypatch.setenv(
        "PATH", os.pathsep.join(p for p in os.environ["PATH"].split(os.pathsep) if "cargo" not in p)
    )
    monkeypatch.setenv("HOME", str(project))
    whole = CONTRACT.replace(
        "libraries: {c: {path: libpair.so}}", "libraries: {c: {path: libpair.so}, r: {cargo: rust}}"
    )

    status, words = say(whole=whole + "  pair_div: {}\n")

    if "ABD005" in words:
        pytest.skip("cargo is installed where it cannot be hidden")
    assert status == COULD_NOT_JUDGE
    assert "not run" in words
    assert "cargo" in words


@pytest.mark.slow
def test_a_worker_killed_from_outside_is_no_finding(say, project):
    (project / "kill.c").write_text(
        '#include "pair.h"\n#include <signal.h>\n#include <unistd.h>\n'
        "int pair_div(int a, int b) { kill(getpid(), SIGKILL); return a + b; }\n"
    )
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "libpair.so", "kill.c"], cwd=project, check=True)

    status, words = say("pair_div: {}\n")

    assert status == COULD_NOT_JUDGE
    assert "ABD011" in words


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_found_and_leaves_no_process(project):
    (project / "slow.c").write_text(
        '#include "pair.h"\n#include <unistd.h>\n'
        "int pair_div(int a, int b) { return *(volatile int *)0 + a + b; }\n"
        "int pair_sum(const pair *p) { usleep(300000); return p->left; }\n"
    )
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "libpair.so", "slow.c"], cwd=project, check=True)
    (project / "pair.contract.yaml").write_text(
        CONTRACT + "  pair_div: {}\n  pair_sum:\n    params: {p: {in: pair}}\n"
    )
    # As in a terminal, also where whoever started the tests has the signal ignored.
    script = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from abidance.cli.main import main; raise SystemExit(main())"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", script, "run", "pair.contract.yaml"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        cwd=project,
    )
    # A failing call is kept as soon as it is found; pair_sum, which comes next, takes half a minute.
    patience = time.monotonic() + 60
    while not list(project.glob(".abidance/cases/*.json")) and time.monotonic() < patience:
        time.sleep(0.1)
    time.sleep(1)
    os.killpg(running.pid, signal.SIGINT)
    words, _ = running.communicate(timeout=30)

    assert "ABD301" in words
    assert "Traceback" not in words
    assert running.returncode == 1
    assert not _workers_of(project)


def _workers_of(project):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if (entry / "cwd").resolve() == project:
                    found.append(entry)
            except OSError:
                continue
    return found
