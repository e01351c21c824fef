"""A question that a contract raises is asked, or the report says that it was not."""

from __future__ import annotations

import pytest

POOL_HEADER = """
typedef struct pool pool;
pool *pool_open(void);
int pool_intern(pool *p, int n);
int pool_size(pool *p);
void pool_close(pool *p);
"""
POOL = """
#include <stdlib.h>
struct pool { int n; };
pool *pool_open(void) { return calloc(1, sizeof(pool)); }
static void *volatile sink;
int pool_intern(pool *p, int n) { sink = malloc(24); return ++p->n; }
int pool_size(pool *p) { if (LEAKS) sink = malloc(40); return p->n; }
void pool_close(pool *p) { free(p); }
"""
POOL_CONTRACT = """
handles:
  pool: {create: pool_open, destroy: pool_close}
functions:
  pool_open: {returns: {handle: pool}}
  pool_intern: {params: {p: {handle: pool}, n: {range: [0, 9]}}, may: [memory]}
  pool_size: {params: {p: {handle: pool}}}
  pool_close: {params: {p: {handle: pool}}}
"""


@pytest.mark.parametrize("leaks", [0, 1], ids=["what may stay", "a leak besides"])
def test_what_a_function_may_keep_is_not_told_of_the_sequences_that_it_is_called_in(small, leaks):
    ended = small.run(POOL_HEADER, POOL, POOL_CONTRACT, flags=[f"-DLEAKS={leaks}"], examples=30)

    assert ended.codes == (["ABD371"] if leaks else [])
    assert ended.status == leaks
    assert ("40 bytes" in ended.text) is bool(leaks)


REFUSING_HEADER = "int parse(const char *text, int *out);\n"
REFUSING = """
int parse(const char *text, int *out)
{
    if (WRITES || (text && *text == '9'))
        *out = 0;
    if (!text)
        return -1;
    *out = *text == '9' ? 0 : 5;
    return *text == '9' ? -1 : 0;
}
"""
REFUSING_CONTRACT = """
functions:
  parse:
    params: {{text: {{in: string, max: 8}}, out: {{out: int{clause}}}}}
    returns: {{status: {{ok: [0], errors: {{-1: no number}}}}}}
    ensures: ["{ensures}"]
    rejects: [{{when: {{text: null}}, returns: -1}}]
"""


@pytest.mark.parametrize(
    ("writes", "ensures", "clause", "codes"),
    [
        (1, "out <= 10", "", ["ABD328"]),  # says nothing of a call that is refused
        (0, "out <= 10", "", []),
        (1, "implies(result != 0, out == 0)", "", []),  # says what a failure leaves
        (1, "result == 0 or out == 0", "", []),
        (1, "out <= 10", ", on_failure: written", []),
    ],
)
def test_a_promise_about_every_lawful_call_does_not_allow_a_refused_one_to_write(
    small, writes, ensures, clause, codes
):
    contract = REFUSING_CONTRACT.format(ensures=ensures, clause=clause)
    ended = small.run(REFUSING_HEADER, REFUSING, contract, flags=[f"-DWRITES={writes}"], examples=20)

    assert ended.codes == codes, ended.text
