"""`make evidence`: runs example 4 as a service has it today, and writes what was measured as pages, all made anew.

It takes minutes, and a machine with nothing else to do: what threads cost on a busy one is not judged.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from abidance.toolchain.cache import default_cache

EXAMPLE = Path(__file__).resolve().parent / "04-high-throughput-service"
ABIDANCE = Path(sys.executable).parent / "abidance"
CONTRACT = "today/flow_control.contract.yaml"
MOVED = "fc_bucket_take"


def abidance(*words: str, may: tuple[int, ...] = (0,)) -> str:
    """Run a command in the example's folder and return what it prints; exit where it ends as it may not."""
    done = subprocess.run([str(ABIDANCE), *words], cwd=EXAMPLE, check=False, capture_output=True, text=True)
    if done.returncode not in may:
        sys.exit(f"$ abidance {' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout


def main(*more: str) -> None:
    """Measure, and write the pages; `more` are further options of the run."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)  # a file that changed in the project would make what was measured older than that
        # 1 for the finding that it is about, 3 where besides that something was not judged.
        (made / "run.txt").write_text(abidance("run", CONTRACT, *more, may=(1, 3)))
        profile = ("profile", CONTRACT, "--function", MOVED, "--output", f"{made}/profile.html")
        (made / "profile.txt").write_text(abidance(*profile))
        report = ("report", CONTRACT, "--html", f"{made}/report.html")
        (made / "report.txt").write_text(abidance(*report, may=(0, 1, 3)))
        (made / "map.txt").write_text(abidance("map", CONTRACT))
        abidance("map", CONTRACT, "--html", f"{made}/map.html", "--svg", f"{made}/boundary.svg")
        plan = ("plan", CONTRACT, "--output", f"{made}/plan.md", "--html", f"{made}/plan.html")
        abidance(*plan, "--map", "map.html")
        evidence = EXAMPLE / "evidence"
        shutil.rmtree(evidence, ignore_errors=True)
        evidence.mkdir()
        for page in made.iterdir():
            text = page.read_text()
            for place, instead in (
                (EXAMPLE, ""),
                (made, ""),
                (default_cache().root, "CACHE/"),
                (Path.home(), "~/"),
            ):
                text = text.replace(f"{place}/", instead)
            (evidence / page.name).write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
