"""How much was tried of each function, handle and law: what a pass of it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.events import ItemFinished


@dataclass(frozen=True, slots=True)
class Effort:
    """What all items of one function on one library came to, over its builds and phases.

    `cases` are those that were judged, `calls` how often one was run, with those that were repeated. `executions` were
    made while exploring, which is done once for all builds, and reached as many `edges`.
    """

    function: str
    library: str
    cases: int
    calls: int
    executions: int
    edges: int
    seconds: float


def efforts(items: Iterable[ItemFinished]) -> tuple[Effort, ...]:
    """Return the effort for each function and library that was called, in the order of the items."""
    groups: dict[tuple[str, str], list[ItemFinished]] = {}
    for item in items:
        if item.item.library and item.item.function != item.item.boundary:
            groups.setdefault((item.item.function, item.item.library), []).append(item)
    return tuple(
        Effort(
            function,
            library,
            sum(each.cases for each in those),
            sum(each.calls for each in those),
            max((each.explored.executions for each in those if each.explored), default=0),
            max((each.explored.edges for each in those if each.explored), default=0),
            sum(each.seconds for each in those),
        )
        for (function, library), those in groups.items()
    )
