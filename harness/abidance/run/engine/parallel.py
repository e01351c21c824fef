"""Items in several processes. Each reads the contract itself and keeps workers of its own.

A contract holds compiled expressions, which do not cross to another process; items and events do.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections import deque
from dataclasses import dataclass, field
from multiprocessing import connection
from typing import TYPE_CHECKING, Any, Self

from abidance.contract.load import load_contract
from abidance.core.catalogue import WORKER_LOST
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import AbidanceError
from abidance.core.events import CaseRan, ItemFinished, ItemStarted
from abidance.core.outcome import Outcome
from abidance.run.engine.limits import broken, was_begun
from abidance.run.engine.load_outcome import is_failure, not_judged, pointer, sides_of
from abidance.run.engine.processes import CONTEXT, interruption_later, settle
from abidance.run.engine.session import Session
from abidance.run.phases import EXPLORE, LOAD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path
    from types import FrameType

    from abidance.contract.model import Contract
    from abidance.core.events import Event, Listener
    from abidance.run.engine.items import Item
    from abidance.run.engine.limits import RunLimits
    from abidance.run.inputs.settings import Settings

    # `Pipe` returns this class, which has two parameters in typeshed only.
    Pipe = connection.Connection[Any, Any]

_END_SECONDS = 5.0
_TELL_EVERY = 0.1  # seconds between two messages on how many cases an item has run


def run_parallel(
    contract: Path,
    items: tuple[Item, ...],
    settings: Settings,
    given: dict[str, Path],
    limits: RunLimits,
    listener: Listener,
) -> Iterator[ItemFinished]:
    """Yield results in the order in which they come, and tell `listener` what begins and goes on.

    However this ends, every process has ended with it. One that is lost costs the item that it ran, no other.
    What is under way when enough was found is given up.
    """
    with _Crew(contract, items, settings, given, limits) as crew:
        while events := crew.listen():
            for event in events:
                if isinstance(event, ItemFinished):
                    yield event
                else:
                    listener(event)


@dataclass(slots=True)
class _Member:
    """A process of ours, and what it was given and has not finished."""

    process: ForkServerProcess
    pipe: Pipe
    items: deque[Item] = field(default_factory=deque)


class _Crew:
    """The processes, and the groups of items that none has been given."""

    def __init__(
        self,
        contract: Path,
        items: tuple[Item, ...],
        settings: Settings,
        given: dict[str, Path],
        limits: RunLimits,
    ) -> None:
        self._arguments = (contract, settings, given)
        self._limits = limits
        self._waiting = deque(_groups(items))
        self._most = settings.jobs
        self._members: list[_Member] = []
        self._loading = {side for item in items if item.id.phase == LOAD for side in sides_of(item.id)}
        """What is still to be loaded: one that hangs then costs its time once, not in each process."""
        self._refused: list[Event] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Have every process end its workers and itself."""
        for member in self._members:
            member.pipe.close()
            if member.items:
                member.process.terminate()
        deadline = time.monotonic() + _END_SECONDS
        for member in self._members:
            member.process.join(max(0.0, deadline - time.monotonic()))
            if member.process.is_alive():
                member.process.kill()
                member.process.join()
            member.process.close()

    def listen(self) -> list[Event]:
        """Hand out what is to be done, wait, and return what happened: nothing when all is done, or enough is."""
        if self._limits.is_over:
            return []
        if self._refused:
            events, self._refused = self._refused, []
            return events
        if not self._limits.reached:
            self._hand_out()
        busy = [member for member in self._members if member.items]
        if not busy:
            return []
        ready = connection.wait([member.pipe for member in busy])
        return [self._hear(member) for member in busy if member.pipe in ready]

    def _hand_out(self) -> None:
        while (group := self._next()) is not None:
            idle = next((member for member in self._members if not member.items), None)
            if idle is None and len(self._members) >= self._most:
                return
            member = idle or self._start()
            self._waiting.remove(group)
            member.items.extend(group)
            with contextlib.suppress(BrokenPipeError):  # it is gone, as listening to it will tell
                member.pipe.send(tuple(member.items))

    def _next(self) -> tuple[Item, ...] | None:
        """Return the first group that waits for no library to be loaded; None where there is none."""
        ready = (
            group
            for group in self._waiting
            if group[0].id.phase == LOAD or all(self._loading.isdisjoint(sides_of(item.id)) for item in group)
        )
        return next(ready, None)

    def _has_loaded(self, result: ItemFinished) -> None:
        """Let the others of a library begin, or say that they cannot be judged."""
        sides = sides_of(result.item)
        self._loading -= sides
        if not is_failure(result):
            return
        left: deque[tuple[Item, ...]] = deque()
        for group in self._waiting:
            reasons = {item: pointer(item.id, sides) for item in group}
            self._refused += [not_judged(item, why) for item, why in reasons.items() if why is not None]
            if others := tuple(item for item, why in reasons.items() if why is None):
                left.append(others)
        self._waiting = left

    def _start(self) -> _Member:
        ours, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(target=_serve, args=(theirs, *self._arguments))
        with interruption_later():
            process.start()
        theirs.close()
        self._members.append(_Member(process, ours))
        return self._members[-1]

    def _hear(self, member: _Member) -> Event:
        try:
            event: Event = member.pipe.recv()
        except (EOFError, OSError):
            return self._bury(member)
        if isinstance(event, ItemFinished):
            member.items.popleft()
            if event.item.phase == LOAD and was_begun(event):
                self._has_loaded(event)
        return event

    def _bury(self, member: _Member) -> ItemFinished:
        """Return how the item ended during which a process was lost; others do the rest."""
        self._members.remove(member)
        member.process.join()
        lost = member.items.popleft()
        self._loading -= sides_of(lost.id)
        if member.items:
            self._waiting.appendleft(tuple(member.items))
        status = member.process.exitcode or 0
        how = f"killed by signal {-status}" if status < 0 else f"ended with status {status}"
        member.pipe.close()
        member.process.close()
        return ItemFinished(
            item=lost.id,
            outcome=Outcome.ERRORED,
            span=lost.span,
            reasons=(
                Diagnostic(
                    WORKER_LOST,
                    f"the process that judged `{lost.id}` was {how}",
                    (Label(lost.span),),
                    help="if memory ran out, use fewer `--jobs`",
                ),
            ),
        )


