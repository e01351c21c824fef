"""Calls a function with what an experiment gives it, and tells what was seen."""

from __future__ import annotations

import signal
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.core.catalogue import WORKER_LOST
from abidance.core.errors import CannotJudgeError
from abidance.draft.observation.subject import MemoryContent
from abidance.plan.access_trace import NO_TRACE, Whose, decoy, read_trace
from abidance.plan.observation import PointerReadStatus, WorkerEnding
from abidance.plan.plan import (
    Access,
    Address,
    Block,
    Call,
    Plan,
    PointerRead,
    Relocation,
    Slot,
    Value,
    ValuePlace,
)
from abidance.toolchain.machine_code import code_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.draft.observation.subject import Subject
    from abidance.execute.supervisor import Supervisor
    from abidance.plan.access_trace import AccessTrace, BlockTrace, Pointed
    from abidance.plan.observation import Observation, Returned
    from abidance.plan.plan import Argument

ROOM = 128
"""So many bytes has memory whose extent is not known, in whole elements, at least `FEWEST` of them."""
FEWEST = 24
_SECONDS = 0.6
_MANY_DEATHS, _MOST_DEATHS = 16, 60
_MOST_HANGS = 3
_NULL_PAGES = 1 << 16
_LONGEST = 1 << 12
_POINTER = 8
_WORDS, _OUTPUTS, _LONGEST_TEXT = 8, 4, 96
VALUES_END = 4
"""Numbers up to it are tried in any case."""
_FILL = b"\xa5"
_CALLS_OF_A_WORKER = 3000
_FEWEST_CALLS, _LONGEST_SECONDS = 100, 45.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What a function is given. `contents` begin each memory, whose size is in `sizes`; `absent` parameters are NULL.

    A number that lies in memory is written over its contents. `decoys` are parameters that are given an address where
    nothing is.
    """

    numbers: tuple[int, ...]
    contents: tuple[bytes, ...]
    sizes: tuple[int, ...]
    absent: frozenset[int] = frozenset()
    decoys: frozenset[int] = frozenset()
    handles: tuple[int, ...] = ()
    """Which of the recipes of each handle makes it."""
    prepared: int = 0
    """Which preparer of their type records have gone through before: the first is 1, and 0 is none."""

    def with_number(self, index: int, value: int) -> Setting:
        """Return it with another value of one number."""
        return replace(self, numbers=(*self.numbers[:index], value, *self.numbers[index + 1 :]))

    def with_contents(self, index: int, contents: bytes) -> Setting:
        """Return it with other contents of one memory."""
        return replace(self, contents=(*self.contents[:index], contents, *self.contents[index + 1 :]))

    def with_size(self, index: int, size: int) -> Setting:
        """Return it with another size of one memory."""
        return replace(self, sizes=(*self.sizes[:index], size, *self.sizes[index + 1 :]))


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a handle is made: by a function with a setting; `memory` is where it is stored, None for the result."""

    subject: Subject
    setting: Setting
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """A call that gives one of a function's handles something to call back later: before the call that is looked at.

    `handle` is the number of the handle among those of the function that is looked at; functions and the data beside
    them are decoys, from `KEPT` on.
    """

    subject: Subject
    setting: Setting
    handle: int


KEPT = 64
"""The first decoy of those that a handle is given to keep; those of the call itself come before."""


