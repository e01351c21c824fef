"""Characters on a terminal: how wide each one is, and which must not reach it as they are."""

from __future__ import annotations

import unicodedata

TAB = 4
"""Columns between tab stops in source excerpts, as rustc has it."""
GAP = "..."
"""What stands for the part of a line that is not shown."""

# Sources and compiler output are shown as they come, so a terminal must not obey what is inside them:
# control characters, and the marks that reorder text (CVE-2021-42574).
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(char: str) -> str:
    """Return what to show for one character; a line end and a tab are control characters too."""
    if char in _REORDERING:
        return "\ufffd"
    match unicodedata.category(char):
        case "Cc":
            code = ord(char)
            return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"
        case "Cs" | "Zl" | "Zp":
            return "\ufffd"
        case _:
            return char


def char_width(char: str) -> int:
    """Return how many columns a visible character takes: 0, 1 or 2."""
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def width(text: str) -> int:
    """Return how many columns `text` takes."""
    return len(text) if text.isascii() else sum(map(char_width, text))


def one_line(text: str) -> str:
    """Return `text` on one line, safe to print."""
    return "".join(map(visible, text.replace("\t", " ").replace("\n", " ")))


def lines(text: str) -> list[str]:
    """Return the lines of `text`, each safe to print, tabs expanded, without blank ones at the end."""
    return ["".join(map(visible, line)) for line in text.rstrip().expandtabs(TAB).split("\n")]
