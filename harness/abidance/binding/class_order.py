"""The order in which Python classes of records can be written: each behind those that it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def in_order(
    roots: Iterable[str], parts: Callable[[str], list[str]], named: Callable[[str], list[str]]
) -> list[str]:
    """Return `roots` and all records that they lead to, by key.

    `parts` are the records that one is made of, which C orders already (C11 6.7.2.1p3); `named` are those that
    it leads to otherwise. What is named comes first too where it can.
    """
    return _behind(_behind(roots, lambda key: [*parts(key), *named(key)]), parts)


def _behind(roots: Iterable[str], leads_to: Callable[[str], list[str]]) -> list[str]:
    """Return what the roots lead to, each behind what it leads to itself, but in circles."""
    done: list[str] = []
    entered: set[str] = set()
    # A list of its own rather than recursion: records that lead to each other are many.
    path: list[tuple[str, Iterator[str]]] = [("", iter(roots))]
    while path:
        key, following = path[-1]
        new = next((each for each in following if each not in entered), None)
        if new is not None:
            entered.add(new)
            path.append((new, iter(leads_to(new))))
        else:
            done.append(key)
            path.pop()
    return done[:-1]
