"""The options of `init --project`, without what does its work: `--help` needs none of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.cli.parser import one_of

if TYPE_CHECKING:
    from abidance.cli.parser import Parser

PARTS = ("settings", "contracts", "ci", "pre-commit")
SERVICES = ("github", "gitlab")


def add_project_options(made: Parser) -> None:
    """Add `--project` and what belongs to it."""
    group = made.add_argument_group("the project around contracts")
    group.add_argument(
        "--project",
        metavar="DIR",
        nargs="?",
        const=".",
        help="add settings, contracts/, a step of continuous integration and a pre-commit hook to the project there;"
        " with HEADER, its contract too; shows the difference first",
    )
    group.add_argument("--yes", action="store_true", help="write without asking")
    group.add_argument("--dry-run", action="store_true", help="show the difference, and write nothing")
    group.add_argument(
        "--ci",
        metavar="|".join(SERVICES),
        action="append",
        default=[],
        type=one_of(*SERVICES),
        help="where it is tested (default: by its files and its remote)",
    )
    group.add_argument(
        "--without",
        metavar="|".join(PARTS),
        action="append",
        default=[],
        type=one_of(*PARTS),
        help="leave a part out",
    )
    group.add_argument(
        "--requirement",
        metavar="WORDS",
        help="what continuous integration gives to `pip install` (default: where this abidance is from)",
    )
