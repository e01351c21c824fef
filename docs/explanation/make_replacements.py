"""Measures `replacements.md`: `python docs/explanation/make_replacements.py NAME...`; `--page` writes the page alone.

Each folder of `contracts/drop-ins` is one pair: a contract, a crate, a scorecard that is expected, and a C program for
each difference. `abidance drop-in` judges the pair at the default effort, from seed 1, and every program is linked with
either library and run: of two that are allowed it ends with 0 with both and prints unlike lines, and with the library
that is wrong it ends with 1. What came of it is kept in `replacements.json`, with the commits of the contract and of
abidance, so that one pair can be measured by itself; the page is made of all that is kept.

The C library is built from the source that `pair.yaml` locks: a package of Debian's, or a crate that has it. It is
fetched into `build` of the folder, by `--prepare` alone or before a run. Needs cargo, cmake, a C and a C++ compiler,
and the package tools of Debian 12.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from debian_sources import unpack

from abidance.boundary.resolve.libraries import source_of
from abidance.contract.load import load_contract
from abidance.toolchain.builders import build_library
from abidance.toolchain.elf import read_library

ROOT = Path(__file__).parents[2]
PAIRS = ROOT / "contracts" / "drop-ins"
TOOL = ROOT / "harness" / "abidance"
PAGE = Path(__file__).parent / "replacements.md"
MEASURED = PAGE.with_suffix(".json")
SEED = 1
ALLOWED = "allowed"
SOMETIMES = "in some calls"
_LEFT_OUT = re.compile(r"# (?:cannot be said|left out): (.*)")
_EFFORT = re.compile(r"(\d[\d,]*) functions?.*?([\d,]+) calls")
HEAD = """\
# Replacements that the ecosystem runs on

May the crate take the C library's place? `abidance drop-in` judged each pair below, under a contract that was written
from the documentation of the C library. `make_replacements.py` beside this page made it, of the contracts, crates and
programs in `contracts/drop-ins`. Both sides are built from source, at the version that each folder locks: the C library
from a source package of Debian 12, or from a crate that has it. libm alone is what is installed.

Where two libraries differ, one of them is wrong, or the documentation leaves it open. So each difference has a verdict:

- **allowed**: the documentation permits both. Who relies on the one will notice, and nothing is wrong.
- **`rust`** or **`c`** is wrong: the documentation says which answer is right, and this library gives another.

A program of a few lines shows each, linked with either library. Of an allowed one it checks what is promised, ends with
0 with both, and prints unlike lines; with a library that is wrong it ends with 1, and with 0 with the other.

*Not asked* is no pass: the contract says nothing of it. That a crate has no SONAME is so of every cdylib that is not
linked with one. *Through a shim* is a crate that exports no C names; `abidance drop-in --shim` drafted what does.

"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of the crate; `costs` where it takes too much, or too long.

    `no_more` is the commit of abidance with which `abidance replay` finds nothing of it: it was a fault of the tool's.
    """

    subject: str
    name: str
    message: str
    call: str
    costs: bool
    no_more: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a program printed, linked with either library, and with what it ended."""

    program: str
    printed: dict[str, str]
    status: dict[str, int]


@dataclass(frozen=True, slots=True)
class Run:
    """What a run answered. `contract` and `tool` are commits: of what is judged, and of abidance.

    `seconds` are the processor's, 0 where nobody has noted them. Each area has its name, its standing and words.
    `shared` is what both libraries do wrong, each once.
    """

    contract: str
    tool: str
    date: str
    seconds: int
    versions: dict[str, str]
    verdict: str
    areas: list[tuple[str, str, list[str]]]
    findings: list[Finding]
    shared: list[str]
    not_judged: list[str]
    programs: list[Shown]


@dataclass(frozen=True, slots=True)
class Pair:
    """A folder, and what is said of the libraries in it."""

    folder: Path
    about: dict[str, Any]
    differences: tuple[tuple[str, dict[str, Any]], ...]
    costs: dict[str, dict[str, Any]]
    """By function, why calls of the crate cost so much more."""
    alike: tuple[str, ...]
    without: tuple[str, ...]
    """What the contract does not have of the one that it extends."""

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def contract(self) -> Path:
        return next(self.folder.glob("*.contract.yaml"))

    @property
    def state(self) -> str:
        """Return the commit of what a run is about: the contract and what that extends, the crate, the C library."""
        extended = yaml.safe_load(self.contract.read_text()).get("extends")
        paths = [self.contract, *self.folder.glob("*.py"), self.folder / "rust", self.folder / "c"]
        return commit_of(*paths, *([self.contract.parent / extended] if extended else []))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these pairs")
    parser.add_argument("--resume", action="store_true", help="judge only what has no run of this contract")
    parser.add_argument(
        "--prepare", action="store_true", help="fetch what C libraries are built from, and run nothing"
    )
    parser.add_argument("--programs", action="store_true", help="run the programs alone anew")
    parser.add_argument("--page", action="store_true", help="run nothing, and write the page")
    options = parser.parse_args()
    pairs = [read(each.parent) for each in sorted(PAIRS.glob("*/pair.yaml"))]
    if unknown := set(options.names) - {pair.name for pair in pairs}:
        parser.error(f"there is no pair {', '.join(sorted(unknown))}")
    for pair in pairs:
        if options.page or (options.names and pair.name not in options.names):
            continue
        kept = measured().get(pair.name)
        current = kept is not None and is_current(pair, kept)
        if options.resume and current and not options.programs:
            continue
        prepare(pair)
        if options.prepare:
            continue
        if options.programs:
            keep(pair, dataclasses.replace(kept or no_run(pair), programs=programs(pair)))
        else:
            keep(pair, judge(pair))
    if not options.prepare:
        PAGE.write_text(page(pairs, measured()))


