"""What a new handle has counted follows from what creates it is given, where that may fail as well."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct { int left; } sm_sem;
typedef struct sm_pool sm_pool;
int sm_init(sm_sem *sem, unsigned value);
void sm_post(sm_sem *sem);
int sm_wait(sm_sem *sem);
void sm_end(sm_sem *sem);
sm_pool *sm_pool_new(unsigned tokens);
int sm_pool_take(sm_pool *pool);
void sm_pool_free(sm_pool *pool);
"""
SOURCE = """\
#include "sm.h"
#include <stdlib.h>
struct sm_pool { int left; };
int sm_init(sm_sem *sem, unsigned value) { if (value > 5) return -1; sem->left = (int)value - LESS; return 0; }
void sm_post(sm_sem *sem) { sem->left++; }
int sm_wait(sm_sem *sem) { if (sem->left <= 0) return -1; sem->left--; return 0; }
void sm_end(sm_sem *sem) { sem->left = -1; }
sm_pool *sm_pool_new(unsigned tokens)
{
    sm_pool *pool = malloc(sizeof *pool);
    pool->left = (int)tokens - LESS;
    return pool;
}
int sm_pool_take(sm_pool *pool) { if (pool->left <= 0) return -1; pool->left--; return 0; }
void sm_pool_free(sm_pool *pool) { free(pool); }
"""
CONTRACT = """\
abidance: 1
boundary: sm
header: sm.h
libraries: {c: {path: libsm.so}}
handles:
  sm_sem:
    create: sm_init
    destroy: sm_end
    counts: {left: {most: 8}}
    transitions:
      sm_init: {counts: {left: value}}
      sm_post: {counts: {left: left + 1}}
      sm_wait: {while: left > 0, counts: {left: left - 1}}
  sm_pool:
    create: sm_pool_new
    destroy: sm_pool_free
    counts: {tokens_left: {most: 5}}
    transitions:
      sm_pool_new: {counts: {tokens_left: tokens}}
      sm_pool_take: {while: tokens_left > 0, counts: {tokens_left: tokens_left - 1}}
functions:
  sm_init: {params: {value: {range: [0, 7]}}, returns: {status: {ok: [0], errors: {-1: too many}}}}
  sm_post:
  sm_wait:
    returns: {status: {ok: [0], errors: {-1: there is none left}}}
    ensures: [result == 0]
    rejects: [{when: {sem: left == 0}, returns: -1}]
  sm_end:
  sm_pool_new: {params: {tokens: {range: [0, 5]}}, returns: {handle: sm_pool, nullable: true}}
  sm_pool_take:
    returns: {status: {ok: [0], errors: {-1: there is none left}}}
    ensures: [result == 0]
    rejects: [{when: {pool: tokens_left == 0}, returns: -1}]
"""


@pytest.mark.slow
@pytest.mark.parametrize("item", ["sm_sem", "sm_pool"])
@pytest.mark.parametrize(("less", "codes"), [("0", []), ("1", ["ABD321"])], ids=["sound", "defect"])
def test_as_many_may_be_taken_as_there_were_at_first(item, less, codes, codes_of):
    assert codes_of("sm", HEADER, SOURCE, CONTRACT, item, ("lifecycle",), f"-DLESS={less}") == codes


@pytest.mark.slow
@pytest.mark.parametrize(("less", "codes"), [("0", []), ("-1", ["ABD323"])], ids=["sound", "defect"])
def test_what_has_none_left_at_first_is_refused(less, codes, codes_of):
    assert codes_of("sm", HEADER, SOURCE, CONTRACT, "sm_wait", ("rejects",), f"-DLESS={less}") == codes


@pytest.mark.parametrize(("most", "complaints"), [("7", 0), ("5", 1)])
def test_one_that_begins_beyond_what_is_counted_is_refused(most, complaints, written, capsys):
    written("sm", HEADER, SOURCE, CONTRACT.replace("left: {most: 8}", f"left: {{most: {most}}}"))
    main(["check", "sm.contract.yaml"])
    shown = " ".join(capsys.readouterr().out.split())
    said = f"`value` may be another number than those that `left` counts, from 0 to {most}"
    assert shown.count(said) == complaints
    assert shown.count("say `params: {value: {range: [0, 5]}}`, or count further") == complaints
