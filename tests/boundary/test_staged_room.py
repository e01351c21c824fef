"""What room that the library lends is filled with stays, where a number of the same call is computed."""

from __future__ import annotations

import pytest

from abidance.boundary.model.values import Case, Derived, Earlier, Step
from abidance.run.execution.staging import Staging

HEADER = """
    typedef struct lr lr;
    lr *lr_new(void);
    void lr_free(lr *it);
    void *lr_room(lr *it, int size);
    int lr_take(lr *it, int size, int last);
"""
CONTRACT = """
    handles: {lr: {create: lr_new, destroy: lr_free}}
    functions:
      lr_new:
      lr_free:
      lr_room: {params: {size: {range: [0, 9]}}, returns: {to: bytes, capacity: size, filled: lr_take.size}}
      lr_take: {params: {size: {range: [0, 9]}, last: {range: [0, 1]}}}
"""


@pytest.mark.parametrize(("when", "last"), [(None, 1), (Derived("1 == 2"), 0)])
def test_it_stays(joined, when, last):
    given = {"it": Earlier(0, "result", "lr"), "size": 2, "last": Derived("2 - 1"), "lr_room": b"ab"}
    case = Case("lr", {}, steps=(Step("lr_new", {}), Step("lr_take", given, when=when)))

    taken = Staging(joined(HEADER, CONTRACT), lambda _: None)(case).case.steps[1]

    assert taken.arguments["lr_room"] == b"ab"
    assert taken.known["last"] == last
