"""Values of an enum beside its enumerators are given where the contract allows them, and told where it is silent."""

from __future__ import annotations

import pytest

from tiers import first

HEADER = """
enum colour { RED, GREEN, BLUE };
typedef struct paint { enum colour colour; int coats; } paint;
int name_of(const enum colour c);
int cost_of(const paint *p);
"""
SOURCE = """
static const int names[] = {7, 8, 9};
int name_of(const enum colour c) { return SOUND && (unsigned)c > BLUE ? 0 : names[c]; }
int cost_of(const paint *p) { return p->coats > 2; }
"""
CONTRACT = """
{types}functions:
  name_of: {{params: {{c: {limit}}}}}
  cost_of: {{params: {{p: {{in: paint}}}}}}
"""
OPEN = "types: {{enum colour: {{enum: {}}}}}\n"
TOLD = (
    "values of `enum colour` other than its enumerators, for `name_of`, `cost_of`; say "
    "`types: {enum colour: {enum: closed}}`, or `open`"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("types", "sound", "status", "told"),
    first(
        [
            ("", 0, 0, True),
            ("", 1, 0, True),
            (OPEN.format("closed"), 0, 0, False),
            (OPEN.format("open"), 0, 1, False),
            (OPEN.format("open"), 1, 0, False),
        ]
    ),
)
def test_what_nobody_says_of_an_enum_is_told(small, types, sound, status, told):
    contract = CONTRACT.format(types=types, limit="{}")
    ended = small.run(HEADER, SOURCE, contract, flags=[f"-DSOUND={sound}"])

    assert ended.status == status, ended.text
    assert (TOLD in ended.text) is told, ended.text


@pytest.mark.slow
def test_a_parameter_of_which_the_contract_says_what_is_lawful_is_none_of_them(small):
    contract = CONTRACT.format(types="", limit="{one_of: [RED, BLUE]}")
    ended = small.run(HEADER, SOURCE, contract, flags=["-DSOUND=0"])

    assert "other than its enumerators, for `cost_of`; say" in ended.text


@pytest.mark.parametrize(
    ("precondition", "told"),
    first(
        [("c in [RED, BLUE]", False), ("0 <= c and c <= 2", False), ("c != GREEN", True), ("c <= 5", True)]
    ),
)
def test_a_precondition_may_say_what_is_lawful(small, precondition, told):
    small.write(HEADER, f"functions:\n  name_of: {{requires: ['{precondition}']}}\n")
    small.compile(SOURCE, "-DSOUND=1")
    ended = small.command("run", "--seed", "1", "--max-examples", "5")

    assert ("other than its enumerators" in ended.text) is told, ended.text
