"""Which libraries, builds and functions of a contract a command is about, and how much of each is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.cli.parser import at_least, seconds

if TYPE_CHECKING:
    import argparse

    from abidance.run.inputs.selection import Selection


def add_selection_options(group: argparse._ArgumentGroup) -> None:
    """Add `--library`, `--build` and `--function`."""
    group.add_argument(
        "--library",
        metavar="NAME[=PATH]",
        action="append",
        default=[],
        help="only this library; with =PATH, the shared object there in place of the contract's libraries",
    )
    group.add_argument("--build", metavar="BUILD", action="append", default=[], help="only this build")
    group.add_argument(
        "--function", metavar="GLOB", action="append", default=[], help="only functions with a matching name"
    )


def add_effort_options(group: argparse._ArgumentGroup) -> None:
    """Add `--max-examples` and `--explore`."""
    group.add_argument("--max-examples", metavar="N", type=at_least(1), help="test cases for each item")
    group.add_argument(
        "--explore",
        metavar="SECONDS",
        type=seconds,
        help="how long each function and handle is explored, 2 by default; 0 turns that off",
    )


def selection_of(options: argparse.Namespace) -> Selection:
    """Return what those options select; raises UsageError."""
    from abidance.run.inputs.selection import Selection, parse_libraries  # noqa: PLC0415 - `--help` needs none of these
    from abidance.toolchain.builds import parse_build  # noqa: PLC0415

    hint = "write `--library NAME` or `--library NAME=PATH`"
    names, extra = parse_libraries(options.library, "--library ", hint)
    for build in options.build:
        parse_build(build)
    return Selection(names, extra, tuple(options.build), tuple(options.function))
