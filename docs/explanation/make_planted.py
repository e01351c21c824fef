"""Measures `planted.md`: `python docs/explanation/make_planted.py --keep DIR`; with `--page` it writes the page alone.

Each file of `planted` names a source package of Debian, how its library is built, and defects of one line each: the
text that they replace, and where. The sound library and each defective one are held to the library's contracts in
`contracts`, at the default effort, from seed 1. A defective one is found if it has a finding that the sound one has
not. What was measured is kept in `planted.json` with the commit of the contract, and `--resume` measures only what
was not yet with the contract as it is. `--again` holds what was found to the function or law that found it, to
sequences of calls, and to the whole contract where that finds nothing now. Needs Debian 12 with its package tools,
make, autoconf, cmake and tclsh.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from changed_code import exports, reaching
from debian_sources import apt

from abidance.boundary.resolve.join import join
from abidance.contract.content import made_of
from abidance.contract.load import load_contract
from abidance.generate.sequence_model import SequenceModel

if TYPE_CHECKING:
    from abidance.boundary.model.functions import BoundaryFunction

HERE = Path(__file__).parent / "planted"
CONTRACTS = Path(__file__).parents[2] / "contracts"
SOUND = "sound"
KEPT = ".sound"
SEED = 1
PAGE = Path(__file__).with_name("planted.md")
MEASURED = PAGE.with_suffix(".json")
MARK = "<!-- make_planted.py -->\n"


@dataclass(frozen=True, slots=True)
class Defect:
    """In `file`, the first `was` behind `after` becomes `is_`.

    `since` is what the contract was made to say once the defects were known, without which this one is not found.
    `list` is the round in which it was written: a round is found blindly until the contract learns from it.
    """

    name: str
    says: str
    file: str
    after: str
    was: str
    is_: str
    since: str = ""
    list: int = 1

    def plant(self, text: str) -> str:
        begin = text.index(self.after)
        at = text.index(self.was, begin)
        lines = "\n" * (self.was.count("\n") - self.is_.count("\n"))  # what follows stays on its line
        return text[:at] + self.is_ + lines + text[at + len(self.was) :]


@dataclass(frozen=True, slots=True)
class Library:
    """A source package; `build` are commands in its folder, of which the last builds again what has changed."""

    name: str
    debian: str
    contracts: tuple[str, ...]
    build: tuple[str, ...]
    artifact: str
    defects: tuple[Defect, ...]

    @property
    def paths(self) -> list[str]:
        return [str(CONTRACTS / f"{name}.contract.yaml") for name in self.contracts]

    @property
    def files(self) -> list[str]:
        """Return what the contracts are made of: they, those that they extend, and modules of Python beside them."""
        return sorted({str(file) for path in self.paths for file in made_of(load_contract(Path(path)))})

    @property
    def state(self) -> str:
        """Return the last commit that changed something of the contracts."""
        command = ["git", "log", "-1", "--format=%h", "--abbrev=8", "--", *self.files]
        commit = made(command, CONTRACTS).strip()
        changed = made(["git", "status", "--porcelain", "--", *self.files], CONTRACTS)
        return f"{commit} and changes" if changed else commit


@dataclass(frozen=True, slots=True)
class Run:
    """What a run found: code and subject of each cause, the first that was met in front.

    Of a defective library, these are what the sound one has not. `contract` is the commit of the contract, `date` the
    day of the run, and `seconds` are the processor's. It was not `judged` if nothing was found and something could not
    be judged. `alone` is the function, law or phase to which it was held, if not to all of the contract.
    """

    contract: str
    date: str
    seconds: int
    findings: list[list[str]]
    judged: bool = True
    alone: str = ""


class Measured:
    """The runs of each library and defect, or `SOUND`: the last one with each state of the contract, in their order."""

    def __init__(self) -> None:
        self._runs: dict[str, dict[str, list[dict[str, Any]]]] = {}
        if MEASURED.exists():
            self._runs = json.loads(MEASURED.read_text())

    def of(self, library: Library, name: str, state: str | None = None) -> list[Run]:
        """Return the runs, or only the one with this state of the contract."""
        runs = [Run(**each) for each in self._runs.get(library.name, {}).get(name, ())]
        return [run for run in runs if state in (None, run.contract)]

    def add(self, library: Library, name: str, run: Run) -> None:
        others = [each for each in self.of(library, name) if each.contract != run.contract]
        entries = [dataclasses.asdict(each) for each in (*others, run)]
        self._runs.setdefault(library.name, {})[name] = entries
        lines = ",\n".join(
            f" {json.dumps(library)}: {{\n"
            + ",\n".join(f"  {json.dumps(name)}: {json.dumps(runs)}" for name, runs in sorted(names.items()))
            + "\n }"
            for library, names in sorted(self._runs.items())
        )
        MEASURED.write_text(f"{{\n{lines}\n}}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these libraries, or defects as LIBRARY/DEFECT")
    parser.add_argument("--list", type=int, action="append", help="only the sound libraries and these lists")
    parser.add_argument("--keep", type=Path, help="where sources, builds and reports are kept")
    parser.add_argument("--build-only", action="store_true", help="build, and run nothing")
    parser.add_argument("--resume", action="store_true", help="run only what has no result of this contract")
    parser.add_argument("--again", action="store_true", help="hold what was found to what found it")
    parser.add_argument("--page", action="store_true", help="build and run nothing, and write the page")
    options = parser.parse_args()
    if not options.page and options.keep is None:
        parser.error("`--keep DIR` says where sources, builds and reports are kept")
    libraries = read_libraries()
    for library in libraries:
        for defect in (*library.defects, None):
            name = f"{library.name}/{defect.name if defect else SOUND}"
            named = not options.names or library.name in options.names or name in options.names
            listed = not options.list or defect is None or defect.list in options.list
            if named and listed and not options.page:
                measure(library, defect, options)
    if not options.build_only:
        write_page(libraries)


def measure(library: Library, defect: Defect | None, options: argparse.Namespace) -> None:
    """Build the sound library or a defective one, hold it to the contract, and keep what came of it."""
    name, keep = defect.name if defect else SOUND, options.keep.absolute()
    built = build(library, defect, keep)
    if options.build_only or (options.resume and Measured().of(library, name, library.state)):
        return
    known, place = None, keep / "runs" / library.name
    if defect and options.again and (done := found_again(library, name, built, keep)):
        print(f"{library.name}/{name}: {done}", flush=True)
        Measured().add(library, name, done)
        return
    if defect:
        if not Measured().of(library, SOUND):
            measure(library, None, options)
        known = Measured().of(library, SOUND)[-1].findings
    done = run(library, built, place / name, known)
    print(f"{library.name}/{name}: {done}", flush=True)
    Measured().add(library, name, done)  # read anew: another process may measure another library meanwhile


def found_again(library: Library, name: str, built: Path, keep: Path) -> Run | None:
    """Hold a defective library, and the sound one, to what last found the defect; None where that finds nothing now."""
    found = [each.findings for each in Measured().of(library, name) if each.findings]
    if not found:
        return None
    subject, place = found[-1][0][1], keep / "runs" / library.name
    # What is found in sequences is named by the call that shows it, and not by the handle that they are about.
    for alone in (("--function", subject), ("--phase", "lifecycle")):
        done = run(library, built, place / name, [], alone)
        if not done.findings:
            continue
        sound = run(library, build(library, None, keep), place / f"{SOUND}-{alone[1]}", None, alone)
        if own := [each for each in done.findings if each not in sound.findings]:
            return replace(done, findings=own)
    return None


def in_header(function: BoundaryFunction, exported: set[str]) -> set[str]:
    """Return what of a library is called by a function that is in the header alone."""
    if function.declaration.symbol in exported:
        return set()
    text = function.declaration.span.path.read_text(errors="replace")
    inline = re.search(rf"\b{function.name}\s*\([^;{{}}]*\)\s*\{{([^}}]*)\}}", text)
    body = inline or re.search(rf"#define {function.name}\([^)]*\)(.*)", text)
    return {*re.findall(r"\w+", body[1])} & exported if body else set()


def read_libraries() -> list[Library]:
    libraries = []
    for path in sorted(HERE.glob("*.toml")):
        entry: dict[str, Any] = tomllib.loads(path.read_text())
        defects = tuple(Defect(each.pop("name"), is_=each.pop("is"), **each) for each in entry["defects"])
        libraries.append(
            Library(
                path.stem,
                entry["debian"],
                tuple(entry["contracts"]),
                tuple(entry["build"]),
                entry["artifact"],
                defects,
            )
        )
    return libraries


def build(library: Library, defect: Defect | None, keep: Path) -> Path:
    """Return the shared object, built once; the sources are sound again afterwards."""
    built = keep / "built" / library.name / f"{defect.name if defect else SOUND}.so"
    if built.exists():
        return built
    source = unpacked(library, keep)
    made_sound(source)
    built.parent.mkdir(parents=True, exist_ok=True)
    if not (source / library.artifact).exists():  # also where the sound one was built elsewhere, and kept
        for command in library.build:
            made(command, source)
    if defect is None:
        made(library.build[-1], source)
        shutil.copy(source / library.artifact, built)
        return built
    build(library, None, keep)
    changed = source / defect.file
    sound = changed.read_bytes()
    kept = changed.with_name(changed.name + KEPT)
    kept.write_bytes(sound)
    changed.write_text(defect.plant(sound.decode("utf-8", "surrogateescape")), errors="surrogateescape")
    made(library.build[-1], source)
    shutil.copy(source / library.artifact, built)
    made_sound(source)
    return built


def made_sound(source: Path) -> None:
    """Put back what a defect was planted in, also where the build of that was cut short; the next build sees it."""
    for kept in source.rglob(f"*{KEPT}"):
        kept.with_name(kept.name.removesuffix(KEPT)).write_bytes(kept.read_bytes())
        kept.unlink()


def unpacked(library: Library, keep: Path) -> Path:
    source = keep / "sources" / library.name
    if not source.exists():
        downloads = keep / "downloads" / library.name
        downloads.mkdir(parents=True, exist_ok=True)
        subprocess.run([*apt(keep), "source", "--download-only", library.debian], cwd=downloads, check=True)
        (description,) = downloads.glob("*.dsc")
        source.parent.mkdir(exist_ok=True)
        subprocess.run(["dpkg-source", "--no-check", "-x", str(description), str(source)], check=True)
    return source


def made(command: str | list[str], folder: Path) -> str:
    words = ["sh", "-c", command] if isinstance(command, str) else command
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command} in {folder}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def run(
    library: Library, built: Path, place: Path, known: list[list[str]] | None, alone: tuple[str, ...] = ()
) -> Run:
    """Hold a library to the contract: the whole of it, or until there is a finding that is not `known`.

    What takes longest, to explore it, comes last: it is done where nothing else has found anything.
    """
    if alone:
        return run_once(library, built, place, known, alone)
    of = tuple(word for name in concerned(library, built) for word in ("--function", name))
    first = run_once(library, built, place, known, ("--explore", "0", *of))
    if known is not None and first.findings:
        return first
    second = run_once(library, built, place, known, ("--phase", "explore", *of))
    found = [*first.findings, *(each for each in second.findings if each not in first.findings)]
    seconds = first.seconds + second.seconds
    judged = bool(found) or (first.judged and second.judged)
    return replace(second, seconds=seconds, findings=found, judged=judged)


def concerned(library: Library, built: Path) -> list[str]:
    """Return the functions, laws and handles of the contracts that can come to what was planted; none of the sound one.

    The others make the calls that they make on the sound library.
    """
    sound = built.with_name(f"{SOUND}.so")
    if built == sound:
        return []
    exported, reach = exports(built), reaching(sound, built)
    found: dict[str, None] = {}
    for path in library.paths:
        boundary = join(load_contract(Path(path)))
        called = {name: {name} for name in boundary.functions}
        called |= {name: {step.function for step in law.steps} for name, law in boundary.laws.items()}
        for name in boundary.handles:
            called[name] = {role.function.name for role in SequenceModel.of(boundary, name).roles}
        comes = {
            name
            for name, each in boundary.functions.items()
            if each.declaration.symbol in reach or reach & in_header(each, exported)
        }
        found |= dict.fromkeys(name for name, functions in called.items() if functions & comes)
    return [*found]


def run_once(
    library: Library, built: Path, place: Path, known: list[list[str]] | None, some: tuple[str, ...]
) -> Run:
    """Hold a library to some of the contract."""
    shutil.rmtree(place, ignore_errors=True)  # nothing is known of earlier runs
    place.mkdir(parents=True)
    report = place / "report.json"
    state = library.state
    paths = [but_for(known, path, place) for path in library.paths] if known else library.paths
    command = [sys.executable, "-m", "abidance", "run", *paths]
    command += ["--library", f"c={built}", "--seed", str(SEED)]
    command += ["--format", "terminal", "--format", f"json={report}"]
    command += ["-x"] if known is not None else []
    command += some
    began = os.times()
    with (place / "report.txt").open("w") as output:
        done = subprocess.run(command, check=False, cwd=place, stdout=output, stderr=subprocess.STDOUT)
    ended = os.times()
    if "nothing-selected" in (place / "report.txt").read_text():  # of what was changed, nothing is explored
        return Run(state, datetime.now(UTC).date().isoformat(), 0, [])
    if done.returncode not in (0, 1, 3):
        sys.exit(f"{built}: status {done.returncode}\n{(place / 'report.txt').read_text()[-3000:]}")
    seconds = ended.children_user + ended.children_system - began.children_user - began.children_system
    found = json.loads(report.read_text())["findings"]
    causes = [list(each) for each in dict.fromkeys((each["code"], each["subject"]) for each in found)]
    today = datetime.now(UTC).date().isoformat()
    unused = "ABD455"  # of a suppression: the defect keeps what the sound library has from being found
    own = [each for each in causes if each not in (known or []) and each[0] != unused]
    held_to = some[1] if len(some) == 2 and some[1] not in ("0", "explore") else ""
    return Run(state, today, round(seconds), own, bool(own) or done.returncode < 3, held_to)


def but_for(known: list[list[str]], path: str, place: Path) -> str:
    """Return a contract that suppresses what is known: a run ends at its first finding that is not suppressed."""
    suppressions = yaml.safe_load(Path(path).read_text()).get(
        "suppressions", []
    )  # those of `extends` are replaced
    suppressions += [
        {"code": code, "subject": subject, "reason": "the sound library has it"} for code, subject in known
    ]
    extending = place / Path(path).name
    extending.write_text(yaml.safe_dump({"abidance": 1, "extends": path, "suppressions": suppressions}))
    return str(extending)


def write_page(libraries: list[Library]) -> None:
    """Write below the page's text how many defects of each library and list were found, and then each of them."""
    counts = [
        "| Library | List | Found at first | Found now | Of these *since* | Missed | Not run | Contract | Sound |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines = []
    measured = Measured()
    for library in libraries:
        runs = {defect: measured.of(library, defect.name) for defect in library.defects}
        numbers = sorted({defect.list for defect in runs})
        counts += [_count(library, number, runs, measured.of(library, SOUND)) for number in numbers]
        lines += [
            "",
            f"## {library.name}",
            "",
            "| Defect | List | Found as | Seconds | Contract |",
            "|---|---|---|---|---|",
        ]
        lines += [_row(defect, held) for defect, held in runs.items()]
    table = "\n".join([*counts, *lines])
    PAGE.write_text(f"{PAGE.read_text().partition(MARK)[0]}{MARK}{table}\n<!-- end -->\n")


def _count(library: Library, number: int, runs: dict[Defect, list[Run]], sound: list[Run]) -> str:
    listed = {defect: held for defect, held in runs.items() if defect.list == number}
    held = {defect: those for defect, those in listed.items() if those}
    found = [defect for defect, those in held.items() if those[-1].findings]
    states = dict.fromkeys(f"`{those[-1].contract}`" for those in held.values())
    row = (
        library.name,
        number,
        sum(bool(those[0].findings) and not defect.since for defect, those in held.items()),
        len(found),
        sum(bool(defect.since) for defect in found),
        len(held) - len(found),
        len(listed) - len(held),
        ", ".join(states) or "-",
        _silence(sound[-1]) if sound else "not run",
    )
    return f"| {' | '.join(map(str, row))} |"


def _silence(run: Run) -> str:
    """Return what came of a sound library, in words."""
    found = len(run.findings)
    words = f"{run.seconds} s, {found or 'no'} finding{'' if found == 1 else 's'}"
    return words if run.judged or found else f"{words}, and not all was judged"


def _row(defect: Defect, runs: list[Run]) -> str:
    found, seconds, contract = "not run", "-", "-"
    if runs:
        last = runs[-1]
        found, seconds, contract = "missed", str(last.seconds), f"`{last.contract}`"
        if last.findings:
            code, subject = last.findings[0]
            found = f"{code} of `{subject}`"
            found += f", *since* the contract says {defect.since}" if defect.since else ""
            found += ", alone" if last.alone else ""
        elif last.alone:
            found += ", alone"
        elif not last.judged:
            found += ", and not all was judged"
    return f"| {defect.says} | {defect.list} | {found} | {seconds} | {contract} |"


if __name__ == "__main__":
    main()
