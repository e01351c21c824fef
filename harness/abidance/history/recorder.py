"""Writes a run into the store while it goes on. What cannot be written is said once, and never ends the run."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import abidance
from abidance.core.coverage_event import Covered
from abidance.core.errors import AbidanceError
from abidance.core.events import ItemFinished, RunFinished, RunStarted, RunStopped
from abidance.core.gate import GateResult
from abidance.core.profiles import Profiled
from abidance.core.traces import Traced
from abidance.history.excerpts import excerpts_of
from abidance.history.origin import origin
from abidance.history.store import StoredEvent
from abidance.report.event_codec import to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abidance.core.events import Event
    from abidance.history.store import RunStore


class RunRecorder:
    """A listener that keeps what a run, or the gate, has shown.

    `root` is the project's folder, `keep` how many runs stay, `complain` takes the sentence on what could not be
    written, and `shared` is the same for all processes that write one run.
    """

    def __init__(
        self,
        store: RunStore,
        root: Path,
        command: str,
        keep: int,
        complain: Callable[[str], None],
        shared: str = "",
    ) -> None:
        self._store = store
        self._root = root
        self._command = command
        self._keep = keep
        self._complain = complain
        self._shared = shared
        self._run: int | None = None
        self._begun: dict[str, RunStarted] = {}  # by contract
        self._contracts: dict[str, str] = {}  # by boundary
        self._lost = keep <= 0

    def __call__(self, event: Event | GateResult | Profiled | Covered | Traced) -> None:
        """Take in one event."""
        match event:
            case RunStarted(boundary, contract):
                self._contracts[boundary] = contract
                self._begun[contract] = event
                self._add(contract, event)
            case ItemFinished(item):
                self._add(self._contracts.get(item.boundary, item.boundary), event)
            case RunFinished():
                # The items as they are at the end take the place of those that were written as they ended.
                started = RunStarted(event.boundary, event.contract, 0, (), (), event.seed)
                begun = self._begun.pop(event.contract, started)
                self._add(event.contract, begun, *event.items, replace(event, items=()), whole=True)
            case RunStopped() | Profiled() | Covered() | Traced():
                self._add(event.contract, event)
            case GateResult():
                self._add(event.new, event)
            case _:
                pass

    def item(self, contract: str, event: ItemFinished) -> None:
        """Take in an item of this contract, whatever other contracts are of the same boundary."""
        self._add(contract, event)

    def close(self, exit_code: int) -> None:
        """Note how the run has ended, and let go of the store."""
        if self._run is not None:
            run = self._run
            self._write(lambda: self._store.end(run, time.time(), exit_code))
        self._store.close()

    def _add(
        self, contract: str, *events: Event | GateResult | Profiled | Covered | Traced, whole: bool = False
    ) -> None:
        if self._lost:
            return
        subject = self._relative(contract)
        excerpts = excerpts_of(contract, events)
        kept = events if excerpts is None else (*events, excerpts)
        stored = [StoredEvent(subject, type(each).__name__, to_json(each, self._root)) for each in kept]
        self._write(lambda: self._store.add(self._begin(), stored, instead_of=subject if whole else ""))

    def _begin(self) -> int:
        if self._run is None:
            where = origin(self._root)
            self._run = self._store.begin(
                time.time(), self._command, where, abidance.__version__, self._keep, self._shared
            )
        return self._run

    def _relative(self, contract: str) -> str:
        return contract.removeprefix(f"{self._root}/")

    def _write(self, write: Callable[[], None]) -> None:
        if self._lost:
            return
        try:
            write()
        except AbidanceError as error:
            self._lost = True
            self._complain(error.diagnostics[0].message)
