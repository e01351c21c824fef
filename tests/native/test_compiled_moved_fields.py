"""Pointers in a caller's record that a call sets to NULL, or leads elsewhere, in compiled contracts."""

from __future__ import annotations

import pytest
from built_contract import of_texts

VARIANTS = ("sound", "near", "wrong")

HEADER = """
#include <stddef.h>
typedef struct { const char *next; unsigned left; const char *label; } rd;
int rd_begin(rd *r);
int rd_take(rd *r);
int rd_name(rd *r);
void rd_end(rd *r);
typedef struct { const char *text; int turns; } line;
int line_turn(line *l);
"""
SOURCE = """
#include <string.h>
#include "rd.h"
#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)
int rd_begin(rd *r) { r->label = "new"; return 0; }
/* Nothing is left but of a text that is empty; the near one leads elsewhere, of which nothing is said. */
int rd_take(rd *r)
{
    unsigned left = r->left;
    if (left == 0 || !r->next)
        return -1;
    int first = (unsigned char)*r->next;
    if (left > 1) {
        if (!(WRONG && left == 3))
            r->next = NULL;
        r->left = 0;
    } else if (NEAR)
        r->next = "elsewhere";
    return first;
}
int rd_name(rd *r)
{
    r->label = WRONG && r->left == 2 ? NULL : NEAR ? "near" : "name";
    return 0;
}
void rd_end(rd *r) { memset(r, 0, sizeof *r); }
int line_turn(line *l)
{
    l->turns++;
    if (NEAR)
        l->text = NULL;
    return 0;
}
"""
CONTRACT = """
abidance: 1
boundary: rd
header: rd.h
libraries: {c: {path: librd.so}}
types:
  rd:
    fields:
      next: {to: bytes, length: left, nullable: left == 0}
      left: {range: [0, 9]}
      label: {to: string, nullable: true, read_only: true}
  line: {fields: {text: {to: string, max: 5, nullable: true}, turns: {range: [0, 99]}}}
handles:
  rd: {type: rd, create: rd_begin, destroy: rd_end}
functions:
  rd_begin: {params: {r: {handle: rd}}, returns: {status: {ok: [0], errors: {-1: it is not}}}}
  rd_take:
    params: {r: {handle: rd}}
    ensures:
      - implies(old(r.left) > 1, r.next == null)
      - implies(old(r.left) == 1, r.next != null)
  rd_name: {params: {r: {handle: rd}}, ensures: [r.label != null]}
  rd_end: {params: {r: {handle: rd}}}
  line_turn:
    params: {l: {inout: line}}
    ensures: ["implies(l.turns % 7 == 0 and old(l.text) != null, l.text == null or len(l.text) == len(old(l.text)))"]
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rd")
    return of_texts(
        folder, "rd", HEADER, CONTRACT, SOURCE, lambda name: (f"-DVARIANT={VARIANTS.index(name)}",)
    )


@pytest.mark.slow
@pytest.mark.parametrize("function", ["rd_take", "rd_name"])
def test_a_pointer_that_leads_where_it_should_not_is_found(function, built):
    assert not built.target.left
    assert "ABD321" in built.run("wrong", function).stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_a_pointer_leads_to_is_looked_at_where_it_is_now(library, built):
    for entry in built.target.entries:
        ended = built.run(library, entry, 20_000, 2)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")
