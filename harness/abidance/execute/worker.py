"""The loop of the process that may crash: one plan after another, until the parent closes the pipe.

Speed matters here more than anywhere else, and so does restraint: what is imported or written to here is in
the process that the library can damage.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.binding.loaded_library import INSTANCES
from abidance.execute.compiled_call import EarlierCalls, compile_call
from abidance.execute.lanes import run_lanes
from abidance.execute.protocol import MOST_WORDS, REPLY, REQUEST, PlanOutcome
from abidance.execute.remnants import SecretSearch
from abidance.plan.callback_script import CallbackCall, CallbackFreeing, Passed
from abidance.plan.callbacks_codec import decode_callbacks
from abidance.plan.codec import decode_lanes
from abidance.plan.layout import (
    CALL,
    CALLS_BACK,
    OBSERVATION_HEADER,
    OBSERVATION_MAGIC,
    PLAN_HEADER,
    PROGRESS,
    PROGRESS_AT,
    TRACED,
    VERSION,
    WATCHED_CLOSELY,
)
from abidance.plan.observation import (
    NO_ALLOCATION,
    PRINTED,
    CallSideEffects,
    PointerReadResult,
    PointerReadStatus,
    ProcessChange,
    Returned,
)
from abidance.plan.observation_codec import NONE_NOTED, encode_aftermath, encode_answer, encode_returned
from abidance.plan.plan import Address, Slot, Value
from abidance.plan.reader import ByteReader
from abidance.plan.remnants import as_numbers
from abidance.watch.status import (
    CALL_WORD,
    PHASE_WORD,
    REPLY_OFFSET,
    REPLY_SIZE,
    REQUEST_OFFSET,
    SEQUENCE_WORD,
    TABLE_OFFSET,
    WorkerPhase,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.binding.loaded_library import Loaded
    from abidance.execute.compiled_call import CompiledCall
    from abidance.plan.call_order import ConcurrentCalls
    from abidance.plan.callback_script import CallbackLeaving
    from abidance.plan.plan import EachPointer
    from abidance.watch.arena import Arena

_MOST_SHAPES = 4096
_TAKEN = ("closed", "replaced")
_IDLE, _PREPARING, _CALLING, _LOOKING, _ANSWERING, _GAVE_UP = map(int, tuple(WorkerPhase)[:6])
_SKIPPED = encode_returned(Returned(ran=False))
_PROGRESS = REPLY_OFFSET + PROGRESS_AT
_FIRST_RECORD = REPLY_OFFSET + OBSERVATION_HEADER.size
_END = REPLY_OFFSET + REPLY_SIZE


class Worker:
    """One worker: a loaded library, an arena, the mailbox and the two pipes."""

    def __init__(self, loaded: Loaded, arena: Arena, mailbox: memoryview, request: int, reply: int) -> None:
        self._loaded = loaded
        self._arena = arena
        self._mailbox = mailbox
        self._request = request
        self._reply = reply
        self._status = mailbox[:TABLE_OFFSET].cast("i")
        self._shapes: dict[bytes, CompiledCall] = {}
        self._cut_off = False
        """Whether a call has closed a descriptor that the parent is spoken to by, or put another file there."""
        self._turns: Counter[int] = Counter()
        """How many callbacks of each kind there were so far."""
        self._made_once: dict[bytes, tuple[bytes, bytes]] = {}
        """What calls have returned that are made once in each process, by their bytes."""
        self._calling: list[tuple[int, CallbackCall | CallbackFreeing]] = []
        """Calls that callbacks make, each with its callback, as long as not all is there that they are given."""
        self._functions: dict[int, int] = {}
        """How many this worker has handed out: a library may call one of them at any time after."""

    def serve(self) -> None:
        """Answer plans until the parent is gone. Returns only then."""
        status = self._status
        while True:
            try:
                asked = os.read(self._request, REQUEST.size)
            except OSError:
                asked = b""
            if len(asked) != REQUEST.size:
                return
            sequence, length = REQUEST.unpack(asked)
            status[CALL_WORD] = -1
            status[PHASE_WORD] = _PREPARING
            OBSERVATION_HEADER.pack_into(
                self._mailbox, REPLY_OFFSET, OBSERVATION_MAGIC, VERSION, 0, 0, OBSERVATION_HEADER.size
            )
            status[SEQUENCE_WORD] = sequence
            outcome = PlanOutcome.OBSERVED
            try:
                size = self._run(length)
            except Exception as error:  # noqa: BLE001 - whatever went wrong, the parent is told
                outcome, size = self._explain(error)
            status[PHASE_WORD] = _ANSWERING
            if self._cut_off:
                status[PHASE_WORD] = _GAVE_UP
                return
            try:
                os.write(self._reply, REPLY.pack(sequence, outcome, size))
            except OSError:
                # The library has closed the worker's descriptors; the parent finds the call and this phase.
                status[PHASE_WORD] = _GAVE_UP
                return
            status[PHASE_WORD] = _IDLE

    def _run(self, length: int) -> int:
        """Run the plan in the mailbox and return the length of the observation that lies there then."""
        mailbox, arena, status = self._mailbox, self._arena, self._status
        arena.prepare(length)
        header = PLAN_HEADER.unpack_from(mailbox, REQUEST_OFFSET)
        blocks, calls, at = header[4], header[6], REQUEST_OFFSET + header[10]
        slots, flags = [0] * header[7], header[9]
        if flags & CALLS_BACK:
            at = self._answer(at, length, slots)
        calls_back, errno = bool(self._turns), flags >> 16
        plain = not (blocks or calls_back or flags & (WATCHED_CLOSELY | TRACED))
        arena.trace(bool(flags & TRACED))
        changes: list[ProcessChange] = []
        written = _written() if flags & WATCHED_CLOSELY else 0
        spoiler = None if calls > 1 else 0
        earlier = EarlierCalls()
        gave: dict[int, tuple[PointerReadResult, ...]] = {}
        search: SecretSearch | None = None
        end = _FIRST_RECORD
        lanes, waiting = decode_lanes(flags), []
        for index in range(calls):
            shape_length, payload_length = CALL.unpack_from(mailbox, at)
            at += CALL.size
            given = bytes(mailbox[at : at + shape_length + payload_length])
            shape = given[:shape_length]
            at += shape_length
            call = self._shapes.get(shape) or self._compile(shape)
            if (
                call.payload != payload_length
                or call.highest_block >= blocks
                or call.highest_slot >= len(slots)
            ):
                raise ValueError("the plan's call is out of bounds")
            if lanes is not None and header[8] <= index < header[8] + lanes.count:
                waiting.append((call, at))
                at += payload_length
                if len(waiting) < lanes.count:
                    continue
                status[CALL_WORD] = header[8]
                arena.note(False)  # one of thousands of calls tells nothing of the others
                end = self._in_lanes(lanes, waiting, slots, earlier, gave, end)
                arena.note(True)
                continue
            elements = () if call.each is None else _elements(call.each, index, gave)
            if call.is_skipped(slots, earlier, arena.addresses) or (call.each is not None and not elements):
                earlier.add(None)
                record = _SKIPPED
            elif call.once and given in self._made_once:
                result, told = self._made_once[given]
                earlier.add(result, told)
                record = encode_answer(result, 0, 0, NO_ALLOCATION)
            else:
                if self._calling:
                    self._have_call(slots)
                status[CALL_WORD] = index
                if call.secrets is not None and call.secrets.keeps_any:
                    search = SecretSearch(arena, call.secrets, stack=not calls_back)
                elif search is not None:
                    search.again()
                left = call.run(arena, given, shape_length, slots, status, errno, elements)
                call.ask(arena, given, shape_length, slots, left[0], left[1], status)
                told = call.status_of(arena, left[0])
                if plain and call.answers_only and not left[4] and search is None:
                    result = bytes(left[0]) if call.width else b""
                    record = encode_answer(result, *left[1:4])
                else:
                    returned = call.look(arena, slots, *left)
                    if returned.followed:
                        gave[index] = returned.followed
                    if flags & TRACED:
                        returned = replace(returned, measured=arena.traced(slots))
                    if search is not None:
                        wiped = call.secrets.wiped if call.secrets is not None else ()
                        remains = search.look(returned.followed, wiped)
                        returned = replace(returned, measured=as_numbers(remains))
                    damage, modified, freed = arena.look(index) if blocks else ((), (), ())
                    if flags & WATCHED_CLOSELY:
                        changes += arena.changes(index)
                        if (before := written) != (written := _written()):
                            changes.append(ProcessChange(index, PRINTED, str(before), str(written)))
                        if spoiler is None and arena.is_spoiled():
                            spoiler = index
                    for block in call.retires:
                        arena.retire(block)
                    result = returned.result
                    if call.hands:
                        arena.hand_over(call.hands, result, told)
                    noted = arena.invocations() if calls_back else NONE_NOTED
                    record = encode_returned(returned, damage, modified, noted, freed)
                earlier.add(result, told)
                if call.once:
                    self._made_once[given] = result, told
            at += payload_length
            start, end = end, end + len(record)
            if end > _END:
                raise MemoryError("the watched blocks are larger than the mailbox")
            mailbox[start:end] = record
            # From here on the call counts as finished, even if the next one kills the process.
            PROGRESS.pack_into(mailbox, _PROGRESS, index + 1, 0, end - REPLY_OFFSET)
        changes += arena.changes(max(calls - 1, 0))
        if changes:
            self._cut_off = self._is_cut_off(changes)
        trailing = arena.invocations()[0] if calls_back else b""
        places = [slots[slot] for slot in self._functions] if flags & CALLS_BACK else ()
        record = encode_aftermath(*arena.settle(spoiler), changes, trailing, places)
        if flags & CALLS_BACK:
            arena.silence()
        start, end = end, min(end + len(record), _END)
        mailbox[start:end] = record[: end - start]
        PROGRESS.pack_into(mailbox, _PROGRESS, calls, 1, end - REPLY_OFFSET)
        if blocks:
            arena.release()
        return end - REPLY_OFFSET

    def _is_cut_off(self, changes: list[ProcessChange]) -> bool:
        ours = {str(self._request), str(self._reply)}
        gone = (change.before.partition(" ")[0] for change in changes if change.kind in _TAKEN)
        return not ours.isdisjoint(gone)

    def _in_lanes(
        self,
        lanes: ConcurrentCalls,
        calls: list[tuple[CompiledCall, int]],
        slots: list[int],
        earlier: EarlierCalls,
        gave: dict[int, tuple[PointerReadResult, ...]],
        end: int,
    ) -> int:
        """Make the calls of all lanes, write their records at `end` and return where those end."""
        if any(call.is_skipped(slots, earlier, self._arena.addresses) for call, _ in calls):
            records = [_SKIPPED] * len(calls)
            for _ in calls:
                earlier.add(None)
        else:
            left = run_lanes(lanes, calls, self._arena, self._mailbox, slots, self._status, self._functions)
            if strays := self._arena.strays():
                left[0] = replace(left[0], side_effects=CallSideEffects(None, strays=strays))
            records = [encode_returned(each) for each in left]
            gave |= {len(earlier.results) + number: each.followed for number, each in enumerate(left)}
            for (call, _), each in zip(calls, left, strict=True):
                told = call.status_of(self._arena, each.result)
                earlier.add(each.result, told)
                self._arena.hand_over(call.hands, each.result, told)
        for record in records:
            start, end = end, end + len(record)
            if end > _END:
                raise MemoryError("the watched blocks are larger than the mailbox")
            self._mailbox[start:end] = record
        PROGRESS.pack_into(self._mailbox, _PROGRESS, len(earlier.results), 0, end - REPLY_OFFSET)
        return end

    def _answer(self, at: int, length: int, slots: list[int]) -> int:
        """Have the plan's callbacks answered and put their addresses into slots; return where the calls begin.

        Each plan's are other functions than the last one's, as far as they go: a late call is then known as such.
        """
        with self._mailbox[at : REQUEST_OFFSET + length] as encoded:
            reader = ByteReader(encoded, "plan")
            callbacks = decode_callbacks(reader)
            end = at + reader.at
        kinds = [callback.kind for callback, _ in callbacks]
        if any(kinds.count(kind) > INSTANCES for kind in kinds):
            raise ValueError(f"the plan has more than {INSTANCES} callbacks of one kind")
        self._arena.silence()
        self._functions = {}
        self._calling = []
        for index, (callback, spec) in enumerate(callbacks):
            if callback.slot >= len(slots):
                raise ValueError("the plan's callback is out of bounds")
            number, slots[callback.slot] = self._loaded.callback(callback.kind, self._turns[callback.kind])
            self._arena.callback(number, index, spec)
            for freed in callback.frees:
                # What it frees with no more than itself is known where nobody waits for it, as among threads.
                known = all(isinstance(each, Passed | Value) for each in freed.given)
                if not (known and self._has_call(number, freed, slots)):
                    self._calling.append((number, freed))
            self._calling += [(number, call) for call in callback.calls]
            if callback.leaves is not None:
                self._has_call(number, callback.leaves, slots)
            self._functions[callback.slot] = number
            self._turns[callback.kind] += 1
        return end

    def _have_call(self, slots: list[int]) -> None:
        """Have callbacks make the calls of which all that they are given is there by now."""
        self._calling = [
            (number, call) for number, call in self._calling if not self._has_call(number, call, slots)
        ]

    def _has_call(
        self, number: int, call: CallbackCall | CallbackFreeing | CallbackLeaving, slots: list[int]
    ) -> bool:
        """Have a callback make a call, and tell whether all that this is given is there by now."""
        arguments = call.arguments if isinstance(call, CallbackCall) else call.given
        if any(isinstance(each, Slot) and each.index >= len(slots) for each in arguments):
            raise ValueError("the plan's callback is out of bounds")
        given = [self._given(each, slots) for each in arguments]
        if not all(given[n] for n, each in enumerate(arguments) if isinstance(each, Slot)):
            return False
        function = self._loaded.address(call.symbol)
        passed = sum(1 << n for n, each in enumerate(arguments) if isinstance(each, Passed))
        if isinstance(call, CallbackCall):
            self._arena.callback_calls(number, call.turn, function, given, passed)
            return True
        argument = call.argument if isinstance(call, CallbackFreeing) else None
        self._arena.callback_frees(number, argument, function, given, passed)
        return True

    def _given(self, argument: Value | Slot | Address | Passed, slots: list[int]) -> int:
        """Return what goes into a register of a call from a callback: of what it passes on, the number of that."""
        match argument:
            case Slot(index):
                return slots[index]
            case Address(block):
                return self._arena.addresses[2 * block]
            case Passed(number):
                return number
        return int.from_bytes(argument.raw, "little")

    def _compile(self, shape: bytes) -> CompiledCall:
        if len(self._shapes) >= _MOST_SHAPES:
            self._shapes.clear()
        call = self._shapes[shape] = compile_call(shape, self._loaded, self._arena.gate)
        return call

    def _explain(self, error: Exception) -> tuple[PlanOutcome, int]:
        """Put words about an error of abidance's own into the mailbox."""
        words = f"{type(error).__name__}: {error}"
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        match error:
            case AttributeError() if "undefined symbol" in str(error):
                outcome, words = PlanOutcome.NO_SYMBOL, str(error)
            case MemoryError():
                outcome, words = PlanOutcome.NO_MEMORY, str(error) or "memory ran out"
            case _:
                outcome = PlanOutcome.BROKEN
                if place is not None:
                    code = place.tb_frame.f_code
                    words += f" ({os.path.basename(code.co_filename)}:{place.tb_lineno})"  # noqa: PTH119
        raw = words.encode("utf-8", "replace")[:MOST_WORDS]
        self._mailbox[REPLY_OFFSET : REPLY_OFFSET + len(raw)] = raw
        return outcome, len(raw)


def _written() -> int:
    """Return how much there is on standard output and standard error, which are one file; 0 where they are none."""
    try:
        return os.fstat(2).st_size
    except OSError:
        return 0


def _elements(each: EachPointer, index: int, gave: Mapping[int, Sequence[PointerReadResult]]) -> list[int]:
    """Return the pointers that a call is made for; `gave` is what was read after earlier calls, by their numbers."""
    if each.call >= index:
        raise ValueError("a call is made for what a later one leaves")
    reads = gave.get(each.call, ())
    if each.read >= len(reads) or reads[each.read].reach is not PointerReadStatus.READ:
        return []
    return each.pointers(reads[each.read].contents)
