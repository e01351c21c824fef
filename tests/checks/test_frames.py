"""The library's own line is shown, not that of the runtime which a panic or an abort goes through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from abidance.checks.evidence.frames import frame_label, frame_place, last_words, origin_of
from abidance.plan.observation import Death, StackFrame, WorkerEnding

pytestmark = pytest.mark.unit

RUSTC = "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library"
ABORT = StackFrame(
    "libv.so", 1, "std::sys::pal::unix::abort_internal", f"{RUSTC}/std/src/sys/pal/unix/mod.rs", 305
)
HOOK = StackFrame("libv.so", 2, "panic_with_hook", f"{RUSTC}/std/src/panicking.rs")
CHECK = StackFrame("libv.so", 3, "core::slice::raw::from_raw_parts::precondition_check")


@pytest.fixture
def own(tmp_path):
    (tmp_path / "lib.rs").write_text("\n\npanic!()\n")
    return StackFrame("libv.so", 4, "guard::admit", str(tmp_path / "lib.rs"), 3, 1)


def test_a_panic_is_at_the_first_line_of_the_library(own):
    (label,), notes = frame_label((ABORT, HOOK, CHECK, own), "crashed here")

    assert (label.span.path.name, label.span.line, notes) == ("lib.rs", 3, ())
    assert frame_place((ABORT, HOOK, CHECK, own)) == "guard::admit"


def test_without_its_source_the_library_is_still_what_is_named():
    own = StackFrame("libv.so", 4, "admit", "/build/of/someone/lib.rs", 3)

    assert frame_label((ABORT, HOOK, own), "") == ((), ("in `admit` at /build/of/someone/lib.rs:3",))
    assert frame_label((ABORT, CHECK, StackFrame("libv.so", 4, "admit")), "") == ((), ("in `admit`",))


def test_an_installed_source_of_the_standard_library_is_not_the_library(own, tmp_path):
    source = tmp_path / "toolchain/lib/rustlib/src/rust/library/core/src/slice/raw.rs"
    source.parent.mkdir(parents=True)
    source.write_text("panic!()\n")
    installed = StackFrame("libv.so", 3, "core::slice::raw::from_raw_parts", str(source), 1)

    assert frame_label((installed, own), "")[0][0].span.path.name == "lib.rs"


def test_what_an_allocator_says_of_a_block_is_about_who_gave_it_the_block(own):
    """The line of `#[global_allocator]` is the library's, and rustc makes the functions there that it calls."""
    file = "/home/me/tools/abidance-contracts/tagging-allocator/src/lib.rs"
    demand = StackFrame("libv.so", 1, "abidance_tagging_allocator::demand", file, 106)
    made = StackFrame("libv.so", 2, "__rustc::__rust_dealloc", own.file, 1)
    frames = (ABORT, demand, made, own)

    assert frame_place(frames) == "guard::admit"
    assert origin_of(Death(WorkerEnding.SIGNAL, 0, 6), frames) == ("death", f"{own.file}:3:admit")
    assert origin_of(Death(WorkerEnding.SIGNAL, 0, 6), (ABORT, replace(own, function="alloc_page")))


def test_a_runtime_alone_is_better_than_nothing():
    _, (note,) = frame_label((ABORT, HOOK), "")

    assert note.startswith("in `std::sys::pal::unix::abort_internal` at /rustc/")
    assert frame_place((ABORT, HOOK)) == "std::sys::pal::unix::abort_internal"


def test_functions_that_only_begin_alike_are_the_library(own):
    for name in ("stdlib_open", "core_dump", "alloc_page", "corelib::std::open"):
        frame = StackFrame("libv.so", 1, name)
        assert frame_place((frame, own)) == name


def said(output):
    return last_words(Death(WorkerEnding.SIGNAL, 0, 6, output=output))


def test_the_words_of_a_panic_are_kept_without_what_differs_every_time():
    assert said(
        "\nthread '<unnamed>' (41271) panicked at src/lib.rs:3:5:\nindex out of bounds: the len is 0\n"
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n"
    ) == (
        "it printed:\n    thread '<unnamed>' panicked at src/lib.rs:3:5:\n    index out of bounds: the len is 0",
    )


def test_only_the_last_lines_are_kept():
    assert said("".join(f"line {n}\n" for n in range(50)))[0].splitlines()[1:] == [
        f"    line {n}" for n in range(44, 50)
    ]


@pytest.mark.parametrize(
    "output",
    ["", "\n \n", "==123==ERROR: AddressSanitizer: SEGV\n  #0 in f\n", "=====\n==1==ERROR: x\nwords\n"],
)
def test_a_sanitizers_report_is_no_word_of_the_library(output):
    assert said(output) == ()
