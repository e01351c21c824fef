"""A handle is destroyed by a call that takes more than it: what its creator was given, constants, or its parent."""

from __future__ import annotations

import re

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_text
from abidance.core.errors import UsageError
from abidance.native.target import emit
from tiers import full

HEADER = """\
#include <stddef.h>
typedef struct dw_map dw_map;
typedef struct dw_store dw_store;
typedef struct dw_item dw_item;
dw_map *dw_map_new(size_t pages, int kind);
int dw_map_open(dw_map **map, size_t pages);
int dw_map_end(dw_map *map, size_t pages, int flush);
int dw_map_put(dw_map *map, int value);
dw_store *dw_store_new(void);
void dw_store_free(dw_store *store);
dw_item *dw_item_new(dw_store *store);
void dw_item_free(dw_store *store, dw_item *item);
"""
SOURCE = """\
#include <stdlib.h>
#include "dw.h"
enum { SOUND, NEAR, LOST, WRONG };
struct dw_map { size_t pages; int puts; char *rooms; };
static dw_map *made(size_t pages)
{
    dw_map *map = calloc(1, sizeof *map);
    map->pages = pages + (VARIANT == NEAR);
    map->rooms = malloc(pages + 1);
    return map;
}
dw_map *dw_map_new(size_t pages, int kind) { (void)kind; return made(pages); }
int dw_map_open(dw_map **map, size_t pages)
{
    if (pages > 5) return -1;
    *map = made(pages);
    return 0;
}
int dw_map_end(dw_map *map, size_t pages, int flush)
{
    if (map == NULL) return -1;
    if (pages + (VARIANT == NEAR) != map->pages || flush != 2) abort();
    if (VARIANT == WRONG && map->puts > 1) map->rooms[pages + 70000000] = 0;
    if (VARIANT != LOST || pages != 3) free(map->rooms);
    free(map);
    return 0;
}
int dw_map_put(dw_map *map, int value) { map->puts++; return value; }
struct dw_store { int items; };
struct dw_item { dw_store *store; };
dw_store *dw_store_new(void) { return calloc(1, sizeof(dw_store)); }
void dw_store_free(dw_store *store) { if (store->items) abort(); free(store); }
dw_item *dw_item_new(dw_store *store)
{
    dw_item *item = calloc(1, sizeof *item);
    store->items++;
    item->store = store;
    return item;
}
void dw_item_free(dw_store *store, dw_item *item)
{
    if (store != item->store) abort();
    store->items--;
    free(item);
}
"""
CONTRACT = """\
abidance: 1
boundary: dw
header: dw.h
libraries: {c: {command: [gcc, -g, -DVARIANT=0, -shared, -fPIC, dw.c, -o, libdw.so], artifact: libdw.so}}
builds: [release]
explore: 0
handles:
  dw_map: {create: [dw_map_new, dw_map_open], destroy: "dw_map_end(dw_map, pages, 2)"}
  dw_store: {create: dw_store_new, destroy: dw_store_free}
  dw_item: {create: dw_item_new, destroy: dw_item_free}
functions:
  dw_map_new: {params: {pages: {range: [0, 9]}}}
  dw_map_open: {params: {pages: {range: [0, 9]}}, returns: {status: {ok: [0], errors: {-1: too many}}}}
  dw_map_put: {ensures: [result == value]}
  dw_map_end:
    returns: {status: {ok: [0], errors: {-1: there is none}}}
    rejects: [{when: {map: null, pages: 77}, returns: -1}]
  dw_store_new:
  dw_item_new:
  dw_item_free: {params: {item: {handle: dw_item, parent: store}}}
laws:
  a_map_is_ended: {given: {map: dw_map}, steps: [dw_map_put(map, 3), a = dw_map_end(map)], ensures: [a.result == 0]}
"""


def judged(variant, reported, *more):
    return reported("dw", HEADER, SOURCE, CONTRACT, variant, "--max-examples", "10", *more)


