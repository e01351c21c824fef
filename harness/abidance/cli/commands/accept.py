"""`abidance accept`: take what functions execute now as what they may."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.contracts import add_contract_argument, contract_paths
from abidance.cli.parser import Parser
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from abidance.run.inputs.accepted_costs import Accepted


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "accept",
        "CONTRACT...",
        "Counts the instructions of functions that say `instructions: {accepted: true}`, and writes them down "
        "beside the contract, as what the functions may cost. Never where `CI` is set. Baselines of the ABI are "
        "accepted by `abidance abi accept`.",
        example="contracts/codec.contract.yaml",
    )
    add_contract_argument(made)
    return made


def execute(options: argparse.Namespace) -> int:
    """Accept; return the exit status. Of several contracts, none is written when one cannot be counted."""
    from abidance.cli.output_text import refuse_in_ci, write_report  # noqa: PLC0415 - `--help` needs no engine
    from abidance.run.commands.accept import counted  # noqa: PLC0415
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415

    refuse_in_ci("costs are")
    settings = Settings.load(Path.cwd())
    taken = [counted(path, settings) for path in contract_paths(options.contracts)]
    for before, now in taken:
        sys.stdout.writelines(f"{line}\n" for line in _lines(before, now))
        write_report(now.file, now.text())
    return ExitCode.OK


def _lines(before: Accepted, now: Accepted) -> Iterator[str]:
    from abidance.report.text.style import Style  # noqa: PLC0415

    yield f"{Style().path(now.file)}"
    for function, places in sorted(now.calls.items()):
        for place, calls in sorted(places.items()):
            library, _, build = place.rpartition(" ")
            known = before.at(function, library, build)
            for name, (call, count) in sorted(calls.items()):
                was = known.get(name)
                change = "new" if was is None or was[0] != call else _change(was[1], count)
                yield f"  {function}, {name}, in {place}: {count:,} instructions   {change}"


def _change(before: int, now: int) -> str:
    return "as before" if before == now else f"{before:,} before, {(now - before) / before:+.1%}"
