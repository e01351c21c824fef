"""The work of `init --project`: show what would change, ask, write."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.project.planning import INDEX, own_requirement, plan
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from abidance.cli.project.changes import FileChange
    from abidance.cli.project.planning import ProjectPlan


_SOURCE = """
Continuous integration and pre-commit install `abidance` from the package index; `--requirement` names another place,
such as 'abidance @ git+https://...'.
"""


def set_up(options: argparse.Namespace, drafted: FileChange | None = None) -> int:
    """Show what the project lacks and write it; `drafted` is a contract that belongs to it. Return the status."""
    folder = Path(options.project)
    requirement = options.requirement or own_requirement()
    made = plan(folder, options.ci, options.without, requirement, drafted, options.target or "")
    sys.stdout.writelines(f"{line}\n" for line in _shown(made, folder))
    if made.changes and not options.dry_run:
        if not options.yes and not _agreed(len(made.changes)):
            sys.stdout.write("nothing was written\n")
            return ExitCode.OK
        _write(made, folder)
    sys.stdout.writelines(f"{line}\n" for line in _left(made, folder))
    if requirement == INDEX and any(INDEX in change.after for change in made.changes):
        sys.stdout.write(_SOURCE)
    return ExitCode.OK


def _shown(made: ProjectPlan, folder: Path) -> Iterator[str]:
    for change in made.changes:
        yield change.difference(_name(change.path, folder)).rstrip("\n")
        yield ""
    if made.present:
        yield f"there already: {', '.join(made.present)}"
    if not made.changes:
        yield "nothing to write"


def _left(made: ProjectPlan, folder: Path) -> Iterator[str]:
    """Yield what remains for a person to do."""
    for paste in made.pastes:
        name = _name(paste.path, folder)
        yield f"\n`{name}` is left as it is, because {paste.why}. To be pasted there:\n"
        yield _indented(paste.text)
    for name, text in made.offers:
        yield f"\nTo have the functions of contracts among the project's own tests, paste into `{name}`:\n"
        yield _indented(text)
    if made.drafts:
        yield "\nThe first contract:\n"
        yield from (f"    {each}" for each in made.drafts)
        yield ""


def _agreed(count: int) -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        message = "nothing was written: there is nobody to ask"
        hint = "`--yes` writes what is shown, `--dry-run` only shows it"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help=hint))
    files = "this file" if count == 1 else f"these {count} files"
    sys.stdout.write(f"write {files}? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _write(made: ProjectPlan, folder: Path) -> None:
    for change in made.changes:
        change.write()
        sys.stdout.write(f"wrote {_name(change.path, folder)}\n")


def _name(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder))


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines()).rstrip("\n")
