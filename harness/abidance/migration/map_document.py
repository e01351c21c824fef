"""A map as a JSON document: every rank with the measures that it is made of, every fact with its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abidance.migration.ranking import MEASURES, ranked_together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.migration.model import (
        BoundaryMap,
        OpenQuestion,
        RankedUnit,
        SourcedFact,
        Trouble,
        WeighedFunction,
    )


def map_document(several: Sequence[BoundaryMap]) -> dict[str, Any]:
    """Return the document of some maps."""
    order = [
        {"rank": each.rank, "tied": each.tied, "contract": found.contract, "unit": each.unit.name}
        for found, each in ranked_together(several)
    ]
    return {"format": 1, "order": order, "contracts": [_map(each) for each in several]}


def _map(found: BoundaryMap) -> dict[str, Any]:
    return {
        "contract": found.contract,
        "boundary": found.boundary,
        "in_use": found.today,
        "beside_it": list(found.others),
        "runs": [each.words for each in found.runs],
        "scope": [_fact(each) for each in found.scope],
        "troubles": [_trouble(each) for each in found.whole],
        "units": [_unit(each) for each in found.units],
        "questions": [_question(each) for each in found.questions],
    }


def _unit(ranked: RankedUnit) -> dict[str, Any]:
    unit = ranked.unit
    return {
        "rank": ranked.rank,
        "tied": ranked.tied,
        "name": unit.name,
        "need": unit.need.value,
        "measures": {
            each.name: {"shown": each.shown(unit.functions), "unit": each.unit} for each in MEASURES
        },
        "bonds": [
            {
                "kind": bond.kind.value,
                "name": bond.name,
                "functions": list(bond.functions),
                **_fact(bond.fact),
            }
            for bond in unit.bonds
        ],
        "functions": [_function(each) for each in unit.functions],
    }


def _function(function: WeighedFunction) -> dict[str, Any]:
    load = function.load
    return {
        "name": function.name,
        "need": function.need.value,
        "handles": list(function.handles),
        "troubles": [_trouble(each) for each in function.troubles],
        "held": [_fact(each) for each in function.held],
        "accepted": [_fact(each) for each in function.accepted],
        "costs": [_fact(each) for each in function.costs],
        "transfers": [
            {"way": each.way, "place": each.crossing.place, **_fact(each.fact)} for each in function.transfers
        ],
        "load": None
        if load is None
        else {
            "calls": load.calls,
            "seconds": load.seconds,
            "wall_seconds": load.wall,
            "share": load.share,
            "calls_a_second": load.rate,
            "p99_seconds": load.p99,
            "source": load.source.words,
        },
        "calls": None if function.calls is None else list(function.calls),
        "questions": [_question(each) for each in function.questions],
    }


def _trouble(trouble: Trouble) -> dict[str, Any]:
    return {
        "kind": trouble.kind.value,
        "library": trouble.library,
        "case": trouble.case,
        **_fact(trouble.fact),
    }


def _question(question: OpenQuestion) -> dict[str, Any]:
    return {"decides": question.decides, "remedy": question.remedy, **_fact(question.fact)}


def _fact(fact: SourcedFact) -> dict[str, Any]:
    return {
        "words": fact.words,
        "sources": [{"words": each.words, "command": each.command} for each in fact.sources],
    }
