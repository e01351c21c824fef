"""What header and library disagree about reaches the user, whatever its severity."""

from __future__ import annotations

import shutil

import pytest
from gate_builds import c_library, compared, headers, rust_library

from abidance.abi.gate.judge import Question, judge
from abidance.abi.gate.suppressions import SuppressionRule, Suppressions
from abidance.abi.reconcile import reconcile
from abidance.abi.witnesses import WitnessSubject, binary, header
from abidance.cli.main import main

HEADER = "int f(int a);\n"
CONTRACT = """\
abidance: 1
boundary: lib
header: lib.h
libraries: {c: {path: lib.so}}
functions: {f: {}}
"""


def findings(document):
    return {each["name"]: each["message"] for each in document["findings"]}


def test_an_undeclared_export_is_told(tmp_path, capsys):
    source = "int f(int a) { return a; }\n"
    old = c_library(tmp_path / "old", source, header=HEADER)
    new = c_library(tmp_path / "new", source + "int g(void) { return 1; }\n", header=HEADER)
    code, _, document = compared(capsys, old, new, *headers(old, new))
    assert code == 0
    assert "`g`" in findings(document)["export-not-declared"]
    assert main(["abi", "diff", str(old), str(new), *headers(old, new)]) == 0
    assert "ABD502" in capsys.readouterr().out
    code, _, document = compared(capsys, new, new, *headers(new, new))
    assert (code, document["findings"]) == (0, [])  # no change


def test_many_undeclared_exports_are_one_note(tmp_path, capsys):
    source = "int f(int a) { return a; }\n"
    more = "".join(f"int more_{number}(void) {{ return 1; }}\n" for number in range(9))
    old = c_library(tmp_path / "old", source, header=HEADER)
    new = c_library(tmp_path / "new", source + more, header=HEADER)
    _, _, document = compared(capsys, old, new, *headers(old, new))
    assert len(document["findings"]) == 1
    assert "and 5 more" in document["findings"][0]["message"]


def test_check_tells_what_is_exported_and_what_is_not(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    source = "int f(int a) { return a; }\nint g(void) { return 1; }\n"
    c_library(tmp_path, source, header="int f(int a);\nint lost(void);\n")
    contract = tmp_path / "lib.contract.yaml"
    contract.write_text(CONTRACT)
    assert main(["abi", "accept", str(contract)]) == 0
    capsys.readouterr()
    assert main(["abi", "check", str(contract), "--format", "concise"]) == 0
    out = capsys.readouterr().out
    assert "note[ABD502]" in out
    assert "`g`" in out
    assert "note[ABD513]" in out
    assert "`lost`" in out


def test_a_suppressed_note_hides_no_other(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    source = "int f(int a) { return a; }\nint g(void) { return 1; }\nint h(void) { return 1; }\n"
    c_library(tmp_path, source, header=HEADER)
    contract = tmp_path / "lib.contract.yaml"
    said = "suppressions: [{code: export-not-declared, subject: g, reason: a probe of the build}]\n"
    contract.write_text(CONTRACT + said)
    assert main(["abi", "accept", str(contract)]) == 0
    capsys.readouterr()
    main(["abi", "check", str(contract), "--format", "concise"])
    out = capsys.readouterr().out
    assert "`h`" in out
    assert "`g`" not in out


RECORD_HEADER = "struct p { int x; int y; int z; };\nint f(const struct p *p);\n"
RECORD_SOURCE = "struct p { int x; long y; int w; };\nint f(const struct p *p) { return p->w; }\n"


def test_a_record_is_one_finding_of_what_is_not_suppressed(tmp_path):
    """Its size, two members, and that each side has one without the other: a suppression speaks of each."""
    built = c_library(tmp_path, RECORD_SOURCE, header=RECORD_HEADER)
    subject = WitnessSubject(header=tmp_path / "lib.h", library=built)
    found = list(reconcile(header.read(subject), binary.read(subject)))
    for count, names in ((4, ""), (3, "y"), (2, "yz")):
        rules = [SuppressionRule("ABD507", "known", f"p.{name}") for name in names]
        result = judge(Question("lib", "", ""), (), Suppressions(rules), found)
        assert [each.message for each in result.findings] == [
            f"`struct p` differs between header and library in {count} ways"
        ]
        assert len(result.suppressed) == len(names)


RUST = "#[no_mangle] pub {} fn f(a: i32) -> i32 {{ a }}\n"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("rustc") is None, reason="there is no rustc")
def test_a_source_that_is_gone_does_not_silence_the_calling_convention(tmp_path, capsys):
    old = rust_library(tmp_path / "old", RUST.format('extern "C"'))
    new = rust_library(tmp_path / "new", RUST.format(""))
    for each in (old, new):
        each.with_name("lib.h").write_text(HEADER)
    assert compared(capsys, old, old, *headers(old, old))[2]["findings"] == []
    code, _, document = compared(capsys, old, new, *headers(old, new))
    assert (code, [*findings(document)]) == (1, ["extern-c-missing"])
    new.with_name("lib.rs").unlink()
    code, _, document = compared(capsys, old, new, *headers(old, new))
    assert (code, [*findings(document)]) == (0, ["calling-convention-unknown"])
    assert compared(capsys, old, new, *headers(old, new), "--policy", "no-change")[0] == 3
