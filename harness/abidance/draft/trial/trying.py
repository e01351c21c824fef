"""Makes the calls of a draft, and returns what broke its promises."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.contract.load import load_text
from abidance.core.catalogue import UNSATISFIABLE, WORKER_LOST
from abidance.core.events import CaseRan
from abidance.core.outcome import Outcome
from abidance.draft.rendering import render
from abidance.run.engine.items import list_items
from abidance.run.engine.limits import was_begun
from abidance.run.engine.load_outcome import is_failure
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from abidance.run.phases import LOAD

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from abidance.contract.model import Contract
    from abidance.core.diagnostic import Diagnostic, Finding
    from abidance.core.events import Event, ItemFinished
    from abidance.draft.model import Draft
    from abidance.run.inputs.deadline import Deadline

EXAMPLES = 100
EXPLORE = 0.4
"""Seconds of processor time for each function and handle: a fifth of what a run takes."""

_OF_THE_DRAFT = (UNSATISFIABLE, WORKER_LOST)
"""Why a function is not judged that another draft of it may mend: no call was valid, or it disturbs its worker."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of the calls. `unjudged` are functions of which nothing could be called, with the reason.

    `unreached` are those that the time did not allow; `stopped` says why nothing could be called in any build.
    """

    contract: Contract
    findings: tuple[Finding, ...] = ()
    unjudged: tuple[tuple[str, Diagnostic], ...] = ()
    unreached: frozenset[str] = frozenset()
    calls: int = 0
    stopped: str = ""


def try_draft(
    draft: Draft,
    path: Path,
    names: Collection[str],
    seed: int,
    deadline: Deadline,
    told: Callable[[str], None],
) -> Trial:
    """Call what a draft has of the named functions and handles, all of them where none is named.

    The contract is not written: `path` is where it would be. `told` is given what is done. Workers may change nothing
    outside of themselves.
    """
    contract = load_text(render(draft), path)
    selection = Selection(functions=tuple(names))
    with tempfile.TemporaryDirectory(prefix="abidance-try-") as place:
        settings = Settings(
            Path(place), max_examples=EXAMPLES, seed=seed, explore=EXPLORE, remembers=False, deadline=deadline
        )
        with Session(settings, fenced_in=Path(place)) as session:
            items = list_items(contract, selection, explore=EXPLORE)
            finished = []
            for item in items:
                told(f"trying {item.id.function}")
                finished.append(session.run(contract, item, _ignore))
    return _trial(contract, finished)


def _trial(contract: Contract, finished: Iterable[ItemFinished]) -> Trial:
    items = tuple(finished)
    findings = tuple(finding for each in items for finding in each.findings)
    unjudged: dict[str, Diagnostic] = {}
    unreached: set[str] = set()
    for each in items:
        if not was_begun(each):
            unreached.add(each.item.function)
        elif each.outcome is Outcome.ERRORED and not each.findings:
            reason = next((reason for reason in each.reasons if reason.code in _OF_THE_DRAFT), None)
            if reason is not None:
                unjudged.setdefault(each.item.function, reason)
    loads = [each for each in items if each.item.phase == LOAD]
    failed = [each.reasons[0].message for each in loads if is_failure(each) and each.reasons]
    stopped = failed[0] if failed and len(failed) == len(loads) else ""
    calls = sum(each.calls for each in items)
    return Trial(contract, findings, tuple(unjudged.items()), frozenset(unreached), calls, stopped)


def _ignore(event: Event) -> None:
    assert isinstance(event, CaseRan)
