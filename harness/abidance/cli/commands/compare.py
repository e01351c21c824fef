"""`abidance compare`: what changed between the kept runs of two revisions."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.parser import Parser, at_least, one_of
from abidance.core.outcome import ExitCode, status
from abidance.history import store_of

if TYPE_CHECKING:
    import argparse

    from abidance.history.difference import Difference
    from abidance.history.past import Past, PastContract
    from abidance.history.trend import Trend
    from abidance.report.text.style import Style


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "compare",
        "OLD [NEW] [options]",
        "Tells what changed between two runs that are kept: findings, what was judged, how much was tried, and costs.\n"
        "Nothing is run again. OLD and NEW are revisions of git, numbers of `abidance history`, or `last`, which NEW\n"
        "is when it is not given. Exits with 1 if there is a new finding, and with 3 if less was judged.\n"
        "With --trend, shows findings, cases, edges, costs and code size of each function at each revision.",
        example="main",
    )
    made.add_argument(
        "old", metavar="OLD", nargs="?", help="a revision such as main or HEAD~1, or a number such as 12"
    )
    made.add_argument(
        "new", metavar="NEW", nargs="?", default="last", help="the same; the last run by default"
    )
    made.add_argument(
        "--format", metavar="FORMAT", type=one_of("text", "json"), default="text", help="text or json"
    )
    group = made.add_argument_group("the trend")
    group.add_argument("--trend", action="store_true", help="show all revisions, or those from OLD to NEW")
    group.add_argument("--function", metavar="GLOB", action="append", default=[], help="only such functions")
    group.add_argument(
        "-n",
        dest="most",
        metavar="N",
        type=at_least(2),
        default=20,
        help="the last N revisions, 20 by default",
    )
    group.add_argument("--html", metavar="FILE", help="draw it on a page that needs no network and no script")
    group.add_argument(
        "-v", dest="verbose", action="store_true", help="show what is the same at each revision too"
    )
    return made


def execute(options: argparse.Namespace) -> int:
    """Compare the runs; return the exit status."""
    from abidance.cli.codes import codes  # noqa: PLC0415 - `--help` needs none of these
    from abidance.history.difference import difference  # noqa: PLC0415
    from abidance.history.past import Past  # noqa: PLC0415
    from abidance.report.text.style import Style  # noqa: PLC0415
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415

    settings = Settings.load(Path.cwd())
    _check(options)
    with store_of(settings.root) as store:
        past = Past(store, settings.root, {code.id: code for code in codes()})
        if options.trend:
            return _trend(past, options)
        old, new = (past.contracts(past.named(name)) for name in (options.old, options.new))
    found = [difference(old[key], new[key]) for key in old if key in new]
    alone = [(new[key], "old") for key in new if key not in old] + [
        (old[key], "new") for key in old if key not in new
    ]
    if options.format == "json":
        document = {
            "contracts": [_object(each) for each in found],
            "alone": [_alone(*each) for each in alone],
        }
        sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(_text(found, alone, Style.of(sys.stdout)))
    less = any(each.sees_less for each in found) or not found
    return status(findings=any(each.is_worse for each in found), unjudged=less)


def _check(options: argparse.Namespace) -> None:
    """Raise UsageError for options that do not go together."""
    from abidance.core.catalogue import BAD_CONFIGURATION  # noqa: PLC0415 - `--help` needs none of these
    from abidance.core.diagnostic import Diagnostic  # noqa: PLC0415
    from abidance.core.errors import UsageError  # noqa: PLC0415

    if options.old is None and not options.trend:
        hint = "write `abidance compare OLD`; `abidance history` lists the runs, and `--trend` shows all"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, "nothing to compare with is given", help=hint))
    if not options.trend:
        for name, given in (
            ("--html", options.html),
            ("--function", options.function),
            ("-v", options.verbose),
        ):
            if given:
                words = f"`{name}` is an option of `--trend`"
                raise UsageError(Diagnostic(BAD_CONFIGURATION, words, help="add `--trend`"))


def _trend(past: Past, options: argparse.Namespace) -> int:
    """Show how figures went from revision to revision; return the exit status."""
    import abidance  # noqa: PLC0415 - `--help` needs none of these
    from abidance.history.trend import trends  # noqa: PLC0415
    from abidance.history.trend_text import trend_text  # noqa: PLC0415
    from abidance.report.text.style import Style  # noqa: PLC0415

    runs = past.runs
    if options.old is not None:
        first, last = (past.named(name) for name in (options.old, options.new))
        low, high = min(each.id for each in first), max(each.id for each in last)
        runs = [each for each in runs if low <= each.id <= high]
    found = [_of_functions(each, options.function) for each in trends(past, runs, options.most)]
    if options.html is not None:
        from abidance.cli.output_text import write_report  # noqa: PLC0415
        from abidance.pages.trend_page import trend_page  # noqa: PLC0415

        write_report(Path(options.html), trend_page(found, abidance.__version__))
    if options.format == "json":
        sys.stdout.write(json.dumps([_trend_object(each) for each in found], indent=2) + "\n")
    else:
        look = Style.of(sys.stdout)
        blocks = ["\n".join(trend_text(each, look, everything=options.verbose)) for each in found]
        sys.stdout.write(
            "\n\n".join(blocks or ["no run is kept here yet: `abidance run CONTRACT` keeps one"]) + "\n"
        )
    return ExitCode.OK if found else ExitCode.NOTHING_COLLECTED


def _of_functions(trend: Trend, globs: list[str]) -> Trend:
    lines = (
        line for line in trend.lines if not globs or any(fnmatchcase(line.function, glob) for glob in globs)
    )
    return replace(trend, lines=tuple(lines))


def _trend_object(trend: Trend) -> dict[str, object]:
    return {
        "contract": trend.contract,
        "runs": [
            {"run": each.id, "revision": each.revision, "changed": each.changed, "machine": each.machine}
            for each in trend.runs
        ],
        "lines": [
            {
                "function": each.function,
                "library": each.library,
                "name": each.name,
                "unit": each.kind.unit if each.kind is not None else "",
                "values": [*each.values],
            }
            for each in trend.lines
        ],
        "runs_of_another_machine": trend.elsewhere,
    }


def _text(found: list[Difference], alone: list[tuple[PastContract, str]], look: Style) -> str:
    from abidance.history.wording import difference_lines, revision_of  # noqa: PLC0415 - `--help` needs none of these
    from abidance.report.text.style import Color  # noqa: PLC0415
    from abidance.report.text.wording import count  # noqa: PLC0415

    blocks = ["\n".join(difference_lines(each, look)) for each in found]
    blocks += [
        f"{past.contract}   #{past.run.id} {revision_of(past.run)}: no run of it is kept on the {side} side"
        for past, side in alone
    ]
    new = sum(len(each.appeared) for each in found)
    worse = [each for each in found if each.is_worse]
    if new:
        last = look.paint(f"worse: {count(new, 'new finding')}", Color.ERROR)
    elif worse:
        last = look.paint("worse: the gate's verdict", Color.ERROR)
    elif not found:
        last = look.paint("not compared: the two sides have no contract in common", Color.WARNING)
    elif any(each.sees_less for each in found):
        last = look.paint("not judged: less was judged than before", Color.WARNING)
    else:
        last = look.paint("no worse", Color.GOOD)
    return "\n\n".join([*blocks, last]) + "\n"


def _object(found: Difference) -> dict[str, object]:
    from dataclasses import asdict  # noqa: PLC0415 - only a document needs it

    causes = {"new": found.appeared, "gone": found.disappeared, "remaining": found.remaining}
    return {
        "contract": found.contract,
        "old": {
            "run": found.old.run.id,
            "revision": found.old.run.revision,
            "changed": found.old.run.changed,
        },
        "new": {
            "run": found.new.run.id,
            "revision": found.new.run.revision,
            "changed": found.new.run.changed,
        },
        "findings": {
            word: [
                {
                    "code": each.finding.diagnostic.code.id,
                    "function": each.finding.subject,
                    "library": each.finding.library,
                    "message": each.finding.diagnostic.message,
                    "case": each.finding.case,
                }
                for each in several
            ]
            for word, several in causes.items()
        },
        "not_judged_any_more": [str(each.item) for each in found.unjudged]
        + [str(each) for each in found.gone],
        "judged_now": [str(each.item) for each in found.judged_anew]
        + [str(each) for each in found.new_items],
        "gate": dict(zip(("old", "new"), found.verdicts, strict=True)),
        "reached": {
            name: {
                "old": None if old is None else {"lines": old.lines, "reached": old.reached},
                "new": None if new is None else {"lines": new.lines, "reached": new.reached},
            }
            for name, (old, new) in found.reached.items()
        },
        "costs": [
            {
                "function": each.cost.function,
                "library": each.cost.library,
                "build": each.cost.build,
                "kind": each.cost.kind.value,
                "unit": each.cost.kind.unit,
                "share": each.new.share,
                "size": each.cost.size,
                "old": each.old.value,
                "new": each.new.value,
                "worse": each.is_worse,
            }
            for each in found.costs
        ],
        "effort": [{"old": asdict(old), "new": asdict(new)} for old, new in found.efforts.values()],
        "worse": found.is_worse,
        "judges_less": found.sees_less,
    }


def _alone(past: PastContract, side: str) -> dict[str, object]:
    return {"contract": past.contract, "run": past.run.id, "missing": side}
