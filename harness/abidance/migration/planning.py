"""Makes the plan that follows from a map and the evidence that it rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.migration.model import (
    KEPT,
    TO_CALLER,
    TO_LIBRARY,
    BondKind,
    FactSource,
    Need,
    SourcedFact,
    TroubleKind,
    joined_sources,
    several_names,
    share_words,
)
from abidance.migration.plan import CutList, MovePlan, compact
from abidance.migration.steps import StepMaker
from abidance.migration.traced_use import load_words
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.evidence.model import ContractEvidence
    from abidance.migration.model import BoundaryMap, MoveUnit, OpenQuestion, RankedUnit, Trouble

_SCOPE, _PAIN, _RISKS, _UNKNOWN = 3, 4, 5, 3
"""So many of each fit on the page."""
_LOADS = 2
"""Of so many functions, the most used, the page says how much."""
_REASONS = {
    TroubleKind.FAULT: "a fault",
    TroubleKind.BROKEN: "a broken promise",
    TroubleKind.DRIFT: "drift",
    TroubleKind.COST: "its share of the time",
}
_BINDING = {
    BondKind.HANDLE: "the handle",
    BondKind.PARENT: "handles that need each other,",
    BondKind.MEMORY: "memory of",
    BondKind.STATE: "the variable",
}


def plan_of(found: BoundaryMap, evidence: ContractEvidence) -> MovePlan:
    """Return the plan for the contract of a map."""
    steps = StepMaker(found, evidence)
    made, left = steps.steps()
    return MovePlan(
        contract=found.contract,
        boundary=found.boundary,
        summary=found.summary,
        lead=compact(_lead(found)),
        scope=CutList.of(map(compact, found.scope), _SCOPE),
        pain=CutList.of(map(compact, _pain(found)), _PAIN),
        risks=CutList.of(map(compact, _risks(found, evidence)), _RISKS),
        steps=made,
        units_left=left,
        unknown=CutList.of(_unknown(found), _UNKNOWN),
        map_command=steps.commands.map,
        need=found.standing,
    )


# ------------------------------------------------------------------------ lead


def _lead(found: BoundaryMap) -> SourcedFact:
    contract = (FactSource(found.contract),)
    changing, unknown = (
        [each for each in found.units if each.unit.need is need] for need in (Need.CHANGE, Need.UNKNOWN)
    )
    total = count(len(found.units), "unit")
    if changing:
        return _first_change(changing, total)
    if unknown:
        asked = [
            question.fact
            for function in unknown[0].unit.functions
            for question in function.questions
            if question.decides
        ]
        words = f"nothing shows that something must change; of {len(unknown)} of {total} too little is known"
        return SourcedFact(words, asked[0].sources if asked else contract)
    if not found.units:
        return SourcedFact("the contract has no functions: nothing crosses", contract)
    held = [fact for function in found.functions for fact in function.held]
    left = len(found.questions) + sum(len(function.questions) for function in found.functions)
    words = f"no evidence says that one of {total} must change"
    words += f"; {count(left, 'question')} {'is' if left == 1 else 'are'} open" if left else ""
    return SourcedFact(words, joined_sources(held))


def _first_change(changing: list[RankedUnit], total: str) -> SourcedFact:
    first = changing[0]
    equal = [each.unit.name for each in changing if each.rank == first.rank]
    worst = first.unit.troubles[0]
    words = f"{len(changing)} of {total} {'needs' if len(changing) == 1 else 'need'} change"
    words += f": {'' if len(changing) == 1 else 'first '}{several_names(equal)}"
    words += ", which no measure tells apart" if len(equal) > 1 else f", for {_REASONS[worst.kind]}"
    words += f" ({worst.brief})" if worst.kind is TroubleKind.COST and len(equal) == 1 else ""
    loads = [each.load for each in first.unit.functions if each.load is not None]
    if loads and worst.kind is not TroubleKind.COST:
        words += f", with {share_words(sum(each.share for each in loads))} of a traced program's time"
    sources = (*worst.fact.sources, *(each.source for each in loads[:1]))
    return SourcedFact(words, tuple(dict.fromkeys(sources)))


# ------------------------------------------------------------------------ pain


def _pain(found: BoundaryMap) -> Iterator[SourcedFact]:
    """Yield what is wrong with what is in use, the worst first, then what is known of how it is used."""
    others = set(found.others)
    yield from (each.fact for each in found.whole if each.library not in others)
    told: set[str] = set()
    for name, trouble in _troubles(found):
        if trouble.library not in others and trouble.key not in told and trouble.kind is not TroubleKind.COST:
            told.add(trouble.key)
            yield _about(name, trouble)
    held = [fact for function in found.functions for fact in function.held]
    if not told and not found.whole and held:
        judged = sum(bool(function.held) for function in found.functions)
        words = f"nothing was found in `{found.today}`"
        if judged < len(found.functions):
            words += f", in the {judged} of {count(len(found.functions), 'function')} that were judged"
        yield SourcedFact(words, joined_sources(held))
    used = [(each.name, each.load) for each in found.functions if each.load is not None and each.load.calls]
    for name, load in sorted(used, key=lambda each: -each[1].share)[:_LOADS]:
        yield SourcedFact(f"`{name}`: {load_words(load)}", (load.source,))
    for function in found.functions:
        for fact in (*function.costs, *function.accepted):
            yield replace(fact, words=f"`{function.name}`: {fact.words}")


def _troubles(found: BoundaryMap) -> Iterator[tuple[str, Trouble]]:
    """Yield all troubles in order of rank, each with the function that it is told of."""
    for function in found.functions:
        for trouble in function.troubles:
            yield function.name, trouble


def _about(name: str, trouble: Trouble) -> SourcedFact:
    return replace(trouble.fact, words=f"`{name}`: {trouble.kind.value}: {trouble.fact.words}")


# ----------------------------------------------------------------------- risks


def _risks(found: BoundaryMap, evidence: ContractEvidence) -> Iterator[SourcedFact]:
    """Yield what can go wrong with a change: by consequence, and in order of rank where that is the same.

    What is known to be wrong in a library that would take over comes first, then what can only move as a whole, what
    several threads use at a time, memory that changes hands, and what goes on calling the old library.
    """
    others = set(found.others)
    told: set[str] = set()
    for kind in TroubleKind:
        for name, trouble in _troubles(found):
            if trouble.library in others and trouble.kind is kind and trouble.key not in told:
                told.add(trouble.key)
                yield _about(name, trouble)
    units = [each.unit for each in found.units]
    units = [each for each in units if each.need is not Need.INSULATION] or units
    for unit in units:
        yield from _bound(unit)
    for unit in units:
        yield from _shared(unit, evidence)
    for unit in units:
        yield from _lasting(unit)
    for unit in units:
        yield from _still_called(found, unit)


def _bound(unit: MoveUnit) -> Iterator[SourcedFact]:
    if len(unit.functions) < 2:
        return
    names: dict[BondKind, list[str]] = {}
    for bond in unit.bonds:
        names.setdefault(bond.kind, []).append(bond.name)
    why = "; ".join(f"{_BINDING[kind]} {several_names(those)}" for kind, those in names.items())
    words = f"{count(len(unit.functions), 'function')} can only move together: they share {why}"
    yield SourcedFact(words, joined_sources(bond.fact for bond in unit.bonds))


def _shared(unit: MoveUnit, evidence: ContractEvidence) -> Iterator[SourcedFact]:
    """Yield what is promised of threads: another library has to keep it."""
    facts = evidence.facts
    assert facts is not None
    for handle in facts.handles:
        if handle.concurrent and handle.name in unit.handles:
            source = FactSource(f"{evidence.contract}:{handle.span.line}")
            words = f"several threads may use one `{handle.name}` at a time, and rely on it"
            yield SourcedFact(words, (source,))


def _lasting(unit: MoveUnit) -> Iterator[SourcedFact]:
    for function in unit.functions:
        for each in function.transfers:
            if each.way in (TO_LIBRARY, TO_CALLER, KEPT):
                yield replace(each.fact, words=f"`{function.name}`: {each.fact.words}")


def _still_called(found: BoundaryMap, unit: MoveUnit) -> Iterator[SourcedFact]:
    """Yield the calls that functions of other units make of this one inside of the library."""
    mine = {each.name for each in unit.functions}
    callers = [
        (function.name, mine.intersection(function.calls))
        for function in found.functions
        if function.name not in mine and function.calls and not mine.isdisjoint(function.calls)
    ]
    if not callers:
        return
    met = sorted(set().union(*(names for _, names in callers)))
    today = f"`{found.today}`"
    verbs = ("calls", "goes") if len(callers) == 1 else ("call", "go")
    words = f"{several_names(name for name, _ in callers)} {verbs[0]} {several_names(met)} inside of {today}"
    yield SourcedFact(
        f"{words}, and {verbs[1]} on calling those of {today}", (FactSource(f"machine code of {today}"),)
    )


# --------------------------------------------------------------------- unknown


def _unknown(found: BoundaryMap) -> Iterator[OpenQuestion]:
    yield from (replace(each, fact=compact(each.fact)) for each in found.questions)
    for function in found.functions:
        for question in function.questions:
            words = f"`{function.name}`: {question.fact.words}"
            yield replace(question, fact=compact(replace(question.fact, words=words)))
