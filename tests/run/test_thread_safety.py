"""Threads that call at once are told what each is told alone, and touch nothing together."""

from __future__ import annotations

import subprocess

import pytest
from families import found_in, spared_in

from abidance.core.events import RunFinished
from abidance.run.commands.emit_c import emit_c
from abidance.run.engine.engine import run_contracts
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from tiers import sample

DIFFERENT = {
    "ov_name": "result",
    "ov_sum": "result",
    "ov_upper": "out",
    "ov_mean": "result",
    "ov_walk": "result",
}
CODES = dict.fromkeys(DIFFERENT, "ABD381")
RACES = (*DIFFERENT, "ov_next", "ov_bag_add")
OTHERS = ("ov_next", "ov_bag_add", "ov_level", "ov_last", "ov_bag_new", "ov_bag_count")


def threads(judge, function, build, **options):
    return judge("thread_safety", function, build, phases=("threads",), **options)


@pytest.mark.parametrize(("function", "build", "code"), found_in(CODES, ("wrong",)))
def test_an_answer_that_another_thread_disturbs_is_found(function, build, code, judge):
    found, reasons = threads(judge, function, build, seed=1)

    assert [f.diagnostic.code.id for f in found] == [code]
    assert found[0].diagnostic.place == f"{function}:threads:{DIFFERENT[function]}"
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("function", sample(RACES, keep=["ov_next"]))
def test_a_race_is_found_where_the_build_sees_it(function, judge):
    (found, *_), reasons = threads(judge, function, "wrong_tsan", seed=1)

    assert found.diagnostic.code.id == "ABD303"
    assert "data race" in found.diagnostic.message
    lines = [label for label in found.diagnostic.labels if label.span.path.name == "thread_safety.c"]
    assert len(lines) >= 2
    assert lines[1].text == "the other thread here"
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "build"),
    [
        *spared_in(CODES, *OTHERS, wrong=("wrong",), builds=("sound", "near", "near_tsan")),
        ("ov_next", "near_tsan"),
    ],
)
def test_what_threads_may_share_is_no_finding(function, build, judge):
    assert threads(judge, function, build, seed=2) == ([], [])


@pytest.mark.slow
def test_both_calls_are_shown(judge):
    # Both threads must be between two instructions at once, which not every run sees on a busy machine.
    tries = (threads(judge, "ov_mean", "wrong", seed=seed)[0] for seed in range(1, 25))
    (found,) = next(each for each in tries if each)

    one, other = found.call.splitlines()
    assert one.endswith("// over and over, on 2 threads")
    assert other.endswith("// on 2 threads more, at the same time")
    assert "on one of 4 threads at once, and" in found.diagnostic.message


@pytest.mark.slow
def test_a_build_that_sees_no_races_says_so(judge):
    done = judge.items("thread_safety", "ov_next", "wrong", phases=("threads",))

    assert done[0].gaps[0].words == (
        "results of `ov_next` depend on the order of calls, so threads were only checked for crashes"
    )
    done = judge.items("thread_safety", "ov_mean", "sound", phases=("threads",))
    words = "without a `tsan` build, races in `ov_mean` that change no result cannot be seen"
    assert [gap.words for gap in done[0].gaps] == [words]


@pytest.mark.full
@pytest.mark.parametrize("function", ["ov_name", "ov_upper", "ov_walk"])
def test_the_emitted_program_fails_as_the_call_did(function, judge, built, tmp_path):
    (found,), _ = threads(judge, function, "wrong", seed=1)
    settings = judge.session.settings
    file = tmp_path / "again.c"
    file.write_text(emit_c(found.case, settings, "again.c"))

    def run(library):
        words = ["cc", "-Wall", "-Wextra", "-Werror", "-g", "-pthread", "-I", str(built), str(file)]
        words += [
            str(built / f"libthread_safety_{library}.so"),
            f"-Wl,-rpath,{built}",
            "-o",
            f"{tmp_path}/{library}",
        ]
        subprocess.run(words, check=True)
        return subprocess.run([tmp_path / library], capture_output=True, text=True, check=False)

    wrong = run("wrong")
    assert wrong.returncode == 1
    # Which wrong answer it is may be another one each time.
    assert "on one of 4 threads at once" in wrong.stderr
    assert run("sound").returncode == 0


def test_what_was_not_called_from_threads_is_listed(built, tmp_path):
    text = (built / "thread_safety.contract.yaml").read_text()
    file = built / "unsaid.contract.yaml"
    file.write_text(text.replace("ov_bag_count: {params: {bag: {handle: ov_bag}}}", "ov_bag_count:"))
    told = []
    selection = Selection(functions=("ov_bag_add", "ov_bag_count"), phases=("header",))
    run_contracts([file], selection, Settings(tmp_path), told.append)

    (finished,) = [event for event in told if isinstance(event, RunFinished)]
    assert finished.not_judged == (
        "`concurrent` for `ov_bag_count`, whose parameter does not say `handle: ov_bag`",
    )
