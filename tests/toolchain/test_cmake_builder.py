"""A `cmake` library is built out of tree, brought up to date each time, and found by what CMake says."""

from __future__ import annotations

import multiprocessing
import shutil
import subprocess
import sys
import time

import pytest

from abidance.toolchain import cmake_cache
from abidance.toolchain.builders import build_library
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.elf import read_library
from abidance.toolchain.library import BuildSettings, LibrarySource

PROJECT = """\
cmake_minimum_required(VERSION 3.0)
project(demo C)
add_library(one SHARED one.c)
set_target_properties(one PROPERTIES VERSION 1.2.3 SOVERSION 1)
add_library(two SHARED two.c)
target_link_libraries(two one)
add_library(still STATIC one.c)
add_library(parts OBJECT two.c hidden.c)
target_link_libraries(parts PUBLIC one)
add_custom_target(chores)
# One line for each time that the library is linked.
set(LINKS ${CMAKE_SOURCE_DIR}/links.txt)
add_custom_command(TARGET one POST_BUILD COMMAND ${CMAKE_COMMAND} -E echo linked >> ${LINKS})
"""
ONE = "#include <assert.h>\nint one(int *p) { assert(p); return *p + 1; }\n"
HIDDEN = '__attribute__((visibility("hidden"))) int hidden(int *p) { return *p + 5; }\n'
TWO = "int one(int *p);\nint two(int *p) { return one(p) * 2; }\n"


@pytest.fixture
def project(write):
    return write({"CMakeLists.txt": PROJECT, "one.c": ONE, "two.c": TWO, "hidden.c": HIDDEN})


CALL = """\
import ctypes, sys
library, value, function = sys.argv[1:]
print(getattr(ctypes.CDLL(library), function)(ctypes.byref(ctypes.c_int(int(value)))))
"""


def answer(library, value=3, function="one"):
    """Call it in a process of its own: a second libone.so.1 in this one would be the first again."""
    command = [sys.executable, "-c", CALL, str(library), str(value), function]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.slow
def test_release_build_is_loadable_and_has_debug_information(project, build):
    made = build("cmake", project, target="one")

    assert answer(made.path) == 4
    assert made.build == "release"
    assert made.sanitizers == frozenset()
    assert made.preload == ()
    facts = read_library(made.path)
    assert facts.soname == "libone.so.1"
    assert facts.has_dwarf


@pytest.mark.slow
def test_nothing_is_written_into_the_users_project(project, build):
    before = sorted(path.name for path in project.iterdir())

    build("cmake", project, target="two")

    assert sorted(path.name for path in project.iterdir() if path.name != "links.txt") == before


@pytest.mark.slow
def test_sanitizer_build_carries_and_preloads_its_sanitizers(project, build):
    made = build("cmake", project, "asan+ubsan", target="one")

    assert made.sanitizers == {"asan", "ubsan"}
    assert made.preload
    assert "asan" in made.preload[0].name
    assert "__asan_init" in read_library(made.path).undefined


@pytest.mark.slow
def test_targets_of_one_project_and_build_share_a_tree(project, build):
    one, two = (build("cmake", project, target=target) for target in ("one", "two"))

    assert one.built.parent == two.built.parent
    assert answer(two.path, function="two") == 8
    assert (project / "links.txt").read_text().count("linked") == 1


@pytest.mark.slow
def test_changed_source_is_built_anew_and_the_old_library_stays_as_it_was(project, build):
    first = build("cmake", project, target="one")
    old = first.path.read_bytes()
    (project / "one.c").write_text(ONE.replace("+ 1", "+ 10"))

    second = build("cmake", project, target="one")

    assert answer(second.path) == 13
    assert second.path != first.path
    assert first.path.read_bytes() == old


@pytest.mark.slow
def test_unchanged_source_is_not_linked_again(project, build):
    first, second = (build("cmake", project, target="one") for _ in range(2))

    assert first == second
    assert (project / "links.txt").read_text().count("linked") == 1


