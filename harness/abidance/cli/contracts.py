"""The contracts that a command line names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from abidance.core.catalogue import FILE_NOT_FOUND, NOTHING_SELECTED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import NothingCollectedError, UsageError
from abidance.core.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.cli.parser import Parser

SUFFIX = ".contract.yaml"


def add_contract_argument(parser: Parser, *, least: Literal[0, 1] = 1) -> None:
    """Add the positional CONTRACT arguments, at least one or, where an option goes without, none."""
    parser.add_argument(
        "contracts",
        metavar="CONTRACT",
        nargs="+" if least else "*",
        help=f"a *{SUFFIX} file, or a folder that has some",
    )


def contract_paths(names: Sequence[str]) -> list[Path]:
    """Return the named contracts, and all below named folders, sorted there; raises UsageError."""
    paths: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            below = sorted(each for each in path.rglob(f"*{SUFFIX}") if each.is_file())
            if not below:
                message = f"there is no *{SUFFIX} file below `{name}`"
                raise NothingCollectedError(Diagnostic(NOTHING_SELECTED, message))
            paths += below
        elif path.is_file():
            paths.append(path)
        else:
            raise _missing(path)
    return list(dict.fromkeys(paths))


def _missing(path: Path) -> UsageError:
    folder = path.parent
    beside = [str(each) for each in folder.iterdir() if each.name.endswith(SUFFIX)] if folder.is_dir() else []
    close = did_you_mean(str(path), beside) or None
    return UsageError(Diagnostic(FILE_NOT_FOUND, f"there is no file `{path}`", help=close))
