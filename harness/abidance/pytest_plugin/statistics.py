"""What `--hypothesis-show-statistics` says of an item; Hypothesis's own plugin prints it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hypothesis.statistics import collector, describe_statistics

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest


@contextmanager
def noting_statistics(item: pytest.Item) -> Iterator[None]:
    """Keep the statistics of every search of `item` where Hypothesis's plugin looks for those of a test."""
    searches: list[str] = []

    def note(statistics: Any) -> None:
        searches.append(f"{item.nodeid}:\n\n{describe_statistics(statistics)}")

    with collector.with_value(note):  # type: ignore[arg-type]  # it was made with None
        yield
    if searches:
        item.hypothesis_statistics = "\n\n".join(searches)  # type: ignore[attr-defined]
