"""The parent's hold on one worker: asks it, waits for it, ends it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.execute.greeting import GREETING_SIZE, read_greeting
from abidance.watch.status import CrashRecord

if TYPE_CHECKING:
    from abidance.execute.greeting import Proofs
    from abidance.execute.modules import ModuleMap
    from abidance.execute.zygote_handle import ZygoteHandle

_GLANCE = 0.05  # how often a long call is looked after: its output, its deadline
_TRACE_SECONDS = 0.1  # a backtrace takes a few milliseconds, if it comes at all
_END_SECONDS = 10.0


class WorkerEndedError(Exception):
    """The worker has ended. `wait_status` is None when it had to be given up without learning how."""

    def __init__(self, wait_status: int | None) -> None:
        super().__init__()
        self.wait_status = wait_status


class WorkerHandle:
    """One worker, from the request to fork it until `close`. Methods raise ZygoteGoneError, NotStartedError."""

    def __init__(self, zygote: ZygoteHandle) -> None:
        self._zygote = zygote
        self.channel = zygote.fork()
        self._poll = select.poll()
        self._poll.register(self.channel.reply, select.POLLIN)
        self._poll.register(zygote.control, select.POLLIN)
        self._ended: WorkerEndedError | None = None
        self._answered = [(self.channel.reply, select.POLLIN)]
        self.proofs: Proofs | None = None
        """Which instruments are live in it, once it has greeted."""

    @property
    def modules(self) -> ModuleMap:
        """Return where the worker's code is."""
        return self._zygote.modules

    def ask(self, sequence: int, encoded: bytes) -> None:
        """Hand the worker a plan; raises WorkerEndedError when it no longer runs."""
        try:
            self.channel.ask(sequence, encoded)
        except OSError:
            raise WorkerEndedError(self.end()) from None

    def answer(self, deadline: float) -> bytes | None:
        """Return what comes through the reply pipe, or None when `time.monotonic` passes `deadline`.

        Raises WorkerEndedError.
        """
        wait = _GLANCE
        while True:
            left = deadline - time.monotonic()
            ready = self._poll.poll(max(0.0, min(left, wait)) * 1000)
            if self.proofs is None and ready and self._greets(*ready[0]):
                refusal = self._greeted()
                if refusal is not None:
                    return refusal
                continue
            if ready == self._answered:
                return self.channel.answer()
            for descriptor, event in ready:
                if descriptor != self.channel.reply:
                    self._listen()
                elif event & select.POLLIN:
                    return self.channel.answer()
                else:
                    # It has closed its end, and is ending, or is deaf; the zygote or the deadline will tell.
                    self._poll.unregister(self.channel.reply)
            if left <= 0:
                return None
            self.channel.limit_output()
            self._zygote.wake()

    def _greets(self, descriptor: int, event: int) -> bool:
        """Tell whether there is something in the reply pipe: it may have been written by a worker that has ended."""
        return descriptor == self.channel.reply and bool(event & select.POLLIN)

    def _greeted(self) -> bytes | None:
        """Take the greeting, which comes before any answer; return what came in its place, if that is none."""
        message = self.channel.read(GREETING_SIZE)
        try:
            self.proofs = read_greeting(message)
        except ValueError:
            return message
        return None

    def trace(self) -> None:
        """Have the arena's handler write the stack of the call that runs to the status page, if it can."""
        with contextlib.suppress(WorkerEndedError, OSError):
            status = self.channel.status()
            if status is None or status.crash is not CrashRecord.NONE or not self._known():
                return
            os.kill(self.channel.pid, signal.SIGXCPU)
            deadline = time.monotonic() + _TRACE_SECONDS
            while time.monotonic() < deadline:
                status = self.channel.status()
                if status is None or status.crash is not CrashRecord.NONE:
                    return
                time.sleep(0.001)

    def is_traced(self) -> bool:
        """Tell whether the process from which it was forked traces it, which it has then asked for (ptrace(2))."""
        found = self._proc_status()
        return found.get("TracerPid", "0") not in ("0", "") and found.get("TracerPid") == found.get("PPid")

    def check_runs(self) -> None:
        """Raise WorkerEndedError when the worker has ended without having been asked to."""
        if self._ended is not None:
            raise self._ended
        if not self._known():
            return
        left = 0.0 if self._proc_status().get("State", "Z")[:1] not in ("Z", "X") else _END_SECONDS
        while select.select([self._zygote.control], [], [], left)[0]:
            self._listen()

    def _proc_status(self) -> dict[str, str]:
        """Return what the kernel says of the process, nothing when there is none any more (proc(5))."""
        try:
            lines = Path(f"/proc/{self.channel.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return {}
        return dict(line.split(":\t", 1) for line in lines.splitlines() if ":\t" in line)

    def end(self) -> int | None:
        """Kill the worker if it still runs and return its wait status, None when the zygote does not tell."""
        deadline = time.monotonic() + _END_SECONDS
        try:
            if self._ended is not None:
                return self._ended.wait_status
            self._zygote.wake()
            while (left := deadline - time.monotonic()) > 0:
                if self.channel.pid:
                    # Its group, and itself in case that it has moved to another one.
                    for kill in (os.killpg, os.kill):
                        with contextlib.suppress(OSError):
                            kill(self.channel.pid, signal.SIGKILL)
                if select.select([self._zygote.control], [], [], left)[0]:
                    self._listen()
        except WorkerEndedError as error:
            return error.wait_status
        return None

    def came_up(self, seconds: float) -> bool:
        """Wait until the worker is ready for plans, and tell whether it is; raises WorkerEndedError."""
        deadline = time.monotonic() + seconds
        while not self.channel.began():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if select.select([self._zygote.control], [], [], min(left, 0.01))[0]:
                self._listen()
        return True

    def close(self) -> None:
        """Give back the descriptors and the mailbox; does not end the worker."""
        self.channel.close()

    def _known(self) -> bool:
        """Wait a moment until the zygote has said which process the worker is."""
        while not self.channel.pid and select.select([self._zygote.control], [], [], 1)[0]:
            self._listen()
        return bool(self.channel.pid)

    def _listen(self) -> None:
        """Take one message of the zygote; raises WorkerEndedError when it says that the worker has ended."""
        pid, wait_status = self._zygote.receive()
        if wait_status is None:
            self.channel.pid = pid or self.channel.pid
        elif pid == self.channel.pid:
            self._ended = WorkerEndedError(wait_status)
            raise self._ended
