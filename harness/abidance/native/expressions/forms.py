"""Forms of text, `like: REGEX`, as tables: contents of an input are brought into one, what comes back is held to it.

A table has a row for the sets of steps from which a text goes on alike, such as a beginning of it may have led to, and
a column for the characters that no step tells apart. Its numbers are also how far from there the text may end.
"""

from __future__ import annotations

import codecs
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from abidance.contract.language.regexes import regex
from abidance.native.expressions.emitter import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.contract.language.regexes import Regex

MOST_ROWS = 4096
_MOST_SETS = 4 * MOST_ROWS
"""A pattern that leads to more sets of states than these is not looked at for those that are one row."""
NOWHERE = 0xFFFF
NO_CLASS = 0xFF
_BYTES = {"iso8859-1": 0x100, "ascii": 0x80}
"""Encodings in which a byte is the character of its number, as far as there are any."""
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class CompiledForm:
    """A form in one encoding. `classes` are spans of code points, each in a column; `letters` one text of each column.

    `following[row][column]` is the next row, `least[row]` in how many bytes the text may end, and `toward[row]` the
    column of a shortest way there.
    """

    wide: bool
    classes: tuple[tuple[int, int, int], ...]
    letters: tuple[bytes, ...]
    following: tuple[tuple[int, ...], ...]
    least: tuple[int, ...]
    toward: tuple[int, ...]

    @property
    def steps(self) -> tuple[int, ...]:
        """Return `following` row by row."""
        return tuple(each for row in self.following for each in row)


@lru_cache(256)
def form(text: str, codec: str, *, is_string: bool) -> CompiledForm:
    """Return the form of a regular expression; a string has no NUL. Raises NotCompiledError."""
    encoding = codecs.lookup(codec).name
    if encoding != "utf-8" and encoding not in _BYTES:
        raise NotCompiledError(f"text in {codec} that is `like: {text}`")
    pattern, end = regex(text), _BYTES.get(encoding, 0x110000)
    columns = [
        (numbers, spans)
        for numbers in pattern.alike()
        if (spans := _spans(pattern, numbers, int(is_string), end))
    ]
    letters = tuple(_letter(spans, encoding) for _, spans in columns)
    rows = _rows(pattern, [numbers[0] for numbers, _ in columns], text)
    least, toward = _ends(pattern, rows, letters)
    if least[0] == NOWHERE:
        raise NotCompiledError(f"nothing that is `like: {text}` can be written in {codec}")
    order = {row: number for number, row in enumerate(rows)}
    following = [
        [NOWHERE if each is None or least[order[each]] == NOWHERE else order[each] for each in row]
        for row in rows.values()
    ]
    number = _alike(following, least)
    first = {each: row for row, each in reversed([*enumerate(number)])}
    if len(first) > MOST_ROWS:
        raise NotCompiledError(f"`like: {text}` has more than {MOST_ROWS} rows as a table")
    kept = [first[each] for each in range(len(first))]
    merged = tuple(tuple(NOWHERE if e == NOWHERE else number[e] for e in following[row]) for row in kept)
    classes = tuple((*span, column) for column, (_, spans) in enumerate(columns) for span in spans)
    ends = (tuple(each[row] for row in kept) for each in (least, toward))
    return CompiledForm(encoding == "utf-8", classes, letters, merged, *ends)


_Row = frozenset[int]


def _rows(pattern: Regex, columns: Sequence[int], text: str) -> dict[_Row, list[_Row | None]]:
    """Return the rows, the beginning first, each with where its columns lead."""
    begin: _Row = frozenset((0,))
    found: dict[_Row, list[_Row | None]] = {}
    waiting = deque((begin,))
    while waiting:
        row = waiting.popleft()
        if row in found:
            continue
        found[row] = [pattern.after(row, number) or None for number in columns]
        if len(found) > _MOST_SETS:
            raise NotCompiledError(f"`like: {text}` has more than {MOST_ROWS} rows as a table")
        waiting.extend(each for each in found[row] if each is not None and each not in found)
    return found


def _alike(following: Sequence[Sequence[int]], least: Sequence[int]) -> list[int]:
    """Return the number of each row, the same for those from which a text goes on alike.

    They are told apart by where it ends, and then by where their columns lead, until that tells no more of them apart.
    """
    number, count = list(least), 0
    while True:
        found: dict[tuple[int, ...], int] = {}
        number = [
            found.setdefault((own, *(each if each == NOWHERE else number[each] for each in row)), len(found))
            for own, row in zip(number, following, strict=True)
        ]
        if len(found) == count:
            return number
        count = len(found)


def _ends(
    pattern: Regex, rows: dict[_Row, list[_Row | None]], letters: Sequence[bytes]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return in how many bytes a text may end, from each row, and the column of a shortest way there."""
    before: dict[_Row, list[tuple[_Row, int]]] = {}
    for row, following in rows.items():
        for column, each in enumerate(following):
            if each is not None:
                before.setdefault(each, []).append((row, column))
    order = {row: number for number, row in enumerate(rows)}
    least, toward = [NOWHERE] * len(rows), [0] * len(rows)
    heap = [(0, order[row], row, 0) for row in rows if pattern.accepts(row)]
    while heap:
        size, number, row, column = heappop(heap)
        if least[number] <= size:
            continue
        least[number], toward[number] = size, column
        for each, by in before.get(row, ()):
            heappush(heap, (size + len(letters[by]), order[each], each, by))
    return tuple(least), tuple(toward)


def _spans(pattern: Regex, numbers: Sequence[int], first: int, end: int) -> list[tuple[int, int]]:
    """Return the code points that some representatives stand for, as far as they are characters here."""
    starts = (*pattern.starts, 0x110000)
    found: list[tuple[int, int]] = []
    for number in numbers:
        low, high = max(starts[number], first), min(starts[number + 1], end)
        if low >= high or (low in _SURROGATES and high - 1 in _SURROGATES):
            continue
        if found and found[-1][1] == low:
            low = found.pop()[0]
        found.append((low, high))
    return found


def _letter(spans: Sequence[tuple[int, int]], encoding: str) -> bytes:
    """Return a character of a column, which is no surrogate."""
    first, end = spans[0]
    code = first if first not in _SURROGATES else end - 1
    return chr(code).encode(encoding)


def listed(numbers: Sequence[int]) -> str:
    """Return numbers as they stand in braces."""
    return ", ".join(map(str, numbers))
