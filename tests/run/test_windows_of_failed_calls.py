"""How far a call has come that failed: nothing is promised of that where the contract says so."""

from __future__ import annotations

import pytest

from tiers import full

HEADER = "#include <stddef.h>\nint wf_skip(const unsigned char *at, size_t n, size_t *position);\n"
SOURCE = """\
#include "wf.h"
/* Skips a length and as many bytes; goes back to look for one that is there. */
int wf_skip(const unsigned char *at, size_t n, size_t *position)
{
    size_t from = *position;
    if (from >= n || at[from] >= n - from) {
        *position = FAILED;
        return -1;
    }
    *position = from + 1 + at[from] - (SHORT && at[from] == 2 ? 4 : 0);
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: wf
header: wf.h
libraries: {c: {path: libwf.so}}
functions:
  wf_skip:
    params:
      at: {in: bytes, length: n, window: position, like: '[\\x00-\\x02]{0,9}'}
      n: {range: [0, 9]}
      position: {inout: size_t, range: [0, 9], on_failure: SAID}
    requires: [position <= n]
    returns: {status: {ok: [0], errors: {-1: it ends too early}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "failed", "short", "codes"),
    [
        ("unspecified", "0", 0, []),
        ("unspecified", "0", 1, ["ABD315"]),
        full("written", "0", 0, ["ABD315"]),
        full("written", "from", 0, []),
    ],
)
def test_a_position_after_a_failure(said, failed, short, codes, codes_of):
    source = SOURCE.replace("FAILED", failed).replace("SHORT", str(short))

    assert (
        codes_of("wf", HEADER, source, CONTRACT.replace("SAID", said), "wf_skip", ("properties",), least=60)
        == codes
    )
