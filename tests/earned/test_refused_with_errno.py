"""A refusal that is promised with the reason: what comes back is told of before the reason."""

from __future__ import annotations

import pytest

SOURCE = """
#include <errno.h>
int seek(int place) { if (place < LEAST) { errno = REASON; return -1; } return 0; }
"""
CONTRACT = """
functions:
  seek:
    params: {place: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: an error}}, errno: set_on_failure}
    rejects: [{when: {place: {range: [-9, -1]}}, returns: -1, ensures: [errno == EINVAL]}]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("least", "reason", "told"),
    [
        (-9, "EINVAL", "`seek` returned 0 for `place: {range: [-9, -1]}`, where the contract promises -1"),
        (0, "ENOENT", "for `place: {range: [-9, -1]}`, `errno == EINVAL` does not hold"),
        (0, "EINVAL", None),
    ],
)
def test_what_comes_back_is_told_of_before_the_reason(small, least, reason, told):
    flags = [f"-DLEAST={least}", f"-DREASON={reason}"]
    ended = small.run("int seek(int place);", SOURCE, CONTRACT, flags=flags, examples=30)

    assert ended.codes == (["ABD323"] if told else []), ended.text
    assert told is None or told in ended.text, ended.text
