"""A function that makes a handle in one state or another, as its arguments say."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import full

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


@pytest.mark.slow
@pytest.mark.parametrize(("wrapped", "codes"), [("0", set()), ("-9", {"ABD321"})])
def test_a_single_call_has_one_that_is_in_its_state(wrapped, codes, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.2")
    found = codes_of(
        "sn", HEADER, SOURCE, CONTRACT, "sn_prime", ("properties", "explore"), f"-DWRAPPED={wrapped}"
    )

    assert {*found} == codes


@pytest.mark.slow
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


COPIED_HEADER = """\
typedef struct cp_list cp_list;
cp_list *cp_new(void);
cp_list *cp_copy(const cp_list *original);
void cp_free(cp_list *list);
int cp_put(cp_list *list);
int cp_seal(cp_list *list);
unsigned cp_count(const cp_list *list);
int cp_is_sealed(const cp_list *list);
"""
COPIED_SOURCE = """\
#include "cp.h"
#include <stdlib.h>
struct cp_list { unsigned count; int sealed; };
cp_list *cp_new(void) { return calloc(1, sizeof(cp_list)); }
cp_list *cp_copy(const cp_list *original)
{
    cp_list *copy = malloc(sizeof *copy);
    *copy = *original;
    if (OPENED)
        copy->sealed = 0;
    if (SHORT && copy->count > 0)
        copy->count--;
    return copy;
}
void cp_free(cp_list *list) { free(list); }
int cp_put(cp_list *list) { return list->sealed ? -1 : (list->count++, 0); }
int cp_seal(cp_list *list) { list->sealed = 1; return 0; }
unsigned cp_count(const cp_list *list) { return list->count; }
int cp_is_sealed(const cp_list *list) { return list->sealed; }
"""
COPIED_CONTRACT = """\
abidance: 1
boundary: cp
header: cp.h
libraries: {c: {path: libcp.so}}
handles:
  cp_list:
    create: [cp_new, cp_copy]
    destroy: cp_free
    states:
      open: {shown_by: {cp_is_sealed: result == 0}}
      sealed: {shown_by: {cp_is_sealed: result == 1}}
    counts: {held: {most: 4, shown_by: {cp_count: result == held}}}
    transitions:
      cp_copy: {copies: original}
      cp_put: {from: open, counts: {held: held + 1}}
      cp_seal: {from: open, to: sealed}
functions:
  cp_copy: {params: {original: {handle: cp_list}}}
  cp_put: {returns: {status: {ok: [0]}}}
  cp_seal: {returns: {status: {ok: [0]}}}
  cp_count:
  cp_is_sealed:
"""
COPIES = {"sound": ("0", "0"), "opened": ("1", "0"), "short": ("0", "1")}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "phase"),
    [
        ("sound", "lifecycle"),
        *((each, "explore") for each in COPIES),
        *(full(each, "lifecycle") for each in COPIES if each != "sound"),
    ],
)
def test_a_copy_is_in_the_state_of_its_original(library, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.2")
    opened, short = COPIES[library]
    flags = (f"-DOPENED={opened}", f"-DSHORT={short}")
    found = codes_of("cp", COPIED_HEADER, COPIED_SOURCE, COPIED_CONTRACT, "cp_list", (phase,), *flags)

    assert {*found} == ({"ABD334"} if library != "sound" else set())


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("copies: original", "copies: list", "parameter `list` is not in `cp_copy` as a `cp_list`"),
        ("copies: original", "copies: original, to: open", "is in the state of `original`, and in no other"),
        ("cp_seal: {from: open, to: sealed}", "cp_seal: {copies: list}", "`cp_seal` creates no `cp_list`"),
    ],
)
def test_what_is_no_copy_is_complained_about(before, after, message, written, capsys):
    written("cp", COPIED_HEADER, "", COPIED_CONTRACT.replace(before, after))

    assert main(["check", "cp.contract.yaml"]) == 2
    assert message in capsys.readouterr().out
