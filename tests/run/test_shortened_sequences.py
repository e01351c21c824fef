"""A sequence that fails stays lawful while it is made short, and what ends a lifetime may be done by another handle."""

from __future__ import annotations

import subprocess

import pytest

from abidance.boundary.model.values import Case, Earlier, Step
from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.execution.subsequences import shorten
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings

HEADER = """\
typedef struct sw_page sw_page;
typedef struct sw_pen sw_pen;
sw_page *sw_page_new(void);
void sw_page_free(sw_page *page);
const char *sw_text(const sw_page *page);
sw_pen *sw_pen_new(sw_page *page);
void sw_pen_free(sw_pen *pen);
void sw_write(sw_pen *pen, unsigned letter);
void sw_lift(sw_pen *pen);
"""
SOURCE = """\
#include "sw.h"
#include <stdlib.h>
#include <string.h>

struct sw_page { char text[64]; unsigned length; };
struct sw_pen { sw_page *page; unsigned letter; };

sw_page *sw_page_new(void) { return calloc(1, sizeof(sw_page)); }

/* What a pen writes to afterwards is an address that nothing has. */
void sw_page_free(sw_page *page) { memset(page, 0xff, sizeof *page); free(page); }

const char *sw_text(const sw_page *page) { return page->text; }

sw_pen *sw_pen_new(sw_page *page) { sw_pen *pen = calloc(1, sizeof *pen); pen->page = page; return pen; }

static void ink(sw_pen *pen) {
    if (pen->letter != 0 && (pen->page->length < 60 || pen->page->length > 64))
        pen->page->text[pen->page->length++] = (char)('a' + pen->letter % 26);
    pen->letter = 0;
}

void sw_pen_free(sw_pen *pen) { ink(pen); free(pen); }

void sw_write(sw_pen *pen, unsigned letter) { ink(pen); pen->letter = letter + 1; }

void sw_lift(sw_pen *pen) { (void)pen; }
"""
CONTRACT = """\
abidance: 1
boundary: sw
header: sw.h
libraries: {{c: {{path: libsw.so}}}}
handles:
  sw_page: {{create: sw_page_new, destroy: sw_page_free}}
  sw_pen: {{create: sw_pen_new, destroy: sw_pen_free}}
functions:
  sw_text: {{returns: {{to: string, lifetime: handle(page), until: {until}}}}}
  sw_write: {{params: {{letter: {{range: [0, 25]}}}}}}
  sw_lift:
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("until", "codes"),
    [
        # The page is not given to what writes: that its text changes is a finding, and nothing but that is one.
        ("change", ["ABD374"]),
        ("sw_lift", ["ABD374"]),
        ("[sw_write, sw_pen_free]", []),
    ],
)
def test_what_another_handle_does_ends_a_lifetime_where_that_is_said(until, codes, written, tmp_path):
    written("sw", HEADER, SOURCE, CONTRACT.format(until=until))
    subprocess.run(["gcc", "-shared", "-fPIC", "sw.c", "-o", "libsw.so"], cwd=tmp_path, check=True)
    contract = load_contract(tmp_path / "sw.contract.yaml")

    with Session(Settings(tmp_path, seed=1)) as session:
        items = list_items(contract, Selection(functions=("sw_page",), phases=("lifecycle",)))
        found = [each for item in items for each in session.run(contract, item, lambda _: None).findings]

    assert [each.diagnostic.code.id for each in found] == codes


def box(call, size=1):
    return Earlier(call, "result", "box", created={"size": size})


@pytest.mark.unit
@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ([("get", {"box": box(0)}), ("get", {"box": box(1)})], "new get get"),
        # With the other one the call might break `requires: number < box.size`.
        ([("get", {"box": box(0)}), ("get", {"box": box(1, size=2)})], "new new get get"),
        # Nothing says that a box may be moved into itself.
        ([("get", {"box": box(1)}), ("move", {"of": box(0), "to": box(1)})], "new new get move"),
    ],
    ids=["alike", "of another size", "beside it"],
)
def test_calls_are_given_an_earlier_handle_where_that_does_as_well(steps, left):
    case = Case("new", {}, steps=tuple(Step(*each) for each in (("new", {}), ("new", {}), *steps)))
    wanted = [name for name, _ in steps]

    shorter = shorten(case, lambda each: [s.function for s in each.steps if s.function != "new"] == wanted)

    assert " ".join(step.function for step in shorter.steps) == left
