"""Sequences that are made again with other contents of memory, where a later call is not made then."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct rf_box { int kept, left; } rf_box;
int rf_open(rf_box *box);
int rf_use(rf_box *box, int *left);
"""
SOURCE = """\
#include "rf.h"
int rf_open(rf_box *box) { box->left = 3; return FORGETS && (box->kept & 1) ? -1 : 0; }
int rf_use(rf_box *box, int *left) { *left = box->left; return 0; }
"""
CONTRACT = """\
abidance: 1
boundary: rf
header: rf.h
libraries: {c: {path: librf.so}}
handles:
  rf_box: {create: rf_open}
functions:
  rf_open: {params: {box: {out: rf_box}}, returns: {status: {ok: [0], errors: {-1: it cannot be opened}}}}
  rf_use: {params: {box: {handle: rf_box}, left: {out: int}}, returns: {status: {ok: [0]}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize("forgets", [1, 0])
def test_what_a_creator_reads_of_its_memory_is_told_of_the_creator(forgets, codes_of_sequences):
    codes = codes_of_sequences("rf", HEADER, SOURCE, CONTRACT, "rf_box", f"-DFORGETS={forgets}")

    assert codes == (["ABD327"] if forgets else [])


NOISE_HEADER = "int ns_fill(unsigned char *to, int kind);\n"
NOISE = """\
#include "ns.h"
#include <sys/random.h>
int ns_fill(unsigned char *to, int kind) { return getrandom(to, ROOM, 0) == ROOM ? 0 : -1; }
"""
NOISE_CONTRACT = """\
abidance: 1
boundary: ns
header: ns.h
libraries: {c: {path: libns.so}}
functions:
  ns_fill:
    params: {to: {out: bytes, capacity: 262144, length: 262144}, kind: {range: [0, 3]}}
    returns: {status: {ok: [0]}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("room", "expected"), [("262143", ["ABD325"]), ("262144", [])])
def test_random_bytes_that_happen_to_be_the_fill_are_written(room, expected, codes_of):
    """Four of them hold both fills by chance; the near miss leaves one byte as it was."""
    codes = codes_of("ns", NOISE_HEADER, NOISE, NOISE_CONTRACT, "ns_fill", ("properties",), f"-DROOM={room}")

    assert codes == expected
