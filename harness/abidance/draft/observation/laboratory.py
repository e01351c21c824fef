"""Calls a function with what an experiment gives it, and tells what was seen."""

from __future__ import annotations

import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.core.catalogue import WORKER_LOST
from abidance.core.errors import CannotJudgeError
from abidance.draft.observation.experiment_plan import (
    NotCalledFurtherError,
    PlanMaker,
    Recipe,
    Registration,
    Setting,
)
from abidance.plan.access_trace import NO_TRACE, Whose, decoy, read_trace
from abidance.plan.observation import PointerReadStatus, WorkerEnding
from abidance.plan.plan import (
    Call,
    Slot,
)
from abidance.toolchain.machine_code import code_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.draft.observation.subject import Subject
    from abidance.execute.supervisor import Supervisor
    from abidance.plan.access_trace import AccessTrace, BlockTrace, Pointed
    from abidance.plan.observation import Observation, Returned

ROOM = 128
"""So many bytes has memory whose extent is not known, in whole elements, at least `FEWEST` of them."""
FEWEST = 24
_SECONDS = 0.6
_MANY_DEATHS, _MOST_DEATHS = 16, 60
_MOST_HANGS = 3
_NULL_PAGES = 1 << 16
_WORDS, _OUTPUTS, _LONGEST_TEXT = 8, 4, 96
VALUES_END = 4
"""Numbers up to it are tried in any case."""
_CALLS_OF_A_WORKER = 3000
_FEWEST_CALLS, _LONGEST_SECONDS = 100, 45.0


@dataclass(frozen=True, slots=True)
class CallEnd:
    """How a call ended that did not come back. `null` tells that it followed NULL."""

    words: str
    null: bool = False
    hung: bool = False


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
        made = PlanMaker(self.recipes, self.preparers)
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
        self, subject: Subject, setting: Setting, made: PlanMaker, at: int, observation: Observation
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
    def _then(observation: Observation, at: int, made: PlanMaker) -> Pointed | None:
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
        if touch is not None and 0 <= (touch.address - decoy(0)) // (decoy(1) - decoy(0)) < 256:
            return CallEnd("it followed a pointer that leads nowhere")
        return CallEnd(f"it was ended by signal {death.status}")

    def _count_death(self) -> None:
        self._deaths += 1
        often = self._deaths > _MANY_DEATHS and 2 * self._deaths > self._tried
        if often or self._deaths > _MOST_DEATHS:
            raise NotCalledFurtherError("it crashed too often")


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


def _text(call: Returned) -> bytes | None:
    if not call.followed or call.followed[0].reach is not PointerReadStatus.READ:
        return None
    return call.followed[0].contents


def is_new(seen: Seen) -> bool:
    """Tell whether the pointer that came of a call is memory that the call has asked of the heap."""
    return seen.pointed is not None and seen.pointed.whose is Whose.HEAP and seen.allocations > 0