def measured() -> dict[str, Run]:
    """Return the last run of each pair, as far as there is one."""
    found = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    return {
        name: Run(
            **run
            | {
                "findings": [Finding(**each) for each in run["findings"]],
                "programs": [Shown(**each) for each in run["programs"]],
            }
        )
        for name, run in found.items()
    }


def keep(pair: Pair, run: Run) -> None:
    """Keep a run as the last one of its pair; the file is read anew: another process may have judged another pair."""
    runs = measured() | {pair.name: run}
    entries = {name: dataclasses.asdict(each) for name, each in sorted(runs.items())}
    MEASURED.write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n")


def commit_of(*paths: Path) -> str:
    words = [str(each) for each in paths if each.exists()]
    commit = git("log", "-1", "--format=%h", "--abbrev=8", "--", *words)
    return f"{commit} and changes" if git("status", "--porcelain", "--", *words) else commit


def git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


def prepare(pair: Pair) -> None:
    """Fetch what the C library is built from, of which the folder has the digest."""
    match pair.about["source"]:
        case {"debian": package, "version": version, "sha256": sha256}:
            unpack(package, version, sha256, PAIRS / "build", pair.folder / "build" / "source")
        case {"crate": folder}:
            command = ["cargo", "vendor", "--quiet", "--locked", f"--manifest-path={folder}/Cargo.toml"]
            subprocess.run([*command, "build/vendor"], cwd=pair.folder, check=True, stdout=subprocess.DEVNULL)


def judge(pair: Pair) -> Run:
    """Ask of a pair whether the crate may take the C library's place."""
    command = [sys.executable, "-m", "abidance", "drop-in", str(pair.contract), "--from", "c", "--to", "rust"]
    state, tool, began = pair.state, commit_of(TOOL), os.times()
    with tempfile.TemporaryDirectory() as place:
        card = Path(place) / "card.json"
        command += ["--seed", str(SEED), "--format", "json", "--output", str(card)]
        done = subprocess.run(command, check=False, cwd=place, capture_output=True, text=True)
        print(f"{pair.name}: {done.returncode}", flush=True)
        if not card.exists():
            sys.exit(done.stderr)
        answered = json.loads(card.read_text())
    ended = os.times()
    seconds = ended.children_user + ended.children_system - began.children_user - began.children_system
    return run_of(pair, answered, state, tool, round(seconds))


def no_run(pair: Pair) -> Run:
    """Return what is kept of a pair of which only the programs have been run."""
    return Run("", "", "", 0, versions(pair), "not judged", [], [], [], [], [])


def run_of(pair: Pair, card: dict[str, Any], state: str, tool: str, seconds: int) -> Run:
    """Return what the page says of a scorecard; what the C library alone does wrong is not held against the crate."""
    areas, found = card["areas"], card["run"]["findings"]
    cases = {one["case"] for area in areas for one in area["findings"]}
    costs = {one["case"] for area in areas if area["area"] == "costs" for one in area["findings"]}
    both = {one["case"] for area in areas for one in area["shared"]}
    return Run(
        contract=state,
        tool=tool,
        date=datetime.now(UTC).date().isoformat(),
        seconds=seconds,
        versions=versions(pair),
        verdict=card["words"],
        areas=[(each["area"], each["standing"], each["words"]) for each in areas],
        findings=[
            Finding(each["subject"], each["name"], each["message"], each["call"] or "", each["case"] in costs)
            for each in found
            if each["case"] in cases
        ],
        shared=[*dict.fromkeys(each["message"] for each in found if each["case"] in both)],
        not_judged=[each for each in card["run"]["not_judged"] if each],
        programs=programs(pair),
    )


