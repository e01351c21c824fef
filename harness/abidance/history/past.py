"""Kept runs, read back: which one a revision or a number stands for, and what was shown in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.core.catalogue import HISTORY_UNREADABLE, UNKNOWN_RUN
from abidance.core.coverage_event import Covered
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.events import ItemFinished, RunFinished, RunStarted, RunStopped
from abidance.core.gate import GateResult
from abidance.core.profiles import Profiled
from abidance.core.traces import Traced
from abidance.history.origin import commit_of
from abidance.report.event_codec import from_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.core.codes import Code
    from abidance.history.store import RunStore, StoredEvent, StoredRun

_NUMBER = re.compile(r"#?([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class PastContract:
    """What one run has shown of one contract.

    `finished` is None where the run was ended before it. `gate` is the gate's result, where that is what
    was run, `profiles` are what `abidance profile` saw, `traces` what `abidance trace` did, and `coverage` what calls
    reached, where that was asked.
    """

    run: StoredRun
    contract: str
    started: RunStarted | None
    items: tuple[ItemFinished, ...]
    finished: RunFinished | None
    stopped: RunStopped | None
    gate: GateResult | None
    profiles: tuple[Profiled, ...] = ()
    traces: tuple[Traced, ...] = ()
    coverage: Covered | None = None


class Past:
    """The kept runs of the project in a folder, of whose rules `codes` has all by their ids."""

    def __init__(self, store: RunStore, root: Path, codes: Mapping[str, Code]) -> None:
        self._store = store
        self._root = root
        self._codes = codes
        self.runs = store.runs()
        """The last one first."""

    def named(self, name: str) -> list[StoredRun]:
        """Return the runs that a number, ``last`` or a revision of git stands for, the last one first.

        Raises UsageError where there is none. A run of changed files stands for no revision.
        """
        if name == "last" and self.runs:
            return self.runs[:1]
        if (number := _NUMBER.fullmatch(name)) and (name.startswith("#") or int(number[1]) <= self._largest):
            found = [each for each in self.runs if each.id == int(number[1])]
            if found:
                return found
        commit = commit_of(self._root, name)
        if commit is None:
            raise _unknown(f"`{name}` is neither the number of a kept run nor a revision of git")
        found = [each for each in self.runs if each.revision == commit and not each.changed]
        if not found:
            changed = any(each.revision == commit for each in self.runs)
            more = ", but for runs of files that were changed after it" if changed else ""
            raise _unknown(f"no run is kept of the revision `{name}` ({commit[:10]}){more}")
        return found

    def contracts(self, runs: list[StoredRun]) -> dict[tuple[str, str], PastContract]:
        """Return what the last of these runs about each contract has shown, by contract and what was done with it.

        That is ``run``, by the command line or by pytest, ``fuzz``, ``profile``, ``trace``, or ``abi check``.
        """
        found: dict[tuple[str, str], PastContract] = {}
        for run in runs:
            for contract in run.subjects:
                done = "run" if run.command == "pytest" else run.command
                if (contract, done) not in found:
                    found[contract, done] = self.contract(run, contract)
        return found

    def contract(self, run: StoredRun, contract: str) -> PastContract:
        """Return what a run has shown of a contract; raises UsageError where that cannot be read."""
        events = self.events(run, contract)
        return PastContract(
            run,
            contract,
            next((each for each in events if isinstance(each, RunStarted)), None),
            tuple(each for each in events if isinstance(each, ItemFinished)),
            next((each for each in events if isinstance(each, RunFinished)), None),
            next((each for each in events if isinstance(each, RunStopped)), None),
            next((each for each in events if isinstance(each, GateResult)), None),
            tuple(each for each in events if isinstance(each, Profiled)),
            tuple(each for each in events if isinstance(each, Traced)),
            next((each for each in events if isinstance(each, Covered)), None),
        )

    def events(self, run: StoredRun, contract: str) -> list[object]:
        """Return the events of a run that are about a contract; raises UsageError where one cannot be read."""
        return [self._event(each) for each in self._store.events(run.id, contract)]

    @property
    def _largest(self) -> int:
        return max((each.id for each in self.runs), default=0)

    def _event(self, stored: StoredEvent) -> object:
        try:
            event: object = from_json(stored.value, self._root, self._codes)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            words = f"what is kept of `{stored.subject}` cannot be read: {type(error).__name__}"
            raise UsageError(
                Diagnostic(HISTORY_UNREADABLE, words, help="another version of abidance may have written it")
            ) from None
        return event


def _unknown(words: str) -> UsageError:
    return UsageError(Diagnostic(UNKNOWN_RUN, words, help="`abidance history` lists the runs that are kept"))
