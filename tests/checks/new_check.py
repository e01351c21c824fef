"""Lays out a new check: `make new-check NAME=the-bad-thing IN=memory`; tests then say what it still lacks."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from abidance.checks import CHECKS

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "harness" / "abidance" / "checks"
CODE = '''\
"""{code}: still to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.core.diagnostic import Diagnostic


class {klass}(Check):
    """Flags what is still to be written.

    ## Why it matters

    ## Example

    ## How it is detected

    ## Not detected
    """

    id = "{code}"
    name = "{name}"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        raise NotImplementedError
'''
FILES = {
    "subject.h": "/* Still to be written: what `f` is for. */\nint f(int n);\n",
    "contract.yaml": (
        "abidance: 1\nboundary: subject\nheader: subject.h\nlibraries: {c: {path: libsubject.so}}\n"
        "functions:\n  f: {params: {n: {range: [0, 64]}}}\n"
    ),
    "defect.c": (
        '#include "subject.h"\n\n/* Still to be written: the defect. */\nint f(int n) { return n; }\n'
    ),
    "near_miss.c": (
        '#include "subject.h"\n\n/* Still to be written: sound code, as close to the defect as it can come. */\n'
        "int f(int n) { return n; }\n"
    ),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="the bad thing, in the field's words: `length-past-capacity`")
    parser.add_argument("package", choices=sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))
    given = parser.parse_args()
    module, folder = PACKAGE / given.package / f"{given.name.replace('-', '_')}.py", HERE / given.name
    if module.exists() or folder.exists():
        sys.exit(f"`{given.name}` is there already")
    taken = {check.id for check in CHECKS}
    code = next(f"ABD{number}" for number in range(388, 400) if f"ABD{number}" not in taken)
    klass = "".join(word.capitalize() for word in given.name.split("-"))
    module.write_text(CODE.format(code=code, klass=klass, name=given.name))
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    print(
        f"write {module.relative_to(PACKAGE.parents[2])}, add `{klass}()` to `CHECKS`, and write {folder.name}/*"
    )
    print("then: ABIDANCE_ACCEPT=1 .venv/bin/pytest tests/checks/test_rules.py; read expected.txt; make test")


if __name__ == "__main__":
    main()
