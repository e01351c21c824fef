"""A worker's first message: which instruments detected their planted fault.

It goes through the reply pipe before any function of the library is called, so nothing that a call does can change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

GREETING_SIZE = 4096
"""What the kernel writes to a pipe as a whole (PIPE_BUF)."""
UNWATCHED = "unwatched"
"""A change of the process that is none: a call has loaded something that the watched heap knows nothing of."""
_MAGIC = b"abidance greets\n"
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class Proofs:
    """`live` are the keys of instruments that proved themselves, `missing` those of others, with what they missed."""

    live: frozenset[str] = frozenset()
    missing: tuple[tuple[str, str], ...] = ()

    def also(self, other: Proofs) -> Proofs:
        """Return what holds of two processes: live is what is live in each that says anything of it."""
        missing = dict((*self.missing, *other.missing))
        return Proofs((self.live | other.live).difference(missing), tuple(missing.items()))


def greeting(proofs: Iterable[tuple[str, str]]) -> bytes:
    """Return the message for proofs: the instruments' keys, each with what it missed, or nothing."""
    lines = "".join(f"{key}{_BETWEEN}{' '.join(why.split())}\n" for key, why in proofs)
    return (_MAGIC + lines.encode("utf-8", "replace")).ljust(GREETING_SIZE, b"\0")[:GREETING_SIZE]


def read_greeting(message: bytes) -> Proofs:
    """Return what a worker says in its greeting; raises ValueError when it is none."""
    if len(message) != GREETING_SIZE or not message.startswith(_MAGIC):
        raise ValueError("it does not begin as a worker does")
    text = message[len(_MAGIC) :].rstrip(b"\0").decode("utf-8", "replace")
    proofs = [line.partition(_BETWEEN)[::2] for line in text.splitlines()]
    return Proofs(
        frozenset(key for key, why in proofs if not why), tuple((key, why) for key, why in proofs if why)
    )
