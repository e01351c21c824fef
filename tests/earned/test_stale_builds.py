"""An edit is built whatever its time says: content decides, for sources as it does for headers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from abidance.cli.main import main
from abidance.core.errors import CannotJudgeError
from abidance.toolchain.builders import build_library
from abidance.toolchain.builders.cmake import ninja_program
from abidance.toolchain.library import BuildSettings, LibrarySource
from tiers import full

pytestmark = pytest.mark.full

ASK = "import ctypes, sys; print(getattr(ctypes.CDLL(sys.argv[1]), sys.argv[2])())"
CMAKE = """\
cmake_minimum_required(VERSION 3.10)
project(demo C)
set(VALUE 1)
if(DEFINED ENV{DEMO_VALUE})
  set(VALUE $ENV{DEMO_VALUE})
endif()
configure_file(configured.h.in configured.h)
add_custom_command(OUTPUT made.c COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_SOURCE_DIR}/made.txt made.c DEPENDS made.txt)
file(GLOB MORE more/*.c)
add_library(one SHARED one.c made.c ${MORE})
target_include_directories(one PRIVATE ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/near ${CMAKE_SOURCE_DIR}/far)
"""
CMAKE_FILES = {
    "CMakeLists.txt": CMAKE,
    "configured.h.in": "#define CONFIGURED @VALUE@\n",
    "made.txt": "int made(void) { return 1; }\n",
    "one.c": (
        '#include "own.h"\n#include "configured.h"\n#include "found.h"\n'
        "int made(void);\n__attribute__((weak)) int more(void) { return 1; }\n"
        "int one(void) { return OWN + CONFIGURED + FOUND + made() + more(); }\n"
    ),
    "own.h": "#define OWN 1\n",
    "near/placeholder.h": "",
    "far/found.h": "#define FOUND 1\n",
    "more/nothing.c": "int nothing;\n",
}
CRATE_FILES = {
    "Cargo.toml": (
        '[package]\nname = "demo"\nversion = "1.0.0"\nedition = "2021"\nbuild = "build.rs"\n'
        '[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nbeside = {path = "beside"}\n'
    ),
    "build.rs": (
        'fn main() { println!("cargo:rerun-if-changed=build.rs"); '
        'let n = std::fs::read_to_string("value.in").unwrap(); println!("cargo:rustc-env=BUILT={}", n.trim()); }\n'
    ),
    "value.in": "1\n",
    "src/lib.rs": (
        'mod inner;\n#[no_mangle]\npub extern "C" fn one() -> i32 {\n'
        '    inner::VALUE + beside::VALUE + env!("BUILT").parse::<i32>().unwrap()\n'
        '        + include_str!("text.txt").trim().parse::<i32>().unwrap()\n}\n'
    ),
    "src/inner.rs": "pub const VALUE: i32 = 1;\n",
    "src/text.txt": "1\n",
    "beside/Cargo.toml": '[package]\nname = "beside"\nversion = "1.0.0"\nedition = "2021"\n[lib]\n',
    "beside/src/lib.rs": "pub const VALUE: i32 = 1;\n",
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a function that writes files, and builds what they are with a cache of the test's own."""
    monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("DEMO_VALUE", raising=False)
    return Project(tmp_path / "project")


class Project:
    """A user's project."""

    def __init__(self, root):
        self.root = root

    def write(self, files):
        for name, text in files.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)

    def edit(self, name, old, new):
        """Change a file as `rsync -t` does: another content under the time that the file had before."""
        path = self.root / name
        before = path.stat()
        path.write_text(path.read_text().replace(old, new))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns - 10**9))

    def build(self, kind, build="release", **fields):
        source = LibrarySource("demo", kind, self.root, **fields)
        return build_library(source, build, BuildSettings(run=""))

    def one(self, kind, **fields):
        """Return what the function `one` of the library answers once it is up to date."""
        made = self.build(kind, **fields)
        command = [sys.executable, "-c", ASK, str(made.path), "one"]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.fixture(params=["ninja", full("make")])
def generator(request, monkeypatch):
    """Build with ninja, and with what CMake takes where there is none."""
    if request.param == "make":
        if not shutil.which("make"):
            pytest.skip("make is not installed")
        monkeypatch.setattr("abidance.toolchain.builders.cmake.ninja_program", lambda: None)
    elif ninja_program() is None:
        pytest.skip("ninja is not installed")
    return request.param


@pytest.mark.slow
@pytest.mark.native
@pytest.mark.usefixtures("generator")
def test_every_input_of_a_cmake_target_is_built_again_under_an_older_time(project, monkeypatch):
    project.write(CMAKE_FILES)
    assert project.one("cmake", target="one") == 5

    project.edit("one.c", "return OWN", "return 10 + OWN")
    assert project.one("cmake", target="one") == 15, "a source"
    project.edit("own.h", "1", "2")
    assert project.one("cmake", target="one") == 16, "a header"
    project.edit("made.txt", "1", "2")
    assert project.one("cmake", target="one") == 17, "what a source is generated from"
    project.edit("configured.h.in", "@VALUE@", "(1 + @VALUE@)")
    assert project.one("cmake", target="one") == 18, "a template"
    project.edit("CMakeLists.txt", "set(VALUE 1)", "set(VALUE 2)")
    assert project.one("cmake", target="one") == 19, "CMakeLists.txt"
    project.write({"near/found.h": "#define FOUND 2\n"})
    assert project.one("cmake", target="one") == 20, "a header that is found before another"
    project.write({"more/more.c": "int more(void) { return 2; }\n"})
    assert project.one("cmake", target="one") == 21, "a source that a glob finds"
    monkeypatch.setenv("DEMO_VALUE", "3")
    assert project.one("cmake", target="one") == 22, "a variable that CMakeLists.txt reads"


def test_what_a_link_leads_to_is_an_input(project, tmp_path):
    project.write(CMAKE_FILES)
    elsewhere = tmp_path / "elsewhere.h"
    (project.root / "own.h").rename(elsewhere)
    (project.root / "own.h").symlink_to(elsewhere)
    assert project.one("cmake", target="one") == 5

    other = tmp_path / "other.h"
    other.write_text("#define OWN 7\n")
    os.utime(other, (1, 1))
    (project.root / "own.h").unlink()
    (project.root / "own.h").symlink_to(other)

    assert project.one("cmake", target="one") == 11


def test_a_target_is_not_taken_for_fresh_because_another_one_of_the_tree_was_built(project):
    project.write(CMAKE_FILES)
    with (project.root / "CMakeLists.txt").open("a") as file:
        file.write("add_library(two SHARED two.c)\ntarget_link_libraries(two one)\n")
    project.write({"two.c": "int one(void); int two(void) { return one(); }\n"})
    assert project.one("cmake", target="one") == 5

    project.edit("one.c", "return OWN", "return 10 + OWN")
    project.build("cmake", target="two")

    assert project.one("cmake", target="one") == 15


def test_a_build_that_failed_or_was_cut_short_leaves_nothing_that_is_taken_for_fresh(project):
    project.write({**CMAKE_FILES, "more/more.c": "int more(void) { return 1; }\n"})
    assert project.one("cmake", target="one") == 5
    first = (project.root / "one.c").stat()
    text = (project.root / "one.c").read_text()

    time.sleep(0.02)
    project.write(
        {"one.c": text.replace("return OWN", "return 10 + OWN"), "more/more.c": "int more(void) {\n"}
    )
    with pytest.raises(CannotJudgeError):
        project.build("cmake", target="one")
    # Back to what was there, with its time; the object file may be of the edit.
    project.write({"one.c": text, "more/more.c": "int more(void) { return 1; }\n"})
    os.utime(project.root / "one.c", ns=(first.st_atime_ns, first.st_mtime_ns))

    assert project.one("cmake", target="one") == 5


def test_what_a_command_of_the_project_compiles_without_naming_it_is_an_input(project):
    project.write(
        {
            "CMakeLists.txt": (
                "cmake_minimum_required(VERSION 3.10)\nproject(demo C)\n"
                "add_custom_command(OUTPUT hidden.o COMMAND ${CMAKE_C_COMPILER} -g -fPIC -c "
                "${CMAKE_SOURCE_DIR}/deep/hidden.c -o hidden.o)\nadd_library(one SHARED one.c hidden.o)\n"
            ),
            "one.c": "int hidden(void); int one(void) { return hidden(); }\n",
            "deep/hidden.c": "int hidden(void) { return 1; }\n",
        }
    )
    assert project.one("cmake", target="one") == 1

    project.write({"deep/hidden.c": "int hidden(void) { return 2; }\n"})

    assert project.one("cmake", target="one") == 2


@pytest.mark.native
def test_a_prebuilt_library_that_was_replaced_under_its_time_and_size_is_another(project, tmp_path):
    project.write({"one.c": "int one(void) { return 1; }\n"})
    library = project.root / "libone.so"

    def compile_it():
        subprocess.run(["cc", "-shared", "-fPIC", "-g", "-o", library, "one.c"], cwd=project.root, check=True)

    compile_it()
    first, before = digest_of(tmp_path, library), library.stat()
    project.write({"one.c": "int two(void) { return 2; }\n"})
    compile_it()
    os.utime(library, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert library.stat().st_size == before.st_size
    assert digest_of(tmp_path, library) != first


def digest_of(folder, library):
    """Return what the gate says of a library, twice, since facts are kept from the second time on."""
    for _ in range(2):
        assert main(["abi", "snapshot", str(library), "--output", str(folder / "one.abi.json")]) == 0
    return (folder / "one.abi.json").read_text()


@pytest.mark.slow
@pytest.mark.native
def test_what_did_not_change_is_not_built_again(project):
    project.write(CMAKE_FILES)
    links = project.root / "links.txt"
    with (project.root / "CMakeLists.txt").open("a") as file:
        file.write(
            "add_custom_command(TARGET one POST_BUILD COMMAND ${CMAKE_COMMAND} -E echo linked >> "
            "${CMAKE_SOURCE_DIR}/links.txt)\n"
        )
    project.one("cmake", target="one")

    os.utime(project.root / "one.c", (1, 1))
    os.utime(project.root / "own.h", (1, 1))
    project.write({"notes.md": "nothing that is compiled\n", "more/.#more.c": "what an editor leaves\n"})
    project.one("cmake", target="one")
    project.one("cmake", target="one")

    assert links.read_text() == "linked\n"


@pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is not installed")
def test_every_input_of_a_crate_is_built_again_under_an_older_time(project):
    project.write(CRATE_FILES)
    assert project.one("cargo") == 4

    project.edit("src/lib.rs", "inner::VALUE", "10 + inner::VALUE")
    assert project.one("cargo") == 14, "a source"
    project.edit("src/inner.rs", "1", "2")
    assert project.one("cargo") == 15, "a module"
    project.edit("src/text.txt", "1", "2")
    assert project.one("cargo") == 16, "a text that is included"
    project.edit("beside/src/lib.rs", "1", "2")
    assert project.one("cargo") == 17, "a crate beside it"
    project.edit("value.in", "1", "2")
    assert project.one("cargo") == 18, "what a build script reads"
    project.edit("build.rs", "n.trim()", '"7"')
    assert project.one("cargo") == 23, "a build script"


@pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is not installed")
def test_what_a_build_script_reads_and_does_not_name_is_built_again(project):
    project.write(CRATE_FILES)
    assert project.one("cargo") == 4

    project.write({"value.in": "2\n"})

    assert project.one("cargo") == 5


def test_a_compiler_wrapper_that_is_edited_is_another_compiler(project, tmp_path, monkeypatch):
    wrapper = tmp_path / "mycc"
    wrapper.write_text('#!/bin/sh\nexec cc -DEXTRA=1 "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("CC", str(wrapper))
    project.write(
        {
            "CMakeLists.txt": "cmake_minimum_required(VERSION 3.10)\nproject(demo C)\nadd_library(one SHARED one.c)\n",
            "one.c": "int one(void) { return EXTRA; }\n",
        }
    )
    assert project.one("cmake", target="one") == 1

    before = wrapper.stat()
    wrapper.write_text('#!/bin/sh\nexec cc -DEXTRA=2 "$@"\n')
    os.utime(wrapper, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert project.one("cmake", target="one") == 2


MAKEFILE = """\
libone.so: one.o two.o
\tcc -shared -o $@ one.o two.o
%.o: %.c
\tcc -fPIC -g -c -o $@ $<
"""
BY_TIMES = """\
import os, subprocess
for name in ("one", "two"):
    if not os.path.exists(name + ".o") or os.path.getmtime(name + ".c") > os.path.getmtime(name + ".o"):
        subprocess.run(["cc", "-fPIC", "-g", "-c", "-o", name + ".o", name + ".c"], check=True)
        subprocess.run(["cc", "-shared", "-o", "libone.so", "one.o", "two.o"] if os.path.exists("two.o") else ["true"])
"""
MADE_FILES = {
    "Makefile": MAKEFILE,
    "build.py": BY_TIMES,
    "value.h": "#define VALUE 1\n",
    "one.c": '#include "value.h"\nint two(void);\nint one(void) { return two() + VALUE; }\n',
    "two.c": "int two(void) { return 1; }\n",
}


def test_make_is_told_to_build_what_its_times_hide(project):
    project.write(MADE_FILES)
    fields = {"command": ("make",), "artifact": Path("libone.so")}
    assert project.one("command", **fields) == 2

    project.edit("one.c", "return two", "return 10 + two")
    assert project.one("command", **fields) == 12, "an older time"
    project.write({"value.h": "#define VALUE 2\n"})
    assert project.one("command", **fields) == 13, "a header that the Makefile does not name"


def test_what_a_compiler_read_is_known_in_spite_of_a_space_in_the_path_of_the_cache(
    project, tmp_path, monkeypatch
):
    monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(tmp_path / "the cache"))
    project.write(MADE_FILES)
    fields = {"command": ("make",), "artifact": Path("libone.so")}
    assert project.one("command", **fields) == 2

    project.edit("value.h", "1", "2")

    assert project.one("command", **fields) == 3


@pytest.mark.slow
@pytest.mark.native
def test_a_command_that_goes_by_times_and_was_misled_is_not_judged(project):
    project.write(MADE_FILES)
    fields = {"command": (sys.executable, "build.py"), "artifact": Path("libone.so")}
    assert project.one("command", **fields) == 2

    project.edit("one.c", "return two", "return 10 + two")
    with pytest.raises(CannotJudgeError, match=r"although `one.c` was edited"):
        project.build("command", **fields)
    # That another file is newer, and the library written, does not bring the edit into it.
    (project.root / "two.c").touch()
    with pytest.raises(CannotJudgeError, match=r"although `one.c` was edited"):
        project.build("command", **fields)
    (project.root / "one.c").touch()

    assert project.one("command", **fields) == 12


def test_a_command_that_compiles_everything_is_judged_whatever_the_times(project):
    project.write(MADE_FILES)
    compile_all = ("cc", "-shared", "-fPIC", "-g", "-o", "libone.so", "one.c", "two.c")
    fields = {"command": compile_all, "artifact": Path("libone.so")}
    assert project.one("command", **fields) == 2

    project.edit("one.c", "return two", "return 10 + two")

    assert project.one("command", **fields) == 12
