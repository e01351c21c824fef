"""Measures what `exploring.md` says, and writes its tables.

    python docs/explanation/make_exploring.py hand-overs           # half an hour
    python docs/explanation/make_exploring.py silence              # hours
    python docs/explanation/make_exploring.py twins                # minutes
    python docs/explanation/make_exploring.py silence families/e   # only what begins so
    python docs/explanation/make_exploring.py page                 # from what was measured

*hand-overs*: whatever fails while the defective libraries of the tests are explored, for as long as a run explores by
default, and what the builds of the library make of it. *silence*: the sound ones, each for ten million executions, at
which the run's own judgement may find nothing. *twins*: how long it takes to meet each defect of the examples' twins.
What was measured is kept in `exploring.json`, subject by subject. `--losses` prints each hand-over that came to
nothing, and what was met in a sound library.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exploring.subjects import EXAMPLES, chosen, subjects

from abidance.contract.load import load_contract
from abidance.native.campaign import Limits, explore
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.execution.handover import Campaign, FailedInput
from abidance.run.exploration.campaigns import MOST_SHOWN, TIME_LIMIT, Campaigns, failed, reached_cases, told
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from abidance.run.phases.explore import whole_laws

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from exploring.subjects import Subject

    from abidance.core.events import ItemFinished
    from abidance.run.execution.context import Context
    from abidance.run.execution.handover import Handed

HERE = Path(__file__).parent
MEASURED, PAGE = HERE / "exploring.json", HERE / "exploring.md"
EXECUTIONS = 10_000_000
MOST_SECONDS = 300.0
SEED = 1
SECONDS = 0.5
"""For each function, handle and law: a quarter of what a run takes."""
ENDED = frozenset(
    ("ABD301", "ABD303", "ABD311", "ABD312", "ABD313", "ABD314", "ABD372", "ABD373", "ABD374", "ABD377")
)
"""How a run calls it where the process ended: what it was called by the target is a signal or a sanitizer's word."""
CODES = {
    "sanitizer": ENDED,
    "signal": ENDED,
    "exit": frozenset(("ABD304",)),
    "hang": frozenset(("ABD302",)),
}

Key = tuple[str, str]
"""A library, and a function, handle or law."""


@dataclass(slots=True)
class Watched:
    """Explores as a run does, and remembers what was handed over."""

    campaigns: Campaigns
    seen: dict[Key, Campaign] = field(default_factory=dict)

    def of(self, context: Context, seconds: float, seeds: Callable[[], Iterable[Handed]]) -> Campaign:
        key = (context.item.library, context.item.function)
        found, law = self.campaigns.of(context, seconds, seeds), context.boundary.laws.get(key[1])
        self.seen[key] = found if law is None else whole_laws(found, law)
        return found


@dataclass(slots=True)
class Long:
    """Explores for a number of executions, whether it meets anything new or not."""

    campaigns: Campaigns
    executions: int
    seen: dict[Key, Campaign] = field(default_factory=dict)

    def of(self, context: Context, _seconds: float, seeds: Callable[[], Iterable[Handed]]) -> Campaign:
        key = (context.item.library, context.item.function)
        if key not in self.seen:
            limits = Limits(seconds=MOST_SECONDS, executions=self.executions, time_limit=TIME_LIMIT)
            start = self.campaigns.start(context, seeds(), limits)
            found = explore(start.work)
            cases = reached_cases(context.boundary, start.work, found.fresh[:MOST_SHOWN])
            failures = tuple(failed(context.boundary, start.work, each) for each in found.failures)
            self.seen[key] = Campaign(told(found, start.work.executable, len(cases)), cases, failures)
        return self.seen[key]


