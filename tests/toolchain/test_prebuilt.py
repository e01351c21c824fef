"""A prebuilt library is taken as it is; what it was built with is read from the file."""

from __future__ import annotations

import pytest

from abidance.core.errors import UsageError
from abidance.toolchain.builders import BUILDERS, builds_of
from abidance.toolchain.library import LibrarySource
from abidance.toolchain.sanitizers import REPORT_STATUS

DIVIDE = "int divide(int a, int b) { return a / b; }\n"
PAST = """\
#include <stdlib.h>
int past(int i) { volatile char *p = malloc(4); int c = p[i]; free((void *)p); return c; }
"""


def test_plain_library_needs_nothing(shared, build, call):
    made = build("path", shared(DIVIDE), "prebuilt")

    assert (made.build, made.sanitizers, made.preload) == ("prebuilt", frozenset(), ())
    assert call(made, "divide", 6, 3).stdout == "2\n"


def test_address_sanitizer_is_seen_preloaded_and_reports(shared, build, call):
    made = build("path", shared(PAST, "-fsanitize=address"), "prebuilt")

    seen = call(made, "past", 5)

    assert made.sanitizers == {"asan"}
    assert seen.returncode == REPORT_STATUS
    assert "heap-buffer-overflow" in seen.stderr
    assert f"{made.path}+0x" in seen.stderr, "unsymbolized"


@pytest.mark.parametrize("family", ["gcc", "clang"])
def test_undefined_behaviour_sanitizer_reports_for_both_compilers(shared, build, call, family, compiler_of):
    flags = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    made = build("path", shared(DIVIDE, *flags, compiler=compiler_of(family)), "prebuilt")

    seen = call(made, "divide", 6, 0)

    assert made.sanitizers == {"asan", "ubsan"}
    assert seen.returncode == REPORT_STATUS
    assert "division by zero" in seen.stderr


@pytest.mark.parametrize("family", ["gcc", "clang"])
def test_thread_sanitizer_is_preloaded_for_both_compilers(shared, build, call, family, compiler_of):
    made = build("path", shared(DIVIDE, "-fsanitize=thread", compiler=compiler_of(family)), "prebuilt")

    assert made.sanitizers == {"tsan"}
    assert call(made, "divide", 6, 3).stdout == "2\n"


def test_library_that_only_calls_the_sanitizers_interface_is_not_instrumented(shared, build):
    text = """
        void __asan_poison_memory_region(void *, long) __attribute__((weak));
        void *f(void) { return __asan_poison_memory_region; }
    """

    assert build("path", shared(text), "prebuilt").sanitizers == frozenset()


@pytest.mark.slow
def test_library_of_the_system_is_found_by_name(build):
    made = build("name", target="c", build="prebuilt")

    assert made.path.name == "libc.so.6", "libc.so is a linker script"


def test_prebuilt_libraries_have_one_build():
    path, cmake = (LibrarySource("demo", kind) for kind in ("path", "cmake"))

    assert builds_of(path, ["release", "asan"]) == ("prebuilt",)
    assert builds_of(cmake, ["release", "asan", "release"]) == ("release", "asan")


def test_every_kind_has_one_builder():
    assert sorted(builder.kind for builder in BUILDERS) == ["cargo", "cmake", "command", "name", "path"]


def test_unknown_option_names_the_nearest(tmp_path, build, complaint):
    said = complaint(build, "cmake", tmp_path, target="one", options={"define": {}})

    assert "a `cmake` library has no option `define`" in said
    assert said.endswith("help: did you mean `defines`?")


def test_unknown_option_is_an_error_of_usage(tmp_path, build):
    with pytest.raises(UsageError):
        build("path", tmp_path, options={"x": 1})
