"""Contents over a small alphabet: code that searches for a character fails on two in a row, or on one at an end.

Among all characters such a pair comes up once in ten thousand times.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.generate.source import ChoiceSource

ALPHABETS = (
    b"a ", b"a\n\r\t ", b"a,;", b"a/.\\", b'a"\\\'', b"0-+.e", b"0123456789", b"019.-", b"0fFxX9", b"aA=&?", b"<a/>",
    b'{a}[]:,"', b"a%sdn", b"a:@#", b"a_-*",
)  # fmt: skip
"""What texts of many kinds are made of: words, lines, lists, paths, quotes, numbers, queries, markup, formats."""
_MOST, _PAIRED = 6, 4
_LONGEST = 24


def letters_of(numbers: Iterable[float], *, text: bool) -> bytes:
    """Return those of some numbers that may be letters, the likeliest first: of `text`, ASCII without NUL."""
    found = {int(n) for n in numbers if n == int(n) and (1 if text else 0) <= n < (128 if text else 256)}
    return bytes(sorted(found, key=_rarity)[:_MOST])


def _rarity(byte: int) -> tuple[int, int]:
    """Order punctuation and space before letters and digits, and those before bytes that nobody types."""
    character = chr(byte)
    if byte < 128 and (character.isspace() or (character.isprintable() and not character.isalnum())):
        return 0, byte
    return (1 if byte < 128 and character.isprintable() else 2), byte


def spelt(letters: bytes) -> Iterator[bytes]:
    """Yield short contents with each letter twice in a row, at either end and in the middle, and pairs of letters."""
    for byte in letters:
        one = bytes([byte])
        yield from (one * 2, b"a" + one * 2 + b"a", one + b"a", b"a" + one, b"a" + one + b"a", one * 3)
    for pair in permutations(letters[:_PAIRED], 2):
        yield bytes(pair)


def few(source: ChoiceSource, lowest: int, most: int, letters: bytes, weight: int = 4) -> bytes:
    """Return between `lowest` and `most` bytes out of a small alphabet.

    `letters` are `weight` times among the alphabets to choose from, with one that means nothing.
    """
    alphabet = source.pick((*ALPHABETS, *([b"a" + letters] * weight if letters else [])))
    return source.binary(lowest, min(most, max(lowest, _LONGEST))).translate(_table(alphabet))


@lru_cache(256)
def _table(alphabet: bytes) -> bytes:
    return bytes(alphabet[byte % len(alphabet)] for byte in range(256))
