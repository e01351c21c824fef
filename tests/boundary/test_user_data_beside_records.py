"""User data that is passed beside a record of callbacks comes back to each of them."""

from __future__ import annotations

import pytest

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import walk
from abidance.boundary.model.values import SOMEWHERE, Case, Script
from abidance.checks.evidence.expectation import Expectation

HEADER = """
typedef struct {
    int (*on_open)(void *user);
    int (*on_number)(void *user, int number);
    int (*on_end)(int number);
    void *(*on_both)(void *one, void *other);
} handlers;
int parse(const handlers *h, int number, void *user);
int parse_plain(const int *numbers, void *user);
int parse_copy(handlers h, void *user);
"""
FIELDS = """
types:
  handlers:
    fields:
      on_open: {callback: {returns: {one_of: [1]}}}
      on_number: {callback: {returns: {one_of: [1]}}}
      on_end: {callback: {returns: {one_of: [1]}}}
      on_both: {nullable: true}
"""
CONTRACT = (
    FIELDS + "functions: {parse: {params: {h: {in: handlers, user_data: user}, number: {range: [0, 9]}}}}\n"
)
SOURCE = """
int parse(const handlers *h, int number, void *user)
{
    void *other = &number;
    (void)other;
    return h->on_open(user) + h->on_number(%s, number) + h->on_end(number);
}
"""
GIVEN = {
    "h": {"on_open": Script(), "on_number": Script(), "on_end": Script(), "on_both": None},
    "number": 4,
    "user": SOMEWHERE,
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "codes"), [("user", []), ("h->on_both ? other : user", []), ("other", ["ABD342"])]
)
def test_it_comes_back_unchanged(given, codes, runner_for):
    _, runner = runner_for(HEADER, CONTRACT, SOURCE % given)

    trial = runner.run(Case("parse", GIVEN), Expectation())

    assert [found.code.id for found in runner.judge.findings(trial)] == codes


def test_each_callback_with_a_place_for_it_gets_it(joined):
    members = joined(HEADER, CONTRACT).functions["parse"].members

    callbacks = [each for member in members for each in walk(member.shape) if isinstance(each, CallbackShape)]
    assert [each.given_back for each in callbacks] == [0, 0, None]


BOTH = CONTRACT.replace("{nullable: true}", "{callback: {CLAUSES returns: {nullable: true}}}")


def test_where_it_comes_back_has_to_be_plain(refused, joined):
    (message,) = refused(HEADER, BOTH.replace("CLAUSES", ""))

    assert message == "the parameter that receives `user` is ambiguous: 2 have its type"
    assert joined(HEADER, BOTH.replace("CLAUSES", "user_data: other,")).functions["parse"].refused == ()


def test_what_has_no_callbacks_hands_nothing_on(refused):
    contract = "functions: {parse_plain: {params: {numbers: {in: array, max: 3, user_data: user}}}}"

    (message,) = refused(HEADER, contract)

    assert message == "there is no callback here that `user` would be passed back to"


def test_a_record_that_is_passed_by_value_has_callbacks_too(joined):
    contract = FIELDS + "functions: {parse_copy: {params: {h: {user_data: user}}}}\n"
    member = joined(HEADER, contract).functions["parse_copy"].members[0]

    callbacks = [each for each in walk(member.shape) if isinstance(each, CallbackShape)]
    assert [each.given_back for each in callbacks] == [0, 0, None]


@pytest.mark.parametrize("name", ["number", "user"])
def test_what_is_no_callback_gets_none(name, refused):
    contract = (
        FIELDS + f"functions: {{parse: {{params: {{h: {{in: handlers}}, {name}: {{user_data: user}}}}}}}}\n"
    )

    assert f"`{name}` leads to no callback, so `user` is passed back to none" in refused(HEADER, contract)
