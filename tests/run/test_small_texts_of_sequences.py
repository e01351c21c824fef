"""The smallest text of a call in a sequence is one that C can be given: no NUL stands in it."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct tx_box tx_box;
tx_box *tx_new(void);
void tx_free(tx_box *box);
void tx_set(tx_box *box, const char *text);
int tx_length(const tx_box *box);
"""
SOURCE = """\
#include "tx.h"
#include <stdlib.h>
#include <string.h>
struct tx_box { int length; };
tx_box *tx_new(void) { return calloc(1, sizeof(tx_box)); }
void tx_free(tx_box *box) { free(box); }
void tx_set(tx_box *box, const char *text)
{
    box->length = (int)(TRIMS ? strcspn(text, " \\t") : strlen(text));
}
int tx_length(const tx_box *box) { return box->length; }
"""
CONTRACT = """\
abidance: 1
boundary: tx
header: tx.h
libraries: {c: {path: libtx.so}}
builds: [release]
explore: 0
handles: {tx_box: {create: tx_new, destroy: tx_free}}
functions:
  tx_new:
  tx_free:
  tx_set:
    params: {text: {in: string, max: 8}}
    ensures: ['implies(text != "", tx_length(box) > 0)']
  tx_length:
"""


def test_no_nul_stands_in_the_smallest_text(findings_of):
    found = findings_of("tx", HEADER, SOURCE, CONTRACT, "tx_box", ("lifecycle",), "-DTRIMS=1", least=60)

    assert [each.diagnostic.code.id for each in found] == ["ABD321"]
    assert '" "' in found[0].call or '"\\t"' in found[0].call


@pytest.mark.slow
def test_and_sound_code_is_none(findings_of):
    assert findings_of("tx", HEADER, SOURCE, CONTRACT, "tx_box", ("lifecycle",), "-DTRIMS=0", least=60) == []