@dataclass(frozen=True, slots=True)
class CallEnd:
    """How a call ended that did not come back. `null` tells that it followed NULL."""

    words: str
    null: bool = False
    hung: bool = False
    decoy: int | None = None
    """The decoy that it read or wrote."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one setting. `contents` are the memories after the call; `ended` when it did not come back.

    `skipped` tells that a handle could not be made. `then` is what became of the result after a further call.
    """

    setting: Setting
    result: bytes = b""
    contents: tuple[bytes, ...] = ()
    trace: AccessTrace = NO_TRACE
    blocks: Mapping[int, BlockTrace] = field(default_factory=dict)
    pointed: Pointed | None = None
    handles_after: tuple[Pointed, ...] = ()
    misfreed: int | None = None
    allocations: int = 0
    left: int = 0
    """How many blocks of the heap the calls have left over."""
    text: bytes | None = None
    """What a returned pointer points at, up to its NUL; None where there is no NUL."""
    then: Pointed | None = None
    ended: CallEnd | None = None
    skipped: bool = False

    @property
    def came_back(self) -> bool:
        """Tell whether the call was made and came back."""
        return self.ended is None and not self.skipped

    def number(self, *, signed: bool) -> int:
        """Return the result as a number."""
        return int.from_bytes(self.result, "little", signed=signed)


class NotCalledFurtherError(Exception):
    """A function is not called any more; the words say why. It did `harm`, outside or to its worker, or `hung`."""

    def __init__(self, words: str, *, harm: bool = False, hung: bool = False) -> None:
        super().__init__(words)
        self.harm = harm
        self.hung = hung


