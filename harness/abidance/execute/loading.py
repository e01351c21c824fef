"""What loading a library shows: it runs the library's constructors, and those may do anything.

Imported by the zygote and by its parent, so only the standard library and `plan`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.plan.observation import ProcessChange

if TYPE_CHECKING:
    from collections.abc import Iterable

_BETWEEN = "\x1f"
_NOT_INHERITED = frozenset({"threads", "timer", "posix_timers", "children"})
"""What a process that is forked does not have: its threads, its timers (POSIX, fork), and children to wait for."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a library has done while it was loaded: to the process, and what it printed."""

    changes: tuple[ProcessChange, ...] = ()
    printed: bytes = b""
    forks_matter: bool = False
    """Whether a call was seen to fail only where the library was loaded before the process was forked."""

    @property
    def is_lost_in_a_fork(self) -> bool:
        """Tell whether a forked process is without something that the library has made."""
        return self.forks_matter or any(change.kind in _NOT_INHERITED for change in self.changes)


def encode_changes(changes: Iterable[ProcessChange]) -> bytes:
    """Return what has changed as text, a line for each."""
    lines = (_BETWEEN.join((each.kind, each.before, each.after)) for each in changes)
    return "\n".join(lines).encode("utf-8", "replace")


def decode_changes(text: bytes) -> tuple[ProcessChange, ...]:
    """Return what has changed; what is no such line is left out."""
    parts = [line.split(_BETWEEN) for line in text.decode("utf-8", "replace").split("\n")]
    return tuple(ProcessChange(0, *three) for three in parts if len(three) == 3)
