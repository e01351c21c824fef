"""The glossary: every term has a short entry, in order, and pages lead to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "reference" / "glossary.md"
_SECTIONS = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)[1:]
_ENTRIES = [
    (section.partition("\n")[0], term, " ".join(text.split()))
    for section in _SECTIONS
    for term, text in re.findall(r"^### ([^\n]+)\n(.+?)(?=\n### |\Z)", section, re.MULTILINE | re.DOTALL)
]
NEEDED = """
    uninitialised read, use after free, double free, out of bounds, overflow, dangling pointer, aliasing, data race,
    differential test, precondition, postcondition, invariant, law, vacuous, flaky, shrink, coverage, finding, cause,
    contract, boundary, item, phase, case, plan, observation, instrument, worker, zygote, guard page, twin, near miss,
    gate, baseline, exposure, breaking, risky, compatible, not judged, witness, snapshot, suppression, handle
"""


def test_the_terms_of_the_field_are_there():
    said = {word.lower() for _, term, _ in _ENTRIES for word in term.split(", ")}
    assert {" ".join(word.split()) for word in NEEDED.split(",")} - said == set()


@pytest.mark.parametrize("section", [section.partition("\n")[0] for section in _SECTIONS])
def test_terms_are_in_order_and_each_stands_once(section):
    terms = [term.lower() for of, term, _ in _ENTRIES if of == section]
    assert terms == sorted(set(terms))


@pytest.mark.parametrize(
    ("term", "text"), [entry[1:] for entry in _ENTRIES], ids=[entry[1] for entry in _ENTRIES]
)
def test_an_entry_is_short(term, text):
    assert 1 <= len(re.findall(r"\.(?: |$)", text)) <= 3
    assert len(text) < 400


def test_the_pages_lead_to_it():
    for page in (
        "../README.md",
        "reference/contract/index.md",
        "explanation/how-it-works.md",
        "how-to/add-a-check.md",
    ):
        assert "glossary.md" in (DOCS / page).read_text(), page
    assert "glossary.md" in (DOCS / "reference" / "checks.md").read_text()
