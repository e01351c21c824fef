"""A static library is tested through a shared object that is linked from it, as it is."""

from __future__ import annotations

import subprocess

import pytest

from abidance.toolchain.elf import read_library
from abidance.toolchain.static_archives import write_exported

API = """
#include <math.h>
#include <zlib.h>
static int kept = 40;
int shown;
__attribute__((visibility("hidden"))) int hidden(int x) { return x + kept + shown; }
int sum(int x) { return hidden(x) + (int)sqrt(x); }
"""
CRC = "#include <zlib.h>\nint crc(int x) { unsigned char c = x; return (int)(crc32(0, &c, 1) & 0xff); }\n"


@pytest.fixture
def archive(tmp_path, compiler_of):
    """Return a function that makes `libdemo.a` of C texts."""
    command = compiler_of("gcc").command

    def make(*texts, flags=("-fPIC",), thin=False):
        objects = []
        for number, text in enumerate(texts):
            source = tmp_path / f"part{number}.c"
            source.write_text(text)
            objects.append(source.with_suffix(".o").name)
            subprocess.run([*command, "-c", *flags, source.name], cwd=tmp_path, check=True)
        made = tmp_path / "libdemo.a"
        made.unlink(missing_ok=True)
        kind = "rcsT" if thin else "rcs"
        subprocess.run(["ar", kind, made.name, *objects], cwd=tmp_path, check=True)
        return made

    return make


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "thin"), [(("-fPIC",), False), (("-fPIE",), True)], ids=["pic", "pie-thin"]
)
def test_all_of_it_can_be_called_hidden_functions_too(archive, build, call, flags, thin):
    made = build("path", archive(API, CRC, flags=flags, thin=thin), "prebuilt", options={"links": ("z",)})

    assert {"hidden", "sum", "crc"} <= read_library(made.path).exports
    assert call(made, "sum", 4).stdout == "46\n"
    assert call(made, "hidden", 1).stdout == "41\n"
    assert call(made, "crc", 1).returncode == 0


def test_it_is_linked_again_only_when_it_has_changed(archive, build, call):
    first = build("path", archive("int f(int x) { return x; }"), "prebuilt")
    again = build("path", first.built, "prebuilt")
    changed = build("path", archive("int f(int x) { return x + 1; }"), "prebuilt")

    assert again.path == first.path
    assert call(changed, "f", 1).stdout == "2\n"


def test_code_that_cannot_be_moved_is_refused_with_the_remedy(archive, build, complaint):
    said = complaint(
        build, "path", archive("int x[4]; int f(int i) { return x[i]; }", flags=("-fno-pic",)), "prebuilt"
    )

    assert said.startswith("build-failed: `libdemo.a` cannot be linked as a shared object")
    assert said.endswith("help: compile the static library with `-fPIC`")


def test_a_missing_library_is_named(archive, build, complaint):
    options = {"links": ("no_such_library_of_ours",)}
    said = complaint(build, "path", archive(CRC), "prebuilt", options=options)

    assert "-lno_such_library_of_ours" in said
    assert said.endswith("help: name the libraries that it needs, such as `links: [z]`")


def test_a_damaged_archive_is_said_to_be_one(tmp_path, build, complaint):
    file = tmp_path / "libdemo.a"
    file.write_bytes(b"!<arch>\nrest" + b"x" * 60)

    assert "`libdemo.a` is a damaged archive" in complaint(build, "path", file, "prebuilt")


def test_a_command_may_leave_a_static_library(archive, build, call):
    made = archive("int f(int x) { return x + 2; }")
    library = build("command", made.parent, command=("true",), artifact=made)

    assert call(library, "f", 1).stdout == "3\n"


def test_a_copy_for_a_linker_has_every_member(archive, tmp_path):
    write_exported(archive(API, CRC), tmp_path / "copy.a", everything=True)
    listed = subprocess.run(["nm", tmp_path / "copy.a"], capture_output=True, text=True, check=True).stdout

    assert {line.split()[-1] for line in listed.splitlines() if " T " in line} == {"hidden", "sum", "crc"}
