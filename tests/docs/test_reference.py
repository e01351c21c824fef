from __future__ import annotations

import importlib.util
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from literal_pages import blocks

from abidance.contract.load import load_text
from abidance.core.outcome import ExitCode
from abidance.native.explain import CLAUSES
from abidance.run.inputs.settings import Settings
from abidance.run.phases import PHASES
from abidance.toolchain.cache import VARIABLE

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
LANGUAGE = sorted((REFERENCE / "contract").glob("*.md"))
CONFIGURATION = REFERENCE / "configuration.md"
STALE = "python docs/reference/make_reference.py writes it anew"


@pytest.fixture(scope="module")
def writer():
    """The program that writes the generated parts."""
    spec = importlib.util.spec_from_file_location("make_reference", REFERENCE / "make_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_of_the_language_are_those_of_the_model(writer):
    pages = writer.language_pages()
    assert [*pages] == LANGUAGE
    assert writer.language_with_tables(pages) == pages, STALE


def test_every_mapping_of_the_language_has_one_table(writer):
    text = "\n".join(page.read_text() for page in LANGUAGE)
    tables = Counter(re.findall(r"^<!-- clauses (\w+) -->$", text, re.MULTILINE))
    assert tables == dict.fromkeys(writer.by_name(), 1)


def test_the_page_on_codes_is_that_of_the_docstrings(writer):
    assert writer.checks_page() == (REFERENCE / "checks.md").read_text(), STALE


def test_the_page_on_what_is_compiled_is_that_of_the_table(writer):
    assert writer.compiled_page() == (REFERENCE / "compiled.md").read_text(), STALE


def test_every_clause_that_the_table_has_is_one_and_none_is_missing(writer):
    known = writer.by_name()
    for name, treatments in CLAUSES.items():
        assert treatments.keys() >= writer.table(known[name]).keys(), name
    unnamed = {"Contract", "Select", "Library", "CMakeProject", "Abi", "Suppression", "LayoutPins", "Policy"}
    assert known.keys() - CLAUSES.keys() == unnamed


def test_what_is_shown_of_the_language_is_yaml():
    shown = [block for page in LANGUAGE for block in blocks(page) if block.language == "yaml"]
    assert len(shown) > 5
    for block in shown:
        yaml.safe_load(re.sub(r"(?m)^(returns): ", r"- \1: ", block.text))


def test_the_whole_contract_of_the_first_page_is_one():
    text = next(
        block.text for block in blocks(REFERENCE / "contract" / "index.md") if "abidance: 1" in block.text
    )
    assert load_text(text, ROOT / "clip.contract.yaml").not_judged == ()


def test_every_phase_is_told_of():
    for phase in PHASES:
        assert f"| `{phase.name}` |" in (REFERENCE / "contract" / "generation.md").read_text()


def test_every_setting_is_told_of():
    rows = re.findall(r"^\| `([a-z_]+)` \|", CONFIGURATION.read_text(), re.MULTILINE)
    assert {*rows} == {*Settings.__dataclass_fields__} - {
        "root",
        "remembers",
        "profile_database",
        "deadline",
        "max_failures",
    }


def test_every_option_of_pytest_is_told_of():
    source = (ROOT / "harness/abidance/pytest_plugin/plugin.py").read_text()
    options = {*re.findall(r'^        "(--abidance-[a-z-]+)"', source, re.MULTILINE)}
    assert options
    assert options == {*re.findall(r"^\| `(--abidance-[a-z-]+) ", CONFIGURATION.read_text(), re.MULTILINE)}


def test_every_exit_status_is_told_of():
    rows = re.findall(r"^\| (\d) \|", CONFIGURATION.read_text(), re.MULTILINE)
    assert [*map(int, rows)] == sorted(v for k, v in vars(ExitCode).items() if k.isupper())


def test_the_variable_of_the_cache_is_told_of():
    assert f"| `{VARIABLE}` |" in CONFIGURATION.read_text()