@pytest.mark.slow
def test_target_that_was_added_later_is_found(project, build):
    build("cmake", project, target="one")
    with (project / "CMakeLists.txt").open("a") as file:
        file.write("add_library(three SHARED one.c)\n")

    assert answer(build("cmake", project, target="three").path) == 4


@pytest.mark.slow
def test_a_static_target_is_linked_as_a_shared_one_until_it_is_one(project, build):
    static = build("cmake", project, target="still")
    (project / "CMakeLists.txt").write_text(PROJECT.replace("still STATIC", "still SHARED"))
    shared = build("cmake", project, target="still")

    assert answer(static.path) == answer(shared.path) == 4
    assert static.path.name == "libstill-shared-by-abidance.so"
    assert shared.path.name == "libstill.so"


@pytest.mark.full
def test_a_shared_target_that_becomes_static_is_still_built(project, build):
    build("cmake", project, target="two")
    (project / "CMakeLists.txt").write_text(PROJECT.replace("two SHARED", "two STATIC"))

    made = build("cmake", project, target="two")

    assert answer(made.path, function="two") == 8


@pytest.mark.slow
def test_objects_are_linked_with_what_they_need_and_hidden_functions_can_be_called(project, build):
    made = build("cmake", project, "asan+ubsan", target="parts")

    assert {"two", "hidden"} <= read_library(made.path).exports
    assert made.sanitizers == {"asan", "ubsan"}
    assert "libone.so.1" in read_library(made.path).needed


@pytest.mark.slow
def test_target_that_was_taken_away_is_said_to_be_missing(project, build, complaint):
    build("cmake", project, target="two")
    (project / "CMakeLists.txt").write_text(PROJECT.replace("(two", "(twin"))

    assert "no target `two`" in complaint(build, "cmake", project, target="two")


def _build_in_process(project, waiting):
    waiting.wait()
    build_library(LibrarySource("demo", "cmake", project, target="one"), "debug", BuildSettings())


@pytest.mark.slow
def test_two_processes_build_once(project):
    context = multiprocessing.get_context("spawn")
    waiting = context.Barrier(2)
    processes = [context.Process(target=_build_in_process, args=(project, waiting)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)

    assert [process.exitcode for process in processes] == [0, 0]
    assert (project / "links.txt").read_text().count("linked") == 1


@pytest.mark.slow
def test_project_that_sets_its_own_flags_is_still_sanitized(project, build):
    text = PROJECT.replace("(demo C)", '(demo C)\nset(CMAKE_C_FLAGS "-O3 -Wall")')
    (project / "CMakeLists.txt").write_text(text)

    assert build("cmake", project, "asan", target="one").sanitizers == {"asan"}


@pytest.mark.slow
def test_library_that_forbids_undefined_names_links_with_sanitizers(project, build):
    with (project / "CMakeLists.txt").open("a") as file:
        file.write("add_library(strict SHARED one.c)\ntarget_link_options(strict PRIVATE LINKER:-z,defs)\n")

    assert build("cmake", project, "asan+ubsan", target="strict").sanitizers == {"asan", "ubsan"}


@pytest.mark.slow
def test_build_that_loses_the_sanitizer_is_not_judged_under_its_name(project, build, complaint):
    with (project / "CMakeLists.txt").open("a") as file:
        file.write("target_compile_options(one PRIVATE -fno-sanitize=all)\n")
        file.write("set_target_properties(one PROPERTIES LINK_OPTIONS -fno-sanitize=all)\n")

    said = complaint(build, "cmake", project, "asan", target="one")

    assert said.startswith("build-failed: the `asan` build of `demo` came out without AddressSanitizer")
    assert "CMAKE_C_FLAGS_RELWITHDEBINFO" in said


@pytest.mark.slow
def test_sanitizer_that_nobody_asked_for_is_told(project, build, complaint):
    with (project / "CMakeLists.txt").open("a") as file:
        file.write("target_compile_options(one PRIVATE -fsanitize=address)\n")
        file.write("target_link_options(one PRIVATE -fsanitize=address)\n")

    said = complaint(build, "cmake", project, target="one")

    assert "the `release` build of `demo` came out with AddressSanitizer" in said


@pytest.mark.slow
def test_options_of_the_source_reach_cmake(project, build):
    (project / "one.c").write_text("int one(int *p) { return *p + STEP; }\n")
    options = {"defines": {"CMAKE_C_FLAGS": "-DSTEP=40"}}

    assert answer(build("cmake", project, target="one", options=options).path) == 43


@pytest.mark.slow
def test_c_and_cpp_in_one_library(project, build):
    (project / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.16)\nproject(mixed C CXX)\n"
        "add_library(mixed SHARED one.c more.cpp)\n"
    )
    (project / "more.cpp").write_text(
        '#include <string>\nextern "C" int more() { return std::string().size(); }\n'
    )

    made = build("cmake", project, "asan+ubsan", target="mixed")

    assert made.sanitizers == {"asan", "ubsan"}


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("clang"), reason="clang is not installed")
def test_clang_builds_both_in_a_tree_of_its_own(project):
    source = LibrarySource("demo", "cmake", project, target="one")
    by_clang = BuildSettings(compiler=find_compiler("clang"))

    made = build_library(source, "asan+ubsan", by_clang)

    assert made.sanitizers == {"asan", "ubsan"}
    assert "clang_rt.asan" in made.preload[0].name
    assert build_library(source, "asan+ubsan").built.parent != made.built.parent


