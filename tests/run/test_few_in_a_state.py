"""Handles of which few may be in a state at a time, as one transaction of each connection is active: it counts them."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct cx_conn cx_conn;
typedef struct cx_tx cx_tx;
cx_conn *cx_open(void);
void cx_close(cx_conn *conn);
cx_tx *cx_tx_new(cx_conn *conn);
void cx_tx_free(cx_tx *tx);
int cx_begin(cx_tx *tx);   /* one at a time of each connection */
int cx_commit(cx_tx *tx);
int cx_put(cx_tx *tx, int n);
int cx_sum(const cx_tx *tx);
"""
SOURCE = """\
#include <stdlib.h>
#include "cx.h"
struct cx_conn { cx_tx *active; int total; };
struct cx_tx { cx_conn *conn; int sum; };
cx_conn *cx_open(void) { return calloc(1, sizeof(cx_conn)); }
void cx_close(cx_conn *conn) { free(conn); }
cx_tx *cx_tx_new(cx_conn *conn)
{
    cx_tx *tx = calloc(1, sizeof *tx);
    if (tx) tx->conn = conn;
    return tx;
}
void cx_tx_free(cx_tx *tx)
{
    if (tx->conn->active == tx) abort();
    free(tx);
}
int cx_begin(cx_tx *tx)
{
    if (tx->conn->active) abort();
    tx->conn->active = tx;
    tx->sum = 0;
    return 0;
}
int cx_commit(cx_tx *tx)
{
    if (tx->conn->active != tx) abort();
    tx->conn->active = NULL;
    tx->conn->total += tx->sum;
    return 0;
}
int cx_put(cx_tx *tx, int n)
{
    if (tx->conn->active != tx) abort();
    tx->sum += n;
    return tx->sum - (WRONG && tx->sum > 9);
}
int cx_sum(const cx_tx *tx) { return tx->sum; }
"""
CONTRACT = """\
abidance: 1
boundary: cx
header: cx.h
libraries: {c: {path: libcx.so}}
handles:
  cx_conn:
    create: cx_open
    destroy: cx_close
    counts: {active: {most: 1}}
    transitions:
      cx_begin: {of: tx.conn, counts: {active: active + 1}}
      cx_commit: {of: tx.conn, counts: {active: active - 1}}
  cx_tx:
    create: cx_tx_new
    destroy: cx_tx_free
    states: [idle, begun]
    transitions:
      cx_begin: {from: idle, to: begun}
      cx_put: {from: begun}
      cx_commit: {from: begun, to: idle}
      cx_tx_free: {from: idle}
functions:
  cx_open: {returns: {handle: cx_conn, nullable: true}}
  cx_tx_new: {returns: {handle: cx_tx, nullable: true}}
  cx_begin: {returns: {status: {ok: [0]}}}
  cx_commit: {returns: {status: {ok: [0]}}}
  cx_put: {params: {n: {range: [0, 9]}}, ensures: [result == cx_sum(tx)]}
  cx_sum:
"""


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["lifecycle", "explore"])
def test_no_other_is_begun_as_long_as_one_is(phase, codes_of, monkeypatch):
    """The library ends the process where a second one is begun, or one is freed that was not committed."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    assert codes_of("cx", HEADER, SOURCE, CONTRACT, "cx_conn", (phase,), "-DWRONG=0", least=100) == []


@pytest.mark.slow
def test_what_is_wrong_in_the_one_that_is_begun_is_found(codes_of_sequences):
    assert codes_of_sequences("cx", HEADER, SOURCE, CONTRACT, "cx_tx", "-DWRONG=1", least=100) == ["ABD321"]
