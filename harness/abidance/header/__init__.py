"""C headers as `ir`: preprocessed by the user's compiler, parsed as GNU C, lowered with their places."""

from __future__ import annotations

from abidance.header.read import read_header

__all__ = ["read_header"]
