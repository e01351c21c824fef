"""What is wrong around a run is one error, with the exit status that belongs to it; nothing waits for ever."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import textwrap

import pytest

from abidance.cli.main import main
from tiers import first

HEADER = "int add(int a, int b);\n"
SOUND = "int add(int a, int b) { return a + b; }\n"
BROKEN = "int add(int a, int b) { return a == 7 ? 0 : a + b; }\n"
CONTRACT = """\
abidance: 1
boundary: small
header: small.h
libraries:
  mine: {path: libsmall.so}
functions:
  add:
    params: {a: {range: [0, 9]}, b: {range: [0, 9]}}
    ensures: [result == a + b]
"""
ABIDANCE = [sys.executable, "-m", "abidance"]
USAGE, COULD_NOT_JUDGE = 2, 3


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a function that makes a project of one function, whose library is built from the text it is given."""
    monkeypatch.chdir(tmp_path)

    def make(source=None):
        (tmp_path / "small.h").write_text(HEADER)
        (tmp_path / "small.contract.yaml").write_text(CONTRACT)
        if source:
            (tmp_path / "small.c").write_text(source)
            subprocess.run(["cc", "-shared", "-fPIC", "-g", "-o", "libsmall.so", "small.c"], check=True)
        return tmp_path

    return make


def abidance(*words, streams=""):
    """Run the command as a shell does, with what `streams` does to its streams."""
    line = " ".join([*ABIDANCE, *words, streams])
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, timeout=120)


def one_error(ran, status):
    """Assert that the command ended as it should, in one error that is no breakdown of ours; return its line."""
    lines = [line for line in ran.stderr.splitlines() if line.startswith("error[")]
    assert (ran.returncode, len(lines)) == (status, 1), ran.stderr
    assert "internal-error" not in ran.stderr
    assert "Traceback" not in ran.stderr
    return lines[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", first(["check small.contract.yaml", "run --help", "--version", "explain ABD304"], 2)
)
@pytest.mark.parametrize(
    ("stream", "why"), first([(">/dev/full", "no space left on device"), (">&-", "bad file descriptor")], 2)
)
def test_a_report_that_cannot_be_written_is_not_a_pass(project, words, stream, why):
    project()

    told = one_error(abidance(words, streams=stream), COULD_NOT_JUDGE)

    assert "the system refused to write the report to stdout" in told
    assert why in told


@pytest.mark.slow
def test_a_report_in_a_file_needs_no_stdout(project):
    home = project(SOUND)
    words = "run small.contract.yaml --max-examples 2 --phase properties --output report.txt"

    ran = abidance(words, streams=">&- 2>&- <&-")

    assert ran.returncode == 0
    assert "ok: the contract holds" in (home / "report.txt").read_text()


def test_a_reader_that_has_gone_is_not_complained_about(project):
    project()

    ran = abidance("schema", streams="| true; exit ${PIPESTATUS[0]}")

    assert ran.stderr == ""
    assert ran.returncode in (0, COULD_NOT_JUDGE)


@pytest.mark.parametrize("command", first(["check", "run"]))
def test_a_working_directory_that_is_gone_is_no_finding(project, command):
    home = project()
    (home / "gone").mkdir()
    line = f"cd gone && rmdir ../gone && {' '.join(ABIDANCE)} {command} {home}/small.contract.yaml"

    ran = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, timeout=60)

    assert "was the working directory removed?" in one_error(ran, COULD_NOT_JUDGE)


@pytest.mark.parametrize("kind", first(["pipe", "device"], 3))
@pytest.mark.parametrize(
    "where", first(["extends", "include", "config", "case", "snapshot", "debug file"], 3)
)
def test_only_plain_files_are_read(project, capsys, kind, where):
    home = project()
    odd = home / "odd"
    if kind == "pipe":
        os.mkfifo(odd)
    else:
        odd.symlink_to("/dev/zero")
    words = ["check", "small.contract.yaml"]
    match where:
        case "extends":
            (home / "small.contract.yaml").write_text(f"{CONTRACT}extends: odd\n")
        case "include":
            (home / "small.contract.yaml").write_text(f"{CONTRACT}include: [odd]\n")
        case "config":
            # It is no file that could be the project's, so there is no configuration.
            odd.rename(home / "abidance.toml")
        case "case":
            (home / ".abidance" / "cases").mkdir(parents=True)
            odd.rename(home / ".abidance" / "cases" / "abcdef.json")
            words = ["replay", "abcdef"]
        case "snapshot":
            words = ["abi", "diff", "odd", "small.h"]
        case "debug file":
            project(SOUND)
            words = ["abi", "snapshot", "libsmall.so", "--debug-file", "odd"]

    status = main(words)

    told = capsys.readouterr()
    assert "internal-error" not in told.err + told.out
    if where not in ("config", "debug file"):
        assert status == USAGE
        assert f"it is a {kind}, not a file" in told.err + told.out


