"""`abidance layout`: how a header's types are laid out and bound."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.headers import macro
from abidance.cli.output_text import report_to
from abidance.cli.parser import Parser, one_of
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.outcome import status

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from abidance.layout.model import Report
    from abidance.layout.stored_report import WrittenReport
    from abidance.layout.subject import LayoutSubject
    from abidance.toolchain.compiler import Compiler

_CONTRACT = ".contract.yaml"


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "layout",
        "HEADER [TYPE...] [options]",
        "Shows how each type of a header is laid out, as the compiler has it, and how it is bound. Runs nothing.",
        example="include/codec.h 'struct frame' --emit c-asserts -o frame_layout.c",
    )
    made.add_argument(
        "header", metavar="HEADER", help=f"a C header, or a *{_CONTRACT} file: then its boundary"
    )
    made.add_argument("types", metavar="TYPE", nargs="*", help="types to show, such as 'struct tm' or size_t")
    group = made.add_argument_group("the compiler")
    group.add_argument(
        "--cc", metavar="CC", help="gcc or clang, with options of its own (default: CC, or cc)"
    )
    group.add_argument("--target", metavar="TRIPLE", help="lay out for another machine, with clang")
    group.add_argument(
        "-I", dest="include", metavar="DIR", action="append", default=[], help="look for includes in DIR"
    )
    group.add_argument(
        "-D", dest="define", metavar="NAME[=TEXT]", action="append", default=[], help="define a macro"
    )
    group.add_argument(
        "--include",
        dest="before",
        metavar="NAME",
        action="append",
        default=[],
        help="include <NAME> before HEADER",
    )
    group = made.add_argument_group("the report")
    group.add_argument("--all", action="store_true", help="show the types of included headers too")
    group.add_argument(
        "--format",
        metavar="FORMAT",
        type=one_of("text", "json"),
        default="text",
        help="text (default) or json",
    )
    group.add_argument(
        "--emit",
        metavar="WHAT",
        type=one_of("c-asserts", "rust-asserts"),
        help="write c-asserts or rust-asserts: source that compiles while the layouts stay as they are",
    )
    group.add_argument("-o", "--output", metavar="FILE", help="write to FILE rather than to stdout")
    return made


def execute(options: argparse.Namespace) -> int:
    """Write the report; return the exit status, which is that of `check` for what could not be laid out."""
    if options.emit and options.format != "text":
        message = "`--emit` writes source, and `--format` is for the report"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help="give one of the two"))
    written = _report(options)
    report_to(options.output, written.text)
    if written.problems:
        _tell(written.problems)
    return status(findings=False, unjudged=bool(written.problems))


def _report(options: argparse.Namespace) -> WrittenReport:
    """Return the report, as it was written before where nothing has changed since."""
    from abidance.layout import stored_report  # noqa: PLC0415 - `--help` reads no header

    subject, compiler = _subject(options), _compiler(options)
    shown = (options.header, str(options.all), options.format, options.emit or "", *options.types)
    place = stored_report.place_of(subject, compiler, *shown)
    known = stored_report.load(place) if place is not None else None
    if known is not None:
        return known
    from abidance.layout.collect import report  # noqa: PLC0415 - what is known needs no parser of C

    found = report(
        subject,
        compiler,
        options.types,
        included=options.format == "json",
        everything_own=options.all,
    )
    written = stored_report.WrittenReport(_written(found, options), found.problems)
    if place is not None:
        stored_report.save(place, written, subject, compiler, found.before)
    return written


def _tell(problems: Sequence[Diagnostic]) -> None:
    from abidance.report.text.block import render  # noqa: PLC0415 - most headers have no problems
    from abidance.report.text.source import SourceFiles  # noqa: PLC0415
    from abidance.report.text.style import Style  # noqa: PLC0415

    look, sources = Style.of(sys.stderr), SourceFiles()
    for diagnostic in problems:
        sys.stderr.write(render(diagnostic, look, sources) + "\n\n")


def _written(found: Report, options: argparse.Namespace) -> str:
    from abidance.layout.as_c import c_asserts  # noqa: PLC0415
    from abidance.layout.as_json import document  # noqa: PLC0415
    from abidance.layout.as_rust import rust_asserts  # noqa: PLC0415
    from abidance.layout.as_text import text  # noqa: PLC0415

    match options.emit, options.format:
        case "c-asserts", _:
            return c_asserts(found)
        case "rust-asserts", _:
            return rust_asserts(found)
        case _, "json":
            import json  # noqa: PLC0415 - one format of three

            return json.dumps(document(found), indent=2, ensure_ascii=False) + "\n"
        case _:
            return text(found, str(options.header))


def _subject(options: argparse.Namespace) -> LayoutSubject:
    from abidance.layout.subject import LayoutSubject  # noqa: PLC0415 - `--help` needs none

    include_dirs, defines = tuple(map(Path, options.include)), dict(map(_define, options.define))
    before = tuple(options.before)
    header, seen_from = Path(options.header), Path(options.output).parent if options.output else None
    if not header.name.endswith(_CONTRACT):
        return LayoutSubject(header, include_dirs, defines, before, seen_from)
    from abidance.contract.load import load_contract  # noqa: PLC0415 - a header needs no parser of contracts
    from abidance.layout.collect import of_contract  # noqa: PLC0415

    contract = load_contract(header)
    return LayoutSubject(
        contract.header,
        (*contract.include_dirs, *include_dirs),
        {name.text: value for name, value in (contract.defines or {}).items()} | defines,
        before,
        seen_from,
        of_contract(list(contract.functions or {}), contract.owns, contract.owns_type),
    )


def _compiler(options: argparse.Namespace) -> Compiler:
    from abidance.toolchain.compiler import compiler_for, find_compiler  # noqa: PLC0415

    if options.target:
        return compiler_for(options.target, options.cc)
    return find_compiler(options.cc)


def _define(text: str) -> tuple[str, str]:
    name, value = macro(text)
    if not name.isidentifier():
        raise UsageError(
            Diagnostic(BAD_CONFIGURATION, f"`-D{text}` names no macro", help="give `-D NAME=TEXT`")
        )
    return name, value
