"""`abidance abi accept`: take what a boundary is now as its baseline, and say what that takes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.contracts import add_contract_argument, contract_paths
from abidance.cli.parser import Parser
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    import argparse

    from abidance.abi.gate.boundaries import Present
    from abidance.core.gate import GateResult


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "abi accept",
        "CONTRACT... [options]",
        "Writes the baseline of each boundary's ABI, and shows which changes it accepts. Never where `CI` is set.\n"
        "What functions may cost is accepted by `abidance accept`.",
        example="contracts/codec.contract.yaml",
    )
    add_contract_argument(made)
    made.add_argument("--allow-breaking", action="store_true", help="accept changes that break users, too")
    made.add_argument("--library", metavar="FILE", help="compare this shared object, and build none")
    made.add_argument("--no-build", action="store_true", help="compare no library at all")
    return made


def execute(options: argparse.Namespace) -> int:
    """Accept; return the exit status. Of several contracts, none is written when one is refused."""
    from abidance.abi.gate.boundaries import present  # noqa: PLC0415 - `--help` needs no parser of C
    from abidance.abi.gate.check import check, without_suppressions  # noqa: PLC0415
    from abidance.abi.snapshot import write_snapshot  # noqa: PLC0415
    from abidance.boundary.resolve.join import join  # noqa: PLC0415
    from abidance.cli.output_text import refuse_in_ci, write_report  # noqa: PLC0415
    from abidance.contract.load import load_contract  # noqa: PLC0415

    refuse_in_ci("a baseline is")
    library = Path(options.library).absolute() if options.library else None
    taken: list[tuple[Present, GateResult | None]] = []
    for path in contract_paths(options.contracts):
        join(load_contract(path))  # promises that do not fit the header are none to compare with
        now = present(path, library, build=not options.no_build)
        known = now.baseline.is_file()
        taken.append((now, check(without_suppressions(now), policy="no-breaking") if known else None))
    refused = [result for _, result in taken if result and result.verdict in ("breaking", "unknown")]
    for now, result in taken:
        sys.stdout.write(_summary(now, result))
    if refused and not options.allow_breaking:
        sys.stdout.write(
            "nothing was written: `--allow-breaking` accepts what breaks users, or is no longer known\n"
        )
        return ExitCode.FINDINGS
    for now, _ in taken:
        write_report(now.baseline, write_snapshot(now.snapshot()))
    return ExitCode.OK


def _summary(now: Present, result: GateResult | None) -> str:
    from abidance.abi.codes import EVIDENCE_GAINED  # noqa: PLC0415
    from abidance.abi.gate.disagreements import summed  # noqa: PLC0415
    from abidance.report.text.block import render  # noqa: PLC0415
    from abidance.report.text.source import SourceFiles  # noqa: PLC0415
    from abidance.report.text.style import Style  # noqa: PLC0415
    from abidance.report.text.wording import count  # noqa: PLC0415

    place = Style().path(now.baseline)
    # A baseline without what a library told is a weaker one from now on, which must not go unseen.
    told = (*summed(now.side.disagreements), *now.side.unseen)
    missing = "".join(f"{render(each, Style(), SourceFiles())}\n\n" for each in told)
    if result is None:
        facts = now.side.facts
        counts = [
            count(len(table), word)
            for word, table in (
                ("function", facts.functions),
                ("variable", facts.variables),
                ("record", facts.records),
                ("enum", facts.enums),
                ("constant", facts.constants),
            )
            if table
        ]
        return f"{missing}{now.contract.boundary}: first baseline, {', '.join(counts) or 'empty'}   {place}\n"
    gained = [each for each in result.findings if each.code is EVIDENCE_GAINED]
    if not result.changes and not gained:
        return f"{missing}{now.contract.boundary}: nothing changed   {place}\n"
    lines = [f"{now.contract.boundary}: {place}"]
    lines += [f"  {'gained':<10}  {each.code.id} {each.message}" for each in gained]
    for verdict in ("breaking", "unknown", "risky", "compatible"):
        alike = [each.diagnostic for each in result.changes if each.verdict == verdict]
        lines += [f"  {verdict:<10}  {each.code.id} {each.message}" for each in alike]
    return missing + "\n".join(lines) + "\n"
