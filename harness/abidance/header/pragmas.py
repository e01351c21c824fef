"""What pragmas say of the declarations around them: how records are packed, who sees symbols, and their names."""

from __future__ import annotations

import bisect
import re
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")

_PACK = re.compile(r"pack\s*\((?P<arguments>[^)]*)\)")
_RENAME = re.compile(r"redefine_extname\s+(?P<old>[\w$]+)\s+(?P<new>[\w$.]+)")
_VISIBILITY = re.compile(r"GCC\s+visibility\s+(?:push\s*\(\s*(?P<pushed>\w+)\s*\)|pop\b)")
_OFFSET = itemgetter(0)


class Packing:
    """The ``#pragma pack`` in force at each offset ("Structure-Layout Pragmas", GCC manual)."""

    def __init__(self, pragmas: Iterable[tuple[int, str]]) -> None:
        self._changes: list[tuple[int, str | None]] = []
        current: str | None = None
        pushed: list[tuple[str, str | None]] = []
        for offset, words in pragmas:
            found = _PACK.match(words)
            if found is None:
                continue
            arguments = [each.strip() for each in found["arguments"].split(",") if each.strip()]
            if arguments[:1] == ["push"]:
                label = next((each for each in arguments[1:] if not each.isdecimal()), "")
                pushed.append((label, current))
                arguments = [each for each in arguments[1:] if each.isdecimal()]
                current = arguments[0] if arguments else current
            elif arguments[:1] == ["pop"]:
                current = _popped(pushed, arguments[1:], current)
            elif arguments[:1] != ["show"]:
                current = arguments[0] if arguments and arguments[0] != "0" else None
            self._changes.append((offset, current))

    def at(self, offset: int) -> str | None:
        """Return the alignment in bytes that no member exceeds, as it is written, or None."""
        return in_force(self._changes, offset, None)


class Visibility:
    """The ``#pragma GCC visibility`` in force at each offset ("Visibility Pragmas", GCC manual)."""

    def __init__(self, pragmas: Iterable[tuple[int, str]]) -> None:
        self._changes: list[tuple[int, str]] = []
        pushed: list[str] = []
        for offset, words in pragmas:
            found = _VISIBILITY.match(words)
            if found is None:
                continue
            if found["pushed"]:
                pushed.append(found["pushed"])
            else:
                pushed = pushed[:-1]
            self._changes.append((offset, pushed[-1] if pushed else ""))

    def at(self, offset: int) -> str:
        """Return the visibility of what is declared there without a word on it, or nothing."""
        return in_force(self._changes, offset, "")


def in_force(changes: Sequence[tuple[int, T]], offset: int, otherwise: T) -> T:
    """Return what the last change before an offset has set; changes are in the order of their offsets."""
    before = bisect.bisect_right(changes, offset, key=_OFFSET)
    return changes[before - 1][1] if before else otherwise


def _popped(pushed: list[tuple[str, str | None]], arguments: list[str], current: str | None) -> str | None:
    label = next((each for each in arguments if not each.isdecimal()), None)
    if label is not None and not any(label == each for each, _ in pushed):
        return current  # gcc and clang warn, and change nothing
    while pushed:
        name, current = pushed.pop()
        if label is None or name == label:
            break
    return next((each for each in arguments if each.isdecimal()), current)


def renamed(pragmas: Iterable[tuple[int, str]]) -> dict[str, str]:
    """Return the symbols by the names in C that ``#pragma redefine_extname`` gives others."""
    return {found["old"]: found["new"] for _, words in pragmas if (found := _RENAME.match(words))}
