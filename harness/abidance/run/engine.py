"""The engine: contracts in, events out."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.contract.load import load_contract
from abidance.core.catalogue import NOTHING_SELECTED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import AbidanceError, NothingCollectedError
from abidance.core.events import ItemStarted, RunFinished, RunInterrupted, RunStarted, RunStopped
from abidance.run.items import check_names, libraries, list_items
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
    settings = replace(settings, seed=seed, remembers=settings.seed is None)
    for path in paths:
        try:
            contract = load_contract(path)
            check_names(contract, selection)
            with Session(settings, dict(selection.extra)) as session:
                # What is wrong between contract and header is told before anything else, once.
                session.boundary(contract)
                _run(contract, selection, session, listener)
        except AbidanceError as error:
            listener(RunStopped(str(path), error.diagnostics, error.exit_code))


def _run(contract: Contract, selection: Selection, session: Session, listener: Listener) -> None:
    settings = session.settings
    assert settings.seed is not None
    items = list_items(contract, selection, settings.builds)
    if not items:
        raise NothingCollectedError(
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
            functions=len({item.id.function for item in items} & contract.functions.keys()),
            libraries=tuple(dict.fromkeys(name for name, _ in pairs)),
            builds=tuple(dict.fromkeys(build for _, build in pairs)),
            seed=settings.seed,
        )
    )
    finished: list[ItemFinished] = []
    interrupted = False
    try:
        with closing(_results(contract, items, session, listener)) as results:
            for result in results:
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
    session: Session,
    listener: Listener,
) -> Generator[ItemFinished, None, None]:
    if session.settings.jobs > 1:
        yield from run_parallel(contract.path, items, session.settings, session.given, listener)
        return
    for item in items:
        listener(ItemStarted(item.id))
        yield session.run(contract, item, listener)
