"""What the caller frees though the call that should have written it did not: that call is named."""

from __future__ import annotations

import pytest

LEFT_HEADER = """
int left(int n, char **out);
"""
LEFT_SOURCE = """
#include <stdlib.h>
int left(int n, char **out)
{
    if (n == 0) {
        if (WRITES)
            *out = NULL;
        return -1;
    }
    *out = calloc(1, 4);
    if (*out && FREES)
        free(*out);
    return 0;
}
"""
LEFT_CONTRACT = """
functions:
  left:
    params:
      n: {range: [0, 9]}
      out: {out: {to: string, nullable: true, owner: caller, free: free}, on_failure: written}
    returns: {status: {ok: [0], errors: {-1: there is nothing}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("writes", "told"), [(0, True), (1, False)])
def test_what_is_freed_though_nobody_has_written_it_is_blamed_on_the_call_that_left_it(small, writes, told):
    flags = [f"-DWRITES={writes}", "-DFREES=0"]
    ended = small.run(LEFT_HEADER, LEFT_SOURCE, LEFT_CONTRACT, flags=flags, examples=30)

    assert ("given `out`, which `left` has not written" in ended.text) is told, ended.text
    assert ended.status == int(told), ended.text


@pytest.mark.slow
def test_what_was_written_and_freed_is_no_place_that_nobody_has_written(small):
    flags = ["-DWRITES=1", "-DFREES=1"]
    ended = small.run(LEFT_HEADER, LEFT_SOURCE, LEFT_CONTRACT, flags=flags, examples=30)

    assert ended.codes, ended.text
    assert "has not written" not in ended.text
