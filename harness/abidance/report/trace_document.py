"""A trace as a JSON document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abidance.report.json_document import diagnostic_object

if TYPE_CHECKING:
    from abidance.core.traces import Traced, TracedFunction
    from abidance.report.text.style import Style

VERSION = 1


def document(trace: Traced, look: Style) -> str:
    """Return the text of the document. Times are in picoseconds; histograms are HdrHistogram's own text."""
    told: dict[str, Any] = {
        "schema_version": VERSION,
        "boundary": trace.boundary,
        "contract": look.path(Path(trace.contract)),
        "library": trace.library,
        "command": [*trace.command],
        "seconds": trace.seconds,
        "status": trace.status,
        "processes": trace.processes,
        "overhead": trace.overhead,
        "lost": trace.lost,
        "functions": [_function(each) for each in trace.functions],
        "findings": [
            {
                **diagnostic_object(each.diagnostic, look),
                "function": each.function,
                "library": each.library,
                "phase": each.phase,
                "call": each.call or None,
                "calls": int(each.details["calls"]),
                "found_after": each.found_after,
            }
            for each in trace.findings
        ],
        "notes": [diagnostic_object(each, look) for each in trace.notes],
        "not_judged": [*trace.not_judged],
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _function(function: TracedFunction) -> dict[str, Any]:
    time = function.time
    return {
        "name": function.name,
        "promised": function.promised,
        "calls": function.calls,
        "returned": function.returned,
        "refused": function.refused,
        "threads": function.threads,
        "time": None
        if time is None
        else {
            "p50": time.at(0.5),
            "p99": time.at(0.99),
            "p99_9": time.at(0.999),
            "most": time.most,
            "histogram": time.encoded,
        },
        "counted_only": function.untimed or None,
        "overhead": None if function.overhead is None else round(function.overhead),
        "sizes": [
            {
                "place": each.place,
                "written": each.written,
                "p50": each.histogram.at(0.5),
                "most": each.histogram.most,
                "histogram": each.histogram.encoded,
            }
            for each in function.sizes
        ],
        "growth": [
            {"low": each.low, "high": each.high, "calls": each.calls, "mean": round(each.mean)}
            for each in function.growth
        ],
        "examples": [*function.examples],
        "results": [
            {"value": each.value, "count": each.count, "success": each.success} for each in function.statuses
        ],
    }
