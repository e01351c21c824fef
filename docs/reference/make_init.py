"""Writes `init.md`: what `abidance init` makes of headers of Debian's -dev packages, and whether its guesses are right.

    python docs/reference/make_init.py                   # an hour; install the packages of `init-headers.txt` first
    python docs/reference/make_init.py zlib.h yaml.h     # only measure and show these
    python docs/reference/make_init.py --page            # only write the page anew from `init-measured.json`
    python docs/reference/make_init.py --observe         # only the headers with a truth, with `--observe`, an hour

Each header is drafted, and its contract is run, with a fixed seed. A finding is looked at by a person:
`init-findings.txt` has those that are the library's, each with the reason; any other is a mistake of `init`. Guesses
are held against `init-truth.yaml`, which was written by hand from the documentation. With `--observe`, contracts are
run from another seed than the one that they were tried with, and longer.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from abidance.core.errors import CannotJudgeError, UsageError
from abidance.draft.model import Certainty, PlaceDraft
from abidance.draft.project import InitRequest, drafted_contract

if TYPE_CHECKING:
    from abidance.draft.model import Draft

HERE = Path(__file__).parent
PAGE = HERE / "init.md"
LISTED = HERE / "init-headers.txt"
MEASURED = HERE / "init-measured.json"
TRUTH = HERE / "init-truth.yaml"
OBSERVED = HERE / "init-observed.json"
ACCEPTED = HERE / "init-findings.txt"
AT_ONCE = 3
MEASURED_RUN = ("--max-examples", 30, "--seed", 1, "--explore", "0.1", "--max-time", "25s", "--jobs", 1)
"""As a person runs a contract first, exploring included, with less of each so that more is reached."""
OBSERVED_RUN = ("--max-examples", 100, "--seed", 77, "--explore", "0.4")
OBSERVED_SECONDS = 3600.0
"""So long may a contract be tried: a busy machine is not to decide."""
_FRESH = "fresh="
_FINDING = re.compile(r"^(?P<place>[^ ]+?): error\[(?P<code>ABD\d+)\] (?P<text>.*)$")
_NO_FINDINGS = ("ABD014", "ABD025", "ABD026", "ABD109")
_LEFT = re.compile(r"(\d+) of (\d+) items were not reached")


@dataclass
class Measured:
    """What came of one header; `seconds` are of processor time, of `init`. `rows` counts functions by kind."""

    header: str
    package: str
    seconds: float
    called: int
    narrow: int
    open_: int
    harmful: int
    handles: int
    ran: int
    findings: list[str]
    wrong: list[str]
    reached: str = "all"
    note: str = ""
    fresh: str = ""
    """The batch in which a header was looked at first, and how many findings were false then; nothing for one that the
    rules were made with."""


def main() -> None:
    """Measure, and write the page unless headers are named."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("headers", nargs="*", help="only these, without writing the page")
    options.add_argument("--page", action="store_true", help="write the page from what was measured")
    options.add_argument("--observe", action="store_true", help="only measure guesses with `--observe`")
    given = options.parse_args()
    if given.observe:
        observed(given.headers)
        return
    known = (
        {each["header"]: Measured(**each) for each in json.loads(MEASURED.read_text())}
        if MEASURED.exists()
        else {}
    )
    if not given.page:
        wanted = [each for each in listed() if not given.headers or each[1] in given.headers]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for found in pool.map(lambda each: measure(*each), wanted):
                print(
                    found.header,
                    found.called,
                    found.reached,
                    found.findings,
                    found.wrong,
                    found.note,
                    flush=True,
                )
                known[found.header] = found
                keep(known)
    if not given.headers:
        keep(known)
        PAGE.write_text(page(known))