@pytest.mark.slow
def test_an_include_without_an_end_does_not_fill_the_memory(project, capsys):
    home = project()
    (home / "small.h").write_text(f'#include "/dev/zero"\n{HEADER}')

    assert main(["check", "small.contract.yaml"]) == USAGE
    assert "`zero`, which it includes, is no plain file" in capsys.readouterr().out


@pytest.mark.full
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
@pytest.mark.parametrize("place", ["/dev", "TMPDIR"])
def test_a_machine_that_lacks_something_says_what(project, monkeypatch, place):
    home = project()
    (home / "small").mkdir()
    if place == "/dev":
        prepare, words = "mount -t tmpfs none /dev", "run small.contract.yaml --max-examples 2"
        project(SOUND)
    else:
        # What is left is enough for Python to take the folder for a good one, and not for what `cc -E` prints.
        fill = "dd if=/dev/zero of=small/fill bs=1k count=48 2>/dev/null"
        (home / "small.h").write_text(f"#include <stdio.h>\n{HEADER}")
        prepare = f"mount -t tmpfs -o size=64k none small; {fill}; export TMPDIR=$PWD/small"
        monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(home / "cache"))
        words = "check small.contract.yaml"
    line = f"{prepare}; exec {' '.join(ABIDANCE)} {words}"

    ran = subprocess.run(
        ["unshare", "-m", "bash", "-c", line], capture_output=True, text=True, check=False, timeout=120
    )
    if "unshare" in ran.stderr or "mount:" in ran.stderr:
        pytest.skip("this system lets nobody mount")

    told = ran.stderr + ran.stdout
    assert ran.returncode == COULD_NOT_JUDGE, told
    assert "internal-error" not in told
    assert "the system refused" in told
    assert ("/dev/null" if place == "/dev" else f"no space left on device at `{home}/small`") in told


@pytest.fixture(scope="module")
def stored_case(tmp_path_factory):
    """Return the folder of a project with one stored case."""
    home = tmp_path_factory.mktemp("stored")
    for name, text in (("small.h", HEADER), ("small.contract.yaml", CONTRACT), ("small.c", BROKEN)):
        (home / name).write_text(text)
    subprocess.run(["cc", "-shared", "-fPIC", "-g", "-o", "libsmall.so", "small.c"], check=True, cwd=home)
    words = ["run", "small.contract.yaml", "--phase", "properties", "--max-examples", "50"]
    ran = subprocess.run([*ABIDANCE, *words], capture_output=True, text=True, check=False, cwd=home)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    return home


def damaged(raw, dice):
    """Return the bytes of a file with something wrong in them."""
    match dice.randrange(5):
        case 0:
            return raw[: dice.randrange(len(raw))]
        case 1:
            at = dice.randrange(len(raw))
            return raw[:at] + bytes([dice.randrange(256)]) + raw[at + 1 :]
        case 2:
            at, end = sorted(dice.randrange(len(raw)) for _ in range(2))
            return raw[:at] + raw[end:]
        case 3:
            at = dice.randrange(len(raw))
            return (
                raw[:at] + dice.choice([b"[" * 5000, b"{", b"null", b"-1", b"1e999", b'"\\ud800"']) + raw[at:]
            )
        case _:
            lines = raw.splitlines(keepends=True)
            dice.shuffle(lines)
            return b"".join(lines)


