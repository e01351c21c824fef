"""What calls cost is held to its budget: what costs too much is found, and what a machine may do besides is not.

`costs.c` is one source and three libraries: sound, as near to the defects as sound code can come, and wrong.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys

import pytest
from families import found_in, spared_in

from abidance.cli.main import main
from abidance.core.costs import BudgetVerdict, CostKind
from abidance.core.events import ItemFinished, RunFinished
from abidance.core.outcome import Outcome
from abidance.run.commands.emit_c import emit_c
from abidance.run.commands.replay import replay
from abidance.run.engine.engine import run_contracts
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from tiers import full, sample

# By function: the code, the clause that is broken, and whether it takes measuring.
DEFECTS = {
    "ct_admit": ("ABD383", "p99"),
    "ct_seldom": ("ABD383", "p99_9"),
    "ct_usual": ("ABD383", "p50"),
    "ct_often": ("ABD383", "throughput"),
    "ct_together": ("ABD383", "throughput"),
    "ct_find": ("ABD384", "instructions"),
    "ct_first": ("ABD386", "scaling"),
    "ct_sort": ("ABD386", "scaling"),
    "ct_words": ("ABD386", "scaling"),
    "ct_hash": ("ABD387", "no_worse_than"),
    "ct_box_new": ("ABD383", "p50"),
    "ct_box_add": ("ABD384", "instructions"),
    "ct_box_free": ("ABD383", "p99"),
    "ct_each": ("ABD384", "instructions"),
    "ct_sum": ("ABD384", "instructions"),
}
CODES = {function: code for function, (code, _) in DEFECTS.items()}
HEAP = {"ct_split": "allocations", "ct_pad": "bytes_allocated"}
HEAP_CODES = dict.fromkeys(HEAP, "ABD385")


def costs(judge, function, build, **options):
    return judge("costs", function, build, phases=("cost",), **options)


@pytest.mark.parametrize(("function", "build", "code"), found_in(CODES, ("wrong",)))
def test_what_costs_too_much_is_found(function, build, code, judge):
    found, reasons = costs(judge, function, build, seed=1)
    clause = DEFECTS[function][1]

    assert [each.diagnostic.code.id for each in found] == [code]
    assert found[0].diagnostic.place == f"{function}:{clause}"
    assert found[0].repeats[0] > 0
    assert reasons == []
    if code in ("ABD383", "ABD387"):
        assert re.search(
            r"\(95 % interval .+ to .+, \d+ interleaved runs\), of ", found[0].diagnostic.notes[-1]
        )


@pytest.mark.full
def test_a_function_that_goes_through_a_stub_is_measured_too(judge):
    found, reasons = costs(judge, "ct_log", "wrong", seed=1)

    places = {each.diagnostic.place.rpartition(":")[2] for each in found}
    assert places == {"p99", "throughput"}
    assert reasons == []


@pytest.mark.parametrize(
    ("function", "build"), spared_in(CODES, "ct_log", wrong=("wrong",), builds=("sound", "near"))
)
def test_what_keeps_its_budget_is_no_finding(function, build, judge):
    assert costs(judge, function, build, seed=2) == ([], [])


@pytest.fixture
def busy():
    """Keep more processes busy than there are processors, half of them with memory."""
    spin, copy = "while True: pass", "a = bytearray(1 << 26)\nwhile True: a[:] = bytes(a)"
    count = 1 + len(os.sched_getaffinity(0))
    beside = [subprocess.Popen([sys.executable, "-c", (spin, copy)[each % 2]]) for each in range(count)]
    yield
    for each in beside:
        each.kill()
        each.wait()


@pytest.mark.full
@pytest.mark.parametrize(
    "function", ["ct_admit", "ct_seldom", "ct_usual", "ct_often", "ct_together", "ct_hash"]
)
def test_a_busy_machine_makes_no_finding_of_sound_code(function, judge, busy):
    for build, seed in (("sound", 3), ("near", 4)):
        found, reasons = costs(judge, function, build, seed=seed)
        assert found == []
        assert {reason.code.name for reason in reasons} <= {"not-measured"}


@pytest.mark.slow
def test_what_calls_cost_is_kept_with_its_interval(judge):
    (item,) = judge.items("costs", "ct_admit", "sound", phases=("cost",))

    (simplest, *_), kinds = item.costs, {each.kind for each in item.costs}
    found = next(each for each in simplest.quantiles if each.clause == "p99")
    assert kinds == {CostKind.TIME}
    assert simplest.input == "simplest"
    assert (simplest.runs, simplest.confidence) == (12, 0.95)
    assert simplest.histogram.count == simplest.calls
    assert found.verdict is BudgetVerdict.KEPT
    assert found.low <= found.value * 1.01
    assert found.value <= found.high * 1.01
    assert found.allowed == pytest.approx(50e6)
    assert simplest.histogram.at(0.99) == pytest.approx(found.value, rel=0.01, abs=2000)


@pytest.mark.parametrize(("function", "build", "code"), found_in(HEAP_CODES))
def test_heap_memory_beyond_the_budget_is_found(function, build, code, judge):
    (found,), reasons = judge("costs", function, build, phases=("properties",), seed=1)

    assert found.diagnostic.code.id == code
    assert found.diagnostic.place == f"{function}:{HEAP[function]}"
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(HEAP_CODES))
def test_heap_memory_within_the_budget_is_no_finding(function, build, judge):
    assert judge("costs", function, build, phases=("properties",), seed=2) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("function", sample(["ct_find", "ct_sort", "ct_admit", "ct_hash"], keep=["ct_find"]))
def test_the_call_that_is_shown_costs_too_much_again(function, judge):
    (found,), _ = costs(judge, function, "wrong", seed=3)
    settings = judge.session.settings
    told = []
    replay(found.case, settings, told.append)

    (finished,) = [event for event in told if isinstance(event, ItemFinished)]
    assert [each.diagnostic.code.id for each in finished.findings] == [found.diagnostic.code.id]
    program = emit_c(found.case, settings)
    assert f"{found.diagnostic.code.id} {found.diagnostic.code.name}: `{function}`" in program
    assert f"{function}(" in program


@pytest.mark.full
def test_the_smallest_call_that_costs_as_much_is_shown(judge):
    (found,), _ = costs(judge, "ct_find", "wrong", seed=4)

    assert ", 4, " in found.call, "beyond three routes there is too much to do"
    assert re.search(
        r"executes (more than )?\d\d?,\d\d\d instructions, where 6,000", found.diagnostic.message
    )


@pytest.mark.slow
def test_how_it_grows_is_told_in_figures(judge):
    (found,), _ = costs(judge, "ct_first", "wrong", seed=1)

    assert (
        "times as many instructions when `length` doubles, where `1` allows 1.0" in found.diagnostic.message
    )
    assert re.fullmatch(
        r"instructions by `length`: (\d[\d,]* at \d[\d,]*(, )?){4,6}", found.diagnostic.notes[0]
    )


@pytest.mark.slow
@pytest.mark.parametrize("build", ["sound", "wrong"])
def test_a_library_is_not_compared_with_itself(build, judge):
    assert bool(judge.items("costs", "ct_hash", build, phases=("cost",))) == (build == "wrong")


@pytest.mark.slow
def test_a_build_with_a_sanitizer_is_not_measured(judge):
    (item,) = judge.items("costs", "ct_find", "sound_asan", phases=("cost",))

    assert item.outcome is Outcome.SKIPPED
    assert not item.applies
    assert item.reasons[0].code.name == "measured-elsewhere"


@pytest.mark.slow
def test_where_only_that_is_run_it_is_listed_as_not_judged(built, tmp_path):
    told = []
    selection = Selection(libraries=("sound_asan",), functions=("ct_find", "ct_pad"))
    settings = Settings(tmp_path, max_examples=5)
    run_contracts([built / "costs.contract.yaml"], selection, settings, told.append)

    (finished,) = [event for event in told if isinstance(event, RunFinished)]
    assert finished.not_judged == (
        "`cost` of `ct_find`, which only `release` builds and prebuilt libraries show",
    )


def unjudged(built, judge, name, *changes, function):
    text = (built / "costs.contract.yaml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (built / f"{name}.contract.yaml").write_text(text)
    found, reasons = judge(name, function, "sound", phases=("cost",))
    assert found == []
    return [reason.message for reason in reasons]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "old", "new", "why"),
    [
        ("ct_find", "instructions: 6000", "instructions: 2000000", "no more than 1,048,576 can be counted"),
        (
            "ct_find",
            "instructions: 6000",
            "instructions: {accepted: true}",
            "nothing is accepted for simplest",
        ),
        ("ct_sort", "range: [0, 1000]", "range: [0, 20]", "no valid call with `count` at 32 can be counted"),
        full("ct_together", "effects: [thread_safe], ", "", "calls on several threads take"),
        full("ct_together", "threads: 2", "threads: 7", "7 threads take as many processors, and there are"),
    ],
)
def test_what_cannot_be_measured_is_told(function, old, new, why, built, judge):
    if "processors" in why and len(os.sched_getaffinity(0)) >= 7:
        pytest.skip("as many processors as that are here")
    (said,) = unjudged(built, judge, f"unmeasured_{abs(hash(new))}", (old, new), function=function)
    assert why in said


@pytest.mark.slow
def test_builds_that_are_not_shipped_are_listed_as_not_judged(built, tmp_path):
    text = (built / "costs.contract.yaml").read_text()
    text = text.replace(
        "sound: {path: libcosts_sound.so}", "sound: {command: ['true'], artifact: libcosts_sound_asan.so}"
    )
    (built / "unshipped.contract.yaml").write_text(text)
    told = []
    selection = Selection(libraries=("sound",), builds=("asan",), functions=("ct_pad", "ct_find"))
    run_contracts(
        [built / "unshipped.contract.yaml"], selection, Settings(tmp_path, max_examples=5), told.append
    )

    (finished,) = [event for event in told if isinstance(event, RunFinished)]
    assert finished.not_judged == (
        "`cost` of `ct_find`, which only `release` builds and prebuilt libraries show",
    )


def accepting(built, name):
    text = (built / "costs.contract.yaml").read_text().replace("boundary: costs", f"boundary: {name}")
    text = re.sub(r"  (near|sound_asan|near_asan|wrong_asan): .*\n", "", text)
    text = text.replace(
        "cost: {instructions: 6000}",
        "cost: {instructions: {accepted: true, tolerance: 2%}}\n    examples: [{count: 9, wanted: 0}]",
    )
    file = built / f"{name}.contract.yaml"
    file.write_text(text)
    return file


@pytest.mark.full
def test_what_was_accepted_is_the_measure(built, judge, monkeypatch, capsys, tmp_path):
    file = accepting(built, "accepts")
    monkeypatch.chdir(built)
    monkeypatch.delenv("CI", raising=False)

    assert main(["accept", str(file)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 5
    assert all(line.endswith("instructions   new") for line in said[1:])
    (accepted,) = (built / "costs").glob("accepts.*.costs.json")
    before = accepted.read_text()
    assert judge("accepts", "ct_find", "wrong", phases=("cost",)) == ([], [])

    assert main(["accept", str(file)]) == 0
    assert all(line.endswith("as before") for line in capsys.readouterr().out.splitlines()[1:])
    assert accepted.read_text() == before

    # A library that executes more from now on.
    shutil.copy(built / "libcosts_sound.so", built / "libcosts_worse.so")
    file.write_text(file.read_text().replace("libcosts_wrong.so", "libcosts_worse.so"))
    main(["accept", str(file)])
    shutil.copy(built / "libcosts_wrong.so", built / "libcosts_worse.so")
    found = []
    run_contracts(
        [file],
        Selection(libraries=("wrong",), phases=("cost",), functions=("ct_find",)),
        Settings(tmp_path),
        found.append,
    )
    (finding,) = [each for event in found if isinstance(event, ItemFinished) for each in event.findings]
    assert finding.diagnostic.code.id == "ABD384"
    assert "were accepted for this call, example 1; that is +" in finding.diagnostic.notes[0]


@pytest.mark.slow
def test_costs_are_not_accepted_in_ci(built, monkeypatch, capsys):
    monkeypatch.setenv("CI", "true")
    assert main(["accept", str(accepting(built, "never"))]) == 2
    assert "costs are never accepted where `CI` is set" in capsys.readouterr().err
    assert not [*(built / "costs").glob("never.*")]


def test_a_file_that_holds_no_costs_is_told(built, judge):
    accepting(built, "damaged")
    (built / "costs").mkdir(exist_ok=True)
    (built / "costs" / f"damaged.{platform.machine()}-linux.costs.json").write_text("{}")
    found, (reason,) = judge("damaged", "ct_find", "sound", phases=("cost",))
    assert found == []
    assert "does not hold accepted costs" in reason.message
