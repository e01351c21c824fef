"""Frames of nested calls are not mapped and unmapped over and over."""

from __future__ import annotations

import resource
import sys

import pytest

from abidance.core.call_stack import with_room

pytestmark = pytest.mark.unit
CALLS, DEEPEST = 400, 120


def nothing():
    return None


def faults_at(depth):
    """Return how many pages are touched for the first time by calls that are nested so deep."""
    if depth:
        return faults_at(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        nothing()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def most_faults():
    return max(map(faults_at, range(DEEPEST)))


def test_calls_at_any_depth_touch_the_same_memory():
    _, once_more = with_room(lambda: (most_faults(), most_faults()))()

    assert once_more < CALLS // 10


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="so it is known to be of this version")
def test_without_it_each_of_them_maps_a_page():
    assert most_faults() >= CALLS


def test_what_is_given_and_returned_is_passed_on():
    assert with_room(int)("11", base=2) == 3
    assert with_room(nothing).__name__ == "nothing"
