"""Two libraries at sizes that the contract names: what costs more at some of them is found, with both curves."""

from __future__ import annotations

import re
import shutil

import pytest

from abidance.checks.cost.curve_words import curve_message, curve_table
from abidance.checks.evidence.costs import Beside, ComparedSize, SizeCurves
from abidance.core.costs import CostKind
from abidance.run.cost.against import ratio_of
from tiers import full

TIMES = r"[\d.]+ (ns|us|ms)"


def costs(judge, function, build):
    (item,) = judge.items("costs", function, build, phases=("cost",), seed=1)
    return item


@pytest.mark.slow
def test_a_size_and_a_kind_of_contents_at_which_it_is_slower_is_found(judge):
    item = costs(judge, "ct_mix", "wrong")

    (found,) = item.findings
    assert found.diagnostic.code.name == "slower-than-other"
    assert re.match(
        r"`ct_mix` takes [\d,.]+ times as long as in `sound` at `length` 4,096 \(zeros\)",
        found.diagnostic.message,
    )
    (table,) = found.diagnostic.notes
    bad = [line for line in table.splitlines() if "too much" in line]
    assert [line.split()[:2] for line in bad] == [["4,096", "zeros"]]
    assert re.search(rf"4,096 +text +{TIMES} +{TIMES} +(alike|[\d.]+ times)", table)
    curve = [each for each in item.costs if each.kind is CostKind.TIME and each.input == "text"]
    assert {(each.library, each.size) for each in curve} == {
        (library, size) for library in ("wrong", "sound") for size in (64, 4096)
    }


@pytest.mark.slow
def test_slower_on_nothing_alone_and_by_less_than_counts_is_no_finding(judge):
    item = costs(judge, "ct_mix", "near")

    assert item.findings == ()
    assert item.reasons == ()
    assert item.cases == 5, "nothing is of one kind"


@pytest.mark.slow
@pytest.mark.parametrize(("build", "bad"), [("wrong", True), full("near", False)])
def test_instructions_are_compared_as_well(build, bad, judge):
    item = costs(judge, "ct_steps", build)

    assert item.reasons == ()
    messages = [each.diagnostic.message for each in item.findings]
    assert len(messages) == bad
    assert not bad or re.match(
        r"`ct_steps` executes [\d.]+ times the instructions of `sound` at `count` 100$", messages[0]
    )


@pytest.mark.full
def test_a_size_of_which_there_is_no_call_is_not_judged(built, judge):
    text = (built / "costs.contract.yaml").read_text()
    (built / "beyond.contract.yaml").write_text(text.replace("sizes: [0, 64, 4096]", "sizes: [64, 9000]"))
    found, (reason,) = judge("beyond", "ct_mix", "near", phases=("cost",))

    assert found == []
    assert reason.message == (
        "`no_worse_than` of `ct_mix` was not judged at `length` 9,000: 9,000 is no valid `length`"
    )


@pytest.mark.full
def test_what_a_function_in_python_makes_of_a_size_is_measured(built, judge):
    (built / "sized.py").write_text(
        "def zeros_and_a_one(size):\n    return {'text': bytes(size - 1) + b'1'}\n"
    )
    text = (built / "costs.contract.yaml").read_text()
    text = text.replace(
        "sizes: [0, 64, 4096], contents: [zeros, text]",
        "sizes: [64, 4096], contents: ['sized:zeros_and_a_one']",
    )
    (built / "hooked.contract.yaml").write_text(text)
    (found,), _ = judge("hooked", "ct_mix", "wrong", phases=("cost",))

    assert "at `length` 4,096" in found.diagnostic.message


@pytest.mark.full
@pytest.mark.skipif(shutil.which("valgrind") is None, reason="there is no valgrind")
def test_more_instructions_than_can_be_counted_one_by_one_are_counted_in_a_program(built, judge):
    text = (built / "costs.contract.yaml").read_text()
    old, new = "count: {range: [0, 1000]}}", "count: {range: [0, 100000]}}"
    assert old in text
    text = text.replace(old, new).replace("sizes: [0, 100]}}", "sizes: [100000]}}")
    (built / "many.contract.yaml").write_text(text)
    (found,), reasons = judge("many", "ct_steps", "wrong", phases=("cost",))

    assert reasons == []
    assert "at `count` 100,000" in found.diagnostic.message
    assert re.search(
        r" 100,000 +\d+,\d{3},\d{3} +\d,\d{3},\d{3} +4 times, too much", found.diagnostic.notes[0]
    )


def point(size, seconds=None, steps=None, contents="", in_time=Beside.ALLOWED, in_steps=Beside.UNTOLD):
    return ComparedSize(size, contents, seconds, steps, in_time, in_steps)


def curves(*points, instructions=None):
    return SizeCurves("length", "rust", "c", 1.5, instructions, 1e-8, points)


@pytest.mark.unit
def test_the_message_tells_where_it_is_slower_and_where_it_is_faster():
    told = curves(
        point(0, (560e-9, 10.5e-9), in_time=Beside.MORE),
        point(64, (600e-9, 300e-9), in_time=Beside.MORE),
        point(4096, (3e-6, 3e-6)),
        point(400000, (2e-3, 4e-3), in_time=Beside.LESS),
    )

    assert curve_message("f", told, timed=True) == (
        "`f` takes 53.3 times as long as in `c` at `length` 0, and more than is allowed at 64 as well; "
        "it takes less at 400,000"
    )
    assert curve_table(told).splitlines() == [
        "of one call, where 1.5 times the time of `c` are allowed:",
        "    `length`     rust         c                in time",
        "           0   560 ns   10.5 ns   53.3 times, too much",
        "          64   600 ns    300 ns      2 times, too much",
        "       4,096     3 us      3 us                  alike",
        "     400,000     2 ms      4 ms              0.5 times",
    ]


@pytest.mark.unit
def test_what_the_clock_cannot_tell_is_no_ratio():
    told = curves(
        point(0, (9e-9, 0.0), contents="zeros"),
        point(9, (495e-9, 0.0), (4008, 4), "zeros", Beside.MORE, Beside.MORE),
        instructions=1.3,
    )

    assert ratio_of(9e-9, 0.0, 1e-8) == 1
    assert ratio_of(495e-9, 0.0, 1e-8) == pytest.approx(49.5)
    assert curve_message("f", told, timed=True) == (
        "`f` takes 495 ns, where `c` takes less than 10 ns, at `length` 9"
    )
    table = curve_table(told).splitlines()
    assert re.fullmatch(r" +0 +zeros +< 10 ns +< 10 ns +alike +- +-", table[2])
    assert re.fullmatch(
        r" +9 +zeros +495 ns +< 10 ns +> 49.5 times, too much +4,008 +4 +1,002 times, too much", table[3]
    )
