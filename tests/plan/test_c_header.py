"""What C knows of plans and observations is what Python has."""

from __future__ import annotations

import re

import pytest

from abidance.plan import layout
from abidance.plan.c_header import PATH, header

pytestmark = pytest.mark.unit


def test_the_header_is_that_of_the_layout():
    assert PATH.read_text(encoding="utf-8") == header(), "python -m abidance.plan.c_header writes it"


def test_every_record_is_as_long_for_c_as_for_python():
    """Fields lie where C puts them of itself: each is aligned to its size, and nothing is left at the end."""
    sizes = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "i32": 4, "i64": 8, "magic": 4}
    records = [part for part in layout.C_PARTS if isinstance(part, layout.PlanRecord)]
    assert len(records) > 10
    for record in records:
        at = 0
        for type_, field in record.fields:
            assert at % sizes[type_] == 0, f"{field} of {record.name}"
            at += sizes[type_]
        assert at == record.layout.size
        assert at % max(sizes[type_] for type_, _ in record.fields) == 0, record.name
        assert record.comments.keys() <= {field for _, field in record.fields}


def test_each_number_has_one_name_in_c():
    names = re.findall(r"ABIDANCE_\w+(?= 0x| =)", header())

    assert len(names) == len(set(names)) > 20
