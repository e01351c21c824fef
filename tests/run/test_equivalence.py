"""Two libraries are given the same valid calls: what has a meaning is compared, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.boundary.encode.encode import encode
from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.core.errors import UsageError
from abidance.report.known_differences import known_lines
from abidance.run.commands.emit_c import emit_c
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.execution import executor
from abidance.run.execution.pairs import PairExecution
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from tiers import full

DIFFERENT = {
    "al_trim": "al_trim:result",
    "al_copy": "al_copy:out",
    "al_parse": "al_parse:result",
    "al_mean": "al_mean:result",
    "al_middle": "al_middle:result.mark",
    "al_swap": "al_swap:point.x",
    "al_name": "al_name:result",
    "al_skip": "al_skip:result",
    "al_find": "al_find:result",
    "al_token": "al_token:rest",
    "al_over": "al_over:result",
    "al_first": "al_first:digit",
    "al_divide": "al_divide:",
    "al_bag_add": "al_bag_add:result",
}
VARYING = ("al_clock", "al_address")
SAME = (*DIFFERENT, "al_copied", "al_last", "al_bag_new", "al_bag_free", "al_bag_sum")


@pytest.fixture
def compare(judge):
    def run(function, against, seed):
        return judge("equivalence", function, f"first={against}", seed=seed, phases=("equivalence",))

    return run


@pytest.mark.full
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("function", SAME)
def test_answers_that_agree_in_all_that_has_a_meaning_are_alike(function, seed, compare):
    assert compare(function, "same", seed) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("function", DIFFERENT)
def test_an_answer_that_differs_is_found_from_any_seed(function, seed, compare):
    found, reasons = compare(function, "wrong", seed)

    assert [finding.diagnostic.code.id for finding in found] == ["ABD331"]
    assert found[0].diagnostic.place == DIFFERENT[function]
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("function", DIFFERENT)
def test_the_emitted_program_is_about_the_second_and_silent_for_the_first(
    function, compare, judge, tmp_path, execute
):
    (found,), _ = compare(function, "wrong", 1)
    text = emit_c(found.case, judge.session.settings, "case.c")
    (tmp_path / "case.c").write_text(text)

    assert " * Build it with `wrong`, then run it:" in text
    assert execute("equivalence_wrong") != 0
    assert execute("equivalence_first") == 0
    assert execute("equivalence_same") == 0


@pytest.mark.slow
def test_both_answers_stand_in_the_finding(compare):
    (found,), _ = compare("al_parse", "wrong", 1)

    assert found.diagnostic.message == "`al_parse` returns AL_BAD in `first` and AL_SHORT in `wrong`"
    assert found.call.splitlines()[-1].endswith("// returned AL_BAD in first, returned AL_SHORT in wrong")
    assert found.repeats == (5, 5)


@pytest.mark.slow
def test_what_the_first_leaves_alone_when_it_returns_false_is_left_alone(compare):
    (found,), _ = compare("al_first", "wrong", 1)

    assert (
        found.diagnostic.message == "`al_first` leaves `digit` alone in `first` and writes to it in `wrong`"
    )
    assert compare("al_first", "same", 1) == ([], [])
    assert compare("al_last", "wrong", 1) == ([], [])  # what the first writes then has no meaning


@pytest.mark.slow
def test_what_one_has_not_written_is_no_value_of_its(compare):
    (found,), _ = compare("al_digit", "wrong", 1)

    assert found.diagnostic.message.startswith("`al_digit` leaves `digit` alone in `first` and at ")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("al_skip", "returns a pointer at the start of `text` in `first` and outside all that it was given"),
        ("al_find", "returns a pointer at the start of `text` in `first` and at byte 1 of `text`"),
        (
            "al_token",
            "leaves a pointer in `rest` at the start of `text` in `first` and outside all that it was given",
        ),
    ],
)
def test_a_pointer_that_leads_elsewhere_to_the_same_contents_differs(
    function, words, compare, judge, tmp_path, execute
):
    (found,), _ = compare(function, "wrong", 1)

    assert found.diagnostic.message == f"`{function}` {words} in `wrong`"
    assert "anywhere: true" in found.diagnostic.help
    assert "in first, " in found.call or function == "al_token"
    (tmp_path / "case.c").write_text(emit_c(found.case, judge.session.settings, "case.c"))
    assert (execute("equivalence_first"), execute("equivalence_wrong")) == (0, 1)


@pytest.mark.slow
@pytest.mark.parametrize("against", ["same", "wrong"])
def test_pointers_to_copies_of_the_librarys_own_are_alike_wherever_they_lead(against, compare):
    assert compare("al_copied", against, 1) == ([], [])


@pytest.mark.slow
def test_one_that_does_not_come_back_differs_from_one_that_does(compare):
    (found,), _ = compare("al_divide", "wrong", 1)

    assert found.diagnostic.message == "`al_divide` returns 0 in `first` and crashes in `wrong`"


@pytest.mark.slow
@pytest.mark.parametrize("function", VARYING)
def test_what_varies_by_itself_is_not_compared(function, compare):
    found, reasons = compare(function, "same", 1)

    assert found == []
    assert [reason.code.id for reason in reasons] == ["ABD332"]
    assert "gives different results for the same call" in reasons[0].message


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("al_trin: why", "function `al_trin` is not in `functions`"),
        ("al_copy.outt: why", "parameter `outt` is not in `al_copy`"),
    ],
)
def test_an_exception_for_what_is_not_there_is_an_error(entry, words, built, tmp_path):
    text = (built / "equivalence.contract.yaml").read_text()
    file = built / "misspelled.contract.yaml"
    file.write_text(text.replace("tolerance: 1e-9", f"except: {{{entry}}}"))

    with pytest.raises(UsageError) as caught:
        join(load_contract(file))

    assert caught.value.diagnostics[0].message == words
    assert "did you mean" in caught.value.diagnostics[0].labels[0].text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("clause", "function", "found"),
    [
        ("except: {al_copy.out: it may}", "al_copy", 0),
        full("except: {al_copy.written: it may}", "al_copy", 1),
        full("except: {al_middle.result: it may}", "al_middle", 0),
        full("compare: results", "al_copy", 0),
        full("compare: results", "al_trim", 1),
        ("alike: {al_name.result: {like: 'ok|no \\w+( a number)?|bad|not a number'}}", "al_name", 0),
        ("alike: {al_name.result: {like: 'bad|not( a)?|room'}}", "al_name", 1),
        ("alike: {al_skip.result: {anywhere: true}}", "al_skip", 0),
        full("alike: {al_name.result: {anywhere: true}}", "al_name", 1),
    ],
)
def test_what_is_left_out_is_not_compared(clause, function, found, built, tmp_path):
    text = (built / "equivalence.contract.yaml").read_text()
    file = built / "left_out.contract.yaml"
    file.write_text(text.replace("tolerance: 1e-9", clause))
    contract = load_contract(file)
    selection = Selection(libraries=("first", "wrong"), functions=(function,), phases=("equivalence",))
    with Session(Settings(tmp_path, max_examples=100, seed=1)) as session:
        (item,) = list_items(contract, selection)
        done = session.run(contract, item, lambda _: None)

    assert len(done.findings) == found


def known(built, tmp_path, function, against, entry):
    """Return the item of two libraries of which the contract knows a difference."""
    text = (built / "equivalence.contract.yaml").read_text()
    file = built / "known.contract.yaml"
    file.write_text(text.replace("tolerance: 1e-9", f"except: {{{entry}}}"))
    contract = load_contract(file)
    selection = Selection(libraries=("first", against), functions=(function,), phases=("equivalence",))
    with Session(Settings(tmp_path, max_examples=100, seed=1)) as session:
        (item,) = list_items(contract, selection)
        return session.run(contract, item, lambda _: None)


TABS = 'al_trim.result: {when: "9 in text", verdict: wrong, why: keeps tabs}'


@pytest.mark.slow
def test_a_known_difference_is_counted_and_no_finding(built, tmp_path):
    done = known(built, tmp_path, "al_trim", "wrong", TABS)

    assert done.findings == ()
    (count,) = done.known
    assert (count.place, count.verdict, count.why) == ("al_trim.result", "wrong", "keeps tabs")
    assert count.seen > 0


@pytest.mark.slow
def test_one_that_no_call_shows_is_told(built, tmp_path):
    done = known(built, tmp_path, "al_trim", "same", TABS.replace("9 in text", "length > 0"))

    assert done.findings == ()
    assert done.known[0].is_unseen
    (line,) = known_lines((done,))
    assert line == (
        "known difference: `al_trim.result` when `length > 0`: `wrong` is wrong: keeps tabs; "
        f"not seen: all {done.known[0].alike} such calls gave the same results; "
        "it is mended, or its `when` is wider than what shows it"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "entry"),
    [
        full("al_trim", TABS.replace("9 in", "32 in")),
        full("al_trim", TABS.replace("al_trim.result", "al_trim.errno")),
        ("al_divide", 'al_divide: {when: "by == 1", verdict: allowed, why: so}'),
    ],
)
def test_another_difference_is_a_finding(function, entry, built, tmp_path):
    assert len(known(built, tmp_path, function, "wrong", entry).findings) == 1


@pytest.mark.full
def test_one_that_does_not_come_back_may_be_known(built, tmp_path):
    done = known(
        built, tmp_path, "al_divide", "wrong", 'al_divide: {when: "by == 0", verdict: wrong, why: divides}'
    )

    assert done.findings == ()
    assert done.known[0].seen > 0


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("al_trim: {when: lenght > 0, why: so}", "unknown name `lenght`"),
        ("al_trim: {verdict: wong, why: so}", "library `wong` is not in `libraries`"),
        (
            "al_bag: {when: result > 0, why: so}",
            "`when` of the handle `al_bag`: a condition is about the calls of one function",
        ),
        ("al_swap.point.z: {why: so}", "parameter `point.z` is not in `al_swap`"),
    ],
)
def test_a_known_difference_that_cannot_be_is_an_error(entry, words, tmp_path):
    here = Path(__file__).parent
    text = (here / "equivalence.contract.yaml").read_text()
    file = tmp_path / "known.contract.yaml"
    (tmp_path / "equivalence.h").write_text((here / "equivalence.h").read_text())
    file.write_text(text.replace("tolerance: 1e-9", f"except: {{{entry}}}"))

    with pytest.raises(UsageError) as caught:
        join(load_contract(file))

    assert words in caught.value.diagnostics[0].message


@pytest.mark.slow
def test_a_case_is_laid_out_once_for_both_libraries(compare, monkeypatch):
    encoded = []
    monkeypatch.setattr(executor, "encode", lambda *given: encoded.append(given) or encode(*given))
    seen = []
    run = PairExecution.turn
    monkeypatch.setattr(PairExecution, "turn", lambda *given: seen.append(given) or run(*given))

    assert compare("al_trim", "same", 1) == ([], [])
    assert len(encoded) == len(seen) > 20
