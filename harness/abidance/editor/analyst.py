"""The editor's side of the process that analyses: one question after the other, and an end to each."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from abidance.core.catalogue import INTERNAL_ERROR
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LENGTH = 8
"""Bytes of the number that tells how long a message is."""
SECONDS = 180.0
"""How long one question may take: the compiler reads the header meanwhile, and that may be a large one."""


@dataclass(frozen=True, slots=True)
class AnalystQuestion:
    """What is asked: `ask` names an answer of `analyst_process`. `anew`: nothing is known of the header here."""

    ask: str
    path: Path
    opened: Mapping[Path, str]
    names: tuple[str, ...] = ()
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that got no answer, and why."""

    problem: Diagnostic


class Analyst:
    """Asks the process, which is started for the first question, and anew after one that it did not survive."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()

    async def ask(self, question: AnalystQuestion) -> Any:
        """Return the answer, or an `Unanswered`."""
        async with self._lock:
            try:
                return await asyncio.wait_for(self._exchange(question), self._seconds)
            except TimeoutError:
                await self._end()
                return unanswered(f"checking took longer than {self._seconds:g} seconds, and was given up")
            except (OSError, EOFError, pickle.UnpicklingError):
                await self._end()
                return unanswered("the process that checks contracts ended; the editor's log may say why")
            except asyncio.CancelledError:
                await self._end()  # half of an answer may be under way
                raise

    async def _exchange(self, question: AnalystQuestion) -> Any:
        process = await self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(frame(question))
        await process.stdin.drain()
        size = int.from_bytes(await process.stdout.readexactly(LENGTH), "big")
        return pickle.loads(await process.stdout.readexactly(size))  # noqa: S301 - our own process wrote it

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            # -P: no module of the folder that the editor happens to be in takes the place of ours.
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "abidance.editor.analyst_process"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)


def unanswered(words: str) -> Unanswered:
    """Return that something broke, in these words."""
    return Unanswered(Diagnostic(INTERNAL_ERROR, words))


def frame(value: object) -> bytes:
    """Return a message with its length before it."""
    raw = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return len(raw).to_bytes(LENGTH, "big") + raw
