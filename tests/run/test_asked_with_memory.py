"""Functions are asked with memory that fields of records lead to, `hash(view.data, view.size)`."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_text
from abidance.core.errors import UsageError
from tiers import full

HEADER = """\
#include <stddef.h>
typedef struct am_view { size_t size; const unsigned char *data; } am_view;
typedef struct am_pair { int kind; am_view key; const char *name; void *mine; } am_pair;
typedef struct am_map am_map;
am_map *am_new(void);
void am_free(am_map *map);
int am_sum(const void *data, size_t size);
int am_is_small(const unsigned char *data, size_t size);
size_t am_width(const char *name);
int am_knows(const am_map *map, const void *data, size_t size);
int am_put(am_map *map, const am_view *key, int value);
int am_get(const am_map *map, am_view *found, int value);
am_view am_last(const am_map *map);
int am_sum_of(const am_view *parts, int n);
int am_of_pair(const am_pair *pair);
int am_trim(am_view *view);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "am.h"
enum { SOUND, PUT, GET, LAST, SUM_OF, OF_PAIR, TRIM };
struct am_map { size_t sizes[4]; unsigned char keys[4][8]; int values[4]; int n; };
am_map *am_new(void) { return calloc(1, sizeof(am_map)); }
void am_free(am_map *map) { free(map); }
int am_sum(const void *data, size_t size)
{
    int sum = 0;
    for (size_t i = 0; i < size; i++) sum += ((const unsigned char *)data)[i];
    return sum;
}
int am_is_small(const unsigned char *data, size_t size) { return size <= 4 && (size == 0 || data[0] < 200); }
size_t am_width(const char *name) { return strlen(name); }
static int at(const am_map *map, const void *data, size_t size)
{
    for (int i = map->n - 1; i >= 0; i--)
        if (map->sizes[i] == size && (size == 0 || memcmp(map->keys[i], data, size) == 0)) return i;
    return -1;
}
int am_knows(const am_map *map, const void *data, size_t size) { return at(map, data, size) >= 0; }
int am_put(am_map *map, const am_view *key, int value)
{
    if (!am_is_small(key->data, key->size)) abort();
    if (map->n == 4) return -1;
    map->sizes[map->n] = key->size - (VARIANT == PUT && key->size == 3);
    if (key->size) memcpy(map->keys[map->n], key->data, key->size);
    map->values[map->n++] = value;
    return 0;
}
int am_get(const am_map *map, am_view *found, int value)
{
    for (int i = 0; i < map->n; i++)
        if (map->values[i] == value) {
            *found = (am_view){map->sizes[i], map->keys[VARIANT == GET ? i ^ 1 : i]};
            return 0;
        }
    return -1;
}
am_view am_last(const am_map *map)
{
    if (map->n == 0) return (am_view){0, NULL};
    return (am_view){map->sizes[map->n - 1], map->keys[VARIANT == LAST ? 0 : map->n - 1]};
}
int am_sum_of(const am_view *parts, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++) {
        if (!am_is_small(parts[i].data, parts[i].size)) abort();
        sum += am_sum(parts[i].data, parts[i].size) + (VARIANT == SUM_OF && i == 1);
    }
    return sum;
}
int am_of_pair(const am_pair *pair)
{
    return am_sum(pair->key.data, pair->key.size) + (int)strlen(pair->name) + (VARIANT == OF_PAIR && pair->kind == 2);
}
int am_trim(am_view *view)
{
    if (view->size == 0) return -1;
    view->data += VARIANT == TRIM ? 0 : 1;
    view->size--;
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: am
header: am.h
libraries: {c: {path: libam.so}}
types:
  am_view:
    fields:
      data: {to: bytes, length: size, nullable: size == 0}
      size: {range: [0, 6]}
  am_pair:
    fields:
      name: {to: string, encoding: ascii, max: 6}
      kind: {range: [0, 3]}
      mine: {nullable: true}
handles:
  am_map: {create: am_new, destroy: am_free}
functions:
  am_new:
  am_sum: {params: {data: {in: bytes, length: size, nullable: size == 0}}}
  am_is_small: {params: {data: {in: bytes, length: size, nullable: size == 0}}}
  am_width: {params: {name: {in: string, encoding: ascii, max: 6}}}
  am_knows:
    params: {data: {in: bytes, length: size, nullable: size == 0}}
    requires: [am_is_small(data, size) != 0]
  am_put:
    params: {key: {in: am_view}, value: {range: [0, 3]}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
    requires: [am_is_small(key.data, key.size) != 0]
    ensures: ["implies(result == 0, am_knows(map, key.data, key.size) != 0)"]
  am_get:
    params: {found: {out: am_view}, value: {range: [0, 3]}}
    returns: {status: {ok: [0], errors: {-1: it is not there}}}
    ensures: ["implies(result == 0, am_knows(map, found.data, found.size) != 0)"]
  am_last:
    ensures: ["implies(result.data != null, am_knows(map, result.data, result.size) != 0)"]
  am_sum_of:
    params: {parts: {in: array, length: n}, n: {range: [0, 3]}}
    requires: ["all(am_is_small(parts[i].data, parts[i].size) != 0 for i in range(n))"]
    ensures: ["implies(n == 2, result == am_sum(parts[0].data, parts[0].size) + am_sum(parts[1].data, parts[1].size))"]
  am_of_pair:
    params: {pair: {in: am_pair}}
    ensures: [result == am_sum(pair.key.data, pair.key.size) + am_width(pair.name)]
  am_trim:
    params: {view: {inout: am_view}}
    returns: {status: {ok: [0], errors: {-1: there is nothing}}}
    ensures: ["implies(result == 0, am_sum(view.data, view.size) == old(am_sum(view.data, view.size) - view.data[0]))"]
"""
PROMISE = "ABD321"


FIELD = "am_is_small(key.data, key.size) != 0"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "phase", "wrong"),
    [
        full("am_map", "lifecycle", "GET"),
        full("am_map", "lifecycle", "PUT"),
        full("am_map", "lifecycle", "LAST"),
        ("am_map", "explore", "PUT"),
        ("am_sum_of", "properties", "SUM_OF"),
        ("am_of_pair", "properties", "OF_PAIR"),
        ("am_trim", "properties", "TRIM"),
    ],
)
def test_who_is_asked_is_given_the_memory(function, phase, wrong, codes_of, monkeypatch):
    """The library ends the process where it is given what is not small, or was left by a call that failed."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found = codes_of("am", HEADER, SOURCE, CONTRACT, function, (phase,), f"-DVARIANT={wrong}", least=100)
    assert found == [PROMISE]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "phase"),
    [
        full("am_map", "lifecycle"),
        ("am_map", "explore"),
        ("am_get", "properties"),
        ("am_sum_of", "properties"),
        full("am_put", "explore"),
        full("am_of_pair", "explore"),
    ],
)
def test_what_holds_of_the_memory_is_no_finding(function, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    assert codes_of("am", HEADER, SOURCE, CONTRACT, function, (phase,), "-DVARIANT=SOUND") == []


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("am_is_small(key.dat, key.size) != 0", "field `dat` is not in `struct am_view`"),
        ("am_is_small(value.data, value) != 0", "`value` is no record, so there is no field `data` in it"),
        (
            "am_is_small(key.data, key.size - 1) != 0",
            "`key.data` is `key.size` long, and `data` of `am_is_small` is given another length than that",
        ),
        (
            "am_width(key.data) > 0",
            "`key.data` is described as `bytes`, and `name` of `am_width` as `string`",
        ),
        ("am_knows(key.data, key.data, 3)", "`key.data` is memory, and `map` of `am_knows` is none"),
    ],
)
def test_what_is_no_memory_of_that_kind(question, message, refusals):
    assert refusals(FIELD, question) == [message]


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (
            "parts.data, parts.size",
            "`parts` is an array of records, so `parts.data` does not say which one is meant",
        ),
        (
            "parts[i].data, parts[0].size",
            "`parts[i].data` is `parts[i].size` long, and `data` of `am_is_small` is given another length than that",
        ),
    ],
)
def test_of_several_records_one_is_meant(question, message, refusals):
    assert refusals("parts[i].data, parts[i].size", question) == [message]


def test_a_pointer_of_which_nothing_is_said_is_given_to_nobody(refusals):
    (message,) = refusals("am_width(pair.name)", "am_width(pair.mine)")
    assert message.startswith("`pair.mine` is no memory of which the contract says `to` and `length`, and ")


@pytest.fixture
def refusals(written, tmp_path):
    """Return what replaces a part of the contract, and gives the messages about it."""

    def messages(part, by):
        written("am", HEADER, SOURCE, CONTRACT)
        with pytest.raises(UsageError) as caught:
            join(load_text(CONTRACT.replace(part, by), tmp_path / "am.contract.yaml"))
        return [each.message for each in caught.value.diagnostics]

    return messages