@pytest.mark.slow
@pytest.mark.parametrize("says", [True, full(False)], ids=["said", "unsaid"])
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_a_handle_is_destroyed_with_what_it_was_made_with(variant, says, reported, monkeypatch):
    """What an item is made from can only be the store beside it, whether or not the contract says so."""
    said = "  dw_item_free: {params: {item: {handle: dw_item, parent: store}}}"
    assert said in CONTRACT
    if not says:
        monkeypatch.setitem(globals(), "CONTRACT", CONTRACT.replace(said, "  dw_item_free:"))
    status, report = judged(variant, reported)

    assert status == 0, report


@pytest.mark.slow
def test_what_destroys_too_little_is_found(reported):
    status, report = judged(2, reported, "--phase", "properties", "--function", "dw_map_open")

    assert status == 1
    assert {*re.findall(r"error\[(ABD\d+)\]", report)} == {"ABD371"}
    assert "dw_map_open(&map, 3);\n         dw_map_end(map, 3, 2);" in report


@pytest.mark.slow
def test_what_destroys_crashes_after_some_calls(reported):
    status, report = judged(3, reported, "--phase", "lifecycle", "--function", "dw_map")

    assert status == 1
    assert re.search(r"dw_map_end\(map, \d, 2\);        // crashes", report)


def test_a_compiled_search_leaves_it_to_run_but_for_constants(written, tmp_path):
    written("dw", HEADER, SOURCE, CONTRACT)
    known = CONTRACT.replace("dw_map_end(dw_map, pages, 2)", "dw_map_end(dw_map, 4, flush=2)")
    for text, there in ((CONTRACT, True), (known, False)):
        left = {each.subject: each.reason for each in emit(join(load_text(text, tmp_path / "dw.yaml"))).left}
        assert ("known to `run`" in left.get("dw_map_end", "")) is there


MISTAKES = {
    "dw_map_end(dw_map, pages)": "`flush` of `dw_map_end` is not given",
    "dw_map_end(dw_map, pages, 2, 3)": "parameter `3` is not in `dw_map_end`",
    "dw_map_end(dw_map, kind, 2)": "`dw_map_open`, which creates one, has no parameter `kind`",
    "dw_map_end(dw_map, map, 2)": "`dw_map_new`, which creates one, has no parameter `map`",
    "dw_map_end(pages, dw_map, 2)": "`map` of `dw_map_end` is no whole number, and `pages` cannot be given there",
    "dw_map_end(dw_map, pages * 2, 2)": "`pages`",
    "dw_map_end(dw_map, pages, 2) 2 times": "the name of a C function, or a call such as `st_free(result, n)`",
}


@pytest.mark.parametrize("call", MISTAKES)
def test_what_it_is_not_given_is_a_mistake_of_the_contract(call, written, tmp_path):
    written("dw", HEADER, SOURCE, CONTRACT)

    with pytest.raises(UsageError) as caught:
        join(load_text(CONTRACT.replace("dw_map_end(dw_map, pages, 2)", call), tmp_path / "dw.contract.yaml"))

    assert MISTAKES[call] in " ".join(each.message for each in caught.value.diagnostics)


ASIDE = """\
typedef struct da da;
da *da_new(void);
void da_end(da *one, const char *aside);
"""
FREES = """\
#include <stdlib.h>
#include "da.h"
da *da_new(void) { return malloc(8); }
void da_end(da *one, const char *aside) { if (aside != NULL) abort(); free(one); }
"""
WITH_NULL = """\
abidance: 1
boundary: da
header: da.h
libraries: {c: {path: libda.so}}
handles: {da: {create: da_new, destroy: "da_end(da, NULL)"}}
functions:
  da_new:
  da_end: {params: {aside: {nullable: true}}}
"""


@pytest.mark.slow
def test_a_pointer_that_is_always_null_may_be_written(codes_of):
    assert codes_of("da", ASIDE, FREES, WITH_NULL, "da", ("lifecycle", "explore")) == []


def test_a_pointer_that_may_be_something_is_not_null_there(tmp_path):
    (tmp_path / "da.h").write_text(ASIDE)
    text = WITH_NULL.replace("{nullable: true}", "{in: string, nullable: true}")

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "da.contract.yaml"))

    (only,) = caught.value.diagnostics
    assert only.help == "NULL stands where nothing else may: say `aside: {nullable: true}`, and no more"
