"""A smallest call has the callbacks that its failure takes, and NULL where another may be."""

from __future__ import annotations

import pytest

from abidance.boundary.model.values import Script
from abidance.run.search.shrink_callbacks import with_null


def test_null_is_put_where_a_callback_stood():
    script = Script((1,))
    ops = [{"step": script, "done": script}, {"step": script, "done": script}]

    assert with_null(ops, (1, "done")) == [ops[0], {"step": script, "done": None}]
    assert with_null(script, ()) is None


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_callback_without_part_in_the_failure_is_null(seed, judge):
    found, _ = judge("callbacks", "bk_table", "wrong", seed=seed)

    (finding,) = found
    # `done` of the first of two is what the library forgets: that of the second is not needed, `step` may not be NULL.
    assert "const bk_ops ops[2] =" in finding.call
    assert finding.call.count(".step =") == 2
    assert finding.call.count(".done =") == 1
