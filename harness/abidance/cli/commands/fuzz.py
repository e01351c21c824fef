"""`abidance fuzz`: explore a contract with a coverage-guided engine for as long as one likes."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.compiled_files import add_file_options, explain_or_emit
from abidance.cli.contracts import add_contract_argument, contract_paths
from abidance.cli.interruption import persistent_interrupts
from abidance.cli.outputs import Reports, add_run_report_options
from abidance.cli.parser import Parser, at_least, duration, one_of
from abidance.cli.run_listener import RunListener
from abidance.cli.selecting import add_selection_options, selection_of
from abidance.core.outcome import forgiving
from abidance.history import recorder_of
from abidance.report.campaign_line import CampaignLine
from abidance.report.record import RunRecord

if TYPE_CHECKING:
    import argparse

    from abidance.run.inputs.settings import Settings

_ENGINES = ("own", "libfuzzer", "afl++")
_SECONDS = 600.0


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "fuzz",
        "CONTRACT... [options]",
        "Explores the functions and handles of each contract with an engine that is guided by the code it reaches. "
        "What fails is made small, confirmed and told as `abidance run` does; what was reached is kept for next time.",
        example="contracts/codec.contract.yaml --function 'codec_*' --time 1h --jobs 4",
    )
    add_contract_argument(made)
    add_selection_options(made.add_argument_group("what is explored"))
    how = made.add_argument_group("how long and how")
    how.add_argument(
        "--time",
        metavar="DURATION",
        type=duration,
        default=_SECONDS,
        help="for each contract, such as 90s or 1h30m; all functions share it; 10m by default",
    )
    how.add_argument(
        "-j", "--jobs", metavar="N", type=at_least(1), default=1, help="engines that run at the same time"
    )
    how.add_argument(
        "--engine",
        metavar="ENGINE",
        type=one_of(*_ENGINES),
        default="own",
        help="own, which needs gcc alone; libfuzzer or afl++, which need clang",
    )
    how.add_argument(
        "--corpus",
        metavar="PATH",
        type=Path,
        action="append",
        default=[],
        help="begin with the corpus that ClusterFuzzLite or OSS-Fuzz has of a fuzzer of --emit: folder or archive; "
        "may be repeated",
    )
    how.add_argument("--seed", metavar="N", type=at_least(0), help="begin as that campaign did")
    add_file_options(made.add_argument_group("what is told or written instead"))
    add_run_report_options(made)
    return made


def execute(options: argparse.Namespace) -> int:
    """Explore the contracts; return the exit status."""
    paths = contract_paths(options.contracts)
    status = explain_or_emit(options, paths)
    if status is not None:
        return status
    selection = selection_of(options)
    settings = _settings(options)
    # It brings the compiler of contracts, which neither `--help` nor a mistyped path waits for.
    from abidance.run.commands.fuzz import CampaignBudget, fuzz_contract  # noqa: PLC0415
    from abidance.run.exploration.service_corpus import ServiceCorpus  # noqa: PLC0415

    budget = CampaignBudget(options.time, options.jobs, options.engine, ServiceCorpus.read(options.corpus))
    record = RunRecord()
    reports, kept = Reports(options), recorder_of(settings.root, "fuzz", settings.history)
    with RunListener(reports, record, CampaignLine(sys.stderr), kept) as listener, persistent_interrupts():
        for path in paths:
            fuzz_contract(path, selection, settings, budget, listener)
    return forgiving(record.exit_code, exit_zero=options.exit_zero)


def _settings(options: argparse.Namespace) -> Settings:
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415

    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10_000)
    return replace(Settings.load(Path.cwd()), seed=seed, remembers=options.seed is None)
