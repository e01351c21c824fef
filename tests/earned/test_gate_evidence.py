"""Every instrument of the gate shows that it looked: evidence that is lost is never `compatible, 0 changes`, exit 0."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from gate_builds import c_library, compared, headers

from abidance.cli.main import main
from tiers import first

ROOT = Path(__file__).parents[2]
HEADER = "struct o { int a; int b; };\nint f(const struct o *o);\nint g(int a);\n"
SOURCE = '#include "lib.h"\nint f(const struct o *o) { return o->a; }\nint g(int a) { return a; }\n'


def library(folder, *flags, source=SOURCE, header=HEADER):
    return c_library(folder, source, "-Wl,--build-id", *flags, header=header)


def run(*command, cwd=None):
    subprocess.run([*map(str, command)], check=True, cwd=cwd, capture_output=True)


def stripped(folder):
    built = library(folder)
    run("strip", built)
    return built


def lines_only(folder):
    return library(folder, "-g1")


def without_dwo(folder):
    built = library(folder, "-gsplit-dwarf")
    for each in folder.glob("*.dwo"):
        each.unlink()
    return built


def damaged(folder):
    """Fill the debug information with bytes that mean nothing, its header left alone."""
    built = library(folder)
    said = subprocess.run(["readelf", "-SW", built], check=True, capture_output=True, text=True).stdout
    line = next(each for each in said.splitlines() if " .debug_info" in each)
    offset, size = (int(each, 16) for each in line.split(".debug_info")[1].split()[2:4])
    data = bytearray(built.read_bytes())
    data[offset + 12 : offset + size] = b"\xff" * (size - 12)
    built.write_bytes(data)
    return built


def another_builds_debug_file(folder):
    """Strip one build, and point it to the debug file of another."""
    built = library(folder)
    other = library(folder / "other", source=SOURCE + "int more(int a) { return a; }\n")
    run("objcopy", "--only-keep-debug", other, folder / "lib.debug")
    run("strip", built)
    run("objcopy", f"--add-gnu-debuglink={folder / 'lib.debug'}", built, cwd=folder)
    return built


def without_its_debug_file(folder):
    built = library(folder)
    run("objcopy", "--only-keep-debug", built, folder / "lib.debug")
    run("strip", built)
    run("objcopy", f"--add-gnu-debuglink={folder / 'lib.debug'}", built, cwd=folder)
    (folder / "lib.debug").unlink()
    return built


def optimized_at_link(folder):
    """An object file of intermediate code alone."""
    folder.mkdir(parents=True)
    (folder / "lib.h").write_text(HEADER)
    (folder / "lib.c").write_text(SOURCE)
    run("gcc", "-g", "-flto", "-fno-fat-lto-objects", "-c", "-fPIC", "-o", "lib.o", "lib.c", cwd=folder)
    return folder / "lib.o"


LOST = [
    stripped, lines_only, without_dwo, damaged, another_builds_debug_file, without_its_debug_file, optimized_at_link,
]  # fmt: skip


@pytest.mark.parametrize("blinded", first(LOST, 3), ids=lambda each: each.__name__)
@pytest.mark.parametrize("side", first(["old", "new", "both"], 3))
def test_debug_information_that_is_lost_is_not_judged(tmp_path, capsys, blinded, side):
    whole = library(tmp_path / "whole")
    blind = blinded(tmp_path / "blind")
    pair = {"old": (blind, whole), "new": (whole, blind), "both": (blind, blind)}[side]
    code, told, document = compared(capsys, *pair)
    assert (code, document["verdict"]) == (3, "unknown"), (told, document["findings"])


def test_whole_debug_information_is_judged(tmp_path, capsys):
    whole = library(tmp_path / "whole")
    split = library(tmp_path / "split", "-gsplit-dwarf")
    linked = library(tmp_path / "linked", "-flto", "-O2")
    for each in (whole, split, linked):
        code, told, document = compared(capsys, whole, each)
        assert (code, told) == (0, {}), document["findings"]


def test_a_debug_file_of_another_build_is_refused(tmp_path, capsys):
    whole = library(tmp_path / "whole")
    other = library(tmp_path / "other", source=SOURCE + "int more(int a) { return a; }\n")
    run("objcopy", "--only-keep-debug", other, tmp_path / "other.debug")
    blind = stripped(tmp_path / "blind")
    for given in (("--new-debug-file", tmp_path / "other.debug"),):
        assert compared(capsys, whole, blind, *given)[0] == 3
    run("objcopy", "--only-keep-debug", whole, tmp_path / "right.debug")
    run("cp", whole, tmp_path / "bare.so")
    run("strip", tmp_path / "bare.so")
    right = ("--new-debug-file", tmp_path / "right.debug")
    assert compared(capsys, whole, tmp_path / "bare.so", *right)[:2] == (0, {})


EMPTY = f"#if 0\n{HEADER}#endif\n"


@pytest.mark.parametrize(
    "text", first([EMPTY, "", "/* nothing */\n", "#ifdef NEVER\nint f(void);\n#endif\n"])
)
def test_headers_that_declare_nothing_are_not_judged(tmp_path, capsys, text):
    for name in ("old.h", "new.h"):
        (tmp_path / name).write_text(text)
    assert compared(capsys, tmp_path / "old.h", tmp_path / "new.h")[0] == 3


def test_a_header_whose_declarations_are_gone_breaks(tmp_path, capsys):
    (tmp_path / "old.h").write_text(HEADER)
    (tmp_path / "new.h").write_text(EMPTY)
    assert compared(capsys, tmp_path / "old.h", tmp_path / "new.h")[0] == 1
    assert compared(capsys, tmp_path / "new.h", tmp_path / "old.h")[0] == 3


def test_a_header_that_declares_nothing_judges_no_library(tmp_path, capsys):
    old = library(tmp_path / "old", source=HEADER + SOURCE.partition("\n")[2], header=EMPTY)
    assert compared(capsys, old, old, *headers(old, old))[0] == 3


def test_libraries_that_export_nothing_are_not_judged(tmp_path, capsys):
    source = "static int f(int a) { return a; }\n"
    old = c_library(tmp_path / "old", source)
    code, _, _ = compared(capsys, old, old)
    assert code == 3


CONTRACT = """\
abidance: 1
boundary: lib
header: lib.h
PREFIX
libraries: {c: {path: lib.so}}
functions: {}
"""


@pytest.mark.parametrize(
    ("prefix", "status"),
    first([("prefix: zz_", 3), ("select: {functions: [zz_*], types: [zz_*]}", 3), ("prefix: g", 0)]),
)
def test_a_prefix_that_matches_nothing_is_not_judged(tmp_path, capsys, prefix, status):
    library(tmp_path)
    contract = tmp_path / "lib.contract.yaml"
    contract.write_text(CONTRACT.replace("PREFIX", prefix))
    accepted = main(["abi", "accept", str(contract)])
    assert accepted == status
    assert main(["abi", "check", str(contract)]) == status, capsys.readouterr()


def test_a_baseline_that_debug_information_was_taken_with_is_not_met_without(tmp_path, capsys):
    library(tmp_path)
    contract = tmp_path / "lib.contract.yaml"
    contract.write_text(CONTRACT.replace("PREFIX\n", "").replace("functions: {}", "functions: {g: {}}"))
    assert main(["abi", "accept", str(contract)]) == 0
    assert main(["abi", "check", str(contract)]) == 0
    run("strip", tmp_path / "lib.so")
    assert main(["abi", "check", str(contract)]) == 3
    (tmp_path / "lib.so").write_bytes(b"\x7fELF nothing else")
    assert main(["abi", "check", str(contract)]) == 3
    assert main(["abi", "check", str(contract), "--no-build"]) == 3
    capsys.readouterr()


# By the name under which evidence of it is noted: what blinds the instrument, and ends with exit status 3.
BLINDED = {
    "header": test_headers_that_declare_nothing_are_not_judged,
    "compiler": test_a_header_that_declares_nothing_judges_no_library,
    "symbols": test_libraries_that_export_nothing_are_not_judged,
    "dwarf": test_debug_information_that_is_lost_is_not_judged,
    "contract": test_a_prefix_that_matches_nothing_is_not_judged,
}


def test_every_instrument_of_the_gate_is_blinded_here():
    sources = (ROOT / "harness" / "abidance" / "abi").rglob("*.py")
    noted = {name for each in sources for name in re.findall(r'Evidence\(\s*"(\w+)"', each.read_text())}
    assert noted == {*BLINDED}
