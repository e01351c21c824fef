"""A diagnostic marks a place once: the header's stands for the contract's where that says nothing of a function."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.core.codes import Code
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.span import Span

pytestmark = pytest.mark.unit

HERE, THERE = (Span.at(Path("api.h"), line, 1) for line in (1, 2))
CODE = Code("ABD322", "return-outside-domain")


@pytest.mark.parametrize(
    ("labels", "left"),
    [
        ((Label(HERE, "got NULL"), Label(HERE)), (Label(HERE, "got NULL"),)),
        ((Label(HERE), Label(THERE)), (Label(HERE), Label(THERE))),
        ((Label(HERE), Label(HERE, "not met")), (Label(HERE), Label(HERE, "not met"))),
    ],
)
def test_a_place_is_marked_once(labels, left):
    assert Diagnostic(CODE, "it broke", labels).labels == left