class Laboratory:
    """Runs settings in a worker that may crash. `calls` counts what was called, by function."""

    def __init__(self, supervisor: Supervisor, library: Path) -> None:
        self._supervisor = supervisor
        self._library = library
        self.outputs: list[bytes] = []
        """What functions have written: others may read it."""
        self.recipes: dict[str, list[Recipe]] = {}
        """How handles are made, by the key of their type."""
        self.preparers: dict[str, list[Recipe]] = {}
        """Functions that make a record of the caller's ready for others, by the key of its type."""
        self.calls: Counter[str] = Counter()
        self._deaths = self._hangs = self._since = self._tried = 0
        self._begun = time.monotonic()

    def texts(self, subject: Subject) -> tuple[bytes, ...]:
        """Return contents that the function may go further with: texts in its code, and what others have written."""
        words = code_words(self._library, subject.function.symbol)
        letters = [bytes((each,)) for each in words.numbers if 0x21 <= each <= 0x7E]
        found = (*words.texts[:_WORDS], *letters[:_WORDS], *self.outputs[-_OUTPUTS:])
        return tuple(dict.fromkeys(each[:_LONGEST_TEXT] for each in found if each))

    def numbers(self, subject: Subject) -> tuple[int, ...]:
        """Return numbers that the function's code compares with, such as modes and flags."""
        found = code_words(self._library, subject.function.symbol).numbers
        return tuple(each for each in found if not 0 <= each <= VALUES_END)[:_WORDS]

    def begin(self) -> None:
        """Begin with another function, in a fresh worker."""
        self._supervisor.restart()
        self._begun = time.monotonic()
        self._deaths = self._hangs = self._since = self._tried = 0

    def can_make(self, subject: Subject) -> bool:
        """Tell whether each handle that a function takes can be made."""
        return all(self.recipes.get(each.type) for each in subject.handles)

    def run(
        self,
        subject: Subject,
        setting: Setting,
        then: str = "",
        signature: str = "",
        handle: int | None = None,
        before: Registration | None = None,
    ) -> Seen:
        """Make the call and return what was seen; `then` is called with the pointer that came of it.

        With `handle`, it is called with that of the handles that the function takes, in its place.
        Raises NotCalledFurtherError when the function has died, hung or been refused too often.
        """
        made = _PlanMaker(self.recipes, self.preparers)
        at = made.call(subject, setting, depth=0, before=before)
        if then:
            slot = made.saved if handle is None else made.handle_slots[handle]
            made.calls.append(Call(then, signature, (Slot(slot),), needs=(slot,)))
        plan = made.plan(at)
        if self._tried > _FEWEST_CALLS and time.monotonic() - self._begun > _LONGEST_SECONDS:
            raise NotCalledFurtherError("it takes too long")
        self._since += 1
        if self._since > _CALLS_OF_A_WORKER:
            self._supervisor.restart()
            self._since = 0
        self.calls[subject.name] += 1
        self._tried += 1
        try:
            return self._seen(subject, setting, made, at, self._supervisor.run(plan, _SECONDS))
        except CannotJudgeError as error:
            self._supervisor.restart()
            told = error.diagnostics[0]
            raise NotCalledFurtherError(told.message, harm=told.code == WORKER_LOST) from None
        except (ValueError, LookupError):  # the library may have written where its worker's answer is
            self._supervisor.restart()
            raise NotCalledFurtherError("what came back of a call makes no sense") from None

    def _seen(
        self, subject: Subject, setting: Setting, made: _PlanMaker, at: int, observation: Observation
    ) -> Seen:
        death = observation.death
        if death is not None and death.call != at and not (death.call is not None and death.call > at):
            self._count_death()
            return Seen(setting, skipped=True, ended=CallEnd("a call that prepares it did not come back"))
        ended = None
        if death is not None:
            ended = self._ended(observation)
        if len(observation.calls) <= at:
            return Seen(setting, ended=ended)
        call = observation.calls[at]
        if not call.ran:
            return Seen(setting, skipped=True)
        trace = read_trace(call.measured)
        first = made.first_block
        count = len(subject.memories)
        own = {index - first: each for index, each in trace.blocks.items() if first <= index < first + count}
        pointers = trace.pointers
        misfreed = call.side_effects.misfreed
        return Seen(
            setting,
            call.result,
            call.blocks,
            trace,
            own,
            pointers[made.saved] if made.saves else None,
            tuple(pointers[slot] for slot in made.handle_slots),
            None if misfreed is None else misfreed - first,
            call.side_effects.allocations or 0,
            observation.kept.blocks if observation.kept else 0,
            _text(call),
            self._then(observation, at, made),
            ended,
        )

    @staticmethod
    def _then(observation: Observation, at: int, made: _PlanMaker) -> Pointed | None:
        if len(observation.calls) <= at + 1 or not observation.calls[at + 1].ran:
            return None
        return read_trace(observation.calls[at + 1].measured).pointers[made.saved]

    def _ended(self, observation: Observation) -> CallEnd:
        death = observation.death
        assert death is not None
        touch = death.touch
        if death.ending is WorkerEnding.SIGNAL and death.status == signal.SIGSYS:
            raise NotCalledFurtherError(_refused(touch.address if touch is not None else None), harm=True)
        hung = death.ending is WorkerEnding.TIMEOUT
        self._hangs += hung
        self._count_death()
        if self._hangs >= _MOST_HANGS:
            raise NotCalledFurtherError("it does not come back in time", hung=True)
        if hung:
            return CallEnd("it did not come back in time", hung=True)
        if death.ending is WorkerEnding.EXIT:
            return CallEnd(f"it ended the process with status {death.status}")
        if touch is not None and touch.address < _NULL_PAGES:
            return CallEnd("it followed NULL", null=True)
        number = None if touch is None else (touch.address - decoy(0)) // (decoy(1) - decoy(0))
        if number is not None and 0 <= number < 256:
            return CallEnd("it followed a pointer that leads nowhere", decoy=number)
        return CallEnd(f"it was ended by signal {death.status}")

    def _count_death(self) -> None:
        self._deaths += 1
        often = self._deaths > _MANY_DEATHS and 2 * self._deaths > self._tried
        if often or self._deaths > _MOST_DEATHS:
            raise NotCalledFurtherError("it crashed too often")


