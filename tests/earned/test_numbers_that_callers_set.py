"""A number that a call leaves and reads before: the finding names the clause by which callers set it."""

from __future__ import annotations

import pytest

HEADER = """
typedef enum { T_FINE, T_LOW, T_HIGH } t_error;
int first(int x, t_error *error);
int later(int x, t_error *error);
"""
SOURCE = """
int first(int x, t_error *error) {
    if (*error > T_FINE) x = -1; /* an earlier call has failed */
    *error = x < 0 ? T_LOW : x > 9 ? T_HIGH : T_FINE;
    return x;
}
int later(int x, t_error *error) {
    if (x > 9) *error = T_HIGH; /* leaves it alone otherwise */
    return x;
}
"""
CONTRACT = """
functions:
  first: {params: {x: {}, error: {out: t_error, BEFORE status: {ok: [T_FINE], errors: {T_LOW: low, T_HIGH: high}}}}}
  later: {params: {x: {}, error: {out: t_error, BEFORE status: {ok: [T_FINE], errors: {T_HIGH: high}}}}}
"""


@pytest.mark.slow
def test_the_clause_is_named(small):
    ended = small.run(HEADER, SOURCE, CONTRACT.replace("BEFORE ", ""))

    assert ended.status == 1, ended.text
    assert {"ABD327", "ABD325"} <= set(ended.codes), ended.text
    assert "if callers have to set `error` before, say `initially: T_FINE`" in ended.text
    assert "if only some calls write it, say what it holds before: `initially: T_FINE`" in ended.text


@pytest.mark.slow
def test_with_the_clause_nothing_is_told(small):
    ended = small.run(HEADER, SOURCE, CONTRACT.replace("BEFORE", "initially: T_FINE,"))

    assert (ended.status, ended.codes) == (0, []), ended.text
