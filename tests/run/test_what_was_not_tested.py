"""A promise that held only because no call tested it is reported, and no other."""

from __future__ import annotations

import json
import subprocess
import sys

import jsonschema
import pytest

from abidance.cli.main import main
from abidance.report.json_document import schema

HEADER = """\
enum { ND_OK, ND_FULL };
int nd_put(int x, int *out);
int nd_level(int x);
"""
SOURCE = """\
#include "nd.h"
int nd_put(int x, int *out)
{
    if (x < FROM)
        return ND_FULL;
    *out = x;
    return ND_OK;
}
int nd_level(int x) { return x > 0; }
"""
STATUS = "returns: {status: {ok: [ND_OK], errors: {ND_FULL: no room}}}"
PUT = "params: {x: {range: [0, 1000]}, out: {out: int}}"


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nd")
    (folder / "nd.h").write_text(HEADER)
    (folder / "nd.c").write_text(SOURCE)
    for name, start in (("works", 10), ("full", 2000), ("rarely", 1000)):
        command = ["gcc", "-shared", "-fPIC", f"-DFROM={start}", "-o", f"lib{name}.so", "nd.c"]
        subprocess.run(command, cwd=folder, check=True)
    return folder


@pytest.fixture
def told(libraries, tmp_path, monkeypatch, capsys):
    """Run promises against a library; return the report and what the JSON document lists as not judged."""
    monkeypatch.chdir(tmp_path)

    def run(library, promises):
        (tmp_path / "nd.contract.yaml").write_text(
            f"abidance: 1\nboundary: nd\nheader: {libraries}/nd.h\n"
            f"libraries: {{c: {{path: {libraries}/lib{library}.so}}}}\nfunctions:\n{promises}"
        )
        status = main(
            ["run", "nd.contract.yaml", "--seed", "1", "--max-examples", "40", "--format", "json=report.json"]
        )
        assert status == 0
        made = json.loads((tmp_path / "report.json").read_text())
        jsonschema.validate(made, json.loads(schema()))
        return capsys.readouterr().out, made["not_judged"]

    return run


@pytest.mark.slow
def test_a_function_that_always_fails_is_ok_but_for_what_is_not_judged(told):
    out, gaps = told(
        "full", f"  nd_put: {{{PUT}, {STATUS}, ensures: ['implies(result == ND_OK, out == x)']}}\n"
    )

    assert "ok: the contract holds." in out
    success = "what `nd_put` promises of success: no call succeeded"
    assert gaps == [success, "`implies(result == ND_OK, out == x)` of `nd_put`: no call tested it"]
    assert success in out


@pytest.mark.slow
@pytest.mark.parametrize("library", ["works", "rarely"])
def test_one_that_succeeds_if_only_once_has_none(told, library):
    assert (
        told(library, f"  nd_put: {{{PUT}, {STATUS}, ensures: ['implies(result == ND_OK, out == x)']}}\n")[1]
        == []
    )


@pytest.mark.slow
def test_an_example_that_succeeds_is_enough(told):
    put = PUT.replace("1000", "9")
    assert told("works", f"  nd_put: {{{put}, {STATUS}, examples: [{{x: 7}}]}}\n")[1] != []

    put = PUT.replace("1000", "777")
    rarely = "requires: [x < 10 or x == 777], examples: [{x: 777}]"
    assert told("works", f"  nd_put: {{{put}, {STATUS}, {rarely}}}\n")[1] == []


@pytest.mark.slow
def test_conditions_that_no_call_meets_are_told(told):
    _, gaps = told(
        "works", "  nd_level: {ensures: ['implies(result == 7, x == 1)', 'implies(result > 8, x == 1)']}\n"
    )

    assert [gap.partition(":")[0] for gap in gaps] == [
        "`implies(result == 7, x == 1)` of `nd_level`",
        "`implies(result > 8, x == 1)` of `nd_level`",
    ]


@pytest.mark.slow
def test_a_condition_that_some_call_meets_is_not(told):
    promises = "  nd_level: {ensures: ['implies(result == 7, x == 1)', 'implies(x > 0, result == 1)']}\n"

    assert told("works", promises)[1] == ["`implies(result == 7, x == 1)` of `nd_level`: no call tested it"]


