"""`abidance init`: the first contract of a header."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.headers import add_header_options, defines_of
from abidance.cli.output_text import report_to
from abidance.cli.parser import Parser, duration
from abidance.cli.project.options import add_project_options
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    import argparse

    from abidance.draft.project import InitRequest, LibraryOptions

_CONTRACT = ".contract.yaml"


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "init",
        "HEADER [options]",
        "Drafts a contract from a header, its documentation and the library's symbols. Without `--observe`, it calls"
        " nothing of the library.",
        example="include/codec.h --cmake . --target codec",
    )
    made.add_argument(
        "header", metavar="HEADER", nargs="?", help="a C header, such as include/codec.h or '<zlib.h>'"
    )
    made.add_argument(
        "-o", "--output", metavar="FILE", help=f"write to FILE; `-` is stdout (default: NAME{_CONTRACT})"
    )
    made.add_argument("--force", action="store_true", help="replace a contract that is there")
    made.add_argument(
        "--update",
        metavar="CONTRACT",
        help="add to CONTRACT what its header has since it was written; keep everything else",
    )
    made.add_argument("--prefix", metavar="P", help="only functions whose names begin with P")
    group = made.add_argument_group("the library (default: the installed one that exports the functions)")
    group.add_argument(
        "--library", metavar="PATH|NAME", help="a shared object, or the name of an installed library"
    )
    group.add_argument("--cmake", metavar="DIR", help="a CMake project, with --target")
    group.add_argument("--target", metavar="T", help="the CMake target")
    group.add_argument("--cargo", metavar="DIR", help="a Cargo package with a cdylib")
    group.add_argument("--command", metavar="'WORDS'", help="a command that builds it, with --artifact")
    group.add_argument("--artifact", metavar="FILE", help="the shared object that the command produces")
    made.add_argument(
        "--observe",
        nargs="?",
        const="safe",
        choices=("safe", "all"),
        metavar="all",
        help="call the library's functions in workers that may crash and change nothing, and tell what they do with"
        " memory; then try the contract, and ask where it is wrong; with `all`, call those as well that may do harm",
    )
    made.add_argument(
        "--max-time",
        metavar="DURATION",
        type=duration,
        help="with --observe, try the contract for so long at most, such as 90s or 10m (default: 3s for each function)",
    )
    add_header_options(made)
    add_project_options(made)
    return made


def execute(options: argparse.Namespace) -> int:
    """Write the contract; return the exit status."""
    from abidance.draft.project import drafted_contract  # noqa: PLC0415 - `--help` needs no parser of C
    from abidance.draft.summary import disagreements, summary  # noqa: PLC0415

    if options.update:
        return _update(options)
    if options.project is not None:
        return _project(options)
    if not options.header:
        raise UsageError(Diagnostic(BAD_CONFIGURATION, "no header is given", help="`abidance init HEADER`"))
    output = _output(options)
    if output is not None and output.exists() and not options.force:
        raise UsageError(
            Diagnostic(
                BAD_CONFIGURATION,
                f"`{output}` is there already",
                help="`abidance init --update FILE` adds what is new, `-o` names another file, `--force` replaces it",
            )
        )
    drafted, text = drafted_contract(_request(options, output))
    report_to(output, text)
    if output is not None:
        sys.stdout.write(summary(drafted, output))
    else:
        sys.stderr.writelines(f"{line}\n" for line in disagreements(drafted))
    return ExitCode.OK


def _project(options: argparse.Namespace) -> int:
    """Add what a project needs, and the contract of the header where one is given."""
    from abidance.cli.project.changes import FileChange  # noqa: PLC0415 - not every `init` asks
    from abidance.cli.project.command import set_up  # noqa: PLC0415

    if not options.header:
        return set_up(options)
    from abidance.cli.project.libraries import likely_library  # noqa: PLC0415
    from abidance.cli.project.planning import kinds_of  # noqa: PLC0415
    from abidance.draft.project import LibraryOptions, drafted_contract  # noqa: PLC0415
    from abidance.draft.summary import details  # noqa: PLC0415

    folder = Path(options.project)
    stem = Path(options.header.strip("<>")).stem
    output = Path(options.output or folder / "contracts" / f"{stem}{_CONTRACT}")
    if output.exists():
        raise UsageError(
            Diagnostic(BAD_CONFIGURATION, f"`{output}` is there already", help="leave the header out")
        )
    request = _request(options, output)
    if request.library == LibraryOptions():
        request = replace(request, library=likely_library(folder, kinds_of(folder)))
    drafted, text = drafted_contract(request)
    status = set_up(options, FileChange(output, None, text))
    if output.exists():
        sys.stdout.write(f"\n{output}:\n{details(drafted, output)}")
    return status


def _update(options: argparse.Namespace) -> int:
    """Add to a contract what is new, and show the difference."""
    from abidance.cli.contracts import contract_paths  # noqa: PLC0415 - not every `init` asks
    from abidance.contract.source.insertion import difference  # noqa: PLC0415
    from abidance.draft.update import update  # noqa: PLC0415

    if options.header:
        message = "`--update` reads the header that the contract names"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help="leave the header out"))
    (path,) = contract_paths([options.update])[:1]
    made = update(path)
    sys.stdout.write(difference(made.before, made.after, path))
    if made.added and options.output != "-":
        report_to(options.output or path, made.after)
    sys.stdout.writelines(f"added: {each}\n" for each in made.added)
    sys.stdout.writelines(f"gone from the header, and still in the contract: {each}\n" for each in made.gone)
    if not made.added and not made.gone:
        sys.stdout.write(f"{path} has all that its header has.\n")
    return ExitCode.OK


def _request(options: argparse.Namespace, output: Path | None) -> InitRequest:
    from abidance.draft.project import InitRequest  # noqa: PLC0415

    return InitRequest(
        options.header,
        output.parent if output is not None else Path(),
        tuple(map(Path, options.include_dirs)),
        defines_of(options),
        options.prefix,
        _library(options),
        writes=output is not None,
        observe=options.observe or "",
        seconds=options.max_time,
        told=_show_step,
    )


def _show_step(doing: str) -> None:
    """Tell on a terminal what is being done."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{doing}")
        sys.stderr.flush()


def _output(options: argparse.Namespace) -> Path | None:
    if options.output == "-":
        return None
    stem = Path(options.header.strip("<>")).stem
    return Path(options.output or f"{stem}{_CONTRACT}")


def _library(options: argparse.Namespace) -> LibraryOptions:
    from abidance.draft.project import LibraryOptions  # noqa: PLC0415

    given = [name for name in ("library", "cmake", "cargo", "command") if getattr(options, name)]
    if len(given) > 1:
        both = " and ".join(f"`--{name}`" for name in given)
        raise UsageError(Diagnostic(BAD_CONFIGURATION, f"{both} name two libraries", help="give one of them"))
    for name, needed in (("cmake", "target"), ("command", "artifact")):
        if bool(getattr(options, name)) != bool(getattr(options, needed)):
            raise UsageError(Diagnostic(BAD_CONFIGURATION, f"`--{name}` and `--{needed}` come together"))
    return LibraryOptions(
        options.library,
        options.cmake,
        options.target,
        options.cargo,
        tuple(shlex.split(options.command)) if options.command else (),
        options.artifact,
    )
