"""The macros that a preprocessed text says it has: the files' own, and those that were there before them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.header.unit import Marker

_DEFINE = re.compile(r"\n#define (([^\s(]++)[^\n]*+)")
_UNDEF = re.compile(r"\n#undef ([^\n]*+)")
_IMPLICIT = "stdc-predef.h"  # glibc's share of the predefined macros; gcc includes it unasked


def defined(text: str, markers: Sequence[Marker]) -> dict[str, tuple[str, int]]:
    """Return the macros that files define and do not take back.

    They go by name and have the words behind ``#define``, with the offset of the name in `text`.
    """
    macros = {
        name: (words, offset)
        for start, end in _parts(text, markers, files=True)
        for words, name, offset in _defines(text, start, end)
    }
    for name, offset in _taken_back(text):
        if name in macros and macros[name][1] < offset:
            del macros[name]
    return macros


def predefined(text: str, markers: Sequence[Marker]) -> dict[str, str]:
    """Return what the object-like macros stand for that the compiler or the command line defined."""
    macros = {
        name: (words[len(name) + 1 :], offset)
        for start, end in _parts(text, markers, files=False)
        for words, name, offset in _defines(text, start, end)
        if not words.startswith("(", len(name))
    }
    for name, offset in _taken_back(text):
        if name in macros and macros[name][1] < offset:
            del macros[name]
    return {name: body for name, (body, _) in macros.items()}


def _parts(text: str, markers: Sequence[Marker], *, files: bool) -> Iterator[tuple[int, int]]:
    """Yield from where to where the text is that files have, or that they do not have, as few parts as there are."""
    kinds = [(each.offset, not (each.file[:1] == "<" or each.file.endswith(_IMPLICIT))) for each in markers]
    changes = [kinds[0], *(later for former, later in pairwise(kinds) if former[1] != later[1])]
    for (start, kind), (end, _) in pairwise((*changes, (len(text), not changes[-1][1]))):
        if kind is files:
            yield max(start, 0), end


def _defines(text: str, start: int, end: int) -> Iterator[tuple[str, str, int]]:
    for found in _DEFINE.finditer(text, start, end):
        yield found[1], found[2], found.start(1)


def _taken_back(text: str) -> list[tuple[str, int]]:
    return [(found[1].strip(), found.start()) for found in _UNDEF.finditer(text)]
