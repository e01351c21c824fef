from __future__ import annotations

from dataclasses import replace

import pytest
from report_scenes import NO_BUILD, NO_CARGO, NO_TSAN, failed, item, not_run, passed

from abidance.core.catalogue import EXPRESSION_FAILED, NOT_JUDGED
from abidance.core.codes import Code, Severity
from abidance.core.diagnostic import Diagnostic
from abidance.core.events import CaseRan, ItemStarted, RunFinished, RunInterrupted, RunStarted, RunStopped
from abidance.core.outcome import Outcome

pytestmark = pytest.mark.unit


def test_a_contract_that_holds(project, report, golden):
    text = report(
        project.started(),
        project.finished(
            passed("c", "release"),
            passed("c", "asan+ubsan"),
            passed("rust", "release"),
            tuple(
                item("c=rust", "", function=name, phase="equivalence") for name in ("rg_admit", "rg_batch")
            ),
            not_judged=(NO_TSAN,),
        ),
    )
    golden("holds.txt", text)


def test_a_broken_promise(project, report, golden):
    text = report(
        project.started(("mine",), ("prebuilt",)),
        project.finished(failed(project.broken_promise()), passed("mine", "prebuilt")),
    )
    golden("broken_promise.txt", text)


def test_one_fault_on_two_builds_is_one_finding_with_the_places_of_both(project, report, golden):
    text = report(
        project.started(("c",)),
        project.finished(
            failed(project.memory_error("release", "the guard page", lines=False)),
            passed("c", "release"),
            failed(project.memory_error("asan+ubsan", "AddressSanitizer (heap-buffer-overflow)", lines=True)),
            passed("c", "asan+ubsan"),
        ),
    )
    golden("memory_error.txt", text)


def test_one_fault_under_several_functions_is_one_finding(project, report):
    found = project.memory_error("release", "the guard page", lines=True)
    others = [replace(found, function=name, call="...") for name in ("rg_batch", "rg_guard_free")]
    text = report(project.started(), project.finished(*(failed(each) for each in (found, *others))))
    assert text.count("error[ABD312]") == 1
    assert "\n1 finding in `rg_admit`." in text


def test_colour(project, report, golden):
    text = report(
        project.started(("mine",), ("prebuilt",)),
        project.finished(failed(project.broken_promise()), passed("mine", "prebuilt")),
        color=True,
        width=80,
    )
    golden("broken_promise_in_colour.txt", text)


def test_what_was_not_run_says_why_and_never_ok(project, report, golden):
    text = report(
        project.started(),
        project.finished(
            passed("c", "release"),
            not_run("rust", "release", NO_CARGO),
            not_run("rust", "asan+ubsan", NO_BUILD, Outcome.ERRORED),
        ),
    )
    golden("not_run.txt", text)


def test_what_could_not_be_judged_among_what_was(project, report):
    failed_to_evaluate = Diagnostic(
        EXPRESSION_FAILED, "`1 // n` has no value here", (project.label(project.contract, 38, "result"),)
    )
    text = report(
        project.started(("c",), ("release",)),
        project.finished(
            passed("c", "release"),
            (item("c", "release", outcome=Outcome.ERRORED, reasons=(failed_to_evaluate,)),),
        ),
    )
    assert "error[ABD107] expression-failed: `1 // n` has no value here\n  --> request_guard" in text
    assert "  c   release   1 not judged   7 items   6,240 calls   1.9 s\n" in text
    assert text.endswith("\n1 of 7 items could not be judged.  What was judged holds.\n")


def test_an_expression_without_a_value_is_told_once_on_the_shortest_case(project, report):
    """Each handle whose sequences make the call would tell of it on another case."""
    one, other = (
        Diagnostic(
            EXPRESSION_FAILED, f"`{text}` has no value here", (project.label(project.contract, line, "r"),)
        )
        for text, line in (("1 // n", 38), ("2 // n", 38))
    )
    cases = ("on rg_new();", "   rg_admit(a);"), ("on rg_admit();",), ("on rg_new();", "   rg_admit(b);")
    text = report(
        project.started(("c",), ("release",)),
        project.finished(
            *(
                (
                    item(
                        "c",
                        "release",
                        function=f"f{n}",
                        outcome=Outcome.ERRORED,
                        reasons=(replace(one, notes=notes), replace(other, notes=notes)),
                    ),
                )
                for n, notes in enumerate(cases)
            )
        ),
    )

    assert text.count("`1 // n` has no value here") == 1
    assert text.count("`2 // n` has no value here") == 1
    assert text.count("on rg_admit();") == 2
    assert "on rg_new();" not in text


def test_what_does_not_apply_counts_neither_way(project, report):
    reason = Diagnostic(NOT_JUDGED, "no handles here")
    skipped = (item("c", "tsan", phase="lifecycle", outcome=Outcome.SKIPPED, reasons=(reason,)),)
    quiet = report(project.started(), project.finished(passed("c", "release"), skipped))
    assert "tsan" not in quiet
    assert quiet.endswith("ok: the contract holds.\n")
    told = report(project.started(), project.finished(passed("c", "release"), skipped), verbosity=1)
    assert "  c   tsan         does not apply   no handles here\n" in told


@pytest.mark.parametrize(
    ("gaps", "listed"),
    [
        (("a", "b"), False),
        (("leaks of `f`; say `owner`", "b"), True),
        (("a", "`f`, which is never called"), True),
        (("leaks of `f`, and of `g`; say `owner`",), False),
    ],
)
def test_what_is_not_judged_stands_on_lines_where_commas_would_not_part_it(gaps, listed, project, report):
    text = report(project.started(), project.finished(passed("c", "release"), not_judged=gaps))

    assert ("\nNot judged:\n" in text) == listed
    assert (f"Not judged: {', '.join(gaps)}." in text) != listed


