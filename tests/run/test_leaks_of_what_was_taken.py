"""A handle that a call has taken over and nobody destroys is the fault of that call, whoever made it."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct lt_item lt_item;
typedef struct lt_box lt_box;
lt_item *lt_item_new(int kind);
lt_item *lt_item_named(const char *name);
void lt_item_free(lt_item *item);
lt_box *lt_box_new(void);
void lt_box_free(lt_box *box);
int lt_put(lt_box *box, lt_item *item);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "lt.h"
struct lt_item { int kind; char *name; };
struct lt_box { lt_item *item; };
static lt_item *made(int kind, char *name)
{
    lt_item *item = malloc(sizeof *item);
    *item = (lt_item){kind, name};
    if (LOST)
        item->name = memcpy(malloc(99), "x", 2);
    return item;
}
lt_item *lt_item_new(int kind) { return made(kind, NULL); }
lt_item *lt_item_named(const char *name) { lt_item *item = made(0, NULL); item->name = strdup(name); return item; }
void lt_item_free(lt_item *item) { if (item) { free(item->name); free(item); } }
lt_box *lt_box_new(void) { return calloc(1, sizeof(lt_box)); }
void lt_box_free(lt_box *box) { if (!KEPT) lt_item_free(box->item); free(box); }
int lt_put(lt_box *box, lt_item *item)
{
    if (box->item)
        return -1;
    box->item = item;
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: lt
header: lt.h
libraries: {c: {path: liblt.so}}
handles:
  lt_item: {create: [lt_item_new, lt_item_named], destroy: lt_item_free, parent: none}
  lt_box: {create: lt_box_new, destroy: lt_box_free}
functions:
  lt_item_new: {params: {kind: {range: [0, 9]}}}
  lt_item_named: {params: {name: {in: string, max: 3}}}
  lt_put:
    params: {item: {handle: lt_item, owner: callee, lifetime: handle(box)}}
    returns: {status: {ok: [0], errors: {-1: there is one}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kept", "lost", "places"),
    [(1, 0, ["lt_put:item:leak"]), (0, 1, ["lt_item_named:leak"]), (0, 0, [])],
    ids=["box", "item", "sound"],
)
def test_what_the_box_keeps_is_its_fault(kept, lost, places, findings_of):
    source = SOURCE.replace("KEPT", str(kept)).replace("LOST", str(lost))

    found = findings_of("lt", HEADER, source, CONTRACT, "lt_put", ("properties",), least=40)

    assert [each.diagnostic.place for each in found] == places