@pytest.mark.slow
def test_an_unconditional_postcondition_is_always_put_to_the_test(told):
    assert told("works", "  nd_level: {ensures: ['implies(x > 0, result == 1)', result < 2]}\n")[1] == []


@pytest.mark.slow
def test_a_function_without_promises_has_no_gap(told):
    assert told("works", "  nd_level: {}\n")[1] == []


CUP_HEADER = """\
enum { CU_OK, CU_EMPTY };
typedef struct cu_cup cu_cup;
cu_cup *cu_new(void);
void cu_free(cu_cup *cup);
void cu_put(cu_cup *cup, int x);
int cu_take(cu_cup *cup, int *out);
int cu_drink(cu_cup *cup, int *out);
unsigned cu_key(unsigned seed);
int cu_open(unsigned seed, unsigned key, int *out);
"""
CUP_SOURCE = """\
#include "cup.h"
#include <stdlib.h>
struct cu_cup { int full, x; };
cu_cup *cu_new(void) { return calloc(1, sizeof(cu_cup)); }
void cu_free(cu_cup *cup) { free(cup); }
void cu_put(cu_cup *cup, int x) { cup->full = 1; cup->x = x; }
int cu_take(cu_cup *cup, int *out)
{
    if (!cup->full) return CU_EMPTY;
    *out = cup->x;
    cup->full = 0;
    return CU_OK;
}
int cu_drink(cu_cup *cup, int *out) { return CU_EMPTY; }
unsigned cu_key(unsigned seed)
{
    for (int i = 0; i < 9; i++) seed = seed * 2654435761u + 17;
    return seed;
}
int cu_open(unsigned seed, unsigned key, int *out)
{
    if (cu_key(seed) != key) return CU_EMPTY;
    *out = 1;
    return CU_OK;
}
"""
CUP_CONTRACT = """\
abidance: 1
boundary: cup
header: cup.h
libraries: {c: {command: [gcc, -shared, -fPIC, cup.c, -o, libcup.so], artifact: libcup.so}}
builds: [release]
handles: {cu_cup: {create: cu_new, destroy: cu_free}}
functions:
  cu_put:
  cu_take: &take
    params: {out: {out: int}}
    returns: {status: {ok: [CU_OK], errors: {CU_EMPTY: nothing there}}}
  cu_drink: *take
  cu_key:
  cu_open: *take
"""
CUP_LAW = """\
laws:
  what_was_put_is_taken:
    given: {cup: cu_cup, x: {in: int}}
    steps: ['a = cu_put(cup, x)', b = cu_take(cup)]
    ensures: [b.result == CU_OK, b.out == x]
  what_has_a_key_is_opened:
    given: {seed: {in: unsigned}}
    steps: [a = cu_key(seed), 'b = cu_open(seed, a.result)']
    ensures: [b.result == CU_OK]
"""


@pytest.fixture
def cup(tmp_path, written):
    written("cup", CUP_HEADER, CUP_SOURCE, CUP_CONTRACT + CUP_LAW)

    def run(*options):
        few = ["--seed", "1", "--max-examples", "30"]
        assert main(["run", "cup.contract.yaml", "--format", "json=report.json", *few, *options]) == 0
        gaps = json.loads((tmp_path / "report.json").read_text())["not_judged"]
        return [gap.split("`")[1] for gap in gaps]

    return run


@pytest.mark.slow
def test_what_sequences_put_to_the_test_has_no_gap(cup):
    assert cup() == ["cu_drink"]
    assert cup("--function", "cu_take") == ["cu_take"]


@pytest.mark.full
def test_nor_has_what_a_law_does(cup):
    assert cup("--function", "cu_open") == ["cu_open"]
    assert "cu_open" not in cup()


@pytest.mark.full  # tests/plugin/test_plugin_outcomes.py has the list that pytest prints
def test_pytest_says_the_same(cup, tmp_path):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--abidance-max-examples=20",
        "cup.contract.yaml",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "what `cu_drink` promises of success: no call succeeded" in done.stdout
    assert "cu_take" not in done.stdout
