"""Reconciling: the witnesses of one build are held against each other, and each disagreement is a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from abidance.abi.facts import Facts
    from abidance.core.diagnostic import Diagnostic

__all__ = ("reconcile",)


def reconcile(
    header: Facts, binary: Facts, promised: Collection[str] | None = None
) -> tuple[Diagnostic, ...]:
    """Return the disagreements of a header's facts and those of the library that is built from it.

    `promised` are the functions and variables that a contract speaks of, and None where none does: what is declared
    and not exported is an error for those and worth a note for the rest.
    Each has the header's place first and the source line from the debug information second. What one of them
    does not know is no disagreement; `Evidence.gaps` of the facts say what that was.
    """
    from abidance.abi.reconcile.source import compare_source  # noqa: PLC0415 - most only want the codes
    from abidance.abi.reconcile.surface import compare  # noqa: PLC0415

    return (*compare(header, binary, promised), *compare_source(header, binary))
