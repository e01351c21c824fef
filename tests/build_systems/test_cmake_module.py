"""`abidance_add_contracts`: contracts as CTest tests. What its how-to says is followed in tests/docs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import abidance

HERE = Path(abidance.__file__).parent / "build_systems" / "cmake"
PROJECT = """\
cmake_minimum_required(VERSION 3.20)
project(pack C)
set(LIMIT 255 CACHE STRING "the limit")
file(WRITE ${CMAKE_BINARY_DIR}/generated/pack_config.h "")
add_library(pack KIND src/pack.c)
target_include_directories(pack PUBLIC include ${CMAKE_BINARY_DIR}/generated)
target_compile_definitions(pack PRIVATE LIMIT=${LIMIT})
enable_testing()
PACKAGE
abidance_add_contracts(ARGUMENTS_HERE)
"""
FIND = "find_package(abidance 0.1 REQUIRED)"
FIND_OWN = (
    FIND
    + """
file(READ contracts/pack.contract.yaml text)
string(REPLACE "functions:" "libraries: {c: {cmake: .., target: pack}}
functions:" text "${text}")
file(WRITE ${CMAKE_SOURCE_DIR}/contracts/own.contract.yaml "${text}")
"""
)
FETCH = f"""
include(FetchContent)
FetchContent_Declare(abidance SOURCE_DIR {HERE.parents[3]} SOURCE_SUBDIR harness/abidance/build_systems/cmake)
FetchContent_MakeAvailable(abidance)
"""


@pytest.fixture
def configured(project):
    """Return a function that writes and configures the project."""

    def configure(
        arguments="pack CONTRACTS contracts/pack.contract.yaml", *words, kind="STATIC", package=FIND
    ):
        text = PROJECT.replace("KIND", kind).replace("PACKAGE", package).replace("ARGUMENTS_HERE", arguments)
        project.write("CMakeLists.txt", text)
        project.cmake(
            "-B", "build", f"-DCMAKE_PREFIX_PATH={HERE}", f"-DABIDANCE_EXECUTABLE={project.abidance}", *words
        )
        project.cmake("--build", "build")
        return project

    return configure


def passed(said):
    return re.findall(r"Test +#\d+: (\S+) .*Passed", said)


@pytest.mark.unit
def test_the_package_has_the_version_of_abidance():
    assert (
        f'set(PACKAGE_VERSION "{abidance.__version__}")'
        in (HERE / "abidance-config-version.cmake").read_text()
    )


@pytest.mark.full
@pytest.mark.parametrize(("kind", "package"), [("STATIC", FIND), ("SHARED", FETCH), ("OBJECT", FIND)])
def test_a_target_is_held_to_its_contract_whatever_kind_of_library_it_is(configured, kind, package):
    project = configured(kind=kind, package=package)
    if kind == "SHARED":  # there the function is hidden from everybody
        source = project.folder / "src" / "pack.c"
        source.write_text(source.read_text().replace('__attribute__((visibility("hidden")))', ""))
        project.cmake("--build", "build")
    said = project.ctest("-L", "abidance")
    assert passed(said) == ["pack.packing", "pack.pack_checksum", "pack.pack_limit"]


@pytest.mark.full
def test_a_defect_fails_the_test_of_its_function_with_the_finding(configured):
    project = configured("TARGET pack LABELS mine TEST_PREFIX c. CONTRACTS contracts", "-DLIMIT=7")
    said = project.ctest("-L", "mine", "--output-on-failure", status=8)
    assert passed(said) == ["c.pack.packing", "c.pack.pack_checksum"]
    assert "error[ABD321] postcondition-broken: after `pack_limit` returned 7" in said
    assert list(project.folder.glob(".abidance/cases/*.json"))


@pytest.mark.full
def test_functions_are_those_that_the_contract_has_when_ctest_runs(configured):
    project = configured()
    contract = project.folder / "contracts" / "pack.contract.yaml"
    text = contract.read_text()
    contract.write_text(text.replace("  pack_limit:\n    ensures: [result == 255]\n", ""))
    assert "pack_limit" not in project.ctest("-N")
    contract.write_text(text.replace("ensures:", "ensure:"))
    assert "did you mean `ensures`?" in project.ctest("--output-on-failure", status=8)


@pytest.mark.full
@pytest.mark.parametrize("generator", ["Ninja Multi-Config", "Unix Makefiles"])
def test_builds_of_our_own_have_the_cache_variables_of_the_tree(configured, generator):
    project = configured(
        "pack BUILDS release CONTRACTS contracts/own.contract.yaml",
        "-G",
        generator,
        "-DLIMIT=9",
        package=FIND_OWN,
    )
    said = project.ctest("-C", "Debug", "-R", "limit", "--output-on-failure", status=8)
    assert "returned 9" in said


@pytest.mark.full
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("pack", "name contracts after CONTRACTS"),
        ("nothing CONTRACTS contracts/pack.contract.yaml", "there is no target nothing"),
        ("pack CONTRACTS contracts/missing.contract.yaml", "/missing.contract.yaml"),
    ],
)
def test_a_mistake_is_an_error_of_the_configuration(project, arguments, message):
    text = PROJECT.replace("KIND", "SHARED").replace("PACKAGE", FIND).replace("ARGUMENTS_HERE", arguments)
    project.write("CMakeLists.txt", text)
    words = (f"-DCMAKE_PREFIX_PATH={HERE}", f"-DABIDANCE_EXECUTABLE={project.abidance}")
    assert message in project.cmake("-B", "build", *words, status=1)
