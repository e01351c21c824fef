"""`abidance compare`: what changed between the kept runs of two revisions."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.parser import Parser, one_of
from abidance.core.outcome import status
from abidance.history import store_of

if TYPE_CHECKING:
    import argparse

    from abidance.history.difference import Difference
    from abidance.history.past import PastContract
    from abidance.report.text.style import Style


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "compare",
        "OLD [NEW] [options]",
        "Tells what changed between two runs that are kept: findings, what was judged, and how much was tried.\n"
        "Nothing is run again. OLD and NEW are revisions of git, numbers of `abidance history`, or `last`, which NEW\n"
        "is when it is not given. Exits with 1 if there is a new finding, and with 3 if less was judged.",
        example="main",
    )
    made.add_argument("old", metavar="OLD", help="a revision such as main or HEAD~1, or a number such as 12")
    made.add_argument(
        "new", metavar="NEW", nargs="?", default="last", help="the same; the last run by default"
    )
    made.add_argument(
        "--format", metavar="FORMAT", type=one_of("text", "json"), default="text", help="text or json"
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
    with store_of(settings.root) as store:
        past = Past(store, settings.root, {code.id: code for code in codes()})
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
        "effort": [{"old": asdict(old), "new": asdict(new)} for old, new in found.efforts.values()],
        "worse": found.is_worse,
        "judges_less": found.sees_less,
    }


def _alone(past: PastContract, side: str) -> dict[str, object]:
    return {"contract": past.contract, "run": past.run.id, "missing": side}
