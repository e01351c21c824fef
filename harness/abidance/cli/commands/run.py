"""`abidance run`: call the libraries of contracts and report every broken promise."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abidance.cli.contracts import add_contract_argument, contract_paths
from abidance.cli.interruption import persistent_interrupts
from abidance.cli.outputs import Reports, add_run_report_options
from abidance.cli.parser import Parser, at_least, duration, share
from abidance.cli.run_listener import RunListener
from abidance.cli.selecting import add_effort_options, add_selection_options, selection_of
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.nearest import did_you_mean
from abidance.core.outcome import ExitCode, forgiving
from abidance.history import recorder_of
from abidance.report.progress_line import LiveLine
from abidance.report.record import RunRecord

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from abidance.run.inputs.selection import Selection
    from abidance.run.inputs.settings import Settings


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "run",
        "CONTRACT... [options]",
        "Builds and loads the libraries of each contract, calls them, and reports every promise they break.",
        example="contracts/codec.contract.yaml --library mine=build/libcodec.so",
    )
    add_contract_argument(made, least=0)
    which = made.add_argument_group("what is run")
    add_selection_options(which)
    which.add_argument(
        "--phase", metavar="PHASE", action="append", default=[], help="only this phase, such as examples"
    )
    which.add_argument(
        "--partition",
        metavar="K/N",
        type=share,
        default=(1, 1),
        help="only the K-th of N shares of all items, for one of N machines; `abidance merge` puts their JSON together",
    )
    which.add_argument(
        "--list",
        action="store_true",
        help="print the names that `--function` takes, one a line, and call nothing; for build systems",
    )
    how = made.add_argument_group("how long and how")
    add_effort_options(how)
    how.add_argument("--seed", metavar="N", type=at_least(0), help="generate the same test cases as that run")
    how.add_argument(
        "--max-time",
        metavar="DURATION",
        type=duration,
        help="begin no item after so long, such as 90s or 10m, and end what is under way; what is left is not judged",
    )
    how.add_argument(
        "--max-failures", metavar="N", type=at_least(1), help="end the run when so many findings are known"
    )
    how.add_argument(
        "-x", dest="max_failures", action="store_const", const=1, help="end the run at the first finding"
    )
    how.add_argument("-j", "--jobs", metavar="N", type=at_least(1), help="items that run at the same time")
    made.add_argument_group("instead of a run").add_argument(
        "--add-example",
        metavar="ID",
        help="add the failing call with this id to its contract, as an example that every run tries first",
    )
    add_run_report_options(made)
    return made


def execute(options: argparse.Namespace) -> int:
    """Run the contracts; return the exit status."""
    paths = contract_paths(options.contracts)
    if options.add_example is not None:
        from abidance.cli.adding import add_example  # noqa: PLC0415 - few runs add one

        return add_example(options.add_example, paths)
    if not paths:
        parser().error("the following arguments are required: CONTRACT")
    selection = _selection(options)
    settings = _settings(options)
    if options.list:
        return _list(paths, selection, settings)
    if settings.jobs > 1:
        from abidance.run.engine.processes import make_ready  # noqa: PLC0415

        make_ready()
    # The engine brings hypothesis and pycparser, which neither `--help` nor a mistyped path waits for.
    from abidance.run.engine.engine import run_contracts  # noqa: PLC0415

    record = RunRecord()
    reports, kept = Reports(options), recorder_of(settings.root, "run", settings.history)
    with RunListener(reports, record, LiveLine(sys.stderr), kept) as listener, persistent_interrupts():
        run_contracts(paths, selection, settings, listener)
    return forgiving(record.exit_code, exit_zero=options.exit_zero)


def _list(paths: Sequence[Path], selection: Selection, settings: Settings) -> int:
    """Print what has items, as `--function` names it; reads contracts, and builds and loads nothing."""
    from abidance.contract.load import load_contract  # noqa: PLC0415 - `--help` needs neither
    from abidance.run.engine.items import check_names, list_items  # noqa: PLC0415
    from abidance.run.phases import LOAD  # noqa: PLC0415

    names: dict[str, None] = {}
    for path in paths:
        contract = load_contract(path)
        check_names(contract, selection)
        items = list_items(contract, selection, settings.builds, settings.explore)
        having = {item.id.function for item in items}
        boundary = str(contract.boundary)
        if contract.functions and selection.takes_phase(LOAD) and selection.takes_boundary(boundary):
            having.add(boundary)  # a build system may name the library only when it runs the tests
        # The library is loaded first, as pytest has it.
        first = [name for name in (boundary, *contract.functions) if name in having]
        names |= dict.fromkeys((*first, *(item.id.function for item in items)))
    sys.stdout.write("".join(f"{name}\n" for name in names))
    return ExitCode.OK if names else ExitCode.NOTHING_COLLECTED


def _selection(options: argparse.Namespace) -> Selection:
    chosen = selection_of(options)
    if options.phase:
        _check_phases(options.phase)
    return replace(chosen, phases=tuple(options.phase), partition=options.partition)


def _check_phases(names: Sequence[str]) -> None:
    from abidance.run.phases import BY_NAME, LOAD  # noqa: PLC0415 - `--help` needs no phase
    from abidance.run.phases.whole import WHOLE_PHASES  # noqa: PLC0415

    known = (*BY_NAME, *WHOLE_PHASES, LOAD)
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
            raise UsageError(Diagnostic(BAD_CONFIGURATION, f"there is no phase `{name}`", help=hint))


def _settings(options: argparse.Namespace) -> Settings:
    from abidance.run.inputs.deadline import Deadline  # noqa: PLC0415
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415

    given: dict[str, Any] = {
        name: value
        for name in ("max_examples", "explore", "seed", "jobs", "max_failures")
        if (value := getattr(options, name)) is not None
    }
    if options.max_time is not None:
        given["deadline"] = Deadline.after(options.max_time)
    return replace(Settings.load(Path.cwd()), **given)
