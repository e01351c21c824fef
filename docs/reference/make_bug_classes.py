"""Writes `bug-classes.md`: for each class of defect, whether it is found, by what, and what else finds it.

    python docs/reference/make_bug_classes.py                  # half an hour
    python docs/reference/make_bug_classes.py --group spatial  # measure these again, or with --class S10 this one

Every class has a function, a handle or a law in `native_fixtures/bug_classes/`, in a sound library and in one with the
defect. Each is run at the default effort from three seeds, the two are compared as the gate compares them, and the
tests of `by_hand.py` run on the release build, under AddressSanitizer and under valgrind. A finding about a sound twin
ends the script. What was measured is stored in `bug-classes.json`, from which the page is written.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "native_fixtures" / "bug_classes"
PAGE = Path(__file__).with_name("bug-classes.md")
MEASURED = PAGE.with_suffix(".json")
README = ROOT / "README.md"
SEEDS = (1, 2, 3)
HAND = ("release", "asan", "valgrind")
COMMAND = [sys.executable, "-m", "abidance"]
_ASAN = "detect_leaks=0:abort_on_error=1:handle_segv=0:detect_stack_use_after_return=1"


@dataclass
class BugClass:
    """A line of the table. `codes` has, by build, what it was reported under; `after` the calls for each seed."""

    id: str
    title: str
    section: str
    group: str
    unseen: str
    static: str
    codes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    after: dict[int, int] = field(default_factory=dict)
    rules: set[str] = field(default_factory=set)
    by_hand: set[str] = field(default_factory=set)

    @property
    def found(self) -> bool:
        return len(self.after) == len(SEEDS) or bool(self.rules)

    def is_about(self, subject: str) -> bool:
        return subject.startswith(f"{self.id.lower()}_")

    def measured(self) -> dict[str, Any]:
        return {
            "codes": {build: sorted(codes) for build, codes in sorted(self.codes.items())},
            "after": {str(seed): calls for seed, calls in sorted(self.after.items())},
            "rules": sorted(self.rules),
            "by_hand": sorted(self.by_hand),
        }

    def take(self, measured: dict[str, Any]) -> None:
        """Fill in what an earlier run measured."""
        self.codes = defaultdict(set, {build: set(codes) for build, codes in measured["codes"].items()})
        self.after = {int(seed): calls for seed, calls in measured["after"].items()}
        self.rules, self.by_hand = set(measured["rules"]), set(measured["by_hand"])

    def row(self) -> str:
        release = _codes(self.codes["release"])
        sanitized = _codes(set().union(*(codes for build, codes in self.codes.items() if "asan" in build)))
        threads = _codes(self.codes["tsan"])
        after = f"{max(self.after.values())}" if self.after else ""
        said = "every seed" if len(self.after) == len(SEEDS) else f"{len(self.after)} of {len(SEEDS)} seeds"
        found = said if self.after else "by the gate" if self.rules else f"no: {self.unseen}"
        hand = " | ".join("yes" if way in self.by_hand else "" for way in HAND)
        return (
            f"| {self.id} | {self.title} | {found} | {release} | {sanitized} | {threads} | {_codes(self.rules)} "
            f"| {after} | {hand} |"
        )


def _codes(codes: set[str]) -> str:
    return ", ".join(sorted(codes))


def classes() -> list[BugClass]:
    listed = tomllib.loads((FIXTURES / "classes.toml").read_text(encoding="utf-8"))["class"]
    return [
        BugClass(
            each["id"],
            each["title"],
            each["section"],
            each["group"],
            each.get("unseen", ""),
            each.get("static", ""),
        )
        for each in listed
    ]


def run(group: str, library: str, seed: int, *more: str) -> list[dict[str, Any]]:
    """Return the findings of a run at the default effort."""
    contract = FIXTURES / f"{group}.contract.yaml"
    options = ["--library", library, "--seed", str(seed), "--format", "json", *more]
    ended = subprocess.run(
        [*COMMAND, "run", str(contract), *options], capture_output=True, text=True, check=False
    )
    if ended.returncode not in (0, 1, 3):
        sys.exit(ended.stderr or ended.stdout)
    findings: list[dict[str, Any]] = json.loads(ended.stdout)["findings"]
    return findings


def judge(group: str, rows: list[BugClass], built: Path) -> None:
    """Fill in what a run, the gate and the tests by hand find of the classes of a group."""
    whole = len(rows) == sum(each.group == group for each in classes())
    only = [] if whole else [word for row in rows for word in ("--function", f"{row.id.lower()}_*")]
    for library in twins(group, "sound"):
        if alarms := run(group, library, SEEDS[0], *only, "--max-examples", "50"):
            words = f"{alarms[0]['function']}: {alarms[0]['message']}"
            sys.exit(f"{group}: a finding about a sound twin, {library}: {words}")
    for seed, library in product(SEEDS, twins(group, "defect")):
        for finding in run(group, library, seed, *only):
            for row in rows:
                if row.is_about(finding["function"] or ""):
                    for build in finding["builds"]:
                        row.codes[build].add(finding["code"])
                    calls = finding["found_after"] or 1
                    row.after[seed] = min(row.after.get(seed, calls), calls)
    gate(group, rows, built)
    by_hand(group, rows, built)


def twins(group: str, kind: str) -> tuple[str, ...]:
    """Return the libraries of a group that are sound, or defective: of Rust, one has the tagging allocator."""
    return (kind, f"{kind}_tagged") if group == "rust" else (kind,)


def gate(group: str, rows: list[BugClass], built: Path) -> None:
    """Compare the defective library with the sound one as a merge would."""
    sound, defect = shared(built / "release", group, ""), shared(built / "release", group, "_defect")
    if sound is None or defect is None:
        return
    header = str(FIXTURES / f"{group}.h")
    options = ["--old-header", header, "--new-header", header, "--format", "json"]
    ended = subprocess.run(
        [*COMMAND, "abi", "diff", str(sound), str(defect), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(ended.stdout)
    told = [each for each in report["changes"] if each["verdict"] != "compatible"] + report["findings"]
    for row in rows:
        named = re.compile(row.static or rf"\b{row.id.lower()}_")
        row.rules |= {each["code"] for each in told if named.search(each["message"]) and row.static.isascii()}
        if group != "drift" and not row.static:
            row.rules.clear()  # sound and defective twin have the same declarations: what differs is code


def by_hand(group: str, rows: list[BugClass], built: Path, ways: tuple[str, ...] = HAND) -> None:
    """Run the tests that are written by hand; one that fails on the sound twin has found nothing."""
    wanted = ",".join(row.id for row in rows)
    for way in ways:
        folder = built / ("asan" if way == "asan" else "release")
        libraries = [shared(folder, group, kind) for kind in ("", "_defect")]
        if None in libraries:
            return
        with ThreadPoolExecutor(2) as pool:
            failing = [set(each) for each in pool.map(partial(tests, way, wanted), libraries)]
        for row in rows:
            row.by_hand.discard(way)
            if row.id in failing[1] - failing[0]:
                row.by_hand.add(way)


def tests(way: str, wanted: str, library: Path) -> list[str]:
    """Return the classes whose test by hand fails on a library."""
    environment = {**os.environ, "PYTHONMALLOC": "malloc", "PATIENCE": "1"}
    command = [sys.executable, str(FIXTURES / "by_hand.py"), wanted, str(library)]
    if way == "asan":
        runtime = subprocess.run(
            ["cc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
        ).stdout.strip()
        environment |= {"LD_PRELOAD": runtime, "ASAN_OPTIONS": _ASAN, "UBSAN_OPTIONS": "halt_on_error=1"}
    elif way == "valgrind":
        logs = library.parent / "valgrind"
        logs.mkdir(exist_ok=True)
        environment |= {"PATIENCE": "12", "EXAMPLES": "20", "VALGRIND_LOGS": str(logs)}
        command = ["valgrind", "--quiet", "--leak-check=no", f"--log-file={logs}/%p.log", *command]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    lines = [line for line in ended.stdout.splitlines() if line.startswith("[")]
    if not lines:
        sys.exit(f"{way}: {ended.stderr or ended.stdout}")
    failing: list[str] = json.loads(lines[-1])
    return failing


def build(into: Path) -> None:
    """Build the libraries by themselves: what somebody without abidance would load."""
    flags = {
        "release": "-O2 -g",
        "asan": "-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined",
    }
    for name, words in flags.items():
        folder = into / name
        options = [f"-DCMAKE_C_FLAGS={words}", f"-DCMAKE_CXX_FLAGS={words}"]
        quiet = subprocess.DEVNULL
        subprocess.run(["cmake", "-S", str(FIXTURES), "-B", str(folder), *options], check=True, stdout=quiet)
        subprocess.run(["cmake", "--build", str(folder), "-j2"], check=True, stdout=quiet)
        for kind, features in (("", []), ("_defect", ["--features", "defect"])):
            target = folder / f"rust{kind}"
            cargo = ["cargo", "rustc", "--release", "--quiet", "--target-dir", str(target), *features]
            manifest = ["--manifest-path", str(FIXTURES / "rust" / "Cargo.toml")]
            environment, more = dict(os.environ), []
            if name == "asan":
                environment["RUSTC_BOOTSTRAP"] = "1"
                more = ["--target", "x86_64-unknown-linux-gnu", "--", "-Zsanitizer=address"]
            subprocess.run([*cargo, *manifest, *more], env=environment, check=True, stdout=quiet)


def shared(folder: Path, group: str, kind: str) -> Path | None:
    """Return the library of a group, as `build` made it."""
    if group == "rust":
        return next(iter(sorted((folder / f"rust{kind}").glob("**/release/libbug_classes.so"))), None)
    if (group, kind) == ("packaging", "_defect"):
        return folder / "defective" / "libpackaging.so"
    return folder / f"lib{group}{kind}.so"


def sums(rows: list[BugClass]) -> list[str]:
    """Return the table of how many are found, which the README has as well."""
    total = len(rows)
    release = sum(bool(row.codes["release"]) for row in rows)
    hand = {way: sum(way in row.by_hand for row in rows) for way in HAND}
    found = {
        "by abidance, from every seed, or by its gate": sum(row.found for row in rows),
        "by abidance on release builds alone": release,
        "by ctypes and Hypothesis by hand, with the same assertions": hand["release"],
        "the same under AddressSanitizer and UndefinedBehaviorSanitizer": hand["asan"],
        "the same under valgrind's memcheck, with fewer examples": hand["valgrind"],
        "by any of the three": sum(bool(row.by_hand) for row in rows),
    }
    lines = [f"| {words} | {number} of {total} |" for words, number in found.items()]
    return ["| Of the classes | Found |", "|---|---|", *lines]


def page(rows: list[BugClass]) -> str:
    lines = [
        "# Classes of defect",
        "",
        "Written by `make_bug_classes.py`, which runs every class at the default effort from three seeds; each has a",
        "function, a handle or a law in [native_fixtures/bug_classes](../../native_fixtures/bug_classes), in a sound",
        "library and in one with the defect. Nothing is reported of the sound ones.",
        "",
        *sums(rows),
        "",
        "*After* is the number of calls of the seed that took longest. *By hand* are tests of the functions alone,",
        "with buffers from `ctypes.create_string_buffer`, as they are mostly written; a test that fails on the sound",
        "library too has found nothing. Under valgrind a test has 20 examples in place of 100, and only a stack with",
        "a function of the library counts: Python has errors of its own there.",
        "",
        "Libraries in Rust are run with its own allocator, which is the C library's, and with the",
        "[tagging allocator](../how-to/test-from-cargo.md) that `abidance init --cargo` sets up.",
    ]
    for section in dict.fromkeys(row.section for row in rows):
        lines += [
            "",
            f"## {section}",
            "",
            "| | Class | Found | Release | ASan, UBSan | TSan | Gate | After | By hand | ASan | valgrind |",
            "|---|---|---|---|---|---|---|---|---|---|---|",
            *(row.row() for row in rows if row.section == section),
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--group", action="append", help="measure this contract only; may be given again")
    parser.add_argument("--class", action="append", dest="only", metavar="ID", help="measure this class only")
    parser.add_argument(
        "--valgrind", action="store_true", help="measure only the tests by hand under valgrind"
    )
    parser.add_argument("--page", action="store_true", help="write the page from what was measured")
    options = parser.parse_args()
    rows = classes()
    groups = options.group or [] if options.group or options.only else [row.group for row in rows]
    wanted = [row for row in rows if row.group in groups or row.id in (options.only or ())]
    wanted = [] if options.page else wanted
    earlier = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    for row in rows:
        if row.id in earlier and (options.valgrind or row not in wanted):
            row.take(earlier[row.id])
    with tempfile.TemporaryDirectory(prefix="abidance-classes-") as folder:
        if wanted:
            build(Path(folder))
        for group in sorted({row.group for row in wanted}):
            print(f"{group}", file=sys.stderr, flush=True)
            of_it = [row for row in wanted if row.group == group]
            if options.valgrind:
                by_hand(group, of_it, Path(folder), ("valgrind",))
            else:
                judge(group, of_it, Path(folder))
            store(rows)
    PAGE.write_text(page(rows), encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    shown = "\n".join(sums(rows))
    README.write_text(
        re.sub(r"\| Of the classes \|.*?\n\n", f"{shown}\n\n", text, flags=re.DOTALL), encoding="utf-8"
    )
    lacking = [row.id for row in rows if not row.found and not row.unseen]
    if lacking:
        sys.exit(f"not found from every seed, and `classes.toml` does not say why: {', '.join(lacking)}")


def store(rows: list[BugClass]) -> None:
    """Write what is measured so far: a run that is cut short loses only the group that it was at."""
    text = json.dumps({row.id: row.measured() for row in rows}, indent=1)
    whole = MEASURED.with_suffix(".part")
    whole.write_text(text + "\n", encoding="utf-8")
    whole.replace(MEASURED)


if __name__ == "__main__":
    main()
