"""Callbacks that return records, and that lend memory through a pointer which they write, in compiled contracts."""

from __future__ import annotations

import pytest
from built_contract import made, of_family, of_texts

from abidance.boundary.model.values import Case, Script
from abidance.generate.strategies import cases

VARIANTS = ("sound", "near", "wrong")
LENT = {"fl_chunks": "AddressSanitizer", "fl_lent": "AddressSanitizer", "fl_named": "AddressSanitizer"}

HEADER = """
#include <stddef.h>
#include <stdint.h>
typedef struct { int32_t x, y; } pr_point;
typedef struct { int kind; pr_point at; uint8_t mark[3]; double weight; } pr_item;
int64_t pr_area(unsigned n, pr_point (*corner)(unsigned number, void *context), void *context);
double pr_weigh(unsigned n, pr_item (*item)(unsigned number, void *context), void *context);
long pr_names(size_t (*next)(void *context, const char **name), void *context);
typedef struct pr_feed pr_feed;
typedef ptrdiff_t (*pr_read)(void *context, const uint8_t **bytes);
pr_feed *pr_open(pr_read read, void *context);
int pr_byte(pr_feed *feed);
void pr_close(pr_feed *feed);
unsigned pr_count(unsigned n, int (*more)(void *context), void *context);
"""
SOURCE = """
#include <stdlib.h>
#include <string.h>
#include "pr.h"
#define WRONG (VARIANT == 2)
#define NEAR (VARIANT == 1)
int64_t pr_area(unsigned n, pr_point (*corner)(unsigned number, void *context), void *context)
{
    int64_t area = 0;
    for (unsigned i = 0; i < n; i++) {
        pr_point one = corner(i, context);
        area += (int64_t)one.x * (WRONG && one.x < 0 ? one.x : one.y);
    }
    return area;
}
double pr_weigh(unsigned n, pr_item (*item)(unsigned number, void *context), void *context)
{
    double all = 0;
    for (unsigned i = 0; i < n; i++) {
        pr_item one = item(i, context);
        if (one.kind == 2 || (NEAR && one.kind > 2))
            all += one.weight + one.at.y + (WRONG && one.mark[2] == 'a' ? 1 : 0);
    }
    return all;
}
/* Whoever looks at a name that is not there dies; the near one looks at the last NUL. */
long pr_names(size_t (*next)(void *context, const char **name), void *context)
{
    long all = 0;
    for (unsigned i = 0; i < 4; i++) {
        const char *name = "untouched";
        size_t told = next(context, &name);
        if (!WRONG && !name)
            continue;
        all += (long)(NEAR ? strlen(name) + (name[strlen(name)] != 0) : strlen(name)) + (long)told;
    }
    return all;
}
struct pr_feed { pr_read read; void *context; const uint8_t *at; ptrdiff_t left; };
pr_feed *pr_open(pr_read read, void *context)
{
    pr_feed *made = calloc(1, sizeof *made);
    if (made)
        made->read = read, made->context = context;
    return made;
}
/* The wrong one takes what was lent last for what is lent now, once nothing is left. */
int pr_byte(pr_feed *feed)
{
    if (feed->left <= 0) {
        ptrdiff_t more = feed->read(feed->context, &feed->at);
        if (more < 0 || (!WRONG && more == 0))
            return -1;
        feed->left = more;
    }
    feed->left--;
    return *feed->at++;
}
void pr_close(pr_feed *feed) { free(feed); }
/* The near one asks once more, whatever it was told. */
unsigned pr_count(unsigned n, int (*more)(void *context), void *context)
{
    unsigned made = 0;
    for (; made < n; made++)
        if (!more(context) && !(WRONG && made == 2))
            break;
    if (NEAR)
        more(context);
    return made;
}
"""
CONTRACT = """
abidance: 1
boundary: pr
header: pr.h
libraries: {c: {path: libpr.so}}
types:
  pr_point: {fields: {x: {range: [-30000, 30000]}, y: {range: [-30000, 30000]}}}
  pr_item: {fields: {kind: {range: [0, 2]}, weight: {range: [0, 9]}}}
handles:
  pr_feed: {create: pr_open, destroy: pr_close}
functions:
  pr_area:
    params:
      n: {range: [0, 4]}
      corner: {callback: {calls: n}, user_data: context}
    ensures: ["result == sum(c.result.x * c.result.y for c in corner.calls)"]
  pr_weigh:
    params:
      n: {range: [0, 4]}
      item: {callback: {calls: n}, user_data: context}
    ensures: ["abs(result - sum(c.result.weight + c.result.at.y for c in item.calls if c.result.kind == 2)) < 0.5"]
  pr_names:
    params:
      next:
        callback: {params: {name: {out: {to: string, encoding: ascii, nullable: true}}}, returns: {range: [0, 9]}}
        user_data: context
    ensures: ["result == sum(len(c.name) + c.result for c in next.calls if c.name != null)"]
  pr_open:
    params:
      read:
        callback:
          params: {bytes: {out: {to: bytes, length: result}}}
          returns: {range: [-1, 30]}
          contents: {like: '(ab){1,20}'}
          lifetime: handle(pr_feed)
        user_data: context
    returns: {nullable: true}
  pr_byte:
    returns: {range: [-1, 98]}
  pr_count:
    params: {n: {range: [0, 20]}, more: {callback: {returns: {one_of: [0, 1]}}, user_data: context}}
laws:
  it_stops_where_it_is_told:
    given: {n: {in: int, range: [0, 20]}}
    steps: ["a = pr_count(n, more=[1, 1, 0])"]
    ensures: [a.result == min(n, 2), "all(c.result == 1 for c in a.more.calls[:2])"]
"""


