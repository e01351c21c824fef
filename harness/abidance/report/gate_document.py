"""The gate for programs: one document, whatever was compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import abidance
from abidance.core.gate import overall
from abidance.report.json_document import diagnostic_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.core.gate import GateResult, JudgedChange
    from abidance.report.text.style import Style

SCHEMA_VERSION = 1
_ORDER = ("compatible", "risky", "unknown", "breaking")


def schema() -> str:
    """Return the JSON Schema of the document."""
    from importlib.resources import files  # noqa: PLC0415 - only `abidance schema` asks

    return files("abidance.report").joinpath("schema/abi.schema.json").read_text(encoding="utf-8")


def gate_document(results: Sequence[GateResult], look: Style) -> dict[str, object]:
    """Return the document. `verdict` is the worst of all results, `changes` has those of all."""
    return {
        "schema_version": SCHEMA_VERSION,
        "abidance": abidance.__version__,
        "verdict": max((each.verdict for each in results), key=_ORDER.index, default="unknown"),
        "exit_code": overall(results),
        "changes": [_change(change, result, look) for result in results for change in result.changes],
        "findings": [
            {"boundary": result.name, **diagnostic_object(finding, look), "suppressed": reason}
            for result in results
            for finding, reason in (
                *((each, None) for each in result.findings),
                *((each.diagnostic, each.reason) for each in result.suppressed),
            )
        ],
        "comparisons": [_comparison(result) for result in results],
    }


def _comparison(result: GateResult) -> dict[str, object]:
    return {
        "boundary": result.name,
        "old": result.old,
        "new": result.new,
        "verdict": result.verdict,
        "policy": result.policy,
        "bump": result.bump,
        "evidence": list(result.evidence),
        "exit_code": result.exit_code,
    }


def _change(change: JudgedChange, result: GateResult, look: Style) -> dict[str, object]:
    shown = diagnostic_object(change.diagnostic, look)
    return {
        "code": shown["code"],
        "name": shown["name"],
        "subject": change.subject,
        "old": change.old,
        "new": change.new,
        "verdict": change.verdict,
        "binary": change.axes["binary"],
        "source": change.axes["source"],
        "contract": change.axes["contract"],
        "boundary": result.name,
        "message": shown["message"],
        "effect": change.effect,
        "help": shown["help"],
        "fails": change.fails,
        "suppressed": change.suppressed or None,
        "locations": shown["locations"],
    }
