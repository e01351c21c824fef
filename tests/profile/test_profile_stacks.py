"""From what perf and callgrind print to the stacks of a profile, and from those to shares, pages and files."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from abidance.core.profiles import FoldedStack, Profiled, ProfileFrame
from abidance.pages.flame_graph import flame_graph, flame_tree
from abidance.pages.profile_page import profile_page
from abidance.report.hot_frames import hot_functions
from abidance.report.profile_text import profile_lines
from abidance.report.speedscope import speedscope
from abidance.report.text.style import Style
from abidance.run.profiling.stacks import CALLBACK, LANE, StackFolding
from abidance.toolchain.callgrind import CountedLine, counted_lines
from abidance.toolchain.perf import SampledFrame
from abidance.toolchain.symbolize import plain_name

pytestmark = pytest.mark.unit

SCHEMA = Path(__file__).parent.parent / "report" / "speedscope.schema.json"
WATCH, STUBS, LIBRARY = "/cache/watch.so", "/cache/calls.so", "/no/such/libc.so"
KERNEL = "[kernel.kallsyms]"


def frame(name, object_=LIBRARY, place=64):
    return SampledFrame(place, name, object_)


def folded(*samples, harness=(WATCH, STUBS)):
    folding = StackFolding("f", "f", Path(LIBRARY), frozenset(harness))
    frames, stacks = folding.folded(samples)
    named = {tuple(frames[number].name for number in stack.frames): stack.weight for stack in stacks}
    return named, folding


PYTHON = (frame("ffi_call", "/lib/libffi.so"), frame("_PyEval_EvalFrame", "/lib/libpython.so"))
CALL = (frame(LANE, WATCH), *PYTHON)


def test_what_is_outside_of_the_call_is_left_out():
    stacks, folding = folded(
        (frame("inner"), frame("f"), *CALL),
        (frame("inner", place=80), frame("f"), *CALL),
        (frame("f"), frame("stub", STUBS), *CALL),
        (frame("timed_before", WATCH), *CALL),
        PYTHON,
    )
    assert stacks == {("f", "inner"): 2, ("f",): 1}
    assert folding.dropped == 2


def test_an_interrupt_is_the_machines_and_a_system_call_the_librarys():
    stacks, folding = folded(
        (
            frame("handle_softirqs", KERNEL),
            frame("asm_sysvec_apic_timer_interrupt", KERNEL),
            frame("f"),
            *CALL,
        ),
        (frame("vfs_read", KERNEL), frame("entry_SYSCALL_64_after_hwframe", KERNEL), frame("f"), *CALL),
    )
    assert stacks == {("f", "entry_SYSCALL_64_after_hwframe", "vfs_read"): 1}
    assert folding.dropped == 1


def test_a_callback_is_left_out_and_what_it_leads_to_is_not():
    stacks, folding = folded(
        (frame("callback0", STUBS), frame("f"), *CALL),
        (frame("syscall", "/lib/libc.so"), frame("callback0", STUBS), frame("f"), *CALL),
        (frame("again"), frame("note", WATCH), frame("callback0", STUBS), frame("f"), *CALL),
    )
    assert stacks == {("f", CALLBACK.name, "again"): 1}
    assert folding.in_callbacks == 2


def test_a_call_that_could_not_be_unwound_begins_with_the_function():
    stacks, _ = folded((frame("inner"), frame("f")), (frame("other"),))
    assert stacks == {("f", "inner"): 1}


def test_the_function_is_the_root_by_whatever_name_it_was_called():
    stacks, _ = folded((frame("f_impl"), *CALL))
    assert stacks == {("f", "f_impl"): 1}


CALLGRIND = """\
positions: line
events: Ir

ob=/x/program
fl=/x/main.c
fn=main'(below main)'0x1
3 4
cob=/x/lib.so
cfi=/x/lib.c
cfn=f'main'(below main)'0x1
calls=1 6
3 80

