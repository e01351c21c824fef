"""Which way a budget of a call changed: whether calls may cost more than callers were told, or less."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from abidance.contract.language.measures import DURATION, PERCENT, RATE

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOSER, TIGHTER, CHANGED, SAME = "looser", "tighter", "changed", "same"
PREFIX = "cost."
"""Begins the aspect of each clause of `cost`."""
_UNITS = {unit: worth for kind in (DURATION, RATE, PERCENT) for unit, worth in kind.units}
_GROWTHS = ("1", "log n", "n", "n log n", "n^2")
"""What `scaling` may be at most, the flattest first."""
_THE_LESS_THE_BETTER = frozenset(
    ("", "p50", "p99", "p99_9", "at_most", "tolerance", "factor", "instructions", "absolute")
)
_THE_MORE_THE_BETTER = frozenset(("rate", "keeps"))
_COMPARED_AT = frozenset(("sizes", "contents"))
"""The lists of what calls are compared at: a longer one promises more."""
_UNSAID = {"absolute": "10ns", "tolerance": "0%"}
"""What holds where a budget does not say it, as the reference has it."""


def direction(old: str, new: str) -> str:
    """Return whether a budget, as a contract has it, is looser, tighter or another one; empty where there is none.

    A budget of several parts is looser where some are, and none is tighter. What is measured another way, with other
    threads or against another library, is neither.
    """
    if not old or not new:
        return TIGHTER if new else LOOSER
    before, after = dict(_parts(old)), dict(_parts(new))
    ways = {_way(key, before.get(key, ""), after.get(key, "")) for key in before | after} - {SAME}
    return ways.pop() if len(ways) == 1 else CHANGED if ways else SAME


def _way(key: str, old: str, new: str) -> str:
    old, new = old or _UNSAID.get(key, ""), new or _UNSAID.get(key, "")
    if key in _COMPARED_AT and old and new:
        before, after = ({*each.strip("[]").split(", ")} for each in (old, new))
        return (
            SAME if before == after else TIGHTER if before < after else LOOSER if after < before else CHANGED
        )
    if key not in _THE_LESS_THE_BETTER | _THE_MORE_THE_BETTER:
        return SAME if old == new else CHANGED
    if not old or not new:
        return TIGHTER if new else LOOSER
    one, other = _worth(old, new), _worth(new, old)
    if math.isclose(one, other):
        return SAME
    return LOOSER if (other > one) is (key in _THE_LESS_THE_BETTER) else TIGHTER


def _worth(text: str, beside: str) -> float:
    """Return a limit as a number that can be compared with that of the one `beside` it."""
    if {text, beside} & {*_GROWTHS[1:]}:
        return _GROWTHS.index(text)
    unit = max((each for each in _UNITS if text.endswith(each)), key=len, default="")
    return float(text.removesuffix(unit)) * _UNITS.get(unit, 1)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a budget by their names; one that has no parts is one without a name."""
    if not text.startswith("{"):
        yield "", text
        return
    begin, depth = 1, 0
    for at, letter in enumerate(text):
        depth += (letter in "{[") - (letter in "}]")
        if (letter == "," and depth == 1) or (letter == "}" and depth == 0):
            key, _, value = text[begin:at].strip().partition(": ")
            yield key, value
            begin = at + 1
