"""A map as text: units in order of rank, with what decided that, their functions, and what is not known."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from abidance.migration.model import Need, several_names
from abidance.migration.ranking import decided_by, ranked_together
from abidance.migration.traced_use import load_words
from abidance.report.text.chars import one_line
from abidance.report.text.style import Color
from abidance.report.text.table import Cell, columns
from abidance.report.text.wording import count, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.migration.model import (
        BoundaryMap,
        MoveUnit,
        OpenQuestion,
        RankedUnit,
        SourcedFact,
        WeighedFunction,
    )
    from abidance.report.text.style import Style

_COLORS = {Need.CHANGE: Color.ERROR, Need.UNKNOWN: Color.WARNING, Need.INSULATION: Color.GOOD}
_FUNCTIONS, _QUESTIONS = 12, 3
_WIDTH = 12


def map_lines(found: BoundaryMap, look: Style, *, verbose: bool = False) -> list[str]:
    """Return the text of a map; without `verbose`, long lists are cut after the first few."""
    text = _Text(look, verbose)
    head = (
        f"{found.boundary}   {count(len(found.functions), 'function')} in {count(len(found.units), 'unit')}"
    )
    if found.today:
        head += f"   in use: {found.today}"
    if found.others:
        head += f"   beside it: {', '.join(found.others)}"
    lines = [look.paint(one_line(head), Color.STRONG), ""]
    for each in found.scope:
        lines += text.wrapped(each.words, "  ")
    if found.runs:
        lines += text.wrapped(f"from {', '.join(each.words for each in found.runs)}", "  ")
    if found.scope:
        lines.append("")
    for trouble in found.whole:
        lines += text.wrapped(f"of the whole boundary: {trouble.fact.words}{_sources(trouble.fact)}", "  ")
    for before, ranked in zip((None, *found.units), found.units, strict=False):
        lines += [*text.unit(ranked, before), ""]
    lines += text.unknown(found.questions)
    color = _COLORS[found.standing] if found.standing is not None else Color.WARNING
    return [*lines, look.paint(verdict_words(found), color)]


def overview_lines(maps: Sequence[BoundaryMap], look: Style, *, verbose: bool = False) -> list[str]:
    """Return the units of several contracts in one order, a line each; nothing of one alone, whose map has it."""
    if len(maps) < 2:
        return []
    together = ranked_together(maps)
    shown = together if verbose else together[:_FUNCTIONS]
    title = f"{count(len(together), 'unit')} of {len(maps)} contracts, in order"
    rows = [
        [
            Cell(str(each.rank), right=True),
            Cell(each.unit.need.value, _COLORS[each.unit.need]),
            Cell(one_line(each.unit.name), Color.STRONG),
            Cell(one_line(found.contract)),
            Cell(one_line(brief(each.unit))),
        ]
        for found, each in shown
    ]
    lines = [look.paint(title, Color.STRONG), *columns(rows, look)]
    if len(together) > len(shown):
        lines.append(f"  and {count(len(together) - len(shown), 'more unit')}: `-v` shows them")
    return lines


def brief(unit: MoveUnit) -> str:
    """Return why a unit needs what it needs, in a few words."""
    if unit.troubles:
        worst = unit.troubles[0]
        return f"{worst.kind.value}: {worst.brief}"
    asked = sum(each.decides for function in unit.functions for each in function.questions)
    if unit.need is Need.UNKNOWN:
        return f"{count(asked, 'question')} open"
    return "nothing was found"


def verdict_words(found: BoundaryMap) -> str:
    """Return how many units need what, and whether that is known of the present state."""
    told = []
    for need in Need:
        number = sum(each.unit.need is need for each in found.units)
        if number:
            before = ", by what was judged before a change"
            outdated = need is Need.INSULATION and found.outdated
            told.append(f"{count(number, 'unit')} {_verb(need, number)}{before if outdated else ''}")
    return f"{', '.join(told)}." if told else "the contract has no functions."


def _verb(need: Need, number: int) -> str:
    one = number == 1
    match need:
        case Need.CHANGE:
            return "needs change" if one else "need change"
        case Need.UNKNOWN:
            return "is not known well enough" if one else "are not known well enough"
    return "needs only insulation" if one else "need only insulation"


def tied_or_decided(each: RankedUnit, before: RankedUnit | None) -> str:
    """Return why a unit stands after the one before it."""
    if before is None:
        return ""
    measure = decided_by(before.unit.functions, each.unit.functions)
    if measure is None:
        return "equal to the one above: no measure tells them apart"
    one, other = (measure.shown(side.unit.functions) for side in (before, each))
    return f"below the one above by its {measure.words}: {other}, not {one}"


class _Text:
    def __init__(self, look: Style, verbose: bool) -> None:
        self._look = look
        self._verbose = verbose

    def wrapped(self, words: str, indent: str, *, hang: str = "  ") -> list[str]:
        """Return words, broken to the width of the place."""
        return textwrap.wrap(
            one_line(words),
            max(self._look.width, 60),
            initial_indent=indent,
            subsequent_indent=indent + hang,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def unit(self, ranked: RankedUnit, before: RankedUnit | None) -> Iterator[str]:
        unit, look = ranked.unit, self._look
        need = look.paint(f"{unit.need.value:<{_WIDTH}}", _COLORS[unit.need])
        several = (
            f"   {count(len(unit.functions), 'function')} that move together"
            if len(unit.functions) > 1
            else ""
        )
        yield f"{ranked.rank:>3}  {need}{look.paint(one_line(unit.name), Color.STRONG)}{several}"
        indent = " " * 7
        if why := tied_or_decided(ranked, before):
            yield from self.wrapped(why, indent)
        for bond in unit.bonds:
            names = (
                "" if len(bond.functions) == len(unit.functions) else f"{several_names(bond.functions, 4)}: "
            )
            yield from self.wrapped(f"{names}{bond.fact.words}", indent)
        shown = unit.functions if self._verbose else unit.functions[:_FUNCTIONS]
        for function in shown:
            yield from self._function(function, alone=len(unit.functions) == 1)
        if len(unit.functions) > len(shown):
            left = unit.functions[len(shown) :]
            yield f"{indent}and {count(len(left), 'more function')}, down to `{left[-1].name}`: `-v` shows them"

    def _function(self, function: WeighedFunction, *, alone: bool) -> Iterator[str]:
        indent = " " * 7
        if not alone:
            need = self._look.paint(f"{function.need.value:<{_WIDTH}}", _COLORS[function.need])
            yield f"{indent}{need}{one_line(function.name)}"
            indent += " " * 4
        for trouble in function.troubles:
            yield from self.wrapped(
                f"{trouble.kind.value}: {trouble.fact.words}{_sources(trouble.fact)}", indent
            )
        if function.load is not None:
            yield from self.wrapped(load_words(function.load), indent)
        for fact in (
            *function.costs,
            *function.held,
            *function.accepted,
            *(each.fact for each in function.transfers),
        ):
            yield from self.wrapped(fact.words, indent)
        if function.calls:
            yield from self.wrapped(f"calls {quoted(function.calls)} inside of the library", indent)
        shown = function.questions if self._verbose else function.questions[:_QUESTIONS]
        for question in shown:
            yield from self.wrapped(f"not known: {question.fact.words}", indent)
        if len(function.questions) > len(shown):
            yield f"{indent}and {count(len(function.questions) - len(shown), 'more question')}: `-v` shows them"

    def unknown(self, questions: tuple[OpenQuestion, ...]) -> Iterator[str]:
        if not questions:
            return
        yield self._look.paint("not known of the whole boundary", Color.STRONG)
        for each in questions:
            yield from self.wrapped(each.fact.words, "  ")
            yield from self.wrapped(each.remedy, "    ")
        yield ""


def _sources(fact: SourcedFact) -> str:
    commands = [each.command for each in fact.sources if each.command and each.command != "abidance history"]
    return f"   `{commands[0]}`" if commands else ""
