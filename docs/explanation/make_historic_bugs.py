"""Measures the tables of `historic-bugs.md`: `python docs/explanation/make_historic_bugs.py --keep DIR`.

Each bug of `historic_bugs/bugs.toml` names a source package of Debian or a crate, and how the version with the bug and
the mended one come from it: a patch of Debian's that is not applied, or another version. Both are built as the contract
of the bug's name says, and run at the default effort, from each seed. Needs Debian 12 with its package tools, patch,
bison, flex, cmake and cargo.
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

from debian_sources import apt

HERE = Path(__file__).parent / "historic_bugs"
SIDES = ("before", "after")
SEEDS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Bug:
    """How both versions come about. Patterns in `sources` and `include` are relative to `root` in the package.

    `files` are written into it, as its own build would. `mended_by` is the patch, as a prefix of its name, that only
    `after` has; without one, `versions` are the versions of each side. `others` are further defects, which both have.
    """

    name: str
    library: str
    defect: str
    debian: str = ""
    mended_by: str = ""
    crate: str = ""
    rust: str = ""
    versions: tuple[str, ...] = ()
    root: str = "."
    sources: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    include: tuple[str, ...] = (".",)
    defines: tuple[str, ...] = ()
    language: str = "C"
    commands: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    others: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    subject: str
    found_after: int
    explored: bool

    @property
    def effort(self) -> str:
        return "explored" if self.explored else str(self.found_after)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a contract on one version; `seconds` are the processor's, builds included."""

    status: int
    seconds: float
    findings: tuple[Finding, ...]
    not_judged: tuple[str, ...]

    @property
    def causes(self) -> set[tuple[str, str]]:
        return {(each.code, each.subject) for each in self.findings}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these bugs")
    parser.add_argument("--keep", type=Path, required=True, help="where sources, builds and results are kept")
    parser.add_argument("--seeds", type=int, nargs="*", default=SEEDS)
    parser.add_argument("--side", choices=SIDES, help="only this version")
    parser.add_argument("--results", default="results", help="the folder of results, in the kept one")
    parser.add_argument("--resume", action="store_true", help="run only what has no result there yet")
    options = parser.parse_args()
    bugs = [bug for bug in read_bugs() if not options.names or bug.name in options.names]
    keep: Path = options.keep.absolute()
    results = keep / options.results
    results.mkdir(parents=True, exist_ok=True)
    for seed in options.seeds:
        for bug in bugs:
            for side in (options.side,) if options.side else SIDES:
                if options.resume and read_run(results, bug, side, seed) is not None:
                    continue
                done = run(bug, side, seed, lay_out(bug, side, keep), results)
                found = ", ".join(f"{each.code} {each.subject} ({each.effort})" for each in done.findings)
                print(
                    f"{bug.name} {side} seed {seed}: {done.status}, {done.seconds:.0f} s: {found}", flush=True
                )
    print(table(bugs, results))


def read_bugs() -> list[Bug]:
    entries: dict[str, Any] = tomllib.loads((HERE / "bugs.toml").read_text())
    return [
        Bug(name, **{key: frozen(value) for key, value in entry.items()}) for name, entry in entries.items()
    ]


def frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple(value.items())
    return tuple(value) if isinstance(value, list) else value


def lay_out(bug: Bug, side: str, keep: Path) -> Path:
    """Return the contract, beside a folder `source` with that version of the library, which is fetched once."""
    place = keep / bug.name / side
    source = place / "source"
    if not source.exists():
        place.mkdir(parents=True, exist_ok=True)
        if bug.rust:
            lay_out_rust(bug, side, source)
        else:
            lay_out_c(bug, side, source, keep)
    for file in HERE.glob(f"{bug.name}.*"):
        shutil.copy(file, place / file.name)
    return place / f"{bug.name}.contract.yaml"


def lay_out_c(bug: Bug, side: str, source: Path, keep: Path) -> None:
    package = from_debian(bug, side, keep) if bug.debian else from_crate(bug, side, keep)
    (root,) = package.glob(bug.root) if bug.root != "." else (package,)
    for name, text in bug.files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for command in bug.commands:
        subprocess.run(["sh", "-c", command], cwd=root, check=True)
    left_out = {path for pattern in bug.without for path in root.glob(pattern)}
    sources = sorted({path for pattern in bug.sources for path in root.glob(pattern)} - left_out)
    # the library's own build is not needed, and may want what is not installed
    lines = [
        "cmake_minimum_required(VERSION 3.20)",
        f"project(subject {bug.language})",
        "add_library(subject SHARED",
        *(f"  {path.relative_to(root)}" for path in sources),
        *(f"  ../{path.name}" for path in HERE.glob(f"{bug.name}.c*") if path.suffix in (".c", ".cpp")),
        ")",
        f"target_include_directories(subject PRIVATE {' '.join(bug.include)})",
        *([f"target_compile_definitions(subject PRIVATE {' '.join(bug.defines)})"] if bug.defines else []),
        "target_compile_options(subject PRIVATE -w)",
    ]
    (root / "CMakeLists.txt").write_text("\n".join(lines) + "\n")
    shutil.move(root, source)


