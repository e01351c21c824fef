"""Writes `replacements.md` from whole runs: `python docs/explanation/make_replacements.py --keep DIR`.

Each folder of `contracts/drop-ins` is one pair: a contract, a crate, a scorecard that is expected, and a C program for
each difference. `abidance drop-in` judges the pair at the default effort, and every program is linked with either
library and run: of two that are allowed it ends with 0 with both and prints unlike lines, and with the library that is
wrong it ends with 1. Needs cargo, a C compiler, and the Debian packages that
`pair.yaml` of each folder names, or what its `prepare` fetches.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from abidance.boundary.resolve.libraries import source_of
from abidance.contract.load import load_contract
from abidance.toolchain.builders import build_library

PAIRS = Path(__file__).parents[2] / "contracts" / "drop-ins"
PAGE = Path(__file__).parent / "replacements.md"
ALLOWED = "allowed"
SOMETIMES = "in some calls"
_LEFT_OUT = re.compile(r"# (?:cannot be said|left out): (.*)")
_EFFORT = re.compile(r"(\d[\d,]*) functions?.*?([\d,]+) calls")
HEAD = """\
# Replacements that the ecosystem runs on

May the crate take the C library's place? `abidance drop-in` judged each pair below, under a contract that was written
from the documentation of the C library. `make_replacements.py` beside this page made it, of the contracts, crates and
programs in `contracts/drop-ins`.

Where two libraries differ, one of them is wrong, or the documentation leaves it open. So each difference has a verdict:

- **allowed**: the documentation permits both. Who relies on the one will notice, and nothing is wrong.
- **`rust`** or **`c`** is wrong: the documentation says which answer is right, and this library gives another.

A program of a few lines shows each, linked with either library. Of an allowed one it checks what is promised, ends with
0 with both, and prints unlike lines; with a library that is wrong it ends with 1, and with 0 with the other.

*Not asked* is no pass: the contract says nothing of it. That a crate has no SONAME is so of every cdylib that is not
linked with one. *Through a shim* is a crate that exports no C names; `abidance drop-in --shim` drafted what does.

