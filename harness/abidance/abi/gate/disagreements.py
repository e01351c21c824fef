"""What a header and the library beside it disagree about, as findings of the gate."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

from abidance.core.codes import Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from abidance.abi.facts import Facts
    from abidance.core.diagnostic import Diagnostic

_RECONCILE = "abidance.abi.reconcile"


def disagreements(
    declared: Facts, binary: Facts, promised: Collection[str] | None = None
) -> tuple[Diagnostic, ...]:
    """Return the errors among the disagreements of a header's facts and those of its library."""
    if importlib.util.find_spec(_RECONCILE) is None:
        return ()
    found: Sequence[Diagnostic] = importlib.import_module(_RECONCILE).reconcile(declared, binary, promised)
    return tuple(each for each in found if each.code.severity is Severity.ERROR)


def fresh(old: Sequence[Diagnostic], new: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the disagreements that the old side did not have: what has always been wrong is no change."""
    known = {(each.code.id, each.message) for each in old}
    return tuple(each for each in new if (each.code.id, each.message) not in known)
