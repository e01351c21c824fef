from __future__ import annotations

import os

import pytest

from tiers import first

pytestmark = pytest.mark.full

HEAVY = ("hypothesis", "pycparser", "elftools", "rich", "abidance.boundary", "abidance.execute")
TELL = """
import sys

def pytest_collection_finish(session):
    print("imported:", [name for name in {names} if name in sys.modules])
    for item in session.items:
        print("at:", item.nodeid, item.reportinfo()[1])
"""
TWO_LIBRARIES = "c: {cmake: ., target: c}\n  shipped: {path: libshipped.so}"


@pytest.mark.slow
@pytest.mark.native
def test_one_item_for_each_function_phase_and_build(project):
    project.contract("twice", "total", name="contracts/x", libraries=TWO_LIBRARIES)
    result = project.pytest("--co", "-q", "contracts")
    assert result.outlines[:17] == [
        f"contracts/x.contract.yaml::{item}"
        for item in (
            "subject::load[c-release]",
            "subject::load[c-asan+ubsan]",
            "subject::load[shipped-prebuilt]",
            "twice::header",
            "twice::examples[c-release]",
            "twice::properties[c-release]",
            "twice::examples[c-asan+ubsan]",
            "twice::properties[c-asan+ubsan]",
            "twice::examples[shipped-prebuilt]",
            "twice::properties[shipped-prebuilt]",
            "twice::equivalence[c=shipped-release=prebuilt]",
            "total::header",
            "total::properties[c-release]",
            "total::properties[c-asan+ubsan]",
            "total::properties[shipped-prebuilt]",
            "total::equivalence[c=shipped-release=prebuilt]",
        )
    ] + [""]


@pytest.mark.slow
@pytest.mark.native
def test_collecting_reads_no_header_starts_no_compiler_and_imports_no_engine(project, monkeypatch):
    project.contract("twice", libraries=TWO_LIBRARIES, header=project.write("x.h", "#error read"))
    project.write("conftest.py", TELL.format(names=HEAVY))
    monkeypatch.setenv("CC", "/bin/false")
    monkeypatch.setenv("PATH", os.fspath(project.path))
    result = project.pytest("--co")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["imported: []", "*11 tests collected*"])


def test_a_hundred_functions_are_collected_without_the_engine(project):
    promise = "    params: {x: {range: [0, 10000]}}\n    ensures: [result == 2 * x]\n"
    functions = "".join(f"  f{number}:\n{promise}" for number in range(100))
    project.write("many.h", "")
    project.write(
        "many.contract.yaml",
        "abidance: 1\nboundary: many\nheader: many.h\n"
        f"libraries: {{c: {{path: x.so}}}}\nfunctions:\n{functions}",
    )
    project.write("conftest.py", TELL.format(names=HEAVY))
    result = project.pytest("--co", "-q")
    result.stdout.fnmatch_lines(["imported: []", "201 tests collected*"])


TREE = """
import pytest

def pytest_collection_finish(session):
    for item in session.items:
        node = item.parent
        assert isinstance(node, pytest.Class), "editors show no other level between file and test"
        print("in:", node.name, node.obj.__name__, node.reportinfo()[1:], item.name)
"""


@pytest.mark.slow
@pytest.mark.native
def test_a_function_is_a_class_in_the_tree_of_editors(project):
    contract = project.contract("twice", "total")
    project.write("conftest.py", TREE)
    lines = contract.read_text().splitlines()
    result = project.pytest("--co", "-q", "-k", "header")
    result.stdout.fnmatch_lines(
        [f"in: {name} {name} ({lines.index(f'  {name}:')}, '{name}') header" for name in ("twice", "total")]
    )


@pytest.mark.slow
@pytest.mark.native
def test_an_item_is_at_the_line_of_its_function(project):
    contract = project.contract("twice", "total")
    project.write("conftest.py", TELL.format(names=()))
    lines = contract.read_text().splitlines()
    result = project.pytest("--co", "-q")
    result.stdout.fnmatch_lines(
        [
            f"at: subject.contract.yaml::twice::header {lines.index('  twice:')}",
            f"at: subject.contract.yaml::total::header {lines.index('  total:')}",
        ]
    )


@pytest.mark.slow
@pytest.mark.native
def test_other_yaml_is_left_to_others(project):
    project.write("contract.yaml", "abidance: [")
    project.write("x.contract.yml", "abidance: [")
    assert project.pytest("--co").ret == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.slow
@pytest.mark.native
@pytest.mark.parametrize(
    ("words", "collected"),
    first(
        [
            (["-k", "twice"], 6),
            (["-k", "total and not header"], 3),
            (["-k", "release and properties"], 2),
            (["-m", "abidance"], 12),
            (["-m", "not abidance"], 1),
            (["x.contract.yaml::twice"], 6),
            (["x.contract.yaml::twice::properties"], 2),
            (["x.contract.yaml::twice::properties[c-asan]"], 1),
            (["--deselect", "x.contract.yaml::twice", "x.contract.yaml"], 6),
            (["--abidance-build", "asan", "x.contract.yaml"], 6),
        ],
        3,
    ),
)
def test_items_are_selected_as_all_tests_are(project, words, collected):
    libraries = "c: {cmake: ., target: c}"
    project.contract("twice", "total", name="x", libraries=libraries, more="builds: [release, asan]\n")
    project.write("test_python.py", "def test_python(): pass\n")
    result = project.pytest("--co", "-q", *words)
    result.stdout.re_match_lines([rf"{collected}(/\d+)? tests? collected.*"])


def test_the_plugin_can_be_disabled(project):
    project.contract("nearly_twice")
    result = project.pytest("-p", "no:abidance", "--strict-markers")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.no_fnmatch_line("*abidance:*")


def test_a_project_without_contracts_sees_nothing_of_the_plugin(project):
    project.write("test_python.py", "def test_python(): pass\n")
    project.write("conftest.py", TELL.format(names=("abidance.contract", "abidance.run")))
    result = project.pytest()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["imported: []"])
    result.stdout.no_fnmatch_line("abidance:*")


def test_the_marker_is_documented(project):
    project.pytest("--markers").stdout.fnmatch_lines(["@pytest.mark.abidance: a contract test*"])


def test_contracts_are_sound_under_the_strictest_options(project):
    project.contract("twice", "total")
    result = project.pytest("--strict-markers", "--strict-config", "-W", "error", "-p", "no:randomly")
    result.assert_outcomes(passed=6)


def test_a_plan_of_the_setup_runs_nothing(project):
    project.contract("nearly_twice", header=project.write("x.h", "#error read"))
    result = project.pytest("--setup-plan")
    assert result.ret == 0
    assert not (project.path / ".abidance").exists()


def test_paths_may_have_any_characters(project):
    project.contract("twice", "nearly_twice", name="Verträge 契約/größe [1]")
    result = project.pytest("-rA")
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["FAILED Verträge 契約/größe [[]1].contract.yaml::nearly_twice::properties*"])
