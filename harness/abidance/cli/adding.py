"""`abidance run --add-example ID`: shows what is added to a contract, and adds it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence


def add_example(case: str, contracts: Sequence[Path]) -> int:
    """Add a failing call to its contract and return the exit status; raises UsageError where that is not possible.

    `contracts` are those that the command line names: none, or some of which the case's is one.
    """
    from abidance.cli.output_text import refuse_in_ci, write_report  # noqa: PLC0415 - `--help` needs no engine
    from abidance.contract.source.insertion import difference  # noqa: PLC0415
    from abidance.core.catalogue import BAD_CONFIGURATION  # noqa: PLC0415
    from abidance.core.diagnostic import Diagnostic  # noqa: PLC0415
    from abidance.core.errors import UsageError  # noqa: PLC0415
    from abidance.report.text.style import Style  # noqa: PLC0415
    from abidance.run.commands.add_example import with_example  # noqa: PLC0415
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415

    refuse_in_ci("contracts are")
    added, look = with_example(case, Settings.load(Path.cwd())), Style()
    if contracts and added.contract.resolve() not in {path.resolve() for path in contracts}:
        message = f"`{case}` is a call of `{look.path(added.contract)}`, which is not named"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help="name that contract, or none"))
    write_report(added.file, added.after)
    shown = look.path(added.contract)
    sys.stdout.write(difference(added.before, added.after, look.path(added.file)))
    sys.stdout.write(
        f"\n`{added.function}` has an example that fails with {added.code.id} {added.code.name}: "
        f"`abidance run {shown}` makes this call first.\n"
    )
    return ExitCode.OK
