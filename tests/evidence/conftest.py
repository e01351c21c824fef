from __future__ import annotations

from dataclasses import replace

import pytest

from abidance.cli.codes import codes
from abidance.core.catalogue import NOT_MEASURED
from abidance.core.diagnostic import Diagnostic, Finding
from abidance.core.events import ItemFinished, ItemId, RunFinished, RunStarted
from abidance.core.outcome import Outcome
from abidance.core.span import Span
from abidance.evidence.facts import KnownBoundary, KnownFunction, KnownLibrary
from abidance.evidence.gathering import evidence
from abidance.history import recorder_of, store_of
from abidance.history.origin import Origin

REVISION = "a" * 40


class Kept:
    """A project in which runs are kept: `run` keeps one, and `known` is what is known of its contract then."""

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        self.contract = folder / "b.contract.yaml"
        self.span = Span.at(self.contract, 1)
        self.content = "one"
        self.since = ("src/f.c",)
        self.here = Origin(REVISION, changed=False, machine="m: p, 2 cores")
        self.facts = KnownBoundary(
            name="b",
            contract=self.contract,
            header=folder / "b.h",
            summary="",
            functions=(self.function("f"), self.function("g")),
            handles=(),
            laws=(),
            libraries=(KnownLibrary("c", "path", self.span), KnownLibrary("rust", "cargo", self.span)),
            builds=("release",),
        )
        monkeypatch.setenv("ABIDANCE_HISTORY", "50")
        monkeypatch.setattr("abidance.history.recorder.origin", lambda _: self.here)
        monkeypatch.setattr("abidance.evidence.gathering.origin", lambda _: self.here)
        monkeypatch.setattr("abidance.evidence.gathering.changed_since", lambda _root, _revision: self.since)
        monkeypatch.setattr("abidance.evidence.gathering.read_facts", lambda _: (self.facts, ()))
        monkeypatch.setattr("abidance.evidence.gathering._content", lambda _: self.content)

    def function(self, name, **more):
        return KnownFunction(name, f"int {name}(void);", self.span, self.span, listed=True, **more)

    def item(self, function="f", outcome=Outcome.PASSED, library="c", phase="properties", **more):
        return ItemFinished(ItemId("b", function, phase, library, "release"), outcome, **more)

    def finding(self, function="f", message="m", place="", **more):
        diagnostic = Diagnostic(NOT_MEASURED, message, place=place)
        return Finding(diagnostic, function, "properties", "c", ("release",), **more)

    def all_items(self, **more):
        """Return what a run judges that leaves nothing out."""
        called = [
            self.item(name, library=library, **more) for library in ("c", "rust") for name in ("f", "g")
        ]
        return [self.item("b", phase="load"), *called]

    def run(self, *items, command="run", ends=True, not_judged=()):
        recorder = recorder_of(self.folder, command, None)
        path = str(self.contract)
        recorder(RunStarted("b", path, 2, ("c",), ("release",), 1, content=self.content))
        for each in items:
            recorder(each)
        if ends:
            recorder(RunFinished("b", path, 1, tuple(items), not_judged))
            recorder.close(0)

    def keep(self, *events, command="abi check"):
        recorder = recorder_of(self.folder, command, None)
        for each in events:
            recorder(each)
        recorder.close(0)

    def at(self, revision=REVISION, *, changed=False, changes=""):
        self.here = replace(self.here, revision=revision, changed=changed, changes=changes)

    @property
    def known(self):
        with store_of(self.folder) as store:
            (found,) = evidence(store, self.folder, [self.contract], {code.id: code for code in codes()})
        return found

    def subject(self, name):
        return next(each for each in self.known.subjects if each.name == name)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    return Kept(tmp_path, monkeypatch)
