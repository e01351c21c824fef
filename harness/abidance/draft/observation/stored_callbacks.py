"""Callbacks that a handle keeps: which functions call them back later, and with what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.draft.observation.experiment_plan import KEPT, NotCalledFurtherError, Registration
from abidance.draft.observation.subject import MemoryContent
from abidance.plan.access_trace import decoy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.draft.observation.experiment import FunctionExperiment
    from abidance.draft.observation.experiment_plan import Setting
    from abidance.draft.observation.facts import CallbackFacts, FunctionObservation
    from abidance.draft.observation.laboratory import Laboratory, Seen
    from abidance.draft.observation.subject import Subject

_TRIED = 24
"""So many functions are asked whether they call back, those first that went furthest."""
_SETTINGS = 6


def with_stored_callbacks(
    laboratory: Laboratory,
    experiment: FunctionExperiment,
    seen: FunctionObservation,
    others: Mapping[str, FunctionExperiment],
) -> FunctionObservation:
    """Return what was seen of a function with what became of callbacks that it did not call itself.

    It gives them to a handle, of which there is one among its parameters.
    """
    subject = experiment.subject
    waiting = [each for each in seen.callbacks if not each.called]
    if not waiting or len(subject.handles) != 1 or experiment.best is None:
        return seen
    data = frozenset(
        memory.parameter
        for memory in subject.memories
        if memory.parameter is not None and memory.content is MemoryContent.BYTES and not memory.sized
    )
    setting = replace(experiment.best.setting, absent=frozenset(), decoys=data)
    found: dict[str, CallbackFacts] = {}
    laboratory.begin()
    try:
        for other, handle, start in _asked(subject, others):
            called = laboratory.run(other, start, before=Registration(subject, setting, handle))
            for facts in waiting:
                if (
                    facts.name not in found
                    and (told := _shown_later(subject, facts, called, data)) is not None
                ):
                    found[facts.name] = replace(told, later=other.name)
            if len(found) == len(waiting):
                break
    except NotCalledFurtherError:
        pass
    return replace(seen, callbacks=tuple(found.get(each.name, each) for each in seen.callbacks))


def _asked(
    subject: Subject, others: Mapping[str, FunctionExperiment]
) -> Iterator[tuple[Subject, int, Setting]]:
    """Yield functions that take such a handle, with its number among theirs, and settings in which they went far."""
    kind = subject.handles[0].type
    tried = 0
    for each in others.values():
        number = next((n for n, handle in enumerate(each.subject.handles) if handle.type == kind), None)
        if number is None or each.subject is subject or each.best is None or tried == _TRIED:
            continue
        tried += 1
        settings = (
            *each.starts(),
            *(seen.setting for seen in each.seen[:: max(1, len(each.seen) // _SETTINGS)]),
        )
        for setting in list(dict.fromkeys(settings))[:_SETTINGS]:
            if each.subject.handles[number].parameter not in setting.absent:
                yield each.subject, number, setting


def _shown_later(
    subject: Subject, facts: CallbackFacts, seen: Seen, data: frozenset[int]
) -> CallbackFacts | None:
    """Return what a later call shows of a callback; None where it was not called."""
    parameter = next(each.parameter for each in subject.functions if each.name == facts.name)
    called = next((each for each in seen.trace.decoys if each.number == KEPT + parameter), None)
    if called is None:
        return None
    passed = next((index for index in sorted(data) if decoy(KEPT + index) in called.arguments), None)
    name = next((m.name for m in subject.memories if passed is not None and m.parameter == passed), "")
    return replace(facts, called=called.calls, user_data=name, kept=subject.handles[0].name)
