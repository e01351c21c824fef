"""What `bits` returns."""

from __future__ import annotations


def bits(number):
    return number.bit_count()
