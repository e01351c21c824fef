"""Records in an array that a callback is given: what their pointers lead to is read, and NULL is told from it."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct { const char *name; const char *value; } rc_pair;
int rc_each(int n, int (*each)(void *data, const rc_pair *pairs, size_t count), void *data);
"""
SOURCE = """\
#include "rc.h"
static const char *const names[] = {NULL, "b", "c", "d", "e", "f"};
int rc_each(int n, int (*each)(void *data, const rc_pair *pairs, size_t count), void *data)
{
    rc_pair pairs[6];
    for (int i = 0; i < n; i++)
        pairs[i] = (rc_pair){names[i == n - 1 ? LAST : i], "v"};
    return each(data, pairs, (size_t)n);
}
"""
CONTRACT = """\
abidance: 1
boundary: rc
header: rc.h
libraries: {c: {path: librc.so}}
explore: 0
types:
  rc_pair: {fields: {name: {to: string, nullable: true}, value: {to: string}}}
functions:
  rc_each:
    params:
      n: {range: [0, 6]}
      each: {callback: {calls: 1, params: {pairs: {to: array, length: count}, count: {range: [0, 6]}}}, user_data: data}
    ensures:
      - join(("-" if p.name == null else p.name) + p.value for p in each.calls[0].pairs) == "-vbvcvdvevfv"[:2 * n]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("last", "expected"), [("n - 1", []), ("n / 2", ["ABD321"]), ("i - (n == 6)", ["ABD321"])]
)
def test_what_is_behind_them_is_what_the_contract_says(last, expected, codes_of):
    assert (
        codes_of("rc", HEADER, SOURCE, CONTRACT, "rc_each", ("properties",), f"-DLAST=({last})") == expected
    )
