"""What a run or the gate found, in the shape that machine formats share: entries, and the cases that had them."""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.codes import Severity
from abidance.core.diagnostic import Label
from abidance.core.gate import overall
from abidance.core.outcome import Outcome, is_judged
from abidance.core.span import Span
from abidance.report.known_differences import known_lines
from abidance.report.record import reasons, unseen
from abidance.report.summary_table import standing_of
from abidance.report.text.block import headline
from abidance.report.verdict import verdict
from abidance.report.watchers import watchers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abidance.core.diagnostic import Diagnostic, Finding
    from abidance.core.events import ItemFinished
    from abidance.core.gate import GateResult, JudgedChange
    from abidance.report.record import Run, RunRecord
    from abidance.report.text.style import Style


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One finding. `group` is the boundary, `subject` what it is about; `suppressed` is the reason, if it is.

    `fallback` is the file to point to when the diagnostic has no place of its own. `call` is the smallest failing call
    as C, and `again` says how it is made again. `defined` is where the library defines the function, as in `Finding`.
    """

    diagnostic: Diagnostic
    group: str
    subject: str = ""
    suppressed: str = ""
    fallback: Path | None = None
    call: str = ""
    again: tuple[str, ...] = ()
    defined: Span | None = None
    properties: dict[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Return what stays the same while the finding does, wherever its lines move to."""
        parts = (self.diagnostic.code.id, self.group, self.subject, self.diagnostic.place)
        return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:32]

    def places(self, look: Style) -> tuple[Label, ...]:
        """Return the places with the one to be mended first: the library's own line, where that is known.

        A file outside of the checkout comes last, since nobody who looks at the checkout can open it there.
        """
        labels = self.diagnostic.labels
        own = [label for label in labels if label.own]
        if not own and self.defined is not None:
            own = [Label(self.defined, "the function is defined here", own=True)]
        found = [*own, *(label for label in labels if not label.own)]
        if not found and self.fallback is not None:
            found = [Label(Span.at(self.fallback, 1))]
        return tuple(sorted(found, key=lambda label: look.is_outside(label.span.path)))

    @property
    def level(self) -> Severity:
        """Return how it is shown."""
        return self.diagnostic.code.severity


