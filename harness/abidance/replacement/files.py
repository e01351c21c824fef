"""What the gate found between the files of two libraries, each thing once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.codes import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.core.diagnostic import Diagnostic
    from abidance.core.gate import GateResult, JudgedChange


def changes_of_files(gate: GateResult) -> tuple[JudgedChange, ...]:
    """Return what changes for programs that get the other file: both are used with the contract's header.

    What a change means only to those that are compiled with another header is left out: that a parameter is a
    `long long` and was a `long`, or a pointer to an opaque record and was a `void *`.
    """
    return tuple(each for each in gate.changes if not _is_of_source_alone(each))


def _is_of_source_alone(change: JudgedChange) -> bool:
    return {axis for axis, verdict in change.axes.items() if verdict != "compatible"} == {"source"}


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
        yield from (each.diagnostic for each in changes_of_files(gate) if each.verdict != "compatible")
        yield from beside_changes(gate)
