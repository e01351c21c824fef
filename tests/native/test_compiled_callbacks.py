"""Callbacks of a compiled contract: what they answer, how they are called, and what is promised of that."""

from __future__ import annotations

import shutil
from functools import cache

import pytest
from built_contract import BuiltContract, made, of_family, of_words
from native_twins import CONTRACTS, ROOT

from abidance.boundary.model.values import Derived
from abidance.generate.scope import FilterLog
from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import sequences
from abidance.generate.strategies import cases
from tiers import full

MARKET = ROOT / "examples/02-market-data-gateway"
TWINS = ROOT / "native_fixtures/market_data/c"
VARIANTS = ("sound", "near", "wrong")

CALLING_HEADER = """
#include <stddef.h>
typedef struct pool pool;
typedef struct { int low, high; const char *name; } span;
typedef void *(*pool_alloc)(void *context, size_t count, size_t size);
typedef int (*pool_free)(void *context, void *block);
typedef void *(*pool_move)(void *context, void *block, size_t size);
pool *pool_new(pool_alloc allocate, pool_free release, pool_move move, void *context);
int pool_add(pool *p, unsigned n);
void pool_end(pool *p);
int each(const int *numbers, size_t count, int (*visit)(int number, size_t at, void *context), void *context);
int spans(unsigned n, int (*take)(const span *s));
typedef struct { int (*enter)(void *context); int (*step)(int number, void *context); } walker;
int walk(unsigned n, const walker *w, void *context);
"""
CALLING_CONTRACT = """
abidance: 1
boundary: calling
header: calling.h
libraries: {c: {path: libcalling.so}}
types:
  span:
    fields: {name: {to: string}, low: {range: [0, 1000]}}
  walker: {fields: {enter: {callback: {}}, step: {callback: {calls: n}}}}
handles:
  pool: {type: pool, create: pool_new, destroy: pool_end}
functions:
  pool_new:
    params:
      allocate:
        callback: {allocates: count * size, returns: {nullable: true}, lifetime: handle(pool)}
        user_data: context
      release: {callback: {frees: block, lifetime: handle(pool)}, user_data: context}
      move:
        callback: {allocates: size, frees: block, returns: {nullable: true}, lifetime: handle(pool)}
        user_data: context
    returns: {handle: pool, nullable: true}
  pool_add:
    params: {p: {handle: pool}, n: {range: [0, 40]}}
    returns: {status: {ok: [0], errors: {-1: no memory}}}
  pool_end:
    params: {p: {handle: pool}}
  each:
    params:
      numbers: {in: array, length: count}
      visit:
        callback:
          calls: 0..count
          returns: {one_of: [0, 1]}
          ensures: [at < count, "number == numbers[at]"]
        user_data: context
    ensures: ["result == len(visit.calls)", "implies(result < count, result > 0 and visit.calls[-1].result == 1)"]
  spans:
    params:
      n: {range: [0, 20]}
      take:
        callback:
          calls: n
          params: {s: {to: span}}
          returns: {one_of: [0]}
          ensures: [s.low <= s.high, "s.name in 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'"]
  walk: {params: {n: {range: [0, 9]}, w: {in: walker, user_data: context}}}
"""
CALLING = """
#include <stdlib.h>
#include <string.h>
#include "calling.h"
struct pool { pool_alloc allocate; pool_free release; pool_move move; void *context; void **blocks; unsigned count; };
pool *pool_new(pool_alloc allocate, pool_free release, pool_move move, void *context)
{
    pool *p = allocate(context, 1, sizeof *p);
    if (p) *p = (pool){allocate, release, move, context, NULL, 0};
    return p;
}
int pool_add(pool *p, unsigned n)
{
    void **blocks = p->move(p->context, p->blocks, (p->count + 1) * sizeof *blocks);
    if (!blocks) return -1;
    p->blocks = blocks;
    void *block = p->allocate(p->context, n, 3);
    if (!block CHECKED) return -1;
    memset(block, 0, 3 * n);
    p->blocks[p->count++ MOVED] = block;
    return 0;
}
void pool_end(pool *p)
{
    for (unsigned i = 0; i < p->count; i++) p->release(p->context, p->blocks[i]);
    if (p->blocks) p->release(p->context, p->blocks);
    p->release(p->context, p);
}
int each(const int *numbers, size_t count, int (*visit)(int, size_t, void *), void *context)
{
    for (size_t i = 0; i < count; i++)
        if (visit(numbers[i SKEW], i, CONTEXT)) return (int)i + 1;
    return (int)count;
}
int spans(unsigned n, int (*take)(const span *))
{
    static char name[32];
    for (unsigned i = 0; i < n FEWER; i++) {
        memset(name, 'a', i);
        name[i] = 0;
        span s = {LOW, (int)i + 2, NAME};
        take(&s);
    }
    return 0;
}
int walk(unsigned n, const walker *w, void *context)
{
    w->enter(context);
    for (unsigned i = 0; i < n; i++) w->step((int)i, STEPPED);
    return 0;
}
"""
SOUND = {
    "STEPPED": "context",
    "CHECKED": "", "MOVED": "", "SKEW": "", "CONTEXT": "context", "FEWER": "", "LOW": "(int)i", "NAME": "name",
}  # fmt: skip
WRONG = {
    "sound": {},
    "fails_to_check": {"CHECKED": "&& n > 99"},
    "writes_past_its_block": {"MOVED": "+ (n == 13)"},
    "visits_another": {"SKEW": "- (i == 5)"},
    "forgets_context": {"CONTEXT": "i == 3 ? NULL : context"},
    "tells_fewer": {"FEWER": "- (n == 7)"},
    "outside_its_range": {"LOW": "i == 9 ? -1 : (int)i"},
    "low_above_high": {"LOW": "(int)i * (i == 11 ? 9 : 1)"},
    "steps_elsewhere": {"STEPPED": "i == 6 ? &n : context"},
    "no_name": {"NAME": "i == 4 ? NULL : name"},
}


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    """Return the target of the market data gateway."""
    if not shutil.which("patch"):
        pytest.skip("needs patch")

    def sources(name):
        patch = TWINS / name / "change.patch"
        return MARKET / "c/market_data.c", patch if patch.exists() else None

    folder = tmp_path_factory.mktemp("market")
    return BuiltContract(folder, CONTRACTS["market_data"], MARKET / "include", sources)


