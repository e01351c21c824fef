"""What a contract is made of: an edit of any of it makes what is known of the contract older than it."""

from __future__ import annotations

import pytest

from abidance.contract.content import content_of, made_of
from abidance.contract.load import load_contract

pytestmark = pytest.mark.unit

BASE = """\
abidance: 1
boundary: base
header: base.h
functions:
  one: {params: {n: {generate: values:numbers}}}
  two: {model: "models.whole:two"}
"""
FILES = {
    "base.h": "int one(int n);\nint two(int n);\n",
    "base.contract.yaml": BASE,
    "derived.contract.yaml": "abidance: 1\nextends: base.contract.yaml\n",
    "values.py": "import re\nfrom tables import NUMBERS as numbers\n",
    "tables.py": "NUMBERS = [1, 2]\n",
    "models/__init__.py": "",
    "models/whole.py": "def two(n): return n\n",
    "setup.py": "import values\n",
}


@pytest.fixture
def derived(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return lambda: load_contract(tmp_path / "derived.contract.yaml")


def test_modules_beside_it_are_a_part_of_it(derived, tmp_path):
    assert {str(file.relative_to(tmp_path)) for file in made_of(derived())} == FILES.keys() - {
        "base.h",
        "setup.py",
    }


@pytest.mark.parametrize("name", FILES)
def test_an_edit_of_any_of_it_is_seen(name, derived, tmp_path):
    before = content_of(derived())
    (tmp_path / name).write_text(FILES[name] + ("# more\n" if name.endswith((".yaml", ".py")) else "\n"))

    assert (content_of(derived()) == before) is (name == "setup.py")
