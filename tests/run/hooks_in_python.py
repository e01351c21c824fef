"""What is right, and which values are: the contract `hooked` names these functions."""

from __future__ import annotations

import zlib

from hypothesis import strategies as st


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


def behind(text, mark):
    found = text.find(bytes([mark]))
    return {"result": None if found < 0 else found + 1, "last": max(0, text.rfind(bytes([mark])))}


def kind_of(text):
    if not text:
        return "HK_EMPTY"
    return "HK_NUMBER" if text.isdigit() else "HK_WORD"


def kind_name(kind):
    return ("empty", "word", "number")[kind]


def digits():
    """Digits of which the last one makes the sum of all, every second one twice, end in 0."""
    return st.text("0123456789", min_size=1, max_size=15).map(_with_check_digit)


def _with_check_digit(text):
    doubled = [2 * int(digit) for digit in text[::-2]]
    total = sum(each - 9 if each > 9 else each for each in doubled) + sum(map(int, text[-2::-2]))
    return f"{text}{-total % 10}"


@st.composite
def frames(draw):
    body = draw(st.binary(max_size=20))
    return b"HKF1" + bytes([len(body)]) + body + bytes([sum(body) & 0xFF])


NUMBERS = st.integers(0, 3000).map(lambda n: n * 1000003)


def squares():
    return st.integers(0, 100).map(lambda n: float(n * n))
