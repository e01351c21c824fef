"""What cannot be judged is reported, at its place, and is neither passed nor failed."""

from __future__ import annotations

import subprocess
import textwrap

import pytest

from abidance.contract.load import load_contract
from abidance.core.outcome import Outcome
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.settings import Settings
from tiers import full


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory, built):
    library = tmp_path_factory.mktemp("not_judgeable") / "libnot_judgeable.so"
    command = ["gcc", "-w", "-shared", "-fPIC", "-O1", "-o", library, built / "not_judgeable.c"]
    subprocess.run(command, check=True)
    return library


@pytest.fixture
def judged(tmp_path, doubtful, built):
    """Run a contract's items; return them by function and phase."""

    def run(functions, *, handles="", **settings):
        (tmp_path / "not_judgeable.h").write_text((built / "not_judgeable.h").read_text())
        head = f"abidance: 1\nboundary: doubtful\nheader: not_judgeable.h\nlibraries: {{c: {{path: {doubtful}}}}}\n"
        file = tmp_path / "not_judgeable.contract.yaml"
        body = textwrap.indent(textwrap.dedent(functions), "  ")
        file.write_text(f"{head}{textwrap.dedent(handles)}\nfunctions:\n{body}")
        contract = load_contract(file)
        with Session(Settings(tmp_path, seed=1, **settings)) as session:
            done = [session.run(contract, item, lambda _: None) for item in list_items(contract)]
        return {(item.item.function, item.item.phase): item for item in done}

    return run


@pytest.mark.slow
def test_a_division_by_zero_in_a_promise(judged):
    item = judged("db_div: {ensures: [0 // b == 0]}")["db_div", "properties"]

    (reason,) = item.reasons
    assert item.outcome is Outcome.ERRORED
    assert (reason.code.id, reason.message) == ("ABD107", "division by zero")
    assert reason.span.column == len("  db_div: {ensures: [") + 1
    assert reason.notes == ("on db_div(0, 0);",)


@pytest.mark.slow
def test_an_index_outside_a_buffer(judged):
    item = judged('db_sum: {params: {p: {in: bytes, length: n}}, ensures: ["p[0] <= result"]}')[
        "db_sum", "properties"
    ]

    assert item.outcome is Outcome.ERRORED
    assert item.reasons[0].message == "index 0 is outside `p`, which has 0 elements"
    assert item.reasons[0].notes == ('on db_sum("", 0);',)


@pytest.mark.slow
def test_of_a_long_case_the_last_lines_are_shown(judged):
    steps = ", ".join(f"a{n} = db_div({n}, 1)" for n in range(20))
    law = f"laws: {{long: {{given: {{n: {{in: int}}}}, steps: [{steps}], ensures: [n // 0 == 0]}}}}"

    (reason,) = judged("db_div:", handles=law)["long", "laws"].reasons

    assert len(reason.notes) == 13
    assert reason.notes[0].startswith("on ... (")
    assert "db_div(19, 1);" in reason.notes[-1]


@pytest.mark.slow
def test_a_finding_is_kept_beside_it(judged):
    item = judged("db_wrong: {ensures: ['implies(x == 42, result == 42)', 1 // (x - 7) == 0 or x != 7]}")[
        "db_wrong", "properties"
    ]

    assert item.outcome is Outcome.FAILED
    assert [finding.diagnostic.code.id for finding in item.findings] == ["ABD321"]
    assert [reason.code.id for reason in item.reasons] == ["ABD107"]


@pytest.mark.full
def test_a_precondition_without_a_value(judged):
    item = judged("db_div: {requires: [100 // b > 0]}")["db_div", "properties"]

    assert item.outcome is Outcome.ERRORED
    assert item.reasons[0].code.id == "ABD107"


