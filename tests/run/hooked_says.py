"""What is right, and which values are: the contract `hooked` names these functions."""

from __future__ import annotations

import zlib


def crc(data):
    return zlib.crc32(data)


def mean(values):
    return sum(values) / len(values) if values else 0


def half(value):
    return value / 2


def split(text, **_):
    found = text.find(b"=")
    return {"result": found >= 0, "before": max(found, 0)}


def grown(box, by):
    return {"left": box.left - by, "right": box["right"] + by}


def reversed_(data):
    return {"data": data[::-1]}


def kind_of(text):
    if not text:
        return "HK_EMPTY"
    return "HK_NUMBER" if text.isdigit() else "HK_WORD"


def kind_name(kind):
    return ("empty", "word", "number")[kind]
