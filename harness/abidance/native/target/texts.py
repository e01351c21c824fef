"""Text in the encoding that a contract gives: made valid before a call, and looked at after it."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.native.target.tables import Tables


@dataclass(frozen=True, slots=True)
class CodecCheck:
    """How text of one encoding is told from other bytes: by a table of its bytes, empty for UTF-8.

    One of UTF-16 or UTF-32 has units of several bytes, the highest first where it is `big`.
    """

    valid: tuple[int, ...] = ()
    unit: int = 1
    big: bool = False

    def repaired(self, tables: Tables, at: str, count: str) -> str:
        """Return the statement that puts valid bytes in the place of others; there is no NUL before, nor after.

        Of units of several bytes there are only whole ones.
        """
        if self.unit > 1:
            return f"abidance_repair_units({at}, {count}, {self.unit}, {int(self.big)});"
        if not self.valid:
            return f"abidance_repair_utf8({at}, {count});"
        if all(self.valid[1:]):
            return ""
        return f"abidance_repair({at}, {count}, {tables.flags(self.valid)});"

    def broken(self, tables: Tables, at: str, count: str) -> str:
        """Return the condition under which bytes are no text in the encoding."""
        if self.unit > 1:
            return f"!abidance_is_in_units({at}, {count}, {self.unit}, {int(self.big)})"
        if not self.valid:
            return f"!abidance_is_utf8({at}, {count})"
        if all(self.valid):
            return "0"
        return f"!abidance_is_text({at}, {count}, {tables.flags(self.valid)})"


_IN_UNITS = {
    f"utf-{8 * unit}-{order}e": CodecCheck(unit=unit, big=order == "b") for unit in (2, 4) for order in "lb"
}


def bytes_check(encoding: str) -> CodecCheck | None:
    """Return how the encoding of bytes is checked, in which there may be NULs; None as for a string."""
    return _IN_UNITS.get(codecs.lookup(encoding).name) or codec_check(encoding)


@cache
def codec_check(encoding: str) -> CodecCheck | None:
    """Return how an encoding is checked; None for one whose characters have several bytes and that is not UTF-8."""
    if codecs.lookup(encoding).name == "utf-8":
        return CodecCheck()
    valid = tuple(_is_character(byte, encoding) for byte in range(256))
    # Characters of one byte, whatever stands beside them: then two of them are two characters.
    pairs = bytes(byte for byte in range(256) if valid[byte])
    try:
        single = len(pairs.decode(encoding)) == len(pairs)
    except UnicodeDecodeError:
        single = False
    has_others = any(
        not valid[byte] and any(_is_text(bytes((byte, other)), encoding) for other in range(1, 256))
        for byte in range(256)
    )
    return CodecCheck(tuple(map(int, valid))) if single and not has_others and valid[ord("a")] else None


def _is_character(byte: int, encoding: str) -> bool:
    try:
        return len(bytes((byte,)).decode(encoding)) == 1
    except UnicodeDecodeError:
        return False


def _is_text(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
