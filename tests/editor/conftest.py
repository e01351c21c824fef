from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the language server's extra is not installed")

from abidance.editor.completion import complete
from abidance.editor.known_header import facts_of
from abidance.editor.lookup import look_up
from abidance.editor.names import Knowledge
from abidance.editor.outline_reader import read_outline
from abidance.header.loader import HeaderReader

HEADER = """\
#define RG_LIMIT 4096
typedef struct rg_guard rg_guard;
typedef enum rg_kind { RG_NONE, RG_QUOTE, RG_BOOK } rg_kind;
typedef struct rg_request { const char *route; size_t route_len; rg_kind kind; } rg_request;
rg_guard *rg_new(void);
_Bool rg_admit(rg_guard *guard, const rg_request *request, rg_kind *reason);
int rg_visit(rg_guard *guard, int (*each)(rg_request *seen, void *data), void *data);
rg_kind rg_first(const rg_guard *guard);
void rg_free(rg_guard *guard);
"""
"""The header of these tests, which no compiler has to preprocess."""


def facts_from(text, path=Path("/p/api.h"), patterns=("rg_*",), values=None):
    """Return what an editor knows of a header, given as the preprocessor would print it."""
    reader = HeaderReader(
        path, lambda _expression: None, tagged_members=False, has_attribute=lambda _name: True
    )
    unit = f'# 0 "{path}"\ntypedef unsigned long size_t;\n# 1 "{path}"\n{text}'
    return facts_of(reader.read(unit).declarations, (), patterns, values)


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
