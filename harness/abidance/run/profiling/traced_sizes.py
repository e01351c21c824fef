"""How large the inputs of a function are in production: the sizes that the last kept trace of it has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.catalogue import NOTHING_SELECTED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import NothingCollectedError

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.history.past import Past

SHARES = (0.5, 0.99)
"""What half of the calls passed at most, and 99 of 100."""


def traced_sizes(past: Past, root: Path, contract: Path, function: str) -> tuple[tuple[str, int], ...]:
    """Return sizes by parameter; raises NothingCollectedError where no trace is kept that has some.

    Only parameters themselves are sized, not the fields of what they point to, nor room that the library writes to.
    """
    subject = str(contract.absolute()).removeprefix(f"{root}/")
    for run in past.runs:
        if subject not in run.subjects or run.command != "trace":
            continue
        for trace in past.contract(run, subject).traces:
            found = next((each for each in trace.functions if each.name == function), None)
            sizes = (
                [each for each in found.sizes if "." not in each.place and not each.written] if found else []
            )
            if sizes:
                return tuple(
                    dict.fromkeys(
                        (each.place, each.histogram.at(share)) for each in sizes for share in SHARES
                    )
                )
    raise NothingCollectedError(
        Diagnostic(
            NOTHING_SELECTED,
            f"no trace of `{function}` is kept that tells how large its inputs are",
            help=f"`abidance trace {contract.name} -- COMMAND` records the calls of a program",
        )
    )
