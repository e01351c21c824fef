"""`abidance trace`: record how a running program calls a library, and hold that against the contract."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.contracts import contract_paths
from abidance.cli.parser import Parser, at_least, one_of
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.outcome import ExitCode, forgiving
from abidance.history import recorder_of

if TYPE_CHECKING:
    import argparse

    from abidance.core.traces import Traced
    from abidance.report.text.style import Style

FORMATS = ("text", "json")
_EXAMPLES, _MOST = 4, 100
"""Calls that are sampled where examples are to be added, and at most."""


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "trace",
        "CONTRACT --library NAME|PATH [options] -- COMMAND ...",
        "Runs a program and records its calls of a library: how often, how long, how much, with which results. Each "
        "call is held against the contract: what the program passes, and what the library answers.",
        example="contracts/codec.contract.yaml --library build/libcodec.so -- ./server --port 8080",
        starts=True,
    )
    made.add_argument("contract", metavar="CONTRACT", help="a *.contract.yaml file")
    made.add_argument(
        "--library",
        metavar="NAME|PATH",
        default="",
        help="the library that the program calls: one of the contract's, or the shared object there",
    )
    samples = made.add_argument_group("samples")
    samples.add_argument(
        "--samples",
        metavar="N",
        type=at_least(1),
        default=0,
        help="keep N calls of each function as examples of the contract, with the contents of what they pass",
    )
    samples.add_argument(
        "--add-examples",
        action="store_true",
        help="add them to the contract, where every run tries them first",
    )
    group = made.add_argument_group("the report")
    group.add_argument(
        "--format", metavar="FORMAT", type=one_of(*FORMATS), default="text", help=", ".join(FORMATS)
    )
    group.add_argument(
        "-o", "--output", metavar="FILE", help="write the report to FILE rather than to stderr"
    )
    group.add_argument(
        "--exit-zero", action="store_true", help="exit with 0 if there are findings and nothing else is wrong"
    )
    return made


def execute(options: argparse.Namespace) -> int:
    """Trace; return the exit status, which says what was found and nothing of how the program ended."""
    from abidance.cli.output_text import refuse_in_ci, write_report  # noqa: PLC0415 - `--help` needs none of these
    from abidance.report.text.style import Style  # noqa: PLC0415
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415
    from abidance.trace.tracing import trace_contract  # noqa: PLC0415

    path, *more = contract_paths([options.contract])
    if more:
        message = f"`{options.contract}` has {1 + len(more)} contracts, and a trace is of one"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help=f"name one, such as `{path}`"))
    settings = Settings.load(Path.cwd())
    if options.add_examples:
        refuse_in_ci("contracts are")
    samples = min(options.samples or (_EXAMPLES if options.add_examples else 0), _MOST)
    trace = trace_contract(path, options.library, options.command, samples)
    kept = recorder_of(settings.root, "trace", settings.history)
    code = _status(trace)
    kept(trace)
    kept.close(code)
    look = Style() if options.output else Style.of(sys.stderr)
    text = _report(trace, options.format, look)
    if options.output:
        write_report(Path(options.output), text)
    else:
        sys.stderr.write(text)  # stdout is the program's
        sys.stderr.flush()
    if options.add_examples:
        _add_examples(path, trace)
    return forgiving(code, exit_zero=options.exit_zero)


def _add_examples(path: Path, trace: Traced) -> None:
    """Write the sampled calls into the contract, and show what changed."""
    from abidance.cli.output_text import write_report  # noqa: PLC0415 - few traces add any
    from abidance.contract.source.insertion import difference  # noqa: PLC0415
    from abidance.report.text.style import Style  # noqa: PLC0415
    from abidance.trace.added_examples import with_examples  # noqa: PLC0415

    look = Style.of(sys.stderr)
    for changed in with_examples(path, trace):
        write_report(changed.file, changed.after)
        sys.stderr.write(difference(changed.before, changed.after, look.path(changed.file)))


def _report(trace: Traced, name: str, look: Style) -> str:
    if name == "json":
        from abidance.report.trace_document import document  # noqa: PLC0415

        return document(trace, look)
    from abidance.report.trace_text import text  # noqa: PLC0415

    return text(trace, look)


def _status(trace: Traced) -> int:
    if trace.findings:
        return ExitCode.FINDINGS
    return ExitCode.OK if trace.judged else ExitCode.COULD_NOT_JUDGE
