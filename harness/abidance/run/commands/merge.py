"""`abidance merge`: one verdict from what several machines judged of a run, each a partition of its items."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import abidance
from abidance.core.catalogue import BAD_CONFIGURATION, FILE_NOT_FOUND, NOT_ONE_RUN
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.events import ItemFinished, RunFinished, RunInterrupted, RunStarted, RunStopped
from abidance.core.files import read_regular_text
from abidance.core.gaps import left_open
from abidance.core.outcome import ExitCode
from abidance.report.event_codec import from_json
from abidance.report.json_document import digest_of
from abidance.report.record import RunRecord
from abidance.run.engine.limits import left_over
from abidance.run.engine.not_explored import not_explored
from abidance.run.engine.suppressed_items import PHASE, of_suppressions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from abidance.core.codes import Code
    from abidance.core.events import Event, Partition
    from abidance.report.record import Run

Each = TypeVar("Each")

_LARGEST = 1 << 30  # bytes


@dataclass(frozen=True, slots=True)
class Share:
    """What one document has of a run."""

    file: Path
    number: int
    count: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """One contract's part of a share."""

    share: Share
    run: Run
    partition: Partition


def merged(files: Sequence[Path], base: Path, codes: Mapping[str, Code]) -> Iterator[Event]:
    """Yield the events of one run of everything; raises UsageError for a file that is no partition's document.

    `base` is where the project lies here. What does not belong to the same run as the first of the files is left out,
    said, and not judged.
    """
    refused: list[Diagnostic] = []
    shares = _of_one_run([_read(file, base, codes, refused) for file in files], refused)
    records = [(share, _record(share)) for share in shares]
    contracts: dict[str, list[_Part]] = {}
    for share, record in records:
        for run in record.runs:
            if run.started.partition is not None:
                part = _Part(share, run, run.started.partition)
                contracts.setdefault(run.started.contract, []).append(part)
    for parts in contracts.values():
        yield from _together(parts, refused)
    stops = (replace(stop, share=(1, 1)) for _, record in records for stop in record.stops)
    yield from dict.fromkeys(stops)
    if refused:
        yield RunStopped("", tuple(refused), ExitCode.COULD_NOT_JUDGE)
    if any(record.interrupted for _, record in records):
        yield RunInterrupted()


def _read(file: Path, base: Path, codes: Mapping[str, Code], refused: list[Diagnostic]) -> Share | None:
    """Return what a file has, None where another version of abidance wrote it; raises UsageError."""
    try:
        document: Any = json.loads(read_regular_text(file, _LARGEST))
        version, written = document["abidance"], document["partition"]
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UsageError(Diagnostic(FILE_NOT_FOUND, f"`{file}` cannot be read: {why}")) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _no_share(file, "is no document of `abidance run`") from None
    if version != abidance.__version__:
        words = f"`{file}` was written by abidance {version}, and this is {abidance.__version__}"
        refused.append(Diagnostic(NOT_ONE_RUN, words))
        return None
    if written is None:
        raise _no_share(file, "has a whole run, and no partition of one")
    try:
        if written["digest"] == digest_of(written["events"]):
            events = from_json(written["events"], base, codes)
            return Share(file, written["number"], written["count"], events)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise _no_share(file, "is damaged")


def _no_share(file: Path, what: str) -> UsageError:
    hint = "write it with `abidance run --partition K/N --format json --output FILE`"
    return UsageError(Diagnostic(BAD_CONFIGURATION, f"`{file}` {what}", help=hint))


def _of_one_run(shares: Sequence[Share | None], refused: list[Diagnostic]) -> list[Share]:
    """Return the shares that are as many as the first says, each once."""
    kept: dict[int, Share] = {}
    for share in filter(None, shares):
        first = next(iter(kept.values()), share)
        which = f"partition {share.number} of {share.count}"
        if share.count != first.count:
            words = (
                f"`{share.file}` has {which}, and `{first.file}` partition {first.number} of {first.count}"
            )
            refused.append(Diagnostic(NOT_ONE_RUN, words))
        elif share.number in kept:
            words = (
                f"{which} is in `{kept[share.number].file}` and again in `{share.file}`, which was left out"
            )
            refused.append(Diagnostic(NOT_ONE_RUN, words))
        else:
            kept[share.number] = share
    return sorted(kept.values(), key=lambda share: share.number)


