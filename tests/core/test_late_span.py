"""A span that is looked for late is the same as one that was known from the start."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from abidance.core.span import LateSpan, Span

pytestmark = pytest.mark.unit
KNOWN = Span.at(Path("a.h"), 3, 4, 5)


@pytest.fixture
def late():
    asked = []

    def make():
        return LateSpan(lambda: asked.append(1) or KNOWN)

    make.asked = asked
    return make


@pytest.mark.parametrize("field", ["path", "line", "column", "end_line", "end_column"])
def test_each_field_finds_it_once(late, field):
    span = late()
    assert not late.asked

    assert getattr(span, field) == getattr(KNOWN, field)
    assert span == KNOWN
    assert late.asked == [1]
    assert type(span) is Span


def test_it_is_equal_to_what_it_finds_and_ordered_as_that_is(late):
    assert late() == KNOWN
    assert late() == KNOWN
    assert late() == late()
    assert late() != Span.at(Path("a.h"), 4)
    assert late() < Span.at(Path("a.h"), 4)
    assert late() >= KNOWN
    assert hash(late()) == hash(KNOWN)
    assert {late(), KNOWN} == {KNOWN}


def test_copies_and_pickles_are_spans(late):
    pickled = pickle.loads(pickle.dumps(late()))  # noqa: S301 - our own
    for made in (pickled, copy.copy(late()), replace(late()), late().within(0, 5)):
        assert made == KNOWN
        assert type(made) is Span
    assert (repr(late()), str(late())) == (repr(KNOWN), str(KNOWN))


def test_it_has_no_other_attributes(late):
    with pytest.raises(AttributeError):
        late().nothing  # noqa: B018 - looking is what fails
