"""Reading reports. Those in `reports/` were printed by real runs; paths and the ends of stacks were cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.execute.modules import ModuleMap
from abidance.execute.sanitizer_report import parse_report, ubsan_kind
from abidance.plan.observation import StackFrame, Touch

REPORTS = Path(__file__).with_name("reports")
MODULES = ModuleMap("7ffff0000000-7ffff0001000 r-xp 00000000 fd:00 1    /build/libsubject-gcc-tsan.so\n")
BLOCK = (0x60200000D3D0, 12)
ASAN, UBSAN, TSAN = "AddressSanitizer", "UndefinedBehaviorSanitizer", "ThreadSanitizer"

EXPECTED = {
    # name: tool, kind, headline, offset of the innermost frame, (freed, allocated, previous) own frames
    "gcc-asan-heap-buffer-overflow": (
        ASAN, "heap-buffer-overflow", "heap-buffer-overflow", 0x3ABB, (0, 0, 0),
    ),
    "gcc-asan-heap-buffer-overflow-before": (
        ASAN, "heap-buffer-overflow", "heap-buffer-overflow", 0x3A90, (0, 0, 0),
    ),
    "clang-asan-heap-buffer-overflow": (
        ASAN, "heap-buffer-overflow", "heap-buffer-overflow", 0x4CF6, (0, 0, 0),
    ),
    "rust-asan-heap-buffer-overflow": (
        ASAN, "heap-buffer-overflow", "heap-buffer-overflow", 0x11D88, (0, 0, 0),
    ),
    "gcc-asan-own-heap": (ASAN, "heap-buffer-overflow", "heap-buffer-overflow", 0x41AF, (0, 1, 0)),
    "gcc-asan-zero-size": (ASAN, "use-after-poison", "use-after-poison", 0x3A90, (0, 0, 0)),
    "gcc-asan-use-after-free": (ASAN, "heap-use-after-free", "heap-use-after-free", 0x40B0, (1, 1, 0)),
    "clang-asan-use-after-free": (ASAN, "heap-use-after-free", "heap-use-after-free", 0x565E, (1, 1, 0)),
    "rust-asan-use-after-free": (ASAN, "heap-use-after-free", "heap-use-after-free", 0x11E16, (1, 1, 0)),
    "gcc-asan-double-free": (ASAN, "double-free", "attempting double-free", 0x3EE9, (1, 1, 0)),
    "gcc-asan-freed-block": (ASAN, "double-free", "attempting double-free", None, (1, 0, 0)),
    "gcc-asan-bad-free": (
        ASAN, "bad-free", "attempting free on address which was not malloc()-ed", 0x3F89, (0, 1, 0),
    ),
    "gcc-asan-global": (ASAN, "global-buffer-overflow", "global-buffer-overflow", 0x4206, (0, 0, 0)),
    "gcc-asan-null": (ASAN, "SEGV", "SEGV", 0x3B8B, (0, 0, 0)),
    "clang-asan-null": (ASAN, "SEGV", "SEGV", 0x4DE2, (0, 0, 0)),
    "gcc-asan-fpe": (ASAN, "FPE", "FPE", 0x3CD2, (0, 0, 0)),
    "gcc-asan-overlap": (ASAN, "memcpy-param-overlap", "memcpy-param-overlap", 0x3582, (0, 0, 0)),
    "gcc-asan-stack-overflow": (ASAN, "stack-overflow", "stack-overflow", 0x3D8E, (0, 0, 0)),
    "clang-asan-stack-overflow": (ASAN, "stack-overflow", "stack-overflow", 0x50EC, (0, 0, 0)),
    "gcc-ubsan-signed-add": (
        UBSAN, "signed-integer-overflow",
        "signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'", 0x2BAD, (0, 0, 0),
    ),
    "clang-ubsan-signed-add": (
        UBSAN, "signed-integer-overflow",
        "signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'", 0x3BCA, (0, 0, 0),
    ),
    "gcc-ubsan-misaligned": (
        UBSAN, "misaligned-pointer-use",
        "load of misaligned address for type 'volatile const int', which requires 4 byte alignment",
        0x2BCE, (0, 0, 0),
    ),
    "gcc-ubsan-bounds": (
        UBSAN, "insufficient-object-size",
        "load of address with insufficient space for an object of type 'volatile int'", 0x2B90, (0, 0, 0),
    ),
    "gcc-tsan-race": (TSAN, "data-race", "data race", 0x23A8, (0, 0, 1)),
    "gcc-tsan-null": (TSAN, "SEGV", "SEGV", 0x27F3, (0, 0, 0)),
    "gcc-tsan-use-after-free": (TSAN, "heap-use-after-free", "heap-use-after-free", 0x2A2C, (1, 0, 0)),
}  # fmt: skip


def parse(name, blocks=(BLOCK,)):
    parsed = parse_report((REPORTS / f"{name}.txt").read_text(encoding="utf-8"), blocks, MODULES)
    assert parsed is not None
    return parsed


@pytest.mark.parametrize("name", EXPECTED)
def test_recorded_reports_are_read(name):
    report, _ = parse(name)
    tool, kind, headline, offset, stacks = EXPECTED[name]

    assert (report.tool, report.kind, report.headline) == (tool, kind, headline)
    assert (len(report.freed), len(report.allocated), len(report.previous)) == stacks
    assert [frame.offset for frame in report.frames[:1]] == ([] if offset is None else [offset])
    everywhere = (*report.frames, *report.freed, *report.allocated, *report.previous)
    assert all(frame.module.startswith("/build/lib") for frame in everywhere)


def test_every_recorded_report_is_expected():
    symbolized = {path.stem for path in REPORTS.glob("*-symbolized.txt")}
    assert {path.stem for path in REPORTS.glob("*.txt")} - symbolized == set(EXPECTED)


@pytest.mark.parametrize(
    ("name", "blocks", "touch"),
    [
        ("gcc-asan-heap-buffer-overflow", (BLOCK,), Touch(0x60200000D3DF, True, 1, 0, "after", 3)),
        ("clang-asan-heap-buffer-overflow", (BLOCK,), Touch(0x60200000D3DF, True, 1, 0, "after", 3)),
        ("gcc-asan-heap-buffer-overflow-before", (BLOCK,), Touch(0x60200000D3CF, False, 1, 0, "before", -1)),
        ("rust-asan-heap-buffer-overflow", (BLOCK,), Touch(0x60200000D3DC, False, 1, 0, "after", 0)),
        ("gcc-asan-zero-size", ((0x60200000D3E0, 0),), Touch(0x60200000D3DF, False, 1, 0, "before", -1)),
        ("gcc-asan-freed-block", ((1, 1), BLOCK), Touch(0x60200000D3D0, None, 0, 1, "inside", 0)),
        # Memory of the library's own, near the plan's block though it is.
        ("gcc-asan-own-heap", (BLOCK,), Touch(0x60200000D3FA, True, 1)),
        ("gcc-asan-use-after-free", (BLOCK,), Touch(0x60200000D433, False, 1)),
        ("gcc-asan-null", (BLOCK,), Touch(0, False, 0)),
        ("gcc-tsan-null", (BLOCK,), Touch(0, False, 0)),
        ("gcc-asan-fpe", (BLOCK,), None),
        ("gcc-asan-stack-overflow", (BLOCK,), None),
        ("gcc-ubsan-signed-add", (BLOCK,), None),
        ("gcc-ubsan-misaligned", ((0x7FFFD5AF0FF8, 8),), Touch(0x7FFFD5AF0FF9, False, 0, 0, "inside", 1)),
    ],
)
def test_the_access_is_placed(name, blocks, touch):
    assert parse(name, blocks)[1] == touch


def test_ubsan_names_the_line_and_its_frame_the_module():
    report, _ = parse("gcc-ubsan-signed-add")
    assert report.frames == (
        StackFrame("/build/libsubject-gcc-ubsan.so", 0x2BAD, "", "/src/subject.c", 160, 41),
    )


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("gcc-asan-use-after-free-symbolized", StackFrame("", 0, "use_after_free", "/src/subject.c", 150)),
        (
            "clang-asan-use-after-free-symbolized",
            StackFrame("", 0, "use_after_free", "/src/subject.c", 150, 12),
        ),
        (
            "gcc-tsan-race-symbolized",
            StackFrame("/build/libsubject-gcc-tsan.so", 0x23A8, "race_on", "/src/subject.c", 232),
        ),
    ],
)
def test_symbolized_stacks_are_read_without_pythons_part(name, frame):
    assert parse(name)[0].frames == (frame,)


def test_newer_wording_is_read():
    """LLVM 15 and later say `after` and `before`; written down from their sources."""
    text = """\
