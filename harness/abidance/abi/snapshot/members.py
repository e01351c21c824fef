"""The members of one JSON object of a snapshot, each asked for by name and kind, none left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.abi.facts import Unknown

_MISSING = object()


class SnapshotError(ValueError):
    """What is wrong, and under which key of the document."""

    def __init__(self, words: str, key: str) -> None:
        super().__init__(words)
        self.key = key


class SnapshotMembers:
    """Reads one object; raises SnapshotError for what is missing, of the wrong kind, or left over."""

    def __init__(self, value: object, key: str) -> None:
        if not isinstance(value, dict):
            raise SnapshotError(f"`{key}` is no object", key)
        self._value: dict[str, object] = value
        self.key = key
        self._asked: set[str] = set()

    def skip(self, name: str) -> None:
        """Accept a member that was read already."""
        self._asked.add(name)

    def names(self) -> tuple[str, ...]:
        """Return the names of all members."""
        return tuple(self._value)

    def done(self) -> None:
        """Refuse members that nobody asked for."""
        for name in self._value:
            if name not in self._asked:
                raise SnapshotError(f"`{name}` is not known in `{self.key or 'the document'}`", name)

    def text(self, name: str, default: object = _MISSING) -> str:
        """Return a string."""
        value = self._get(name, default)
        if not isinstance(value, str):
            raise self._wrong(name, "a string")
        return value

    def word(self, name: str, allowed: Sequence[str], default: object = _MISSING) -> str:
        """Return one of the allowed words."""
        value = self.text(name, default)
        if value not in allowed:
            raise SnapshotError(
                f"`{name}` of `{self.key}` is `{value}`, none of {', '.join(allowed)}", self.key
            )
        return value

    def number(self, name: str) -> int:
        """Return a whole number."""
        value = self._get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(name, "a whole number")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a boolean."""
        value = self._get(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of strings."""
        value = self._get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong(name, "a list of strings")
        return tuple(value)

    def maybe_number(self, name: str, default: int | Unknown | None = UNKNOWN) -> int | Unknown | None:
        """Return a number, None or UNKNOWN."""
        value = self._get(name, default)
        if value == "?" or value is UNKNOWN:
            return UNKNOWN
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise self._wrong(name, "a whole number")
        return value

    def size(self, name: str) -> int | Unknown:
        """Return a number that is not negative, or UNKNOWN."""
        value = self.maybe_number(name)
        if value is None or (value is not UNKNOWN and value < 0):
            raise self._wrong(name, "a number of bytes")
        return value

    def maybe_flag(self, name: str, *, default: bool | Unknown | None) -> bool | Unknown | None:
        """Return a boolean, None or UNKNOWN."""
        value = self._get(name, default)
        if value == "?" or value is UNKNOWN:
            return UNKNOWN
        if value is not None and not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def known_flag(self, name: str, *, default: bool | Unknown) -> bool | Unknown:
        """Return a boolean or UNKNOWN."""
        value = self.maybe_flag(name, default=default)
        if value is None:
            raise self._wrong(name, "true or false")
        return value

    def maybe_text(self, name: str) -> str | Unknown | None:
        """Return a string, None or UNKNOWN."""
        value = self._get(name, None)
        return UNKNOWN if value == "?" else None if value is None else self.text(name)

    def maybe_texts(self, name: str, default: object = _MISSING) -> tuple[str, ...] | Unknown:
        """Return a list of strings or UNKNOWN."""
        return UNKNOWN if self._get(name, default) == "?" else self.texts(name)

    def inner(self, name: str) -> SnapshotMembers | None:
        """Return an object, or None where there is none."""
        value = self._get(name, None)
        return None if value is None else SnapshotMembers(value, name)

    def lines(self, name: str) -> Iterator[tuple[str, SnapshotMembers]]:
        """Yield the facts of a section; an absent one has none."""
        value = self._get(name, {})
        if not isinstance(value, dict):
            raise self._wrong(name, "an object")
        for key, each in value.items():
            yield key, SnapshotMembers(each, key)

    def has(self, name: str) -> bool:
        """Tell whether the member is there."""
        return name in self._value

    def _get(self, name: str, default: object = _MISSING) -> object:
        self._asked.add(name)
        if name in self._value:
            return self._value[name]
        if default is _MISSING:
            raise SnapshotError(f"`{self.key or 'the document'}` has no `{name}`", self.key)
        return default

    def _wrong(self, name: str, wanted: str) -> SnapshotError:
        return SnapshotError(f"`{name}` of `{self.key or 'the document'}` is not {wanted}", self.key or name)
