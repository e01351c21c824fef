"""How far tests look past what they have found: a third as far as the tool does, unless their outcome lies there.

The tool goes on past a finding with as many cases as before it. A test that names what one defect leads to has it by
then, and what another defect would be is for the sound library of the same function.
"""

from __future__ import annotations

import pytest
from hypothesis import settings

from abidance.run.search import known_causes, pipeline, search
from tiers import depth

SEARCHES = (known_causes, pipeline)


def look_less_far(context, made_up, body, max_examples, *, number=0, **more):
    """Search as the tool does, or with fewer cases where this is a further search, past what was found."""
    if number:
        max_examples = depth(settings().max_examples if max_examples is None else max_examples)
    search.look_for(context, made_up, body, max_examples, number=number, **more)


@pytest.fixture(autouse=True)
def _looks_less_far_past_findings(request, monkeypatch):
    """Have what a test runs go on for less long past what it finds, but where its outcome takes `several_causes`."""
    if request.config.option.full or request.node.get_closest_marker("several_causes"):
        return
    for each in SEARCHES:
        monkeypatch.setattr(each, "look_for", look_less_far)
