"""What `map` and `plan` share: their options, and the maps of the contracts that a command line names."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.contracts import contract_paths
from abidance.history import store_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.cli.parser import Parser
    from abidance.evidence.model import ContractEvidence
    from abidance.migration.model import BoundaryMap


def add_survey_options(parser: Parser) -> None:
    """Add what maps and plans are made with."""
    parser.add_argument(
        "--today",
        metavar="LIBRARY",
        default="",
        help="the library that is in use; by default the contract's first one",
    )
    parser.add_argument(
        "--hot",
        metavar="PERCENT",
        type=_percent,
        default=10.0,
        help="from this share of a traced program's time on, cost alone is a reason for change; 10 by default",
    )


def add_report_option(group: argparse._ArgumentGroup) -> None:
    """Add where the page of `abidance report` is that evidence leads to."""
    group.add_argument(
        "--report",
        metavar="FILE",
        default="",
        help="the page of `abidance report --html`, to which evidence leads",
    )


def surveyed(options: argparse.Namespace) -> list[tuple[BoundaryMap, ContractEvidence]]:
    """Return the maps of the contracts that the options name, with what they rest on.

    Raises UsageError for a contract that cannot be read, and for a library that it does not have.
    """
    from abidance.cli.codes import codes  # noqa: PLC0415 - `--help` needs none of these
    from abidance.core.catalogue import BAD_CONFIGURATION  # noqa: PLC0415
    from abidance.core.diagnostic import Diagnostic  # noqa: PLC0415
    from abidance.core.errors import UsageError  # noqa: PLC0415
    from abidance.core.nearest import did_you_mean  # noqa: PLC0415
    from abidance.evidence.gathering import evidence  # noqa: PLC0415
    from abidance.migration.survey import SurveySettings, survey  # noqa: PLC0415
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415

    root = Settings.load(Path.cwd()).root
    paths: Sequence[Path] = contract_paths(options.contracts)
    with store_of(root) as store:
        known = evidence(store, root, paths, {code.id: code for code in codes()})
    for each in known:
        if each.facts is None:
            raise UsageError(*each.unread)
        names = [library.name for library in each.facts.libraries]
        if options.today and options.today not in names:
            hint = did_you_mean(options.today, names) or f"it has {', '.join(names) or 'none'}"
            message = f"`{each.contract}` has no library `{options.today}`"
            raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help=hint))
    settings = SurveySettings(root, options.today, options.hot / 100)
    return [(survey(each, settings), each) for each in known]


def _percent(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError(f"expected a share from 0 to 100, not `{text}`")
    return number
