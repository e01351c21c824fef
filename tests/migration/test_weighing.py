"""What evidence says of functions: findings, drift, traces, what is not judged, and what binds them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from abidance.core.outcome import Outcome
from abidance.evidence.facts import Crossing, KnownHandle, KnownLaw
from abidance.migration.bonds import bonds_of
from abidance.migration.map_text import verdict_words
from abidance.migration.model import BondKind, Need, TroubleKind
from abidance.migration.planning import plan_of
from abidance.migration.survey import SurveySettings, survey
from abidance.toolchain.code_relations import CodeRelations

sys.path.insert(0, str(Path(__file__).parents[1] / "pages"))
from page_scenes import ROOT, Evidence

pytestmark = pytest.mark.unit
SETTINGS = SurveySettings(ROOT)


@pytest.fixture
def scene():
    return Evidence()


def sound(scene, count=2, **more):
    """Return evidence in which nothing was found and everything judged."""
    evidence = scene.contract_evidence(count, gate=None, traces=(), not_judged=(), **more)
    subjects = tuple(replace(each, causes=(), suppressed=(), gaps=()) for each in evidence.subjects)
    passed = tuple(
        replace(
            each,
            items=tuple(
                replace(item, value=replace(item.value, outcome=Outcome.PASSED), origin=scene.origin)
                for item in each.items
            ),
        )
        for each in subjects
    )
    return replace(evidence, subjects=passed)


def weighed(evidence, settings=SETTINGS):
    return {each.name: each for each in survey(evidence, settings).functions}


def with_subject(evidence, name, **more):
    return replace(
        evidence,
        subjects=tuple(replace(each, **more) if each.name == name else each for each in evidence.subjects),
    )


def with_function(evidence, name, **more):
    facts = replace(
        evidence.facts,
        functions=tuple(replace(f, **more) if f.name == name else f for f in evidence.facts.functions),
    )
    subjects = tuple(
        replace(each, facts=next(f for f in facts.functions if f.name == name)) if each.name == name else each
        for each in evidence.subjects
    )
    return replace(evidence, facts=facts, subjects=subjects)


def test_what_was_judged_and_holds_needs_only_insulation(scene):
    assert {each.need for each in weighed(sound(scene)).values()} == {Need.INSULATION}


def test_a_finding_is_a_reason_for_change_with_its_call_and_run(scene):
    found = weighed(scene.contract_evidence())["rg_function_0"]

    assert found.need is Need.CHANGE
    trouble = next(each for each in found.troubles if each.case)
    assert trouble.kind is TroubleKind.BROKEN
    assert trouble.library == "rust"
    assert [each.command for each in trouble.fact.sources] == ["abidance replay 7f3a9c", "abidance history"]


def test_what_no_run_has_judged_is_unknown(scene):
    evidence = with_subject(sound(scene), "rg_function_1", items=())
    found = weighed(evidence)["rg_function_1"]

    assert found.need is Need.UNKNOWN
    assert "no kept run has judged it" in found.questions[0].fact.words
    assert found.questions[0].remedy == "abidance run guard.contract.yaml --function rg_function_1"


def test_a_pointer_of_which_nothing_is_said_leaves_a_function_unknown(scene):
    crossing = Crossing("result", "untold", "char *", "", scene.span)
    evidence = with_function(sound(scene), "rg_function_0", crossings=(crossing,))

    assert weighed(evidence)["rg_function_0"].need is Need.UNKNOWN


def test_what_promises_nothing_is_unknown_unless_another_library_is_held_beside_it(scene):
    evidence = replace(sound(scene), facts=replace(sound(scene).facts, laws=(), handles=()))
    silent = with_function(evidence, "rg_function_0", promises=())

    assert weighed(silent)["rg_function_0"].need is Need.UNKNOWN
    compared = scene.item("rg_function_0", "equivalence", "c=rust", "release")
    subject = next(each for each in silent.subjects if each.name == "rg_function_0")
    beside = replace(subject.items[0], value=compared)
    held = with_subject(silent, "rg_function_0", items=(*subject.items, beside))
    assert weighed(held)["rg_function_0"].need is Need.INSULATION


def test_a_type_that_moved_concerns_the_functions_that_it_reaches_and_no_others(scene):
    evidence = replace(sound(scene), gate=scene.contract_evidence().gate)
    reached = with_function(evidence, "rg_function_1", types=("rg_request",))
    found = weighed(reached)

    assert [each.kind for each in found["rg_function_1"].troubles] == [TroubleKind.DRIFT]
    assert found["rg_function_0"].troubles == ()
    assert survey(evidence, SETTINGS).whole[0].kind is TroubleKind.DRIFT  # it reaches none that is known


def test_where_the_time_is_spent_is_a_reason_from_the_share_on_that_is_set(scene):
    traced = scene.contract_evidence(2).traces[0]
    short = replace(traced, value=replace(traced.value, seconds=1e-9, findings=()))
    evidence = replace(sound(scene), traces=(short,))

    assert {each.kind for each in weighed(evidence)["rg_function_0"].troubles} == {TroubleKind.COST}
    long = replace(traced, value=replace(traced.value, findings=()))
    quiet = weighed(replace(evidence, traces=(long,)))
    assert quiet["rg_function_0"].troubles == ()
    assert quiet["rg_function_0"].load.calls == 1000


def test_what_a_traced_program_does_against_the_contract_is_told(scene):
    evidence = replace(sound(scene), traces=scene.contract_evidence(2).traces)

    assert "in a traced program" in weighed(evidence)["rg_function_0"].troubles[0].fact.words


def test_a_law_that_is_broken_is_told_of_each_function_of_its_steps(scene):
    evidence = sound(scene)
    law = KnownLaw("twice_agrees", scene.span, ("rg_function_0", "rg_function_1"), ())
    cause = scene.contract_evidence().subjects[1].causes
    evidence = replace(evidence, facts=replace(evidence.facts, laws=(law,)))
    found = survey(with_subject(evidence, "twice_agrees", causes=cause), SETTINGS)

    assert all("law `twice_agrees`" in each.troubles[0].fact.words for each in found.functions)
    assert len(found.units[0].unit.troubles) == 1


def test_an_exception_of_the_contract_is_told_and_decides_nothing(scene):
    hidden = scene.contract_evidence().subjects[2].suppressed
    found = weighed(with_subject(sound(scene), "rg_function_1", suppressed=hidden))["rg_function_1"]

    assert found.need is Need.INSULATION
    assert "known since March" in found.accepted[0].words


def test_functions_of_a_handle_its_parent_and_shared_memory_or_variables_are_bound(scene):
    facts = sound(scene, 6).facts
    names = [each.name for each in facts.functions]
    handles = (
        KnownHandle("book", scene.span, (names[0],), names[1], (), (names[0], names[1]), None),
        KnownHandle("order", scene.span, (names[2],), "", ("book",), (names[2],), None),
    )
    lends = Crossing("result", "pointer", "string", "out", scene.span, transfers=True, free=names[4])
    functions = [replace(each, crossings=()) for each in facts.functions]
    functions[3] = replace(functions[3], crossings=(lends,))
    facts = replace(facts, handles=handles, functions=tuple(functions))
    touched = {names[4]: frozenset(("cache",)), names[5]: frozenset(("cache", "log"))}
    relations = CodeRelations(touched=touched, written={names[5]: frozenset(("cache", "log"))})

    found = {(each.kind, each.functions) for each in bonds_of(facts, ROOT, relations, "c")}
    assert (BondKind.HANDLE, (names[0], names[1])) in found
    assert (BondKind.PARENT, (names[2], names[0], names[1])) in found
    assert (BondKind.MEMORY, (names[3], names[4])) in found
    assert (BondKind.STATE, (names[4], names[5])) in found
    assert not [functions for kind, functions in found if kind is BondKind.STATE and len(functions) != 2]


def test_a_variable_that_nobody_of_several_writes_binds_nothing(scene):
    facts = sound(scene).facts
    relations = CodeRelations(touched={each.name: frozenset(("table",)) for each in facts.functions})

    assert not [each for each in bonds_of(facts, ROOT, relations, "c") if each.kind is BondKind.STATE]


def test_lines_that_no_call_reached_are_a_question_and_decide_nothing(scene):
    found = survey(sound(scene), SETTINGS)

    assert "what 20 of 120 lines of `c` do, which were never reached" in [
        each.fact.words for each in found.questions
    ]
    assert {each.need for each in found.functions} == {Need.INSULATION}


# ------------------------------------------------------------------ the plan


def plan(evidence):
    return plan_of(survey(evidence, SETTINGS), evidence)


def states(evidence):
    return [(step.title, step.state.value) for step in plan(evidence).steps]


def test_without_a_library_the_only_step_is_to_name_one(scene):
    evidence = sound(scene)
    nothing = replace(
        evidence,
        facts=replace(evidence.facts, libraries=()),
        subjects=tuple(replace(each, items=()) for each in evidence.subjects),
    )

    assert [step.title for step in plan(nothing).steps] == ["Name the library that is in use"]
    assert not [each for each in survey(nothing, SETTINGS).questions if "``" in each.fact.words]


def test_a_verdict_of_the_gate_that_is_old_is_to_be_had_again(scene):
    passed = replace(scene.gate(), verdict="compatible", changes=(), findings=(), exit_code=0)
    gate = scene.contract_evidence().gate
    old = replace(sound(scene), gate=replace(gate, value=passed))

    assert ("Keep the ABI as its baseline has it", "next") in states(old)
    now = replace(old, gate=replace(old.gate, origin=scene.origin))
    assert ("Keep the ABI as its baseline has it", "done") in states(now)


def test_what_several_threads_rely_on_is_a_risk(scene):
    evidence = sound(scene)
    handles = tuple(replace(each, concurrent=True) for each in evidence.facts.handles)
    shared = replace(evidence, facts=replace(evidence.facts, handles=handles))
    words = "several threads may use one `rg_guard` at a time, and rely on it"

    used = tuple(
        replace(each, facts=replace(each.facts, uses=("rg_guard",))) if each.facts else each
        for each in shared.subjects
    )
    assert words in [each.words for each in plan(replace(shared, subjects=used)).risks.shown]
    assert words not in [each.words for each in plan(evidence).risks.shown]


def test_without_a_run_the_next_step_is_to_run(scene):
    evidence = replace(
        sound(scene), subjects=tuple(replace(each, items=()) for each in sound(scene).subjects)
    )

    assert plan(evidence).next.first == "abidance run guard.contract.yaml --library c"


def test_a_finding_in_what_is_in_use_is_to_be_mended_first(scene):
    cause = scene.contract_evidence().subjects[1].causes[0]
    finding = replace(cause.value.finding, library="c")
    evidence = with_subject(
        sound(scene), "rg_function_0", causes=(replace(cause, value=replace(cause.value, finding=finding)),)
    )

    assert plan(evidence).next.title.startswith("Mend `c`")
    assert plan(evidence).next.first == "abidance replay 7f3a9c"


def test_what_was_judged_before_a_change_is_no_step_that_is_done(scene):
    fresh = sound(scene)
    stale = replace(
        fresh,
        subjects=tuple(
            replace(each, items=tuple(replace(item, origin=scene.stale) for item in each.items))
            for each in fresh.subjects
        ),
    )

    assert survey(fresh, SETTINGS).standing is Need.INSULATION
    assert survey(stale, SETTINGS).standing is Need.UNKNOWN
    assert verdict_words(survey(stale, SETTINGS)).endswith(
        "only insulation, by what was judged before a change."
    )
    assert ("Hold `c` to the contract", "done") in states(fresh)
    assert ("Hold `c` to the contract", "next") in states(stale)
    assert ("Link `rust` in the place of `c`", "later") in states(fresh)


def test_what_is_not_known_decides_what_the_lead_says(scene):
    assert plan(sound(scene)).lead.words.startswith("no evidence says that one of 1 unit must change")
    unknown = with_subject(sound(scene), "rg_function_1", items=())
    assert plan(unknown).lead.words.startswith(
        "nothing shows that something must change; of 1 of 1 unit too little"
    )


def test_a_unit_is_selected_by_names_or_by_what_they_begin_with(scene):
    evidence = scene.contract_evidence()
    found = next(step for step in plan(evidence).steps if step.title.startswith("Move `rg_guard`"))

    assert found.enter[0] == "abidance run guard.contract.yaml --library c --function 'rg_*'"
    assert found.leave == (
        "abidance run guard.contract.yaml --function 'rg_*'",
        "abidance abi check guard.contract.yaml",
    )