def read(folder: Path) -> Pair:
    about = yaml.safe_load((folder / "pair.yaml").read_text())
    contract = yaml.safe_load(next(folder.glob("*.contract.yaml")).read_text())
    equivalence, without = contract.get("equivalence", {}), contract.get("without", ())
    said = equivalence.get("except", {})
    found = {place: {SOMETIMES: True, **each} for place, each in about.get("found", {}).items()}
    differences = tuple(
        (place, each) for place, known in (*said.items(), *found.items()) for each in several(known)
    )
    if "no_mangle" in (folder / "rust/src/lib.rs").read_text():
        about["made"] += ", through a shim"
    return Pair(
        folder,
        about,
        differences,
        about.get("costs", {}),
        tuple(equivalence.get("alike", {})),
        tuple(without),
    )


def versions(pair: Pair) -> dict[str, str]:
    return {"c": version_of_c(pair), "rust": crate_of(pair.folder / "rust")}


def version_of_c(pair: Pair) -> str:
    match pair.about["source"]:
        case {"debian": package, "version": version}:
            return f"{package} {version}"
        case {"crate": folder, "has": library}:
            return f"{crate_of(pair.folder / folder)}, which has {library}"
        case {"installed": package}:
            return f"{installed_version(package)}, as installed"
    sys.exit(f"`source` of {pair.name} is a package of Debian's, a crate, or what is installed")


def crate_of(package: Path) -> str:
    """Return name and version of the one crate that a package of a pair needs."""
    ((crate, needed),) = tomllib.loads((package / "Cargo.toml").read_text())["dependencies"].items()
    version = (needed if isinstance(needed, str) else needed["version"]).removeprefix("=")
    return f"{crate} {version}"


def installed_version(package: str) -> str:
    asked = ["dpkg-query", "--show", "--showformat", "${Version}", package]
    return f"{package} {subprocess.run(asked, check=True, capture_output=True, text=True).stdout}"


def several(known: Any) -> list[dict[str, Any]]:
    """Return the differences that a contract knows at one place: a reason, a mapping, or several of them."""
    return [{"why": e} if isinstance(e, str) else e for e in (known if isinstance(known, list) else [known])]


def programs(pair: Pair) -> list[Shown]:
    """Run the programs of a pair, each with either library."""
    found = sorted((pair.folder / "differences").glob("*.c"))
    if not found:
        return []
    contract = load_contract(pair.contract)
    headers = (pair.folder, *contract.include_dirs)
    built = {name: build_library(source_of(contract, name), "release").path for name in ("c", "rust")}
    return [run(each, headers, built) for each in found]


def run(program: Path, headers: tuple[Path, ...], built: dict[str, Path]) -> Shown:
    """Link a program with each library, by the name that this gives itself, and run it.

    Of that name there may be one in the system, which the loader must not take: it is looked for in a folder of ours.
    """
    printed, status = {}, {}
    for name, library in built.items():
        with tempfile.TemporaryDirectory() as place:
            (Path(place) / (read_library(library).soname or library.name)).symlink_to(library)
            file = Path(place) / program.stem
            command = ["cc", "-fno-builtin", *(f"-I{each}" for each in headers), str(program), str(library)]
            subprocess.run([*command, f"-Wl,-rpath,{place}", "-lm", "-o", str(file)], check=True)
            done = subprocess.run([str(file)], check=False, capture_output=True, text=True, timeout=60)
        printed[name], status[name] = done.stdout.strip(), done.returncode
    return Shown(program.name, printed, status)