@pytest.fixture(scope="module")
def calling(tmp_path_factory):
    """Return the target of a library that does nothing but calling back."""
    folder = tmp_path_factory.mktemp("calling")
    return of_words(
        folder, "calling", CALLING_HEADER, CALLING_CONTRACT, CALLING, lambda name: {**SOUND, **WRONG[name]}
    )


@pytest.mark.full
@pytest.mark.parametrize(
    ("twin", "entry", "words"),
    [
        ("drain_tells_twice", "md_feed_drain", "ABD341 md_feed_drain"),
        ("scan_forgets_context", "md_scan", "ABD342 md_scan"),
        ("scan_goes_on", "md_scan", "ABD321 md_scan"),
    ],
)
def test_what_is_planted_in_the_gateway_is_found(market, twin, entry, words):
    assert words in market.run(twin, entry).stderr


@pytest.mark.full
@pytest.mark.parametrize("twin", ["market_data_c", "near_miss_text_in_a_copy"])
def test_nothing_is_found_in_a_sound_gateway(market, twin):
    for entry in ("md_scan", "md_feed_drain", "md_feed"):
        ended = market.run(twin, entry)

        assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "entry", "words"),
    [
        ("fails_to_check", "pool", "null pointer"),
        full("writes_past_its_block", "pool", "heap-buffer-overflow"),
        ("visits_another", "each", "ABD346 each"),
        full("forgets_context", "each", "ABD342 each"),
        ("tells_fewer", "spans", "ABD341 spans"),
        full("outside_its_range", "spans", "ABD343 spans"),
        full("low_above_high", "spans", "ABD346 spans"),
        full("no_name", "spans", "ABD343 spans"),
        ("steps_elsewhere", "walk", "ABD342 walk"),
    ],
)
def test_a_wrong_way_of_calling_back_is_found(calling, library, entry, words):
    assert words in calling.run(library, entry).stderr


