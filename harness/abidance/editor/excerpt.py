"""What of a long document matters where the cursor is: of other functions and types, the names alone."""

from __future__ import annotations

import re

LONG = 32 << 10
"""Characters from which on it is worth the while: reading 32 KiB takes some 10 ms."""
_SHORTENED = re.compile(r"(?:functions|types)[ \t]*:")
_KEY = re.compile(r"[^:]*:")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n])|[^\r\n]+")


def excerpt(text: str, offset: int) -> tuple[str, int]:
    """Return the text without the contents of functions and types that the offset is not in, and the offset there."""
    if len(text) < LONG:
        return text, offset
    kept: list[str] = []
    dropped = 0  # characters before the offset
    place = 0
    inside = False
    level = -1
    entry: list[str] = []
    has_cursor = False

    def close() -> None:
        nonlocal dropped
        if entry and not has_cursor:
            name = _KEY.match(entry[0])
            short = f"{name[0]}\n" if name else entry[0]
            if place <= offset:
                dropped += sum(map(len, entry)) - len(short)
            kept.append(short)
        else:
            kept.extend(entry)
        entry.clear()

    for line in _LINE.findall(text):
        content = line.lstrip(" ")
        column = len(line) - len(content)
        has_text = bool(content.strip()) and not content.startswith("#")
        if has_text and column == 0:
            close()
            inside, level, has_cursor = _SHORTENED.match(line) is not None, -1, False
            kept.append(line)
        elif not inside:
            kept.append(line)
        else:
            if has_text and level < 0:
                level = column
            if has_text and column <= level:
                close()
                has_cursor = False
            entry.append(line)
            has_cursor = has_cursor or place <= offset <= place + len(line)
        place += len(line)
    close()
    return "".join(kept), offset - dropped
