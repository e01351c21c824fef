"""Bit-fields: their bits and what these mean count, the unit that they are declared in does not."""

from __future__ import annotations

import pytest

USE = "int use(struct s *p);"


def record(*fields):
    return f"struct s {{ {' '.join(f'{each};' for each in fields)} }}; {USE}"


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        (("unsigned a : 3", "int b"), ("unsigned char a : 3", "int b"), "compatible"),
        (("unsigned a : 3",), ("unsigned char a : 3",), "breaking"),  # the record is smaller
        (("unsigned a : 3", "int b"), ("int a : 3", "int b"), "risky"),
        (("_Bool a : 1", "int b"), ("unsigned char a : 1", "int b"), "risky"),
        (("_Bool a : 1", "int b"), ("int a : 1", "int b"), "risky"),
        (("unsigned a : 3", "int b"), ("unsigned char a : 4", "int b"), "breaking"),
        (("unsigned char a : 8", "char b"), ("unsigned char a", "char b"), "compatible"),
        (("unsigned char a", "char b"), ("unsigned char a : 8", "char b"), "breaking"),
        (("unsigned char a : 8", "char b"), ("signed char a", "char b"), "risky"),
        (("unsigned char a : 7", "char b"), ("unsigned char a", "char b"), "breaking"),
    ],
)
def test_verdict(compare, old, new, verdict):
    assert compare(record(*old), record(*new)).verdict == verdict
