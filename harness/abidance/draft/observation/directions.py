"""Which way data goes through a pointer: whether what is there before a call matters to it, and whether it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.observation.experiment_plan import contents_before
from abidance.draft.observation.facts import Way
from abidance.draft.observation.settings import FAMILIES, contents
from abidance.draft.observation.subject import MemoryContent

if TYPE_CHECKING:
    from abidance.draft.observation.experiment import FunctionExperiment
    from abidance.draft.observation.laboratory import Seen

_FEWEST = 8
_TRIED, _MODES = 4, 48
_OTHER = 5
"""A family of contents that is like no other."""


def way(experiment: FunctionExperiment, index: int) -> Way | None:
    """Return which way data goes through one memory, None where too little was seen to tell."""
    rows = [each for each in experiment.seen if index in each.blocks]
    reads = sum(each.blocks[index].reads > 0 for each in rows)
    writes = sum(each.blocks[index].writes > 0 for each in rows)
    if len(rows) < _FEWEST:
        return None
    if not writes:
        return Way.IN if experiment.subject.memories[index].const or _does_something(rows, index) else None
    depends = _depends(experiment, index, rows)
    if depends is None:
        return None
    if depends:
        return Way.INOUT
    return Way.OUT if not reads or all(each.blocks[index].written_first for each in rows) else None


def _does_something(rows: list[Seen], index: int) -> bool:
    """Tell whether the function did more than to refuse what it was given: it may write where all is well."""
    results = {_outcome(each, index)[:2] for each in rows}
    return len(results) > 1 or any(
        block.writes for each in rows for at, block in each.blocks.items() if at != index
    )


def _depends(experiment: FunctionExperiment, index: int, rows: list[Seen]) -> bool | None:
    """Tell whether other contents of a memory make for another outcome; None where nothing could be compared."""
    subject = experiment.subject
    memory = subject.memories[index]
    compared = 0
    writing = [each for each in rows if each.blocks[index].writes]
    thorough = {id(each) for each in writing[:: max(1, len(writing) // _TRIED)]}
    # A mode may decide: of each combination of numbers one call is made once more.
    modes = {each.setting.numbers: each for each in writing}
    for start in [*(each for each in writing if id(each) in thorough), *[*modes.values()][:_MODES]]:
        setting = start.setting
        again = experiment.run(setting)
        if not again.came_back or _outcome(again, index) != _outcome(start, index):
            continue  # it does not answer alike when it is asked alike
        noise = [_unstable(*both) for both in zip(start.contents, again.contents, strict=True)]
        for family in range(0, FAMILIES, 2) if id(start) in thorough else (_OTHER,):
            changed = setting.with_contents(index, contents(memory, family, setting.sizes[index]))
            for at, number in enumerate(subject.numbers):
                if number.inside == index:
                    changed = changed.with_number(at, setting.numbers[at] + 1 + family)
            if changed == setting:
                continue
            seen = experiment.run(changed)
            compared += 1
            if not seen.came_back or _outcome(seen, index) != _outcome(start, index):
                return True
            if _elsewhere(start, seen, index, noise):
                return True
            if _written_differently(start, seen, index, experiment, noise[index]):
                return True
    return False if compared else None


def _outcome(seen: Seen, index: int) -> tuple[object, ...]:
    pointed = None if seen.pointed is None else (seen.pointed.whose, seen.pointed.address != 0)
    result = b"" if seen.pointed is not None and len(seen.result) == 8 else seen.result
    writes = seen.blocks[index].highest_write if index in seen.blocks else None
    return result, pointed, writes


def _unstable(one: bytes, other: bytes) -> frozenset[int]:
    """Return the bytes of the words that differ between two calls that were given the same: addresses, say."""
    words = {at // 8 for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b}
    return frozenset(8 * word + byte for word in words for byte in range(8))


def _elsewhere(one: Seen, other: Seen, index: int, noise: list[frozenset[int]]) -> bool:
    """Tell whether other memory than the one in question came out differently."""
    return any(
        a != b and byte not in noise[at]
        for at, both in enumerate(zip(one.contents, other.contents, strict=True))
        if at != index
        for byte, (a, b) in enumerate(zip(*both, strict=True))
    )


def _written_differently(
    one: Seen, other: Seen, index: int, experiment: FunctionExperiment, noise: frozenset[int]
) -> bool:
    """Tell whether bytes that either call has written differ, but for those that do when nothing else does.

    Of pointers only whether they are NULL counts: where memory lies is chance.
    """
    subject = experiment.subject
    memory = subject.memories[index]
    before_one = contents_before(subject, one.setting, index)
    before_other = contents_before(subject, other.setting, index)
    after_one, after_other = one.contents[index], other.contents[index]
    pointers = {each.offset for each in subject.memories if each.inside == index}
    for at in range(len(after_one)):
        word = at // 8 * 8
        if memory.content is MemoryContent.POINTERS or word in pointers:
            differs = any(after_one[word : word + 8]) != any(after_other[word : word + 8])
        else:
            differs = after_one[at] != after_other[at] and at not in noise
        if differs and (after_one[at] != before_one[at] or after_other[at] != before_other[at]):
            return True
    return False
