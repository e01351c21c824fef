"""What watched the calls of an item, and what was to watch them and did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.instruments import INSTRUMENTS
from abidance.execute.watching import blind, live
from abidance.run.trials import COMPARING

if TYPE_CHECKING:
    from abidance.core.diagnostic import Diagnostic
    from abidance.run.trials import Runner

_FOR_ANSWERS = frozenset({"crashes", "reader"})
"""All that a comparison of answers hangs on; what else is wrong with either library is for its own items to say."""


def watched_by(runner: Runner) -> tuple[str, ...]:
    """Return the names of the instruments that were live in every worker of an item, for people."""
    seen = [frozenset(live(each.spec, each.proofs)) for each in runner.supervisors if each.proofs]
    if not seen:
        return ()
    common = frozenset.intersection(*seen)
    return tuple(dict.fromkeys(each.shown for each in INSTRUMENTS if each.key in common))


def unwatched(runner: Runner) -> tuple[Diagnostic, ...]:
    """Return why an item cannot be judged by its calls: an instrument that it hangs on was off."""
    only = _FOR_ANSWERS if runner.phase in COMPARING else None
    found = (
        diagnostic
        for each in runner.supervisors
        if each.proofs
        for diagnostic in blind(each.spec, each.proofs, only)
    )
    return tuple(dict.fromkeys(found))
