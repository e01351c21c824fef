"""The options of commands that read a header: where it finds its includes, and what is defined for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from abidance.cli.parser import Parser


def add_header_options(parser: Parser) -> None:
    """Add `-I` and `-D`."""
    parser.add_argument(
        "-I",
        dest="include_dirs",
        metavar="DIR",
        action="append",
        default=[],
        help="include directories for headers",
    )
    parser.add_argument(
        "-D", dest="defines", metavar="NAME[=VALUE]", action="append", default=[], help="a macro to define"
    )


def defines_of(options: argparse.Namespace) -> dict[str, str]:
    """Return the macros that `-D` defines."""
    return dict(map(macro, options.defines))


def macro(text: str) -> tuple[str, str]:
    """Return the name and the text of a macro as `-D` has it, which is 1 where none is given."""
    name, equals, value = text.partition("=")
    return name, value if equals else "1"