@pytest.mark.slow
def test_preconditions_that_refuse_nearly_everything(judged):
    item = judged("db_div: {requires: [a > b, 'a * a == 1234321 * b * b + 17']}")["db_div", "properties"]

    (reason,) = item.reasons
    assert item.outcome is Outcome.ERRORED
    assert reason.code.id == "ABD109"
    assert "meet its preconditions" in reason.message
    assert reason.labels[0].text == "refuses most of them"
    assert reason.span.column == len("  db_div: {requires: [a > b, '") + 1


@pytest.mark.full
def test_few_lawful_calls_are_enough_when_there_are_no_more(judged):
    item = judged("db_byte: {requires: ['x * x == 49 or x == 3']}")["db_byte", "properties"]

    assert item.outcome is Outcome.PASSED


@pytest.mark.slow
@pytest.mark.parametrize(
    ("promise", "place"),
    [
        ("db_div: {requires: [a > 0], examples: [{a: -1, b: 2, returns: 0}]}", "a > 0"),
        full("db_byte: {params: {x: {range: [0, 5]}}, examples: [{x: 9, returns: 9}]}", "x: {"),
        ("db_sum: {params: {p: {in: bytes, length: n}}, examples: [{p: abc, n: 2}]}", "n}}"),
        full("db_sum: {params: {p: {in: bytes, length: n}}, examples: [{p: null}]}", "p: {"),
    ],
)
def test_an_unlawful_example(promise, place, judged):
    function = promise.partition(":")[0]
    item = judged(promise)[function, "examples"]

    (reason,) = item.reasons
    assert item.outcome is Outcome.ERRORED
    assert reason.message == f"this example of `{function}` is not a valid call"
    assert reason.labels[1].text == "not met"
    assert reason.labels[1].span.column == promise.index(place) + 3
    assert "rejects" in reason.help


@pytest.mark.full
def test_an_example_whose_buffers_disagree(judged):
    item = judged(
        "db_two: {params: {a: {in: bytes, length: n}, b: {in: bytes, length: n}}, examples: [{a: xyz, b: xy}]}"
    )["db_two", "examples"]

    assert "not a valid call" in item.reasons[0].message


@pytest.mark.full
def test_a_handle_that_never_comes_into_being(judged):
    item = judged(
        "db_use: {}",
        handles="handles: {db_thing: {create: db_null_new, destroy: db_free}}",
        max_examples=20,
    )
    reason = item["db_use", "properties"].reasons[0]

    assert reason.code.id == "ABD109"
    assert reason.message == "`db_use` was never called: `db_null_new`, which it needs, returned NULL"


@pytest.mark.full
def test_a_handle_whose_creation_always_fails(judged):
    item = judged(
        "db_failing_new: {returns: {status: {ok: [0], errors: {'-5': never}}}}\ndb_use: {}",
        handles="handles: {db_thing: {create: db_failing_new, destroy: db_free}}",
        max_examples=20,
    )

    assert item["db_failing_new", "properties"].outcome is Outcome.PASSED
    assert item["db_use", "properties"].reasons[0].message == (
        "`db_use` was never called: `db_failing_new`, which it needs, returned -5"
    )


@pytest.mark.slow
def test_a_size_that_can_never_be(judged):
    item = judged("db_sum: {params: {p: {in: bytes, length: 0 - n - 1}}}")["db_sum", "properties"]

    assert item.outcome is Outcome.ERRORED
    assert item.reasons[0].labels[0].text == "refuses most of them"


@pytest.mark.slow
def test_a_call_that_was_late_once_is_no_finding(judged, tmp_path):
    mark = tmp_path / "mark"
    item = judged(f"db_hang_once: {{params: {{file: {{in: string}}}}, requires: ['file == b\"{mark}\"']}}")

    assert mark.exists()
    assert item["db_hang_once", "properties"].findings == ()


@pytest.mark.slow
def test_a_call_that_is_always_late_is_one(judged):
    item = judged("db_slow: {params: {milliseconds: {range: [350, 400]}}}", time_limit=0.2)[
        "db_slow", "properties"
    ]

    assert [finding.diagnostic.code.id for finding in item.findings] == ["ABD302"]
