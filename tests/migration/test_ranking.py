"""Ranks follow from evidence: more trouble never lowers one, the unknown is not safe, and names decide nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
import weighed as w
from hypothesis import given, settings
from hypothesis import strategies as st

from abidance.checks import all_checks
from abidance.migration.kinds import DIFFERENCES, FAULTS, kind_of
from abidance.migration.model import (
    KEPT,
    LENT,
    BondKind,
    Need,
    SourcedFact,
    TracedLoad,
    TroubleKind,
)
from abidance.migration.ranking import MEASURES, decided_by, key_of, ranked
from abidance.migration.units import units_of

pytestmark = pytest.mark.unit
few = settings(max_examples=20, deadline=None)


def order(functions, bonds=()):
    """Return the names of functions by rank, those of one rank as a set."""
    places = {}
    for each in ranked(units_of(functions, bonds)):
        places.setdefault(each.rank, set()).update(function.name for function in each.unit.functions)
    return [places[rank] for rank in sorted(places)]


def rank_of(name, functions, bonds=()):
    return next(
        each.rank
        for each in ranked(units_of(functions, bonds))
        if name in {function.name for function in each.unit.functions}
    )


@few
@given(w.boundaries(least=2), w.troubles(), st.data())
def test_a_finding_more_never_lowers_a_rank(functions, found, data):
    chosen = data.draw(st.integers(0, len(functions) - 1))
    one = functions[chosen]
    more = replace(one, troubles=(*one.troubles, replace(found, key="new")))

    assert key_of([more]) <= key_of([one])
    changed = (*functions[:chosen], more, *functions[chosen + 1 :])
    assert rank_of(one.name, changed) <= rank_of(one.name, functions)


@few
@given(w.boundaries(least=2), st.data())
def test_an_open_question_more_never_lowers_a_rank(functions, data):
    chosen = data.draw(st.integers(0, len(functions) - 1))
    one = functions[chosen]
    more = replace(one, questions=(*one.questions, w.question("another one")))
    changed = (*functions[:chosen], more, *functions[chosen + 1 :])

    assert rank_of(one.name, changed) <= rank_of(one.name, functions)


@few
@given(w.boundaries(), st.randoms(use_true_random=False))
def test_names_and_the_order_of_the_contract_decide_no_rank(functions, random):
    names = {each.name: f"g{number}" for number, each in enumerate(reversed(functions))}
    renamed = [replace(each, name=names[each.name]) for each in functions]
    random.shuffle(renamed)

    assert order(renamed) == [{names[name] for name in equal} for equal in order(functions)]


@few
@given(w.functions())
def test_without_evidence_a_function_is_unknown_and_not_safe(function):
    assert replace(function, troubles=(), held=()).need is Need.UNKNOWN
    if function.troubles:
        assert function.need is Need.CHANGE


def test_what_is_promised_of_nothing_is_unknown_although_calls_went_well():
    assert w.function(questions=(w.question(decides=True),)).need is Need.UNKNOWN
    assert w.function(questions=(w.question(decides=False),)).need is Need.INSULATION


def test_needs_go_before_all_else():
    sure = w.function("sure", load=TracedLoad(10, 9.0, 10.0, w.RUN))
    unknown = w.function("unknown", held=())
    broken = w.function("broken", troubles=(w.trouble(TroubleKind.COST),))

    assert order([sure, unknown, broken]) == [{"broken"}, {"unknown"}, {"sure"}]


def test_a_fault_goes_before_many_promises_that_are_not_kept():
    fault = w.function("fault", troubles=(w.trouble(TroubleKind.FAULT),))
    promises = w.function(
        "promises", troubles=tuple(w.trouble(TroubleKind.BROKEN, key) for key in ("a", "b", "c"))
    )

    assert order([promises, fault]) == [{"fault"}, {"promises"}]


def test_of_two_faults_the_one_where_the_time_is_spent_goes_first():
    hot = w.function("hot", troubles=(w.trouble(key="x"),), load=TracedLoad(10, 5.0, 10.0, w.RUN))
    cold = w.function(
        "cold", troubles=(w.trouble(key="y"), w.trouble(key="z")), load=TracedLoad(10, 0.1, 10.0, w.RUN)
    )

    assert order([cold, hot]) == [{"hot"}, {"cold"}]


def test_a_share_that_is_not_known_stands_between_some_time_and_none():
    functions = [
        w.function("idle", load=TracedLoad(0, 0.0, 10.0, w.RUN)),
        w.function("unknown"),
        w.function("used", load=TracedLoad(1, 0.001, 10.0, w.RUN)),
    ]

    assert order(functions) == [{"used"}, {"unknown"}, {"idle"}]


def test_a_pointer_that_is_kept_counts_more_than_several_that_are_lent():
    keeps = w.function("keeps", transfers=(w.transfer(KEPT),), crossings=(w.crossing(),))
    lends = w.function(
        "lends", transfers=(w.transfer(LENT),), crossings=(w.crossing(), w.crossing(), w.crossing())
    )

    assert order([lends, keeps]) == [{"keeps"}, {"lends"}]


def test_what_no_measure_tells_apart_has_one_rank_and_says_so():
    units = ranked(units_of([w.function("one"), w.function("other")], ()))

    assert [(each.rank, each.tied) for each in units] == [(1, True), (1, True)]
    assert decided_by(units[0].unit.functions, units[1].unit.functions) is None


def test_the_measure_that_decides_is_told():
    one, other = w.function("one", troubles=(w.trouble(),)), w.function("other", held=())

    assert decided_by([one], [other]).name == "need"
    assert {measure.name for measure in MEASURES} >= {"need", "kind", "share", "troubles"}


def test_functions_of_one_handle_are_one_unit_with_its_most_urgent_need():
    functions = [
        w.function("new"),
        w.function("use", troubles=(w.trouble(),)),
        w.function("free"),
        w.function("alone"),
    ]
    units = ranked(units_of(functions, [w.bond("new", "use", "free")]))

    assert [[f.name for f in each.unit.functions] for each in units] == [["use", "new", "free"], ["alone"]]
    assert units[0].unit.need is Need.CHANGE


def test_bonds_that_meet_make_one_unit_and_those_that_do_not_make_two():
    functions = [w.function(name) for name in "abcde"]
    bonds = [w.bond("a", "b"), w.bond("b", "c", kind=BondKind.STATE, name="state"), w.bond("d", "missing")]
    units = units_of(functions, bonds)

    assert [[f.name for f in each.functions] for each in units] == [["a", "b", "c"], ["d"], ["e"]]


def test_a_trouble_of_several_functions_counts_once_in_their_unit():
    shared = w.trouble(key="the law is broken")
    together = ranked(
        units_of(
            [w.function("a", troubles=(shared,)), w.function("b", troubles=(shared,))], [w.bond("a", "b")]
        )
    )

    assert len(together[0].unit.troubles) == 1


def test_a_fact_that_nothing_carries_cannot_be_made():
    with pytest.raises(ValueError, match="nothing carries"):
        SourcedFact("it is fast", ())


def test_each_rule_that_is_listed_as_a_fault_is_one():
    rules = {check.name for check in all_checks()}

    assert rules >= FAULTS | DIFFERENCES
    assert kind_of("postcondition-broken") is TroubleKind.BROKEN
    assert kind_of("out-of-bounds-read") is TroubleKind.FAULT
