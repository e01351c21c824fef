"""Names of the source: a reader who knows the field finds the place, and one name means one thing."""

from __future__ import annotations

import ast
import inspect
import re
from collections import defaultdict
from pathlib import Path

import pytest

from abidance.checks import CHECKS

pytestmark = pytest.mark.unit

PACKAGE = Path(__file__).parents[2] / "harness" / "abidance"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.stem != "__init__")
WATCHER = sorted(path for path in (PACKAGE / "watch").rglob("*.[ch]"))
COPIED = PACKAGE / "binding" / "written_support.py"
"""Its text is written into modules of users, so its names are theirs."""
EMPTY = [
    "again",
    "ahead",
    "alike",
    "alone",
    "anew",
    "apart",
    "cast",
    "common",
    "data",
    "dice",
    "fresh",
    "handler",
    "helper",
    "helpers",
    "how",
    "info",
    "later",
    "leave",
    "leaves",
    "left",
    "letters",
    "look",
    "made",
    "manager",
    "misc",
    "onward",
    "order",
    "other",
    "others",
    "part",
    "portion",
    "shared",
    "stuff",
    "things",
    "told",
    "util",
    "utils",
    "ways",
    "words",
]
"""Words that say nothing of what is in a module to somebody who does not know its package."""


def says_nothing(stem):
    """Tell whether a name is an empty word, or a participle without what it is about."""
    return stem in EMPTY or re.fullmatch(
        r"(?!seed)[a-z]+ed|told|made|kept|given|found|held|left|written|taken", stem
    )


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_is_named_after_its_rule_and_stands_in_a_file_of_that_name(check):
    words = check.name.split("-")
    assert type(check).__name__ == "".join(word.capitalize() for word in words)
    file = Path(inspect.getfile(type(check)))
    assert (file.stem, PACKAGE / "checks" in file.parents) == ("_".join(words), True)


def test_no_name_stands_for_two_classes():
    places = defaultdict(list)
    for path in MODULES + sorted(PACKAGE.rglob("__init__.py")):
        if path == COPIED:
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path.relative_to(PACKAGE)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_the_name_of_a_module_says_what_is_in_it():
    rules = {"_".join(check.name.split("-")) for check in CHECKS}
    files = [*MODULES, *WATCHER]
    assert [str(p.relative_to(PACKAGE)) for p in files if says_nothing(p.stem) and p.stem not in rules] == []


@pytest.mark.parametrize("name", ["told", "alone", "leave", "helpers", "redzoned", "hooked"])
def test_names_that_are_refused(name):
    assert says_nothing(name)


@pytest.mark.parametrize(
    "name", ["header_prerequisites", "permissions", "redzones", "cache_entries", "loaded_library"]
)
def test_names_that_are_taken(name):
    assert not says_nothing(name)