@pytest.mark.slow
def test_failing_build_shows_the_compilers_first_error(project, build, complaint):
    (project / "one.c").write_text("int one(int *p) {\n  return *q;\n}\n")

    said = complaint(build, "cmake", project, target="one").splitlines()

    assert said[0] == "build-failed: the `release` build of `one` of `demo` failed"
    assert said[1].startswith("--> demo.contract.yaml:9:12")
    assert said[2].startswith(f"--> {project}/one.c:2:1")
    assert "undeclared" in said[2]
    assert any("return *q;" in line for line in said)
    assert not any("FAILED" in line or " -o " in line for line in said)
    assert said[-1].startswith("note: full log: ")
    assert len(said) < 25


@pytest.mark.slow
def test_build_that_failed_succeeds_once_it_is_mended(project, build, complaint):
    (project / "one.c").write_text("nonsense\n")
    complaint(build, "cmake", project, target="one")
    (project / "one.c").write_text(ONE)

    assert answer(build("cmake", project, target="one").path) == 4


def test_error_in_the_cmake_file_is_shown_at_its_line(project, build, complaint):
    with (project / "CMakeLists.txt").open("a") as file:
        file.write("find_package(NoSuchThing REQUIRED)\n")

    said = complaint(build, "cmake", project, target="one")

    assert f"--> {project}/CMakeLists.txt:14:1" in said
    assert "NoSuchThing" in said


@pytest.mark.slow
def test_undefined_symbol_is_shown_in_the_linkers_words(project, build, complaint):
    (project / "one.c").write_text("int missing(void);\nint one(int *p) { return missing(); }\n")
    with (project / "CMakeLists.txt").open("a") as file:
        file.write("target_link_options(one PRIVATE LINKER:-z,defs)\n")

    assert "undefined reference to `missing'" in complaint(build, "cmake", project, target="one")


@pytest.mark.slow
def test_unknown_target_names_the_nearest(project, build, complaint):
    said = complaint(build, "cmake", project, target="on")

    assert f"library-missing: the CMake project `{project.name}` has no target `on`" in said
    assert said.endswith("help: did you mean `one`?")


def test_target_that_is_no_library_is_refused(project, build, complaint):
    said = complaint(build, "cmake", project, target="chores")

    assert "not-a-library: the CMake target `chores` is a custom target, not a library" in said


PRESETS = """\
{"version": 3, "configurePresets": [{"name": "other", "generator": "Unix Makefiles", "binaryDir": "there",
 "cacheVariables": {"CMAKE_C_COMPILER": "%s", "STEP": "40"}}]}
"""


