"""Bytes at the edges of what is UTF-8 (Unicode 15, table 3-7), which no random bytes come upon."""

from __future__ import annotations

UTF8_EDGES = (
    b"\xed\xa0\x80",  # a surrogate: U+D800
    b"\xed\x9f\xbf",  # the last character before them
    b"\xc0\x80",  # NUL, longer than it has to be
    b"\xe0\x80\x80",
    b"\xe0\xa0\x80",  # the first character of three bytes
    b"\xf0\x80\x80\x80",
    b"\xf0\x90\x80\x80",  # the first one of four
    b"\xf4\x8f\xbf\xbf",  # the last one of all
    b"\xf4\x90\x80\x80",  # one past it
    b"\xf8\x88\x80\x80\x80",
    b"\x80",  # a byte that continues nothing
    b"\xe2\x82",  # a character that is cut short
)
