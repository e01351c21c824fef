"""`abidance trace` tells how a program calls a library, finds what the contract forbids, and is silent otherwise."""

from __future__ import annotations

import subprocess
import sys

import pytest

from abidance.cli.main import main
from abidance.contract.load import load_contract
from abidance.core.costs import Histogram

MISUSES = {
    "null": ("box_take", "ABD601"),
    "null-where-not-empty": ("box_slice_sum", "ABD601"),
    "null-string": ("box_name_length", "ABD601"),
    "range": ("box_level", "ABD602"),
    "enum": ("box_paint", "ABD602"),
    "requires": ("box_ratio", "ABD603"),
    "invariant": ("box_slice_sum", "ABD603"),
    "gone": ("box_put", "ABD604"),
    "stream-gone": ("box_step", "ABD604"),
    "twice": ("box_free", "ABD605"),
    "status": ("box_put", "ABD322"),
    "past-capacity": ("box_take", "ABD324"),
    "errno": ("box_level", "ABD362"),
    "ensures": ("box_ratio", "ABD321"),
}
CALLER = ("ABD601", "ABD602", "ABD603", "ABD604", "ABD605", "ABD606", "ABD607")


@pytest.fixture(scope="module")
def sound(boxes, trace_boxes):
    return trace_boxes(boxes / "user")


@pytest.fixture(scope="module")
def misused(boxes, trace_boxes):
    return trace_boxes(boxes / "user", *MISUSES, "alive", "beyond")


@pytest.mark.slow
@pytest.mark.spares(*CALLER, "ABD035")
def test_a_sound_program_gives_no_finding(sound):
    """It uses addresses again, copies handles, leaves calls by longjmp, forks, and calls from several threads."""
    assert (sound.status, sound.document["findings"], sound.document["notes"]) == (0, [], [])
    assert sound.document["status"] == 0


@pytest.mark.slow
def test_calls_threads_and_processes_are_counted(sound):
    put, printed = sound.function("box_put"), sound.function("box_printf")

    assert put["calls"] == 3000 * 3 + 4 * 2000 + 1
    assert put["threads"] == 5
    assert sound.function("box_forked")["calls"] == 3
    assert sound.function("box_forked")["threads"] == 2
    assert sound.document["processes"] == 2
    assert (printed["calls"], printed["time"]) == (3000, None)


@pytest.mark.slow
def test_results_refusals_and_sizes_are_told(sound):
    put, visit = sound.function("box_put"), sound.function("box_visit")

    assert put["refused"] == 3000
    assert {each["value"]: (each["count"], each["success"]) for each in put["results"]} == {
        "BOX_OK": (3000 + 8000, True),
        "BOX_FULL": (3001, False),
        "BOX_BAD": (3000, False),
    }
    assert [(each["place"], each["most"]) for each in put["sizes"]] == [("src", 64)]
    assert sum(each["calls"] for each in put["growth"]) == put["calls"]
    assert visit["calls"] - visit["returned"] == 1
    assert Histogram(put["time"]["histogram"]).count == put["calls"]


@pytest.mark.slow
def test_what_nothing_is_promised_of_is_counted(sound):
    assert sound.function("box_undescribed")["calls"] == 1
    assert not sound.function("box_hold")["promised"]


@pytest.mark.parametrize(
    ("how", "function", "code"),
    [pytest.param(how, *found, marks=pytest.mark.finds(found[1])) for how, found in MISUSES.items()],
)
def test_a_misuse_is_found(misused, how, function, code):
    assert code in misused.codes(function)


def test_nothing_else_is_found(misused):
    found = {(each["function"], each["code"]) for each in misused.document["findings"]}

    assert misused.status == 1
    assert found == set(MISUSES.values())


def test_a_finding_shows_the_call_and_where_it_was_made(misused, boxes):
    findings = misused.document["findings"]
    (found,) = (each for each in findings if (each["function"], each["code"]) == ("box_level", "ABD602"))
    lines = (boxes / "user.c").read_text().splitlines()
    (line,) = (number for number, text in enumerate(lines, 1) if "box_level(it, 11)" in text)

    assert found["call"] == "box_level(it, 11);"
    assert found["message"] == "`box_level` is called where `level` is 11, which the contract does not allow"
    assert [each["line"] for each in found["locations"] if each["path"].endswith("user.c")] == [line]
    assert any("`misuse` at user.c" in note for note in found["notes"])


@pytest.mark.finds("ABD606")
@pytest.mark.finds("ABD607")
def test_what_decides_nothing_is_a_note(misused):
    notes = {each["code"]: each["message"] for each in misused.document["notes"]}

    assert notes["ABD606"].startswith("2 `box` made from `misuse` at user.c:")
    assert notes["ABD607"].startswith("`box_put` is called where `n` is 5000: more than")


def test_what_was_recorded_outlives_a_program_that_is_killed(boxes, trace_boxes):
    killed = trace_boxes(boxes / "user", "range", "crash")

    assert (killed.status, killed.document["status"]) == (1, -9)
    assert killed.codes() == {"ABD602"}


def test_a_function_that_is_asked_for_by_name_is_traced(boxes, trace_boxes):
    program = "import ctypes; ctypes.CDLL('./libbox.so').box_paint(3)".replace("./", f"{boxes}/")
    traced = trace_boxes(sys.executable, "-c", program, library=str(boxes / "libbox.so"))

    assert traced.codes("box_paint") == {"ABD602"}


@pytest.mark.slow
@pytest.mark.finds("ABD035")
def test_a_program_that_has_the_library_inside_is_refused(boxes, trace_boxes, capsys):
    subprocess.run(["cc", "-w", "-o", "alone", "user.c", "box.c", "-pthread"], cwd=boxes, check=True)

    assert trace_boxes(boxes / "alone", "range").status == 3
    assert "`alone` has `box_begin` inside of itself" in capsys.readouterr().err


@pytest.mark.slow
def test_the_program_keeps_its_input_and_output(boxes):
    words = ["trace", "box.contract.yaml", "--", sys.executable, "-c"]
    program = f"import ctypes; ctypes.CDLL('{boxes}/libbox.so').box_paint(1); print(input())"
    done = subprocess.run(
        [sys.executable, "-m", "abidance", *words, program],
        cwd=boxes,
        input="asked\n",
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "asked\n")
    assert "ok: no call that the contract forbids was seen." in done.stderr


def test_calls_are_sampled_only_when_that_is_asked_for(sound):
    assert not any(each["examples"] for each in sound.document["functions"])


@pytest.mark.slow
def test_sampled_calls_become_examples_of_the_contract(boxes, capsys, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    contract = boxes / "sampled.contract.yaml"
    contract.write_text((boxes / "box.contract.yaml").read_text())
    words = ["trace", str(contract), "--samples", "3", "--add-examples", "--", str(boxes / "user")]

    assert (main(words), main(words)) == (0, 0)  # what is there is not added again
    examples = {
        name: load_contract(contract).functions[name].examples for name in ("box_paint", "box_name_length")
    }
    assert {name: len(each) for name, each in examples.items()} == {"box_paint": 2, "box_name_length": 2}
    assert "- {slice: {data: null, first: 1, last: 2}}  # traced" in contract.read_text()
    assert main(["check", str(contract)]) == 0
