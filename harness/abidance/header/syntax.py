"""What the parser says of a declaration that it does not understand."""

from __future__ import annotations

NOTHING_DECLARED = "invalid declaration"
"""pycparser's words for specifiers without a declarator."""


class HeaderSyntaxError(Exception):
    """What the parser did not understand, and the offset of the token."""

    def __init__(self, words: str, offset: int) -> None:
        super().__init__(words)
        self.words = words
        self.offset = offset
