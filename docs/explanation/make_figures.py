"""Counts what a reader of the source meets, and writes the table at the end of `how-it-works.md`.

python docs/explanation/make_figures.py            # writes the table
python docs/explanation/make_figures.py --print DIR  # prints the counts of another checkout, as JSON
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path(__file__).with_name("how-it-works.md")
START = "<!-- make_figures.py -->"
BEFORE = json.loads(Path(__file__).with_name("figures-before.json").read_text(encoding="utf-8"))
STAGED = ("boundary", "run", "checks", "abi")

HEADER = "typedef struct { int id; double weight; } item;\nint item_count(int n);\n"
CONTRACT = """\
abidance: 1
boundary: item
header: item.h
libraries:
  c: {command: [sh, -c, "cc $CFLAGS -shared -fPIC -o libitem.so item.c"], artifact: libitem.so}
builds: [release]
functions:
  item_count: {ensures: [result == n]}
"""
COMMANDS = {
    "files that run for `check`": ["check", "item.contract.yaml"],
    "files that run for `layout` of two fields": ["layout", "item.h"],
    "files that run for `abi diff`": ["abi", "diff", "item.h", "item.h"],
    "files that run for `run` of one function": ["run", "item.contract.yaml", "--max-examples", "10"],
}
LOADED = """\
import atexit, sys
def tell():
    ours = [name for name in sys.modules if name.split(".")[0] == "abidance"]
    sys.stderr.write("\\nloaded %d\\n" % len(ours))
atexit.register(tell)
from abidance.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def count(tree: Path) -> dict[str, str]:
    """Return the figures of a checkout, each as it stands in the table."""
    files = sorted((tree / "harness" / "abidance").rglob("*.py"))
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    lines = {file: text.count("\n") for file, text in texts.items()}
    classes: Counter[str] = Counter()
    anys = 0
    for text in texts.values():
        parsed = ast.parse(text)
        classes.update({node.name for node in ast.walk(parsed) if isinstance(node, ast.ClassDef)})
        anys += sum(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(parsed))
    longest = max(lines, key=lambda file: lines[file])
    figures = {
        "files": f"{len(files)}",
        "lines": f"{sum(lines.values()):,}",
        "longest file, lines": f"{lines[longest]}",
        "class names used for two classes": f"{sum(n > 1 for name, n in classes.items() if name[0] != '_')}",
        "`Any`": f"{anys}",
        **loaded(tree),
    }
    for package in STAGED:
        figures[f"arrows between the folders of `{package}`"] = arrows(tree, package, texts)
    return figures


def loaded(tree: Path) -> dict[str, str]:
    """Return how many modules of the package a command loads, in its own process."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "item.h").write_text(HEADER, encoding="utf-8")
        (home / "item.c").write_text(
            '#include "item.h"\nint item_count(int n) { return n; }\n', encoding="utf-8"
        )
        (home / "item.contract.yaml").write_text(CONTRACT, encoding="utf-8")
        for title, words in COMMANDS.items():
            ended = subprocess.run(
                [sys.executable, "-c", LOADED, *words],
                cwd=home,
                env={"PYTHONPATH": str(tree / "harness"), "PATH": "/usr/bin:/bin", "HOME": folder},
                capture_output=True,
                text=True,
                check=False,
            )
            found[title] = re.findall(r"^loaded (\d+)$", ended.stderr, re.MULTILINE)[-1]
    return found


def arrows(tree: Path, package: str, texts: dict[Path, str]) -> str:
    """Return how many pairs of a package's folders there are of which one imports from the other."""
    home = tree / "harness" / "abidance" / package
    found = set()
    for file, text in texts.items():
        if home not in file.parents:
            continue
        here = file.relative_to(home).parts[0]
        for inner in re.findall(rf"^ *from abidance\.{package}\.(\w+)", text, re.MULTILINE):
            if inner != here.removesuffix(".py"):
                found.add((here.removesuffix(".py"), inner))
    return f"{len(found)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--print", type=Path, metavar="DIR", help="print the counts of another checkout")
    options = parser.parse_args()
    if options.print:
        print(json.dumps(count(options.print.resolve()), indent=1, ensure_ascii=False))
        return
    now = count(ROOT)
    rows = "\n".join(f"| {name} | {BEFORE.get(name, '')} | {figure} |" for name, figure in now.items())
    table = f"{START}\n| | before it was laid out by stage | now |\n|---|---|---|\n{rows}\n"
    text = PAGE.read_text(encoding="utf-8").partition(START)[0]
    PAGE.write_text(text + table, encoding="utf-8")


if __name__ == "__main__":
    main()