def _groups(items: tuple[Item, ...]) -> list[tuple[Item, ...]]:
    """Return the items of each function, library and build together, in their order.

    What is explored is explored once for all builds of a library, so those items are together too.
    """
    groups: dict[tuple[str, ...], list[Item]] = {}
    for item in items:
        builds = EXPLORE if item.id.phase == EXPLORE else item.id.build
        groups.setdefault((item.id.library, builds, item.id.function), []).append(item)
    return [tuple(group) for group in groups.values()]


def _serve(pipe: Pipe, path: Path, settings: Settings, given: dict[str, Path]) -> None:
    """Judge groups of items until the parent says no more."""
    # The parent decides what an interruption means. Build tools inherit SIG_IGN, and no handler.
    signal.signal(signal.SIGINT, _go_on)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # EOFError and OSError: the parent has closed its end, because all is done or it is gone.
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt), Session(settings, given) as session:
        judge = _Judge(session, path, pipe)
        while True:
            for item in pipe.recv():
                pipe.send(judge(item))


class _Judge:
    """Judges items of one contract and tells the parent what goes on."""

    def __init__(self, session: Session, path: Path, pipe: Pipe) -> None:
        self._session = session
        self._path = path
        self._pipe = pipe
        self._contract: Contract | None = None
        self._told = 0.0

    def __call__(self, item: Item) -> ItemFinished:
        """Return how the item ended; where abidance itself does something wrong, it is not judged."""
        self._pipe.send(ItemStarted(item.id))
        try:
            if self._contract is None:
                self._contract = load_contract(self._path)
                self._session.boundary(self._contract)
                settle()
            return self._session.run(self._contract, item, self._tell)
        except AbidanceError as error:  # the contract was changed after the parent read it
            return ItemFinished(item.id, Outcome.ERRORED, span=item.span, reasons=error.diagnostics)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - the others are judged all the same
            return broken(item, error, self._session.settings.root)

    def _tell(self, event: Event) -> None:
        if isinstance(event, CaseRan) and (now := time.monotonic()) > self._told + _TELL_EVERY:
            self._told = now
            self._pipe.send(event)


def _go_on(_number: int, _frame: FrameType | None) -> None:
    """Take a signal without letting it matter."""


def _stop(_number: int, _frame: FrameType | None) -> None:
    # Hypothesis takes SystemExit for a failing test case, and lets this one through.
    raise KeyboardInterrupt