@dataclass(frozen=True, slots=True)
class ReportedCase:
    """One test case. `failures` failed it, `errors` kept it from being judged, `skipped` says why it did not run.

    `watched_by` names the instruments that were live.
    """

    group: str
    name: str
    seconds: float = 0.0
    failures: tuple[Diagnostic, ...] = ()
    errors: tuple[Diagnostic, ...] = ()
    skipped: str = ""
    watched_by: str = ""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Everything that the formats show. `title` is one line that says what it comes to; `compared` is the gate's.

    `standing` has what each library and build of a run came to: boundary, library, build, outcome, what was tried.
    """

    title: str
    entries: tuple[ReportEntry, ...]
    cases: tuple[ReportedCase, ...]
    exit_code: int
    notes: tuple[str, ...] = ()
    compared: tuple[GateResult, ...] = ()
    standing: tuple[tuple[str, ...], ...] = ()


def of_gate(results: Sequence[GateResult]) -> Outcomes:
    """Return what the gate found; changes that harm nobody are cases, and no entries."""
    entries: list[ReportEntry] = []
    cases: list[ReportedCase] = []
    for result in results:
        for change in result.changes:
            if change.verdict != "compatible" or change.fails:
                entries.append(_change(change, result))
            cases.append(_change_case(change, result))
        entries += [
            ReportEntry(finding, result.name, fallback=_file(result.new)) for finding in result.findings
        ]
        entries += [
            ReportEntry(each.diagnostic, result.name, each.diagnostic.place, each.reason, _file(result.new))
            for each in result.suppressed
        ]
        failed = tuple(each for each in result.findings if each.code.severity is Severity.ERROR)
        judged = is_judged(result.exit_code)
        cases.append(
            ReportedCase(result.name, "gate", 0.0, failed if judged else (), () if judged else failed)
        )
    title = "; ".join(f"{result.name}: {result.verdict}" for result in results)
    return Outcomes(title, tuple(entries), tuple(cases), overall(results), compared=tuple(results))


def of_run(record: RunRecord, look: Style) -> Outcomes:
    """Return what a run found."""
    entries: list[ReportEntry] = []
    cases: list[ReportedCase] = []
    notes: list[str] = []
    for run in record.runs:
        entries += _run_entries(run, look)
        cases += [_item(item, run) for item in run.items]
        by = watchers(item.watched for item in run.items)
        notes += [f"{run.started.boundary}: watched by: {by}"] if by else []
        notes += [f"{run.started.boundary}: {line}" for line in known_lines(run.items)]
        notes += [f"{run.started.boundary}: not judged: {name}" for name in run.not_judged]
        notes += [f"{run.started.boundary}: {sentence}" for sentence in unseen(run.items)]
    for stop in record.stops:
        where = Path(stop.contract) if stop.contract else None
        name = where.name if where else "abidance"
        entries += [ReportEntry(each, name, fallback=where) for each in stop.diagnostics]
        cases.append(ReportedCase(name, "run", 0.0, (), stop.diagnostics))
    boundaries = ", ".join(run.started.boundary for run in record.runs) or "abidance"
    title = f"{boundaries}: {verdict(record, look).sentence.rstrip('.')}"
    rows = tuple((run.started.boundary, *row) for run in record.runs for row in standing_of(run))
    return Outcomes(title, tuple(entries), tuple(cases), record.exit_code, tuple(notes), standing=rows)


def _change(change: JudgedChange, result: GateResult) -> ReportEntry:
    return ReportEntry(
        change.diagnostic,
        result.name,
        change.subject,
        change.suppressed,
        _file(result.new),
        properties={
            "verdict": change.verdict,
            **change.axes,
            "old": change.old,
            "new": change.new,
            "effect": change.effect,
        },
    )


def _change_case(change: JudgedChange, result: GateResult) -> ReportedCase:
    shown = (change.diagnostic,)
    name = f"{change.diagnostic.code.name}: {change.subject}"
    unknown = change.verdict == "unknown"
    if change.suppressed:
        return ReportedCase(result.name, name, skipped=f"suppressed: {change.suppressed}")
    return ReportedCase(
        result.name,
        name,
        failures=shown if change.fails else (),
        errors=shown if unknown and not change.fails else (),
    )


def _run_entries(run: Run, look: Style) -> Iterator[ReportEntry]:
    contract = Path(run.started.contract)
    for cause, why in (*((each, "") for each in run.causes), *run.suppressed):
        finding = cause.finding
        properties = {
            "function": finding.function,
            "library": finding.library,
            "builds": ", ".join(finding.builds),
            "call": finding.call,
            "replay": f"abidance replay {finding.case}" if finding.case else "",
        }
        yield ReportEntry(
            finding.diagnostic,
            run.started.boundary,
            f"{finding.function} {finding.library}".strip(),
            why,
            contract,
            finding.call.strip("\n"),
            tuple(_again(finding, run, look)),
            finding.defined,
            {name: text for name, text in properties.items() if text},
        )
    for reason in reasons(run.items):
        yield ReportEntry(reason, run.started.boundary, fallback=contract)


def _again(finding: Finding, run: Run, look: Style) -> Iterator[str]:
    """Yield how to see a finding again: there where it was found, and from nothing."""
    if finding.case:
        yield f"`abidance replay {finding.case}` (in C: `--emit c`) with the `.abidance/cases` of this run"
    contract = shlex.quote(look.path(Path(run.started.contract)))
    which = "" if finding.function == run.started.boundary else f" --function {shlex.quote(finding.function)}"
    yield f"or anew: `abidance run {contract}{which} --seed {run.started.seed}`"


def _item(item: ItemFinished, run: Run) -> ReportedCase:
    skipped = item.outcome is Outcome.SKIPPED
    return ReportedCase(
        run.started.boundary,
        str(item.item),
        item.seconds,
        tuple(finding.diagnostic for finding in item.findings),
        item.reasons if item.outcome is Outcome.ERRORED else (),
        _words(item.reasons) if skipped else _exception(item),
        watchers([item.watched]),
    )


def _exception(item: ItemFinished) -> str:
    """Return what the contract makes an exception of, where that is all that was found."""
    if item.outcome is not Outcome.SUPPRESSED:
        return ""
    told = (f"{headline(found.diagnostic)}: {' '.join(why.split())}" for found, why in item.suppressed)
    return f"suppressed: {'; '.join(dict.fromkeys(told))}"


def _words(diagnostics: Iterable[Diagnostic]) -> str:
    return "; ".join(each.message for each in diagnostics) or "skipped"


def _file(name: str) -> Path | None:
    return Path(name) if name else None