class _PlanMaker:
    """Puts the plan of one setting together, with the calls that make its handles before it."""

    def __init__(self, recipes: Mapping[str, list[Recipe]], preparers: Mapping[str, list[Recipe]]) -> None:
        self._recipes = recipes
        self._preparers = preparers
        self.blocks: list[Block] = []
        self.relocations: list[Relocation] = []
        self.calls: list[Call] = []
        self.slots = 0
        self.saves = False
        self.saved = 0
        self.first_block = 0
        self.handle_slots: tuple[int, ...] = ()

    def call(
        self,
        subject: Subject,
        setting: Setting,
        depth: int,
        memory: int | None = None,
        before: Registration | None = None,
    ) -> int:
        """Add a call, and before it those that make its handles; return its index.

        The pointer that comes of it is saved: the result, or what `memory` holds then.
        """
        slots = [
            self._handle(each.type, setting.handles[at] if at < len(setting.handles) else 0, depth)
            if each.parameter not in setting.absent
            else None
            for at, each in enumerate(subject.handles)
        ]
        first = len(self.blocks)
        for index, each in enumerate(subject.memories):
            contents = contents_before(subject, setting, index)
            self.blocks.append(Block(setting.sizes[index], each.align, Access.WRITE, contents))
            if each.inside is not None and setting.sizes[each.inside] >= each.offset + 8:
                self.relocations.append(Relocation(first + each.inside, each.offset, first + index))
        arguments = self._arguments(subject, setting, first, slots)
        place = self._place(subject, setting, first, memory)
        if place is not None:
            self.saves, self.saved = True, self.slots
            self.slots += 1
        else:
            self.saves = False
        watched = tuple(range(first, first + len(subject.memories)))
        follows = (
            (PointerRead(ValuePlace(), string=True, limit=_LONGEST),)
            if subject.returns_string and depth == 0
            else ()
        )
        self.first_block = first
        self.handle_slots = tuple(each for each in slots if each is not None)
        if setting.prepared:
            self._prepare(subject, setting.prepared, first)
        if before is not None:
            self._register(before, slots[before.handle])
        self.calls.append(
            Call(
                subject.function.symbol,
                subject.signature.text,
                arguments,
                watched=watched if depth == 0 else (),
                saves=() if place is None else ((self.saved, place),),
                needs=self.handle_slots,
                follows=follows,
            )
        )
        return len(self.calls) - 1

    def _place(self, subject: Subject, setting: Setting, first: int, memory: int | None) -> ValuePlace | None:
        if memory is None and subject.returns_pointer:
            return ValuePlace()
        if memory is None:
            out = (i for i, each in enumerate(subject.memories) if each.content is MemoryContent.POINTERS)
            memory = next((i for i in out if not subject.memories[i].const), None)
        return None if memory is None or setting.sizes[memory] < _POINTER else ValuePlace(first + memory)

    def _prepare(self, subject: Subject, number: int, first: int) -> None:
        """Add the calls that make a function's records ready."""
        for index, memory in enumerate(subject.memories):
            known = self._preparers.get(memory.record, ())
            if memory.parameter is None or len(known) < number:
                continue
            recipe = known[number - 1]
            own = len(self.blocks)
            for at, each in enumerate(recipe.subject.memories):
                raw = contents_before(recipe.subject, recipe.setting, at)
                self.blocks.append(Block(len(raw), each.align, Access.WRITE, raw))
            arguments = list(self._arguments(recipe.subject, recipe.setting, own, []))
            assert recipe.memory is not None
            place = recipe.subject.memories[recipe.memory].parameter
            assert place is not None
            arguments[place] = Address(first + index)
            made = recipe.subject
            self.calls.append(Call(made.function.symbol, made.signature.text, tuple(arguments)))

    def _register(self, registration: Registration, slot: int | None) -> None:
        """Add the call that gives a handle something to call back; its blocks come behind those that are looked at."""
        subject, setting = registration.subject, registration.setting
        first = len(self.blocks)
        for index, memory in enumerate(subject.memories):
            raw = contents_before(subject, setting, index)
            self.blocks.append(Block(len(raw), memory.align, Access.WRITE, raw))
        arguments = self._arguments(subject, setting, first, [slot], KEPT)
        needs = () if slot is None else (slot,)
        self.calls.append(Call(subject.function.symbol, subject.signature.text, arguments, needs=needs))

    def _handle(self, key: str, number: int, depth: int) -> int:
        known = self._recipes[key]
        recipe = known[number % len(known)]
        if depth > 3:
            raise NotCalledFurtherError("its handles need too many others")
        self.call(recipe.subject, recipe.setting, depth + 1, recipe.memory)
        return self.saved

    def _arguments(
        self, subject: Subject, setting: Setting, first: int, slots: list[int | None], decoys: int = 0
    ) -> tuple[Argument, ...]:
        count = len(subject.signature.parameters)
        given: list[Argument] = [Value(bytes(class_.size)) for class_ in subject.signature.parameters]
        for index, memory in enumerate(subject.memories):
            if memory.parameter is not None:
                given[memory.parameter] = Address(first + index)
        for number, value in zip(subject.numbers, setting.numbers, strict=True):
            if number.parameter is not None:
                low = value & ((1 << 8 * number.width) - 1)
                given[number.parameter] = Value(low.to_bytes(number.width, "little"))
        for handle, slot in zip(subject.handles, slots, strict=True):
            if slot is not None:
                given[handle.parameter] = Slot(slot)
        for each in subject.functions:
            given[each.parameter] = Value(decoy(decoys + each.parameter).to_bytes(8, "little"))
        for index in range(count):
            if index in setting.decoys:
                given[index] = Value(decoy(decoys + index).to_bytes(8, "little"))
            if index in setting.absent:
                given[index] = Value(bytes(8))
        return tuple(given)

    def plan(self, subject: int) -> Plan:
        """Return the plan."""
        return Plan(
            tuple(self.blocks),
            tuple(self.relocations),
            tuple(self.calls),
            subject,
            slots=self.slots,
            traced=True,
        )


