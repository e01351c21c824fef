"""Domains where few contracts have one: of what callbacks are given, elements, tagged pointers, and inputs of laws."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.run.findings.unlooked_lifetimes import unlooked_lifetimes

HEADER = """\
#include <stddef.h>
typedef struct sd_list sd_list;
typedef struct sd_node { int kind; const void *data; } sd_node;
typedef struct sd_pair { const char *from, *to; } sd_pair;
enum { SD_TEXT, SD_MODE, SD_STEP };
const unsigned char *sd_block(int n);
unsigned sd_modes(int n);
void sd_each(int n, void (*each)(void *mine, const char *name, unsigned modes, int step), void *mine);
int sd_names(int n, const char **names);
void sd_node_of(int n, sd_node *node);
int sd_node_given(const sd_node *node);
int sd_pairs(int n, sd_pair *pairs);
sd_list *sd_new(void);
void sd_free(sd_list *list);
int sd_add(sd_list *list, int value);
int sd_all(sd_list *list, const int **items);
int sd_join(const char *one, const char *other);
unsigned sd_mix(unsigned modes);
unsigned sd_unmix(unsigned mixed);
int sd_of(unsigned value);
"""
SOURCE = """\
#include "sd.h"
#include <stdlib.h>
#include <string.h>
enum { NOTHING, ALIGN, FLAG, NAME, MODE, STEP, ELEMENT, TEXT_NODE, MODE_NODE, STEP_NODE, TAKES, NULLS, MIX, EXAMPLE };
enum { MOVES = EXAMPLE + 1, FROM, TO };
static _Alignas(64) const unsigned char block[256] = {1};
static const unsigned some[] = {0, 1, 4, 5, 16, 17, 20, 21};
const unsigned char *sd_block(int n) { return block + 32 * (n % 4) + (WRONG == ALIGN && n == 7 ? 16 : 0); }
unsigned sd_modes(int n) { return some[n % 8] | (WRONG == FLAG && n == 9 ? 2 : 0); }
void sd_each(int n, void (*each)(void *, const char *, unsigned, int), void *mine)
{
    for (int i = 0; i < n; i++)
        each(mine, WRONG == NAME && i == 3 ? "na\\xc3\\xafve" : "naive\\x7f",
             some[i] | (WRONG == MODE && i == 3 ? 8 : 0),
             WRONG == STEP && i == 3 ? 3 : i % 2 ? -2 : 5);
}
int sd_names(int n, const char **names)
{
    for (int i = 0; i < n % 4; i++)
        names[i] = WRONG == ELEMENT && i == 2 ? "stra\\xc3\\x9f" "e" : "strasse";
    return n % 4;
}
void sd_node_of(int n, sd_node *node)
{
    static const int steps[] = {5, -2, 3};
    switch (node->kind = n % 3) {
    case SD_TEXT: node->data = WRONG == TEXT_NODE && n == 9 ? "\\xe9t\\xe9" : "ete"; break;
    case SD_MODE: node->data = &some[n % 8]; break;
    default: node->data = &steps[WRONG == STEP_NODE && n == 8 ? 2 : n % 2];
    }
    static const unsigned bad = 2;
    if (WRONG == MODE_NODE && n == 7)
        node->data = &bad;
}
int sd_node_given(const sd_node *node)
{
    unsigned sum = 0;
    if (node->kind == SD_TEXT) {
        for (const unsigned char *at = node->data; *at; at++)
            if (*at > 127)
                abort(); /* it is ASCII, as is promised */
        return 1;
    }
    memcpy(&sum, node->data, sizeof sum);
    if (node->kind == SD_MODE && sum & ~21u)
        abort();
    if (node->kind == SD_STEP && (int)sum != 5 && (int)sum != -2)
        abort();
    if (WRONG == TAKES && node->kind == SD_MODE && sum == 21)
        return 0;
    return 1;
}
int sd_pairs(int n, sd_pair *pairs)
{
    for (int i = 0; i < n % 4; i++)
        pairs[i] = (sd_pair){WRONG == FROM && i == 2 ? "Here" : "here", WRONG == TO && i == 2 ? "la\xcc\x80" : "la"};
    return n % 4;
}
struct sd_list { int *items; int n, room; };
sd_list *sd_new(void)
{
    sd_list *list = calloc(1, sizeof *list);
    list->items = malloc((list->room = 1) * sizeof(int));
    return list;
}
void sd_free(sd_list *list)
{
    free(list->items);
    free(list);
}
int sd_add(sd_list *list, int value)
{
    if (list->n == list->room)
        list->items = realloc(list->items, (list->room *= 2) * sizeof(int));
    list->items[list->n++] = value;
    return list->n;
}
int sd_all(sd_list *list, const int **items)
{
    if (WRONG == MOVES && list->n) { /* each call moves what the one before has lent */
        int *moved = malloc(list->room * sizeof(int));
        memcpy(moved, list->items, list->n * sizeof(int));
        free(list->items);
        list->items = moved;
    }
    *items = list->items;
    return list->n;
}
int sd_join(const char *one, const char *other)
{
    if (one == NULL && other == NULL)
        abort(); /* one of them is there */
    if (WRONG == NULLS && one == NULL)
        return (int)strlen(other) + 1;
    return (int)((one ? strlen(one) : 0) + (other ? strlen(other) : 0));
}
unsigned sd_mix(unsigned modes)
{
    if (modes & ~21u)
        abort();
    return WRONG == MIX && modes == 20 ? 5 : modes ^ 0xff;
}
unsigned sd_unmix(unsigned mixed) { return mixed ^ 0xff; }
int sd_of(unsigned value) { return WRONG == EXAMPLE && value == 2718281828u ? 1 : 0; }
"""
CONTRACT = """\
abidance: 1
boundary: sd
header: sd.h
libraries: {c: {path: libsd.so}}
types:
  sd_pair: {fields: {from: {to: string, like: '[a-z]+'}, to: {to: string, encoding: ascii}}}
  sd_node:
    variant:
      tag: kind
      pointer: data
      members:
        SD_TEXT: {to: string, encoding: ascii, max: 6}
        SD_MODE: {to: unsigned int, flags: [1, 4, 16]}
        SD_STEP: {to: int, one_of: [5, -2]}
