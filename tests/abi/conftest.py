from __future__ import annotations

import datetime as dt

import pytest

from abidance.abi.gate.compare import compare as compare_sides
from abidance.abi.gate.judge import Question, judge
from abidance.abi.gate.sides import SideArguments, side
from abidance.abi.gate.suppressions import Suppressions

TODAY = dt.date(2030, 1, 1)


@pytest.fixture
def sides(tmp_path):
    """Read two texts as headers that lie in folders of their own."""

    def read(old, new):
        found = []
        for name, text in (("old", old), ("new", new)):
            path = tmp_path / name / "thing.h"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            found.append(side(SideArguments(path)))
        return found

    return read


@pytest.fixture
def compare(sides):
    """Judge the change from one header to another."""

    def judged(old, new, policy="no-breaking", listed=(), **versions):
        question = Question("thing", "old", "new", policy, **versions)
        return judge(question, compare_sides(*sides(old, new)), Suppressions(listed, TODAY))

    return judged
