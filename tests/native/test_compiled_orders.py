"""Callbacks of a compiled contract that answer by what they are given: an order, an equality, a hash, a share."""

from __future__ import annotations

import pytest
from built_contract import made, of_words

from abidance.generate.strategies import cases
from tiers import full

HEADER = """
#include <stddef.h>
#include <stdint.h>
typedef struct { char mark; short weight; } item;
int numbers(int x, int y, int (*order)(int a, int b));
int halves(double x, double y, int (*order)(const double *a, const double *b));
int texts(const char *x, const char *y, int (*order)(const char *a, const char *b));
int runs(const uint16_t *x, size_t n, const uint16_t *y, size_t m,
         int (*order)(const uint16_t *a, size_t n, const uint16_t *b, size_t m));
int items(const item *x, const item *y, int (*order)(const item *a, const item *b));
int keys(const char *x, const char *y, unsigned (*hash)(const char *key), int (*equal)(const char *a, const char *b));
long pour(const uint8_t *data, size_t n, long (*put)(void *to, const uint8_t *piece, size_t size), void *to);
"""
CONTRACT = """
abidance: 1
boundary: orders
header: orders.h
libraries: {c: {path: liborders.so}}
types: {item: {fields: {weight: {range: [-9, 9]}}}}
functions:
  numbers:
    params: {order: {callback: {compares: [a, b], calls: 2}}}
    ensures: [result == 0, "implies(x == y, order.calls[0].result == 0)"]
  halves:
    params: {order: {callback: {compares: [a, b], calls: 2, params: {a: {to: double}, b: {to: double}}}}}
    requires: [x == x, y == y, "x != 0.0", "y != 0.0"]
    ensures: [result == 0, "implies(x == y, order.calls[0].result == 0)"]
  texts:
    params:
      x: {in: string, max: 3}
      y: {in: string, max: 3}
      order: {callback: {compares: [a, b], calls: 2, params: {a: {to: string}, b: {to: string}}}}
    ensures: [result == 0, "implies(x == y, order.calls[0].result == 0)"]
  runs:
    params:
      x: {in: array, length: n}
      y: {in: array, length: m}
      n: {range: [0, 3]}
      m: {range: [0, 3]}
      order: {callback: {compares: [a, b], calls: 2, params: {a: {to: array, length: n}, b: {to: array, length: m}}}}
    ensures: [result == 0]
  items:
    params:
      x: {in: item}
      y: {in: item}
      order: {callback: {compares: [a.weight, b.weight], calls: 2, params: {a: {to: item}, b: {to: item}}}}
    ensures: [result == 0, "implies(x.weight == y.weight, order.calls[0].result == 0)"]
  keys:
    params:
      x: {in: string, max: 2}
      y: {in: string, max: 2}
      hash: {callback: {hashes: key, params: {key: {to: string}}}}
      equal: {callback: {compares: [a, b], params: {a: {to: string}, b: {to: string}}, returns: {bool: true}}}
    returns: {bool: true}
    ensures: [result == (x == y)]
  pour:
    params:
      data: {in: bytes, length: n}
      n: {range: [0, 20]}
      put:
        callback: {at_most: size, params: {piece: {to: bytes, length: size}}, returns: {range: [-1, 32]}}
        user_data: to
    returns: {status: {ok: 0.., errors: {-1: it cannot be put}}}
    ensures: ["implies(result >= 0, sum(c.result for c in put.calls) == n)"]
"""
SOURCE = """
#include "orders.h"
#include <string.h>
/* 0, where what is asked the other way round is answered the other way round */
static int odd(int there, int back) { return (there > 0) - (there < 0) != (back < 0) - (back > 0); }
int numbers(int x, int y, int (*order)(int, int)) { return odd(order(x, y), order(y, NUMBER)); }
int halves(double x, double y, int (*order)(const double *, const double *))
{
    return odd(order(&x, &y), order(HALF, &x));
}
int texts(const char *x, const char *y, int (*order)(const char *, const char *))
{
    return odd(order(x, y), order(y, TEXT));
}
int runs(const uint16_t *x, size_t n, const uint16_t *y, size_t m,
         int (*order)(const uint16_t *, size_t, const uint16_t *, size_t))
{
    return odd(order(x, n, y, m), order(y, RUN, x, n));
}
int items(const item *x, const item *y, int (*order)(const item *, const item *))
{
    item copy = *x;
    copy.mark++;
    copy.weight ITEM;
    return odd(order(x, y), order(y, &copy));
}
int keys(const char *x, const char *y, unsigned (*hash)(const char *), int (*equal)(const char *, const char *))
{
    return hash(x) == hash(y) && (KEY equal(x, y));
}
long pour(const uint8_t *data, size_t n, long (*put)(void *, const uint8_t *, size_t), void *to)
{
    for (size_t left = n; left > 0;) {
        long took = put(to, data, left);
        if (took <= 0) return -1;
        data += took;
        left -= POUR;
    }
    return n;
}
"""
SOUND = {
    "NUMBER": "x", "HALF": "&y", "TEXT": "x", "RUN": "m", "ITEM": "+= 0", "KEY": "", "POUR": "(size_t)took",
}  # fmt: skip
WRONG = {
    "numbers": {"NUMBER": "x + (x == 7)"},
    "halves": {"HALF": "&(double){-y}"},
    "texts": {"TEXT": "*x ? x + 1 : x"},
    "runs": {"RUN": "m == 3 ? 0 : m"},
    "items": {"ITEM": "+= copy.weight == 3"},
    "keys": {"KEY": "*x &&"},
    "pour": {"POUR": "left"},
}


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    """Return the target of a library that does nothing but asking."""
    folder = tmp_path_factory.mktemp("orders")
    return of_words(folder, "orders", HEADER, CONTRACT, SOURCE, lambda name: {**SOUND, **WRONG.get(name, {})})


@pytest.mark.slow
@pytest.mark.parametrize("entry", [entry if entry in {"runs", "pour"} else full(entry) for entry in WRONG])
def test_what_is_asked_of_other_contents_is_found(orders, entry):
    assert f"ABD321 {entry}" in orders.run(entry, entry, 200_000, 1).stderr


@pytest.mark.slow
def test_the_same_contents_have_the_same_answer(orders):
    """A mark beside what is compared does not count, and what is answered is never more than there is."""
    for entry in WRONG:
        ended = orders.run("sound", entry)

        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
def test_an_order_becomes_bytes_and_the_same_again(orders):
    """Of a hash, another one that tells apart as much may come back."""
    for entry in WRONG.keys() - {"keys"}:
        function = orders.boundary.functions[entry]
        given, again = orders.again("sound", entry, made(cases(orders.boundary, function)))

        assert len(given) * 3 > 40
        assert again == given
