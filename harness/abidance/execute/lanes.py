"""Calls on several threads at once, and the same calls on one thread for a measure.

Each thread makes one call into the watcher, which makes the library's own calls: the interpreter's lock is let go
meanwhile, and nothing that it would order in time happens between them.
"""

from __future__ import annotations

import _thread
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from abidance.binding.callable import StubbedCall, entered_at, entry_of
from abidance.plan.call_order import FEWEST_STEPS, KEPT, MEASURED, Order
from abidance.plan.observation import CallSideEffects
from abidance.plan.signature import SCALAR_SIZES
from abidance.watch.status import PHASE_WORD, WorkerPhase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.execute.compiled_call import CompiledCall
    from abidance.plan.call_order import ConcurrentCalls
    from abidance.plan.observation import Returned
    from abidance.watch.arena import Arena

_CALLING, _LOOKING = int(WorkerPhase.CALLING), int(WorkerPhase.LOOKING)
PARTS = 80
"""In so many turns do mixed lanes make their rounds."""
_NOTHING = CallSideEffects(None)


@dataclass(slots=True)
class _Lane:
    """One call, and a thread to make it on."""

    call: CompiledCall
    run: Callable[[], Any]
    raw: Any = None
    back: Any = field(default_factory=_thread.allocate_lock)
    looked: Any = field(default_factory=_thread.allocate_lock)
    ended: Any = field(default_factory=_thread.allocate_lock)

    def start(self) -> None:
        """Make the call on a new thread, which stays until it is told to end."""
        for lock in (self.back, self.looked, self.ended):
            lock.acquire()
        _thread.start_new_thread(self._body, ())

    def _body(self) -> None:
        try:
            self.raw = self.run()
        finally:
            self.back.release()
            self.looked.acquire()  # memory of this thread's own is there as long as it is
            self.ended.release()

    def end(self) -> None:
        """End the thread."""
        self.looked.release()
        self.ended.acquire()


def run_lanes(
    lanes: ConcurrentCalls,
    calls: list[tuple[CompiledCall, int]],
    arena: Arena,
    values: memoryview,
    slots: list[int],
    status: memoryview[int],
    callbacks: Mapping[int, int],
) -> list[Returned]:
    """Make the calls and return what each lane's last one left; `callbacks` are functions by the slots they are in.

    Their `errno` is not the call's. Of mixed lanes it tells whether some round answered otherwise than alone; of
    trapped ones it is the number of the first system call plus one, or -1 where nobody could see; of one within
    another it tells whether it was never made. Those that are measured have nothing measured where that cannot be.
    """
    native = arena.begin_lanes(lanes.order, lanes.count)
    made: list[_Lane] = []
    for number, (call, at) in enumerate(calls):
        arguments = call.prepare(arena, values, at, slots)
        function = call.function
        # A call that is kept for later would be without what its stub is given, which is there while it is called.
        if native and not (lanes.order is Order.WITHIN and isinstance(function, StubbedCall)):
            given = [callbacks[slot] for slot in sorted(call.slots) if slot in callbacks]
            compared = lanes.steady or lanes.order not in MEASURED
            # What a stub leaves in the registers is no answer.
            masks = _masks(call.returns) if compared and not isinstance(function, StubbedCall) else (0, 0)
            place = arena.lane(number, entry_of(function), masks, _rounds(lanes), call.watched, given)
            function = entered_at(function, place)
        made.append(_Lane(call, _call(function, arguments)))
    left: list[Returned] = []

    def look(lane: _Lane) -> None:
        arena.unlock()
        told = arena.lanes_unsteady() if native else 1
        if lanes.order is Order.TRAPPED:
            told = arena.lanes_trapped() if native else -1
        returned = lane.call.look(arena, slots, lane.raw, told, 0, _NOTHING)
        if lanes.order in MEASURED | KEPT and native:
            returned = replace(returned, measured=arena.lane_measured(len(left)))
        left.append(returned)
        arena.lock()

    status[PHASE_WORD] = _CALLING
    arena.lock()
    match lanes.order:
        case Order.ALONE | Order.TRAPPED | Order.TIMED | Order.STEPPED | Order.RECORDED | Order.PAUSED:
            for lane in made:
                lane.start()
                lane.back.acquire()
                look(lane)
                lane.end()
        case Order.MIXED:
            mixed = _Lane(made[0].call, _mixed(made, arena, look, native=native))
            mixed.start()
            mixed.back.acquire()
            mixed.end()
        case Order.WITHIN:
            outer, inner = made
            within = _Lane(outer.call, _within(outer, inner))
            within.start()
            within.back.acquire()
            look(outer)
            look(inner)
            within.end()
        case Order.TOGETHER | Order.STREAMED | Order.CONTENDED | Order.GATHERED:
            for lane in made:
                lane.start()
            for lane in made:
                lane.back.acquire()
            for lane in made:
                look(lane)
            for lane in made:
                lane.end()
    arena.unlock()
    status[PHASE_WORD] = _LOOKING
    return left


def _mixed(
    made: list[_Lane], arena: Arena, look: Callable[[_Lane], None], *, native: bool
) -> Callable[[], None]:
    def run() -> None:
        for part in range(1, PARTS + 1):
            for number, lane in enumerate(made):
                arena.lane_part(number, part, PARTS)
                if part == PARTS or native:
                    lane.raw = lane.run()
                if part == PARTS:
                    look(lane)

    return run


def _within(outer: _Lane, inner: _Lane) -> Callable[[], None]:
    """Return what has the inner call kept, makes the outer one, and asks what came back of the inner."""

    def run() -> None:
        inner.run()
        outer.raw = outer.run()
        inner.raw = inner.run()

    return run


def _call(function: Any, arguments: list[Any]) -> Callable[[], Any]:
    return lambda: function(*arguments)


def _rounds(lanes: ConcurrentCalls) -> int:
    """Return how many rounds there are, or how many steps of the only one."""
    return 1 << lanes.rounds if lanes.order is not Order.STEPPED else FEWEST_STEPS << lanes.rounds


def _masks(returns: str) -> tuple[int, int]:
    """Return which bits of an answer in a general and in a vector register are its value; addresses are none."""
    if returns in ("f32", "f64"):
        return 0, (1 << 8 * SCALAR_SIZES[returns]) - 1
    if returns in ("p", "v") or returns not in SCALAR_SIZES:
        return 0, 0
    return (1 << 8 * SCALAR_SIZES[returns]) - 1, 0
