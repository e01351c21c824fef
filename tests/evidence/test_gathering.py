"""What kept runs have shown of a contract: the latest of each item, with the run that it is from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from abidance.core.catalogue import NO_COMPILER
from abidance.core.coverage_event import Covered
from abidance.core.diagnostic import Diagnostic
from abidance.core.events import RunStopped
from abidance.core.gaps import Gap
from abidance.core.gate import GateResult
from abidance.core.outcome import Outcome
from abidance.evidence.model import Standing

pytestmark = pytest.mark.unit


def test_what_nothing_looked_at_is_not_judged(kept):
    kept.run(kept.item("f"))

    assert kept.subject("g").standing is Standing.NOT_JUDGED
    assert kept.subject("f").standing is Standing.HOLDS


def test_without_any_run_nothing_is_judged(kept):
    assert {each.standing for each in kept.known.functions} == {Standing.NOT_JUDGED}
    assert kept.known.runs == ()


def test_a_run_of_one_function_leaves_what_was_shown_of_the_others(kept):
    kept.run(*kept.all_items())
    kept.run(kept.item("f", Outcome.FAILED, findings=(kept.finding(),)))

    found = kept.known

    assert [each.standing for each in found.functions] == [Standing.FINDINGS, Standing.HOLDS]
    assert [{each.origin.run.id for each in subject.items} for subject in found.functions] == [{1, 2}, {1}]
    assert [each.run.id for each in found.runs] == [2, 1]


def test_a_finding_that_is_gone_is_gone(kept):
    kept.run(kept.item("f", Outcome.FAILED, findings=(kept.finding(),)))
    kept.run(*kept.all_items())

    assert kept.subject("f").standing is Standing.HOLDS
    assert [each.run.id for each in kept.known.runs] == [2]


def test_that_of_a_campaign_is_not_outdone_by_a_run_that_explored_less(kept):
    explored = kept.item("f", Outcome.FAILED, phase="explore", findings=(kept.finding(),))
    kept.run(explored, command="fuzz")
    kept.run(*kept.all_items(), kept.item("f", phase="explore"))

    assert kept.subject("f").standing is Standing.FINDINGS


def test_but_for_one_that_was_before_a_change(kept):
    explored = kept.item("f", Outcome.FAILED, phase="explore", findings=(kept.finding(),))
    kept.run(explored, command="fuzz")
    kept.at("b" * 40)

    assert kept.subject("f").standing is Standing.FINDINGS
    kept.run(*kept.all_items())
    assert kept.subject("f").standing is Standing.HOLDS


def test_a_cause_stands_with_the_function_that_is_to_blame(kept):
    told = kept.finding("f")
    blamed = replace(told, diagnostic=replace(told.diagnostic, subject="g"))
    kept.run(*kept.all_items()[2:], kept.item("f", Outcome.FAILED, findings=(blamed,)))

    assert [len(kept.subject(name).causes) for name in ("f", "g")] == [0, 1]
    assert kept.subject("f").standing is Standing.FINDINGS


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            lambda kept: kept.at("b" * 40),
            "`src/f.c` was changed since: it was at aaaaaaaaaa, and now is bbbbbbbbbb",
        ),
        (lambda kept: kept.at(changed=True, changes="x"), "`src/f.c` was changed since"),
        (lambda kept: setattr(kept, "content", "two"), "the contract or its header was changed since"),
    ],
    ids=["revision", "files", "contract"],
)
def test_what_was_judged_before_a_change_is_outdated_and_says_so(kept, change, why):
    kept.run(*kept.all_items())
    change(kept)

    assert kept.subject("f").standing is Standing.OUTDATED
    assert any(why in doubt for doubt in kept.known.runs[0].doubts)


def test_a_commit_that_changes_nothing_that_is_there_is_no_change(kept):
    kept.run(*kept.all_items())
    kept.at("b" * 40)
    kept.since = ()

    assert kept.subject("f").standing is Standing.HOLDS


def test_what_was_judged_of_changed_files_is_not_of_other_ones(kept):
    kept.at(changed=True, changes="x")
    kept.run(*kept.all_items())
    kept.at()

    assert kept.known.runs[0].doubts == ("it was of changed files, and they have changed since",)


def test_the_same_changed_files_are_no_change(kept):
    kept.at(changed=True, changes="x")
    kept.run(*kept.all_items())

    assert kept.subject("f").standing is Standing.HOLDS
    assert kept.known.runs[0].is_current


def test_a_library_that_is_gone_from_the_contract_tells_nothing(kept):
    kept.run(*kept.all_items(), kept.item("f", Outcome.FAILED, library="old", findings=(kept.finding(),)))
    kept.run(kept.item("f"))

    assert kept.subject("f").standing is Standing.HOLDS
    assert all(each.value.item.library != "old" for each in kept.subject("f").items)


def test_one_that_was_given_to_the_last_run_alone_counts(kept):
    kept.run(*kept.all_items())
    kept.run(kept.item("f", Outcome.FAILED, library="mine", findings=(kept.finding(),)))

    assert kept.subject("f").standing is Standing.FINDINGS


def test_what_could_not_be_judged_leaves_a_function_partly_judged(kept):
    kept.run(kept.item("f"), kept.item("f", Outcome.ERRORED, library="rust"))

    assert kept.subject("f").standing is Standing.PARTLY


def test_so_does_a_promise_that_no_call_put_to_the_test(kept):
    gap = Gap("f", "ensures:0", "`result == 1` of `f`: no case tested it")
    kept.run(kept.item("f", gaps=(gap,)))

    assert kept.subject("f").standing is Standing.PARTLY
    assert kept.subject("f").gaps == (gap.words,)


def test_but_not_what_another_subject_put_to_the_test(kept):
    gap = Gap("f", "ensures:0", "`result == 1` of `f`: no case tested it")
    kept.run(kept.item("f", gaps=(gap,)), kept.item("g", tested=frozenset([("f", "ensures:0")])))

    assert kept.subject("f").standing is Standing.HOLDS


def test_what_is_suppressed_is_no_pass(kept):
    kept.run(kept.item("f", Outcome.SUPPRESSED, suppressed=((kept.finding(), "known"),)))

    found = kept.subject("f")

    assert found.standing is Standing.SUPPRESSED
    assert [each.value[1] for each in found.suppressed] == ["known"]


def test_what_was_not_put_to_the_test_is_that_of_the_last_run(kept):
    kept.run(*kept.all_items(), not_judged=("old",))
    kept.run(*kept.all_items(), not_judged=("new",))

    assert [each.value for each in kept.known.not_judged] == ["new"]


def test_items_of_a_run_that_was_killed_count(kept):
    kept.run(kept.item("f"), ends=False)

    assert kept.subject("f").standing is Standing.HOLDS
    assert kept.known.runs[0].run.ended is None


def test_why_the_last_run_could_not_begin_is_known(kept):
    stopped = RunStopped(str(kept.contract), (Diagnostic(NO_COMPILER, "none"),), 3)
    kept.run(*kept.all_items())
    kept.keep(stopped, command="run")

    assert kept.known.stopped.value == stopped
    kept.run(*kept.all_items())
    assert kept.known.stopped is None


def test_the_gates_last_verdict_and_the_last_coverage_are_known(kept):
    path = str(kept.contract)
    covered = Covered("b", path, 1, (), (), content="one")
    for verdict in ("breaking", "compatible"):
        kept.keep(GateResult("b", "b.abi.json", path, verdict, "no-breaking", "none"))
    kept.keep(covered, command="coverage")
    kept.content = "two"

    found = kept.known

    assert found.gate.value.verdict == "compatible"
    assert (found.coverage.value, found.coverage.origin.is_current) == (covered, False)