_SYSTEM_CALLS = {
    2: "open", 257: "openat", 85: "creat", 87: "unlink", 263: "unlinkat", 82: "rename", 264: "renameat",
    316: "renameat2", 83: "mkdir", 258: "mkdirat", 84: "rmdir", 86: "link", 88: "symlink", 90: "chmod", 268: "fchmodat",
    92: "chown", 76: "truncate", 56: "clone", 57: "fork", 58: "vfork", 59: "execve", 62: "kill", 234: "tgkill",
    41: "socket", 42: "connect", 53: "socketpair", 16: "ioctl", 109: "setpgid", 112: "setsid", 302: "prlimit64",
}  # fmt: skip
"""Those of x86-64 that libraries make most often; others are told by their numbers."""


def _refused(number: int | None) -> str:
    name = None if number is None else _SYSTEM_CALLS.get(number)
    if name in ("open", "openat"):
        return f"it opens a file to write to it (`{name}`)"
    words = "it makes a system call that changes something outside of its process"
    return words if number is None else f"{words} ({f'`{name}`' if name else f'number {number}'})"


def contents_before(subject: Subject, setting: Setting, index: int) -> bytes:
    """Return what a memory holds before a call, but for the pointers in it."""
    size = setting.sizes[index]
    raw = bytearray(setting.contents[index][:size].ljust(size, _FILL))
    for number, value in zip(subject.numbers, setting.numbers, strict=True):
        end = number.offset + number.width
        if number.inside == index and end <= size:
            raw[number.offset : end] = (value & ((1 << 8 * number.width) - 1)).to_bytes(
                number.width, "little"
            )
    return bytes(raw)


def _text(call: Returned) -> bytes | None:
    if not call.followed or call.followed[0].reach is not PointerReadStatus.READ:
        return None
    return call.followed[0].contents


def is_new(seen: Seen) -> bool:
    """Tell whether the pointer that came of a call is memory that the call has asked of the heap."""
    return seen.pointed is not None and seen.pointed.whose is Whose.HEAP and seen.allocations > 0