@pytest.fixture
def stepping(project):
    """Make the project one whose answer is a cache variable's."""
    with (project / "CMakeLists.txt").open("a") as file:
        file.write("set(STEP 1 CACHE STRING step)\ntarget_compile_definitions(one PRIVATE STEP=${STEP})\n")
    (project / "one.c").write_text("int one(int *p) { return *p + STEP; }\n")
    return project


@pytest.mark.slow
def test_a_preset_is_followed_in_a_tree_of_our_own(stepping, build):
    (stepping / "CMakePresets.json").write_text(PRESETS % shutil.which(find_compiler().command[0]))

    assert answer(build("cmake", stepping, target="one", options={"preset": "other"}).path) == 43
    assert not (stepping / "there").exists()


@pytest.mark.full
def test_a_presets_compiler_gets_its_own_flags_and_defines_come_before_it(stepping, build, compiler_of):
    (stepping / "CMakePresets.json").write_text(PRESETS % shutil.which(compiler_of("clang").command[0]))

    more = {"preset": "other", "defines": {"STEP": "2"}}
    assert answer(build("cmake", stepping, target="one", options=more).path) == 5
    assert "clang_rt" in build("cmake", stepping, "asan", target="one", options=more).preload[0].name


@pytest.mark.full
def test_an_edited_file_that_presets_include_is_configured_anew(stepping, build):
    text = PRESETS.replace('"version": 3', '"version": 4') % shutil.which(find_compiler().command[0])
    (stepping / "more.json").write_text(text)
    (stepping / "CMakePresets.json").write_text('{"version": 4, "include": ["more.json"]}')
    before = answer(build("cmake", stepping, target="one", options={"preset": "other"}).path)
    (stepping / "more.json").write_text(text.replace('"40"', '"50"'))

    assert (before, answer(build("cmake", stepping, target="one", options={"preset": "other"}).path)) == (
        43,
        53,
    )


def test_a_preset_that_does_not_exist_is_told_in_cmakes_words(project, build, complaint):
    said = complaint(build, "cmake", project, target="one", options={"preset": "missing"})

    assert "preset" in said.lower()


@pytest.mark.full
def test_a_toolchain_file_is_followed(stepping, build):
    file = stepping / "chain.cmake"
    file.write_text("set(STEP 7 CACHE STRING chosen)\n")

    assert answer(build("cmake", stepping, target="one", options={"toolchain": file}).path) == 10


@pytest.mark.full
def test_a_build_tree_lends_its_cache_variables_to_its_own_project_only(
    stepping, build, monkeypatch, tmp_path_factory
):
    tree = tmp_path_factory.mktemp("tree")
    (tree / "CMakeCache.txt").write_text(
        f"# made by hand\nCMAKE_HOME_DIRECTORY:INTERNAL={stepping}\nSTEP:STRING=9\nCMAKE_BUILD_TYPE:STRING=Debug\n"
        f"//what it is\nZLIB_DIR:PATH={tree}/zlib\nFOUND:FILEPATH=FOUND-NOTFOUND\n"
    )
    monkeypatch.setenv("ABIDANCE_CMAKE_TREE", str(tree))

    assert answer(build("cmake", stepping, target="one").path) == 12
    assert cmake_cache.chosen(tree, stepping) == {"STEP:STRING": "9"}
    assert cmake_cache.chosen(tree, tree) == {}


def test_directory_without_a_project_is_refused(tmp_path, build, complaint):
    assert "has no CMakeLists.txt" in complaint(build, "cmake", tmp_path, target="one")


@pytest.mark.slow
def test_build_that_takes_too_long_is_stopped(project, complaint):
    (project / "CMakeLists.txt").write_text(PROJECT + "execute_process(COMMAND sleep 60)\n")
    source = LibrarySource("demo", "cmake", project, target="one")
    started = time.monotonic()

    said = complaint(build_library, source, "release", BuildSettings(seconds=1))

    assert "the `release` build of `one` of `demo` took longer than 1 s and was stopped" in said
    assert time.monotonic() - started < 10
