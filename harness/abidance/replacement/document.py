"""A scorecard as a JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import abidance
from abidance.report.gate_document import gate_document
from abidance.report.json_document import run_document

if TYPE_CHECKING:
    from abidance.core.diagnostic import Finding
    from abidance.replacement.model import Scorecard
    from abidance.report.text.style import Style

SCHEMA_VERSION = 1


def scorecard_document(card: Scorecard, look: Style) -> dict[str, object]:
    """Return the document; `abi` and `run` are as those commands have them."""
    return {
        "schema_version": SCHEMA_VERSION,
        "abidance": abidance.__version__,
        "boundary": card.boundary,
        "from": card.old,
        "to": card.new,
        "functions": list(card.functions),
        "verdict": card.standing.value,
        "words": card.verdict,
        "exit_code": card.exit_code,
        "areas": [
            {
                "area": each.area.value,
                "standing": each.standing.value,
                "words": list(each.words),
                "findings": list(map(_finding, each.findings)),
                "shared": list(map(_finding, each.shared)),
                "old_only": list(map(_finding, each.old_only)),
            }
            for each in card.areas
        ],
        "abi": gate_document([card.gate], look) if card.gate is not None else None,
        "run": run_document(card.record, look),
    }


def _finding(found: Finding) -> dict[str, object]:
    return {"code": found.diagnostic.code.id, "function": found.function, "case": found.case or None}
