"""Events come back as they were from what is written of them."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from pathlib import Path

import pytest

from abidance.cli.codes import codes
from abidance.core import codes as core_codes
from abidance.core import (
    costs,
    coverage,
    coverage_event,
    diagnostic,
    events,
    gaps,
    gate,
    known_count,
    outcome,
    profiles,
    source_reach,
    span,
    traces,
)
from abidance.core.costs import BudgetVerdict, CostKind, Histogram, MeasuredCost, Quantile
from abidance.core.coverage import CoverageReport, Exercise, LibraryReach
from abidance.core.coverage_event import Covered
from abidance.core.events import Explored, ItemFinished, ItemId, RunFinished, RunStarted
from abidance.core.gate import GateResult, JudgedChange
from abidance.core.known_count import KnownCount
from abidance.core.outcome import Outcome
from abidance.core.profiles import FoldedStack, Profiled, ProfileFrame
from abidance.core.source_reach import Barrier, FileReach, FunctionCount
from abidance.core.traces import Traced, TracedFunction, TracedGrowth, TracedSize, TracedStatus
from abidance.report.event_codec import from_json, to_json

pytestmark = pytest.mark.unit

NAMES = {
    name: value
    for module in (
        core_codes,
        costs,
        coverage,
        coverage_event,
        diagnostic,
        events,
        gaps,
        gate,
        known_count,
        outcome,
        profiles,
        source_reach,
        span,
        traces,
    )
    for name, value in vars(module).items()
}
ITEM = ItemId("b", "f", "properties", "c", "release")
COST = MeasuredCost(
    "f",
    "c",
    "release",
    CostKind.TIME,
    (Quantile(0.99, 212.5, 205, 220, "p99", 250, BudgetVerdict.KEPT), Quantile(0.5, 150)),
    calls=3,
    runs=12,
    confidence=0.95,
    histogram=Histogram.of([150, 150, 212]),
)
PROFILED = Profiled(
    "b",
    "/there/b.contract.yaml",
    "f",
    "c",
    "release",
    "perf",
    "samples",
    (ProfileFrame("f", "libb.so", "b.c", 7), ProfileFrame("memcpy")),
    (FoldedStack((0,), 3), FoldedStack((0, 1), 9)),
)
TRACED = Traced(
    "b",
    "/there/b.contract.yaml",
    "libb.so",
    ("./program", "-v"),
    1.5,
    -11,
    2,
    41_000.0,
    (
        TracedFunction(
            "f",
            3,
            2,
            Histogram.of([150_000, 212_000]),
            sizes=(TracedSize("src", Histogram.of([6, 6, 4096])),),
            statuses=(TracedStatus("B_OK", 2, success=True),),
            growth=(TracedGrowth(4, 7, 2, 181_000.0),),
        ),
    ),
)
PROGRESS = {"CaseRan", "ItemStarted", "Campaigning", "Met"}


def parts(kind, met):
    """Return the classes that an event's fields are made of."""
    if kind in met or not dataclasses.is_dataclass(kind):
        return met
    met.add(kind)
    for each in typing.get_type_hints(kind, {**NAMES, "Path": Path}).values():
        for inner in leaves(each):
            parts(inner, met)
    return met


def leaves(annotation):
    inside = typing.get_args(annotation)
    return [leaf for each in inside for leaf in leaves(each)] if inside else [annotation]


def there_and_back(value):
    text = json.dumps(to_json(value, Path("/here")))
    return from_json(json.loads(text), Path("/there"), {code.id: code for code in codes()})


def test_every_class_of_an_event_is_known():
    kept = [each for each in typing.get_args(events.Event) if each.__name__ not in PROGRESS]
    found = {
        part.__name__
        for each in (*kept, GateResult, Profiled, Covered, Traced)
        for part in parts(each, set())
    }
    known = set(from_json.__globals__["_CLASSES"]) | {"Code"}

    assert isinstance(events.Event, types.UnionType)
    assert found - known == set()


@pytest.mark.parametrize(
    "event",
    [
        ItemFinished(ITEM, Outcome.PASSED, 3, explored=Explored(1000, 12, 1.5, 2)),
        ItemFinished(ITEM, Outcome.PASSED, costs=(COST,)),
        ItemFinished(
            ITEM, Outcome.PASSED, known=(KnownCount("f.result", "n > 0", "c", "so", "", None, 3, 1),)
        ),
        RunFinished("b", "/there/b.contract.yaml", 7, (ItemFinished(ITEM, Outcome.PASSED),)),
        RunStarted("b", "/there/b.contract.yaml", 1, ("c",), ("release",), 7, (ITEM,)),
        PROFILED,
        TRACED,
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_event_comes_back_with_the_paths_of_the_place(event):
    moved = (
        event
        if not hasattr(event, "contract")
        else dataclasses.replace(event, contract="/here/b.contract.yaml")
    )

    assert there_and_back(moved) == event


def test_a_result_of_the_gate_comes_back():
    change = JudgedChange(
        diagnostic.Diagnostic(codes()[0], "m"), "f", "1", "2", "breaking", {"binary": "breaking"}
    )
    result = GateResult("b", "old", "new", "breaking", "no-change", "major", (change,))

    assert there_and_back(result) == result


def test_coverage_comes_back_with_what_was_missed():
    lines = {1: 1, 2: 4, 4: 0, 6: 0, 8: 2, 10: 0}
    file = FileReach(
        Path("/here/f.c"),
        lines,
        functions=(FunctionCount("f", 1, 1, 4), FunctionCount("g", 8, 2, 2)),
        barriers=(Barrier(2, 4, (4, 6), "true", 7, 9),),
    )
    report = CoverageReport(
        "b",
        Path("/here/b.contract.yaml"),
        7,
        2,
        (LibraryReach("c", (file,), cases=5, counted=True),),
        (Exercise("status", "f", "status:0", "`1` of `f`: no case got it", ("c",), ("rust",)),),
        content="x",
    )
    covered = Covered.of(report, chosen=False)

    (library,) = covered.libraries
    assert (library.lines, library.reached) == (6, 3)
    assert library.files[0].missed == ((4, 6), (10, 10))
    assert [(each.name, each.lines, each.reached) for each in library.files[0].functions] == [
        ("f", 4, 2),
        ("g", 2, 1),
    ]
    back = there_and_back(covered)
    assert back.contract == "/there/b.contract.yaml"
    assert back.libraries[0].files[0].path == Path("/there/f.c")
    assert dataclasses.replace(back, contract=covered.contract) == dataclasses.replace(
        covered,
        libraries=(
            dataclasses.replace(
                library, files=(dataclasses.replace(library.files[0], path=Path("/there/f.c")),)
            ),
        ),
    )
