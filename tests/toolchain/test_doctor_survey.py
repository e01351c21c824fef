"""The survey says what is here, and what each absence switches off."""

from __future__ import annotations

import dataclasses
import time

import pytest

from abidance.toolchain import doctor
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.doctor import Survey, survey
from abidance.toolchain.runtimes import PreloadProbe


@pytest.fixture(scope="module")
def found():
    return survey()


def absences(facts: Survey) -> dict[str, str]:
    return {absence.what: absence.switches_off for absence in doctor._absences(facts)}


@pytest.mark.slow
def test_this_machine_is_surveyed_quickly():
    started = time.monotonic()

    survey()

    assert time.monotonic() - started < 20


@pytest.mark.slow
def test_compiler_in_use_is_among_the_facts(found):
    assert found.compiler == find_compiler()
    assert {tool.name for tool in found.compilers} <= {"gcc", "clang"}
    assert all(tool.version[0].isdigit() for tool in found.compilers)


@pytest.mark.slow
def test_cmake_and_ninja_come_with_abidance(found):
    assert found.tool("cmake").version
    assert found.tool("ninja").version
    assert found.tool("nonsense") is None


@pytest.mark.slow
def test_sanitizers_are_those_whose_runtime_starts(found):
    assert set(found.sanitizers) == {"asan", "ubsan", "tsan", "msan"}
    for names in found.sanitizers.values():
        assert set(names) <= {"gcc", "clang", "rust"}
    assert "rust" not in found.sanitizers["ubsan"], "there is no UBSan for Rust"


def test_broken_runtime_is_not_counted(monkeypatch):
    monkeypatch.setattr(doctor, "try_preload", lambda _: PreloadProbe(works=False))

    assert doctor._who_has("asan", doctor.other_compilers()) == ()


@pytest.mark.slow
def test_lines_are_found_without_any_tool(found):
    assert found.symbolizers[-1] == "abidance"


def test_bare_machine_is_told_what_is_switched_off(found):
    bare = dataclasses.replace(
        found,
        compiler=None,
        tools=(),
        sanitizers=dict.fromkeys(found.sanitizers, ()),
        symbolizers=("abidance",),
        measures=False,
    )

    said = absences(bare)

    assert said["C compiler"].startswith("everything")
    assert said["cargo"] == "`cargo` libraries"
    assert said["cmake"] == "`cmake` libraries"
    assert said["tsan"] == "builds with tsan"
    assert said["x86-64"] == "budgets of time and instructions (`cost`)"
    assert {"asan", "ubsan", "msan", "symbolizer"} <= set(said)
    assert all(absence.remedy for absence in doctor._absences(bare))


def test_machine_that_measures_misses_nothing(found):
    assert "x86-64" not in absences(dataclasses.replace(found, measures=True))
