"""Two libraries are given the same sequences of calls: the first call that they answer differently is reported."""

from __future__ import annotations

import pytest

from abidance.contract.load import load_contract
from abidance.run.commands.emit_c import emit_c
from abidance.run.commands.replay import replay
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from tiers import full, sample

pytestmark = pytest.mark.full

DIFFERENT = {
    "emptied": "tw_count:result",  # the last one removed is still counted
    "third": "tw_count:result",  # the third one added is not counted
    "refuses": "tw_new:result",  # a bag comes into being in one of them alone
    "falls": "tw_last:",  # an emptied bag has no last one, and one of them does not return
    "backwards": "tw_each:visit",  # once something was removed, numbers are told from the last on
    "why": "tw_add:errno",  # why a bag that was emptied in between is full
}
LEFT_OUT = {
    "emptied": "tw_count: it counts in its own way",
    "third": "tw_count.result: it counts in its own way",
    "refuses": "tw_new: it has less room",
    "falls": "tw_last: nobody asks an emptied bag",
    "backwards": "tw_each.visit: nobody minds the order",
    "why": "tw_add.errno: it is not looked at",
}


@pytest.fixture
def compare(judge):
    def run(against, seed=1):
        return judge("call_order", "tw_bag", f"sound={against}", seed=seed, phases=("equivalence",))

    return run


@pytest.fixture
def judged_with(built, tmp_path):
    """Judge the sequences of a variant, with another `equivalence` clause."""

    def run(clause, against):
        file = built / "left_out_twins.contract.yaml"
        file.write_text((built / "call_order.contract.yaml").read_text().replace("compare: all", clause))
        contract = load_contract(file)
        selection = Selection(("sound", against), functions=("tw_bag",), phases=("equivalence",))
        with Session(Settings(tmp_path, max_examples=40, seed=1)) as session:
            return [session.run(contract, item, lambda _: None) for item in list_items(contract, selection)]

    return run


@pytest.mark.full
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("variant", DIFFERENT)
def test_what_differs_only_after_other_calls_is_found(variant, seed, compare):
    found, reasons = compare(variant, seed)

    assert [(each.diagnostic.code.id, each.diagnostic.place) for each in found] == [
        ("ABD331", DIFFERENT[variant])
    ]
    assert found[0].repeats == (5, 5)
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("seed", range(3))
def test_what_has_no_meaning_is_not_compared(seed, compare):
    assert compare("near", seed) == ([], [])


@pytest.mark.full
def test_no_single_call_shows_it(judge):
    for function in ("tw_count", "tw_last", "tw_drop"):
        for variant in ("emptied", "third", "falls"):
            asked = ("call_order", function, f"sound={variant}")
            assert judge(*asked, seed=1, phases=("equivalence",), examples=30) == ([], [])


@pytest.mark.full
def test_both_answers_stand_behind_the_shortest_sequence(compare):
    (found,), _ = compare("third")

    assert found.diagnostic.message == "`tw_count` returns 3 in `sound` and 2 in `third`"
    assert found.diagnostic.notes == ("call 5 of the sequence is the first that differs",)
    assert found.call.splitlines() == [
        "tw_bag *bag = tw_new(3);",
        *["tw_add(bag, 0);"] * 3,
        "tw_count(bag);        // returned 3 in sound, returned 2 in third",
    ]


@pytest.mark.full
def test_one_that_does_not_come_back_is_told_at_its_call(compare):
    (found,), _ = compare("falls")

    assert found.diagnostic.message == "`tw_last` returns TW_NONE in `sound` and crashes in `falls`"
    assert (
        found.call.splitlines()[-1]
        == "tw_last(bag, &top);        // returned TW_NONE in sound, crashes in falls"
    )


@pytest.mark.full
def test_a_sequence_is_replayed_on_both(compare, judge):
    (found,), _ = compare("emptied")
    events = []

    replay(found.case, judge.session.settings, events.append)
    (again,) = events[-1].items

    assert [each.diagnostic.message for each in again.findings] == [found.diagnostic.message]
    assert again.findings[0].call == found.call


@pytest.mark.full
@pytest.mark.parametrize("variant", ["emptied", "third", "falls", "backwards"])
def test_the_emitted_program_tells_the_two_apart(variant, compare, judge, tmp_path, execute):
    (found,), _ = compare(variant)
    (tmp_path / "case.c").write_text(emit_c(found.case, judge.session.settings, "case.c"))

    assert execute(f"call_order_{variant}") != 0
    assert execute("call_order_sound") == 0


@pytest.mark.parametrize("variant", sample(["third", "falls", "emptied"], keep=["third"]))
def test_the_sequences_of_a_handle_may_be_left_out(variant, judged_with):
    assert judged_with("except: {tw_bag: each keeps its own order}", variant) == []


@pytest.mark.full
@pytest.mark.parametrize("variant", LEFT_OUT)
def test_what_is_left_out_is_called_and_not_compared(variant, judged_with):
    (item,) = judged_with(f"except: {{{LEFT_OUT[variant]}}}", variant)

    assert (item.findings, item.reasons) == ((), ())
    assert item.cases > 20


def test_results_alone_are_compared_where_that_is_said(judged_with):
    (item,) = judged_with("compare: results", "why")

    assert item.findings == ()


def test_nothing_is_compared_where_that_is_said(judged_with):
    assert judged_with("compare: none", "third") == []


@pytest.mark.parametrize(
    ("contract", "handle", "libraries"),
    [
        ("equivalence", "al_bag", "first=same"),
        full("handle_lifetimes", "lv_table", "sound=near"),
        full("handle_lifetimes", "lv_cursor", "sound=near"),
        full("result_ownership", "ow_list", "sound=near"),
    ],
)
def test_handles_that_are_sound_are_alike(contract, handle, libraries, judge):
    (item,) = judge.items(contract, handle, libraries, seed=4, phases=("equivalence",), examples=40)

    assert (item.findings, item.reasons) == ((), ())
    assert item.cases > 40
