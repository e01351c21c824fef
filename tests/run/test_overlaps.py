"""Threads that call at once are told what each is told alone, and touch nothing together."""

from __future__ import annotations

import pytest

DIFFERENT = {"ov_name": "result", "ov_sum": "result", "ov_upper": "out", "ov_mean": "result"}
RACES = (*DIFFERENT, "ov_next", "ov_bag_add")
ALL = (*RACES, "ov_level", "ov_last", "ov_bag_new", "ov_bag_count")


def threads(judge, function, build, **options):
    return judge("overlaps", function, build, phases=("threads",), **options)


@pytest.mark.parametrize("build", ["wrong", "wrong_asan"])
@pytest.mark.parametrize("function", DIFFERENT)
def test_an_answer_that_another_thread_disturbs_is_found(function, build, judge):
    found, reasons = threads(judge, function, build, seed=1)

    assert [f.diagnostic.code.id for f in found] == ["ABD381"]
    assert found[0].diagnostic.place == f"{function}:threads:{DIFFERENT[function]}"
    assert reasons == []


@pytest.mark.parametrize("function", RACES)
def test_a_race_is_found_where_the_build_sees_it(function, judge):
    (found, *_), reasons = threads(judge, function, "wrong_tsan", seed=1)

    assert found.diagnostic.code.id == "ABD303"
    assert "data race" in found.diagnostic.message
    lines = [label for label in found.diagnostic.labels if label.span.path.name == "overlaps.c"]
    assert len(lines) >= 2
    assert lines[1].text == "the other thread here"
    assert reasons == []


@pytest.mark.parametrize("build", ["sound", "near_asan", "near_tsan", "sound_tsan"])
@pytest.mark.parametrize("function", ALL)
def test_what_threads_may_share_is_no_finding(function, build, judge):
    assert threads(judge, function, build, seed=2) == ([], [])
