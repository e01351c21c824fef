"""What a call begins in the caller's memory, and returns no status, is there only where that call was made.

Here it is not where the store that it takes could not be opened, and where a precondition that asks does not hold.
"""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
typedef struct bc_store bc_store;
typedef struct bc_place { const bc_store *of; int at; } bc_place;
bc_store *bc_open(const char *name, int count);
void bc_close(bc_store *store);
int bc_count(const bc_store *store);
void bc_begin(const bc_store *store, bc_place *place);
int bc_next(bc_place *place);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "bc.h"
enum { SOUND, NEAR, WRONG };
struct bc_store { int count; int *items; };
bc_store *bc_open(const char *name, int count)
{
    if (strlen(name) < 2) return NULL;
    bc_store *store = malloc(sizeof *store);
    if (store == NULL) return NULL;
    store->count = count;
    store->items = calloc((size_t)count + 1, sizeof(int));
    return store;
}
void bc_close(bc_store *store) { free(store->items); free(store); }
int bc_count(const bc_store *store) { return store->count; }
void bc_begin(const bc_store *store, bc_place *place)
{
    if (store->count == 0) abort(); /* there is nothing to begin with */
    *place = (bc_place){store, VARIANT == NEAR ? store->count : 0};
}
int bc_next(bc_place *place)
{
    if (place->of == NULL || place->of->count == 0) abort(); /* nothing has begun it */
    if (VARIANT == NEAR) return place->at > 0 ? place->at-- : 0;
    int at = place->at++ % (place->of->count + (VARIANT == WRONG));
    return place->of->items[at] + place->of->count - at;
}
"""
CONTRACT = """\
abidance: 1
boundary: bc
header: bc.h
libraries: {c: {command: [gcc, -g, -DVARIANT=0, -shared, -fPIC, bc.c, -o, libbc.so], artifact: libbc.so}}
builds: [release]
explore: 0
equivalence: {compare: none}
handles:
  bc_store: {create: bc_open, destroy: bc_close}
  bc_place: {type: bc_place, create: bc_begin, zeroed: true}
functions:
  bc_open:
    params: {name: {in: string, encoding: ascii, max: 4}, count: {range: [0, 3]}}
    returns: {handle: bc_store, nullable: true}
  bc_begin:
    params: {store: {handle: bc_store}, place: {handle: bc_place}}
    requires: [bc_count(store) > 0]
  bc_next: {returns: {range: [RANGE, 3]}}
"""


def judged(variant, written, capsys, *words):
    contract = CONTRACT.replace("VARIANT=0", f"VARIANT={variant}").replace(
        "RANGE", "0" if variant == "NEAR" else "1"
    )
    written("bc", HEADER, SOURCE, contract)
    status = main(
        ["run", "bc.contract.yaml", "--seed", "1", "--phase", "lifecycle", "--max-examples", "30", *words]
    )
    return status, capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["SOUND", full("NEAR")])
def test_it_is_used_only_where_it_was_begun(variant, written, capsys):
    status, report = judged(variant, written, capsys)

    assert (status, "error[" in report) == (0, False), report


@pytest.mark.slow
def test_a_defect_of_what_was_begun_is_found(written, capsys):
    status, report = judged("WRONG", written, capsys)

    assert (status, "error[ABD322]" in report) == (1, True)
    assert "bc_begin(store, &place);" in report


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "status"), [(full("SOUND").values[0], 0), ("WRONG", 1)])
def test_exploring_keeps_to_that_as_well(variant, status, written, capsys):
    contract = CONTRACT.replace("explore: 0", "explore: 1").replace("VARIANT=0", f"VARIANT={variant}")
    written("bc", HEADER, SOURCE, contract.replace("RANGE", "1"))

    told = main(["run", "bc.contract.yaml", "--seed", "1", "--phase", "explore"]), capsys.readouterr().out

    assert (told[0], "ABD301" in told[1]) == (status, False), told[1]
