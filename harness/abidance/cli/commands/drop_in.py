"""`abidance drop-in`: whether one library of a contract may take another's place."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.contracts import add_contract_argument, contract_paths
from abidance.cli.interruption import persistent_interrupts
from abidance.cli.parser import Parser, at_least, one_of
from abidance.cli.selecting import add_effort_options
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.outcome import ExitCode, forgiving

if TYPE_CHECKING:
    import argparse

    from abidance.replacement.judging import Replacement
    from abidance.replacement.model import Scorecard


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "drop-in",
        "CONTRACT (--from NAME --to NAME | --shim DIR) [options]",
        "Tells whether one library of a contract may take another's place: what programs that are linked with the\n"
        "one find in the other, records and calling conventions, the contract on both, and both against each other.\n"
        "It builds, loads and calls both. The exit status is 0 for a drop-in, 1 for none, 3 if that cannot be judged.\n"
        "With `--shim`, it drafts a crate that exports the C names, for a Rust library that exports none.",
        example="contracts/codec.contract.yaml --from c --to rust --programs differences",
    )
    add_contract_argument(made)
    which = made.add_argument_group("the libraries")
    for option, dest, words in (
        ("--from", "old", "the library that programs have"),
        ("--to", "new", "what is to replace it"),
    ):
        which.add_argument(
            option,
            dest=dest,
            metavar="NAME[=PATH]",
            help=f"{words}: one of the contract's, or the shared object at PATH",
        )
    which.add_argument(
        "--function",
        metavar="GLOB",
        action="append",
        default=[],
        help="ask of functions, handles and laws with a matching name alone",
    )
    how = made.add_argument_group("how long and how")
    add_effort_options(how)
    how.add_argument("--seed", metavar="N", type=at_least(0), help="generate the same test cases as that run")
    how.add_argument("-j", "--jobs", metavar="N", type=at_least(1), help="items that run at the same time")
    group = made.add_argument_group("the scorecard")
    group.add_argument(
        "--format",
        metavar="FORMAT",
        type=one_of("text", "markdown", "json"),
        default="text",
        help="text, markdown or json",
    )
    group.add_argument("--output", metavar="FILE", help="write it to FILE rather than to stdout")
    group.add_argument(
        "--programs",
        metavar="DIR",
        help="write a C program for each difference, which shows it against either library",
    )
    group.add_argument(
        "--exit-zero", action="store_true", help="exit with 0 if it is no drop-in and nothing else is wrong"
    )
    group = made.add_argument_group("a crate that exports the C names")
    group.add_argument(
        "--shim",
        metavar="DIR",
        help="write a draft of it to DIR from the header and the contract, and compile that; nothing is replaced",
    )
    group.add_argument(
        "--crate",
        dest="crates",
        metavar="NAME@VERSION",
        action="append",
        default=[],
        help="the crate that does the work, for its Cargo.toml; or `NAME=PATH`, one in a folder",
    )
    return made


def execute(options: argparse.Namespace) -> int:
    """Judge the replacement and print the scorecard, or draft one; return the exit status."""
    if options.shim is not None:
        return _draft(options)
    asked = _asked(options)
    # The engine brings hypothesis and pycparser, which neither `--help` nor a mistyped name waits for.
    from abidance.replacement.judging import score  # noqa: PLC0415
    from abidance.report.progress_line import LiveLine  # noqa: PLC0415
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415

    given = {
        name: value
        for name in ("max_examples", "explore", "seed", "jobs")
        if (value := getattr(options, name)) is not None
    }
    settings = replace(Settings.load(Path.cwd()), **given)
    if settings.jobs > 1:
        from abidance.run.engine.processes import make_ready  # noqa: PLC0415

        make_ready()
    live = LiveLine(sys.stderr)
    with persistent_interrupts():
        try:
            card = score(asked, settings, live)
        finally:
            live.clear()
    _show(card, options)
    if card.record.interrupted:
        sys.stderr.write("interrupted\n")
    elif options.programs:
        from abidance.replacement.programs import write_programs  # noqa: PLC0415

        written, without = write_programs(card, settings, Path(options.programs))
        for path in written:
            sys.stderr.write(f"write {path}\n")
        for why in without:
            sys.stderr.write(f"no program: {why}\n")
    return forgiving(card.exit_code, exit_zero=options.exit_zero)


def _draft(options: argparse.Namespace) -> int:
    from abidance.replacement.shim.crate import draft_shim  # noqa: PLC0415

    for option, value in (("--from", options.old), ("--to", options.new), ("--programs", options.programs)):
        if value is not None:
            message = f"`--shim` drafts a crate and judges none: it does not go with `{option}`"
            raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help="fill the draft in first"))
    contract, folder = _only(options.contracts), Path(options.shim)
    made = draft_shim(contract, folder, options.crates)
    sys.stdout.write("".join(f"write {each}\n" for each in made.files))
    words = "function that does" if len(made.exported) == 1 else "functions that do"
    sys.stdout.write(f"it compiles, and exports {len(made.exported)} {words} nothing yet\n")
    sys.stdout.writelines(f"left out: `{name}`: {why}\n" for name, why in made.left_out)
    sys.stdout.write(f"next: fill in each DRAFT of {made.source}\n")
    if made.library:
        sys.stdout.write(f"then: `abidance drop-in {contract} --from NAME --to {made.library}`\n")
    else:
        sys.stdout.write(
            f"then: name it under `libraries` in {contract}: `rust: {{cargo: {made.seen_from(contract)}}}`\n"
        )
    return ExitCode.OK


def _asked(options: argparse.Namespace) -> Replacement:
    from abidance.replacement.judging import Replacement  # noqa: PLC0415
    from abidance.run.inputs.selection import parse_libraries  # noqa: PLC0415

    for option, value in (("--from", options.old), ("--to", options.new)):
        if value is None:
            message = f"`{option}` is missing: which library programs have, and which is to replace it"
            hint = "`--from NAME --to NAME`, or `--shim DIR` for a draft of the one that replaces it"
            raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help=hint))
    if options.crates:
        message = "`--crate` goes with `--shim`"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help="a draft's Cargo.toml names it"))
    hint = "write `NAME` for one of the contract's libraries, or `NAME=PATH`"
    names: list[str] = []
    given: list[tuple[str, Path]] = []
    for option, word in (("--from ", options.old), ("--to ", options.new)):
        own, extra = parse_libraries([word], option, hint)
        names += own
        given += extra
    if names[0] == names[1]:
        raise UsageError(
            Diagnostic(BAD_CONFIGURATION, f"`--from` and `--to` both name `{names[0]}`", help=hint)
        )
    return Replacement(_only(options.contracts), names[0], names[1], tuple(given), tuple(options.function))


def _only(contracts: list[str]) -> Path:
    paths = contract_paths(contracts)
    if len(paths) > 1:
        message = "this is about one contract, and several are named"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help="name one of them"))
    return paths[0]


def _show(card: Scorecard, options: argparse.Namespace) -> None:
    from abidance.cli.output_text import write_report  # noqa: PLC0415
    from abidance.report.text.style import Style  # noqa: PLC0415

    look = Style() if options.output else Style.of(sys.stdout)
    if options.format == "json":
        from abidance.replacement.document import scorecard_document  # noqa: PLC0415

        text = json.dumps(scorecard_document(card, look), indent=2, ensure_ascii=False) + "\n"
    elif options.format == "markdown":
        from abidance.replacement.markdown import scorecard_markdown  # noqa: PLC0415

        text = scorecard_markdown(card)
    else:
        from abidance.replacement.text import scorecard_lines  # noqa: PLC0415

        text = "\n".join(scorecard_lines(card, look)) + "\n"
    if options.output:
        write_report(Path(options.output), text)
    else:
        sys.stdout.write(text)