def restructured(document, dice):
    """Return JSON with one member taken out, put elsewhere or replaced by something of another kind."""
    places = []

    def walk(node):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(document)
    node, key = dice.choice(places)
    new = dice.choice([None, -1, 10**40, 1.5, "", "x" * 300, [], {}, [[]], True, "DELETED"])
    if new == "DELETED":
        del node[key]
    else:
        node[key] = new
    return json.dumps(document).encode()


@pytest.mark.slow
@pytest.mark.parametrize("seed", first(range(4)))
def test_a_damaged_case_is_refused_and_never_run(stored_case, monkeypatch, capsys, seed):
    monkeypatch.chdir(stored_case)
    (file,) = (stored_case / ".abidance" / "cases").glob("*.json")
    raw, dice = file.read_bytes(), random.Random(seed)  # noqa: S311 - the same every time
    try:
        for _ in range(50):
            changed = restructured(json.loads(raw), dice) if dice.random() < 0.5 else damaged(raw, dice)
            if _same(changed, raw):
                continue
            file.write_bytes(changed)
            status = main(["replay", file.stem])
            told = capsys.readouterr()
            assert (status, "internal-error" in told.err) == (USAGE, False), (changed, told.err)
    finally:
        file.write_bytes(raw)


def _same(changed, raw):
    try:
        return json.loads(changed) == json.loads(raw)
    except (ValueError, RecursionError):
        return False


@pytest.mark.slow
def test_a_case_that_is_not_damaged_is_run(stored_case, monkeypatch, capsys):
    monkeypatch.chdir(stored_case)
    (file,) = (stored_case / ".abidance" / "cases").glob("*.json")

    assert main(["replay", file.stem]) == 1
    assert "fails again" in capsys.readouterr().out


CONFIG = '[tool.abidance]\nmax_examples = 5\nbuilds = ["release"]\ntime_limit = 1.5\n'


@pytest.mark.slow
@pytest.mark.parametrize("kind", first(["contract", "config", "snapshot", "baseline"]))
def test_damaged_files_are_told_and_break_nothing(project, capsys, kind):
    home = project()
    match kind:
        case "contract":
            file, words, raw = (
                home / "small.contract.yaml",
                ["check", "small.contract.yaml"],
                CONTRACT.encode(),
            )
        case "config":
            file, words, raw = home / "pyproject.toml", ["check", "small.contract.yaml"], CONFIG.encode()
        case _:
            accept = ["abi", "accept", "small.contract.yaml", "--no-build"]
            main(
                accept if kind == "baseline" else ["abi", "snapshot", "small.h", "--output", "small.abi.json"]
            )
            file = next(home.rglob("*.abi.json"))
            raw = file.read_bytes()
            check = ["abi", "check", "small.contract.yaml", "--no-build"]
            words = check if kind == "baseline" else ["abi", "diff", str(file), "small.h"]
    capsys.readouterr()
    dice = random.Random(kind)  # noqa: S311 - the same every time
    for _ in range(60):
        changed = damaged(raw, dice)
        if kind in ("snapshot", "baseline") and dice.random() < 0.6:
            changed = restructured(json.loads(raw), dice)
        file.write_bytes(changed)
        status = main(words)
        told = capsys.readouterr()
        assert "internal-error" not in told.err + told.out, (changed, told)
        assert status in (0, 1, 2, 3), (changed, told)


def test_toml_that_is_nested_too_deeply_is_told(project, capsys):
    home = project()
    (home / "abidance.toml").write_text(f"a = {'[' * 4000}{']' * 4000}\n")

    assert main(["check", "small.contract.yaml"]) == USAGE
    assert "not valid TOML: nested too deeply" in capsys.readouterr().out


@pytest.mark.full
def test_a_tool_that_the_system_cannot_start_is_told_with_the_limit(tmp_path):
    program = textwrap.dedent(
        """\
        import resource
        from abidance.core.errors import CannotJudgeError
        from abidance.toolchain.process import run_tool
        resource.setrlimit(resource.RLIMIT_NOFILE, (7, 7))
        try:
            run_tool(["cc", "--version"], seconds=5)
        except CannotJudgeError as error:
            print(error)
        """
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path
    )

    assert "system-refused" in ran.stdout or "ABD018" in ran.stdout, ran.stderr
    assert "`RLIMIT_NOFILE` is 7" in ran.stdout