def explored(
    subject: Subject, library: str, place: Path, executions: int = 0, functions: tuple[str, ...] = ()
) -> tuple[dict[Key, Campaign], list[ItemFinished]]:
    """Explore one library of a subject as a run does, or for so many executions; return what every build made of it."""
    contract = load_contract(subject.contract)
    with Session(Settings(place, seed=SEED, remembers=False, explore=SECONDS)) as session:
        selection = Selection(libraries=(library,), functions=functions, phases=("explore",))
        items = list_items(contract, selection, explore=SECONDS)
        entries = {item.id.function for item in items}
        share = -(-executions // max(1, len(entries)))
        campaigns = Campaigns(session.sources)
        watched = Long(campaigns, share) if executions else Watched(campaigns)
        session.explorer = watched
        return watched.seen, [session.run(contract, item, lambda _: None) for item in items]


# ----------------------------------------------------------------- hand-overs


def hand_overs(subject: Subject, library: str, place: Path) -> dict[str, Any]:
    """Return what became of what was handed over of a defective library."""
    seen, results = explored(subject, library, place)
    rows = [row for key, campaign in seen.items() for row in ends(key, campaign, results)]
    return {"failures": rows, "not explored": skipped(results)}


def ends(key: Key, campaign: Campaign, results: list[ItemFinished]) -> Iterator[dict[str, str]]:
    """Yield how each failure ended, in its builds together."""
    mine = [each for each in results if (each.item.library, each.item.function) == key]
    for failure in campaign.failures:
        yield {
            "entry": key[1],
            "met": met(failure),
            "ended": how(failure, mine),
            "call": words(failure, mine),
        }


def met(failed_input: FailedInput) -> str:
    broken = failed_input.failure.finding
    return f"{broken[0]} of {broken[1]}: {broken[3]}" if broken else failed_input.failure.kind


def how(failed_input: FailedInput, results: list[ItemFinished]) -> str:
    """Return `same code`, or why it is not a finding with that."""
    broken = failed_input.failure.finding
    wanted = frozenset((broken[0],)) if broken else CODES.get(failed_input.failure.kind, frozenset())
    if failed_input.handed is None:
        return "no case"
    place = f"explore {failed_input.failure.kind} {failed_input.failure.cause}"
    if not any(clause == place for result in results for _, clause in result.tested):
        return "shown by no build"
    codes = {
        finding.diagnostic.code.id
        for result in results
        for finding in (*result.findings, *(each for each, _ in result.suppressed))
        if not broken or finding.function in (broken[1], result.item.function)
    }
    if wanted & codes:
        return "same code"
    return f"as {', '.join(sorted(codes))}" if codes else "no finding"


def words(failed_input: FailedInput, results: list[ItemFinished]) -> str:
    place = f"explore {failed_input.failure.kind} {failed_input.failure.cause}"
    gaps = (gap.words for result in results for gap in result.gaps if gap.clause == place)
    return next(gaps, "") or repr(failed_input.handed.case if failed_input.handed else None)[:300]


def skipped(results: list[ItemFinished]) -> list[str]:
    return [f"{each.item}: {reason.message}" for each in results for reason in each.reasons]


# -------------------------------------------------------------------- silence


def silence(subject: Subject, library: str, place: Path, executions: int = EXECUTIONS) -> dict[str, Any]:
    """Return how often a sound library was called, and whatever was found or met."""
    seen, results = explored(subject, library, place, executions)
    found = {f"{each.diagnostic.code.id} {each.diagnostic.message}" for r in results for each in r.findings}
    return {
        "executions": sum(each.explored.executions for each in seen.values()),
        "seconds": round(sum(each.explored.seconds for each in seen.values()), 1),
        "findings": sorted(found),
        "met": [
            {"entry": key[1], "met": met(each), "call": words(each, results)}
            for key, campaign in seen.items()
            for each in campaign.failures
        ],
        "not explored": skipped(results),
    }


# ---------------------------------------------------------------------- twins


def twins(subject: Subject, library: str, place: Path) -> dict[str, Any]:
    """Return the processor time until the first of a defective library's causes is met."""
    seen, _ = explored(subject, library, place, functions=subject.functions[library])
    all_met = [
        (each.failure.seconds, key[1], met(each)) for key, one in seen.items() for each in one.failures
    ]
    seconds, entry, words_ = min(all_met, default=(None, "", "nothing"))
    return {"seconds": seconds, "entry": entry, "met": words_}


MODES: dict[str, Callable[..., dict[str, Any]]] = {
    "hand-overs": hand_overs,
    "silence": silence,
    "twins": twins,
}


# ----------------------------------------------------------------------- page


def page(text: str, measured: dict[str, Any]) -> str:
    """Return the page with the tables of what was measured."""
    tables = {"hand-overs": hand_over_table, "silence": silence_table, "twins": twin_table}
    for name, table in tables.items():
        lines = "\n".join(table(measured.get(name, {})))
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text, count = place.subn(lambda found, lines=lines: f"{found[1]}{lines}\n{found[2]}", text)  # type: ignore[misc]
        assert count == 1, name
    return text


def grouped(measured: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield what was measured of libraries, by where they come from."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for name, libraries in measured.items():
        for library, result in libraries.items():
            group = GROUPS.get(name.partition("/")[0], "twins of the examples, in C")
            groups[f"{group[:-1]}Rust" if library.startswith(RUST) or "_rust" in library else group].append(
                result
            )
    for group in sorted(groups):
        yield group, groups[group]


GROUPS = {
    "bug_classes": "one for each class of defect",
    "checks": "one for each check",
    "families": "families of `tests/run`",
    "rules": "one for each rule of a compiled contract",
}
RUST = "rust_"


def hand_over_table(measured: dict[str, Any]) -> Iterator[str]:
    yield "| Libraries with defects | Handed over | Same code | Another code | Shown by no build | No case | Share |"
    yield "|---|---|---|---|---|---|---|"
    total: Counter[str] = Counter()
    for group, results in grouped(measured):
        counts = Counter(row["ended"].split(" ABD")[0] for each in results for row in each["failures"])
        total += counts
        yield f"| {group} | {_shares(counts)}"
    yield f"| all | {_shares(total)}"
    yield ""
    yield "| Lost | Met as | Ended as |"
    yield "|---|---|---|"
    for name, libraries in measured.items():
        for library, result in libraries.items():
            for row in result["failures"]:
                if row["ended"] != "same code":
                    yield f"| `{row['entry']}`, {name}, {library} | {row['met']} | {row['ended']} |"


def _shares(counts: Counter[str]) -> str:
    whole, same = sum(counts.values()), counts["same code"]
    other = counts["as"] + counts["no finding"]
    cells = (whole, same, other, counts["shown by no build"], counts["no case"])
    return f"{' | '.join(map(str, cells))} | {same / max(1, whole):.1%} |"


def silence_table(measured: dict[str, Any]) -> Iterator[str]:
    yield "| Sound libraries | How many | Executions, at least | Executions, all | Processor seconds | Findings | Met |"
    yield "|---|---|---|---|---|---|---|"
    for group, results in grouped(measured):
        called = [each for each in results if each["executions"]]
        least = min((each["executions"] for each in called), default=0)
        executions, seconds = (sum(each[name] for each in called) for name in ("executions", "seconds"))
        found, met_ = (sum(len(each[name]) for each in called) for name in ("findings", "met"))
        yield f"| {group} | {len(called)} | {least:,} | {executions:,} | {seconds:,.0f} | {found} | {met_} |"


def twin_table(measured: dict[str, Any]) -> Iterator[str]:
    yield "| Twin | Processor seconds | Met as |"
    yield "|---|---|---|"
    for libraries in measured.values():
        for library, result in libraries.items():
            seconds = "never" if result["seconds"] is None else f"{result['seconds']:.2f}"
            yield f"| `{library}` | {seconds} | {result['met']} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mode", choices=[*MODES, "page"])
    parser.add_argument("subjects", nargs="*", help="only those whose name begins so")
    parser.add_argument("--losses", action="store_true", help="print what came to nothing")
    parser.add_argument("--into", type=Path, default=MEASURED, help="where what was measured is kept")
    parser.add_argument("--executions", type=int, default=EXECUTIONS, help="of each sound library")
    parser.add_argument("--resume", action="store_true", help="measure only what was not measured yet")
    options = parser.parse_args()
    if options.mode != "page":
        for name in chosen(
            [*EXAMPLES] if options.mode == "twins" and not options.subjects else options.subjects
        ):
            measure(name, options)
    measured = json.loads(options.into.read_text())
    if options.into == MEASURED or options.mode == "page":
        PAGE.write_text(page(PAGE.read_text(), measured))


def measure(name: str, options: argparse.Namespace) -> None:
    """Measure the libraries of one subject, and store what was measured of each."""
    mode = options.mode
    with tempfile.TemporaryDirectory(prefix="abidance-exploring-") as folder:
        subject = subjects()[name](Path(folder))
        for library in subject.sound if mode == "silence" else subject.defective:
            measured = json.loads(options.into.read_text()) if options.into.exists() else {}
            results = measured.setdefault(mode, {}).setdefault(name, {})
            if options.resume and library in results:
                continue
            effort = {"executions": options.executions} if mode == "silence" else {}
            results[library] = MODES[mode](subject, library, Path(folder), **effort)
            print(f"{name}, {library}: {summary(mode, results[library])}", flush=True)
            if options.losses:
                print_losses(results[library])
            whole = options.into.with_suffix(".part")
            whole.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n")
            whole.replace(options.into)


def summary(mode: str, result: dict[str, Any]) -> str:
    if mode == "hand-overs":
        counts = Counter(row["ended"].split(" ABD")[0] for row in result["failures"])
        return ", ".join(f"{count} {words}" for words, count in counts.most_common()) or "nothing"
    if mode == "silence":
        effort = f"{result['executions']:,} in {result['seconds']} s"
        return f"{effort}, {len(result['findings'])} findings, {len(result['met'])} met"
    return f"{result['seconds']} s, {result['met']}"


def print_losses(result: dict[str, Any]) -> None:
    for row in (*result.get("failures", ()), *(result["met"] if isinstance(result.get("met"), list) else ())):
        if row.get("ended") != "same code":
            print(f"   {row['entry']}: {row['met']}: {row.get('ended', '')}: {row['call'][:400]}")
    for line in (*result.get("findings", ()), *result.get("not explored", ())[:3]):
        print(f"   {line}")


if __name__ == "__main__":
    main()
