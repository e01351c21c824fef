"""Inheritance says that there are several of a kind: it is no way to lay one class out over two files."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

PACKAGE = Path(__file__).parents[2] / "harness" / "abidance"


def split_classes(sources):
    """Return the base classes whose only heir stands in another module, each with that heir.

    A base from elsewhere is none of ours, and neither is what a class of the same name there has for heirs.
    """
    defined, heirs = {}, defaultdict(list)
    for module, text in sources.items():
        if "class " not in text:
            continue
        tree = ast.parse(text)
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.ImportFrom)]
        ours = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
        defined.update(dict.fromkeys(ours, module))
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("abidance"):
                ours |= {alias.name for alias in node.names}
        for node in nodes:
            for base in node.bases if isinstance(node, ast.ClassDef) else ():
                name = base.value if isinstance(base, ast.Subscript) else base
                if isinstance(name, ast.Name) and name.id in ours:
                    heirs[name.id].append((module, node.name))
    return {
        base: found[0]
        for base, found in heirs.items()
        if base in defined and len(found) == 1 and found[0][0] != defined[base]
    }


def test_no_class_is_split_into_a_base_and_its_only_heir():
    sources = {str(path.relative_to(PACKAGE)): path.read_text() for path in sorted(PACKAGE.rglob("*.py"))}
    assert split_classes(sources) == {}


BASE = "class Base: pass"
HEIR = "from abidance.base import Base\nclass {}(Base): pass"


def test_a_split_class_is_told():
    found = split_classes({"base.py": BASE, "heir.py": HEIR.format("Heir")})
    assert found == {"Base": ("heir.py", "Heir")}


@pytest.mark.parametrize(
    "sources",
    [
        {"base.py": BASE, "heir.py": HEIR.format("Heir"), "other.py": HEIR.format("Other")},
        {"base.py": f"{BASE}\nclass Heir(Base): pass"},
        {"base.py": BASE, "heir.py": "from elsewhere import Base\nclass Heir(Base): pass"},
    ],
    ids=["two-heirs", "one-module", "another-base"],
)
def test_what_is_no_split_class(sources):
    assert split_classes(sources) == {}
