"""`name: z` finds what the dynamic linker would find."""

from __future__ import annotations

import pytest

from abidance.toolchain import ld_so
from abidance.toolchain.ld_so import find_library, search_directories


@pytest.fixture
def installed(tmp_path, monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    return tmp_path


def test_library_path_comes_first(installed, shared):
    library = shared("int f(void) { return 0; }", name="libz.so")

    assert find_library("z") == library
    assert search_directories()[0] == installed


def test_newest_version_is_taken_without_a_development_symlink(installed, shared):
    for version in ("1", "1.9", "1.10"):
        shared("int f(void) { return 0; }", name=f"libmine.so.{version}")

    assert find_library("mine").name == "libmine.so.1.10"


def test_full_file_name_is_taken_as_it_is(installed, shared):
    shared("int f(void) { return 0; }", name="libmine.so.1")
    shared("int f(void) { return 0; }", name="libmine.so.2")

    assert find_library("libmine.so.1").name == "libmine.so.1"


def test_linker_script_is_passed_over(installed, shared):
    shared("int f(void) { return 0; }", name="libmine.so.6")
    (installed / "libmine.so").write_text("GROUP ( libmine.so.6 )\n")

    assert find_library("mine").name == "libmine.so.6"


def test_library_of_another_machine_is_said_when_there_is_no_other(installed, shared, complaint):
    library = shared("int f(void) { return 0; }", name="libmine.so")
    image = bytearray(library.read_bytes())
    image[18] = 243  # e_machine: RISC-V
    library.write_bytes(image)

    assert complaint(find_library, "mine").startswith("wrong-architecture: ")


@pytest.mark.parametrize("wrong", ["minne", "libmine"])
def test_unknown_name_names_the_nearest_and_where_it_looked(installed, shared, complaint, wrong):
    shared("int f(void) { return 0; }", name="libmine.so")

    said = complaint(find_library, wrong)

    assert said.startswith(f"library-missing: the dynamic linker would not find a library `{wrong}`")
    assert f"note: looked for `lib{wrong}.so` in {installed}, " in said
    assert said.endswith("help: did you mean `mine`?")


def test_path_given_as_a_name_is_refused(complaint):
    assert "a file is named by `path`" in complaint(find_library, "build/libz.so")


def test_configuration_with_includes_is_followed(tmp_path, monkeypatch):
    (tmp_path / "more.d").mkdir()
    (tmp_path / "lib").mkdir()
    (tmp_path / "more.d/a.conf").write_text(
        f"# a comment\n{tmp_path}/lib  # another\ninclude {tmp_path}/ld.so.conf\n"
    )
    (tmp_path / "ld.so.conf").write_text("include more.d/*.conf\n")
    monkeypatch.setattr(ld_so, "_CONFIGURATION", tmp_path / "ld.so.conf")

    assert tmp_path / "lib" in search_directories()
