"""The report for programs: one JSON document, described by ``schema/run.schema.json``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import abidance
from abidance.report.buffered_report import BufferedReport
from abidance.report.effort import efforts
from abidance.report.known_differences import known_objects
from abidance.report.record import outcome, unseen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from abidance.core.costs import MeasuredCost
    from abidance.core.diagnostic import Diagnostic, Label
    from abidance.core.events import ItemFinished
    from abidance.core.gate import GateResult
    from abidance.report.effort import Effort
    from abidance.report.record import ReportedCause, Run, RunRecord
    from abidance.report.text.style import Style

SCHEMA_VERSION = 1
"""Raised when a reader of the document must change; new members alone do not raise it."""


def open_report(stream: TextIO, look: Style, verbosity: int = 0) -> JsonReport:  # noqa: ARG001
    """Return a report that writes its document at the end."""
    return JsonReport(stream, look)


def schema() -> str:
    """Return the JSON Schema of the document."""
    from importlib.resources import files  # noqa: PLC0415 - only `abidance schema` asks

    return files("abidance.report").joinpath("schema/run.schema.json").read_text(encoding="utf-8")


class JsonReport(BufferedReport):
    """Collects everything, because the outcome is near the top of the document."""

    def text(self, record: RunRecord, results: list[GateResult], look: Style) -> str:
        """Return the document: of a run, or of the gate."""
        from abidance.report.gate_document import gate_document  # noqa: PLC0415 - it has this one's diagnostics

        value = gate_document(results, look) if results else run_document(record, look)
        return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def run_document(record: RunRecord, look: Style) -> dict[str, object]:
    code = record.exit_code
    return {
        "schema_version": SCHEMA_VERSION,
        "abidance": abidance.__version__,
        "outcome": outcome(code).value,
        "exit_code": code,
        "interrupted": record.interrupted,
        # A run is nearly always over one contract; then its facts need no search.
        "boundary": _only(run.started.boundary for run in record.runs),
        "contract": _only(_contract(run, look) for run in record.runs),
        "seed": _only(run.started.seed for run in record.runs),
        "not_judged": [name for run in record.runs for name in run.not_judged],
        "notes": [sentence for run in record.runs for sentence in unseen(run.items)],
        "runs": [_run(run, look) for run in record.runs],
        "findings": [_finding(cause, run, look) for run in record.runs for cause in run.causes],
        "suppressed": [
            {**_finding(cause, run, look), "reason": why}
            for run in record.runs
            for cause, why in run.suppressed
        ],
        "known_differences": [
            {"boundary": run.started.boundary, **each}
            for run in record.runs
            for each in known_objects(run.items)
        ],
        "items": [_item(item, run, look) for run in record.runs for item in run.items],
        "effort": [
            {"boundary": run.started.boundary, **_effort(each)}
            for run in record.runs
            for each in efforts(run.items)
        ],
        "errors": [
            {"contract": _shown(stop.contract, look), **diagnostic_object(each, look)}
            for stop in record.stops
            for each in stop.diagnostics
        ],
        "partition": _partition(record, look),
    }


def _partition(record: RunRecord, look: Style) -> dict[str, object] | None:
    """Return what other shares of the run are put together with; None for a run of everything."""
    begun = (run.started.partition for run in record.runs)
    shares = [(each.number, each.count) for each in begun if each is not None]
    number, count = next(iter((*shares, *(stop.share for stop in record.stops))), (1, 1))
    if count == 1:
        return None
    from abidance.report.event_codec import events_of, to_json  # noqa: PLC0415 - few runs are shared

    events = [to_json(event, look.base) for event in events_of(record)]
    return {"number": number, "count": count, "digest": digest_of(events), "events": events}


def digest_of(events: object) -> str:
    """Return what the events of a partition no longer have once the file was damaged."""
    return hashlib.sha256(json.dumps(events, sort_keys=True).encode(errors="replace")).hexdigest()[:16]


def diagnostic_object(diagnostic: Diagnostic, look: Style) -> dict[str, object]:
    """Return a diagnostic as it stands in the document."""
    return {
        "code": diagnostic.code.id,
        "name": diagnostic.code.name,
        "severity": diagnostic.code.severity.value,
        "message": diagnostic.message,
        "locations": [
            _location(label, look, primary=index == 0) for index, label in enumerate(diagnostic.labels)
        ],
        "notes": list(diagnostic.notes),
        "help": diagnostic.help,
    }


def _run(run: Run, look: Style) -> dict[str, object]:
    return {
        "boundary": run.started.boundary,
        "contract": _contract(run, look),
        "functions": run.started.functions,
        "libraries": list(run.started.libraries),
        "builds": list(run.started.builds),
        "seed": run.started.seed,
        "interrupted": run.interrupted or not run.finished,
        "not_judged": list(run.not_judged),
        "without_postconditions": list(run.unpromised),
    }


def _finding(cause: ReportedCause, run: Run, look: Style) -> dict[str, object]:
    finding = cause.finding
    came_back, tries = finding.repeats
    return {
        **diagnostic_object(finding.diagnostic, look),
        "boundary": run.started.boundary,
        "contract": _contract(run, look),
        "function": finding.function,
        "subject": finding.subject,
        "functions": list(dict.fromkeys(each.function for each in cause.sightings)),
        "phase": finding.phase,
        "library": finding.library or None,
        "build": finding.builds[0] if finding.builds else None,
        "builds": list(finding.builds),
        "seen_by": list(
            dict.fromkeys(each.details["seen_by"] for each in cause.sightings if "seen_by" in each.details)
        ),
        "call": finding.call or None,
        "case": finding.case or None,
        "replay": f"abidance replay {finding.case}" if finding.case else None,
        "found_after": finding.found_after,
        "repeats": {"came_back": came_back, "tries": tries},
    }


def _item(item: ItemFinished, run: Run, look: Style) -> dict[str, object]:
    return {
        "boundary": run.started.boundary,
        "contract": _contract(run, look),
        "function": item.item.function,
        "phase": item.item.phase,
        "library": item.item.library or None,
        "build": item.item.build or None,
        "outcome": item.outcome.value,
        "applies": item.applies,
        "cases": item.cases,
        "calls": item.calls,
        "seconds": round(item.seconds, 6),
        "untested": "; ".join(gap.words for gap in item.gaps) or None,
        "beyond": _beyond(item),
        "explored": _explored(item),
        "costs": [_cost(each) for each in item.costs],
        "watched_by": list(item.watched),
        "reasons": [diagnostic_object(reason, look) for reason in item.reasons],
    }


def _effort(effort: Effort) -> dict[str, object]:
    return {
        "function": effort.function,
        "library": effort.library,
        "cases": effort.cases,
        "calls": effort.calls,
        "executions": effort.executions,
        "edges": effort.edges,
        "seconds": round(effort.seconds, 6),
    }


def _beyond(item: ItemFinished) -> dict[str, object] | None:
    beyond = item.beyond
    if beyond is None:
        return None
    return {"cases": beyond.cases, "ended": beyond.ended, "unseen": beyond.words or None}


def _explored(item: ItemFinished) -> dict[str, object] | None:
    explored = item.explored
    if explored is None:
        return None
    return {
        "executions": explored.executions,
        "edges": explored.edges,
        "seconds": round(explored.seconds, 6),
        "cases": explored.cases,
        "uncovered": explored.uncovered or None,
    }


def _cost(cost: MeasuredCost) -> dict[str, object]:
    return {
        "function": cost.function,
        "kind": cost.kind.value,
        "unit": cost.kind.unit,
        "input": cost.input or None,
        "over": cost.over or None,
        "size": cost.size,
        "against": cost.against or None,
        "threads": cost.threads,
        "calls": cost.calls,
        "runs": cost.runs,
        "confidence": cost.confidence or None,
        "quantiles": [
            {
                "name": each.name,
                "share": each.share,
                "value": each.value,
                "low": each.low,
                "high": each.high,
                "clause": each.clause or None,
                "allowed": each.allowed,
                "verdict": each.verdict.value if each.verdict else None,
            }
            for each in cost.quantiles
        ],
        "histogram": cost.histogram.encoded if cost.histogram else None,
    }


def _location(label: Label, look: Style, *, primary: bool) -> dict[str, object]:
    span = label.span
    return {
        "path": look.path(span.path),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "text": label.text,
        "primary": primary,
    }


def _contract(run: Run, look: Style) -> str:
    return look.path(Path(run.started.contract))


def _shown(contract: str, look: Style) -> str | None:
    return look.path(Path(contract)) if contract else None


def _only(values: Iterable[object]) -> object:
    """Return the one value that all runs share, or None."""
    different = set(values)
    return different.pop() if len(different) == 1 else None