ob=/x/lib.so
fl=/x/lib.c
fn=f'main'(below main)'0x1
6 10
fi=/x/other.h
9 5
fe=/x/lib.c
cfn=g'2'f'main'(below main)'0x1
calls=2 1
7 65
7 1
fn=g'2'f'main'(below main)'0x1
1 60
ob=???
fl=???
fn=h'g'2'f'main'(below main)'0x1
0 5
"""


def test_callgrind_counts_each_line_below_its_callers():
    assert list(counted_lines(CALLGRIND.splitlines(), "f")) == [
        CountedLine(("f",), "/x/lib.so", "/x/lib.c", 6, 10),
        CountedLine(("f",), "/x/lib.so", "/x/other.h", 9, 5),
        CountedLine(("f",), "/x/lib.so", "/x/lib.c", 7, 1),
        CountedLine(("f", "g"), "/x/lib.so", "/x/lib.c", 1, 60),
        CountedLine(("f", "g", "h"), "???", "", 0, 5),
    ]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (
            "_$LT$core..option..Option$LT$T$GT$$u20$as$u20$a..B$GT$::of::h0123456789abcdef",
            "<core::option::Option<T> as a::B>::of",
        ),
        ("a::_$u7b$$u7b$closure$u7d$$u7d$::h0123456789abcdef", "a::{{closure}}"),
        ("<u16>::swap_bytes", "<u16>::swap_bytes"),
        ("f(char const*, ...)", "f(char const*, ...)"),
        ("foo$bar", "foo$bar"),
    ],
)
def test_names_of_rust_are_shown_as_they_are_written(written, plain):
    assert plain_name(written) == plain


def profiled(library, *stacks, name="f"):
    frames = list(dict.fromkeys(each for stack, _ in stacks for each in stack))
    numbered = tuple(FoldedStack(tuple(map(frames.index, stack)), weight) for stack, weight in stacks)
    return Profiled(
        "b",
        "b.contract.yaml",
        name,
        library,
        "release",
        "perf",
        "samples",
        tuple(frames),
        numbered,
        calls=9,
        inputs="1 example",
    )


ROOT, DEEP, ODD = (
    ProfileFrame("f", "l.so", "/s/f.c", 3),
    ProfileFrame("deep", "l.so", "/s/f.c", 9),
    ProfileFrame('<script>alert("x")</script>;\n'),
)
ONE = profiled("c", ((ROOT,), 25), ((ROOT, DEEP), 75))
OTHER = profiled("rust", ((ROOT,), 80), ((ROOT, ODD), 20))


def test_shares_are_of_a_function_itself_and_of_all_it_calls():
    assert [(each.name, each.own, each.total, each.place) for each in hot_functions(ONE)] == [
        ("deep", 0.75, 0.75, "/s/f.c:9"),
        ("f", 0.25, 1.0, "/s/f.c:3"),
    ]


def test_what_differs_is_told():
    text = "\n".join(profile_lines([ONE, OTHER], Style()))
    assert "rust beside c" in text
    assert "  75.0%       -   deep" in text
    assert " 25.0%   80.0%   f" in text


def test_folded_stacks_have_one_a_line_whatever_names_hold():
    assert ONE.folded() == "f (f.c:3) 25\nf (f.c:3);deep (f.c:9) 75\n"
    assert OTHER.folded(under="rust").splitlines()[1] == 'rust;f (f.c:3);<script>alert("x")</script>:? 20'


def test_speedscope_reads_what_is_written():
    document = json.loads(speedscope([ONE, OTHER]))
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    assert [each["endValue"] for each in document["profiles"]] == [100, 100]
    assert {"name": "deep", "file": "/s/f.c", "line": 9} in document["shared"]["frames"]


def test_a_graph_has_each_frame_with_its_share_as_text():
    graph = str(flame_graph(ONE))
    assert 'aria-label="deep: 75.0%, itself 75.0%, f.c:9"' in graph
    assert 'width="75.0000%"' in graph
    assert flame_tree(ONE).depth == 2


def test_a_difference_is_coloured_and_told():
    graph = str(flame_graph(OTHER, ONE))
    assert "itself 20.0%; not in the other" in graph
    assert "more3" in graph


def test_a_page_holds_all_and_names_of_others_stay_text():
    page = profile_page([ONE, OTHER])
    assert "<script>alert" not in page
    assert page.count("<script>") == 1
    assert "script-src &#39;sha256-" in page
    assert "default-src &#39;none&#39;" in page
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")
