"""How far memory is read and written, and how that moves with the numbers and texts that a function is given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.draft.observation.expressions import candidates, constant
from abidance.draft.observation.facts import AccessExtent
from abidance.draft.observation.settings import room, with_nul
from abidance.draft.observation.subject import MemoryContent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.draft.observation.experiment import FunctionExperiment
    from abidance.draft.observation.experiment_plan import Setting
    from abidance.draft.observation.expressions import ExtentCandidate
    from abidance.draft.observation.laboratory import Seen

_WIDEST = 64
"""No instruction touches more bytes at once."""
_TRIED = 5
"""So many candidates are put to the test, those that fit best."""
EXACT = 3
"""An expression must be exact for so many of its values, and one more of its calls for each."""
_POINTS = 7
_LARGEST = 1 << 16
_FURTHER = (100, 300)
_LARGEST_ROOM = 4096
_NULS = (0, 1, 2, 4, 7, 12, 18)
_SHORTEST_CONSTANT = 4


@dataclass(frozen=True, slots=True)
class _Row:
    seen: Seen
    values: dict[str, int]
    highest: int | None
    """Where the last access of the kind begins; None without one."""


class ExtentSearch:
    """Looks for expressions, memory by memory; what is known of strings serves for the memory after them."""

    def __init__(self, experiment: FunctionExperiment) -> None:
        self._experiment = experiment
        self._subject = experiment.subject
        self._texts: dict[int, AccessExtent] = {}
        self._strings: dict[int, str] = {}

    def find_strings(self) -> Collection[int]:
        """Look for memory that is read up to a NUL: its length may be how far other memory goes."""
        for index, memory in enumerate(self._subject.memories):
            if memory.content in (MemoryContent.BYTES, MemoryContent.NUMBERS):
                string = self._string(index, list(self._rows(index, writes=False)))
                if string is not None:
                    self._texts[index] = string
                    self._strings[index] = memory.name
        return self._strings

    def extent(self, index: int, *, writes: bool) -> tuple[AccessExtent | None, str]:
        """Return how far one memory is read or written, if that can be told, else where accesses went."""
        rows = list(self._rows(index, writes=writes))
        reached = [row for row in rows if row.highest is not None]
        if not reached:
            return None, ""
        if not writes and index in self._texts:
            return self._texts[index], ""
        if writes and self._strings:
            rows += self._with_strings(index)
        best = self._confirmed(index, rows, writes=writes)
        if best is not None:
            return best, ""
        furthest = max(row.highest for row in reached if row.highest is not None)
        return None, f"{'written' if writes else 'read'} as far as byte {furthest}"

    # ---- what was seen

    def _rows(self, index: int, *, writes: bool) -> Iterator[_Row]:
        for seen in self._experiment.seen:
            if seen.setting.sizes[index] >= self._room(index):
                row = self._row(seen, index, writes=writes)
                if row is not None:
                    yield row

    def _room(self, index: int) -> int:
        return room(self._subject.memories[index])

    def _row(self, seen: Seen, index: int, *, writes: bool) -> _Row | None:
        block = seen.blocks.get(index)
        if block is not None and block.cut:
            return None
        highest = None
        if block is not None and (block.writes if writes else block.reads):
            highest = block.highest_write if writes else block.highest_read
        return _Row(seen, self.values(seen.setting), highest)

    def values(self, setting: Setting) -> dict[str, int]:
        """Return what expressions can name in a call: its numbers, and the lengths of its strings in elements."""
        values = {}
        for number, value in zip(self._subject.numbers, setting.numbers, strict=True):
            low = value & ((1 << 8 * number.width) - 1)
            if number.signed and low >> (8 * number.width - 1):
                low -= 1 << 8 * number.width
            values[number.name] = low
        for index, name in self._strings.items():
            raw, width = setting.contents[index], self._subject.memories[index].element
            ends = (at for at in range(0, len(raw), width) if not any(raw[at : at + width]))
            values[f"len({name})"] = next(ends, len(raw)) // width
        return values

    # ---- texts

    def _string(self, index: int, rows: list[_Row]) -> AccessExtent | None:
        """Return that it is read up to a NUL, if it is: without one there is no end to it, with one there is."""
        memory = self._subject.memories[index]
        if memory.content is MemoryContent.NUMBERS and memory.element > 4:
            return None
        endless = [
            row
            for row in rows
            if row.highest is not None
            and row.highest >= row.seen.setting.sizes[index]
            and _without_nul(row.seen.setting.contents[index], memory.element)
        ]
        if self._ends_with_a_number(index, rows):
            return None
        if len(endless) == 1:
            endless += self._with_another_end(index, endless[0])
        if len(endless) < 2:
            return None
        within = exact = 0
        for start in dict.fromkeys(row.seen.setting for row in endless[-2:]):
            for at in _NULS:
                given = with_nul(memory, start.contents[index], at)
                setting = start.with_contents(index, given).with_size(index, len(given))
                seen = self._experiment.run(setting)
                if not seen.came_back:
                    continue
                if self._strays(seen, index, writes=False):
                    return None
                block = seen.blocks.get(index)
                within += 1
                exact += block is not None and block.reads > 0
        return AccessExtent("", True, within + len(endless), len(endless)) if exact >= 2 * EXACT else None

    def _ends_with_a_number(self, index: int, rows: list[_Row]) -> bool:
        """Tell whether a number ends it where no NUL does: with a huge one, a text looks as if it had no other end."""
        element = self._subject.memories[index].element
        ends: dict[str, set[int]] = {}
        for row in rows:
            size = row.seen.setting.sizes[index]
            if row.highest is None or row.highest >= size:
                continue
            count = row.highest // element + 1
            if not _without_nul(row.seen.setting.contents[index][: count * element], element):
                continue
            for name, value in row.values.items():
                if value == count:
                    ends.setdefault(name, set()).add(count)
        return any(len(values) >= EXACT for values in ends.values())

    def _with_another_end(self, index: int, row: _Row) -> list[_Row]:
        """Return the call with other bytes in the second half of memory, if there is no end to it then either."""
        setting = row.seen.setting
        raw = setting.contents[index]
        half = len(raw) // 2
        seen = self._experiment.run(setting.with_contents(index, raw[:half] + b"b" * (len(raw) - half)))
        other = self._row(seen, index, writes=False) if seen.came_back else None
        ends = other is None or other.highest is None or other.highest < setting.sizes[index]
        return [] if ends or other is None else [other]

    def _with_strings(self, index: int) -> list[_Row]:
        rows = []
        for start in self._experiment.starts():
            for text in self._strings:
                if text == index:
                    continue
                for at in _NULS:
                    given = with_nul(self._subject.memories[text], start.contents[text], at)
                    seen = self._experiment.run(start.with_contents(text, given))
                    row = self._row(seen, index, writes=True) if seen.came_back else None
                    if row is not None:
                        rows.append(row)
        return rows

    # ---- expressions

    def _confirmed(self, index: int, rows: list[_Row], *, writes: bool) -> AccessExtent | None:
        """Return the extent that fits what was seen and stands the test, if there is one."""
        element = self._subject.memories[index].element
        names = tuple(dict.fromkeys(name for row in rows for name in row.values))
        fitting: list[tuple[int, int, ExtentCandidate]] = []
        for order, each in enumerate(candidates(names)):
            slack = _slack(each, rows, element)
            if slack is not None:
                fitting.append((slack + each.cost * len(rows) // 2, order, each))
        fitting.sort(key=lambda each: each[:2])
        if writes:
            # What ends with its room ends there whatever else its length depends on.
            for _, _, each in fitting:
                if each.text in names and (found := self._squeezed(index, each, rows)) is not None:
                    return found
        for _, _, each in fitting[:_TRIED]:
            found = self._test(index, each, rows, writes=writes)
            if found is not None:
                return found
        only = self._end(index, rows, writes=writes)
        if only is None:
            return None
        asked = self._asked_for(index, only, rows) if writes else None
        return asked or self._test(index, constant(only), rows, writes=writes)

    def _asked_for(self, index: int, written: int, rows: list[_Row]) -> AccessExtent | None:
        """Return the number that is the room though the same is always written: given one less, nothing is."""
        element = self._subject.memories[index].element
        row = max((row for row in rows if row.highest is not None), key=lambda row: row.highest or 0)
        found = []
        for at, number in enumerate(self._subject.numbers):
            if number.values or number.inside == index or written < 2:
                continue
            enough = row.seen.setting.with_number(at, written).with_size(index, written * element)
            scarce = row.seen.setting.with_number(at, written - 1)
            seen, less = self._experiment.run(enough), self._experiment.run(scarce)
            if not (seen.came_back and less.came_back) or self._strays(seen, index, writes=True):
                continue
            all_of_it, none = seen.blocks.get(index), less.blocks.get(index)
            if all_of_it is not None and all_of_it.writes and (none is None or not none.writes):
                found.append(number.name)
        return AccessExtent(found[0], False, len(rows), 1) if len(found) == 1 else None

    def _squeezed(self, index: int, candidate: ExtentCandidate, rows: list[_Row]) -> AccessExtent | None:
        """Hold a number that may be the room against what is written: as much room as that needs, and one less."""
        element = self._subject.memories[index].element
        at = next((i for i, each in enumerate(self._subject.numbers) if each.name == candidate.text), None)
        exact: set[int] = set()
        by_end = {row.highest: row for row in rows if row.highest is not None}
        if at is None:
            return None
        for row in [by_end[end] for end in sorted(by_end)][-_POINTS:]:
            need = self._end(index, [row], writes=True)
            if not need:
                continue
            enough = row.seen.setting.with_number(at, need).with_size(index, need * element)
            scarce = row.seen.setting.with_number(at, need - 1).with_size(index, (need - 1) * element)
            seen, less = self._experiment.run(enough), self._experiment.run(scarce)
            if not (seen.came_back and less.came_back):
                continue
            if self._strays(seen, index, writes=True) or self._strays(less, index, writes=True):
                return None
            block = seen.blocks.get(index)
            if block is not None and block.writes and block.highest_write == row.highest:
                exact.add(need)
        return AccessExtent(candidate.text, False, len(rows), len(exact)) if len(exact) >= EXACT else None

    def _end(self, index: int, rows: list[_Row], *, writes: bool) -> int | None:
        """Return how many elements are accessed where the last access begins furthest: an instruction may be wide."""
        element = self._subject.memories[index].element
        row = max((row for row in rows if row.highest is not None), key=lambda row: row.highest or 0)
        assert row.highest is not None
        if row.highest >= row.seen.setting.sizes[index]:
            return None  # it has no end, or none that would fit
        low, high = row.highest // element + 1, (row.highest + _WIDEST) // element + 1
        while low < high:
            middle = (low + high) // 2
            seen = self._experiment.run(row.seen.setting.with_size(index, middle * element))
            if not seen.came_back:
                return None
            if self._strays(seen, index, writes=writes):
                low = middle + 1
            else:
                high = middle
        return low

    def _test(
        self, index: int, candidate: ExtentCandidate, rows: list[_Row], *, writes: bool
    ) -> AccessExtent | None:
        """Hold a candidate against memory that ends just there, and one element before."""
        element = self._subject.memories[index].element
        by_value: dict[int, list[_Row]] = {}
        for row in rows:
            by_value.setdefault(candidate.value(row.values), []).append(row)
        chosen = _spread(by_value, candidate)
        exact: set[tuple[int, ...]] = set()
        within = hits = reached = 0
        for row in chosen:
            value = candidate.value(row.values)
            start = row.seen.setting
            if value * element > _LARGEST:
                continue
            seen = self._experiment.run(start.with_size(index, value * element))
            if not seen.came_back:
                continue
            if self._strays(seen, index, writes=writes):
                return None
            within += 1
            reached += row.highest is not None
            if value:
                shorter = self._experiment.run(start.with_size(index, (value - 1) * element))
                if shorter.came_back and self._strays(shorter, index, writes=writes):
                    exact.add((value,) if candidate.names else (hits,))
                    hits += 1
        if len(exact) < EXACT or 2 * hits < reached:
            return None
        if not candidate.names and not self._means(index, candidate, rows, writes=writes):
            return None
        further = self._holds_further(index, candidate, chosen[-1].seen.setting, writes=writes)
        if further is None:
            return None
        return AccessExtent(candidate.text, False, within + len(rows) + further, hits)

    def _holds_further(
        self, index: int, candidate: ExtentCandidate, start: Setting, *, writes: bool
    ) -> int | None:
        """Tell in how many calls with larger numbers a candidate holds as well, None where it does not.

        A length is often written in more bytes when it needs them.
        """
        memories = self._subject.memories
        held = 0
        for at, number in enumerate(self._subject.numbers):
            if number.name not in candidate.names or number.values:
                continue
            for value in _FURTHER[: 2 if number.width > 1 else 1]:
                setting = start.with_number(at, value)
                room = candidate.value(self.values(setting)) * memories[index].element
                sizes = [
                    _LARGEST_ROOM if m.content is not MemoryContent.RECORD else m.element for m in memories
                ]
                if room > _LARGEST_ROOM:
                    continue
                setting = replace(setting, sizes=tuple(sizes)).with_size(index, room)
                seen = self._experiment.run(setting)
                if seen.came_back and self._strays(seen, index, writes=writes):
                    return None
                held += seen.came_back
        return held

    def _means(self, index: int, candidate: ExtentCandidate, rows: list[_Row], *, writes: bool) -> bool:
        """Tell whether a constant is more than where a function that found nothing to its liking has stopped."""
        memory = self._subject.memories[index]
        if memory.content is not MemoryContent.BYTES:
            return True
        ends = {row.highest for row in rows if row.highest is not None}
        if int(candidate.text) < _SHORTEST_CONSTANT or len(ends) > 1:
            return False
        if writes:
            return True
        answers = {(row.seen.result, _others(row.seen, index)) for row in rows if row.highest is not None}
        return len(answers) > 2

    def _strays(self, seen: Seen, index: int, *, writes: bool) -> bool:
        block = seen.blocks.get(index)
        if block is None:
            return False
        count, highest = (block.writes, block.highest_write) if writes else (block.reads, block.highest_read)
        return bool(count) and highest >= seen.setting.sizes[index]


def _others(seen: Seen, index: int) -> tuple[bytes, ...]:
    return tuple(raw for at, raw in enumerate(seen.contents) if at != index)


def _without_nul(raw: bytes, width: int) -> bool:
    return all(any(raw[at : at + width]) for at in range(0, len(raw), width))


def _slack(candidate: ExtentCandidate, rows: list[_Row], element: int) -> int | None:
    """Return how much room the candidate leaves in all rows together, None where it does not hold or says too much."""
    slack = 0
    near: set[int] = set()
    for row in rows:
        if row.highest is None:
            continue
        value = candidate.value(row.values)
        left = value * element - row.highest
        if left <= 0:
            return None
        if left <= _WIDEST:
            near.add(value)
        slack += min(left, 4 * _WIDEST)
    needed = EXACT if candidate.names else 1
    return slack if len(near) >= needed else None


def _spread(by_value: dict[int, list[_Row]], candidate: ExtentCandidate) -> list[_Row]:
    """Return rows to test with: of as many values as there are, those with accesses first."""
    chosen: list[_Row] = []
    per = 1 if candidate.names else _POINTS
    for value in sorted(by_value):
        rows = sorted(
            by_value[value], key=lambda row: -1 if row.highest is None else row.highest, reverse=True
        )
        if candidate.names:
            chosen += rows[:per]
        else:
            step = max(1, len(rows) // per)
            chosen += [row for row in rows if row.highest is not None][::step][:per]
    most = _POINTS + 2
    return chosen if len(chosen) <= most else [chosen[at * len(chosen) // most] for at in range(most)]
