"""What `old` may be asked of a callback's invocations."""

from __future__ import annotations

import pytest

HEADER = "int pull(int most, int (*next)(char *to, unsigned *count));"
CONTRACT = """
functions:
  pull:
    params:
      next:
        callback:
          params: {{to: {{out: bytes, capacity: 4}}, count: {{inout: unsigned}}}}
          ensures: [{inside}]
    ensures: ["{after}"]
"""


@pytest.mark.parametrize(
    ("inside", "after", "message"),
    [
        (
            "count > 0",
            "all(len(old(c.to)) > 0 for c in next.calls)",
            "`to` is written by the callback and has no",
        ),
        ("count > 0", "old(next.calls[0].result) == 0", "`result` is answered by the callback and has no"),
        ("old(count) > 0", "result == 0", "`old` has no meaning before the call"),
    ],
)
def test_what_has_no_value_before_is_told(inside, after, message, refused):
    messages = refused(HEADER, CONTRACT.format(inside=inside, after=after))

    assert any(message in each for each in messages), messages


def test_what_came_in_may_be_asked(joined):
    after = "all(c.count <= old(c.count) for c in next.calls)"
    boundary = joined(HEADER, CONTRACT.format(inside="count > 0", after=after))

    assert not boundary.functions["pull"].refused
