from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from abidance.abi.rules import rules

pytestmark = pytest.mark.unit

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def writer():
    """The program that writes the page."""
    spec = importlib.util.spec_from_file_location("make_abi_rules", REFERENCE / "make_abi_rules.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_on_abi_rules_is_that_of_the_rules():
    stale = "python docs/reference/make_abi_rules.py writes it anew"
    assert writer().page() == (REFERENCE / "abi-rules.md").read_text(), stale


def test_every_rule_is_on_the_page():
    text = (REFERENCE / "abi-rules.md").read_text()
    assert [rule.name for rule in rules() if f"### {rule.code} {rule.name}\n" not in text] == []
