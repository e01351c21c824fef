"""Evidence on a page: numbers behind what it carries, which lead to a list of all sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from abidance.pages.frame import prose

if TYPE_CHECKING:
    from abidance.migration.model import FactSource, SourcedFact


def sentence(words: str) -> str:
    """Return words as a sentence begins, unless they begin with a name."""
    return words[:1].upper() + words[1:] if words[:1].islower() else words


class Footnotes:
    """Numbers sources in the order in which a page comes to them; `report` is a page of `abidance report`, if any."""

    def __init__(self, report: str = "") -> None:
        self._numbers: dict[FactSource, int] = {}
        self._report = report

    def fact(self, fact: SourcedFact, *, about: str = "") -> h.Node:
        """Return a fact as a sentence with the numbers of its sources; `about` stands before it."""
        refs: list[h.Node] = []
        for each in fact.sources:
            number = self._numbers.setdefault(each, len(self._numbers) + 1)
            refs += [" ", h.a(href=f"#evidence-{number}", aria_label=f"evidence {number}")[str(number)]]
        words = f"{about}{fact.words}"
        return [prose(sentence(words)), h.sup[refs]]

    def listed(self) -> h.Node:
        """Return the list of all that were numbered so far."""
        return h.ol[[self._source(number, each) for each, number in self._numbers.items()]]

    def _source(self, number: int, source: FactSource) -> h.Node:
        command: list[h.Node] = [" ", h.code[source.command]] if source.command else []
        words = prose(source.words)
        if source.anchor and self._report:
            words = h.a(href=f"{self._report}#{source.anchor}")[words]
        return h.li(id=f"evidence-{number}")[words, command]
