"""Pointers of which nothing is known but whether they are the same, as functions that are returned."""

from __future__ import annotations

import pytest

HEADER = """\
typedef int (*rp_compare)(int a, int b);
typedef struct rp_list rp_list;
rp_list *rp_new(void);
void rp_free(rp_list *list);
rp_compare rp_set(rp_list *list, rp_compare compare);
rp_compare rp_get(const rp_list *list);
void *rp_place(rp_list *list, int number);
"""
SOURCE = """\
#include "rp.h"
#include <stdlib.h>
enum { NOTHING, NEW, OLD, MOVES };
struct rp_list { rp_compare compare; int places[4]; };
static int plain(int a, int b) { return (a > b) - (a < b); }
rp_list *rp_new(void)
{
    rp_list *made = calloc(1, sizeof *made);
    if (made)
        made->compare = plain;
    return made;
}
void rp_free(rp_list *list) { free(list); }
/* NULL sets the first one again. */
rp_compare rp_set(rp_list *list, rp_compare compare)
{
    rp_compare was = list->compare;
    if (WRONG != OLD || compare == NULL)
        list->compare = compare ? compare : plain;
    return WRONG == NEW ? list->compare : was;
}
rp_compare rp_get(const rp_list *list) { return list->compare; }
void *rp_place(rp_list *list, int number)
{
    return &list->places[WRONG == MOVES && number ? list->places[0]++ % 4 : number];
}
"""
CONTRACT = """\
abidance: 1
boundary: rp
header: rp.h
libraries: {c: {path: librp.so}}
handles: {rp_list: {create: rp_new, destroy: rp_free}}
functions:
  rp_new:
  rp_free:
  rp_set:
    params: {compare: {callback: {lifetime: handle(list), until: rp_set}, nullable: true}}
    returns: {nullable: false}
    ensures: [result == old(rp_get(list)), "implies(compare != null, rp_get(list) != null)"]
  rp_get:
    ensures: [result == rp_get(list)]
  rp_place:
    params: {number: {range: [0, 3]}}
    ensures: ["(result == rp_place(list, 0)) == (number == 0)"]
laws:
  the_one_before_comes_back:
    given: {list: rp_list}
    steps: [a = rp_get(list), b = rp_set(list), c = rp_get(list), d = rp_set(list)]
    ensures: [b.result == a.result, d.result == c.result]
  a_place_stays_where_it_is:
    given: {list: rp_list, number: {in: int, range: [0, 3]}}
    steps: ["a = rp_place(list, number)", "b = rp_place(list, number)", "c = rp_place(list, 3 - number)"]
    ensures: [a.result == b.result, a.result != c.result]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "wrong", "codes"),
    [
        ("rp_set", "NOTHING", set()),
        ("rp_set", "NEW", {"ABD321"}),
        ("rp_set", "OLD", set()),  # nobody says which one it is now
        ("rp_place", "NOTHING", set()),
        ("rp_place", "MOVES", {"ABD321"}),
    ],
)
def test_two_are_the_same_where_they_lead_to_the_same_place(item, wrong, codes, codes_of):
    found = codes_of("rp", HEADER, SOURCE, CONTRACT, item, ("properties",), f"-DWRONG={wrong}", least=40)

    assert {*found} == codes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("law", "wrong", "codes"),
    [
        ("the_one_before_comes_back", "NOTHING", set()),
        ("the_one_before_comes_back", "NEW", {"ABD376"}),
        ("a_place_stays_where_it_is", "NOTHING", set()),
        ("a_place_stays_where_it_is", "MOVES", {"ABD376"}),
    ],
)
def test_laws_see_it_too(law, wrong, codes, codes_of):
    promises, laws = CONTRACT.split("laws:")
    contract = promises.replace("ensures:", "ensures: [] #") + "laws:" + laws

    assert {*codes_of("rp", HEADER, SOURCE, contract, law, ("laws",), f"-DWRONG={wrong}", least=40)} == codes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "wrong"), [("rp_set", "NOTHING"), ("rp_place", "NOTHING"), ("rp_get", "NOTHING")]
)
def test_what_is_sound_is_while_exploring(item, wrong, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")

    assert codes_of("rp", HEADER, SOURCE, CONTRACT, item, ("explore",), f"-DWRONG={wrong}") == []