@pytest.mark.slow
def test_nothing_is_found_in_a_library_that_calls_back_as_promised(calling):
    for entry in ("pool", "pool_add", "each", "spans", "walk"):
        ended = calling.run("sound", entry)

        assert (ended.returncode, ended.stderr) == (0, "")


FAMILIES = {
    "callback_writes": (
        "fl_count", "fl_slurp", "fl_line", "fl_skip", "fl_header", "fl_double", "fl_longest", "fl_total", "fl_items",
        "fl_area", "fl_where", "fl_pull", "fl_search",
    ),
    "ownership_transfer": ("tk_words", "tk_parcels", "tk_ask"),
}  # fmt: skip
"""Functions whose callbacks write, return or keep memory; each has a defect in the variant that is wrong."""
NEAREST = {"fl_slurp", "fl_skip", "fl_where", "fl_pull", "fl_search"}


@pytest.fixture(scope="module")
def filling(tmp_path_factory):
    """Return the target of a family whose callbacks do more than answer; one is built for each."""
    return cache(lambda family: of_family(tmp_path_factory.mktemp(family), family, VARIANTS.index))


@pytest.mark.parametrize(
    ("family", "entry"),
    [
        (family, entry) if entry in NEAREST else full(family, entry)
        for family, entries in FAMILIES.items()
        for entry in entries
    ],
)
def test_what_trusts_a_callback_that_writes_or_gives_too_much_is_found(filling, family, entry):
    assert filling(family).run("wrong", entry).returncode != 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("family", "variant"),
    [
        ("callback_writes", "sound"),
        full("callback_writes", "near"),
        full("ownership_transfer", "sound"),
        full("ownership_transfer", "near"),
    ],
)
def test_code_that_lends_what_a_callback_writes_to_is_left_alone(filling, family, variant):
    for entry in (*FAMILIES[family], *filling(family).boundary.handles):
        ended = filling(family).run(variant, entry)

        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.full
@pytest.mark.parametrize("family", FAMILIES)
def test_what_callbacks_write_becomes_bytes_and_the_same_again(filling, family):
    built = filling(family)
    for entry in (*FAMILIES[family], *built.boundary.handles):
        wanted = [case for case in made(strategy_of(built.boundary, entry), 25) if not goes_by_earlier(case)]
        given, again = built.again("sound", entry, wanted)

        assert len(given) * 3 > 25  # text is as long as `max` says in characters, and here in bytes
        assert again == given


def strategy_of(boundary, entry):
    if entry in boundary.functions:
        return cases(boundary, boundary.functions[entry])
    return sequences(boundary, SequenceModel.of(boundary, entry), FilterLog())


def goes_by_earlier(case):
    """Tell whether a number of a case is worked out from what an earlier call returns: in an input it is a number."""
    return any(isinstance(value, Derived) for step in case.steps for value in step.arguments.values())


def may_fail(step):
    return None in getattr(step.arguments.get("allocate"), "answers", ())


@pytest.mark.slow
def test_a_case_with_callbacks_becomes_bytes_and_the_same_case_again(calling):
    boundary = calling.boundary
    for entry in ("each", "pool"):
        # A handle that there is no memory for is not there in the next call.
        wanted = [
            case for case in made(strategy_of(boundary, entry), 100) if not any(map(may_fail, case.steps))
        ]
        given, again = calling.again("sound", entry, wanted)

        assert len(given) * 2 > len(wanted)
        assert again == given
