"""Writes how often observation is right into ``what-observing-finds.md``: ``python docs/explanation/make_observed.py``.

The libraries of Debian are observed as they are installed, the fixtures as they are compiled here, and what was guessed
is compared with `tests/draft/observation/*.truth.yaml`, which were written by hand. With names of libraries, only these
are observed; the others are as `what-observing-finds.json` has them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TRUTHS = HERE.parents[1] / "tests" / "draft" / "observation"
sys.path.insert(0, str(TRUTHS))

from truth import KINDS, Score, compare, read  # noqa: E402 - the tests' own

from abidance.core.errors import CannotJudgeError, UsageError  # noqa: E402
from abidance.draft.drafting import view_of  # noqa: E402
from abidance.draft.observation.session import observe  # noqa: E402
from abidance.draft.source import DraftSource  # noqa: E402
from abidance.toolchain.call_graph import call_graph  # noqa: E402
from abidance.toolchain.compiler import find_compiler  # noqa: E402
from abidance.toolchain.elf import read_library  # noqa: E402
from abidance.toolchain.ld_so import find_library  # noqa: E402
from abidance.toolchain.library import Artifact  # noqa: E402

PAGE = HERE / "what-observing-finds.md"
MEASURED = HERE / "what-observing-finds.json"
MARK = "<!-- make_observed.py -->"


def main(names: list[str]) -> int:
    """Observe all libraries, or those named, and write the page of what is known of all."""
    known = [read("behaviours.truth.yaml"), read("rusty.truth.yaml"), *read("debian.truth.yaml")]
    for truth in known:
        library = truth["library"]
        name = library.get("file") or library["source"]
        if names and name not in names:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            seen = observed(library, Path(scratch))
        if seen is None:
            sys.stderr.write(f"{name} is not installed\n")
            continue
        score = compare(truth, seen.facts)
        keep(name, sum(each.calls > 0 for each in seen.facts.functions.values()), seen.facts.calls, score)
        sys.stderr.write(f"{name}: {sum(score.right.values())} right, {sum(score.wrong.values())} wrong\n")
        sys.stderr.writelines(f"  {each}\n" for each in score.errors)
    order = [each["library"].get("file") or each["library"]["source"] for each in known]
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    rows = [row(name, measured[name]) for name in order if name in measured]
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    table = "\n".join((*by_library(rows), "", *by_kind(rows)))
    PAGE.write_text(f"{head}{MARK}\n{table}\n", encoding="utf-8")
    return 0


def keep(name: str, functions: int, calls: int, score: Score) -> None:
    """Write down what came of one library."""
    known = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    counts = {"right": score.right, "wrong": score.wrong, "missed": score.missed}
    known[name] = {"functions": functions, "calls": calls, **counts}
    MEASURED.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def row(name: str, measured: dict[str, Any]) -> tuple[str, int, int, Score]:
    """Return what came of one library as it was written down."""
    counts = (Counter(measured[each]) for each in ("right", "wrong", "missed"))
    return name, measured["functions"], measured["calls"], Score(*counts)


def observed(library: dict[str, str], scratch: Path):  # noqa: ANN201 - what a session gives, or None
    """Observe a library that is installed, or one that is compiled here."""
    compiler = find_compiler()
    try:
        if "file" in library:
            path, header = find_library(library["file"]), Path("/usr/include", library["header"])
        else:
            path, header = scratch / "libobserved.so", TRUTHS / library["header"]
            compiled(TRUTHS / library["source"], path)
        exported = read_library(path).exports.__contains__
        view = view_of(DraftSource(header, compiler, exported=exported, calls=call_graph(path)))
    except (CannotJudgeError, UsageError):
        return None
    artifact = Artifact(path.stem, "prebuilt", path, path)
    return observe(view, artifact, everything=False, told=lambda _: None)


def compiled(source: Path, library: Path) -> None:
    """Compile C or Rust to a shared object."""
    if source.suffix == ".rs":
        import subprocess  # noqa: PLC0415 - for one

        command = ["rustc", "--edition=2021", "-O", "--crate-type=cdylib", "-o", str(library), str(source)]
        subprocess.run(command, check=True)
        return
    made = find_compiler().compile_shared([source], library, ("-O2", "-w"), ())
    if not made.ok:
        raise SystemExit(made.words)


def by_library(rows: list[tuple[str, int, int, Score]]) -> list[str]:
    """Return the lines of the table of libraries."""
    lines = ["| Library | functions | calls | right | wrong | not told |", "|---|---|---|---|---|---|"]
    for name, functions, calls, score in rows:
        right, wrong, missed = (sum(each.values()) for each in (score.right, score.wrong, score.missed))
        lines.append(f"| `{name}` | {functions} | {calls:,} | {right} | {wrong} | {missed} |")
    return lines


def by_kind(rows: list[tuple[str, int, int, Score]]) -> list[str]:
    """Return the lines of the table of kinds, over all libraries."""
    lines = ["| What is told | right | wrong | not told | precision | recall |", "|---|---|---|---|---|---|"]
    right, wrong, missed = Counter(), Counter(), Counter()
    for *_, score in rows:
        right += score.right
        wrong += score.wrong
        missed += score.missed
    for kind in (*KINDS, "all"):
        counts = [sum(each.values()) if kind == "all" else each[kind] for each in (right, wrong, missed)]
        good, bad, untold = counts
        precision = f"{good / (good + bad):.0%}" if good + bad else "-"
        recall = f"{good / (good + untold + bad):.0%}" if good + untold + bad else "-"
        lines.append(f"| {kind} | {good} | {bad} | {untold} | {precision} | {recall} |")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
