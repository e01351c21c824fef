"""Headers as the preprocessor would print them, drafted without a process: `unit` tests of the rules."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from abidance.draft.documentation import manual
from abidance.draft.documented_names import by_documented_names
from abidance.draft.drafting import assembled, exported_only, function_drafts, with_functions
from abidance.draft.rendering import flow, render, render_function
from abidance.draft.source import DraftSource
from abidance.draft.views import HeaderView
from abidance.header.loader import HeaderReader
from abidance.ir.tables import declared_in
from abidance.toolchain.call_graph import CallGraph


def asserting(**texts):
    """Return the calls of a library of which each function asserts these texts."""
    starts = {name: 16 * i for i, name in enumerate(texts, 1)}
    asserted = {starts[name]: each for name, each in texts.items()}
    return CallGraph(tuple(starts.values()), starts, asserted=asserted)


def calling(**imports):
    """Return the calls of a library of which each function calls these imports."""
    starts = {name: 16 * i for i, name in enumerate(imports, 1)}
    return CallGraph(
        tuple(starts.values()), starts, {starts[n]: frozenset(each) for n, each in imports.items()}
    )


def among(ending=(), allocating=(), **callees):
    """Return the calls of a library by which functions of these names call each other."""
    starts = {name: 16 * i for i, name in enumerate(callees, 1)}
    return CallGraph(
        tuple(starts.values()),
        starts,
        callees={starts[n]: frozenset(starts.get(c, 4096) for c in each) for n, each in callees.items()},
        ending=frozenset(starts[name] for name in ending),
        allocating=frozenset(starts[name] for name in allocating),
    )


def reporting(**texts):
    """Return the calls of a library of which each function gives these texts to one that may end the process."""
    starts = {name: 16 * i for i, name in enumerate(texts, 1)}
    return CallGraph(
        (*starts.values(), 4096),
        starts,
        callees={starts[name]: frozenset([4096]) for name, each in texts.items() if each},
        reporting=frozenset([4096]),
        reported={starts[name]: tuple(each) for name, each in texts.items()},
    )


@pytest.fixture
def drafted(tmp_path, monkeypatch):
    """Return a function that drafts a header, given as text; no page of this machine's manual is read."""
    monkeypatch.setattr(manual, "_FOLDERS", ())
    manual._index.cache_clear()

    def draft(text, *, calls=None, exports=None):
        path = tmp_path / "api.h"
        path.write_text(text)
        without = re.sub(r"/\*.*?\*/", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.DOTALL)
        reader = HeaderReader(path, lambda _: None, False, lambda _: True)
        unit = f'# 1 "/usr/include/stddef.h"\ntypedef unsigned long size_t;\n# 1 "{path}"\n{without}'
        declarations = by_documented_names(reader.read(unit).declarations, str(path).__eq__)
        source = DraftSource(path, None, calls=calls or CallGraph())
        if exports is not None:
            source = DraftSource(path, None, exported=exports.__contains__, calls=calls or CallGraph())
        own = declared_in(declarations.functions, str(path).__eq__)
        view = exported_only(with_functions(HeaderView(source, declarations, ()), own))
        return Drafted(assembled(view, function_drafts(view)))

    yield draft
    manual._index.cache_clear()


class Drafted:
    """A draft, and what a reader asks of it."""

    def __init__(self, draft):
        self.draft = draft
        self.text = render(draft)
        self.called = [each.name for each in draft.functions if each.left_out is None]

    def clauses(self, function, place):
        """Return what is written of a parameter, or of `returns`."""
        found = self.draft.function(function)
        drafted = found.returns if place == "returns" else found.param(place)
        return flow(
            {g.clause: g.value for g in drafted.guesses if g.value is not None and g.value is not False}
        )

    def evidence(self, function, place, clause):
        found = self.draft.function(function)
        drafted = found.returns if place == "returns" else found.param(place)
        return drafted.get(clause).evidence.text

    def why_not(self, function):
        """Return why a function is left out; nothing if it is called."""
        left = self.draft.function(function).left_out
        return left and left.evidence.text

    def handle(self, name):
        found = next(each for each in self.draft.handles if each.name == name)
        return {each.clause: each.value for each in found.guesses}

    def lines(self, function):
        return "\n".join(render_function(self.draft.function(function)))


@pytest.fixture
def library():
    return SimpleNamespace(asserting=asserting, calling=calling, among=among, reporting=reporting)


@pytest.fixture(scope="session")
def here():
    return Path(__file__).parent
