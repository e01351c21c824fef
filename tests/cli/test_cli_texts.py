from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

import abidance
from abidance.contract.index import clause_names
from abidance.core.catalogue import CATALOGUE

pytestmark = pytest.mark.unit


def test_explain(run, golden):
    ran = run("explain", "ABD312")
    assert ran.code == 0
    golden("explain.txt", ran.out)
    assert run("explain", "out-of-bounds-read").out == run("explain", "abd312").out == ran.out


def test_explain_a_clause(run, golden):
    ran = run("explain", "status")
    assert ran.code == 0
    golden("explain_clause.txt", ran.out)


def test_explain_a_clause_for_programs(run):
    made = json.loads(run("explain", "abidance", "--format", "json").out)
    assert made == {
        "clause": "abidance",
        "meanings": [
            {
                "places": [""],
                "means": "The version of the contract language.",
                "value": "the version of the contract language, `1`",
            }
        ],
    }


def test_each_clause_can_be_explained(run):
    for name in clause_names():
        assert all(len(line) <= 100 for line in run("explain", name).out.splitlines()), name


def test_explain_for_programs(run):
    made = json.loads(run("explain", "unknown-key", "--format", "json").out)
    assert (made["code"], made["name"], made["severity"]) == ("ABD102", "unknown-key", "error")


def test_every_code_that_can_be_printed_is_listed_once(run):
    made = json.loads(run("rules", "--format", "json").out)
    ids = [each["code"] for each in made]
    names = [each["name"] for each in made]
    package = Path(abidance.__file__).parent
    sources = [*package.rglob("*.py"), *package.rglob("*.toml")]
    written = {code for source in sources for code in re.findall(r'"(ABD\d{3})"', source.read_text())}

    assert sorted(written - {*ids}) == []
    assert [each for each in ids if ids.count(each) > 1] == []
    assert [each for each in names if names.count(each) > 1] == []


def test_rules_lists_every_code(run):
    ran = run("rules")
    assert ran.code == 0
    for code in CATALOGUE:
        assert f"  {code.id}   {code.name}" in ran.out
    assert "\nrun-time checks\n  ABD301   crashed" in ran.out


def test_rules_for_programs(run):
    made = json.loads(run("rules", "--format", "json").out)
    ids = [each["code"] for each in made]
    assert ids == sorted(ids)
    assert {"ABD001", "ABD312"} <= set(ids)
    assert all(each["summary"] and each["explain"] for each in made)


def test_schema_of_reports(run, tmp_path):
    ran = run("schema", "run")
    assert ran.code == 0
    jsonschema.Draft7Validator.check_schema(json.loads(ran.out))
    assert run("schema", "run", "--output", "out/run.schema.json").out == ""
    assert (tmp_path / "out/run.schema.json").read_text() == ran.out


def test_a_file_that_cannot_be_written_is_a_mistake(run, tmp_path):
    (tmp_path / "file").touch()
    ran = run("schema", "run", "--output", "file/below.json")
    assert ran.code == 2
    assert "`file/below.json` cannot be written: " in ran.err


def test_bindings(run, stand_in, tmp_path):
    written = SimpleNamespace(module="# a.contract.yaml\n")
    stand_in("abidance.run.commands.bindings", write_bindings=lambda _: written, StubFilesWanted=None)
    Path("a.contract.yaml").touch()
    assert run("bindings", "a.contract.yaml").out == "# a.contract.yaml\n"
    assert run("bindings", "a.contract.yaml", "-o", "a.py").out == ""
    assert (tmp_path / "a.py").read_text() == "# a.contract.yaml\n"


@pytest.mark.parametrize("name", ["bindings", "check", "run"])
def test_a_contract_must_be_named(run, name):
    assert "arguments are required: CONTRACT" in run(name).err