def observed(headers: list[str]) -> None:
    """Draft headers with `--observe`, hold guesses against the truth, run the contracts, and keep what came of it."""
    for header, functions in yaml.safe_load(TRUTH.read_text()).items():
        if headers and header not in headers:
            continue
        package, _, flags = next(each for each in listed() if each[1] == header)
        with tempfile.TemporaryDirectory() as folder:
            try:
                drafted, text = draft_of(header, Path(folder), "safe")
            except (UsageError, CannotJudgeError) as error:
                print(header, error, flush=True)
                continue
            contract = Path(folder, "drafted.contract.yaml")
            contract.write_text(text)
            ran = Measured(header, package, 0.0, 0, 0, 0, 0, 0, 0, [], [])
            run_of(ran, contract, OBSERVED_RUN)
        held = compared(drafted, functions)
        told = [f"{each.function}: {each.message}" for each in drafted.disagreements]
        called = sum(each.left_out is None for each in drafted.functions)
        # Of several that are measured at the same time, each adds its own.
        known = json.loads(OBSERVED.read_text()) if OBSERVED.exists() else {}
        known[header] = {
            "right": held.count("right"),
            "wrong": [each for each in held if each not in ("right", "open")],
            "open": held.count("open"),
            "called": called,
            "told": told,
            "findings": [*ran.findings, *ran.wrong],
            "reached": ran.reached,
        }
        print(header, json.dumps(known[header], indent=1), flags, flush=True)
        OBSERVED.write_text(json.dumps(known, indent=1) + "\n")


def keep(known: dict[str, Measured]) -> None:
    """Write what was measured, in the order of the list."""
    rows = [asdict(known[header]) for _, header, _ in listed() if header in known]
    MEASURED.write_text(json.dumps(rows, indent=1) + "\n")


def listed() -> list[tuple[str, str, list[str]]]:
    """Return package, header and options of each line of the list."""
    return [(p, h, [each for each in flags if not each.startswith(_FRESH)]) for p, h, *flags in _lines()]


def fresh() -> dict[str, str]:
    """Return what the list says of headers that were looked at after the rules were made, such as `A:3`."""
    marks = ((h, next((each for each in flags if each.startswith(_FRESH)), "")) for _, h, *flags in _lines())
    return {header: mark.removeprefix(_FRESH) for header, mark in marks if mark}


def _lines() -> list[list[str]]:
    return [line.split() for line in LISTED.read_text().splitlines() if line and not line.startswith("#")]


def measure(package: str, header: str, flags: list[str]) -> Measured:
    """Draft and run one header's contract."""
    found = Measured(header, package, 0.0, 0, 0, 0, 0, 0, 0, [], [])
    found.fresh = fresh().get(header, "")
    with tempfile.TemporaryDirectory() as folder:
        contract = Path(folder, "drafted.contract.yaml")
        drafted = abidance("init", f"<{header}>", "-o", contract, *flags)
        found.seconds = processor_time(drafted.stderr)
        if not contract.exists():
            found.note = (drafted.stdout + drafted.stderr).strip().splitlines()[0].replace("|", "/")
            return found
        text = contract.read_text()
        counted(found, text, drafted.stdout)
        run_of(found, contract, MEASURED_RUN)
    return found


def counted(found: Measured, text: str, summary: str) -> None:
    """Count the functions of a contract by what was drafted of them."""
    found.handles = len((yaml.safe_load(text).get("handles")) or {})
    found.called = len((yaml.safe_load(text).get("functions")) or {})
    for label, field in (("narrow", "narrow"), ("not called", "open_"), ("harmful", "harmful")):
        row = re.search(rf"^  {label}:\s+([\d,]+) ", summary, re.MULTILINE)
        setattr(found, field, int(row[1].replace(",", "")) if row else 0)


def run_of(found: Measured, contract: Path, limits: tuple[object, ...]) -> None:
    """Run the contract, and take in its findings."""
    accepted = accepted_findings()
    started = time.monotonic()
    ran = abidance("run", contract, *limits, "--format", "concise")
    found.ran = round(time.monotonic() - started)
    for line in ran.stdout.splitlines():
        match = _FINDING.match(line)
        if match is None:
            continue
        what = f"{match['code']} {match['text']}"
        if match["code"] in _NO_FINDINGS:
            left = _LEFT.search(what)
            if left:
                found.reached = f"{int(left[2]) - int(left[1])} of {left[2]}"
        elif any(header == found.header and words in what for header, words, _ in accepted):
            found.findings.append(what)
        else:
            found.wrong.append(what)


def accepted_findings() -> list[tuple[str, str, str]]:
    """Return header, words and reason of each finding that is the library's own."""
    rows = [line for line in ACCEPTED.read_text().splitlines() if line and not line.startswith("#")]
    return [
        (header.strip(), words.strip(), reason.strip())
        for header, words, reason in (r.split("|", 2) for r in rows)
    ]


