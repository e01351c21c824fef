"""All experiments on one function: first what makes it work, then what follows what."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.draft.observation.directions import way
from abidance.draft.observation.experiment_plan import NotCalledFurtherError, Recipe
from abidance.draft.observation.extents import ExtentSearch
from abidance.draft.observation.facts import CallbackFacts, FunctionObservation, MemoryFacts, Way
from abidance.draft.observation.nulls import null_facts
from abidance.draft.observation.results import handle_facts, result_facts
from abidance.draft.observation.settings import VALUES, first_settings, with_nul
from abidance.draft.observation.subject import MemoryContent
from abidance.draft.observation.written_lengths import WrittenLengths, changed_end
from abidance.plan.access_trace import Whose, decoy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from abidance.draft.observation.experiment_plan import Setting
    from abidance.draft.observation.facts import NullFacts
    from abidance.draft.observation.laboratory import Laboratory, Seen
    from abidance.draft.observation.subject import Subject

_RECIPES = 2
_CLIMBS = 3
_TRIALS = 3
_TEXT = 9
_VARIED = 8
"""So many numbers are changed, those of parameters first; the others of a large record stay as they are."""


class FunctionExperiment:
    """Experiments on one function; `seen` is all that came back, in order."""

    def __init__(self, laboratory: Laboratory, subject: Subject, *, prepared: bool = False) -> None:
        self.laboratory = laboratory
        self.subject = subject
        self.prepared = prepared
        self.seen: list[Seen] = []
        self.best: Seen | None = None
        self.second: Seen | None = None
        self._hints: tuple[int, ...] = ()

    def run(self, setting: Setting) -> Seen:
        """Make a call and remember it; raises NotCalledFurtherError."""
        seen = self.laboratory.run(self.subject, setting)
        if seen.came_back:
            self.seen.append(seen)
        return seen

    def facts(self) -> FunctionObservation:
        """Make all experiments and return what they have shown."""
        subject, laboratory = self.subject, self.laboratory
        laboratory.begin()
        self._hints = laboratory.numbers(subject)
        shown: list[MemoryFacts] = []
        nulls: tuple[NullFacts, ...] = ()
        callbacks: tuple[CallbackFacts, ...] = ()
        gone: NotCalledFurtherError | None = None
        try:
            self._explore()
            search = ExtentSearch(self)
            self._shorten(search.find_strings())
            self._vary()
            for index in range(len(subject.memories)):
                shown.append(self._memory(index, search))  # noqa: PERF401 - what is there when time is up stays
            nulls = null_facts(self, tuple(shown))
            callbacks = self._callbacks()
            laboratory.outputs += self._outputs(shown)
        except NotCalledFurtherError as error:
            gone = error
        destroys, destroyed = handle_facts(self)
        return FunctionObservation(
            subject.name,
            laboratory.calls[subject.name],
            self._read_as_numbers(tuple(shown)),
            nulls,
            result_facts(self),
            callbacks,
            destroys,
            destroyed,
            "" if gone is None else str(gone),
            harm=gone is not None and gone.harm,
            hung=gone is not None and gone.hung,
        )

    def _explore(self) -> None:
        """Look for a setting in which the function goes as far as it goes."""
        tried: list[tuple[int, int, Seen]] = []
        ends: list[Seen] = []
        for number, setting in enumerate(self._settings()):
            seen = self.run(setting)
            if seen.came_back:
                tried.append((progress(seen), -number, seen))
            else:
                ends.append(seen)
                if seen.skipped and len(ends) >= 8 and not tried:
                    raise NotCalledFurtherError("a handle that it takes could not be made")
        if not tried:
            ended = ends[0].ended if ends else None
            raise NotCalledFurtherError(
                f"no call of it came back: {ended.words}"
                if ended
                else "a handle that it takes could not be made"
            )
        tried.sort(key=lambda each: each[:2], reverse=True)
        self.best = tried[0][2]
        others = (each for _, _, each in tried[1:] if each.setting.contents != self.best.setting.contents)
        self.second = next(others, None)

    def _settings(self) -> Iterator[Setting]:
        """Yield settings to begin with; where records are to be prepared, with each of their preparers."""
        known = first_settings(self.subject, self.laboratory.texts(self.subject))
        if not self.prepared:
            yield from known
            return
        counts = [len(self.laboratory.preparers.get(each.record, ())) for each in self.subject.memories]
        for setting in known:
            for number in range(1, max(counts, default=0) + 1):
                yield replace(setting, prepared=number)

    def starts(self) -> tuple[Setting, ...]:
        """Return the settings that experiments begin from."""
        return tuple(each.setting for each in (self.best, self.second) if each is not None)

    def _shorten(self, strings: Collection[int]) -> None:
        """Go on with texts that end: without a NUL, each call reads all the memory that there is."""
        if not strings or self.best is None:
            return
        for each in (self.best, self.second):
            if each is None:
                continue
            setting = each.setting
            for index in strings:
                memory = self.subject.memories[index]
                text = with_nul(memory, setting.contents[index], _TEXT)
                setting = setting.with_contents(index, text.ljust(setting.sizes[index], b"\0"))
            seen = self.run(setting)
            if seen.came_back and each is self.best:
                self.best = seen
            elif seen.came_back:
                self.second = seen

    def _vary(self) -> None:
        """Change one number at a time, and go on from where the function got furthest."""
        assert self.best is not None
        varied = min(len(self.subject.numbers), _VARIED)
        for _ in range(_CLIMBS if varied < _VARIED else 1):
            start = self.best
            for index in range(varied):
                self._change(self.best.setting, index)
            if self.best is start:
                break
        if self.second is not None:
            numbers = self.best.setting.numbers
            self.second = replace(self.second, setting=replace(self.second.setting, numbers=numbers))
            for index in range(varied):
                self._change(self.second.setting, index)

    def _change(self, start: Setting, index: int) -> None:
        assert self.best is not None
        furthest, here = progress(self.best), self.best.setting.contents == start.contents
        number = self.subject.numbers[index]
        for value in number.values[:12] or (*VALUES, *self._hints):
            seen = self.run(start.with_number(index, value))
            if here and seen.came_back and progress(seen) > furthest:
                self.best, furthest = seen, progress(seen)

    def _read_as_numbers(self, memories: tuple[MemoryFacts, ...]) -> tuple[MemoryFacts, ...]:
        """Have memory go in where a number in it says how far other memory is accessed."""
        words = {
            word
            for each in memories
            for extent in (each.read, each.written)
            if extent is not None
            for word in re.findall(r"[\w.]+", extent.expression)
        }
        return tuple(
            replace(each, way=Way.INOUT)
            if each.name in words and each.written is not None and each.read is not None
            else each
            for each in memories
        )

    def _memory(self, index: int, search: ExtentSearch) -> MemoryFacts:
        memory = self.subject.memories[index]
        accessed = [each for each in self.seen if index in each.blocks]
        frees = sum(each.misfreed == index for each in self.seen)
        if not accessed:
            return MemoryFacts(memory.name, len(self.seen), 0, frees=frees)
        read, strayed_read = search.extent(index, writes=False)
        written, strayed_write = search.extent(index, writes=True)
        goes = way(self, index)
        lengths = WrittenLengths(self, search)
        length, length_calls = lengths.length(index, written) if written is not None else ("", 0)
        return MemoryFacts(
            memory.name,
            len(self.seen),
            len([each for each in self.seen if index in each.blocks]),
            goes,
            read,
            written,
            length,
            length_calls,
            frees,
            lengths.is_whole(index, written),
            memory.char and written is not None and lengths.is_terminated(index),
            strayed_read or strayed_write,
        )

    def _outputs(self, memories: Sequence[MemoryFacts]) -> Iterator[bytes]:
        """Yield what the function has written into bytes, the longest of a few contents."""
        for index, facts in enumerate(memories):
            if facts.way is not Way.OUT or self.subject.memories[index].content is not MemoryContent.BYTES:
                continue
            ended = [(end, seen) for seen in self.seen if (end := changed_end(seen, index, self.subject))]
            if ended:
                end, seen = max(ended, key=lambda each: each[0])
                yield seen.contents[index][:end]

    def _callbacks(self) -> tuple[CallbackFacts, ...]:
        facts = []
        untyped = [
            each
            for at, each in enumerate(self.subject.memories)
            if each.parameter is not None
            and each.content is MemoryContent.BYTES
            and not each.sized
            and not any(at in seen.blocks for seen in self.seen)
        ]
        for function in self.subject.functions:
            called = [
                sum(d.calls for d in each.trace.decoys if d.number == function.parameter)
                for each in self.seen
            ]
            data = next(
                (
                    m.name
                    for m in untyped
                    if any(called) and self._is_passed_on(m.parameter, function.parameter)
                ),
                "",
            )
            facts.append(CallbackFacts(function.name, len(called), sum(called), data))
        return tuple(facts)

    def _is_passed_on(self, parameter: int | None, function: int) -> bool:
        assert parameter is not None
        settings = [
            each.setting
            for each in self.seen
            if parameter not in each.setting.absent and any(d.number == function for d in each.trace.decoys)
        ][:_TRIALS]
        hits = 0
        for setting in settings:
            seen = self.laboratory.run(self.subject, replace(setting, decoys=frozenset((parameter,))))
            hits += any(
                decoy(parameter) in each.arguments for each in seen.trace.decoys if each.number == function
            )
        return hits == len(settings) > 0

    def recipes(self) -> dict[str, list[Recipe]]:
        """Return how the function makes handles, by the key of their type."""
        subject = self.subject
        found: dict[str, list[Recipe]] = {}
        places: list[tuple[int | None, str]] = [(None, subject.returns)] if subject.returns else []
        if not subject.returns_pointer:
            out = next(
                (
                    i
                    for i, m in enumerate(subject.memories)
                    if m.content is MemoryContent.POINTERS and not m.const
                ),
                None,
            )
            if out is not None and subject.memories[out].handle:
                places.append((out, subject.memories[out].handle))
        for place, key in places:
            made = [
                s
                for s in self.seen
                if s.pointed is not None and s.pointed.address and s.pointed.whose in _MADE
            ]
            made.sort(key=lambda s: s.pointed is not None and s.pointed.whose is not Whose.HEAP)
            found[key] = [Recipe(subject, s.setting, place) for s in made[:_RECIPES]]
        return found


def preparers(experiment: FunctionExperiment) -> dict[str, Recipe]:
    """Return how a function makes records of the caller's ready, by the key of their type.

    It writes to such a record, and leaves memory of the heap behind that nothing else leads to.
    """
    subject = experiment.subject
    found: dict[str, Recipe] = {}
    if subject.handles or subject.returns_pointer:
        return found
    for index, memory in enumerate(subject.memories):
        if memory.content is not MemoryContent.RECORD or memory.const or memory.parameter is None:
            continue
        for seen in experiment.seen:
            block = seen.blocks.get(index)
            whole = seen.setting.sizes[index] >= memory.element and not seen.setting.prepared
            if block is not None and block.writes and seen.left > 0 and whole:
                found[memory.record] = Recipe(subject, seen.setting, index)
                break
    return found


_MADE = (Whose.HEAP, Whose.IN_HEAP, Whose.OBJECT)


def progress(seen: Seen) -> int:
    """Return how far a call went: so many bytes did it touch, and it is better if it gave something back."""
    touched = 0
    for index, size in enumerate(seen.setting.sizes):
        block = seen.blocks.get(index)
        if block is None:
            continue
        for count, lowest, highest in (
            (block.reads, block.lowest_read, block.highest_read),
            (block.writes, block.lowest_write, block.highest_write),
        ):
            if count:
                touched += min(max(highest, 0), size) - max(min(lowest, size), 0) + 1
    made = seen.pointed is not None and seen.pointed.address != 0
    return touched + 64 * made
