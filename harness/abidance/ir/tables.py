"""Mappings that find what they map to when it is asked for, as a large header's declarations should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
V = TypeVar("V")


class Table(Mapping[str, V]):
    """A mapping whose lookups are cheap and whose iteration finds everything.

    `find` returns the value of a key or None; `candidates` the keys that it may have one for, in order;
    `within` those that are declared in a file that is wanted, of which it is given the path.
    """

    def __init__(
        self,
        find: Callable[[str], V | None],
        candidates: Callable[[], Iterable[str]],
        within: Callable[[Callable[[str], bool]], Iterable[str]],
    ) -> None:
        self._find = find
        self.candidates = candidates
        self.within = within

    def __getitem__(self, key: str) -> V:
        found = self._find(key)
        if found is None:
            raise KeyError(key)
        return found

    @overload
    def get(self, key: str, /) -> V | None: ...
    @overload
    def get(self, key: str, default: V | T, /) -> V | T: ...
    def get(self, key: str, default: V | T | None = None, /) -> V | T | None:
        """Return the value of a key, or `default`; that of a mapping asks for an error to be raised and caught."""
        found = self._find(key)
        return default if found is None else found

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._find(key) is not None

    def __iter__(self) -> Iterator[str]:
        return (key for key in self.candidates() if self._find(key) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def matching(table: Mapping[str, V], wanted: Callable[[str], bool]) -> list[str]:
    """Return the keys that are `wanted`; of a `Table`, no others are found for it."""
    candidates = table.candidates() if isinstance(table, Table) else table
    return [key for key in candidates if wanted(key) and key in table]


def declared_in(table: Mapping[str, V], wanted: Callable[[str], bool]) -> list[str]:
    """Return the keys of what is declared in files that are `wanted`, given their paths as text.

    So a consumer that needs all of a header asks for what is its own, and then for what that reaches.
    """
    if isinstance(table, Table):
        return list(dict.fromkeys(key for key in table.within(wanted) if key in table))
    return [key for key, value in table.items() if wanted(str(getattr(value, "span").path))]  # noqa: B009


class Overlay(Table[V]):
    """What is in `own` comes before what is `below`. Names that begin with `hidden` are found, but not listed."""

    def __init__(self, below: Mapping[str, V], hidden: str) -> None:
        self.own: dict[str, V] = {}
        self._below = below
        self._hidden = hidden
        super().__init__(self._look_up, self._names, self._names_within)

    def _look_up(self, key: str) -> V | None:
        found = self.own.get(key)
        return self._below.get(key) if found is None else found

    def _names(self) -> Iterator[str]:
        yield from self.own
        below = self._below.candidates() if isinstance(self._below, Table) else self._below
        yield from (key for key in below if key not in self.own and not key.startswith(self._hidden))

    def _names_within(self, wanted: Callable[[str], bool]) -> Iterator[str]:
        yield from self.own
        listed = declared_in(self._below, wanted)
        yield from (key for key in listed if key not in self.own and not key.startswith(self._hidden))
