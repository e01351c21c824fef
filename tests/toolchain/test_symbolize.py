"""Offsets of a sanitizer's report become functions and lines, whichever tool is there."""

from __future__ import annotations

import subprocess
from pathlib import Path
from random import Random

import pytest
from elftools.elf.elffile import ELFFile

from abidance.toolchain import symbolize as module
from abidance.toolchain.dwarf.frames import frames_by_dwarf, spans_by_dwarf
from abidance.toolchain.symbolize import SourceFrame, symbolize

CODE = """\
static inline __attribute__((always_inline)) int leaf(int *p) {
  return *(volatile int *)p;
}
static inline __attribute__((always_inline)) int middle(int *p) {
  return leaf(p) + 1;
}
int outer(int *p) {
  return middle(p) * 2;
}
int alone(int x) {
  return x + 1;
}
"""
TOOLS = {tool.__name__: tool for tool in module._TOOLS}


def places(library: Path, name: str) -> range:
    """Return all offsets of a function's code."""
    with library.open("rb") as file:
        symbol = ELFFile(file).get_section_by_name(".dynsym").get_symbol_by_name(name)[0]
    return range(symbol["st_value"], symbol["st_value"] + symbol["st_size"])


@pytest.fixture(params=["-gdwarf-5", "-gdwarf-4", "-g1"])
def library(shared, request):
    return shared(CODE, "-O1", request.param)


@pytest.mark.parametrize("tool", TOOLS)
def test_inlined_functions_come_first_for_every_tool(library, tool, monkeypatch):
    monkeypatch.setattr(module, "_TOOLS", (TOOLS[tool],))

    inlined = symbolize(library, places(library, "outer"))
    alone = symbolize(library, places(library, "alone"))

    if not any(inlined):
        pytest.skip(f"{tool} is not installed")
    seen = {tuple((frame.function, frame.line) for frame in stack) for stack in inlined}
    assert (("leaf", 2), ("middle", 5), ("outer", 8)) in seen
    assert {frame.function for stack in alone for frame in stack} == {"alone"}
    assert alone[0][0].file == library.with_name("libdemo.so.c")


def test_columns_are_known_where_a_tool_tells_them(library):
    (stack,) = symbolize(library, [places(library, "alone")[0]])

    assert stack[0].column in range(20)


def test_order_and_repeats_of_the_offsets_are_kept(library):
    outer, alone = places(library, "outer")[0], places(library, "alone")[0]

    stacks = symbolize(library, [alone, outer, alone])

    assert [stack[-1].function for stack in stacks] == ["alone", "outer", "alone"]


def test_stripped_library_gives_names_without_lines(shared):
    library = shared(CODE, "-s")

    (stack,) = symbolize(library, [places(library, "alone")[0]])

    assert stack in {(), (SourceFrame("alone"),)}


def test_offset_where_nothing_runs_has_no_frames(library):
    assert symbolize(library, [0x10, 1 << 40]) == [(), ()]


def test_nothing_is_asked_of_a_file_that_is_no_library(tmp_path):
    (tmp_path / "a.so").write_text("hello")

    assert symbolize(tmp_path / "a.so", [0x1000]) == [()]
    assert symbolize(tmp_path / "none.so", [0x1000]) == [()]


def test_frames_of_split_and_separate_debug_information_are_known(shared, tmp_path):
    split = shared(CODE, "-O1", "-g", "-gsplit-dwarf", name="libsplit.so")
    whole = shared(CODE, "-O1", "-g", name="libwhole.so")
    bare, debug = tmp_path / "libbare.so", tmp_path / "libbare.debug"
    subprocess.run(["objcopy", "--only-keep-debug", whole, debug], check=True)
    subprocess.run(["objcopy", "--strip-debug", f"--add-gnu-debuglink={debug}", whole, bare], check=True)
    expected = [
        [place[:1] + place[2:] for place in stack] for stack in frames_by_dwarf(whole, places(whole, "outer"))
    ]
    assert any(len(stack) == 3 for stack in expected)

    for library in (split, bare):
        seen = frames_by_dwarf(library, places(library, "outer"))
        assert [[place[:1] + place[2:] for place in stack] for stack in seen] == expected


@pytest.mark.slow
def test_damaged_debug_information_gives_fewer_frames_and_no_error(shared, tmp_path):
    whole = shared(CODE, "-O1", "-g").read_bytes()
    with shared(CODE, "-O1", "-g").open("rb") as file:
        sections = [s for s in ELFFile(file).iter_sections() if s.name.startswith(".debug_")]
        bounds = [(s["sh_offset"], s["sh_size"]) for s in sections]
    addresses = places(shared(CODE, "-O1", "-g"), "outer")
    random = Random(7)  # noqa: S311 - the same damage every time
    damaged = tmp_path / "damaged.so"
    for _ in range(200):
        raw = bytearray(whole)
        for _ in range(3):
            start, size = random.choice(bounds)
            raw[start + random.randrange(size)] = random.choice((0, 1, 0x7F, 0x80, 0xFF))
        damaged.write_bytes(raw)

        assert len(frames_by_dwarf(damaged, addresses)) == len(addresses)
        spans_by_dwarf(damaged, addresses[0])


def test_names_of_rust_lose_their_hash():
    assert module._frame("guard::admit::h0123456789abcdef", "/src/lib.rs:3:7") == SourceFrame(
        "guard::admit", Path("/src/lib.rs"), 3, 7
    )


@pytest.mark.parametrize("place", ["??:0:0", "??:0", "??:?", "/a/b.c:0", ""])
def test_place_that_no_tool_knows_is_no_place(place):
    assert module._frame("f", place) == SourceFrame("f")


def test_place_may_carry_a_discriminator():
    assert module._frame("f", "/a/b.c:3 (discriminator 2)") == SourceFrame("f", Path("/a/b.c"), 3, 0)


HIDDEN = """\
int first(int x) { return x + 1; }
static __attribute__((noinline)) int hidden(int *p) { return *(volatile int *)p * 3; }
int last(int *p) { return hidden(p) + 1; }
"""


@pytest.mark.parametrize("stripped", [True, False])
def test_what_has_no_name_is_not_given_that_of_the_export_before_it(stripped, shared):
    named = shared(HIDDEN, "-O1", "-fno-toplevel-reorder", "-g0", name="libnamed.so")
    library = (
        shared(HIDDEN, "-O1", "-fno-toplevel-reorder", "-g0", "-s", name="libbare.so") if stripped else named
    )
    with named.open("rb") as file:
        symbol = ELFFile(file).get_section_by_name(".symtab").get_symbol_by_name("hidden")[0]

    inside, beside = symbolize(library, [symbol["st_value"] + 1, places(library, "last")[1]])

    assert [frame.function for frame in inside] == ([] if stripped else ["hidden"])
    assert [frame.function for frame in beside] == ["last"]
