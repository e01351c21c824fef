"""`abidance history`: the runs that are kept of this project."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.parser import Parser, at_least, one_of
from abidance.core.outcome import ExitCode
from abidance.history import store_of

if TYPE_CHECKING:
    import argparse

    from abidance.history.store import StoredRun
    from abidance.report.text.style import Color, Style


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "history",
        "[options]",
        "Lists the runs that are kept of this project, the last one first: when, of which revision, where, and how\n"
        "they ended. `history` in `[tool.abidance]` says how many are kept, 200 by default.",
        example="-n 5",
    )
    made.add_argument(
        "-n", dest="most", metavar="N", type=at_least(1), default=20, help="so many, 20 by default"
    )
    made.add_argument(
        "--format", metavar="FORMAT", type=one_of("text", "json"), default="text", help="text or json"
    )
    return made


def execute(options: argparse.Namespace) -> int:
    """List the runs; return the exit status."""
    from abidance.report.text.style import Style  # noqa: PLC0415 - `--help` needs none of these
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415

    settings = Settings.load(Path.cwd())
    with store_of(settings.root) as store:
        runs = store.runs()
    if options.format == "json":
        sys.stdout.write(json.dumps([_object(each) for each in runs[: options.most]], indent=2) + "\n")
    else:
        sys.stdout.write(_text(runs, options.most, Style.of(sys.stdout)))
    return ExitCode.OK


def _object(run: StoredRun) -> dict[str, object]:
    return {
        "run": run.id,
        "began": _iso(run.began),
        "ended": None if run.ended is None else _iso(run.ended),
        "command": run.command,
        "revision": run.revision,
        "changed": run.changed,
        "machine": run.machine,
        "abidance": run.abidance,
        "exit_code": run.exit_code,
        "contracts": [*run.subjects],
    }


def _iso(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _text(runs: list[StoredRun], most: int, look: Style) -> str:
    from abidance.history.wording import ended, revision_of, when  # noqa: PLC0415 - `--help` needs none of these
    from abidance.report.text.table import Cell, columns  # noqa: PLC0415
    from abidance.report.text.wording import count  # noqa: PLC0415

    if not runs:
        return "no run is kept here yet: `abidance run CONTRACT` keeps one\n"
    rows = [
        [
            Cell(f"#{run.id}", right=True),
            Cell(when(run)),
            Cell(revision_of(run)),
            Cell(run.command),
            Cell(ended(run), _color(run)),
            Cell(", ".join(run.subjects)),
        ]
        for run in runs[:most]
    ]
    left = len(runs) - most
    lines = columns(rows, look)
    if left > 0:
        lines.append(f"  and {count(left, 'older run')}: `-n {len(runs)}` shows all")
    machines = {run.machine for run in runs[:most]}
    if len(machines) > 1:
        lines.append("  on " + "; ".join(sorted(machines)))
    return "\n".join([*lines, ""])


def _color(run: StoredRun) -> Color:
    from abidance.report.text.style import Color  # noqa: PLC0415

    return {0: Color.GOOD, 1: Color.ERROR}.get(-1 if run.exit_code is None else run.exit_code, Color.WARNING)