==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x60200000d3dc at pc 0x1 bp 0x2 sp 0x3
WRITE of size 4 at 0x60200000d3dc thread T0
    #0 0x7f00 in rs::decode<alloc::vec::Vec<u8>>::h0123456789abcdef src/lib.rs:4:9
    #1 0x7f01  (/build/librs.so+0x1b2) (BuildId: 0a1b)

0x60200000d3dc is located 0 bytes after 12-byte region [0x60200000d3d0,0x60200000d3dc)
allocated by thread T0 here:
    #0 0x7f02  (/usr/lib/libclang_rt.asan-x86_64.so+0x1) (BuildId: 0a1c)

SUMMARY: AddressSanitizer: heap-buffer-overflow src/lib.rs:4:9 in rs::decode
"""
    parsed = parse_report(text, [BLOCK], MODULES)
    assert parsed is not None
    report, touch = parsed
    assert touch == Touch(0x60200000D3DC, True, 4, 0, "after", 0)
    assert report.frames == (
        StackFrame("", 0, "rs::decode<alloc::vec::Vec<u8>>::h0123456789abcdef", "src/lib.rs", 4, 9),
        StackFrame("/build/librs.so", 0x1B2),
    )


def test_a_leak_is_read_with_where_it_was_allocated():
    text = """\