def abidance(*words: object) -> subprocess.CompletedProcess[str]:
    """Run a command of abidance."""
    environment = os.environ | {"NO_COLOR": "1"}
    return subprocess.run(
        [
            "bash",
            "-c",
            'TIMEFORMAT="%U %S"; time "$@"',
            "-",
            sys.executable,
            "-m",
            "abidance",
            *map(str, words),
        ],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=tempfile.gettempdir(),
    )


def processor_time(errors: str) -> float:
    """Return the seconds of the last command, which the shell has measured."""
    user, system = errors.strip().splitlines()[-1].split()
    return round(float(user) + float(system), 1)


def page(known: dict[str, Measured]) -> str:
    """Return the page."""
    rows = [known[header] for _, header, _ in listed() if header in known]
    drafted = [each for each in rows if each.called or each.open_]
    wrong = sum(len(each.wrong) for each in rows)
    called = sum(each.called for each in rows)
    every = called + sum(each.open_ + each.harmful for each in rows)
    lines = [
        "# What `abidance init` makes of headers",
        "",
        f"Generated by `make_init.py` from {len(rows)} headers of Debian's -dev packages (`init-headers.txt`).",
        f"Each was drafted, and the contract was run with `{' '.join(map(str, MEASURED_RUN))}`.",
        "",
        f"{len(drafted)} contracts load. Of {every:,} functions, {called:,} are called at once. Findings that are no",
        f"defect of the library: {wrong}.",
        "",
        "*Called* are functions that the contract calls, *narrow* those of them that get few values until a `TODO` is",
        "answered, *open* those left out with a question, *harm* those left out because a call may do harm. *s* is the",
        "processor time of `init`, *reached* the items that the time allowed on a busy machine, the calls of each",
        "function first, sequences of calls and exploring last. What was not reached is not judged.",
        *first_sight(rows),
        "",
        (
            "| Header | Package | called | narrow | open | harm | handles | s | reached | the library's, false |"
            " false at first |"
        ),
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{r.header}` | {r.package} | {r.called} | {r.narrow} | {r.open_} | {r.harmful} | {r.handles} |"
        f" {r.seconds} | {r.reached} | {len(r.findings)}, {len(r.wrong)}{f'; {r.note}' if r.note else ''} |"
        f" {r.fresh.replace(':', ': ') or 'fitted'} |"
        for r in rows
    ]
    mistaken = [each for each in rows if each.wrong]
    if mistaken:
        lines += ["", "## Findings that are mistakes of `init`", ""]
        lines += [f"- `{each.header}`: {'; '.join(dict.fromkeys(each.wrong))}" for each in mistaken]
    lines += ["", *accuracy_section()]
    return "\n".join(lines) + "\n"


def first_sight(rows: list[Measured]) -> list[str]:
    """Return how many findings were false when each batch of headers was looked at first, mended after the batch."""
    batches: dict[str, list[int]] = defaultdict(list)
    for each in rows:
        batch, _, count = each.fresh.partition(":")
        if batch:
            batches[batch].append(int(count))
    if not batches:
        return []
    told = [
        f"{batch}, {len(counts)} headers: {sum(counts)} in {sum(map(bool, counts))} of them."
        for batch, counts in sorted(batches.items())
    ]
    return [
        "",
        "The rules were made with the headers that are *fitted*. Others were looked at later, in batches, each with",
        "the rules as they were then; what was false was mended by rules that name no library. False at first sight:",
        " ".join(told),
    ]


def accuracy_section() -> list[str]:
    """Return the tables of guesses against the truth."""
    truth = yaml.safe_load(TRUTH.read_text()) if TRUTH.exists() else {}
    if not truth:
        return []
    lines = [
        "## Guesses against the truth",
        "",
        "What a person who reads the documentation writes for each parameter and result (`init-truth.yaml`), against",
        "what was drafted: *right*, *wrong*, or *open*, a question instead of an answer.",
        "",
        "| Header | Places | right | wrong | open | of what was answered | with `--observe`: right, wrong, open |",
        "|---|---|---|---|---|---|---|",
    ]
    seen = json.loads(OBSERVED.read_text()) if OBSERVED.exists() else {}
    held = {
        header: compared(draft_of(header, Path(tempfile.gettempdir()))[0], functions)
        for header, functions in truth.items()
    }
    lines += [_row(f"`{header}`", each, seen.get(header)) for header, each in held.items()]
    every = {
        "right": sum(each["right"] for each in seen.values()),
        "wrong": [words for each in seen.values() for words in each["wrong"]],
        "open": sum(each["open"] for each in seen.values()),
    }
    total = [result for results in held.values() for result in results]
    lines.append(_row("all", total, every if seen.keys() >= truth.keys() else None))
    lines += ["", "Wrong:", ""]
    lines += [f"- `{header}`: {', '.join(wrong)}" for header, each in held.items() if (wrong := _wrong(each))]
    if seen:
        lines += ["", "Wrong with `--observe`:", ""]
        lines += [
            f"- `{header}`: {', '.join(each['wrong'])}" for header, each in seen.items() if each["wrong"]
        ]
        lines += ["", *observed_section(seen)]
    return lines


def observed_section(seen: dict[str, dict[str, Any]]) -> list[str]:
    """Return what became of contracts that were drafted with `--observe`."""
    seen = {header: each for header, each in seen.items() if "findings" in each}
    findings = sum(len(each["findings"]) for each in seen.values())
    lines = [
        "## Contracts that were tried",
        "",
        f"With `--observe`, a contract is tried before it is written. Those of {len(seen)} headers were then run with",
        f"`{' '.join(map(str, OBSERVED_RUN))}`: {findings} findings. *Told* is what `init` said of each library,",
        "because no guess explains it.",
        "",
        "| Header | called | reached | findings | told |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{header}` | {each['called']} | {each['reached']} | {'; '.join(each['findings']) or '-'} |"
        f" {'; '.join(each['told']) or '-'} |"
        for header, each in seen.items()
    ]
    return lines


