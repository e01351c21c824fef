"""The whole command line, with the engine and a compiler behind it."""

from __future__ import annotations

import json
import shutil
import subprocess

import jsonschema
import pytest

from abidance.report.json_document import schema

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")

HEADER = "#include <stddef.h>\nsize_t fill(unsigned char *out, size_t n);\n"
SOURCE = """\
#include "fill.h"
size_t fill(unsigned char *out, size_t n)
{
    for (size_t i = 0; i LIMIT n; i++)
        out[i] = 7;
    return n;
}
"""
CONTRACT = """\
abidance: 1
boundary: fill
header: fill.h
libraries:
  c: {path: libfill.so}
functions:
  fill:
    params:
      out: {out: bytes, capacity: n, length: result}
      n: {range: [0, 64]}
    ensures: [result == n]
"""


@pytest.fixture
def project(tmp_path):
    """Return a function that builds the library with this comparison in its loop."""

    def build(limit):
        (tmp_path / "fill.h").write_text(HEADER)
        (tmp_path / "fill.contract.yaml").write_text(CONTRACT)
        (tmp_path / "fill.c").write_text(SOURCE.replace("LIMIT", limit))
        words = ["gcc", "-g", "-shared", "-fPIC", "-o", "libfill.so", "fill.c"]
        subprocess.run(words, cwd=tmp_path, check=True)

    return build


@pytest.mark.slow
def test_a_library_that_keeps_its_contract(run, project):
    project("<")
    ran = run("run", "fill.contract.yaml", "--max-examples", "20")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("\nok: the contract holds.\n")
    assert run("check", "fill.contract.yaml").code == 0


@pytest.mark.slow
def test_a_library_that_breaks_it_is_found_replayed_and_mended(run, project, tmp_path):
    project("<=")
    ran = run("run", "fill.contract.yaml", "--max-examples", "20", "--format", "json=report.json")
    assert ran.code == 1
    assert "error[ABD311] out-of-bounds-write: " in ran.out
    assert "  --> fill.contract.yaml:9:7\n" in ran.out
    assert " ::: fill.c:5:" in ran.out
    made = json.loads((tmp_path / "report.json").read_text())
    jsonschema.validate(made, json.loads(schema()))
    (finding,) = made["findings"]
    words = finding["replay"].split()[1:]
    again = run(*words)
    assert again.code == 1
    assert f"\n`{finding['case']}` fails again.  `abidance run --add-example" in again.out
    assert "fill(" in run(*words, "--emit", "c").out
    project("<")
    mended = run(*words)
    assert mended.code == 0
    assert "no longer fails" in mended.out


def test_a_contract_that_says_nonsense(run, project, tmp_path):
    project("<")
    path = tmp_path / "fill.contract.yaml"
    path.write_text(path.read_text().replace("capacity:", "capcity:"))
    for command in ("check", "run"):
        ran = run(command, "fill.contract.yaml")
        assert ran.code == 2
        assert "did you mean `capacity`?" in ran.out
        assert "Traceback" not in ran.out + ran.err


def test_replay_tells_what_the_run_told_and_no_more(run, project, tmp_path):
    project("<")
    path = tmp_path / "fill.contract.yaml"
    path.write_text(path.read_text().replace("ensures: [result == n]", "ensures: [result < n, out[0] == n]"))
    text = path.read_text().replace("range: [0, 64]", "range: [1, 64]")
    path.write_text(text)
    (tmp_path / "fill.c").write_text(
        '#include "fill.h"\nsize_t fill(unsigned char *out, size_t n) { out[n > 5 ? n : 0] = 1; return n; }\n'
    )
    subprocess.run(["gcc", "-g", "-shared", "-fPIC", "-o", "libfill.so", "fill.c"], cwd=tmp_path, check=True)
    found = json.loads(run("run", "fill.contract.yaml", "--format", "json", "--seed", "1").out)["findings"]
    for finding in found:
        again = run(*finding["replay"].split()[1:])
        assert again.out.count("error[") == sum(
            each["code"] == finding["code"] for each in found if each["case"] == finding["case"]
        )
