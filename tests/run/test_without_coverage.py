"""A library that does not tell which of its code is reached is named, and one that tells of other functions is not."""

from __future__ import annotations

from abidance.core.events import Explored, ItemFinished, ItemId, Outcome
from abidance.run.exploration.without_coverage import uncovered

SILENT = "`x.so` does not tell which of its code is reached"


def item(library: str, function: str, explored: Explored | None) -> ItemFinished:
    return ItemFinished(ItemId("b", function, "explore", library, "asan"), Outcome.PASSED, explored=explored)


def test_a_library_that_tells_nothing_is_named_once():
    silent = Explored(1000, 0, 2.0, 3, SILENT)
    items = [item("x", "one", silent), item("x", "two", silent), item("y", "one", Explored(9, 5, 2.0, 3))]

    assert uncovered(items) == (f"what only coverage leads to in `x`: {SILENT}",)


def test_a_function_that_reaches_none_of_the_library_says_nothing_of_it():
    items = [
        item("x", "of_the_header", Explored(1000, 0, 2.0, 3, SILENT)),
        item("x", "one", Explored(9, 5, 2.0, 3)),
        item("x", "not_explored", None),
    ]

    assert uncovered(items) == ()