"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a program printed, linked with either library, and with what it ended."""

    place: str
    program: Path
    printed: dict[str, str]
    status: dict[str, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """A folder, what was judged of it, and what its programs show."""

    folder: Path
    about: dict[str, Any]
    card: dict[str, Any]
    versions: dict[str, str]
    differences: tuple[tuple[str, dict[str, Any]], ...]
    costs: dict[str, dict[str, Any]]
    """By function, why calls of the crate cost so much more."""
    alike: tuple[str, ...]
    shown: tuple[Shown, ...]

    @property
    def name(self) -> str:
        return self.folder.name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these pairs are run anew")
    parser.add_argument("--keep", type=Path, required=True, help="where scorecards are kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="run only what has no scorecard there yet")
    options = parser.parse_args()
    pairs = []
    for folder in sorted(each for each in PAIRS.iterdir() if each.is_dir()):
        kept = options.keep.absolute() / folder.name / "card.json"
        prepare(folder)
        wanted = not options.names or folder.name in options.names
        if wanted and not (options.resume and kept.exists()):
            judge(folder, kept, options.seed)
        pairs.append(read(folder, kept))
        if not kept.exists():
            print(f"{folder.name}: there is no run of it, and the page says so", file=sys.stderr)
    PAGE.write_text(page(pairs))


def contract_of(folder: Path) -> Path:
    return next(folder.glob("*.contract.yaml"))


def prepare(folder: Path) -> None:
    """Fetch what the C library is built from, where that is no package of Debian's."""
    if command := yaml.safe_load((folder / "pair.yaml").read_text()).get("prepare"):
        subprocess.run(command, cwd=folder, check=True)


def judge(folder: Path, kept: Path, seed: int) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "abidance",
        "drop-in",
        str(contract_of(folder)),
        "--from",
        "c",
        "--to",
        "rust",
    ]
    command += ["--seed", str(seed), "--format", "json", "--output", str(kept)]
    done = subprocess.run(command, check=False, cwd=kept.parent, capture_output=True, text=True)
    print(f"{folder.name}: {done.returncode}", flush=True)
    if not kept.exists():
        sys.exit(done.stderr)


def read(folder: Path, kept: Path) -> Pair:
    about = yaml.safe_load((folder / "pair.yaml").read_text())
    equivalence = yaml.safe_load(contract_of(folder).read_text()).get("equivalence", {})
    said = equivalence.get("except", {})
    found = {place: {SOMETIMES: True, **each} for place, each in about.get("found", {}).items()}
    differences = tuple(
        (place, each) for place, known in (*said.items(), *found.items()) for each in several(known)
    )
    ((crate, needed),) = tomllib.loads((folder / "rust/Cargo.toml").read_text())["dependencies"].items()
    version = (needed if isinstance(needed, str) else needed["version"]).removeprefix("=")
    if "no_mangle" in (folder / "rust/src/lib.rs").read_text():
        about["made"] += ", through a shim"
    versions = {"c": about.get("source") or debian_version(about["debian"]), "rust": f"{crate} {version}"}
    return Pair(
        folder,
        about,
        json.loads(kept.read_text()) if kept.exists() else NO_RUN,
        versions,
        differences,
        about.get("costs", {}),
        tuple(equivalence.get("alike", {})),
        tuple(programs(folder)),
    )


def debian_version(package: str) -> str:
    asked = ["dpkg-query", "--show", "--showformat", "${Version}", package]
    return f"{package} {subprocess.run(asked, check=True, capture_output=True, text=True).stdout}"


def several(known: Any) -> list[dict[str, Any]]:
    """Return the differences that a contract knows at one place: a reason, a mapping, or several of them."""
    return [{"why": e} if isinstance(e, str) else e for e in (known if isinstance(known, list) else [known])]


def programs(folder: Path) -> list[Shown]:
    found = sorted((folder / "differences").glob("*.c"))
    if not found:
        return []
    contract = load_contract(contract_of(folder))
    built = {name: build_library(source_of(contract, name), "release").path for name in ("c", "rust")}
    return [run(each, built) for each in found]


def run(program: Path, built: dict[str, Path]) -> Shown:
    printed, status = {}, {}
    for name, library in built.items():
        file = program.parent / f".{program.stem}.{name}"
        command = ["cc", "-fno-builtin", f"-I{program.parent.parent}", str(program), str(library)]
        command += [f"-Wl,-rpath,{library.parent}", "-lm", "-o", str(file)]
        try:
            subprocess.run(command, check=True)
            done = subprocess.run([str(file)], check=False, capture_output=True, text=True, timeout=60)
        finally:
            file.unlink(missing_ok=True)
        printed[name], status[name] = done.stdout.strip(), done.returncode
    return Shown(program.stem, program, printed, status)


def page(pairs: list[Pair]) -> str:
    lines = [
        "| Pair | The C library | The crate | How it was made | Verdict | Functions | Calls | Differences |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for pair in pairs:
        counts = [len([d for _, d in pair.differences if d.get("verdict", ALLOWED) == v]) for v in VERDICTS]
        told = ", ".join(
            f"{n} {words}" for n, words in zip(counts, ("allowed", "`rust`", "`c`"), strict=True) if n
        )
        anew = sum(not is_known(pair, each) for each in findings(pair))
        told = ", ".join(filter(None, (told, f"{anew} not looked into" if anew else ""))) or "none"
        functions, calls = effort(pair)
        changed = " (see there)" if CHANGED in section(pair) else ""
        lines.append(
            f"| [{pair.name}](#{pair.name}) | {pair.versions['c']} | {pair.versions['rust']} | {pair.about['made']} "
            f"| {pair.card['words']}{changed} | {functions} | {calls} | {told} |"
        )
    return HEAD + "\n".join(lines) + "\n\n" + "\n".join(section(pair) for pair in pairs)


NO_RUN: dict[str, Any] = {"areas": [], "words": "not judged", "run": {"findings": [], "not_judged": []}}
NEVER = "There is no whole run of this contract yet: nothing but its programs has been run."
CHANGED = "The contract has changed since this run."
VERDICTS = (ALLOWED, "rust", "c")


def effort(pair: Pair) -> tuple[str, str]:
    """Return how many functions were judged of the crate, and with how many calls, as the scorecard says."""
    ended = (each["words"] for each in pair.card["areas"] if each["area"] == "crashes and exits")
    words = next(ended, [])
    found = next(
        (re.search(r"(\d[\d,]*) functions?.*?([\d,]+) calls", each) for each in words if "calls" in each),
        None,
    )
    return (found[1], found[2]) if found else ("-", "-")


def findings(pair: Pair) -> list[dict[str, Any]]:
    """Return what was found of the crate and is neither known nor so of the C library as well."""
    cases = {one["case"] for area in pair.card["areas"] for one in area["findings"]}
    known = {place.partition(".")[0] for place in pair.about.get("found", {})}
    wrong = {place.partition(".")[0] for place, each in pair.differences if "verdict" in each}
    return [
        each
        for each in pair.card["run"]["findings"]
        if each["case"] in cases
        and each["subject"] not in known
        and not (each["name"] != "implementations-differ" and each["subject"] in wrong)
    ]


def is_known(pair: Pair, finding: dict[str, Any]) -> bool:
    """Tell whether the contract by now says of the function what was found before it did."""
    if is_of_costs(pair, finding):
        return finding["subject"] in pair.costs
    said = (*(place for place, _ in pair.differences), *pair.alike)
    return finding["subject"] in {place.partition(".")[0] for place in said}


def is_of_costs(pair: Pair, finding: dict[str, Any]) -> bool:
    cases = {
        one["case"] for each in pair.card["areas"] if each["area"] == "costs" for one in each["findings"]
    }
    return finding["case"] in cases


def shared(pair: Pair) -> list[str]:
    """Return in words what both libraries do wrong, each once."""
    cases = {one["case"] for area in pair.card["areas"] for one in area["shared"]}
    return [*dict.fromkeys(each["message"] for each in pair.card["run"]["findings"] if each["case"] in cases)]


def section(pair: Pair) -> str:
    lines = [f"## {pair.name}", "", "| Area | |", "|---|---|"]
    lines += [
        f"| {each['area']} | {each['standing']}{': ' + '; '.join(each['words']) if each['words'] else ''} |"
        for each in pair.card["areas"]
    ]
    judged = {each["area"]: each["standing"] for each in pair.card["areas"]}
    expected = yaml.safe_load((pair.folder / "expected.yaml").read_text())
    parts = [
        f"{area}: {standing}, which this run has as {judged.get(area, 'not asked')}"
        for area, standing in expected.items()
        if judged.get(area, "not asked") != standing
    ]
    lines = [*lines, ""] if judged else [f"## {pair.name}", "", NEVER, ""]
    if judged and parts:
        lines += [
            f"{CHANGED} What is expected of it now: {'; '.join(parts)}.",
            "",
        ]
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
    if pair.shown:
        where = (pair.folder / "differences").relative_to(PAIRS.parents[1])
        lines += [f"What the programs of `{where}` print:", "", "```text"]
        for each in pair.shown:
            lines += [f"{each.program.name}"]
            lines += [
                f"    {name}, ended with {each.status[name]}: {each.printed[name]}" for name in ("c", "rust")
            ]
        lines += ["```", ""]
    for each in findings(pair):
        why = pair.costs.get(each["subject"], {}).get("why") if is_of_costs(pair, each) else None
        title = "Costs more" if why else "Known since this run" if is_known(pair, each) else "Not looked into"
        told = f"{title}: {each['message']}" + (f". Why: {why}" if why else "")
        lines += [told, "", "```c", each["call"] or "", "```", ""]
    if both := shared(pair):
        lines += ["Not as the documentation says, of both:", "", *(f"- {each}" for each in both), ""]
    unjudged = [each for each in pair.card["run"]["not_judged"] if each]
    cannot = _LEFT_OUT.findall(contract_of(pair.folder).read_text())
    if unjudged or cannot:
        lines += ["Not judged:", "", *(f"- {each}" for each in (*cannot, *unjudged)), ""]
    return "\n".join(lines)


def cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
