"""Measures `seeded-pair.md`: `python docs/explanation/make_seeded_pair.py`; with `--page` it writes the page alone.

`native_fixtures/seeded_pair` has a C library, a sound rewrite in Rust, and twenty features of the crate that are one
difference each. `abidance drop-in` is asked of every one at the default effort, from three seeds: of the sound rewrite
about all of the boundary, of a difference about the functions, handles and laws in which it can show. What was measured
is kept in `seeded-pair.json`, and `--resume` measures only what is not there yet.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAIR = ROOT / "native_fixtures" / "seeded_pair"
PAGE = Path(__file__).with_name("seeded-pair.md")
MEASURED = PAGE.with_suffix(".json")
SEEDS = (1, 2, 3)
SOUND = "sound"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these differences, or `sound`")
    parser.add_argument("--seed", type=int, action="append", help="only from these seeds")
    parser.add_argument("--resume", action="store_true", help="measure only what was not yet")
    parser.add_argument("--page", action="store_true", help="measure nothing, and write the page")
    options = parser.parse_args()
    found = kept()
    for seed in () if options.page else options.seed or SEEDS:
        for name in options.names or (SOUND, *differences()):
            if options.resume and str(seed) in kept().get(name, {}):
                continue
            with tempfile.TemporaryDirectory(prefix="seeded-") as folder:
                run = measured(name, seed, Path(folder))
            print(f"{name}, seed {seed}: {run}", flush=True)
            found = kept()  # another one may measure other seeds meanwhile
            found.setdefault(name, {})[str(seed)] = run
            MEASURED.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    PAGE.write_text(page(found))


def kept() -> dict[str, Any]:
    return json.loads(MEASURED.read_text()) if MEASURED.exists() else {}


def differences() -> dict[str, Any]:
    return tomllib.loads((PAIR / "differences.toml").read_text())


def measured(name: str, seed: int, folder: Path) -> dict[str, Any]:
    """Ask whether the rewrite with one difference, or the sound one, may take the place of the C library."""
    features = [] if name == SOUND else [name]
    about = [] if name == SOUND else differences()[name]["about"]
    contract = folder / "asked.contract.yaml"
    rust = json.dumps({"cargo": str(PAIR / "rust"), "features": features})
    base = json.dumps(str(PAIR / "bl.contract.yaml"))
    contract.write_text(f"abidance: 1\nboundary: bl\nextends: {base}\nlibraries: {{rust: {rust}}}\n")
    words = ["--from", "c", "--to", "rust", "--seed", str(seed), "--format", "json"]
    words += [word for function in about for word in ("--function", function)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "abidance", "drop-in", str(contract), *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        sys.exit(
            f"{name}, seed {seed}: status {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        )
    card = json.loads(done.stdout)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "verdict": card["verdict"],
        "found": sorted({tuple(each) for each in _found(card)}),
        "seconds": round(spent),
    }


def _found(card: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return what decides against the rewrite: the area, the code, and what it is about."""
    return [
        (area["area"], finding["code"], finding["function"])
        for area in card["areas"]
        if area["standing"] == "differs"
        for finding in area["findings"] or [{"code": "", "function": "the file"}]
    ]


def page(found: dict[str, Any]) -> str:
    """Return the page; it claims nothing that was not measured."""
    planted = differences()
    return "\n".join([*_head(found, planted), "", *_table(found, planted), ""])


def _head(found: dict[str, Any], planted: dict[str, Any]) -> list[str]:
    counts = []
    for seed in SEEDS:
        runs = [run for name in planted if (run := found.get(name, {}).get(str(seed))) is not None]
        if runs:
            met = sum(run["verdict"] == "differs" for run in runs)
            counts.append(f"{met} of {len(runs)} from seed {seed}")
    sound = [run["verdict"] for run in found.get(SOUND, {}).values()]
    silent = sum(each != "differs" for each in sound)
    held, silent_in = _times(len(sound)), _times(silent)
    silence = f"The sound rewrite was held to all of the contract {held}, and was silent {silent_in}."
    if not sound:
        silence = "The sound rewrite was not held to all of the contract yet."
    missing = sum(str(seed) not in found.get(name, {}) for name in (SOUND, *planted) for seed in SEEDS)
    more = f" {missing} more runs were not made yet, which says nothing of them; `--resume` makes them."
    fixture = "[native_fixtures/seeded_pair](../../native_fixtures/seeded_pair/)"
    return f"""\
# Differences that were planted in a rewrite

{fixture} has a C library and its rewrite in Rust: frames of blocks,
streams with a dictionary, callbacks, sums and roots, sizes as texts, memory that is handed out.
{len(planted)} features of the crate are one difference each, of the kinds that rewrites really have. They were
written before the contract, which says what the comments of the header do.

`abidance drop-in` is asked of each at the default effort, from {len(SEEDS)} seeds: of the sound rewrite about the
whole boundary, of a difference about the functions, handles and laws in which it can show.
[make_seeded_pair.py](make_seeded_pair.py) runs that and writes this page.

**Found: {", ".join(counts) or "nothing was measured"}.** {silence}{more if missing else ""}""".split("\n")


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _table(found: dict[str, Any], planted: dict[str, Any]) -> list[str]:
    lines = ["| Difference | Found from | As |", "|---|---|---|"]
    for name, difference in planted.items():
        runs = found.get(name, {})
        met = sum(run["verdict"] == "differs" for run in runs.values())
        seen = {tuple(each) for run in runs.values() for each in run["found"]}
        kinds: dict[str, list[str]] = {}
        for _, code, about in sorted(seen):
            kinds.setdefault(code, []).append(f"`{about}`")
        told = "; ".join(f"{code} of {', '.join(dict.fromkeys(names))}" for code, names in kinds.items())
        count = f"{met} of {len(runs)}" if runs else "not run"
        lines.append(f"| {difference['words']} | {count} | {told or '-'} |")
    return lines


if __name__ == "__main__":
    main()
