"""A map as a page: the ranking, the picture, and each unit with the facts that its rank rests on."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import htpy as h

from abidance.migration.footnotes import Footnotes, sentence
from abidance.migration.map_text import brief, tied_or_decided, verdict_words
from abidance.migration.model import Need, SourcedFact, several_names
from abidance.migration.picture import pictures
from abidance.migration.ranking import MEASURES, ranked_together
from abidance.migration.traced_use import load_words
from abidance.pages.elements import Column, table, tag
from abidance.pages.frame import PageSection, anchor, page, prose
from abidance.report.text.wording import count, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.migration.model import BoundaryMap, OpenQuestion, RankedUnit, WeighedFunction

TONES = {Need.CHANGE: ("bad", "!"), Need.UNKNOWN: ("doubt", "?"), Need.INSULATION: ("good", "\u2713")}


_SINGLES = (
    (Need.UNKNOWN, "Single functions of which too little is known", "Unknown"),
    (Need.INSULATION, "Single functions that need only insulation", "Insulation"),
)
_LINKS = 12
"""Up to so many units are among the links at the top; all are in the ranking."""


def map_page(several: Sequence[BoundaryMap], report: str = "") -> str:
    """Return the page of one or several maps; what is from a run leads to the page `report`, if there is one."""
    notes, named = Footnotes(report), len(several) > 1
    sections = [PageSection("together", "All contracts in one order", _together(several), "All contracts")]
    sections += [
        each
        for number, found in enumerate(several, 1)
        for each in _MapSections(found, notes, number, named=named).all()
    ]
    sections += [
        PageSection("how", "How ranks come about", _how()),
        PageSection("evidence", "Evidence", notes.listed()),
    ]
    names = ", ".join(each.boundary for each in several)
    lead = [_lead(each, named=named) for each in several]
    style = "".join(
        resources.files("abidance.migration").joinpath(name).read_text(encoding="utf-8")
        for name in ("map.css", "map_page.css")
    )
    return page(f"Map of {names}", lead, sections, style=style)


def _together(several: Sequence[BoundaryMap]) -> h.Node:
    if len(several) < 2:
        return None
    names = [Column("Rank"), Column("Unit"), Column("Contract"), Column("Need"), Column("Because")]
    rows = [
        (
            f"{each.rank}{' =' if each.tied else ''}",
            h.code[each.unit.name],
            h.code[found.contract],
            tag(*TONES[each.unit.need], each.unit.need.value),
            sentence(brief(each.unit)),
        )
        for found, each in ranked_together(several)
    ]
    return table("The units of all contracts, by the same measures", names, rows)


def _lead(found: BoundaryMap, *, named: bool) -> h.Node:
    tone = TONES[found.standing][0] if found.standing is not None else "dim"
    name = f"{found.boundary}: " if named else ""
    return h.div(class_=f"verdict {tone}")[
        h.p[name, prose(sentence(verdict_words(found)))],
        h.p(".dim")[prose(found.summary)] if found.summary else None,
    ]


class _MapSections:
    """The sections of one map; `number` tells the maps of a page apart."""

    def __init__(self, found: BoundaryMap, notes: Footnotes, number: int, *, named: bool) -> None:
        self._map = found
        self._notes = notes
        self._number = number
        self._tail = f"-{number}" if number > 1 else ""
        self._of = f" of {found.boundary}" if named else ""

    def all(self) -> Iterator[PageSection]:
        """Yield them in the order of the page."""
        found, tail, of = self._map, self._tail, self._of
        yield PageSection(f"ranking{tail}", f"Ranking{of}", self._ranking(), f"Ranking{of}")
        yield PageSection(
            f"picture{tail}", f"The boundary{of}", pictures(found, f"{self._number}"), "Picture"
        )
        linked = sum(map(_has_section, found.units)) <= _LINKS
        for before, ranked in zip((None, *found.units), found.units, strict=False):
            if _has_section(ranked):
                title = f"{ranked.rank}. {ranked.unit.name}: {ranked.unit.need.value}"
                yield PageSection(
                    self._anchor(ranked), title, self._unit(ranked, before), ranked.unit.name, linked
                )
        for need, title, short in _SINGLES:
            alone = [each for each in found.units if each.unit.need is need and not _has_section(each)]
            if alone:
                yield PageSection(f"{need.value}{tail}", f"{title}{of}", self._singles(alone, title), short)
        if found.questions:
            body = self._questions(found.questions)
            yield PageSection(f"open{tail}", f"Not known{of} as a whole", body, "Not known")

    def _anchor(self, ranked: RankedUnit) -> str:
        return anchor("unit", ranked.unit.functions[0].name) + self._tail

    def _ranking(self) -> h.Node:
        found, notes = self._map, self._notes
        scope = [h.li[notes.fact(each)] for each in found.scope]
        whole = [h.li[notes.fact(each.fact)] for each in found.whole]
        share = next(each for each in MEASURES if each.name == "share")
        head = ("Rank", "Unit", "Need", "Functions", "Share of traced time", "Because")
        rows = []
        for before, ranked in zip((None, *found.units), found.units, strict=False):
            unit, name = ranked.unit, h.code[ranked.unit.name]
            rows.append(
                h.tr[
                    h.td(".number")[f"{ranked.rank}{' =' if ranked.tied else ''}"],
                    h.th(scope="row")[
                        h.a(href=f"#{self._anchor(ranked)}")[name] if _has_section(ranked) else name
                    ],
                    h.td[_need_tag(unit.need)],
                    h.td(".number")[f"{len(unit.functions):,}"],
                    h.td(".number")[share.shown(unit.functions)],
                    h.td[self._because(ranked, before)],
                ]
            )
        return [
            h.ul[scope] if scope else None,
            [h.h3["Of the whole boundary"], h.ul[whole]] if whole else None,
            h.div(
                ".scroll.ranking",
                role="region",
                aria_label=f"Units of {found.contract} in order",
                tabindex="0",
            )[
                h.table[
                    h.caption[
                        "Units are functions that can only move together. An = marks what no measure tells apart."
                    ],
                    h.thead[h.tr[[h.th(scope="col")[each] for each in head]]],
                    h.tbody[rows],
                ]
            ],
        ]

    def _because(self, ranked: RankedUnit, before: RankedUnit | None) -> h.Node:
        unit, notes = ranked.unit, self._notes
        if unit.troubles:
            worst = unit.troubles[0]
            more = len(unit.troubles) - 1
            return [
                notes.fact(worst.fact, about=f"{worst.kind.value}: "),
                f" and {more:,} more" if more else None,
            ]
        asked = [each for function in unit.functions for each in function.questions if each.decides]
        if unit.need is Need.UNKNOWN and asked:
            more = len(asked) - 1
            return [notes.fact(asked[0].fact), f" and {count(more, 'more question')}" if more else None]
        held = [fact for function in unit.functions for fact in function.held[:1]]
        why = tied_or_decided(ranked, before)
        return [
            notes.fact(held[0])
            if len(held) == 1
            else f"Nothing was found in any of the {len(held)} functions",
            h.div(".why")[sentence(why)] if why else None,
        ]

    def _unit(self, ranked: RankedUnit, before: RankedUnit | None) -> h.Node:
        unit, notes = ranked.unit, self._notes
        why = tied_or_decided(ranked, before)
        bonds = []
        for bond in unit.bonds:
            about = (
                "" if len(bond.functions) == len(unit.functions) else f"{several_names(bond.functions, 6)}: "
            )
            bonds.append(h.li[notes.fact(bond.fact, about=about)])
        measures = [
            h.tr[h.th(scope="row")[sentence(each.words)], h.td[each.shown(unit.functions)], h.td[each.unit]]
            for each in MEASURES
        ]
        return [
            h.p(".why")[sentence(why)] if why else None,
            [h.h3["Why they move together"], h.ul[bonds]] if bonds else None,
            h.details[
                h.summary["What the rank is made of"],
                h.table[
                    h.thead[h.tr[[h.th(scope="col")[each] for each in ("Measure", "Value", "In")]]],
                    h.tbody[measures],
                ],
            ],
            [self._function(each) for each in unit.functions],
        ]

    def _function(self, function: WeighedFunction) -> h.Node:
        notes = self._notes
        facts = [notes.fact(each.fact, about=f"{each.kind.value}: ") for each in function.troubles]
        if function.load is not None:
            facts.append(notes.fact(SourcedFact(load_words(function.load), (function.load.source,))))
        facts += [notes.fact(each) for each in (*function.costs, *function.held, *function.accepted)]
        facts += [notes.fact(each.fact) for each in function.transfers]
        if function.calls:
            facts.append(prose(f"Calls {quoted(function.calls)} inside of `{self._map.today}`"))
        return h.section(id=anchor("function", function.name) + self._tail)[
            h.h3[h.code[function.name], " ", _need_tag(function.need)],
            h.pre[h.code[function.declaration]],
            h.ul[[h.li[each] for each in facts]] if facts else None,
            self._questions(function.questions),
        ]

    def _singles(self, several: Sequence[RankedUnit], title: str) -> h.Node:
        notes = self._notes
        rows = [
            (
                h.code[function.name],
                [h.div[notes.fact(each)] for each in (*function.held, *function.accepted)],
                prose(f"Calls {quoted(function.calls)}") if function.calls else None,
                [h.div[notes.fact(each.fact)] for each in function.questions],
            )
            for each in several
            for function in each.unit.functions
        ]
        names = [
            Column("Function"),
            Column("What was judged"),
            Column("Inside of the library"),
            Column("Not known"),
        ]
        return table(f"{title}, of {self._map.contract}", names, rows)

    def _questions(self, questions: Sequence[OpenQuestion]) -> h.Node:
        if not questions:
            return None
        return h.ul[
            [
                h.li[self._notes.fact(each.fact), h.span(".why")[" Tells it: ", _remedy(each.remedy)]]
                for each in questions
            ]
        ]


def _has_section(ranked: RankedUnit) -> bool:
    return len(ranked.unit.functions) > 1 or ranked.unit.need is Need.CHANGE


def _need_tag(need: Need) -> h.Node:
    return tag(*TONES[need], need.value)


def _remedy(words: str) -> h.Node:
    return h.code[words] if words.startswith("abidance ") else prose(words)


def _how() -> h.Node:
    rows = [h.li[h.b[sentence(each.words)], f": in {each.unit}"] for each in MEASURES]
    return [
        h.p[
            "Units are compared by one measure after the other; the first that differs decides, and the larger value ",
            "comes first. No measure has a weight. More evidence of trouble never lowers a rank; names decide nothing.",
        ],
        h.ol[rows],
    ]
