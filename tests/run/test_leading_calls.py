"""Edge cases of a call on a handle that simplest arguments do not bring into its state: nothing listens on port 0."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct lc_link lc_link;
lc_link *lc_new(int kind);
void lc_free(lc_link *link);
int lc_dial(lc_link *link, int port);
int lc_greet(lc_link *link, int version);
int lc_is_up(const lc_link *link);
int lc_scale(lc_link *link, int size, int step);
"""
SOURCE = """\
#include "lc.h"
#include <stdlib.h>
struct lc_link { int up; };
lc_link *lc_new(int kind) { (void)kind; return calloc(1, sizeof(lc_link)); }
void lc_free(lc_link *link) { free(link); }
int lc_dial(lc_link *link, int port) { return port == 443 || port % 10 == 7 ? (link->up = 1, 0) : -1; }
int lc_greet(lc_link *link, int version) { return version > 2 ? (link->up = 2, 0) : -1; }
int lc_is_up(const lc_link *link) { return link->up; }
int lc_scale(lc_link *link, int size, int step)
{
    if (link->up != 2)
        abort();
    return size == 40000 && step == 900 ? WRONG : size + step;
}
"""
CONTRACT = """\
abidance: 1
boundary: lc
header: lc.h
libraries: {c: {path: liblc.so}}
handles:
  lc_link:
    create: lc_new
    destroy: lc_free
    states: {idle: , dialled: , up: {shown_by: {lc_is_up: result == 2}}}
    transitions:
      lc_dial: {from: idle, to: {dialled: result == 0}}
      lc_greet: {from: dialled, to: {up: result == 0}}
      lc_scale: {from: up}
functions:
  lc_new: {params: {kind: {range: [0, 9]}}}
  lc_dial:
    params: {port: {range: [0, 65535]}}
    returns: {status: {ok: [0], errors: {-1: nothing listens}}}
  lc_greet:
    params: {version: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: it is too old}}}
  lc_is_up:
  lc_scale:
    params: {size: {range: [0, 40000]}, step: {range: [0, 900]}}
    ensures: [result == size + step]
"""
EXAMPLES = """\
    examples:
      - {port: 443, returns: 0}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [("40900", set()), ("0", {"ABD321"})])
@pytest.mark.parametrize("seldom", [False, True])
def test_edges_are_tried_in_a_state_that_is_hard_to_reach(wrong, codes, seldom, codes_of):
    source = SOURCE.replace(" || port % 10 == 7", "") if seldom else SOURCE
    contract = CONTRACT.replace("  lc_greet:\n", f"{EXAMPLES}  lc_greet:\n", 1) if seldom else CONTRACT

    assert {
        *codes_of("lc", HEADER, source, contract, "lc_scale", ("properties",), f"-DWRONG={wrong}")
    } == codes
