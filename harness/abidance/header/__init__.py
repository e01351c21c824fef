"""C headers as `ir`: preprocessed by the user's compiler, parsed as GNU C, lowered with their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.header.read import read_header

__all__ = ["read_header"]


def __getattr__(name: str) -> object:
    """Import the reader when it is asked for: whether a header is as it was can be determined without one."""
    if name != "read_header":
        raise AttributeError(name)
    from abidance.header.read import read_header  # noqa: PLC0415

    return read_header