@pytest.fixture(scope="module")
def lent(tmp_path_factory):
    return of_family(tmp_path_factory.mktemp("callback_writes"), "callback_writes", VARIANTS.index)


@pytest.fixture(scope="module")
def handed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pr")
    return of_texts(
        folder, "pr", HEADER, CONTRACT, SOURCE, lambda name: (f"-DVARIANT={VARIANTS.index(name)}",)
    )


@pytest.mark.slow
def test_nothing_is_left_of_either(lent, handed):
    assert not lent.target.left
    assert not handed.target.left


@pytest.mark.slow
@pytest.mark.parametrize(("function", "code"), LENT.items())
def test_what_reads_past_what_was_lent_is_found(function, code, lent):
    assert code in lent.run("wrong", function).stderr


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("pr_area", "ABD321"),
        ("pr_weigh", "ABD321"),
        ("pr_names", "null pointer passed"),
        ("pr_feed", "AddressSanitizer"),
        ("it_stops_where_it_is_told", "ABD376"),
    ],
)
def test_what_takes_an_answer_for_another_is_found(item, code, handed):
    assert code in handed.run("wrong", item).stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_takes_it_as_it_is_told_is_left_alone(library, lent, handed):
    for built in (lent, handed):
        for entry in built.target.entries:
            ended = built.run(library, entry, 20_000, 2)
            assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("family", "function"),
    [*(("lent", function) for function in LENT), ("handed", "pr_area"), ("handed", "pr_weigh")],
)
def test_what_a_callback_hands_out_goes_there_and_back(family, function, request):
    built = request.getfixturevalue(family)
    drawn = made(cases(built.boundary, built.boundary.functions[function]))
    wanted, found = built.again("sound", function, drawn)

    assert found == wanted
    assert len(wanted) == len(drawn)


def test_a_name_that_is_not_there_is_an_input(handed):
    script = Script((3, 0), ({"name": b"one"}, {"name": None}))
    _, (found,) = handed.again("sound", "pr_names", [Case("pr_names", {"next": script}, 0, 0)])

    assert found.arguments["next"] == script