def page(pairs: list[Pair], runs: dict[str, Run]) -> str:
    lines = [
        "| Pair | The C library | The crate | How it was made | Verdict | Functions | Calls | Differences |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for pair in pairs:
        run = runs.get(pair.name)
        counts = [len([d for _, d in pair.differences if d.get("verdict", ALLOWED) == v]) for v in VERDICTS]
        told = [f"{n} {words}" for n, words in zip(counts, ("allowed", "`rust`", "`c`"), strict=True) if n]
        anew = sum(not is_known(pair, run, each) for each in findings(pair, run)) if run else 0
        told += [f"{anew} not looked into"] if anew else []
        functions, calls = effort(run)
        changed = f" ({see})" if run and (see := since(pair, run)) else ""
        named = run.versions if run else versions(pair)
        lines.append(
            f"| [{pair.name}](#{pair.name}) | {named['c']} | {named['rust']} | {pair.about['made']} "
            f"| {run.verdict if run else 'not judged'}{changed} | {functions} | {calls} | {', '.join(told) or 'none'} |"
        )
    sections = (section(pair, runs.get(pair.name)) for pair in pairs)
    return HEAD + "\n".join(lines) + "\n\n" + "\n".join(sections)


NEVER = "There is no whole run of this contract yet: nothing but its programs has been run."
VERDICTS = (ALLOWED, "rust", "c")


def since(pair: Pair, run: Run) -> str:
    """Return in words what has changed since a run; nothing if it was of the contract as it is."""
    if not run.areas or is_current(pair, run):
        return ""
    return "of an earlier contract" if pair.state != run.contract else f"of {run.versions['c']}"


def is_current(pair: Pair, run: Run) -> bool:
    """Tell whether a run was of the contract, the crate and the version of the C library as they are."""
    return (run.contract, run.versions) == (pair.state, versions(pair))


def effort(run: Run | None) -> tuple[str, str]:
    """Return how many functions were judged of the crate, and with how many calls, as the scorecard says."""
    ended = (words for area, _, words in (run.areas if run else ()) if area == "crashes and exits")
    found = next((match for words in ended for each in words if (match := _EFFORT.search(each))), None)
    return (found[1], found[2]) if found else ("-", "-")


def findings(pair: Pair, run: Run) -> list[Finding]:
    """Return what was found of the crate and is not known; the area of linking names what it does not export."""
    known = {place.partition(".")[0] for place in pair.about.get("found", {})}
    wrong = {place.partition(".")[0] for place, each in pair.differences if "verdict" in each}
    return [
        each
        for each in run.findings
        if each.name != "symbol-missing"
        and each.subject not in known
        and not (each.name != "implementations-differ" and each.subject in wrong)
    ]


def is_known(pair: Pair, run: Run, finding: Finding) -> bool:
    """Tell whether the contract by now says of the function what was found before it did."""
    if finding.costs or finding.no_more:
        return finding.subject in pair.costs or bool(finding.no_more)
    if is_current(pair, run):
        return False
    said = (*(place for place, _ in pair.differences), *pair.alike, *pair.without)
    return finding.subject in {place.partition(".")[0] for place in said}


def section(pair: Pair, run: Run | None) -> str:
    lines = [f"## {pair.name}", "", *(answered(pair, run) if run and run.areas else (NEVER, ""))]
    if pair.differences:
        lines += ["| Where | When | Verdict | Why | What decides it |", "|---|---|---|---|---|"]
        for place, each in pair.differences:
            when = f"`{each['when']}`" if "when" in each else SOMETIMES if SOMETIMES in each else "always"
            verdict = each.get("verdict", ALLOWED)
            verdict = verdict if verdict == ALLOWED else f"`{verdict}` is wrong"
            lines.append(
                f"| `{place}` | {cell(when)} | {verdict} | {cell(each['why'])} | {cell(each.get('see', '-'))} |"
            )
        lines.append("")
    if run is None:
        return "\n".join(lines)
    if run.programs:
        where = (pair.folder / "differences").relative_to(ROOT)
        lines += [f"What the programs of `{where}` print:", "", "```text"]
        for shown in run.programs:
            lines += [shown.program]
            lines += [
                f"    {name}, ended with {shown.status[name]}: {text}" for name, text in shown.printed.items()
            ]
        lines += ["```", ""]
    for each in findings(pair, run):
        why = pair.costs.get(each.subject, {}).get("why") if each.costs else None
        title = "Known since this run" if is_known(pair, run, each) else "Not looked into"
        title = "Costs more" if why else title
        title = f"No finding with abidance of `{each.no_more}`" if each.no_more else title
        told = f"{title}: {each.message}" + (f". Why: {why}" if why else "")
        lines += [told, "", "```c", each.call, "```", ""]
    if run.shared:
        lines += ["Not as the documentation says, of both:", "", *(f"- {each}" for each in run.shared), ""]
    cannot = _LEFT_OUT.findall(pair.contract.read_text())
    if run.not_judged or cannot:
        lines += ["Not judged:", "", *(f"- {each}" for each in (*cannot, *run.not_judged)), ""]
    return "\n".join(lines)


def answered(pair: Pair, run: Run) -> list[str]:
    """Return what a run answered of each area, what it was a run of, and whether the answer is what is expected now."""
    changed = since(pair, run)
    seconds = f" in {run.seconds:,} seconds of the processor's" if run.seconds else ""
    told = f"Run on {run.date}{seconds}, with abidance of `{run.tool}`"
    told += f" and {'an earlier contract' if changed else 'the contract'} of `{run.contract}`."
    if why := pair.about["source"].get("why"):
        told += f" The C library is not built from source: {why}."
    expected = yaml.safe_load((pair.folder / "expected.yaml").read_text())
    judged = {area: standing for area, standing, _ in run.areas}
    parts = [
        f"{area}: {standing}, which this run has as {judged.get(area, 'not asked')}"
        for area, standing in expected.items()
        if judged.get(area, "not asked") != standing
    ]
    if parts:
        told += f" What is expected of it now: {'; '.join(parts)}."
    rows = [
        f"| {area} | {standing}{': ' if words else ''}{'; '.join(words)} |"
        for area, standing, words in run.areas
    ]
    return [told, "", "| Area | |", "|---|---|", *rows, ""]


def cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
