"""For an engine, a library is built so that its code tells what it reaches; nothing of its other builds changes."""

from __future__ import annotations

import ctypes
import shutil

import pytest

from abidance.toolchain.builders import build_library
from abidance.toolchain.builds import parse_build
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.coverage_links import is_covered
from abidance.toolchain.elf import read_library
from abidance.toolchain.library import BuildSettings, LibrarySource

ONE = "#include <string.h>\nint one(const char *p) { return memcmp(p, \"ABCD\", 4) ? *p == 'x' : 7; }\n"
CMAKE = """\
cmake_minimum_required(VERSION 3.5)
project(demo C)
add_executable(table table.c)
add_custom_command(OUTPUT made.h COMMAND table > made.h DEPENDS table)
add_library(one SHARED one.c made.h)
target_include_directories(one PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
target_link_options(one PRIVATE -Wl,-z,defs)
"""
TABLE = '#include <stdio.h>\nint main(int n, char **v) { if (n < 9) puts("/* made */"); return 0; }\n'
MAKEFILE = "libone.so: .FORCE\n\t$(CC) $(CFLAGS) -shared -fPIC -o $@ one.c $(LDFLAGS)\n.FORCE:\n"
OWN_FLAGS = "libone.so: .FORCE\n\t$(CC) -g -shared -fPIC -o $@ one.c\n.FORCE:\n"
MANIFEST = '[package]\nname = "one"\nversion = "0.1.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n'
RUST = (
    "#[no_mangle]\npub unsafe extern \"C\" fn one(p: *const u8) -> i32 { if *p == b'x' { 1 } else { 0 } }\n"
)


def make(kind, where, build="release", compiler=None, coverage="edges", **fields):
    source = LibrarySource("demo", kind, where, **fields)
    return build_library(source, build, BuildSettings(run="", compiler=compiler, coverage=coverage))


def undefined(made):
    facts = read_library(made.path)
    return facts.undefined | facts.optional


@pytest.mark.unit
def test_no_contract_asks_for_coverage_and_every_cache_tells_it_apart():
    build = parse_build("ubsan+asan")

    assert build.covered("edges").key == "asan+ubsan+edges"
    assert build.covered("").key == build.key == "asan+ubsan"
    assert "-fsanitize-coverage=trace-pc,trace-cmp" in build.covered("edges").compile_flags("gcc")
    assert not any("coverage" in flag for flag in build.compile_flags("gcc"))
    assert build.covered("guards").compile_flags("gcc") == build.compile_flags("gcc")


def test_command_builds_with_coverage_through_its_flags(write):
    project = write({"Makefile": MAKEFILE, "one.c": ONE})
    words = {"command": ("make", "-s"), "artifact": "libone.so"}
    covered = make("command", project, **words)
    plain = make("command", project, coverage="", **words)

    assert is_covered(covered.path)
    assert not is_covered(plain.path)
    # It is loaded where there is no engine too, and its comparisons stay calls that an engine sees.
    assert ctypes.CDLL(str(covered.path)).one(b"ABCD") == 7
    assert "memcmp" in undefined(covered)
    assert covered.sanitizers == frozenset()


def test_command_with_flags_of_its_own_has_no_coverage_and_is_told_from_one_that_has(write):
    project = write({"Makefile": OWN_FLAGS, "one.c": ONE})

    made = make("command", project, command=("make", "-s"), artifact="libone.so")

    assert not is_covered(made.path)


@pytest.mark.slow
def test_cmake_builds_with_coverage_though_it_runs_what_it_has_built_and_wants_all_symbols(write):
    project = write({"CMakeLists.txt": CMAKE, "one.c": ONE, "table.c": TABLE})

    made = make("cmake", project, "asan+ubsan", target="one")

    assert is_covered(made.path)
    assert made.sanitizers == {"asan", "ubsan"}
    assert {"__sanitizer_cov_trace_pc"} <= undefined(made) or "clang" in find_compiler().version


@pytest.mark.skipif(not shutil.which("cargo"), reason="cargo is not installed")
@pytest.mark.parametrize("build", ["asan", pytest.param("release", marks=pytest.mark.full)])
def test_cargo_builds_with_coverage_by_the_stable_compiler(write, build):
    crate = write({"Cargo.toml": MANIFEST, "src/lib.rs": RUST})

    made = make("cargo", crate, build)

    assert {"__sanitizer_cov_8bit_counters_init"} <= undefined(made)
    assert any(name.startswith("__sanitizer_cov_trace_const_cmp") for name in undefined(made))
    assert made.sanitizers == frozenset(build.split("+")) - {"release"}


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("clang"), reason="clang is not installed")
def test_clang_counts_edges_for_engines_and_guards_them_for_others(write):
    project = write({"Makefile": MAKEFILE, "one.c": ONE})
    words = {"command": ("make", "-s"), "artifact": "libone.so", "compiler": find_compiler("clang")}

    edges, guards = (make("command", project, coverage=kind, **words) for kind in ("edges", "guards"))

    assert "__sanitizer_cov_8bit_counters_init" in undefined(edges)
    assert "__sanitizer_cov_trace_pc_guard" in undefined(guards)
