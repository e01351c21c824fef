"""What is given of a pointer whose tag is drawn anew is to be what that tag says, or the case is none."""

from __future__ import annotations

import pytest

from abidance.generate.hints import Hints
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import simplest
from abidance.generate.sweep import edge_cases

PROMISE = """\
params:
  data:
    in: void
    variant:
      tag: kind
      members:
        1: {to: int, length: n, range: [-9, 9]}
        2: {to: double, length: n, range: [1, 9]}
        3: {to: pair, length: n}
        4: {to: int, range: [0, 9]}
  n: {range: [0, 4]}
"""


@pytest.mark.parametrize(
    ("data", "others"),
    [([3, -4], (2, 3, 4)), ([1.5, 2.5], (1, 3, 4)), ([{"first": 1, "last": 2}], (1, 2, 4)), (7, (1, 2, 3))],
)
def test_elements_belong_to_what_a_tag_says(function, data, others):
    boundary, f = function(
        "typedef struct pair { int first, last; } pair;\nint f(int kind, void *data, int n);", PROMISE
    )
    n = len(data) if isinstance(data, list) else 0

    def drawn(tag):
        return simplest(boundary, f, {"kind": tag, "data": data, "n": n}, FilterLog(), Hints.of(boundary, f))

    (own,) = {1, 2, 3, 4} - {*others}
    assert drawn(own).arguments["data"] == data
    for tag in others:
        with pytest.raises(UnlawfulDrawError):
            drawn(tag)


def test_no_element_of_an_array_is_given_in_its_place(function):
    types = """\
    types:
      level: {fields: {value: {range: [0, 9]}}}
      step: {variant: {tag: id, pointer: options, members: {1: level, 2: none}}}
    """
    declared = """\
    typedef struct level { int value; } level;
    typedef struct step { int id; void *options; } step;
    int f(const step *steps, int n);
    """
    boundary, f = function(
        declared, "params: {steps: {in: array, length: n}, n: {range: [0, 4]}}", types=types
    )

    given = [case.arguments["steps"] for case in edge_cases(boundary, f)]
    assert given
    assert all(isinstance(each, list) for each in given)
