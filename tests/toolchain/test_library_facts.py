"""What `read_library` says of a shared object, and what it refuses."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess

import pytest
from elftools.elf.elffile import ELFFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abidance.core.errors import CannotJudgeError
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.elf import code_ranges, host_machine, read_facts, read_library
from abidance.toolchain.elf_image import open_image
from abidance.toolchain.ld_so import find_library
from tiers import depth

CODE = """\
#include <math.h>
int counter = 3;
int shown(int x) { return x + counter; }
__attribute__((visibility("hidden"))) int unseen(int x) { return x; }
static int own(int x) { return x; }
__attribute__((weak)) int perhaps(int x) { return own(x) + unseen(x); }
extern int optional(void) __attribute__((weak));
extern int required(void);
int uses(double x) { return (optional ? optional() : 0) + required() + (int)cos(x); }
__asm__(".globl by_hand\\n.text\\nby_hand: ret\\n");
"""


def test_names_are_told_apart(shared):
    facts = read_library(shared(CODE, "-Wl,-soname,libdemo.so.1", "-lm"))

    assert {"shown", "perhaps", "uses", "by_hand"} <= facts.functions
    assert "counter" in facts.objects
    assert not {"unseen", "own", "required", "counter"} & facts.functions
    assert "required" in facts.undefined
    assert "optional" in facts.optional
    assert "optional" not in facts.undefined
    assert facts.exports == facts.functions | facts.objects


def test_dependencies_and_identity(shared):
    identity = ("-Wl,-soname,libdemo.so.1", "-Wl,--build-id=0xabcd")
    facts = read_library(shared(CODE, *identity, "-Wl,-rpath,$ORIGIN:/opt/x", "-Wl,--no-as-needed"))

    assert facts.soname == "libdemo.so.1"
    assert "libc.so.6" in facts.needed
    assert facts.runpath == ("$ORIGIN", "/opt/x")
    assert facts.build_id == "abcd"
    assert (facts.machine, facts.bits) == host_machine()
    assert facts.has_dwarf
    assert facts.sanitizers == frozenset()


def test_stripped_library_has_names_and_no_dwarf(shared):
    facts = read_library(shared(CODE, "-s"))

    assert "shown" in facts.functions
    assert not facts.has_dwarf


@pytest.mark.parametrize("style", ["sysv", "gnu", "both"])
def test_names_are_found_without_section_headers(shared, style):
    library = shared(CODE, f"-Wl,--hash-style={style}")
    whole = read_library(library)
    image = bytearray(library.read_bytes())
    start = 0x28 if host_machine()[1] == 64 else 0x20
    image[start : start + (8 if start == 0x28 else 4)] = bytes(8 if start == 0x28 else 4)  # e_shoff
    library.write_bytes(image)

    bare = read_library(library)

    assert bare.functions == whole.functions
    # The GNU table has no count of its own, and says nothing of names after the last exported one.
    assert bare.undefined == whole.undefined


@pytest.mark.slow
@pytest.mark.parametrize("name", ["c", "crypto", "stdc++"])
def test_agrees_with_pyelftools_on_libraries_of_the_system(name):
    try:
        path = find_library(name)
    except CannotJudgeError:
        pytest.skip(f"lib{name} is not installed")
    with path.open("rb") as file:
        symbols = list(ELFFile(file).get_section_by_name(".dynsym").iter_symbols())
    functions = {
        symbol.name
        for symbol in symbols
        if symbol["st_info"]["type"] in {"STT_FUNC", "STT_LOOS"}
        and symbol["st_shndx"] != "SHN_UNDEF"
        and symbol["st_other"]["visibility"] in {"STV_DEFAULT", "STV_PROTECTED"}
    }

    facts = read_library(path)

    assert facts.functions == functions
    assert facts.undefined | facts.optional == {
        symbol.name for symbol in symbols if symbol["st_shndx"] == "SHN_UNDEF" and symbol.name
    }


def test_code_ranges_hold_the_functions(shared):
    library = shared(CODE)
    with library.open("rb") as file:
        (shown,) = ELFFile(file).get_section_by_name(".dynsym").get_symbol_by_name("shown")

    assert any(low <= shown["st_value"] < high for low, high in code_ranges(library))


def test_missing_library_names_the_nearest(shared, complaint):
    library = shared(CODE)

    said = complaint(read_library, library.with_name("libdemos.so"))

    assert said.splitlines() == [
        f"library-missing: `libdemos.so` does not exist in `{library.parent}`",
        "help: did you mean `libdemo.so`?",
    ]


def test_missing_directory_is_named(tmp_path, complaint):
    said = complaint(read_library, tmp_path / "none" / "liba.so")

    assert f"nor does the directory `{tmp_path}/none`" in said


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "`lib.so` is empty"),
        (b"hello", "`lib.so` is not an ELF shared object"),
        (b"!<arch>\nrest", "is a static library, not an ELF shared object\nhelp: link it as a shared object"),
        (b"/* GNU ld script */\nINPUT ( /lib/libx.so.1 )", "is a linker script, not a shared object"),
        (b"MZ\x90\x00", "is a Windows program or DLL"),
        (b"BC\xc0\xde....", "is LLVM bitcode"),
        (b"\x7fELF", "is a damaged ELF file: its first bytes are no ELF header"),
    ],
)
def test_file_that_is_no_library_is_called_what_it_is(tmp_path, complaint, content, what):
    path = tmp_path / "lib.so"
    path.write_bytes(content)

    said = complaint(read_library, path)

    assert said.startswith("not-a-library: ")
    assert what in said


def test_linker_script_names_the_library_behind_it(tmp_path, complaint):
    path = tmp_path / "libx.so"
    path.write_text("/* GNU ld script */\nGROUP ( /lib/libx.so.1 AS_NEEDED ( /lib/ld.so ) )\n")

    assert complaint(read_library, path).endswith(
        "help: name the library that it points to: `/lib/libx.so.1`"
    )


@pytest.mark.parametrize(
    ("flags", "what"),
    [(["-c"], "an object file"), (["-pie", "-fPIE"], "an executable"), (["-no-pie"], "an executable")],
)
def test_other_elf_files_are_called_what_they_are(tmp_path, complaint, flags, what):
    source, output = tmp_path / "a.c", tmp_path / "a.out"
    source.write_text("int main(void) { return 0; }\n")
    subprocess.run([*find_compiler().command, *flags, "-o", output, source], check=True)

    assert f"`a.out` is {what}, not a shared object" in complaint(read_library, output)


def test_directory_and_pipe_are_refused_at_once(tmp_path, complaint):
    os.mkfifo(tmp_path / "pipe")

    assert "is a directory" in complaint(read_library, tmp_path)
    assert "is no regular file" in complaint(read_library, tmp_path / "pipe")


def test_library_for_another_machine_names_both(shared, complaint):
    library = shared(CODE)
    image = bytearray(library.read_bytes())
    image[18:20] = (243).to_bytes(2, "little")  # e_machine
    library.write_bytes(image)

    said = complaint(read_library, library)

    assert said.startswith(
        "wrong-architecture: `libdemo.so` is built for riscv (64-bit), and this Python runs on "
    )
    assert read_facts(library).machine == "riscv"


@pytest.mark.skipif(not shutil.which("clang"), reason="clang is not installed")
@pytest.mark.parametrize(
    ("target", "machine"),
    [
        ("aarch64-linux-gnu", ("aarch64", 64)),
        ("i386-linux-gnu", ("i386", 32)),
        ("s390x-linux-gnu", ("s390x", 64)),
    ],
)
def test_object_of_another_machine_is_read_in_its_own_byte_order(tmp_path, complaint, target, machine):
    source, output = tmp_path / "a.c", tmp_path / "a.o"
    source.write_text("int f(void) { return 0; }\n")
    subprocess.run(["clang", f"--target={target}", "-c", "-o", output, source], check=True)

    assert "is an object file" in complaint(read_facts, output)
    with output.open("rb") as file:
        image = open_image(file)
        assert (image.machine, image.bits) == machine
        assert image.has_section(".text")


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    home = tmp_path_factory.mktemp("whole")
    (home / "a.c").write_text(CODE)
    command = [*find_compiler().command, "-shared", "-fPIC", "-g", "-fsanitize=undefined"]
    subprocess.run([*command, "-o", home / "whole.so", home / "a.c"], check=True)
    return (home / "whole.so").read_bytes()


# Most of what is read lies at the start: the headers, and the tables that they point to.
EDITS = st.lists(st.tuples(st.integers(0, 0x800), st.integers(0, 255)), max_size=6)


@pytest.mark.slow
@settings(max_examples=depth(300), deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=st.one_of(st.just(1.0), st.floats(0, 1)), edits=EDITS)
def test_damaged_file_is_read_or_refused_and_breaks_nothing(image, tmp_path, kept, edits):
    damaged = bytearray(image[: int(len(image) * kept)])
    for at, byte in edits:
        damaged[at : at + 1] = bytes([byte])
    path = tmp_path / "libdamaged.so"
    path.write_bytes(damaged)

    with contextlib.suppress(CannotJudgeError):
        facts = read_library(path)
        assert (facts.machine, facts.bits) == host_machine()
