"""What stands first: the verdict, what it leaves open, and the state of each contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from abidance.evidence.model import Standing
from abidance.evidence.verdict import verdict
from abidance.pages.elements import Column, run_link, table
from abidance.pages.frame import prose
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.evidence.verdict import EvidenceVerdict
    from abidance.pages.report.scene import Scene

_WORDS = {"good": "Verdict: good", "doubt": "Verdict: open", "bad": "Verdict: bad"}


def lead(said: EvidenceVerdict, scenes: Sequence[Scene]) -> h.Node:
    """Return the verdict, what it leaves open, and how old it is."""
    return [
        h.div(class_=f"verdict {said.tone}")[
            h.p[h.span(".tag")[_WORDS[said.tone]], " ", _sentence(said.sentence)],
            h.ul[(h.li[_sentence(each)] for each in said.more)] if said.more else None,
        ],
        (h.p(".dim")[_whence(scene)] for scene in scenes),
        (h.p(".doubt")[each] for scene in scenes for each in _doubts(scene)),
    ]


def _sentence(words: str) -> h.Node:
    return [prose(words[:1].upper() + words[1:] if words[:1].isalpha() else words), "."]


def _whence(scene: Scene) -> h.Node:
    facts, runs = scene.evidence.facts, scene.evidence.runs
    parts: list[h.Node] = [h.strong[scene.name]]
    if facts is not None:
        listed = sum(each.listed for each in facts.functions)
        parts.append(f": {count(listed, 'function')}, {count(len(scene.libraries), 'library')}")
    if facts is not None and facts.summary:
        parts += [". ", prose(facts.summary)]
    if runs:
        parts += [" From ", _joined([run_link(each) for each in runs]), "."]
    return parts


def _joined(several: Sequence[h.Node]) -> h.Node:
    return [[", " if number else "", each] for number, each in enumerate(several)]


def _doubts(scene: Scene) -> Iterator[h.Node]:
    """Yield what is older than what is there now."""
    for origin in scene.evidence.runs:
        if origin.doubts:
            whose = f" of {scene.name}" if scene.several else ""
            yield [run_link(origin), f"{whose}: {'; '.join(origin.doubts)}."]
        if origin.run.ended is None:
            yield [
                run_link(origin),
                ": was ended before it was finished; what it had judged until then is shown.",
            ]


def contract_table(scenes: Sequence[Scene]) -> h.Node:
    """Return a line for each contract: what its evidence comes to, and how many functions stand how."""
    columns = [
        Column("contract"),
        Column("verdict"),
        *(Column(each.value, number=True) for each in _SHOWN),
        Column("ABI gate"),
    ]
    rows = []
    for scene in scenes:
        standings = [
            each.standing for each in scene.evidence.functions if each.facts is None or each.facts.listed
        ]
        gate = scene.evidence.gate
        rows.append(
            [
                h.a(href=f"#{scene.anchor('functions')}")[scene.name],
                _sentence(verdict([scene.evidence]).sentence),
                *(str(standings.count(each)) for each in _SHOWN),
                gate.value.verdict if gate is not None else "not run",
            ]
        )
    return table("Each contract, with its functions by what the evidence on them comes to", columns, rows)


_SHOWN = (Standing.HOLDS, Standing.FINDINGS, Standing.NOT_JUDGED, Standing.PARTLY, Standing.OUTDATED)
