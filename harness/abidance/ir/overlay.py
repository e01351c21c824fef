"""A table with some entries of its own before another's."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from abidance.ir.tables import Table, declared_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

V = TypeVar("V")


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
