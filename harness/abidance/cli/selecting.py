"""Which libraries, builds and functions of a contract a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION, LIBRARY_MISSING
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

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


def selection_of(options: argparse.Namespace) -> Selection:
    """Return what those options select; raises UsageError."""
    from abidance.run.inputs.selection import Selection  # noqa: PLC0415 - `--help` needs none of these
    from abidance.toolchain.builds import parse_build  # noqa: PLC0415

    names, extra = _libraries(options.library)
    for build in options.build:
        parse_build(build)
    return Selection(names, extra, tuple(options.build), tuple(options.function))


def _libraries(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[tuple[str, Path], ...]]:
    names: list[str] = []
    extra: list[tuple[str, Path]] = []
    for word in words:
        name, equals, path = word.partition("=")
        if not name or (equals and not path):
            hint = "write `--library NAME` or `--library NAME=PATH`"
            raise UsageError(Diagnostic(BAD_CONFIGURATION, f"`--library {word}` names no library", help=hint))
        if not equals:
            names.append(name)
        elif Path(path).is_file():
            # The dynamic linker would search its own folders for a name without a slash.
            extra.append((name, Path(path).absolute()))
        else:
            raise UsageError(Diagnostic(LIBRARY_MISSING, f"there is no file `{path}` for library `{name}`"))
    return tuple(names), tuple(extra)
