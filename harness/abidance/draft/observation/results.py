"""What comes back: numbers, or pointers, whose memory that is and who frees it; and which handles are gone."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from abidance.draft.observation.experiment_plan import NotCalledFurtherError
from abidance.draft.observation.facts import ResultFacts
from abidance.draft.observation.laboratory import is_new
from abidance.draft.observation.subject import MemoryContent
from abidance.plan.access_trace import Whose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.draft.observation.experiment import FunctionExperiment
    from abidance.draft.observation.laboratory import Laboratory, Seen
    from abidance.draft.observation.subject import Subject

_MOST_FREERS = 10
_TRIALS = 3
_FEWEST = 3
FREES = re.compile(
    r"free|destroy|delete|close|release|unref|dispose|end|fini|clear|clean|drop", re.IGNORECASE
)


def result_facts(experiment: FunctionExperiment) -> ResultFacts | None:
    """Return what came back in all calls; None of a function that returns nothing."""
    subject = experiment.subject
    pointed = [each for each in experiment.seen if each.pointed is not None]
    if not subject.returns_pointer:
        answers = Counter(each.number(signed=subject.returns_signed) for each in experiment.seen)
        if subject.reals and not subject.signature.returns.size:
            answers.clear()
        numbers = dict(sorted(answers.items())) if subject.signature.returns.size else {}
        through = _through(experiment)
        if through is None:
            return ResultFacts(numbers) if numbers else None
        pointed = [each for each in pointed if each.pointed is not None and each.pointed.address]
        return _pointers(experiment, pointed, numbers, through)
    return _pointers(experiment, pointed, {}, "")


def _through(experiment: FunctionExperiment) -> str | None:
    """Return the parameter by which a pointer is given back, if one was ever written there."""
    for index, memory in enumerate(experiment.subject.memories):
        if memory.content is MemoryContent.POINTERS and not memory.const:
            written = any(index in each.blocks and each.blocks[index].writes for each in experiment.seen)
            return memory.name if written else None
    return None


def _pointers(
    experiment: FunctionExperiment, seen: list[Seen], answers: dict[int, int], through: str
) -> ResultFacts:
    kinds: Counter[str] = Counter()
    blocks: Counter[int] = Counter()
    for each in seen:
        pointed = each.pointed
        assert pointed is not None
        if not pointed.address:
            kinds["null"] += 1
        elif is_new(each):
            kinds["new"] += 1
        elif pointed.whose is Whose.BLOCK:
            kinds["argument"] += 1
            blocks[pointed.base] += 1
        elif pointed.whose is Whose.OBJECT:
            kinds["static"] += 1
        elif pointed.whose in (Whose.HEAP, Whose.IN_HEAP):
            kinds["older"] += 1
        else:
            kinds["unknown"] += 1
    which = ""
    if len(blocks) == 1 and not experiment.subject.handles:
        (block,) = blocks
        memories = experiment.subject.memories
        which = memories[block].name if block < len(memories) else ""
    return ResultFacts(
        answers,
        kinds["null"],
        kinds["new"],
        kinds["static"],
        kinds["older"],
        kinds["argument"],
        kinds["unknown"],
        which,
        sum(each.text is not None for each in seen),
        through=through,
    )


def freed_by(
    laboratory: Laboratory, subject: Subject, seen: Sequence[Seen], freers: Sequence[tuple[str, str, bool]]
) -> tuple[tuple[str, ...], int]:
    """Return which functions free all that a call has made, and in how many calls each did.

    `freers` are names and signatures, and whether the function takes just this type.
    """
    chosen = _samples(seen)
    found: list[str] = []
    order = sorted(freers, key=lambda each: (not FREES.search(each[0]), not each[2], each[0] == "free"))
    least = 1 << 30
    for name, signature, _ in order[:_MOST_FREERS]:
        left, trials = 0, 0
        for each in chosen:
            after = _afterwards(laboratory, subject, each, name, signature)
            if after is None or after.then is None or after.then.whose is not Whose.FREED:
                break
            left += after.left
            trials += 1
        if trials and trials == len(chosen) and left <= least:
            found = [*(found if left == least else ()), name]
            least = left
    return tuple(found), len(chosen)


def goes_with(
    laboratory: Laboratory, subject: Subject, seen: Sequence[Seen], destroyers: Mapping[str, tuple[str, str]]
) -> str:
    """Return the handle with whose end the memory is freed that a call has made; nothing for none.

    `destroyers` are names and signatures by the type of handle.
    """
    for at, handle in enumerate(subject.handles):
        if handle.type not in destroyers:
            continue
        name, signature = destroyers[handle.type]
        ended = [_afterwards(laboratory, subject, each, name, signature, at) for each in _samples(seen)]
        if ended and all(e is not None and e.then is not None and e.then.whose is Whose.FREED for e in ended):
            return handle.name
    return ""


def _samples(seen: Sequence[Seen]) -> list[Seen]:
    chosen = [each for each in seen if is_new(each)]
    return chosen[:: max(1, len(chosen) // _TRIALS)][:_TRIALS]


def _afterwards(
    laboratory: Laboratory,
    subject: Subject,
    seen: Seen,
    name: str,
    signature: str,
    handle: int | None = None,
) -> Seen | None:
    """Return the call again, with another after it; None where that did not come back."""
    try:
        after = laboratory.run(subject, seen.setting, name, signature, handle)
    except NotCalledFurtherError:
        return None
    return None if after.ended is not None else after


def handle_facts(experiment: FunctionExperiment) -> tuple[str, int]:
    """Return the handle that is gone after each call, and in how many calls it was."""
    handles = experiment.subject.handles
    for at, handle in enumerate(handles):
        given = [
            each.handles_after[at] for each in experiment.seen if len(each.handles_after) == len(handles)
        ]
        gone = sum(each.whose is Whose.FREED for each in given)
        if gone >= _FEWEST and gone == len(given):
            return handle.name, gone
    return "", 0