def _wrong(results: list[str]) -> list[str]:
    return [each for each in results if each not in ("right", "open")]


def _row(label: str, results: list[str], seen: dict[str, Any] | None) -> str:
    right, wrong, open_ = results.count("right"), len(_wrong(results)), results.count("open")
    called = "-" if seen is None else f"{seen['right']}, {len(seen['wrong'])}, {seen['open']}"
    share = f"{100 * right / (right + wrong):.0f} %" if right + wrong else "-"
    counts = (len(results), right, wrong, open_, share, called)
    return f"| {label} | {' | '.join(map(str, counts))} |"


def draft_of(header: str, folder: Path, observe: str = "") -> tuple[Draft, str]:
    """Return the draft of a header with a truth, and its text."""
    flags = next(flags for _, each, flags in listed() if each == header)
    include = tuple(Path(each) for each in flags if each != "-I")
    return drafted_contract(
        InitRequest(f"<{header}>", folder, include, observe=observe, seconds=OBSERVED_SECONDS)
    )


def compared(drafted: Draft, functions: dict[str, dict[str, str]]) -> list[str]:
    """Return for each place of a header's truth whether the draft is `right`, `open`, or what it says wrongly.

    Where more than one answer is right, they stand in the truth between bars.
    """
    results = []
    for name, places in functions.items():
        function = drafted.function(name)
        for place, wanted in places.items():
            found = None
            if function is not None:
                found = function.returns if place == "returns" else function.param(place)
            what = found.what if found is not None else None
            if found is None or what is None or what.certainty is Certainty.GAP or what.value is None:
                # To say nothing of a number, or of a result that promises nothing, is an answer as well.
                nothing = found is not None and wanted == "nothing" and not found.gaps
                results.append("right" if nothing else "open")
                continue
            got = spelled(found)
            results.append(
                "right" if got in wanted.split(" | ") else f"`{name}` `{place}`: {got}, is {wanted}"
            )
    return results


def spelled(place: PlaceDraft) -> str:
    """Return a drafted place in the words of the truth: what it is, how much of it, and who frees it."""
    what = place.what
    assert what is not None
    if what.clause in ("handle", "callback", "status"):
        return what.clause
    value = what.value if what.value in ("bytes", "array", "string") else "one"
    if what.clause == "bool":
        return "bool"
    parts = [f"{what.clause} {value}"]
    parts += [
        f"{each} {guess.value}"
        for each in ("length", "capacity", "free")
        if (guess := place.get(each)) and guess.certainty is not Certainty.GAP
    ]
    return ", ".join(parts)


if __name__ == "__main__":
    main()
