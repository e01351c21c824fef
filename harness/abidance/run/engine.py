"""The engine: contracts in, events out."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.contract.load import load_contract
from abidance.core.catalogue import BAD_CONFIGURATION, NOTHING_SELECTED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import AbidanceError, UsageError
from abidance.core.events import ItemStarted, RunFinished, RunInterrupted, RunStarted, RunStopped
from abidance.core.nearest import did_you_mean
from abidance.run.items import libraries, list_items
from abidance.run.parallel import run_parallel
from abidance.run.session import Session

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from abidance.contract.model import Contract
    from abidance.core.events import ItemFinished, Listener
    from abidance.run.items import Item
    from abidance.run.selection import Selection
    from abidance.run.settings import Settings


def run_contracts(
    paths: Sequence[Path], selection: Selection, settings: Settings, listener: Listener
) -> None:
    """Run contracts one after the other and tell `listener`.

    A contract that cannot be run is told as RunStopped, and the others run all the same. KeyboardInterrupt
    ends the workers, tells what was found so far, and is raised again.
    """
    seed = settings.seed if settings.seed is not None else random.SystemRandom().randrange(10_000)
    settings = replace(settings, seed=seed)
    for path in paths:
        try:
            contract = load_contract(path)
            _check_names(contract, selection)
            _run(contract, selection, settings, listener)
        except AbidanceError as error:
            listener(RunStopped(str(path), error.diagnostics, error.exit_code))


def _run(contract: Contract, selection: Selection, settings: Settings, listener: Listener) -> None:
    assert settings.seed is not None
    items = list_items(contract, selection, settings.builds)
    if not items:
        raise UsageError(
            Diagnostic(
                NOTHING_SELECTED,
                f"nothing of `{contract.boundary}` is left to run",
                help=f"functions: {', '.join(list(contract.functions)[:8]) or 'none'}",
            )
        )
    pairs = libraries(contract, selection, settings.builds)
    listener(
        RunStarted(
            boundary=str(contract.boundary),
            contract=str(contract.path),
            functions=len({item.id.function for item in items}),
            libraries=tuple(dict.fromkeys(name for name, _ in pairs)),
            builds=tuple(dict.fromkeys(build for _, build in pairs)),
            seed=settings.seed,
        )
    )
    finished: list[ItemFinished] = []
    interrupted = True
    try:
        with closing(_results(contract, items, selection, settings, listener)) as results:
            for result in results:
                finished.append(result)
                listener(result)
        interrupted = False
    except KeyboardInterrupt:
        listener(RunInterrupted())
        raise
    finally:
        # Several processes finish in an order of their own; the report is the same every time.
        order = {item.id: place for place, item in enumerate(items)}
        finished.sort(key=lambda result: order[result.item])
        listener(
            RunFinished(
                boundary=str(contract.boundary),
                contract=str(contract.path),
                seed=settings.seed,
                items=tuple(finished),
                not_judged=tuple(note.name for note in contract.not_judged),
                interrupted=interrupted,
            )
        )


def _results(
    contract: Contract,
    items: tuple[Item, ...],
    selection: Selection,
    settings: Settings,
    listener: Listener,
) -> Generator[ItemFinished, None, None]:
    given = dict(selection.extra)
    with Session(settings, given) as session:
        session.boundary(contract)
        if settings.jobs > 1:
            yield from run_parallel(contract.path, items, settings, given, listener)
            return
        for item in items:
            listener(ItemStarted(item.id))
            yield session.run(contract, item, listener)


def _check_names(contract: Contract, selection: Selection) -> None:
    """Refuse a library that the contract does not have, naming the nearest."""
    for name in selection.libraries:
        if name not in contract.libraries:
            raise UsageError(
                Diagnostic(
                    BAD_CONFIGURATION,
                    f"`{contract.boundary}` has no library `{name}`",
                    help=did_you_mean(name, contract.libraries)
                    or f"it has {', '.join(contract.libraries)}; `NAME=PATH` holds another file to it",
                )
            )
