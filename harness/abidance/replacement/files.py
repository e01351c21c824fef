"""What the gate found between the files of two libraries, each thing once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.codes import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.core.diagnostic import Diagnostic
    from abidance.core.gate import GateResult


def beside_changes(gate: GateResult) -> tuple[Diagnostic, ...]:
    """Return what header and new library disagree about, of what no change tells already; no notes."""
    changed = {each.subject for each in gate.changes}
    return tuple(
        each
        for each in gate.findings
        if each.code.severity is not Severity.NOTE and each.place not in changed
    )


def differences_of_files(gate: GateResult | None) -> Iterator[Diagnostic]:
    """Yield what may break someone; nothing where the files were not compared."""
    if gate is not None:
        yield from (each.diagnostic for each in gate.changes if each.verdict != "compatible")
        yield from beside_changes(gate)
