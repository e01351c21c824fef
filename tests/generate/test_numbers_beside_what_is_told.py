"""Numbers that a condition compares with what a function tells are mostly small: how many there are, are few."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from abidance.generate.strategies import cases
from tiers import depth

HEADER = """
typedef struct st_set st_set;
st_set *st_new(void);
void st_free(st_set *set);
int st_count(const st_set *set);
int f(const st_set *set, int place);
"""


@pytest.mark.parametrize(
    ("condition", "mostly"),
    [
        ("(result == 0) == (place < st_count(set))", True),
        ("(result == 0) == (place + 1 <= old(st_count(set)))", True),
        ("implies(place < 2000, result == st_count(set))", False),  # compared with something else
        ("(result == 0) == (place == st_count(set))", False),
    ],
)
def test_what_is_compared_by_which_is_more_is_mostly_small(condition, mostly, function):
    subject = function(
        HEADER,
        f'params: {{set: {{handle: st_set}}, place: {{range: [0, 3000]}}}}\nensures: ["{condition}"]',
        types="handles: {st_set: {create: st_new, destroy: st_free}}",
        others="\nst_count: {}\n",
    )
    drawn = []

    @settings(
        max_examples=depth(200),
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @given(cases(*subject))
    def draw(case):
        drawn.append(case.arguments["place"])

    draw()

    assert (sum(each < 16 for each in drawn) > 0.6 * len(drawn)) is mostly
    assert any(each >= 1000 for each in drawn)
