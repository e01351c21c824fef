"""What nothing has judged: clauses, functions, libraries, and what the header has beside the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from abidance.evidence.model import Standing
from abidance.pages.elements import run_link
from abidance.pages.frame import prose
from abidance.pages.report.findings import details, title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.pages.report.scene import Scene


def not_judged(scene: Scene) -> h.Node:
    """Return all of it; None where nothing was left out."""
    evidence, facts = scene.evidence, scene.evidence.facts
    parts: list[h.Node] = []
    if evidence.unread:
        parts.append(h.p(".bad")["Contract or header cannot be read, so what they promise is not shown."])
        parts += [[title(each), details(each)] for each in evidence.unread]
    if evidence.stopped is not None:
        parts.append(h.p(".bad")["The last run could not begin: ", run_link(evidence.stopped.origin), "."])
        parts += [[title(each), details(each)] for each in evidence.stopped.value.diagnostics]
    never = [
        h.a(href=f"#{scene.of_subject(each)}")[h.code[each.name]]
        for each in evidence.subjects
        if each.standing is Standing.NOT_JUDGED and (each.facts is None or each.facts.listed)
    ]
    parts += _listed("Nothing has looked at", never)
    parts += _listed(
        "Clauses and promises that no call put to the test",
        [[prose(each.value), " (", run_link(each.origin), ")"] for each in evidence.not_judged],
    )
    if facts is not None:
        outside = [h.code[each] for each in facts.outside]
        parts += _listed("Declared by the header, and not in the contract", outside)
        parts += _listed("Declarations that nobody could read", [prose(each) for each in facts.unread])
    return parts or None


def _listed(heading: str, several: Sequence[h.Node]) -> list[h.Node]:
    return [h.h3[f"{heading} ({len(several)})"], h.ul[(h.li[each] for each in several)]] if several else []
