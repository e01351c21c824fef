"""Each clause on the page of the documentation's sentences is one, and agrees with the declarations above it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from literal_pages import blocks

from abidance.run.commands.check import check_contract

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "say-what-the-documentation-says.md"
SECTIONS = [each for each in re.split(r"(?m)^## ", PAGE.read_text())[1:] if "```c" in each]
DECLARATIONS = [block.text for block in blocks(PAGE) if block.language == "c"]
TOP = {"types", "handles", "laws", "setup", "teardown"}


def name_of(section):
    return section.split("\n")[0]


def rows(section):
    """Return the clauses of a section's table."""
    return [
        yaml.safe_load(cell.replace(r"\|", "|")) for cell in re.findall(r"(?m)^\|.*?\| `(.*)` \|$", section)
    ]


def contract_of(section):
    """Return one contract that says all that the rows of a section say."""
    whole = {}
    for row in rows(section):
        ((key, value),) = row.items()
        place, said = (key, value) if key in TOP else ("functions", row)
        if isinstance(said, list):
            whole[place] = said
        else:
            assert not whole.get(place, {}).keys() & said.keys(), f"twice: {said.keys()}"
            whole.setdefault(place, {}).update(said)
    return whole


@pytest.mark.parametrize(
    ("section", "declarations"),
    [*zip(SECTIONS, DECLARATIONS, strict=True)],
    ids=[name_of(each) for each in SECTIONS],
)
def test_the_clauses_are_what_the_declarations_take(section, declarations, tmp_path):
    (tmp_path / "phrases.h").write_text(f"#include <stddef.h>\n{declarations}")
    contract = tmp_path / "phrases.contract.yaml"
    whole = {"abidance": 1, "boundary": "phrases", "header": "phrases.h", **contract_of(section)}
    contract.write_text(yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=1000))

    found = [f"{each.code.id} {each.message}" for each in check_contract(contract).diagnostics]

    assert found == []


@pytest.mark.unit
@pytest.mark.parametrize("section", SECTIONS, ids=name_of)
def test_each_function_that_is_declared_is_told_of(section):
    declared = {*re.findall(r"(?m)^[\w \*]*?\b([a-z]{2}_\w+)\(.*;$", section)}
    table = "\n".join(line for line in section.splitlines() if line.startswith("| "))

    assert declared
    assert {name for name in declared if name not in table} == set()
