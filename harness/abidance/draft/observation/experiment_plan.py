"""What an experiment gives a function, and the plan of the calls that it takes: first those that make its handles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.draft.observation.subject import MemoryContent
from abidance.plan.access_trace import decoy
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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.draft.observation.subject import Subject
    from abidance.plan.plan import Argument

_FILL = b"\xa5"
_POINTER = 8
_LONGEST = 1 << 12


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


class NotCalledFurtherError(Exception):
    """A function is not called any more; the words say why. It did `harm`, outside or to its worker, or `hung`."""

    def __init__(self, words: str, *, harm: bool = False, hung: bool = False) -> None:
        super().__init__(words)
        self.harm = harm
        self.hung = hung


class PlanMaker:
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
