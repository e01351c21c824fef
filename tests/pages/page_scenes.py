"""Evidence with all that there can be, of as many functions as wanted, in which each text can be a hostile one."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

from tinyhtml5.parser import HTMLParser

from abidance.core.codes import Code, Severity
from abidance.core.costs import BudgetVerdict, CostKind, Histogram, MeasuredCost, Quantile
from abidance.core.coverage import Exercise
from abidance.core.coverage_event import Covered, CoveredFile, CoveredFunction, CoveredLibrary
from abidance.core.diagnostic import Diagnostic, Finding, Label
from abidance.core.events import Explored, ItemFinished, ItemId, RunStopped
from abidance.core.gate import GateResult, JudgedChange
from abidance.core.outcome import Outcome
from abidance.core.profiles import FoldedStack, Profiled, ProfileFrame
from abidance.core.source_reach import Barrier
from abidance.core.span import Span
from abidance.core.traces import Traced, TracedFunction
from abidance.evidence.facts import (
    Crossing,
    KnownBoundary,
    KnownFunction,
    KnownHandle,
    KnownLaw,
    KnownLibrary,
    Promise,
)
from abidance.evidence.model import ContractEvidence, FromRun, RunOrigin, SubjectEvidence
from abidance.history.store import StoredRun
from abidance.report.record import ReportedCause

ROOT = Path("/project")
BROKEN = Code("ABD321", "postcondition-broken")
MOVED = Code("ABD421", "record-field-offset-changed")
LEFT = Code("ABD990", "not-judged", Severity.WARNING)
PICO = 10**3  # a nanosecond, in the unit of histograms
HOSTILE = "</style><script>alert('x')</script><img src=x onerror=alert(1)>\"'`&amp;\u202e\x1b[31m\x00"


class Evidence:
    """Writes evidence. `say` makes of each word what a page is to show; `run` is the number of its kept run."""

    def __init__(self, say=lambda words: words, run=12):
        self.say = say
        self.contract = ROOT / say("guard.contract.yaml")
        self.header = ROOT / "include/guard.h"
        self.source = ROOT / "src/guard.c"
        self.span = Span.at(self.contract, 38, 9, 6)
        stored = StoredRun(
            run, 1.7e9, 1.7e9 + 60, "run", "a1b2c3d4e5" * 4, changed=False, machine=say("box: Xeon, 2 cores"),
            abidance="0.1", exit_code=1,
        )  # fmt: skip
        self.origin = RunOrigin(stored)
        self.stale = RunOrigin(
            StoredRun(
                run - 1, 1.6e9, None, "abi check", "b" * 40, changed=True, machine="m", abidance="0", exit_code=None
            ),
            (say("another revision: it was bbbbbbbbbb, and now is a1b2c3d4e5"),),
        )  # fmt: skip

    def names(self, count):
        return [self.say(f"rg_function_{number}") for number in range(count)]

    def contract_evidence(self, count=4, **more):
        names = self.names(count)
        lines = {
            (origin.run.id, path, line): self.say(text)
            for origin in (self.origin, self.stale)
            for path, line, text in (
                (self.contract, 38, "        result == (request.kind in KINDS)"),
                (self.header, 24, "bool rg_admit(const rg_guard *guard);"),
                (self.source, 41, "\twhile (i <= r->route_len) i++;"),
            )
        }
        subjects = [self.subject(name, number) for number, name in enumerate(names)]
        given = {
            "contract": self.say("guard.contract.yaml"),
            "facts": self.facts(names),
            "unread": (),
            "runs": (self.origin, self.stale),
            "subjects": (self.whole(), *subjects, self.handle(), self.law()),
            "not_judged": (FromRun(self.say("`thread_safe` of `rg_admit`"), self.origin),),
            "gate": FromRun(self.gate(), self.stale),
            "coverage": FromRun(self.covered(names), self.origin),
            "profiles": tuple(FromRun(self.profile(name), self.origin) for name in names[:3]),
            "traces": (FromRun(self.trace(names), self.origin),),
            "lines": lines,
        }
        return ContractEvidence(**given | more)

    def facts(self, names):
        return KnownBoundary(
            name=self.say("guard"),
            contract=self.contract,
            header=self.header,
            summary=self.say("Decides which `requests` may enter."),
            functions=tuple(self.function(name) for name in names),
            handles=(self.known_handle(names),),
            laws=(self.known_law(names),),
            libraries=tuple(KnownLibrary(self.say(name), "cargo", self.span) for name in ("c", "rust")),
            builds=("release", "asan+ubsan"),
            outside=(self.say("rg_forgotten"),),
            unread=(self.say("`rg_odd` of `guard.h`, which could not be read"),),
        )

    def function(self, name):
        say, span = self.say, self.span
        promises = (
            Promise("requires", say("n > 0"), span),
            *(Promise("ensures", say(f"implies(result == {n}, n == {n})"), span) for n in range(3)),
            Promise("param", say("route: {in: bytes, length: route_len}"), span),
            Promise("returns", say("status:\n  ok: [RG_OK]\n  errors: {RG_FULL: no room}"), span),
            Promise("rejects", say("{when: {guard: null}, returns: RG_INVALID}"), span),
            *(Promise("example", say(f"{{n: {n}, returns: RG_OK}}"), span) for n in range(3)),
            Promise("effect", say("no_alloc"), span),
            Promise("cost", say("p99: 500 ns"), span),
        )
        crossings = (
            Crossing(say("guard"), "handle", say("rg_guard"), "in", span),
            Crossing(say("route"), "pointer", "bytes", "in", span, "no", length=say("route_len")),
            Crossing("result", "pointer", "string", "out", span, "yes", transfers=True, free=say("rg_free")),
        )
        declaration = say(f"rg_status {name}(rg_guard *guard, const char *route, size_t route_len);")
        return KnownFunction(
            name, declaration, span, span, listed=True, summary=say("Adds a `route`."),
            promises=promises, crossings=crossings, uses=(say("rg_guard"),),
        )  # fmt: skip

    def known_handle(self, names):
        return KnownHandle(self.say("rg_guard"), self.span, (names[0],), names[-1], (), tuple(names), None)

    def known_law(self, names):
        promise = Promise("ensures", self.say("a.result == b.result"), self.span)
        return KnownLaw(self.say("twice_agrees"), self.span, tuple(names[:1]), (promise,))

    def subject(self, name, number):
        fails = number == 0
        items = [FromRun(self.item(name, "header", "", ""), self.origin)]
        for library in ("c", "rust"):
            for build in ("release", "asan+ubsan"):
                outcome = Outcome.FAILED if fails and library == "rust" else Outcome.PASSED
                items.append(FromRun(self.item(name, "properties", library, build, outcome), self.origin))
            items.append(
                FromRun(
                    self.item(name, "cost", library, "release", costs=self.costs(name, library)), self.origin
                )
            )
        if number == 1:
            items = [FromRun(each.value, self.stale) for each in items]
        if number == 2:
            reason = Diagnostic(LEFT, self.say("no tsan build of `rust`"))
            left = self.item(name, "threads", "rust", "tsan", Outcome.ERRORED, reasons=(reason,))
            items.append(FromRun(left, self.origin))
        if number == 3:
            items = []
        cause = ReportedCause(self.finding(name), (self.finding(name),))
        return SubjectEvidence(
            name=name,
            kind="function",
            facts=self.function(name),
            items=tuple(items),
            causes=(FromRun(cause, self.origin),) if fails else (),
            suppressed=(FromRun((cause, self.say("known since March")), self.stale),) if number == 1 else (),
            costs=tuple(FromRun(cost, each.origin) for each in items for cost in each.value.costs),
            gaps=(self.say("`result == 2` of `rg_admit`: no case tested it"),) if number == 2 else (),
        )

    def whole(self):
        item = self.item(self.say("guard"), "load", "c", "release")
        return SubjectEvidence(self.say("guard"), "boundary", None, (FromRun(item, self.origin),))

    def handle(self):
        item = self.item(self.say("rg_guard"), "lifecycle", "c", "release")
        return SubjectEvidence(self.say("rg_guard"), "handle", None, (FromRun(item, self.origin),))

    def law(self):
        item = self.item(self.say("twice_agrees"), "laws", "c", "release")
        return SubjectEvidence(self.say("twice_agrees"), "law", None, (FromRun(item, self.origin),))

    def item(self, name, phase, library, build, outcome=Outcome.PASSED, **more):
        named = self.say(library) if library else ""
        given = {
            "cases": 100 if library else 0,
            "calls": 140 if library else 0,
            "seconds": 1.5,
            "watched": ("guard pages", "heap watcher", "asan") if library else (),
            "explored": Explored(30_000, 93, 1.0, 4) if phase == "properties" else None,
        }
        return ItemFinished(ItemId(self.say("guard"), name, phase, named, build), outcome, **given | more)

    def label(self, path, line, column, width, text="", *, own=False):
        return Label(Span.at(path, line, column, width), self.say(text) if text else "", own)

    def finding(self, name):
        diagnostic = Diagnostic(
            BROKEN,
            self.say(f"`{name}` returned true where the contract says false"),
            (
                self.label(self.contract, 38, 9, 6, "true"),
                self.label(self.header, 24, 6, 8),
                self.label(self.source, 41, 9, 16, "this read, 0 bytes after the end", own=True),
                self.label(ROOT / "gone.h", 3, 1, 1, "no line of it is kept"),
            ),
            notes=(self.say("a note"), self.say("several lines:\n    one\n    two")),
            help=self.say("bound the loop in `rg_admit`"),
        )
        call = self.say('rg_guard *guard = rg_guard_new();\nrg_admit(guard, "<b>", 3);   // true')
        return Finding(
            diagnostic, name, "properties", self.say("rust"), ("release", "asan+ubsan"), call, "7f3a9c", 12, (5, 5),
            {"seen_by": self.say("the guard page")},
        )  # fmt: skip

    def costs(self, name, library):
        nanoseconds = 90 if library == "c" else 120
        counts = {
            round(nanoseconds * PICO * math.exp(step / 12)): round(4_000 * math.exp(-step * step / 60)) + 1
            for step in range(-12, 40)
        }
        time = (
            Quantile(0.5, nanoseconds * PICO, (nanoseconds - 2) * PICO, (nanoseconds + 2) * PICO),
            Quantile(0.99, 400 * PICO, 390 * PICO, 410 * PICO, "p99", 500 * PICO, BudgetVerdict.KEPT),
            Quantile(
                0.999, 900 * PICO, 700 * PICO, 1500 * PICO, "p99_9", 800 * PICO, BudgetVerdict.UNDECIDED
            ),
        )
        build = "release"
        common = {"calls": 20_000, "runs": 12, "confidence": 0.95}
        where = (name, self.say(library), build)
        blocks = Quantile(1, 1, clause="allocations", allowed=0, verdict=BudgetVerdict.BROKEN)
        sizes = (1, 16, 64, 256, 1024, 4096)
        return (
            MeasuredCost(*where, CostKind.TIME, time, histogram=Histogram.of_counts(counts), **common),
            MeasuredCost(*where, CostKind.ALLOCATIONS, (blocks,)),
            *(
                MeasuredCost(
                    *where, CostKind.TIME, (Quantile(0.5, (20 + n) * PICO),), over=self.say("length"), size=n, **common
                )
                for n in sizes
            ),
        )  # fmt: skip

    def gate(self):
        told = Diagnostic(
            MOVED, self.say("field `payload` moved"), (self.label(self.header, 24, 1, 4, "byte 8 now"),),
            notes=(self.say("reached by: rg_admit(request)"),), help=self.say("append new fields"),
        )  # fmt: skip
        change = JudgedChange(
            told, "rg_request.payload", "16", "8", "breaking", {"binary": "breaking", "source": "compatible"},
            self.say("they read the length as the size"), fails=True,
        )  # fmt: skip
        hidden = JudgedChange(told, "x", "1", "2", "risky", {}, suppressed=self.say("agreed"))
        left = Diagnostic(LEFT, self.say("debug information is gone"))
        return GateResult(
            self.say("guard"), self.say("guard.abi.json"), str(self.contract), "breaking", "no-breaking", "major",
            (change, hidden), (left,), (self.say("header"), "compiler"), exit_code=1,
        )  # fmt: skip

    def covered(self, names):
        file = CoveredFile(
            self.source, 120, 100, 40, 30,
            (CoveredFunction(names[0], 4, 12, 20, 18), CoveredFunction(self.say("never"), 90, 0, 6, 0)),
            ((41, 44),), (Barrier(41, 7, (42, 43), "true", 3, 9),),
        )  # fmt: skip
        c = CoveredLibrary(self.say("c"), (file,), 900, 2, counted=True, untold=())
        rust = CoveredLibrary(
            self.say("rust"), (), 900, 0, counted=False, untold=(self.say("no counters in `rust`"),)
        )
        exercise = Exercise(
            "status",
            names[0],
            "status:0",
            self.say("`RG_FULL`: no call returned it"),
            ("c",),
            (self.say("rust"),),
        )
        return Covered(self.say("guard"), str(self.contract), 7, (c, rust), (exercise,))

    def profile(self, name):
        frames = tuple(
            ProfileFrame(self.say(word), "lib.so", "src/guard.c", 41) for word in (name, "find", "compare")
        )
        stacks = (FoldedStack((0,), 20), FoldedStack((0, 1), 300), FoldedStack((0, 1, 2), 680))
        return Profiled(
            self.say("guard"), str(self.contract), name, self.say("c"), "release", "perf", "samples", frames, stacks,
            inputs=self.say("the contract's examples"),
        )  # fmt: skip

    def trace(self, names):
        functions = tuple(
            TracedFunction(
                name, 1000 * (n + 1), 1000 * (n + 1), Histogram.of([90 * PICO, 120 * PICO, 400 * PICO])
            )
            for n, name in enumerate(names)
        )
        return Traced(
            self.say("guard"), str(self.contract), self.say("c"), (self.say("./service"), "--once"),
            2.5, 0, 1, 45_000.0, functions, (self.finding(names[0]),),
            not_judged=(self.say("calls of other libraries"),),
        )  # fmt: skip

    def stopped(self):
        told = Diagnostic(LEFT, self.say("the build failed"), notes=(self.say("make: ***"),))
        return FromRun(RunStopped(str(self.contract), (told,), 3), self.origin)


def hostile(words):
    """Return a text that tries to leave whatever it is put into."""
    return f"{words}{HOSTILE}"


@cache
def elements(text):
    """Return the elements of a page as a browser sees them; a text that is no HTML fails."""
    parser = HTMLParser()
    root = parser.parse(text)
    assert parser.errors == []
    return list(root.iter())