def _record(share: Share) -> RunRecord:
    record = RunRecord()
    for event in share.events:
        record(event)
    return record


def _together(parts: Sequence[_Part], refused: list[Diagnostic]) -> Iterator[Event]:
    """Yield the events of one contract."""
    first, alike = parts[0], []
    for part in parts:
        differs = ""
        if part.run.started.content != first.run.started.content:
            differs = "the contract or its header differ"
        elif part.partition.plan != first.partition.plan:
            differs = "their options select different items"
        if differs:
            both, name = f"`{part.share.file}` and `{first.share.file}`", first.run.started.boundary
            words = f"{both} are of different runs of `{name}`: {differs}"
            refused.append(Diagnostic(NOT_ONE_RUN, words))
        else:
            alike.append(part)
    started = _started(alike)
    yield started
    items = [*_items(alike)]
    yield from items
    yield _finished(started, alike, items)


def _started(parts: Sequence[_Part]) -> RunStarted:
    """Return the beginning of the run of all parts."""
    first = parts[0].run.started
    plan = tuple(item for item, _ in parts[0].partition.plan)
    seeds = tuple(dict.fromkeys(part.run.started.seed for part in parts))
    return replace(
        first,
        functions=parts[0].partition.functions,
        items=plan,
        ends_at=None,
        partition=None,
        seeds=seeds if len(seeds) > 1 else (),
    )


def _items(parts: Sequence[_Part]) -> Iterator[ItemFinished]:
    """Yield how each item of the whole ended, in the order of one run."""
    plan = [item for item, _ in parts[0].partition.plan]
    ended = {item.item: item for part in parts for item in part.run.items}
    there = {part.share.number for part in parts}
    missing = {item: None for item, number in parts[0].partition.plan if number not in there}
    left = {each.item: each for each in left_over(plan, missing, _missing(parts, there))}
    items = [(ended | left)[item] for item in plan if item in ended or item in left]
    yield from items
    yield from _suppressions(parts, items)


def _missing(parts: Sequence[_Part], there: set[int]) -> str:
    count = parts[0].share.count
    gone = [str(number) for number in range(1, count + 1) if number not in there]
    if len(gone) == 1:
        return f"partition {gone[0]} of {count} is missing"
    return f"partitions {', '.join(gone[:-1])} and {gone[-1]} of {count} are missing" if gone else ""


def _suppressions(parts: Sequence[_Part], items: Sequence[ItemFinished]) -> Iterator[ItemFinished]:
    """Yield the item about suppressions: those that have ended, and those that no partition needed."""
    of_them = [item for part in parts for item in part.run.items if item.item.phase == PHASE]
    found = dict.fromkeys(each.diagnostic for item in of_them for each in item.findings)
    judged = {item.item for item in items if item.judged or not item.applies}
    everywhere = _in_all(part.run.unneeded for part in parts)
    found |= dict.fromkeys(each for each, needs in everywhere if judged.issuperset(needs))
    if found:
        span = next((item.span for item in of_them), next(iter(found)).span)
        yield of_suppressions(parts[0].run.started.boundary, found, span)


def _in_all(several: Iterable[Sequence[Each]]) -> tuple[Each, ...]:
    """Return what all of them have, in the order of the first."""
    first, *others = several
    return tuple(each for each in first if all(each in other for other in others))


def _finished(started: RunStarted, parts: Sequence[_Part], items: Sequence[ItemFinished]) -> RunFinished:
    """Return the end of the run of all parts: a promise that any of them put to the test was."""
    everywhere = _in_all([_unreachable(part.run) for part in parts])
    return RunFinished(
        started.boundary,
        started.contract,
        started.seed,
        tuple(items),
        not_judged=(*everywhere, *_open(items)),
        unpromised=parts[0].run.unpromised,
        interrupted=any(part.run.interrupted for part in parts),
    )


def _unreachable(run: Run) -> tuple[str, ...]:
    """Return what one part says is not judged, but for what its own calls left open."""
    own = {*_open(run.items)}
    return tuple(words for words in run.not_judged if words not in own)


def _open(items: Sequence[ItemFinished]) -> tuple[str, ...]:
    """Return what no call of some items put to the test."""
    gaps = left_open((each.item.library, each.gaps, each.tested) for each in items)
    unasked = dict.fromkeys(words for each in items for words in each.unasked)
    return (*gaps, *unasked, *not_explored(items))
