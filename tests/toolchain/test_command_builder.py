"""A `command` library is what a command of the project leaves behind, copied before the next build starts."""

from __future__ import annotations

import ctypes

import pytest

from abidance.toolchain.builders import build_library
from abidance.toolchain.library import BuildSettings, LibrarySource

MAKEFILE = """\
libone.so: one.c .FORCE
	echo built $(ABIDANCE_BUILD) >> log.txt
	$(CC) $(CFLAGS) -shared -fPIC -o $@ one.c $(LDFLAGS)
.FORCE:
"""


@pytest.fixture
def project(write):
    return write({"Makefile": MAKEFILE, "one.c": "int one(int *p) { return *p + 1; }\n"})


@pytest.fixture
def make(project):
    """Return a function that builds with make, in a test run of the given name."""

    def build_one(build="release", run="", words=("make", "-s"), artifact="libone.so"):
        source = LibrarySource("demo", "command", project, command=words, artifact=artifact)
        return build_library(source, build, BuildSettings(run=run))

    return build_one


def test_command_learns_of_the_build_from_its_environment(project, make):
    release, sanitized = make(), make("asan+ubsan")

    assert ctypes.CDLL(str(release.path)).one(ctypes.byref(ctypes.c_int(3))) == 4
    assert release.sanitizers == frozenset()
    assert sanitized.sanitizers == {"asan", "ubsan"}
    assert (project / "log.txt").read_text() == "built release\nbuilt asan+ubsan\n"


def test_one_builds_library_outlives_the_next_build_of_the_same_file(make):
    release, sanitized = make(), make("asan")

    assert release.built == sanitized.built
    assert release.path.read_bytes() != sanitized.path.read_bytes()


def test_command_runs_once_for_all_processes_of_a_test_run(project, make):
    first, second = make(run="a1"), make(run="a1")
    make(run="a2")

    assert first == second
    assert (project / "log.txt").read_text().count("built") == 2


def test_build_in_the_artifacts_name_keeps_builds_apart(project, make):
    words = ("sh", "-c", "mkdir -p out/{build} && cc $CFLAGS -shared -fPIC -o out/{build}/libone.so one.c")

    made = make("asan", words=words, artifact="out/{build}/libone.so")

    assert made.built == project / "out/asan/libone.so"


def test_command_that_ignores_the_flags_is_not_judged_as_sanitized(make, complaint):
    words = ("cc", "-shared", "-fPIC", "-o", "libone.so", "one.c")

    said = complaint(make, "asan+ubsan", words=words)

    assert "came out without AddressSanitizer and UndefinedBehaviorSanitizer" in said
    assert "`{build}` in `artifact` and `command` keeps builds apart" in said


def test_library_left_over_from_another_build_is_told(make, complaint):
    make("asan")

    said = complaint(make, words=("true",))

    assert "the `release` build of `demo` came out with AddressSanitizer" in said
    assert "left over from another build" in said


def test_neighbours_of_a_moved_library_are_still_found(project, make):
    (project / "two.c").write_text("int one(int *p);\nint two(int *p) { return one(p) * 2; }\n")
    link = "cc $CFLAGS -shared -fPIC -o {0} {1} -L. -lone '-Wl,-rpath,$ORIGIN'"
    words = ("sh", "-c", "make -s && " + link.format("libtwo.so", "two.c"))

    made = make(words=words, artifact="libtwo.so")

    assert made.search == (project,)


def test_failing_command_shows_its_words(project, make, complaint):
    (project / "one.c").write_text("int one(void) { return missing; }\n")

    said = complaint(make)

    assert said.startswith("build-failed: the `release` build of `demo` failed")
    assert f"--> {project}/one.c:1:24 " in said
    assert "note: full log: " in said


def test_command_that_says_nothing_is_quoted_by_its_status(make, complaint):
    assert "note: `false` ended with status 1, and no word of why" in complaint(make, words=("false",))


def test_command_that_leaves_nothing_names_what_is_near(project, make, complaint):
    make()

    said = complaint(make, artifact="libones.so", words=("true",))

    assert "succeeded, and left no `libones.so` (build `release`)" in said
    assert said.endswith("help: did you mean `libone.so`?")


def test_command_that_does_not_exist_is_named(make, complaint):
    said = complaint(make, words=("no-such-tool", "x"))

    assert said.startswith("tool-missing: `demo` is built by `no-such-tool`, which was not found")
