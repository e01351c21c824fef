"""A function that makes a handle in one state or another, as its arguments say."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct sn_coder sn_coder;
sn_coder *sn_new(int bits);
int sn_open(int bits, sn_coder **coder);
void sn_free(sn_coder *coder);
int sn_is_raw(const sn_coder *coder);
int sn_prime(sn_coder *coder, int bits);
"""
SOURCE = """\
#include "sn.h"
#include <stdlib.h>
struct sn_coder { int raw; };
sn_coder *sn_new(int bits)
{
    sn_coder *coder = malloc(sizeof *coder);
    coder->raw = bits < 0 && bits != WRAPPED;
    return coder;
}
int sn_open(int bits, sn_coder **coder) { *coder = sn_new(bits); return 0; }
void sn_free(sn_coder *coder) { free(coder); }
int sn_is_raw(const sn_coder *coder) { return coder->raw; }
int sn_prime(sn_coder *coder, int bits) { return coder->raw ? bits : -1; }
"""
CONTRACT = """\
abidance: 1
boundary: sn
header: sn.h
libraries: {c: {path: libsn.so}}
handles:
  sn_coder:
    create: [sn_new, sn_open]
    destroy: sn_free
    states:
      wrapped: {shown_by: {sn_is_raw: result == 0}}
      raw: {shown_by: {sn_is_raw: result == 1}}
    transitions:
      sn_new: {to: {raw: bits < 0}}
      sn_open: {to: {raw: bits < 0, wrapped: true}}
      sn_prime: {from: raw}
functions:
  sn_new: {params: {bits: {range: [-15, 15]}}}
  sn_open: {params: {bits: {range: [-15, 15]}}, returns: {status: {ok: [0]}}}
  sn_is_raw:
  sn_prime: {params: {bits: {range: [0, 7]}}, ensures: [result == bits]}
"""


@pytest.mark.parametrize(("wrapped", "codes"), [("0", set()), ("-9", {"ABD321"})])
def test_a_single_call_has_one_that_is_in_its_state(wrapped, codes, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.2")
    found = codes_of(
        "sn", HEADER, SOURCE, CONTRACT, "sn_prime", ("properties", "explore"), f"-DWRAPPED={wrapped}"
    )

    assert {*found} == codes


@pytest.mark.parametrize(("wrapped", "codes"), [("0", set()), ("-9", {"ABD321", "ABD334"})])
def test_sequences_know_in_which_state_it_is(wrapped, codes, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.2")
    found = codes_of(
        "sn", HEADER, SOURCE, CONTRACT, "sn_coder", ("lifecycle", "explore"), f"-DWRAPPED={wrapped}"
    )

    assert {*found} <= codes
    assert bool(found) == bool(codes)


def test_what_only_the_new_handle_tells_is_refused(written, capsys):
    written(
        "sn",
        HEADER,
        SOURCE,
        CONTRACT.replace("sn_open: {to: {raw: bits < 0,", "sn_open: {to: {raw: result == 0,"),
    )

    assert main(["check", "sn.contract.yaml"]) == 2
    told = capsys.readouterr().out
    assert "`result` is known only once `sn_open` has made the `sn_coder`" in told
    assert "say it by what the function is given" in told
