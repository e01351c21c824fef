from __future__ import annotations

from pathlib import Path

import pytest
from header_of_editors import HEADER, facts_from

from abidance.editor.completion import complete
from abidance.editor.lookup import look_up
from abidance.editor.names import Knowledge
from abidance.editor.outline_reader import read_outline


@pytest.fixture(scope="session")
def knowledge():
    return Knowledge(facts_from(HEADER, values={"RG_LIMIT": 4096, "RG_NONE": 0, "RG_QUOTE": 1, "RG_BOOK": 2}))


@pytest.fixture
def completed(knowledge):
    """Return what is proposed where ``@`` stands in a text, best first; of each its label and what is inserted."""

    def ask(text, facts=None, folder=Path("/p")):
        known = knowledge if facts is None else Knowledge(facts)
        at = text.index("@")
        found = complete(text[:at] + text[at + 1 :], at, known, folder)
        ordered = sorted(found.proposals, key=lambda each: each.rank)
        return Completed({each.label: each for each in ordered}, text[found.start : at])

    return ask


class Completed:
    def __init__(self, proposals, replaced):
        self.proposals = proposals
        self.labels = list(proposals)
        self.replaced = replaced

    def inserted(self, label):
        return self.proposals[label].insert or label


@pytest.fixture
def looked_up(knowledge):
    """Return what stands where ``@`` does in a text."""

    def ask(text):
        at = text.index("@")
        text = text[:at] + text[at + 1 :]
        return look_up(text, read_outline(text), at, knowledge)

    return ask
