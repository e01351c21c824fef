"""What is wrong with one tag is shrunk to a call whose value is one of its tag still."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct ta_store ta_store;
ta_store *ta_new(void);
void ta_free(ta_store *store);
int ta_put(ta_store *store, int type, const void *value);
"""
SOURCE = """\
#include <stdlib.h>
#include "ta.h"
struct ta_store { int puts; };
ta_store *ta_new(void) { return calloc(1, sizeof(ta_store)); }
void ta_free(ta_store *store) { free(store); }
int ta_put(ta_store *store, int type, const void *value)
{
    unsigned wide = type == 1 ? *(const unsigned char *)value : *(const unsigned *)value;
    return store->puts++ > 0 && wide > 4000;
}
"""
CONTRACT = """\
abidance: 1
boundary: ta
header: ta.h
libraries: {c: {command: [gcc, -g, -shared, -fPIC, ta.c, -o, libta.so], artifact: libta.so}}
builds: [release]
explore: 0
handles:
  ta_store: {create: ta_new, destroy: ta_free}
functions:
  ta_put:
    returns: {range: [0, 0]}
    params:
      type: {one_of: [1, 2]}
      value: {in: void, variant: {tag: type, members: {1: unsigned char, 2: unsigned}}}
"""


@pytest.mark.slow
def test_a_value_that_is_too_wide_for_the_simplest_tag_keeps_its_own(written, capsys):
    written("ta", HEADER, SOURCE, CONTRACT)

    status = main(["run", "ta.contract.yaml", "--seed", "1"])

    told = capsys.readouterr()
    assert (status, "ABD016" in told.out + told.err) == (1, False)
    assert "ta_put(store, 2, &value2);" in told.out
    assert "unsigned int value2 = 4001;" in told.out
