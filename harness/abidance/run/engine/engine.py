"""The engine: contracts in, events out."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.resolve.freeing import freers
from abidance.boundary.resolve.unread_declarations import unread
from abidance.boundary.resolve.unspecified_pointers import always_null
from abidance.boundary.resolve.untold_success import untold_success
from abidance.contract.content import content_of
from abidance.contract.load import load_contract
from abidance.core.catalogue import NOTHING_SELECTED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import AbidanceError, NothingCollectedError
from abidance.core.events import ItemStarted, RunFinished, RunInterrupted, RunStarted, RunStopped
from abidance.core.gaps import left_open
from abidance.run.engine.items import PREBUILT, check_names, libraries, list_items, no_library
from abidance.run.engine.limits import RunLimits, broken, left_over, was_begun
from abidance.run.engine.not_explored import not_explored
from abidance.run.engine.parallel import run_parallel
from abidance.run.engine.partition import partition_of
from abidance.run.engine.processes import settle
from abidance.run.engine.session import Session
from abidance.run.engine.suppressed_items import needless, unneeded
from abidance.run.execution.threads import shared_handle
from abidance.run.exploration.without_coverage import uncovered
from abidance.run.findings.open_questions import unasked
from abidance.run.findings.unlooked_lifetimes import unlooked_contents, unlooked_lifetimes
from abidance.run.inputs.applicability import (
    asks_first,
    asks_for_room,
    has_budget,
    is_as_shipped,
    may_overlap,
    may_reenter,
    moves_on,
    takes_over,
    too_few,
)
from abidance.run.phases import EXPLORE, LAWS, makes_calls

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.contract.model import Contract
    from abidance.contract.model.functions import FunctionPromise
    from abidance.core.events import ItemFinished, Listener
    from abidance.run.engine.items import Item
    from abidance.run.inputs.selection import Selection
    from abidance.run.inputs.settings import Settings


def run_contracts(
    paths: Sequence[Path], selection: Selection, settings: Settings, listener: Listener
) -> None:
    """Run contracts one after the other and tell `listener`.

    A contract that cannot be run is reported as RunStopped, and the others run all the same. KeyboardInterrupt
    ends the workers, tells what was found so far, and is raised again.
    """
    seed = settings.seed if settings.seed is not None else random.SystemRandom().randrange(10_000)
    settings = replace(settings, seed=seed, remembers=settings.seed is None)
    limits = RunLimits(settings.deadline, settings.max_failures)
    ran, left_out = False, []
    for path in paths:
        try:
            contract = load_contract(path)
            check_names(contract, selection)
            with Session(settings, dict(selection.extra)) as session:
                # What is wrong between contract and header is told before anything else, once.
                session.boundary(contract)
                plan = _items(contract, selection.whole(), settings)
                if plan:
                    ran = True
                    _run(contract, plan, selection, session, limits, listener)
                else:
                    left_out.append(contract)
        except AbidanceError as error:
            listener(RunStopped(str(path), error.diagnostics, error.exit_code, selection.partition))
    # A glob that is meant for one contract of several leaves nothing of the others, and that is no error.
    for contract in () if ran else left_out:
        nothing = _nothing_left(contract)
        listener(RunStopped(str(contract.path), nothing.diagnostics, nothing.exit_code, selection.partition))


def _items(contract: Contract, selection: Selection, settings: Settings) -> tuple[Item, ...]:
    """Return the selected items; raises NothingCollectedError when there is no library that they could call."""
    items = list_items(contract, selection, settings.builds, settings.explore)
    if any(makes_calls(item.id.phase) and not item.id.library for item in items):
        raise no_library(contract)
    return items


def _nothing_left(contract: Contract) -> NothingCollectedError:
    return NothingCollectedError(
        Diagnostic(
            NOTHING_SELECTED,
            f"nothing of `{contract.boundary}` is left to run",
            help=f"functions: {', '.join(list(contract.functions)[:8]) or 'none'}",
        )
    )


def _run(
    contract: Contract,
    plan: tuple[Item, ...],
    selection: Selection,
    session: Session,
    limits: RunLimits,
    listener: Listener,
) -> None:
    settings = session.settings
    assert settings.seed is not None
    partition, items = None, plan
    if selection.is_partition:
        partition = partition_of(contract, plan, selection.partition)
        ours = {item for item, number in partition.plan if number == partition.number}
        items = tuple(item for item in plan if item.id in ours)
    pairs = libraries(contract, selection, settings.builds)
    listener(
        RunStarted(
            boundary=str(contract.boundary),
            contract=str(contract.path),
            functions=len({item.id.function for item in items} & contract.functions.keys()),
            libraries=tuple(dict.fromkeys(name for name, _ in pairs)),
            builds=tuple(dict.fromkeys(build for _, build in pairs)),
            seed=settings.seed,
            items=tuple(item.id for item in items),
            ends_at=settings.deadline.at if settings.deadline is not None else None,
            partition=partition,
            content=content_of(contract),
        )
    )
    finished: list[ItemFinished] = []
    # What no call of any partition could put to the test is the same in each.
    ran = dict.fromkeys(item.id.function for item in plan)
    interrupted = False
    try:
        with closing(_results(contract, _most_first(items, settings), session, limits, listener)) as results:
            for result in filter(was_begun, results):
                limits.note(result)
                finished.append(result)
                listener(result)
        done = {result.item for result in finished}
        left = {item.id: item.span for item in items if item.id not in done}
        for result in left_over([item.id for item in items], left, limits.reached):
            finished.append(result)
            listener(result)
    except KeyboardInterrupt:
        interrupted = True
        listener(RunInterrupted())
        raise
    finally:
        # Several processes finish in an order of their own; the report is the same every time.
        order = {item.id: place for place, item in enumerate(items)}
        finished.sort(key=lambda result: order[result.item])
        if not interrupted:
            for result in needless(contract, finished, settings):
                finished.append(result)
                listener(result)
        listener(
            RunFinished(
                boundary=str(contract.boundary),
                contract=str(contract.path),
                seed=settings.seed,
                items=tuple(finished),
                not_judged=(
                    *_not_judged(contract, plan, session, finished),
                    *_not_together(contract, plan, selection),
                ),
                unpromised=tuple(
                    name
                    for name in ran
                    if name in contract.functions and not contract.functions[name].ensures
                ),
                unneeded=tuple(unneeded(contract, finished, settings)) if partition else (),
                interrupted=interrupted,
            )
        )


def _most_first(items: tuple[Item, ...], settings: Settings) -> tuple[Item, ...]:
    """Return the items in the order in which they are judged: in a run that ends at some time, exploring comes last.

    It takes its seconds of each function whatever there is to be found, and sequences and laws have still to come.
    """
    if settings.deadline is None:
        return items
    return tuple(sorted(items, key=lambda item: item.id.phase == EXPLORE))


def _not_judged(
    contract: Contract, items: tuple[Item, ...], session: Session, finished: Sequence[ItemFinished]
) -> tuple[str, ...]:
    """Return what the contract says and nothing put to the test, of the functions that were run."""
    functions = session.boundary(contract).functions
    ran = dict.fromkeys(item.id.function for item in items)
    called = dict.fromkeys(item.id.function for item in items if makes_calls(item.id.phase))
    return (
        *(note.name for note in contract.not_judged),
        *always_null(
            (functions[name] for name in ran if name in functions), {each.text for each in freers(contract)}
        ),
        *untold_success(functions[name] for name in called if name in functions),
        *unlooked_lifetimes(functions[name] for name in called if name in functions),
        *unlooked_contents(functions[name] for name in called if name in functions),
        *unread(session.boundary(contract)),
        *unasked(session.boundary(contract), called),
        *_not_overlapped(session.boundary(contract), ran),
        *_not_trapped(contract, items),
        *_not_measured(contract, items, finished),
        *_never_met(contract, finished),
        *left_open((each.item.library, each.gaps, each.tested) for each in finished),
        *dict.fromkeys(words for result in finished for words in result.unasked),
        *not_explored(finished),
        # That a prebuilt library tells of no edges is what it is, and not what went wrong.
        *uncovered(result for result in finished if result.item.build != PREBUILT),
    )


def _not_together(contract: Contract, items: tuple[Item, ...], selection: Selection) -> Iterator[str]:
    """Yield the selected laws across libraries that are not all part of the run."""
    listed = {item.id.function for item in items}
    for name, law in contract.laws.items():
        selected = selection.takes_function(name) and selection.takes_phase(LAWS)
        if law.libraries and selected and name not in listed:
            named = " and ".join(f"`{library}`" for library in law.libraries)
            yield f"the law `{name}` across {named}, which are not all part of this run"


def _never_met(contract: Contract, finished: Sequence[ItemFinished]) -> Iterator[str]:
    """Yield the known differences of functions that were compared of which no call met the condition."""
    compared = {each.item.function for each in finished if each.item.phase == "equivalence" and each.judged}
    met = {(known.place, known.when) for each in finished for known in each.known}
    for name, known in contract.equivalence.except_.items() if contract.equivalence else ():
        for each in known:
            if each.when is None or name.text.partition(".")[0] not in compared:
                continue
            if (name.text, each.when.text) not in met:
                yield f"the known difference of `{name.text}` when `{each.when.text}`: no call met the condition"


def _not_trapped(contract: Contract, items: tuple[Item, ...]) -> Iterator[str]:
    """Yield the functions whose system calls no build shows: those with a sanitizer make their own."""
    for name, promise in contract.functions.items():
        builds = {item.id.build for item in items if item.id.function == name and item.id.build}
        plain = any(not {"asan", "tsan"} & {*build.split("+")} for build in builds)
        if builds and not plain and promise.has_effect("no_syscall"):
            yield f"`no_syscall` of `{name}`, which only builds without `asan` and `tsan` show"


def _not_measured(
    contract: Contract, items: tuple[Item, ...], finished: Sequence[ItemFinished]
) -> Iterator[str]:
    """Yield the functions whose cost no build shows: those with a sanitizer, or for debugging, cost more."""
    measured = {result.item.function for result in finished if result.item.phase == "cost" and result.applies}
    for name, promise in contract.functions.items():
        mine = [item.id for item in items if item.id.function == name and item.id.build]
        asked = any(item.phase == "cost" for item in mine)
        shipped = any(is_as_shipped(item.build) for item in mine)
        if has_budget(promise) and mine and (name not in measured if asked else not shipped):
            yield f"`cost` of `{name}`, which only `release` builds and prebuilt libraries show"


_AT_ONCE = ("thread_safe",)
_OVER_AND_OVER = (*_AT_ONCE, "reentrant")


def _never_made(boundary: Boundary, promise: FunctionPromise) -> tuple[str, tuple[str, ...]] | None:
    """Return why no calls of a function are made at once, or within each other, and the effects that are not tried."""
    if takes_over(boundary.contract, promise):
        return ", which takes ownership of memory", _OVER_AND_OVER
    if moves_on(boundary.contract, promise):
        return ", which changes the state of a handle", _OVER_AND_OVER
    if asks_first(promise):
        return ", before which preconditions ask the library", _OVER_AND_OVER
    if asks_for_room(promise):
        return ", before which the library is asked for a size", _AT_ONCE
    if few := too_few(boundary.contract, promise):
        return f": only {boundary.handles[few].at_most} `{few}` may be alive at a time", _AT_ONCE
    return None


def _not_overlapped(boundary: Boundary, ran: Iterable[str]) -> Iterator[str]:
    """Yield what is promised of calls that overlap, and was not put to the test: the contract alone must tell."""
    overlapped: set[str] = set()
    for name in ran:
        function = boundary.functions.get(name)
        if function is None or function.promise is None:
            continue
        handle = shared_handle(boundary, function)
        overlapped.add(handle)
        if (never := _never_made(boundary, function.promise)) is not None:
            why, untried = never
            words = [effect.text for effect in function.promise.effects if effect.text in untried]
            words += ["concurrent"] if handle else []
            yield from (f"`{word}` of `{name}`{why}" for word in words)
            continue
        if handle and not may_overlap(boundary.contract, function.promise):
            yield f"`concurrent` for `{name}`, whose parameter does not say `handle: {handle}`"
        reentrant = function.promise.has_effect("reentrant")
        if reentrant and not may_reenter(boundary.contract, function.promise):
            yield f"`reentrant` of `{name}`, which does not call back"
    for name, promise in boundary.contract.handles.items():
        if promise.concurrent and name not in overlapped:
            yield f"`concurrent` of `{name}`, which no function that was run uses"


def _results(
    contract: Contract,
    items: tuple[Item, ...],
    session: Session,
    limits: RunLimits,
    listener: Listener,
) -> Generator[ItemFinished, None, None]:
    if session.settings.jobs > 1:
        yield from run_parallel(contract.path, items, session.settings, session.given, limits, listener)
        return
    settle()
    for item in items:
        if limits.reached:
            return
        listener(ItemStarted(item.id))
        yield _judged(contract, item, session, listener)


def _judged(contract: Contract, item: Item, session: Session, listener: Listener) -> ItemFinished:
    """Return how an item ended: what goes wrong in one of them takes no other with it."""
    try:
        return session.run(contract, item, listener)
    except OSError:
        raise  # it is told what the system refuses, which others would meet as well
    except Exception as error:  # noqa: BLE001
        return broken(item, error, session.settings.root)
