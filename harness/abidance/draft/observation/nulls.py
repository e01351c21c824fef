"""What NULL does in place of each pointer: it is followed, taken as lawful, or refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.draft.observation.facts import NullFacts, Way

if TYPE_CHECKING:
    from abidance.draft.observation.experiment import FunctionExperiment
    from abidance.draft.observation.experiment_plan import Setting
    from abidance.draft.observation.facts import MemoryFacts
    from abidance.draft.observation.laboratory import Seen

_FEWEST = 3


def null_facts(experiment: FunctionExperiment, memories: tuple[MemoryFacts, ...]) -> tuple[NullFacts, ...]:
    """Return what was seen of NULL for each pointer parameter of which something was seen."""
    subject = experiment.subject
    facts = []
    for index, memory in enumerate(subject.memories):
        if memory.parameter is not None and memories[index].followed:
            facts.append(_of(experiment, memory.name, memory.parameter, memories[index], index))
    facts += [_of(experiment, each.name, each.parameter, None, None) for each in subject.handles]
    return tuple(each for each in facts if each is not None)


def _of(
    experiment: FunctionExperiment, name: str, parameter: int, facts: MemoryFacts | None, index: int | None
) -> NullFacts | None:
    with_null: list[tuple[Seen, Seen]] = []
    followed: list[Setting] = []
    for setting in _settings(experiment, parameter):
        other = experiment.laboratory.run(
            experiment.subject, replace(setting, absent=setting.absent | {parameter})
        )
        if other.ended is not None and other.ended.null:
            followed.append(setting)
            if len(followed) >= _FEWEST and not with_null:
                break
        elif other.came_back:
            given = experiment.run(setting)
            if given.came_back:
                with_null.append((given, other))
    number = _sole_number(facts)
    if followed and with_null and number:
        zero = [_value(experiment, given.setting, number) == 0 for given, _ in with_null]
        others = [_value(experiment, setting, number) == 0 for setting in followed]
        if all(zero) and not any(others):
            return NullFacts(name, followed=len(followed), same=len(with_null), only_if=f"{number} == 0")
    if followed and not with_null:
        return NullFacts(name, followed=len(followed)) if len(followed) >= _FEWEST else None
    if followed or len(with_null) < _FEWEST:
        return None
    return _came_back(experiment, name, facts, index, with_null)


def _came_back(
    experiment: FunctionExperiment,
    name: str,
    facts: MemoryFacts | None,
    index: int | None,
    pairs: list[tuple[Seen, Seen]],
) -> NullFacts | None:
    subject = experiment.subject
    nothing = not subject.signature.returns.size
    writes = facts is not None and facts.way is Way.OUT and facts.written is not None
    alike = all(_alike(given, null, index) for given, null in pairs)
    if nothing and (facts is None or not writes) and alike:
        return NullFacts(name, same=len(pairs))
    if writes and alike and any(_works(given, index) for given, _ in pairs):
        return NullFacts(name, same=len(pairs))
    clean = all(_is_clean(null, index) for _, null in pairs)
    if nothing or subject.returns_pointer:
        answers = Counter(bool(null.pointed and null.pointed.address) for _, null in pairs)
        made = any(_leads_somewhere(given) for given, _ in pairs)
        if subject.returns_pointer and set(answers) == {False} and made and clean:
            return NullFacts(name, refused=len(pairs), answer=0)
        return None
    found = {null.number(signed=subject.returns_signed) for _, null in pairs}
    others = {given.number(signed=subject.returns_signed) for given, _ in pairs}
    if len(found) == 1 and others - found and clean:
        return NullFacts(name, refused=len(pairs), answer=found.pop())
    return None


def _is_clean(seen: Seen, index: int | None) -> bool:
    """Tell whether a call has touched no other memory: else what it answers may be about that, and not about NULL."""
    return all(at == index for at in seen.blocks)


def _leads_somewhere(seen: Seen) -> bool:
    return seen.pointed is not None and seen.pointed.address != 0


def _alike(given: Seen, null: Seen, index: int | None) -> bool:
    """Tell whether all but the memory in question came out alike."""
    if given.pointed is not None or null.pointed is not None:
        if _leads_somewhere(given) != _leads_somewhere(null):
            return False
    elif given.result != null.result:
        return False
    return all(
        one == other
        for at, (one, other) in enumerate(zip(given.contents, null.contents, strict=True))
        if at != index
    )


def _works(seen: Seen, index: int | None) -> bool:
    """Tell whether a call has written the memory in question: it did not fail before it came to that."""
    block = None if index is None else seen.blocks.get(index)
    return block is not None and block.writes > 0


def _settings(experiment: FunctionExperiment, parameter: int) -> list[Setting]:
    """Return settings that have a parameter, differ otherwise, and in some of which all numbers are zero."""
    starts = experiment.starts()
    found = list(starts)
    zero = tuple(0 for _ in experiment.subject.numbers)
    found += [replace(each, numbers=zero) for each in starts if zero]
    step = max(1, len(experiment.seen) // 4)
    found += [each.setting for each in experiment.seen[::step][:4]]
    found = [each for each in found if parameter not in each.absent]
    found = list(dict.fromkeys(found))
    return found if len(found) >= _FEWEST else (found * _FEWEST)[:_FEWEST]


def _sole_number(facts: MemoryFacts | None) -> str:
    extent = None if facts is None else facts.read or facts.written
    return extent.expression if extent is not None and extent.expression.isidentifier() else ""


def _value(experiment: FunctionExperiment, setting: Setting, name: str) -> int | None:
    for number, value in zip(experiment.subject.numbers, setting.numbers, strict=True):
        if number.name == name:
            return value
    return None
