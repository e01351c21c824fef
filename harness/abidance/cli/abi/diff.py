"""`abidance abi diff`: compare two headers, libraries, object files or snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.abi.output import add_output_options, attempt, report
from abidance.cli.headers import add_header_options, defines_of
from abidance.cli.outputs import Reports
from abidance.cli.parser import Parser, one_of
from abidance.core.gate import POLICIES

if TYPE_CHECKING:
    import argparse

    from abidance.abi.gate.sides import SideArguments
    from abidance.core.gate import GateResult


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "abi diff",
        "OLD NEW [options]",
        "Reports what changed from OLD to NEW, what breaks for whom, and what cannot be judged. Each is a C header, a\n"
        "shared object, an object file or a snapshot; what it is shows in its content. Nothing is loaded or run.",
        example="lib/v1/libcodec.so lib/v2/libcodec.so --old-header v1/codec.h --new-header v2/codec.h",
    )
    made.add_argument("old", metavar="OLD", help="what users have")
    made.add_argument("new", metavar="NEW", help="what they are to get")
    made.add_argument("--old-header", metavar="H", help="restrict OLD to what this header declares")
    made.add_argument("--new-header", metavar="H", help="restrict NEW to what this header declares")
    add_header_options(made)
    made.add_argument(
        "--old-include",
        metavar="DIR",
        action="append",
        default=[],
        help="include directories for OLD's header",
    )
    made.add_argument(
        "--new-include",
        metavar="DIR",
        action="append",
        default=[],
        help="include directories for NEW's header",
    )
    made.add_argument(
        "--old-debug-file", metavar="FILE", action="append", default=[], help="OLD's debug information"
    )
    made.add_argument(
        "--new-debug-file", metavar="FILE", action="append", default=[], help="NEW's debug information"
    )
    made.add_argument(
        "--policy",
        metavar="POLICY",
        type=one_of(*POLICIES),
        default="no-breaking",
        help=f"{', '.join(POLICIES)}",
    )
    made.add_argument("--old-version", metavar="V", default="", help="OLD's version, for the policy semver")
    made.add_argument("--new-version", metavar="V", default="", help="NEW's version, for the policy semver")
    add_output_options(made)
    return made


def execute(options: argparse.Namespace) -> int:
    """Compare; return the exit status."""
    from abidance.abi.gate.compare import compare  # noqa: PLC0415 - `--help` needs no parser of C
    from abidance.abi.gate.disagreements import fresh  # noqa: PLC0415
    from abidance.abi.gate.judge import Question, judge  # noqa: PLC0415
    from abidance.abi.gate.sides import side  # noqa: PLC0415
    from abidance.abi.gate.suppressions import Suppressions  # noqa: PLC0415

    reports = Reports(options)

    def judged() -> GateResult:
        old = side(_given(options, "old"))
        new = side(_given(options, "new"))
        changes = compare(old, new)
        if old.snapshot is not None:
            from abidance.abi.gate.locate import located  # noqa: PLC0415

            changes = located(changes, old.snapshot)
        question = Question(
            Path(options.new).name,
            old.name,
            new.name,
            options.policy,
            options.old_version or old.version,
            options.new_version or new.version,
            new.facts.witnesses,
        )
        return judge(question, changes, Suppressions(), fresh(old.disagreements, new.disagreements))

    return report([attempt(Path(options.new).name, Path(options.new), judged)], reports, options)


def _given(options: argparse.Namespace, which: str) -> SideArguments:
    from abidance.abi.gate.sides import SideArguments  # noqa: PLC0415

    header = getattr(options, f"{which}_header")
    return SideArguments(
        Path(getattr(options, which)),
        Path(header) if header else None,
        tuple(
            Path(each).absolute() for each in (*getattr(options, f"{which}_include"), *options.include_dirs)
        ),
        defines_of(options),
        tuple(Path(each).absolute() for each in getattr(options, f"{which}_debug_file")),
    )
