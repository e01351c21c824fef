from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.full


def case_in(result):
    return re.search(r"again: `abidance replay (\w+)`", str(result.stdout))[1]


@pytest.mark.slow
@pytest.mark.native
def test_what_failed_under_pytest_is_made_again_by_the_command_line(project):
    project.contract("nearly_twice")
    result = project.pytest()
    code, out, _ = project.abidance("replay", case_in(result))
    assert code == 1
    assert "after `nearly_twice` returned 2" in out
    result.stdout.no_fnmatch_line("abidance: run *")


def test_cases_are_kept_in_the_root_directory_wherever_pytest_is_started(project):
    project.write("pytest.ini", "[pytest]\n")
    project.contract("nearly_twice", name="contracts/subject")
    process = project.start("subject.contract.yaml", cwd=project.path / "contracts")
    out, _ = process.communicate(timeout=60)
    told = re.search(r"^abidance: run `abidance replay` in (.*)$", out, re.MULTILINE)[1]
    assert told == str(project.path)
    case = re.search(r"again: `abidance replay (\w+)`", out)[1]
    assert project.abidance("replay", case, cwd=told)[0] == 1


def test_a_root_directory_that_was_named_keeps_them(project):
    project.contract("nearly_twice")
    elsewhere = project.path / "elsewhere"
    elsewhere.mkdir()
    result = project.pytest("--rootdir", elsewhere, "subject.contract.yaml")
    result.stdout.fnmatch_lines([f"abidance: run `abidance replay` in {elsewhere}"])
    assert project.abidance("replay", case_in(result), cwd=elsewhere)[0] == 1


def test_without_a_configuration_they_are_kept_in_the_working_directory(project):
    """pytest's root directory is then any folder above what it was given."""
    project.contract("nearly_twice", name="contracts/subject")
    here = project.path / "here"
    here.mkdir()
    out, _ = project.start("../contracts", cwd=here).communicate(timeout=60)
    assert f"rootdir: {project.path}\n" in out
    case = re.search(r"again: `abidance replay (\w+)`", out)[1]
    assert project.abidance("replay", case, cwd=here)[0] == 1


@pytest.mark.full
@pytest.mark.native
def test_a_library_of_the_command_line_is_called_again(project):
    project.contract("nearly_twice", libraries="c: {path: not_there.so}")
    result = project.pytest("--abidance-library", f"mine={project.library}")
    code, out, _ = project.abidance("replay", case_in(result))
    assert code == 1
    assert "fails again" in out