handles:
  sd_list: {create: sd_new, destroy: sd_free}
functions:
  sd_block: {params: {n: {range: [0, 9]}}, returns: {to: bytes, length: 4, align: 32, lifetime: static}}
  sd_modes: {params: {n: {range: [0, 9]}}, returns: {flags: [1, 4, 16]}}
  sd_each:
    params:
      n: {range: [0, 6]}
      each:
        callback: {params: {name: {to: string, encoding: ascii}, modes: {flags: [1, 4, 16]}, step: {one_of: [5, -2]}}}
        user_data: mine
  sd_names:
    params:
      n: {range: [0, 9]}
      names: {out: array, capacity: 4, length: result, of: {to: string, encoding: ascii}}
    returns: {status: {ok: 0..}}
  sd_node_of: {params: {n: {range: [0, 9]}, node: {out: sd_node, lends: {lifetime: static}}}}
  sd_node_given: {params: {node: {in: sd_node}}, returns: {one_of: [1]}}
  sd_pairs:
    params: {n: {range: [0, 9]}, pairs: {out: array, capacity: 4, length: result, lends: {lifetime: static}}}
    returns: {status: {ok: 0..}}
  sd_new:
  sd_free:
  sd_add: {params: {value: {range: [0, 99]}}, returns: {range: [1, 1000]}}
  sd_all:
    params: {items: {out: {to: array, length: result, lifetime: handle(list), until: sd_add}}}
    returns: {status: {ok: 0..}}
  sd_join:
    params:
      one: {in: string, max: 4, nullable: other != null}
      other: {in: string, max: 4, nullable: one != null}
  sd_mix: {params: {modes: {flags: [1, 4, 16]}}}
  sd_unmix:
  sd_of:
laws:
  what_is_there_is_counted:
    given: {one: {in: string, max: 3, nullable: true}, other: {in: string, max: 3}}
    steps: [a = sd_join(one, other), b = sd_join(other, one)]
    ensures: [a.result == b.result, "implies(one == null, a.result == len(other))"]
  what_is_mixed_comes_back:
    given: {modes: {in: unsigned int, flags: [1, 4, 16]}}
    steps: [a = sd_mix(modes), b = sd_unmix(a.result)]
    ensures: [b.result == modes]
  no_number_is_one:
    given: {value: {in: unsigned int}}
    steps: [a = sd_of(value)]
    ensures: [a.result == 0]
    examples: [{value: 2718281828}]
"""
PROPERTIES = {
    "ALIGN": ("sd_block", "ABD322"),
    "FLAG": ("sd_modes", "ABD322"),
    "NAME": ("sd_each", "ABD343"),
    "MODE": ("sd_each", "ABD343"),
    "STEP": ("sd_each", "ABD343"),
    "ELEMENT": ("sd_names", "ABD322"),
    "TEXT_NODE": ("sd_node_of", "ABD322"),
    "MODE_NODE": ("sd_node_of", "ABD322"),
    "STEP_NODE": ("sd_node_of", "ABD322"),
    "FROM": ("sd_pairs", "ABD322"),
    "TO": ("sd_pairs", "ABD322"),
    "TAKES": ("sd_node_given", "ABD322"),
}
LAWS = {
    "NULLS": "what_is_there_is_counted",
    "MIX": "what_is_mixed_comes_back",
    "EXAMPLE": "no_number_is_one",
}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", PROPERTIES)
def test_what_is_outside_is_found(wrong, codes_of):
    function, code = PROPERTIES[wrong]

    assert codes_of(
        "sd", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}", least=40
    ) == [code]


@pytest.mark.slow
@pytest.mark.parametrize("function", [*dict.fromkeys(each for each, _ in PROPERTIES.values()), "sd_join"])
def test_what_is_at_the_edge_is_left_alone(function, codes_of):
    assert (
        codes_of("sd", HEADER, SOURCE, CONTRACT, function, ("properties",), "-DWRONG=NOTHING", least=40) == []
    )


@pytest.mark.slow
@pytest.mark.parametrize("wrong", LAWS)
def test_laws_are_given_what_is_said_of_their_inputs(wrong, codes_of):
    what = ("sd", HEADER, SOURCE, CONTRACT, LAWS[wrong], ("laws",))

    assert codes_of(*what, f"-DWRONG={wrong}", least=40) == ["ABD376"]
    assert codes_of(*what, "-DWRONG=NOTHING", least=40) == []


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["MOVES", "NOTHING"])
def test_elements_that_move_before_what_ends_them_are_found(wrong, codes_of_sequences):
    found = codes_of_sequences("sd", HEADER, SOURCE, CONTRACT, "sd_list", f"-DWRONG={wrong}", "-g", least=40)

    assert (found != []) == (wrong == "MOVES")


def test_what_lends_in_elements_and_by_tags_is_listed(written, tmp_path):
    written("sd", HEADER, SOURCE, CONTRACT)
    found = join(load_contract(tmp_path / "sd.contract.yaml"))

    listed = [
        each.partition("`")[2].partition("`")[0] for each in unlooked_lifetimes(found.functions.values())
    ]
    assert {*listed} == {"pairs.from", "pairs.to", "node.data"}
