"""How much of a memory was written, whether that was all of it, and what tells its length after a call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.draft.observation.experiment_plan import contents_before
from abidance.draft.observation.expressions import candidates, constant
from abidance.draft.observation.extents import EXACT
from abidance.draft.observation.subject import MemoryContent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.draft.observation.experiment import FunctionExperiment
    from abidance.draft.observation.expressions import ExtentCandidate
    from abidance.draft.observation.extents import ExtentSearch
    from abidance.draft.observation.facts import AccessExtent
    from abidance.draft.observation.laboratory import Seen
    from abidance.draft.observation.subject import Subject


_RESULT = "result"


class WrittenLengths:
    """Looks through what was seen, memory by memory, once `search` knows how far each is written; makes no call."""

    def __init__(self, experiment: FunctionExperiment, search: ExtentSearch) -> None:
        self._experiment = experiment
        self._subject = experiment.subject
        self._search = search

    def length(self, index: int, extent: AccessExtent) -> tuple[str, int]:
        """Return what tells after a call how many elements were written, and in how many calls it did.

        `extent` is how far memory was written.
        """
        element = self._subject.memories[index].element
        written = []
        for seen in list(self._experiment.seen):
            block = seen.blocks.get(index)
            if block is None or not block.writes or block.cut:
                continue
            end = changed_end(seen, index, self._subject)
            if end is not None and end <= len(seen.contents[index]):
                written.append((seen, (end + element - 1) // element))
        if len({count for _, count in written}) < EXACT + 1:
            return "", 0
        for name, read in self._tellers(index):
            if any(read(seen) * element > seen.setting.sizes[index] for seen in self._reports(index, extent)):
                continue  # of calls that fail it tells something else, and nobody knows which those are
            told = [(read(seen), count) for seen, count in written if name != _RESULT or read(seen) != 0]
            # A byte that is written with what was there already does not show.
            right = sum(number == count for number, count in told)
            if told and right >= 0.7 * len(told) and all(number >= count for number, count in told):
                return name, right
        return "", 0

    def is_whole(self, index: int, extent: AccessExtent | None) -> bool:
        """Tell whether memory was written up to its extent in all calls that wrote, and each field of a record."""
        subject = self._subject
        memory = subject.memories[index]
        rows = [s for s in self._experiment.seen if index in s.blocks and s.blocks[index].writes]
        if extent is None or not rows:
            return False
        if memory.content is MemoryContent.RECORD:
            fields = [(n.offset, n.width) for n in subject.numbers if n.inside == index]
            fields += [(m.offset, 8) for m in subject.memories if m.inside == index]
            changed = [
                (contents_before(subject, seen.setting, index), seen.contents[index])
                for seen in rows
                if len(seen.contents[index]) == memory.element
            ]
            return bool(fields) and all(
                any(before[at : at + width] != after[at : at + width] for before, after in changed)
                for at, width in fields
            )
        wanted = _named(extent.expression, tuple(self._search.values(rows[0].setting)))
        if wanted is None:
            return False
        ends: dict[tuple[int, tuple[int, ...]], int] = {}
        for seen in rows:
            # What is written may be what was there: of calls with other contents, one shows it.
            end = wanted.value(self._search.values(seen.setting)) * memory.element
            if end <= seen.setting.sizes[index]:
                pairs = zip(subject.numbers, seen.setting.numbers, strict=True)
                key = end, tuple(value for number, value in pairs if number.inside != index)
                elements = -(-(changed_end(seen, index, subject) or 0) // memory.element)
                ends[key] = max(ends.get(key, 0), elements * memory.element)
        return all(furthest == end for (end, _), furthest in ends.items())

    def is_terminated(self, index: int) -> bool:
        """Tell whether all that was written ended in a NUL."""
        ends = [
            (seen, changed_end(seen, index, self._subject))
            for seen in self._experiment.seen
            if index in seen.blocks and seen.blocks[index].writes
        ]
        ended = [seen.contents[index][end - 1] == 0 for seen, end in ends if end]
        return len(ended) >= EXACT and all(ended)

    def _reports(self, index: int, extent: AccessExtent) -> Iterator[Seen]:
        """Yield the calls that were given as much room as they were told of."""
        for seen in self._experiment.seen:
            named = _named(extent.expression, tuple(self._search.values(seen.setting)))
            if named is None:
                continue
            room = named.value(self._search.values(seen.setting)) * self._subject.memories[index].element
            if room <= seen.setting.sizes[index]:
                yield replace(seen, setting=seen.setting.with_size(index, room))

    def _tellers(self, index: int) -> Iterator[tuple[str, Callable[[Seen], int]]]:
        """Yield what a function tells its caller: its result, and numbers in memory, each with what reads it."""
        subject = self._subject
        if subject.signature.returns.size and not subject.returns_pointer:
            yield _RESULT, lambda seen: seen.number(signed=subject.returns_signed)
        for number in subject.numbers:
            inside = number.inside
            if inside is None or inside == index or subject.memories[inside].const:
                continue
            # What a record counts that was made ready before may go on from call to call.
            if not (self._experiment.prepared and subject.memories[inside].content is MemoryContent.RECORD):
                yield number.name, _reader(inside, number.offset, number.width)


def changed_end(seen: Seen, index: int, subject: Subject) -> int | None:
    """Return the end of what has changed in a memory, None where nothing has."""
    before = contents_before(subject, seen.setting, index)
    after = seen.contents[index]
    return next((at for at in range(len(after), 0, -1) if after[at - 1] != before[at - 1]), None)


def _reader(inside: int, offset: int, width: int) -> Callable[[Seen], int]:
    return lambda seen: int.from_bytes(seen.contents[inside][offset : offset + width], "little")


def _named(text: str, names: tuple[str, ...]) -> ExtentCandidate | None:
    if text.isdigit():
        return constant(int(text))
    return next((each for each in candidates(names) if each.text == text), None)
