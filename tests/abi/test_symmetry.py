"""Looking the other way, everything that came has gone, and what was old is new."""

from __future__ import annotations

import pytest
from test_verdicts import ALL

from abidance.abi.diff import diff
from tiers import full

OPPOSITE = {"added": "removed", "completed": "made-opaque", "reserved-used": "retired", "closed": "opened"}
OPPOSITE |= {
    "became-inline": "became-extern",
    "noreturn-added": "noreturn-removed",
    "attribute-added": "attribute-removed",
    "prototype-added": "prototype-removed",
    "variadic-added": "variadic-removed",
    "const-added": "const-removed",
}
OPPOSITE |= {new: old for old, new in OPPOSITE.items()}
# What a field leaves behind has room of its own: where it came in, nothing of the same name may have gone.
SAME = frozenset(
    ("offset", "type", "size", "align", "value", "bits", "symbol", "kind", "sign", "tls", "extent")
)


def seen(changes):
    return {
        (each.entity, each.aspect, each.subject.split(" ")[-1], each.old, each.new)
        for each in changes
        if each.aspect in SAME
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [each[1:3] if number % 8 == 0 else full(*each[1:3]) for number, each in enumerate(ALL)],
    ids=[each[0] for each in ALL],
)
def test_the_other_way_round(sides, old, new):
    before, after = (side.facts for side in sides(old, new))
    there, back = diff(before, after), diff(after, before)
    assert diff(before, before) == diff(after, after) == ()
    mirrored = {(entity, aspect, subject, new_, old_) for entity, aspect, subject, old_, new_ in seen(back)}
    assert seen(there) == mirrored
    came = {(each.entity, each.subject) for each in there if each.aspect == "added"}
    went = {(each.entity, each.subject) for each in back if each.aspect == "removed"}
    assert came <= went | {(each.entity, each.subject) for each in back if each.aspect not in SAME}
