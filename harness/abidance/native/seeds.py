"""Cases to inputs of a target: the bytes that make the choices of a case, so that an engine starts from it."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by, place_in_array
from abidance.boundary.encode.holdings import Holdings
from abidance.boundary.model.ownership import CALLEE
from abidance.boundary.model.types import HandleShape
from abidance.boundary.model.values import CallWithin, Earlier, Mark, NewHandle, Script
from abidance.boundary.values.memory import ValueTooWideError, pack
from abidance.ir.layout import AddressConstant
from abidance.native.script_seeds import MISSING, RAW, NoInputError, ScriptWriter, counted
from abidance.native.seed_values import (
    alternative_told,
    no_pointer,
    place_among,
    refusal_byte,
    value_at,
)
from abidance.native.state_way import StateWay
from abidance.native.target import input_format as fmt
from abidance.native.target.memory_steps import bytes_of
from abidance.native.target.program import CompiledContract, compile_boundary
from abidance.native.target.source_text import loose

if TYPE_CHECKING:
    from abidance.boundary.encode.case_handles import Held
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.values import Case, Values
    from abidance.native.target.calls import TargetCall
    from abidance.native.target.program import Entry


@dataclass(frozen=True, slots=True)
class Seeds:
    """Turns the cases of one boundary into inputs."""

    compiled: CompiledContract

    @classmethod
    def of(cls, boundary: Boundary) -> Seeds:
        """Return what encodes the cases of a boundary."""
        return cls(compile_boundary(boundary))

    def encode(self, entry: str, case: Case, rejects: str = "") -> bytes | None:
        """Return the input of an entry that makes the calls of a case; None where no input does.

        Another value of a strategy will do where the target does not have the one of the case.
        `rejects` is the text of the clause that says that the one call of the case is refused.
        """
        found = self.compiled.entry(entry)
        if (
            case.overlap is not None
            or found is None
            or (found.is_sequence != bool(case.steps) and found.given is None)
        ):
            return None
        layout = (case.flush & 1) | (fmt.ZERO_FILL if case.fill == 0 else 0)
        if loose(self.compiled, found):
            layout |= (case.shift & 15) << fmt.SHIFT_BITS
        writer = _Writer(self.compiled, bytearray((layout,)), refuses=case.refuses)
        try:
            if found.given is not None:
                # What its steps have besides is the simplest, as of a case at an edge.
                writer.frame(None, found.given, case.arguments, alone=False)
            elif found.is_sequence:
                writer.sequence(found, case)
            else:
                writer.single(found, case.arguments, rejects)
        except (NoInputError, ValueTooWideError, struct.error):
            return None
        return bytes(writer.out)


_latest: list[tuple[Boundary, Seeds]] = []
"""The boundary that was encoded for last: whoever encodes one case encodes many."""


def encode(boundary: Boundary, entry: str, case: Case, rejects: str = "") -> bytes | None:
    """Return the input of an entry that makes the calls of a case; None where no input does."""
    if not _latest or _latest[0][0] is not boundary:
        _latest[:] = [(boundary, Seeds.of(boundary))]
    return _latest[0][1].encode(entry, case, rejects)


@dataclass(slots=True)
class _Writer:
    """Writes the choices of one case."""

    compiled: CompiledContract
    out: bytearray
    holdings: Holdings | None = None
    """Who holds the handles of a sequence; None for a single call, which makes its own."""
    busy: list[Held] = field(default_factory=list)
    refuses: int = 0
    """Which memory the call is refused that is written."""

    def single(self, entry: Entry, arguments: Values, rejects: str) -> None:
        first, *refused = entry.calls
        call = first
        if rejects:
            texts = [c.variant.reject.text for c in refused if c.variant.reject is not None]
            if rejects not in texts:
                raise NoInputError
            call = refused[texts.index(rejects)]
            if fmt.REFUSED + texts.index(rejects) > 255:
                raise NoInputError
        if refused:
            self.out.append(fmt.REFUSED + refused.index(call) if rejects else 0)
        self.frame(call, call.frame, arguments, alone=True)

    def sequence(self, entry: Entry, case: Case) -> None:
        self.holdings = Holdings(self.compiled.boundary)
        index, made = 0, 0
        while index < len(case.steps):
            step, made = case.steps[index], made + 1
            call = self._of(entry, step.function, step.rejects)
            if made > fmt.MOST_CALLS:
                raise NoInputError
            if step.times > 1:
                nearest = min(fmt.TIMES, key=lambda times: abs(times - step.times))
                self.out += bytes((len(entry.calls), fmt.TIMES.index(nearest)))
            self.out.append(entry.calls.index(call))
            self.busy, self.refuses = [], step.refuses
            self.frame(call, call.frame, step.known, alone=False)
            self.refuses = 0
            self._hold(self.holdings, call, case, index)
            index = self._prepared(self.holdings, call, case, index)

    def _of(self, entry: Entry, function: str, rejects: str) -> TargetCall:
        for call in entry.calls:
            reject = call.variant.reject
            if call.variant.function.name == function and (reject.text if reject else "") == rejects:
                return call
        raise NoInputError

    def _hold(self, holdings: Holdings, call: TargetCall, case: Case, index: int) -> None:
        """Note what a step does to its handles, as if it had succeeded."""
        step, function, refused = case.steps[index], call.variant.function, call.variant.reject is not None
        left = () if refused else left_by(function, step.arguments)
        holdings.make(function, index, holdings.given(function, step.arguments), left, refused=refused)

    def _prepared(self, holdings: Holdings, call: TargetCall, case: Case, index: int) -> int:
        """Write the steps that prepare the handles which a step has made, which come next; return the one after."""
        following = index + 1
        for _, shape in left_by(call.variant.function, case.steps[index].arguments):
            for prepare in () if shape.of_others else self.compiled.prepares.get(shape.handle, ()):
                named = prepare.variant.function.name
                if following >= len(case.steps) or case.steps[following].function != named:
                    raise NoInputError
                given = dict(prepare.variant.given or {})
                self.frame(prepare, prepare.frame, given, alone=False, forced=True)
                self._hold(holdings, prepare, case, following)
                following += 1
        return following

    # ------------------------------------------------------------------ steps

    def frame(
        self,
        call: TargetCall | None,
        frame: fmt.Frame,
        values: object,
        *,
        alone: bool,
        forced: bool = False,
    ) -> None:
        """Write the steps of a frame. With `forced`, the handle that is taken is no choice."""
        chosen: dict[fmt.Path, int] = {}
        counts: dict[fmt.Path, int] = {}
        numbers: dict[fmt.Path, int] = {}
        rows: dict[fmt.Path, int] = {}
        for step in frame.steps:
            if any(chosen.get(union) != which for union, which in step.guards):
                continue
            value = value_at(values, step.path)
            match step:
                case fmt.ToldAlternative():
                    chosen[step.path] = alternative_told(step, numbers)
                case fmt.Alternative():
                    chosen[step.path] = self._alternative(step, value_at(values, step.path[:-1]))
                case fmt.Nullness():
                    self.out.append(fmt.NULL if value is None or value is MISSING else 0)
                case fmt.Number():
                    numbers[step.path] = self._number(step, value)
                case fmt.RealNumber():
                    self._real(step, value)
                case fmt.RowByte():
                    rows[step.path] = which = place_among(value, step.rows, sampled=True)
                    self.out.append(which)
                case fmt.RowNumber():
                    numbers[step.path] = int(step.values[rows[step.row]])
                case fmt.DrawnContents(row=tuple() as row):
                    counts[step.path] = len(step.only[rows[row]]) // step.unit
                case fmt.DrawnContents():
                    self._contents(step, value, values, counts, alone=alone)
                case fmt.Elements():
                    self._elements(step, value, values, counts)
                case fmt.HandleElements():
                    self._handles(step, value, values, counts, call)
                case fmt.RawBytes():
                    self._raw(step, value)
                case fmt.HandleChoice():
                    if value is not None and not forced:
                        self._handle(step, value, call)
                case fmt.OpaqueAddress():
                    address = value.address if isinstance(value, AddressConstant) else 0
                    if address not in step.addresses:
                        raise NoInputError
                    self._choose(step.addresses.index(address), len(step.addresses))
                case fmt.RefusalByte():
                    self.out.append(refusal_byte(self.refuses) if alone or self.holdings is not None else 0)
                case fmt.OverlapByte():
                    self.out.append(0)
                case fmt.PlaceByte():
                    self._place(value, value_at(values, step.whose))
                case fmt.CallbackAnswers():
                    self._answers(step, value, rest=step.last and alone)
                case fmt.WrittenOut():
                    if isinstance(step.value, int):
                        numbers[step.path] = step.value
                    if step.value is None and value not in (None, MISSING):
                        raise NoInputError

    def _place(self, value: object, memory: object) -> None:
        """Write how far a pointer leads into memory."""
        count = len(memory) if isinstance(memory, bytes | list) else 0
        far = value if isinstance(value, int) else 0
        if far != count and far >= fmt.TO_THE_END:
            raise NoInputError
        self.out.append(fmt.TO_THE_END if far == count else far)

    def _answers(self, step: fmt.CallbackAnswers, value: object, *, rest: bool) -> None:
        if step.said is not None:
            return
        if step.calls:
            self._call_from(step, value.calls if isinstance(value, Script) else ())
        if step.by_content:
            # Another hash than those does as well: the last one tells the most apart.
            known = [n for n, script in enumerate(step.by_content) if script == value]
            self.out.append(known[0] if known else len(step.by_content) - 1)
        elif step.has_turns:
            script = value if isinstance(value, Script) else Script()
            ScriptWriter(self.out, self._element, step, rest).turns(script)
        elif step.may_fail:
            answers: list[object] = list(value.answers) if isinstance(value, Script) else []
            blocks = answers.index(None) if None in answers else fmt.NEVER
            if blocks > fmt.NEVER or None in answers[blocks + 1 :]:
                raise NoInputError
            self.out.append(blocks | (0x10 if answers[-1:] == [None] else 0))

    def _call_from(self, step: fmt.CallbackAnswers, calls: tuple[CallWithin, ...]) -> None:
        """Write which call a callback makes."""
        if not calls:
            self.out.append(0)
            return
        number = next((n for n, each in enumerate(step.calls, 1) if each.function == calls[0].function), 0)
        if not number or len(calls) > 1 or calls[0].turn >= fmt.CALL_TURNS:
            raise NoInputError
        self.out += bytes((number, calls[0].turn))
        self.frame(None, step.calls[number - 1].frame, calls[0].arguments, alone=False)

    def _element(self, frame: fmt.Frame, value: object) -> None:
        self.frame(None, frame, value, alone=False)

    def _alternative(self, step: fmt.Alternative, record: object) -> int:
        given = record if isinstance(record, dict) else {}
        which = next((n for n, names in enumerate(step.members) if given.keys() & {*names}), 0)
        self._choose(which, len(step.options))
        return step.options[which]

    def _choose(self, index: int, count: int) -> None:
        """Write which of several it is: two bytes where one does not do."""
        self.out += index.to_bytes(2 if count > 256 else 1, "little")

    def _number(self, step: fmt.Number, value: object) -> int:
        """Write a number; return which it is."""
        if step.listed:
            if value is MISSING or value is None or isinstance(value, Mark):
                value = step.mentioned[0]
            place = place_among(value, step.mentioned, sampled=step.sampled)
            self._choose(place, len(step.mentioned))
            return step.mentioned[place]
        size = (step.bits + 7) // 8
        number = value if isinstance(value, int) else step.low
        if not step.low <= number <= step.high:
            raise NoInputError
        self.out.append(RAW)
        self.out += (int(number) & ((1 << step.bits) - 1)).to_bytes(size, "little")
        return int(number)

    def _real(self, step: fmt.RealNumber, value: object) -> None:
        if isinstance(value, Fraction):
            raise NoInputError
        number = float(value) if isinstance(value, int | float) else step.low
        if not (step.low <= number <= step.high) and not (step.low == -step.high == float("-inf")):
            raise NoInputError
        self.out.append(RAW)
        self.out += struct.pack("<f" if step.shape.size == 4 else "<d", number)

    def _contents(
        self,
        step: fmt.DrawnContents,
        value: object,
        values: object,
        counts: dict[fmt.Path, int],
        *,
        alone: bool,
    ) -> None:
        raw = bytes_of(step.shape, value)
        length = self._way(step.length, values)
        if len(step.only) == 1:
            counts[step.path] = len(step.only[0]) // step.unit
            return
        if step.only:
            if raw is None:
                raw = step.only[0]
            which = place_among(raw, step.only, sampled=step.sampled)
            counts[step.path] = len(step.only[which]) // step.unit
            self.out.append(which)
            return
        given = None if raw is None else len(raw) // step.unit
        count = self._count(length, given, values, counts)
        counts[step.path] = count
        if raw is None:
            raw = bytes(count * step.unit)
        if step.length.exactly is None and step.length.like is None:
            self.out.append(RAW)
            if not (step.last and alone):
                self.out += counted(count)
        self.out += raw

    def _way(self, length: fmt.Length, values: object) -> fmt.Length:
        """Write how a length says how long it is, where there are several ways; return it, untied if by its NUL."""
        if length.terminated is None:
            return length
        told = value_at(values, length.tied) if length.tied is not None else None
        ways: tuple[object, ...] = (*((None,) if length.counted else ()), *length.terminated)
        which = ways.index(told) if told in length.terminated else 0
        if length.ways > 1:
            self.out.append(which)
        return length if ways[which] is None else replace(length, tied=None)

    def _count(
        self, length: fmt.Length, given: int | None, values: object, counts: dict[fmt.Path, int]
    ) -> int:
        """Return how many elements there are; what stands behind NULL does not say it."""
        if length.like is not None:
            count = counts[length.like]
        elif isinstance(length.exactly, int):
            count = length.exactly
        elif length.exactly is not None:
            if given is None:
                raise NoInputError
            count = given
        else:
            told = value_at(values, length.tied) if length.tied is not None else given
            count = int(told) if isinstance(told, int) else given if given is not None else length.least
            if not length.least <= count <= length.most or (length.sizes and count not in length.sizes):
                raise NoInputError
        if given is not None and given != count:
            raise NoInputError
        return count

    def _elements(
        self, step: fmt.Elements, value: object, values: object, counts: dict[fmt.Path, int]
    ) -> None:
        items = list(value) if isinstance(value, list | bytes) else None
        step = replace(step, length=self._way(step.length, values))
        count = self._several(step, None if items is None else len(items), values, counts)
        nameless = any(not member.name for member in step.frame.members)
        for item in items or [MISSING] * count:
            self.frame(None, step.frame, {"": item} if nameless else item, alone=False)

    def _several(
        self,
        step: fmt.Elements | fmt.HandleElements,
        given: int | None,
        values: object,
        counts: dict[fmt.Path, int],
    ) -> int:
        """Write how many elements there are that are made one by one; return it."""
        counts[step.path] = count = self._count(step.length, given, values, counts)
        if step.length.exactly is None and step.length.like is None:
            self.out.append(RAW)
            self.out += counted(count)
        return count

    def _handles(
        self,
        step: fmt.HandleElements,
        value: object,
        values: object,
        counts: dict[fmt.Path, int],
        call: TargetCall | None,
    ) -> None:
        """Write the handles of an array, each as one that is passed alone."""
        items = value if isinstance(value, list) else []
        element = step.shape.element
        assert isinstance(element, HandleShape)
        if self._several(step, len(items), values, counts) > step.most:
            raise NoInputError
        for number, item in enumerate(items):
            if element.nullable:
                self.out.append(fmt.NULL if item is None else 0)
            if item is not None:
                self._handle(fmt.HandleChoice((f"{step.path[0]}[{number}]",), element), item, call)

    def _raw(self, step: fmt.RawBytes, value: object) -> None:
        if value is MISSING or value is None:
            self.out += bytes(step.size)
            return
        if isinstance(value, bytes) and len(value) <= step.size:
            self.out += value.ljust(step.size, b"\0")
            return
        if not isinstance(value, list):
            raise NoInputError
        raw = bytearray(step.size)
        pack(step.shape, value, raw, 0, "", no_pointer)
        self.out += raw

    def _handle(self, step: fmt.HandleChoice, value: object, call: TargetCall | None) -> None:
        kind = step.shape.handle
        if self.holdings is None:
            creating = self.compiled.creating(kind)
            if not isinstance(value, NewHandle) or value.destroyed != step.destroyed or creating is None:
                raise NoInputError
            creator = value.creator or self.compiled.boundary.handles[kind].create
            if creator != creating.variant.function.name:
                raise NoInputError
            self.frame(creating, creating.frame, value.arguments, alone=False)
            for prepare in self.compiled.prepares.get(kind, ()):
                given = dict(prepare.variant.given or {})
                self.frame(prepare, prepare.frame, given, alone=False, forced=True)
            if call is not None and not step.destroyed:
                self._brought(step, value, call)
            return
        if not isinstance(value, Earlier) or value.destroyed_by:
            raise NoInputError
        gives = step.shape.owner == CALLEE or (call is not None and call.ends == kind)
        usable = [
            each
            for each in self.holdings.alive
            if each.handle == kind
            and each not in self.busy
            and (not gives or self.holdings.may_give_away(each))
        ]
        found = [n for n, each in enumerate(usable) if each.origin == value.origin]
        if not found:
            raise NoInputError
        self.busy.append(usable[found[0]])
        self.out.append(found[0])

    def _brought(self, step: fmt.HandleChoice, value: NewHandle, call: TargetCall) -> None:
        """Write the calls that bring a new handle into a state in which a call is lawful."""
        kind, function = step.shape.handle, call.variant.function.name
        machine = self.compiled.boundary.handles[kind].machine
        parameter, _ = place_in_array(str(step.path[0]))
        if machine is None or not (step.within or machine.transition(function, parameter) is not None):
            if value.calls:
                raise NoInputError
            return
        wanted = frozenset(step.within) or machine.lawful(function, parameter)
        way = StateWay(self.compiled, kind, wanted)
        for each in way.choices(value):
            if isinstance(each, int):
                self.out.append(each)
                continue
            made = self.compiled.valid(each.function)
            if made is None:
                raise NoInputError
            self.frame(made, made.frame, each.arguments, alone=False, forced=True)
