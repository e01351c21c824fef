"""A mapping with some entries of its own before another's, which is not gone through for that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Overlay(Mapping[str, T]):
    """`own` entries come first; names that begin with `hidden` are left out when it is gone through."""

    own: Mapping[str, T]
    below: Mapping[str, T]
    hidden: str

    def __getitem__(self, name: str) -> T:
        found = self.own.get(name)
        return self.below[name] if found is None else found

    def __contains__(self, name: object) -> bool:
        return name in self.own or name in self.below

    def __iter__(self) -> Iterator[str]:
        yield from (name for name in self.own if name not in self.below)
        yield from (name for name in self.below if not name.startswith(self.hidden))

    def __len__(self) -> int:
        return sum(1 for _ in self)
