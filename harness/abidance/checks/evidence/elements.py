"""Elements of one place: which of them something is found of makes no other cause of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.values.inner_pointers import EACH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.core.diagnostic import Diagnostic

_INDEX = re.compile(r"\[\d+\]")


def of_all_elements(path: str) -> str:
    """Return what the paths of all elements of a place share."""
    return _INDEX.sub(EACH, path)


def together(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield what is found of several elements of one place as one, of the first, which says how many more there are."""
    alike: dict[str, list[Diagnostic]] = {}
    for each in found:
        alike.setdefault(each.place, []).append(each)
    for place, (first, *others) in alike.items():
        if others and EACH in place:
            yield replace(first, notes=(*first.notes, *so_of_more(len(others))))
        else:
            yield from (first, *others)


def so_of_more(count: int) -> tuple[str, ...]:
    """Return the note that something holds of so many elements more."""
    return (f"so of {count} more element{'' if count == 1 else 's'} there",) if count else ()