def test_functions_without_postconditions_are_listed_when_functions_are_shown(project, report):
    events = [
        RunStarted("b", str(project.contract), 2, ("c",), ("release",), 1),
        RunFinished("b", str(project.contract), 1, (item("c", "release"),), unpromised=("rg_new", "rg_free")),
    ]

    assert "  without postconditions: `rg_new`, `rg_free`\n" in report(*events, verbosity=1)
    assert "postconditions" not in report(*events)


def test_functions_and_phases(project, report, golden):
    events = (
        project.started(("mine",), ("prebuilt",)),
        project.finished(
            failed(project.broken_promise()),
            passed("mine", "prebuilt"),
            not_run("rust", "release", NO_CARGO),
        ),
    )
    tables = [report(*events, verbosity=level).split("--emit c`\n\n")[1] for level in (1, 2)]
    golden("functions_and_phases.txt", "\n".join(tables))


def test_columns_line_up_for_every_width(project, report):
    text = report(
        project.started(),
        project.finished(
            passed("a", "x"),
            passed("a_library_with_a_long_name", "release+lto", functions=("f",)),
            failed(project.broken_promise("b", "y"), calls=1_234_567),
        ),
    )
    rows = [line for line in text.splitlines() if " items" in line or " item " in line]
    assert len(rows) == 3
    assert len({len(line) for line in rows}) == 1
    assert {line[-2:] for line in rows} == {" s"}


def test_many_findings(project, report):
    found = project.broken_promise()
    other = project.memory_error("release", "the guard page", lines=False)
    text = report(
        project.started(), project.finished(failed(found), failed(other), not_run("rust", "r", NO_CARGO))
    )
    assert text.endswith(
        "\n2 findings in `rg_admit`.\n3 of 5 items could not be judged.\n"
        "`abidance explain CODE` says what a rule means and what it cannot see: ABD321, ABD312.\n"
    )
    assert "= seen in `c` by the guard page on `release`\n" in text


def test_an_interrupted_run_shows_what_was_found(project, report):
    text = report(
        project.started(),
        ItemStarted(passed("c", "release")[0].item),
        CaseRan(passed("c", "release")[0].item, 12),
        *failed(project.broken_promise()),
        RunInterrupted(),
    )
    assert "\nerror[ABD321]" in text
    assert "\ninterrupted.  1 finding in `rg_admit`." in text


def test_an_interruption_told_twice_is_one(project, report):
    ended = passed("c", "release")
    text = report(
        project.started(),
        *ended,
        RunInterrupted(),
        project.finished(ended, interrupted=True),
        RunInterrupted(),
    )
    assert text.count("6 items") == 1
    assert text.endswith("\ninterrupted.  What was judged holds.\n")


def test_a_contract_that_cannot_be_run_does_not_hide_the_others(project, report, golden):
    text = report(
        project.started(("c",), ("release",)),
        project.finished(passed("c", "release")),
        RunStopped("other.contract.yaml", (project.unknown_name(),), 2),
    )
    golden("stopped.txt", text)


def test_nothing_run_is_nothing_passed(report):
    assert report() == "nothing was run, so nothing passed.\n"


def test_several_contracts_that_hold(project, report):
    one = (project.started(), project.finished(passed("c", "release"), not_judged=("a", "b", "c", "d")))
    text = report(*one, *one)
    assert text.endswith(
        "\nok: all 2 contracts hold.\nNot judged:\n"
        "  request_guard: a\n  request_guard: b\n  request_guard: c\n  request_guard: d\n"
    )


NEVER = "promises about `handler` of `set_{}`: it was never called"
OTHER = "promises about `free` of `set_start`: it was never called"


def test_what_is_the_same_of_several_functions_is_said_once(project, report):
    gaps = (
        *(NEVER.format(each) for each in ("start", "end", "text", "data", "name")),
        OTHER,
        "leaks of `get`",
        "time",
    )
    events = (project.started(), project.finished(passed("c", "release"), not_judged=gaps))

    shown = report(*events).partition("Not judged:\n")[2].splitlines()
    assert shown == [
        f"  {NEVER.format('start')} (the same: `set_end`, `set_text`, `set_data` and 1 more)",
        f"  {OTHER}",
        "  leaks of `get`",
        "  time",
    ]
    assert report(*events, verbosity=1).partition("Not judged:\n")[2].splitlines() == [
        f"  {gap}" for gap in gaps
    ]


def test_two_that_are_the_same_stand_for_themselves(project, report):
    gaps = (NEVER.format("start"), NEVER.format("end"), OTHER, "leaks of `get`")
    text = report(project.started(), project.finished(passed("c", "release"), not_judged=gaps))

    assert text.endswith("Not judged:\n" + "".join(f"  {gap}\n" for gap in gaps))


def test_warnings_are_shown_and_do_not_fail(project, report):
    odd = Diagnostic(Code("ABD998", "odd", Severity.WARNING), "odd")
    found = project.broken_promise()
    warned = item("c", "release", findings=(type(found)(odd, "f", "p", "c", ("release",)),))
    text = report(project.started(), project.finished((warned,)))
    assert "warning[ABD998] odd: odd\n" in text
    assert "  c   release   1 warning   1 item" in text
    assert text.endswith("\nok: the contract holds.  1 warning.\n")


def test_a_failed_item_says_why_with_or_without_a_finding(project, report):
    bare = item("c", "release", outcome=Outcome.FAILED, reasons=(NO_BUILD,))
    text = report(project.started(), project.finished((bare,)))
    assert "error[ABD005] build-failed" in text
    assert text.endswith("\n1 item failed.\n")