def from_debian(bug: Bug, side: str, keep: Path) -> Path:
    """Return the source package with its patches, of which `before` lacks the one that mends the bug."""
    downloads = keep / "downloads"
    downloads.mkdir(exist_ok=True)
    if not list(downloads.glob(f"{bug.debian}_*.dsc")):
        subprocess.run([*apt(keep), "source", "--download-only", bug.debian], cwd=downloads, check=True)
    (description,) = downloads.glob(f"{bug.debian}_*.dsc")
    package = keep / "unpacked" / f"{bug.name}-{side}"
    shutil.rmtree(package, ignore_errors=True)
    package.parent.mkdir(exist_ok=True)
    command = ["dpkg-source", "--no-check", "--skip-patches", "-x", str(description), str(package)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    patches = package / "debian" / "patches"
    names = [line.partition("#")[0].strip() for line in (patches / "series").read_text().split("\n")]
    if not any(name.startswith(bug.mended_by) for name in names):
        sys.exit(f"{bug.debian} has no patch {bug.mended_by}")
    for name in names:
        if name and not (side == "before" and name.startswith(bug.mended_by)):
            with (patches / name).open() as text:
                command = ["patch", "-p1", "-s", "-f"]
                subprocess.run(command, cwd=package, stdin=text, check=True, stdout=subprocess.DEVNULL)
    return package


def from_crate(bug: Bug, side: str, keep: Path) -> Path:
    """Return the crate's package, which holds the C library."""
    version = bug.versions[SIDES.index(side)]
    scratch = keep / "unpacked" / f"{bug.name}-{side}"
    shutil.rmtree(scratch, ignore_errors=True)
    write_cargo(scratch, bug.crate, version, "")
    subprocess.run(
        ["cargo", "vendor", "--versioned-dirs", "vendor"], cwd=scratch, check=True, capture_output=True
    )
    (package,) = (scratch / "vendor").glob(f"{bug.crate}-{version}*")
    return package


def lay_out_rust(bug: Bug, side: str, source: Path) -> None:
    """Write a cdylib that shows that version of the crate as C functions."""
    version = bug.versions[SIDES.index(side)]
    write_cargo(source, bug.rust, version, (HERE / f"{bug.name}.rs").read_text())
    subprocess.run(["cargo", "fetch"], cwd=source, check=True, capture_output=True)


def write_cargo(folder: Path, crate: str, version: str, text: str) -> None:
    """Write a package that depends on exactly that version, by a lock file: cargo refuses a withdrawn one without."""
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "lib.rs").write_text(text)
    (folder / "Cargo.toml").write_text(
        '[package]\nname = "subject"\nversion = "0.1.0"\nedition = "2021"\n'
        f'[lib]\ncrate-type = ["cdylib"]\n[dependencies]\n{crate} = "={version}"\n'
    )
    registry = "registry+https://github.com/rust-lang/crates.io-index"
    (folder / "Cargo.lock").write_text(
        "version = 3\n"
        f'[[package]]\nname = "{crate}"\nversion = "{version}"\nsource = "{registry}"\n'
        f'[[package]]\nname = "subject"\nversion = "0.1.0"\ndependencies = ["{crate}"]\n'
    )


def run(bug: Bug, side: str, seed: int, contract: Path, results: Path) -> Run:
    """Run at the default effort; with the bug, until there are as many findings as are looked for."""
    report = results / f"{bug.name}-{side}-{seed}.json"
    report.unlink(missing_ok=True)
    shutil.rmtree(contract.parent / ".abidance", ignore_errors=True)  # nothing is known of earlier runs
    command = [sys.executable, "-m", "abidance", "run", contract.name, "--seed", str(seed)]
    command += ["--format", "terminal", "--format", f"json={report}"]
    if side == "before":
        command += ["--max-failures", str(1 + bug.others)]
    began = os.times()
    with report.with_suffix(".txt").open("w") as output:
        done = subprocess.run(
            command, check=False, cwd=contract.parent, stdout=output, stderr=subprocess.STDOUT
        )
    ended = os.times()
    seconds = ended.children_user + ended.children_system - began.children_user - began.children_system
    found = json.loads(report.read_text()) if report.exists() else {}
    report.write_text(json.dumps(found | {"status": done.returncode, "seconds": seconds}))
    result = read_run(results, bug, side, seed)
    assert result is not None
    return result


def read_run(results: Path, bug: Bug, side: str, seed: int) -> Run | None:
    report = results / f"{bug.name}-{side}-{seed}.json"
    found = json.loads(report.read_text()) if report.exists() else {}
    if "status" not in found:  # not run, or not to its end
        return None
    findings = tuple(
        Finding(each["code"], each["subject"], each["found_after"], each["phase"] == "explore")
        for each in found.get("findings", ())
    )
    return Run(found["status"], found["seconds"], findings, tuple(map(str, found.get("not_judged", ()))))


def table(bugs: list[Bug], results: Path) -> str:
    """Return what was found; what only the version with the bug has finds the bug, what both have is another defect."""
    lines = ["| Library | Defect | Found as | After calls | Seconds | Mended |", "|---|---|---|---|---|---|"]
    for bug in bugs:
        before = [read_run(results, bug, "before", seed) for seed in SEEDS]
        after = [each for seed in SEEDS if (each := read_run(results, bug, "after", seed)) is not None]
        others = {cause for each in after for cause in each.causes}
        of_bug = [
            next((f for f in each.findings if (f.code, f.subject) not in others), None) if each else None
            for each in before
        ]
        cells = (
            bug.library,
            bug.defect,
            "; ".join(sorted({f"{f.code} of `{f.subject}`" for f in of_bug if f})) or "missed",
            ", ".join(
                f.effort if f else "-" if each else "not run" for f, each in zip(of_bug, before, strict=True)
            ),
            ", ".join(f"{each.seconds:.0f}" if each else "-" for each in before),
            ("; ".join(sorted(f"{code} of `{subject}`" for code, subject in others)) or "silent")
            + ("" if len(after) == len(SEEDS) else f" ({len(after)} of {len(SEEDS)})"),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
