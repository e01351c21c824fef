"""Measures and writes the tables of `planted.md`: `python docs/explanation/make_planted.py --keep DIR`.

Each file of `planted` names a source package of Debian, how its library is built, and defects of one line each: the
text that they replace, and where. The sound library and each defective one are held to the library's contracts in
`contracts`, at the default effort. A defective one is found if it has a finding that the sound one has not. Needs
Debian 12 with its package tools, make, autoconf, cmake and tclsh.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from make_historic_bugs import apt

HERE = Path(__file__).parent / "planted"
CONTRACTS = Path(__file__).parents[2] / "contracts"
SOUND = "sound"
PAGE = Path(__file__).with_name("planted.md")
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
        return text[:at] + self.is_ + text[at + len(self.was) :]


@dataclass(frozen=True, slots=True)
class Library:
    """A source package; `build` are commands in its folder, of which the last builds again what has changed."""

    name: str
    debian: str
    contracts: tuple[str, ...]
    build: tuple[str, ...]
    artifact: str
    defects: tuple[Defect, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a contract; `causes` are codes and subjects of findings, the first that was met in front."""

    status: int
    seconds: float
    causes: tuple[tuple[str, str], ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these libraries, or defects as LIBRARY/DEFECT")
    parser.add_argument("--keep", type=Path, required=True, help="where sources, builds and results are kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--function",
        help="hold them to this function or law alone: what it finds is found, and a miss is no result",
    )
    parser.add_argument("--build-only", action="store_true", help="build, and run nothing")
    parser.add_argument("--resume", action="store_true", help="run only what has no result there yet")
    parser.add_argument("--page-only", action="store_true", help="build and run nothing; write what is known")
    options = parser.parse_args()
    keep: Path = options.keep.absolute()
    libraries = read_libraries()
    for library in libraries:
        for defect in (None, *library.defects):
            name = f"{library.name}/{defect.name if defect else SOUND}"
            if options.page_only:
                continue
            if options.names and library.name not in options.names and name not in options.names:
                continue
            built = build(library, defect, keep)
            if options.build_only or (options.resume and read_run(keep, name) is not None):
                continue
            done = run(library, name, built, options.seed, keep, options.function)
            print(f"{name}: {done.status}, {done.seconds:.0f} s: {done.causes}", flush=True)
    if not options.build_only:
        PAGE.write_text(
            PAGE.read_text().partition(MARK)[0] + MARK + table(libraries, keep) + "\n<!-- end -->\n"
        )


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
    built.parent.mkdir(parents=True, exist_ok=True)
    if defect is None:
        for command in library.build:
            made(command, source)
        shutil.copy(source / library.artifact, built)
        return built
    build(library, None, keep)
    changed = source / defect.file
    sound = changed.read_bytes()
    changed.write_text(defect.plant(sound.decode("utf-8", "surrogateescape")), errors="surrogateescape")
    try:
        made(library.build[-1], source)
        shutil.copy(source / library.artifact, built)
    finally:
        changed.write_bytes(sound)
    return built


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


def made(command: str, folder: Path) -> None:
    done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command} in {folder}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def run(library: Library, name: str, built: Path, seed: int, keep: Path, part: str | None = None) -> Run:
    """Hold a library to the contract: the sound one whole, a defective one until it has a finding of its own."""
    place = keep / "runs" / name
    shutil.rmtree(place, ignore_errors=True)  # nothing is known of earlier runs
    place.mkdir(parents=True)
    report = place / "report.json"
    sound = read_run(keep, f"{library.name}/{SOUND}")
    command = [sys.executable, "-m", "abidance", "run"]
    command += [str(CONTRACTS / f"{name}.contract.yaml") for name in library.contracts]
    command += ["--library", f"c={built}", "--seed", str(seed)]
    command += ["--format", "terminal", "--format", f"json={report}"]
    command += ["--function", part] if part else []
    if not name.endswith(f"/{SOUND}"):
        command += ["--max-failures", str(1 + (len(sound.causes) if sound else 0))]
    began = os.times()
    with (place / "report.txt").open("w") as output:
        done = subprocess.run(command, check=False, cwd=place, stdout=output, stderr=subprocess.STDOUT)
    ended = os.times()
    seconds = ended.children_user + ended.children_system - began.children_user - began.children_system
    found = json.loads(report.read_text()) if report.exists() else {}
    report.write_text(json.dumps(found | {"status": done.returncode, "seconds": seconds}))
    result = read_run(keep, name)
    assert result is not None
    if part and not result.causes:
        report.unlink()
    return result


def read_run(keep: Path, name: str) -> Run | None:
    report = keep / "runs" / name / "report.json"
    found = json.loads(report.read_text()) if report.exists() else {}
    if "status" not in found:  # not run, or not to its end
        return None
    causes = dict.fromkeys((each["code"], each["subject"]) for each in found.get("findings", ()))
    return Run(found["status"], found["seconds"], tuple(causes))


def table(libraries: list[Library], keep: Path) -> str:
    """Return how many defects of each library and list were found, and then each of them."""
    counts = [
        "| Library | List | Found | Of these *since* | Missed | Not run | Sound build |",
        "|---|---|---|---|---|---|---|",
    ]
    lines = []
    for library in libraries:
        sound = read_run(keep, f"{library.name}/{SOUND}")
        known = sound.causes if sound else ()
        passed = "not run" if sound is None else f"{sound.seconds:.0f} s, {len(known) or 'no'} findings"
        runs = {defect: read_run(keep, f"{library.name}/{defect.name}") for defect in library.defects}
        own = {d: [each for each in run.causes if each not in known] for d, run in runs.items() if run}
        for number in sorted({defect.list for defect in runs}):
            defects = [defect for defect in runs if defect.list == number]
            held = [defect for defect in defects if defect in own]
            met = [defect for defect in held if own[defect]]
            since = sum(bool(each.since) for each in met)
            row = (library.name, number, len(met), since, len(held) - len(met), len(defects) - len(held))
            counts.append(f"| {' | '.join(map(str, row))} | {passed} |")
        lines += ["", f"## {library.name}", "", "| Defect | List | Found as | Seconds |", "|---|---|---|---|"]
        for defect, run in runs.items():
            found = "not run" if run is None else "missed"
            if causes := own.get(defect):
                found = f"{causes[0][0]} of `{causes[0][1]}`"
                found += f", *since* the contract says {defect.since}" if defect.since else ""
            seconds = f"{run.seconds:.0f}" if run else "-"
            lines.append(f"| {defect.says} | {defect.list} | {found} | {seconds} |")
    return "\n".join([*counts, *lines])


if __name__ == "__main__":
    main()