==9==ERROR: LeakSanitizer: detected memory leaks

Direct leak of 96 byte(s) in 1 object(s) allocated from:
    #0 0x7f00  (/usr/lib/x86_64-linux-gnu/libasan.so.8+0xb89cf)
    #1 0x7f01  (/build/libleak.so+0x11d8)

SUMMARY: AddressSanitizer: 96 byte(s) leaked in 1 allocation(s).
"""
    parsed = parse_report(text, [], MODULES)
    assert parsed is not None
    assert (parsed[0].tool, parsed[0].kind) == ("LeakSanitizer", "memory-leak")
    assert parsed[0].frames == (StackFrame("/build/libleak.so", 0x11D8),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "an error: AddressSanitizer\n",
        "==1==WARNING: ASan is ignoring requested __asan_handle_no_return\n",
    ],
)
def test_other_output_is_no_report(text):
    assert parse_report(text, [BLOCK], MODULES) is None


def test_only_the_first_report_counts():
    first, second = (
        (REPORTS / f"gcc-asan-{name}.txt").read_text(encoding="utf-8") for name in ("null", "fpe")
    )
    parsed = parse_report("printed by the library\n" + first + second, [], MODULES)
    assert parsed is not None
    assert (parsed[0].kind, len(parsed[0].frames)) == ("SEGV", 1)


def test_a_report_that_was_cut_short_is_read_as_far_as_it_goes():
    text = (REPORTS / "gcc-asan-use-after-free.txt").read_text(encoding="utf-8")
    for end in range(0, len(text), 7):
        parsed = parse_report(text[:end], [BLOCK], MODULES)
        assert parsed is None or parsed[0].tool == ASAN


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("shift exponent 40 is too large for 32-bit type 'int'", "invalid-shift-exponent"),
        ("left shift of negative value -1", "invalid-shift-base"),
        ("division of -2147483648 by -1 cannot be represented in type 'int'", "signed-integer-overflow"),
        ("division by zero", "integer-divide-by-zero"),
        ("index 8 out of bounds for type 'int [8]'", "out-of-bounds-index"),
        ("1e+20 is outside the range of representable values of type 'int'", "float-cast-overflow"),
        ("null pointer passed as argument 2, which is declared to never be null", "invalid-null-argument"),
        ("null pointer returned from function declared to never return null", "invalid-null-return"),
        ("applying non-zero offset 4 to null pointer", "nullptr-with-offset"),
        ("member access within null pointer of type 'struct s'", "null-pointer-use"),
        ("member access within misaligned address 0x1 for type 'struct s'", "misaligned-pointer-use"),
        ("load of value 2, which is not a valid value for type '_Bool'", "invalid-bool-load"),
        ("load of value 7, which is not a valid value for type 'bool'", "invalid-bool-load"),
        ("load of value 9, which is not a valid value for type 'color'", "invalid-enum-load"),
        ("execution reached an unreachable program point", "unreachable-call"),
        ("variable length array bound evaluates to non-positive value 0", "non-positive-vla-index"),
        ("negation of -2147483648 cannot be represented in type 'int'", "signed-integer-overflow"),
        ("something new", "undefined-behavior"),
    ],
)
def test_ubsans_sentences_have_names(sentence, kind):
    assert ubsan_kind(sentence) == kind
