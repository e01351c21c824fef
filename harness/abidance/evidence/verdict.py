"""What all evidence comes to, in a sentence. Good is said only where all of it was judged, as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from abidance.core.codes import Severity
from abidance.core.outcome import ExitCode, Outcome, is_judged, worst
from abidance.evidence.model import Standing
from abidance.report.text.wording import count, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.core.diagnostic import Finding
    from abidance.evidence.model import ContractEvidence, SubjectEvidence

Tone = Literal["good", "doubt", "bad"]
_MANY = 4
"""So many names stand in a sentence; more are counted."""
_OPEN = (Standing.NOT_JUDGED, Standing.PARTLY, Standing.OUTDATED)


@dataclass(frozen=True, slots=True)
class EvidenceVerdict:
    """One sentence that can be read alone, further ones, and the exit status that goes with it."""

    tone: Tone
    sentence: str
    more: tuple[str, ...]
    exit_code: int


def verdict(several: Sequence[ContractEvidence]) -> EvidenceVerdict:
    """Return what the evidence on some contracts comes to."""
    codes = worst(map(exit_code_of, several))
    found = [finding for each in several for finding in failing(each)]
    gates = [each for each in several if gate_fails(each)]
    left = tuple(_left(several))
    if codes == ExitCode.FINDINGS:
        first = _findings_line(several, found) if found else _gates(gates) or "something failed"
        also = [_gates(gates)] if found and gates else []
        return EvidenceVerdict("bad", first, (*also, *left), codes)
    if codes == ExitCode.OK:
        subjects = sum(len(_promised(each)) for each in several)
        whose = "the contract holds" if len(several) == 1 else f"all {len(several):,} contracts hold"
        judged = f"{count(subjects, 'function')} {'was' if subjects == 1 else 'were'} judged as it is now"
        judged = judged if subjects == 1 else judged.replace("as it is", "as they are")
        excepted = ", but for what is suppressed" if any(map(_suppresses, several)) else ""
        return EvidenceVerdict("good", f"{whose}{excepted}: {judged}", _remarks(several), codes)
    if not any(each.items for contract in several for each in contract.subjects):
        return EvidenceVerdict("doubt", "nothing was run, so nothing passed", left, codes)
    judged_well = any(
        each.value.judged and each.value.item.library
        for contract in several
        for subject in contract.subjects
        for each in subject.items
    )
    so_far = "what was judged holds, and not all was judged" if judged_well else "nothing was judged"
    return EvidenceVerdict("doubt", so_far, (*left, *_remarks(several)), codes)


def exit_code_of(contract: ContractEvidence) -> int:
    """Return the exit status that the evidence on one contract comes to."""
    if failing(contract) or gate_fails(contract) or _failed(contract):
        return ExitCode.FINDINGS
    left = contract.unread or contract.stopped is not None or _gate_is_open(contract)
    if left or any(_is_open(each) for each in contract.subjects):
        kept = any(each.items for each in contract.subjects)
        return ExitCode.COULD_NOT_JUDGE if kept or contract.unread else ExitCode.NOTHING_COLLECTED
    return ExitCode.OK


def failing(contract: ContractEvidence) -> tuple[Finding, ...]:
    """Return the findings that are errors, those of programs that were traced among them."""
    traced = (finding for trace in contract.traces for finding in trace.value.findings)
    return (
        *(each.value.finding for each in contract.causes if each.value.fails),
        *(each for each in traced if each.diagnostic.code.severity is Severity.ERROR),
    )


def gate_fails(contract: ContractEvidence) -> bool:
    """Tell whether the ABI gate's last verdict lets the boundary not pass."""
    return contract.gate is not None and contract.gate.value.exit_code == ExitCode.FINDINGS


def _gate_is_open(contract: ContractEvidence) -> bool:
    """Tell whether the gate was run, and could not judge."""
    return contract.gate is not None and not is_judged(contract.gate.value.exit_code)


def _failed(contract: ContractEvidence) -> bool:
    return any(
        each.value.outcome is Outcome.FAILED for subject in contract.subjects for each in subject.counted
    )


def _is_open(subject: SubjectEvidence) -> bool:
    """Tell whether something of a subject is left to be judged; what the contract only uses promises nothing."""
    if subject.facts is not None and not subject.facts.listed:
        return False
    return subject.standing in _OPEN


def _promised(contract: ContractEvidence) -> list[SubjectEvidence]:
    return [each for each in contract.functions if each.facts is None or each.facts.listed]


def _suppresses(contract: ContractEvidence) -> bool:
    return any(each.standing is Standing.SUPPRESSED for each in contract.subjects)


# ---------------------------------------------------------------- sentences


def _findings_line(several: Sequence[ContractEvidence], found: Sequence[Finding]) -> str:
    where = _names([each.subject for each in found])
    whose = f" of {count(len(several), 'contract')}" if len(several) > 1 else ""
    return f"{count(len(found), 'finding')} in {where}{whose}"


def _gates(gates: Sequence[ContractEvidence]) -> str:
    if not gates:
        return ""
    told = [f"`{_name(each)}` ({each.gate.value.verdict})" for each in gates if each.gate is not None]
    return f"the ABI gate refuses {', '.join(told)}"


def _left(several: Sequence[ContractEvidence]) -> Iterator[str]:
    """Yield what is not judged, the most serious first."""
    for contract in several:
        where = f"`{_name(contract)}`: " if len(several) > 1 else ""
        if contract.unread:
            yield f"{where}contract or header cannot be read: {contract.unread[0].message}"
        if contract.stopped is not None:
            why = contract.stopped.value.diagnostics[0].message if contract.stopped.value.diagnostics else ""
            yield f"{where}the last run could not begin" + (f": {why}" if why else "")
        if _gate_is_open(contract):
            yield f"{where}the ABI gate could not judge"
        for standing, words in (
            (Standing.NOT_JUDGED, "not judged at all"),
            (Standing.PARTLY, "not wholly judged"),
            (Standing.OUTDATED, "judged before a change, and not since"),
        ):
            left = [each for each in contract.subjects if _is_open(each) and each.standing is standing]
            # That the libraries were not loaded goes without saying where nothing of them was called.
            names = [each.name for each in left if each.kind != "boundary"] or [each.name for each in left]
            if names:
                yield f"{where}{words}: {_names(names)}"


def _remarks(several: Sequence[ContractEvidence]) -> tuple[str, ...]:
    """Return what is no part of the verdict, and what a reader would else take it to be."""
    warnings = sum(not cause.value.fails for each in several for cause in each.causes)
    never = [each for each in several if each.gate is None]
    outside = sum(len(each.facts.outside) for each in several if each.facts is not None)
    told = [count(warnings, "warning")] if warnings else []
    if never:
        told.append(
            "the ABI gate has not been run, so nothing is known of changes to the ABI"
            if len(never) == len(several)
            else f"the ABI gate has not been run for {_names([_name(each) for each in never])}"
        )
    old = [_name(each) for each in several if each.gate is not None and not each.gate.origin.is_current]
    if old:
        told.append(f"the ABI gate was run before a change, and not since: {_names(old)}")
    if outside:
        told.append(
            f"{count(outside, 'function')} of the header {'is' if outside == 1 else 'are'} in no contract"
        )
    return tuple(told)


def _names(names: Sequence[str]) -> str:
    different = list(dict.fromkeys(names))
    if len(different) <= _MANY:
        return quoted(different)
    return f"{quoted(different[:_MANY])} and {len(different) - _MANY:,} more"


def _name(contract: ContractEvidence) -> str:
    return contract.facts.name if contract.facts is not None else contract.contract
