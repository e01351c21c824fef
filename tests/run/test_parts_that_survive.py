"""What may outlive what it was made from, and is given together with that alone, says so where it is made."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stdbool.h>
typedef struct ps_rule ps_rule;
typedef struct ps_place ps_place;
ps_rule *ps_rule_new(unsigned n);
void ps_rule_free(ps_rule *rule);
ps_place *ps_place_new(const ps_rule *rule); /* may outlive the rule; is used with that rule only */
void ps_place_free(ps_place *place);
bool ps_find(const ps_rule *rule, ps_place *place, unsigned wanted);
unsigned ps_at(const ps_place *place);
"""
SOURCE = """\
#include <stdlib.h>
#include "ps.h"
enum { SOUND, NEAR, USES };
struct ps_rule { unsigned n; };
struct ps_place { unsigned room, at; const ps_rule *rule; };
ps_rule *ps_rule_new(unsigned n) { ps_rule *rule = malloc(sizeof *rule); rule->n = n; return rule; }
void ps_rule_free(ps_rule *rule) { free(rule); }
ps_place *ps_place_new(const ps_rule *rule)
{
    ps_place *place = calloc(1, sizeof *place);
    place->room = rule->n;
    if (WRONG != NEAR) place->rule = rule;
    return place;
}
void ps_place_free(ps_place *place)
{
    if (WRONG == USES && place->rule->n > 9) abort();
    free(place);
}
bool ps_find(const ps_rule *rule, ps_place *place, unsigned wanted)
{
    if (place->room != rule->n) abort(); /* it is another rule's */
    place->at = wanted < rule->n ? wanted : 0;
    return wanted < rule->n;
}
unsigned ps_at(const ps_place *place) { return place->at; }
"""
CONTRACT = """\
abidance: 1
boundary: ps
header: ps.h
libraries: {c: {path: libps.so}}
handles:
  ps_rule: {create: ps_rule_new, destroy: ps_rule_free}
  ps_place: {create: ps_place_new, destroy: ps_place_free}
functions:
  ps_rule_new: {params: {n: {range: [0, 9]}}}
  ps_rule_free:
  ps_place_new: {params: {rule: {handle: ps_rule, owner: shared, lifetime: handle(result)}}}
  ps_place_free:
  ps_find:
    params: {place: {handle: ps_place, parent: rule}, wanted: {range: [0, 9]}}
    ensures: ["implies(result, ps_at(place) == wanted)"]
  ps_at:
"""


@pytest.mark.slow
@pytest.mark.parametrize("item", ["ps_find", "ps_place"])
@pytest.mark.parametrize("wrong", ["SOUND", "NEAR"])
def test_it_is_given_with_what_it_was_made_from_and_used_after_that(item, wrong, judged_of):
    phases = ("properties", "lifecycle")
    for judged in judged_of("ps", HEADER, SOURCE, CONTRACT, item, phases, f"-DWRONG={wrong}"):
        assert (judged.findings, judged.reasons) == ((), ())


@pytest.mark.slow
def test_one_that_uses_what_is_gone_is_found(codes_of):
    assert codes_of("ps", HEADER, SOURCE, CONTRACT, "ps_place", ("lifecycle",), "-DWRONG=USES", least=60)


@pytest.mark.slow
def test_to_forget_what_it_was_made_from_is_pointed_at(judged_of):
    contract = CONTRACT.replace("ps_place_free}", "ps_place_free, parent: none}").replace(
        ", owner: shared, lifetime: handle(result)", ""
    )
    for judged in judged_of("ps", HEADER, SOURCE, contract, "ps_find", ("properties",), "-DWRONG=SOUND"):
        (reason,) = judged.reasons
        assert "owner: shared, lifetime: handle(result)" in reason.help
