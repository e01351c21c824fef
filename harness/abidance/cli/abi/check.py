"""`abidance abi check`: compare contracts with their accepted baselines."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.abi.output import add_output_options, attempt, report
from abidance.cli.contracts import SUFFIX, add_contract_argument, contract_paths
from abidance.cli.outputs import Reports
from abidance.cli.parser import Parser, one_of
from abidance.core.gate import POLICIES
from abidance.history import recorder_of

if TYPE_CHECKING:
    import argparse

    from abidance.core.gate import GateResult


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "abi check",
        "CONTRACT... [options]",
        "Reports what changed in each boundary since its baseline was accepted, and what breaks for whom.\n"
        "Calls none of its functions. Builds its libraries as `run` does, with cmake, cargo or `command:`,\n"
        "unless `--library` or `--no-build` is given.",
        example="contracts/codec.contract.yaml",
    )
    add_contract_argument(made)
    made.add_argument(
        "--base", metavar="REV", help="compare with this git revision rather than with the baseline"
    )
    made.add_argument("--library", metavar="FILE", help="compare this shared object, and build none")
    made.add_argument("--no-build", action="store_true", help="compare no library at all")
    made.add_argument(
        "--debug-file", metavar="FILE", action="append", default=[], help="its debug information"
    )
    made.add_argument("--policy", metavar="POLICY", type=one_of(*POLICIES), help=f"{', '.join(POLICIES)}")
    add_output_options(made)
    return made


def execute(options: argparse.Namespace) -> int:
    """Check the contracts; return the exit status."""
    from abidance.abi.gate.base import at_revision  # noqa: PLC0415 - `--help` needs no parser of C
    from abidance.abi.gate.boundaries import present  # noqa: PLC0415
    from abidance.abi.gate.check import check  # noqa: PLC0415
    from abidance.core.gate import overall  # noqa: PLC0415
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415

    library = Path(options.library).absolute() if options.library else None
    debug_files = tuple(Path(each).absolute() for each in options.debug_file)
    paths, reports = contract_paths(options.contracts), Reports(options)
    with at_revision(options.base, paths, build=not options.no_build) as earlier:

        def judged(path: Path) -> GateResult:
            before = earlier(path) if options.base else None
            return check(
                present(path, library, debug_files, build=not options.no_build),
                policy=options.policy or "",
                before=before,
            )

        results = [attempt(path.name.removesuffix(SUFFIX), path, partial(judged, path)) for path in paths]
    settings = Settings.load(Path.cwd())
    kept = recorder_of(settings.root, "abi check", settings.history)
    for result in results:
        kept(result)
    kept.close(overall(results))
    return report(results, reports, options)
