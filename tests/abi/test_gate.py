"""The gate as a user meets it: check, accept, policies, suppressions, an earlier revision, `CI`."""

from __future__ import annotations

import json
import subprocess

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stddef.h>
typedef struct { int level; size_t size; } codec_options;
typedef enum { CODEC_OK, CODEC_BAD } codec_status;
codec_status codec_run(const codec_options *options, char *out, size_t capacity);
"""
CONTRACT = """\
abidance: 1
boundary: codec
header: include/codec.h
prefix: codec_
types:
  codec_status: {enum: closed}
functions:
  codec_run:
    params:
      options: {in: codec_options}
      out: {out: bytes, capacity: capacity}
    requires: [capacity > 0]
    ensures: [result == CODEC_OK]
"""


class Project:
    """A project in an empty folder."""

    def __init__(self, root, capsys):
        self.root = root
        self._capsys = capsys
        (root / "include").mkdir()
        self.header = root / "include" / "codec.h"
        self.contract = root / "codec.contract.yaml"
        self.baseline = root / "abi" / "codec.x86_64.abi.json"
        self.header.write_text(HEADER)
        self.contract.write_text(CONTRACT)

    def edit(self, file, old, new):
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    def run(self, *words):
        code = main(["abi", *map(str, words)])
        out, err = self._capsys.readouterr()
        return code, out + err

    def check(self, *words):
        return self.run("check", self.contract, *words)

    def accept(self, *words):
        return self.run("accept", self.contract, *words)


@pytest.fixture
def project(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return Project(tmp_path, capsys)


@pytest.fixture
def accepted(project):
    assert project.accept()[0] == 0
    return project


def test_without_a_baseline_nothing_is_judged(project):
    code, text = project.check()
    assert code == 3
    assert "ABD458" in text
    assert "could not judge" in text


def test_what_was_accepted_passes(accepted):
    code, text = accepted.check()
    assert (code, text) == (
        0,
        "codec: compatible   0 changes   evidence: compiler, contract, header   policy: no-breaking\n",
    )


def test_accepting_is_the_same_every_time(accepted):
    first = accepted.baseline.read_text()
    assert "nothing changed" in accepted.accept()[1]
    assert accepted.baseline.read_text() == first
    assert str(accepted.root) not in first


def test_a_break_fails_and_shows_header_and_baseline(accepted):
    accepted.edit(accepted.header, "int level;", "int speed; int level;")
    code, text = accepted.check()
    assert code == 1
    assert (
        "error[ABD421] record-field-offset-changed: field `codec_options.level` moved from byte 0 to byte 4"
        in text
    )
    assert "--> include/codec.h:2:33" in text
    assert "::: abi/codec.x86_64.abi.json:" in text
    assert "reached by: codec_run(options)" in text
    assert text.splitlines()[-1].startswith("codec: breaking   ")


def test_an_addition_passes(accepted):
    accepted.header.write_text(accepted.header.read_text() + "int codec_level(void);\n")
    code, text = accepted.check()
    assert code == 0
    assert "1 compatible" in text


def test_a_closed_enum_may_not_grow_unseen(accepted):
    accepted.edit(accepted.header, "CODEC_BAD }", "CODEC_BAD, CODEC_LATE }")
    code, text = accepted.check()
    assert code == 0
    assert "warning[ABD480] enumerator-added" in text


def test_a_stronger_precondition_breaks_callers(accepted):
    accepted.edit(accepted.contract, "[capacity > 0]", "[capacity > 0, capacity < 99]")
    code, text = accepted.check()
    assert code == 1
    assert "ABD440] precondition-stronger: `codec_run` now requires `capacity < 99`" in text


def test_a_weaker_postcondition_breaks_callers(accepted):
    accepted.edit(accepted.contract, "[result == CODEC_OK]", "[capacity > 0]")
    code, text = accepted.check()
    assert code == 1
    assert "ABD442] postcondition-weaker: `codec_run` no longer promises `result == CODEC_OK`" in text


def test_a_weaker_precondition_and_a_stronger_postcondition_pass(accepted):
    accepted.edit(accepted.contract, "    requires: [capacity > 0]\n", "")
    accepted.edit(accepted.contract, "[result == CODEC_OK]", "[result == CODEC_OK, capacity >= 0]")
    assert accepted.check()[0] == 0


@pytest.mark.slow
def test_accepting_refuses_a_break(accepted):
    before = accepted.baseline.read_text()
    accepted.edit(accepted.header, "int level;", "long level;")
    code, text = accepted.accept()
    assert code == 1
    assert "  breaking    ABD424" in text
    assert accepted.baseline.read_text() == before
    assert accepted.accept("--allow-breaking")[0] == 0
    assert accepted.check()[0] == 0


def test_nothing_is_accepted_where_ci_is_set(accepted, monkeypatch):
    monkeypatch.setenv("CI", "true")
    before = accepted.baseline.read_text()
    code, text = accepted.accept("--allow-breaking")
    assert code == 2
    assert "never accepted where `CI` is set" in text
    assert accepted.baseline.read_text() == before


@pytest.mark.slow
def test_no_change_lets_nothing_pass(accepted):
    accepted.header.write_text(accepted.header.read_text() + "int codec_level(void);\n")
    assert accepted.check("--policy", "no-change")[0] == 1


@pytest.mark.parametrize(
    ("version", "change", "code"),
    [
        ("1.4.0", "int level; size_t size;", 0),
        ("1.4.0", "long level; size_t size;", 1),
        ("1.5.0", "long level; size_t size;", 1),
        ("2.0.0", "long level; size_t size;", 0),
    ],
)
def test_semver_asks_for_the_step_that_the_changes_need(project, version, change, code):
    (project.root / "pyproject.toml").write_text('[project]\nname = "codec"\nversion = "1.4.0"\n')
    project.accept()
    (project.root / "pyproject.toml").write_text(f'[project]\nname = "codec"\nversion = "{version}"\n')
    project.edit(project.header, "int level; size_t size;", change)
    found, text = project.check("--policy", "semver")
    assert found == code
    assert ("ABD457" in text) == bool(code)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", '[project]\nversion = "3.1"\n'),
        ("Cargo.toml", '[package]\nname = "c"\nversion = "3.1"\n'),
        (
            "CMakeLists.txt",
            "# project(old VERSION 1.0)\nproject(codec\n  VERSION 3.1 LANGUAGES C)\n",
        ),
    ],
)
def test_the_version_is_found_where_the_build_keeps_it(project, file, text):
    (project.root / file).write_text(text)
    project.accept()
    assert json.loads(project.baseline.read_text())["version"] == "3.1"


@pytest.mark.slow
def test_a_suppression_lets_one_finding_pass(accepted):
    accepted.edit(accepted.header, "int level;", "long level;")
    assert accepted.check()[0] == 1
    tail = (
        'suppressions:\n  - {code: ABD424, subject: codec_options.level, reason: "agreed with all callers"}\n'
    )
    accepted.contract.write_text(CONTRACT + tail)
    code, text = accepted.check("-v")
    assert code == 0
    assert "suppressed: error[ABD424]" in text
    assert "agreed with all callers" in text
    assert "1 suppressed" in text


def test_a_suppression_of_another_subject_lets_nothing_pass(accepted):
    accepted.edit(accepted.header, "int level;", "long level;")
    tail = 'suppressions:\n  - {code: record-field-type-changed, subject: codec_options.size, reason: "no"}\n'
    accepted.contract.write_text(CONTRACT + tail)
    code, text = accepted.check()
    assert code == 1
    assert "error[ABD424]" in text
    assert "ABD455] suppression-unused" in text


def test_an_unused_suppression_is_a_finding(accepted):
    accepted.contract.write_text(CONTRACT + 'suppressions:\n  - {code: ABD424, reason: "agreed"}\n')
    code, text = accepted.check()
    assert code == 1
    assert "ABD455] suppression-unused" in text


def test_a_suppression_of_a_code_that_does_not_exist_is_unused(accepted):
    accepted.contract.write_text(CONTRACT + 'suppressions: [{code: ABD999, reason: "x"}]\n')
    code, text = accepted.check()
    assert (code, "suppresses nothing" in text) == (1, True)
    accepted.contract.write_text(CONTRACT + 'suppressions: [{code: ABD321, reason: "for runs"}]\n')
    assert accepted.check()[0] == 0


def test_an_expired_suppression_is_a_finding(accepted):
    accepted.edit(accepted.header, "int level;", "float level;")
    accepted.contract.write_text(
        CONTRACT + 'suppressions:\n  - {code: ABD424, reason: "agreed", expires: 2020-01-01}\n'
    )
    code, text = accepted.check()
    assert code == 1
    assert "ABD456] suppression-expired" in text
    assert "error[ABD424]" in text


def test_what_header_and_library_disagree_about_may_be_suppressed(accepted, tmp_path):
    library = tmp_path / "libother.so"
    source = tmp_path / "other.c"
    source.write_text(
        "typedef struct { int level; long size; int more; } codec_options;\n"
        "int codec_open(const codec_options *options) { return options->more; }\n"
    )
    if subprocess.run(["gcc", "-g", "-shared", "-fPIC", source, "-o", library], check=False).returncode:
        pytest.skip("no compiler")
    said = accepted.check("--library", str(library), "--format", "json")[1]
    found = [each for each in json.loads(said)["findings"] if each["code"].startswith("ABD5")]
    assert found
    codes = {each["code"] for each in found}
    listed = "".join(f'  - {{code: {code}, reason: "a test build"}}\n' for code in sorted(codes))
    accepted.contract.write_text(f"{CONTRACT}suppressions:\n{listed}")
    text = accepted.check("--library", str(library), "-v")[1]
    assert "suppressed: error[ABD5" in text
    assert "ABD455" not in text
    assert not any(line.startswith("error[ABD5") for line in text.splitlines())


def test_a_damaged_baseline_is_one_clear_error(accepted):
    accepted.baseline.write_text(accepted.baseline.read_text().replace('"offset": 0', '"offset": "x"'))
    code, text = accepted.check()
    assert code == 2
    assert "ABD453" in text
    assert "Traceback" not in text


def test_one_bad_contract_does_not_hide_another(accepted):
    other = accepted.root / "other.contract.yaml"
    other.write_text(CONTRACT.replace("include/codec.h", "include/none.h"))
    accepted.edit(accepted.header, "int level;", "float level;")
    code, text = accepted.run("check", accepted.contract, other)
    assert code == 1
    assert "ABD424" in text
    assert "ABD201" in text


def git(root, *words):
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", *identity, *words], cwd=root, check=True, capture_output=True)


@pytest.mark.slow
def test_an_earlier_revision_stands_for_the_baseline(project):
    git(project.root, "init", "-q", "-b", "main")
    git(project.root, "add", ".")
    git(project.root, "commit", "-q", "-m", "first")
    assert project.check("--base", "HEAD")[0] == 0
    project.edit(project.header, "int level;", "float level;")
    code, text = project.check("--base", "HEAD")
    assert code == 1
    assert "ABD424" in text
    listed = subprocess.run(
        ["git", "worktree", "list"], cwd=project.root, check=True, capture_output=True, text=True
    )
    assert len(listed.stdout.splitlines()) == 1


@pytest.mark.slow
def test_an_earlier_revision_that_does_not_build_is_not_judged(project):
    source = project.root / "codec.c"
    command = "[gcc, -g, -shared, -fPIC, -o, libcodec.so, codec.c]"
    library = f"libraries: {{c: {{command: {command}, artifact: libcodec.so}}}}"
    project.edit(project.contract, "prefix: codec_\n", f"prefix: codec_\n{library}\n")
    source.write_text("broken (\n")
    git(project.root, "init", "-q", "-b", "main")
    git(project.root, "add", ".")
    git(project.root, "commit", "-q", "-m", "first")
    declared = "codec_status codec_run(const codec_options *options, char *out, size_t capacity)"
    source.write_text(f'#include "include/codec.h"\n{declared} {{ return CODEC_OK; }}\n')
    code, text = project.check("--base", "HEAD")
    assert code == 3
    assert "libraries could not be compared: at HEAD, library `c` was not compared" in text
    assert project.check("--base", "HEAD", "--no-build")[0] == 0
    git(project.root, "add", ".")
    git(project.root, "commit", "-q", "-m", "second")
    assert project.check("--base", "HEAD")[0] == project.check("--base", "HEAD", "--no-build")[0] == 0


def test_a_revision_that_is_not_there_is_a_mistake(project):
    git(project.root, "init", "-q")
    code, text = project.check("--base=--help")
    assert code == 2
    assert "there is no revision `--help`" in text


def test_a_shallow_clone_says_how_to_fetch_more(project, tmp_path):
    git(project.root, "init", "-q", "-b", "main")
    git(project.root, "add", ".")
    git(project.root, "commit", "-q", "-m", "first")
    git(project.root, "commit", "-q", "--allow-empty", "-m", "second")
    (tmp_path / "clones").mkdir()
    git(tmp_path / "clones", "clone", "-q", "--depth=1", f"file://{project.root}", "shallow")
    git(tmp_path / "clones", "clone", "-q", str(project.root), "whole")
    where = project.contract.relative_to(project.root)
    code, text = project.run("check", tmp_path / "clones/shallow" / where, "--base", "HEAD~1")
    assert code == 2
    assert "give actions/checkout `fetch-depth: 0`" in text
    _, text = project.run("check", tmp_path / "clones/whole" / where, "--base", "HEAD~5")
    assert "fetch" not in text
    _, text = project.run("check", tmp_path / "clones/whole" / where, "--base", "origin/next")
    assert "`git fetch origin next`" in text


def test_a_prefix_narrows_the_boundary(accepted):
    accepted.header.write_text(accepted.header.read_text() + "int other(void);\n#define OTHER 1\n")
    code, text = accepted.check()
    assert (code, "0 changes" in text) == (0, True)


def test_snapshots_can_be_compared_like_anything_else(project):
    assert project.run("snapshot", project.contract, "--output", "old.json")[0] == 0
    project.edit(project.header, "int level;", "float level;")
    code, text = project.run("diff", "old.json", "include/codec.h")
    assert code == 1
    assert "ABD424" in text


def test_what_is_nothing_to_compare_is_a_mistake(project):
    (project.root / "x.bin").write_bytes(b"\0\1\2")
    code, text = project.run("diff", "include/codec.h", "x.bin")
    assert code == 2
    assert "neither a header, a shared object, an object file nor a snapshot" in text


def test_a_baseline_without_what_a_library_would_tell_says_so(project):
    project.edit(project.contract, "prefix: codec_\n", "prefix: codec_\nlibraries: {c: {cargo: nowhere}}\n")
    code, text = project.accept()
    assert code == 0
    assert "library `c` was not compared" in text
    assert "name the directory of the crate; or give the file" in text
    assert "first baseline, 1 function, 1 record, 1 enum" in text


def test_the_remedy_for_a_missing_baseline_can_be_typed_where_one_stands(project, monkeypatch):
    monkeypatch.chdir(project.root.parent)
    shown = project.contract.relative_to(project.root.parent)
    assert f"`abidance abi accept {shown}`" in project.check()[1]


def test_semver_says_when_the_version_did_not_move(accepted):
    accepted.edit(
        accepted.contract, "boundary: codec\n", "boundary: codec\nabi: {policy: semver, version: 0.3.0}\n"
    )
    accepted.accept()
    accepted.header.write_text(HEADER + "int codec_more(void);\n")
    code, text = accepted.check()
    assert code == 1
    assert "the version is 0.3.0 as before: the changes of `codec` need a new patch version" in text
    assert "1 other error" in text
    assert "needs: patch (0.3.0 to 0.3.0)" in text


def test_a_contract_that_does_not_fit_its_header_is_not_accepted(project):
    project.edit(project.contract, "capacity > 0", "capcity > 0")
    code, text = project.run("accept", project.contract)
    assert (code, project.baseline.exists()) == (2, False)
    assert "unknown name `capcity`" in text


@pytest.mark.slow
def test_more_evidence_is_told_and_is_no_change(accepted):
    declared = "codec_status codec_run(const codec_options *options, char *out, size_t capacity)"
    body = "{ return !options || !out || !capacity; }"
    (accepted.root / "codec.c").write_text(f'#include "include/codec.h"\n{declared} {body}\n')
    library = accepted.root / "libcodec.so"
    command = ["gcc", "-g", "-shared", "-fPIC", "-o", library, accepted.root / "codec.c"]
    subprocess.run(command, cwd=accepted.root, check=True)
    code, text = accepted.check("--library", library, "--policy", "no-change")
    assert code == 0
    assert "note[ABD438] evidence-gained: `dwarf` has names, types and layouts, and had nothing" in text
    code, text = accepted.run("accept", accepted.contract, "--library", library)
    assert code == 0
    assert "gained" in text
    assert "nothing changed" not in text
    assert "evidence-gained" not in accepted.check("--library", library)[1]
    assert accepted.check()[0] == 3


def test_a_header_that_the_compiler_finds_is_found_here_too(project):
    project.edit(project.contract, "header: include/codec.h", "header: <codec.h>\ninclude_dirs: [include]")
    assert project.run("accept", project.contract)[0] == 0
    assert project.check()[0] == 0


def test_a_policy_that_a_harmless_change_breaks_says_so(accepted):
    accepted.header.write_text(accepted.header.read_text() + "int codec_more(void);\n")
    code, text = accepted.check("--policy", "no-change")
    assert code == 1
    assert "policy: no-change (broken by 1 change)" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--format", "json", "--format", "sarif"], "`json` and `sarif` would go to one place"),
        (["--format", "srif"], "did you mean `sarif`?"),
        (["--output", "."], "`.` cannot be written: it is a folder"),
        (["--format", "json="], "cannot be written: it has no name"),
    ],
)
def test_reports_that_cannot_be_are_refused_before_anything_is_built(accepted, monkeypatch, words, message):
    def never(*_, **__):
        raise AssertionError("it was looked at all the same")

    monkeypatch.setattr("abidance.abi.gate.boundaries.present", never)
    monkeypatch.setattr("abidance.abi.gate.sides.side", never)
    for code, text in (
        accepted.check(*words),
        accepted.run("diff", accepted.header, accepted.header, *words),
    ):
        assert code == 2
        assert message in text


def test_macros_are_defined_for_snapshots_too(project):
    project.edit(project.header, "int level;", "int level[CODEC_LEVELS];")
    plain, seven = project.root / "plain.json", project.root / "seven.json"
    assert project.run("snapshot", project.header, "--output", plain)[0] == 3
    assert project.run("snapshot", project.header, "-DCODEC_LEVELS=7", "--output", seven)[0] == 0
    assert project.run("diff", seven, project.header, "-D", "CODEC_LEVELS=7")[0] == 0
    assert project.run("diff", seven, project.header, "-D", "CODEC_LEVELS=8")[0] == 1
