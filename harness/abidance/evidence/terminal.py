"""Evidence for a terminal: a line for each function, what was found, and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.evidence.model import Standing
from abidance.history.wording import revision_of, when
from abidance.report.effort import efforts
from abidance.report.text.block import headline
from abidance.report.text.chars import one_line
from abidance.report.text.style import Color
from abidance.report.text.table import Cell, columns
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.evidence.model import ContractEvidence, SubjectEvidence
    from abidance.evidence.verdict import EvidenceVerdict
    from abidance.report.text.style import Style

_COLORS = {Standing.FINDINGS: Color.ERROR, Standing.HOLDS: Color.GOOD, Standing.NOTHING: Color.PLAIN}
_TONES = {"good": Color.GOOD, "doubt": Color.WARNING, "bad": Color.ERROR}


def evidence_text(several: Sequence[ContractEvidence], said: EvidenceVerdict, look: Style) -> str:
    """Return what is known of some contracts, the verdict last."""
    blocks = ["\n".join(_contract(each, look)) for each in several]
    first = said.sentence if said.tone != "good" else f"ok: {said.sentence}"
    closing = [look.paint(f"{one_line(first)}.", _TONES[said.tone])]
    closing += [f"  {one_line(each)}" for each in said.more]
    return "\n\n".join((*blocks, "\n".join(closing))) + "\n"


def _contract(evidence: ContractEvidence, look: Style) -> Iterator[str]:
    facts = evidence.facts
    name = facts.name if facts is not None else evidence.contract
    runs = ", ".join(f"#{each.run.id}" for each in evidence.runs)
    yield look.paint(one_line(name), Color.STRONG) + (f"   from runs {runs}" if runs else "   no run is kept")
    rows = [
        _row(each)
        for each in evidence.subjects
        if each.kind != "boundary" or each.standing is not Standing.HOLDS
    ]
    if rows:
        yield ""
        yield from columns(rows, look)
    found = [each.value.finding for each in evidence.causes]
    found += [finding for trace in evidence.traces for finding in trace.value.findings]
    if found:
        yield ""
    for each in found:
        yield f"  {one_line(headline(each.diagnostic))}"
        if each.case:
            yield f"      again: `abidance replay {one_line(each.case)}`"
    yield ""
    gate = evidence.gate
    yield (
        f"  ABI gate: {gate.value.verdict} (#{gate.origin.run.id})"
        if gate is not None
        else "  ABI gate: not run"
    )
    yield f"  coverage: {_coverage(evidence)}"
    for origin in evidence.runs:
        for doubt in origin.doubts:
            words = f"  #{origin.run.id} {revision_of(origin.run)}, {when(origin.run)}: {one_line(doubt)}"
            yield look.paint(words, Color.WARNING)


def _row(subject: SubjectEvidence) -> list[Cell]:
    tried = efforts(each.value for each in subject.items)
    cases, calls = sum(each.cases for each in tried), sum(each.calls for each in tried)
    libraries = dict.fromkeys(each.library for each in tried if each.cases or each.calls)
    standing = subject.standing
    return [
        Cell(one_line(subject.name)),
        Cell(standing.value, _COLORS.get(standing, Color.WARNING)),
        Cell(count(cases, "case") if tried else "", right=True),
        Cell(count(calls, "call") if tried else "", right=True),
        Cell(one_line(", ".join(libraries))),
    ]


def _coverage(evidence: ContractEvidence) -> str:
    if evidence.coverage is None:
        return "not known"
    covered = evidence.coverage.value
    told = [
        f"{one_line(each.library)} {each.reached:,} of {count(each.lines, 'line')}"
        if each.counted
        else f"{one_line(each.library)} not known"
        for each in covered.libraries
    ]
    return f"{', '.join(told) or 'not known'} (#{evidence.coverage.origin.run.id})"
