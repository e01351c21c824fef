"""The names in `builds:` and the flags they stand for."""

from __future__ import annotations

import subprocess

import pytest

from abidance.core.errors import UsageError
from abidance.toolchain.builds import DEFAULT_BUILDS, parse_build

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("name", "key", "optimization"),
    [
        ("release", "release", "release"),
        ("debug", "debug", "debug"),
        ("asan", "asan", "sanitized"),
        ("ubsan+asan", "asan+ubsan", "sanitized"),
        ("debug+tsan", "debug+tsan", "debug"),
        ("ubsan+release", "release+ubsan", "release"),
    ],
)
def test_names_are_parsed_whatever_their_order(name, key, optimization):
    build = parse_build(name)

    assert (build.name, build.key, build.optimization) == (name, key, optimization)


def test_default_builds_exist():
    assert [parse_build(name).key for name in DEFAULT_BUILDS] == list(DEFAULT_BUILDS)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("relaese", "unknown build `relaese`\nhelp: did you mean `release`?"),
        ("asan+usan", "unknown build `usan` in `asan+usan`\nhelp: did you mean `ubsan`?"),
        ("", "unknown build ``\nhelp: builds are made of release, debug, asan, ubsan, tsan, joined by `+`"),
        ("asan+tsan", "which exclude each other\nhelp: write them as two builds"),
        ("release+debug", "says a thing twice, or `release` and `debug` at once"),
        ("asan+asan", "says a thing twice"),
        ("msan", "MemorySanitizer has no runtime that can be loaded into Python"),
        ("prebuilt", "it is what `path` and `name` libraries have"),
    ],
)
def test_name_that_means_nothing_is_an_error_of_usage(name, said, complaint):
    assert said in complaint(parse_build, name)
    with pytest.raises(UsageError):
        parse_build(name)


@pytest.mark.native
@pytest.mark.parametrize("family", ["gcc", "clang"])
@pytest.mark.parametrize("name", ["release", "debug", "asan+ubsan", "tsan", "debug+asan", "release+ubsan"])
def test_flags_are_accepted_by_the_compiler(name, family, compiler_of, tmp_path):
    build, compiler = parse_build(name), compiler_of(family)
    (tmp_path / "a.c").write_text("int f(double x) { return (int)x; }\n")
    flags = ["-shared", "-fPIC", "-Werror", *build.compile_flags(family), *build.link_flags(family)]

    ran = subprocess.run(
        [*compiler.command, *flags, "-o", tmp_path / "a.so", tmp_path / "a.c"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")


def test_out_of_range_conversions_are_checked():
    assert "float-cast-overflow" in " ".join(parse_build("ubsan").compile_flags("gcc"))


def test_sanitizer_builds_keep_asserts():
    assert "-DNDEBUG" not in parse_build("asan").compile_flags("gcc")
    assert "-DNDEBUG" in parse_build("release").compile_flags("gcc")
