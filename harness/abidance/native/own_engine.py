"""Starts our own engine, and reads what it reports: a line of JSON each, and files that are whole."""

from __future__ import annotations

import json
import os
import struct
import subprocess
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from abidance.core.catalogue import LIBRARY_MISSING
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.core.system import refusal
from abidance.native.engine_environment import environment_of, write_dictionary
from abidance.native.progress import CorpusInput, Failed, Failure, Progress
from abidance.toolchain.preloading import preloadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from abidance.native.campaign import Assignment

_SIZE = struct.Struct("=I")
"""What stands before each seed."""
_END_SECONDS = 3.0
_SAID = 4000


class OwnEngine:
    """One process of the engine, which starts others; they end with it."""

    def __init__(self, work: Assignment, scratch: Path) -> None:
        self._work = work
        self._folder = work.folder or scratch
        self._inputs, self._failures = self._folder / "inputs", scratch / "failures"
        self._contents: dict[str, bytes] = {}
        self._last = Progress(0, 0, 0, 0, 0.0)
        self._held = ExitStack()
        for folder in (self._inputs, self._failures):
            folder.mkdir(parents=True, exist_ok=True)
        self._output = self._held.enter_context((scratch / "output").open("w+b"))
        self._reports, self._process = self._start(scratch)

    def _start(self, scratch: Path) -> tuple[int, subprocess.Popen[bytes]]:
        work = self._work
        limits = work.limits
        seeds = scratch / "seeds"
        seeds.write_bytes(b"".join(_SIZE.pack(len(data)) + data for data in work.seeds))
        reading, writing = os.pipe()
        words = [
            *(str(work.executable.path), f"-report={writing}", f"-seed={work.seed}"),
            *(f"-cpu={limits.seconds}", f"-wall={limits.wall}", f"-runs={limits.executions}"),
            f"-patience={limits.patience}",
            *(f"-max_len={limits.length}", f"-merge={int(limits.only_seeds)}"),
            *(f"-timeout={round(limits.time_limit * 1000)}", f"-rss={limits.memory >> 20}"),
            *(f"-out={self._inputs}", f"-failures={self._failures}", f"-fenced={int(work.fenced)}"),
        ]
        if work.folder is not None:
            words.append(f"-sync={self._inputs}")
        if work.dictionary:
            words.append(f"-dict={write_dictionary(scratch / 'dictionary', work.dictionary)}")
        words.append(f"-seeds={seeds}")
        try:
            preload = self._held.enter_context(preloadable(work.executable.artifact.preload))
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._output,
                pass_fds=(writing,),
                env=environment_of(work, preload),
                start_new_session=True,  # Ctrl-C is for this process, which then ends that one
            )
        except OSError as error:
            os.close(reading)
            self._held.close()
            raise refusal(error, "start the engine") or error from None
        finally:
            os.close(writing)
        return reading, process

    def events(self) -> Iterator[Progress | CorpusInput | Failed]:
        """Yield what it tells until it is over; raises CannotJudgeError where the target does not start."""
        with os.fdopen(os.dup(self._reports), encoding="ascii", errors="replace") as lines:
            for line in lines:
                with suppress(ValueError, KeyError, TypeError):
                    told = json.loads(line)
                    if told["event"] == "unstarted":
                        break
                    yield from self._event(told)
        if self._process.wait() != 0:
            self._output.seek(0)
            raise unstarted(self._work, self._output.read())

    def end(self) -> None:
        """End the process, and with it all that it has started."""
        if self._process.poll() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_SECONDS)
        self._process.kill()
        self._process.wait()
        os.close(self._reports)
        self._held.close()

    def _event(self, told: Mapping[str, object]) -> Iterator[Progress | CorpusInput | Failed]:
        match told["event"]:
            case "pulse" | "done":
                self._last = Progress(
                    executions=_number(told["executions"]),
                    edges=_number(told["edges"]),
                    corpus=_number(told["corpus"]),
                    failures=_number(told.get("failures", self._last.failures)),
                    seconds=_real(told["cpu"]),
                    covered=bool(told.get("instrumented", told["edges"])),
                    over=told["event"] == "done",
                )
                yield self._last
            case "seed":
                number = _number(told["number"])
                if number < len(self._work.seeds):  # further ones are those of other engines
                    yield CorpusInput(self._work.seeds[number], seed=number)
            case "new":
                yield CorpusInput(self._content(str(told["input"])), _number(told["edges"]))
            case "smaller":
                # Its file stays: the engine, which is ahead of what is read here, may have come by it once more.
                before = self._contents.pop(str(told["before"]), None)
                yield CorpusInput(self._content(str(told["input"])), instead_of=before)
            case "failure":
                yield Failed(self._failure(told))

    def _content(self, name: str) -> bytes:
        data = self._contents[name] = (self._inputs / name).read_bytes()
        return data

    def _failure(self, told: Mapping[str, object]) -> Failure:
        name = str(told["input"])
        text = (self._failures / f"{name}.txt").read_bytes().decode("utf-8", "replace")
        return Failure(
            data=(self._failures / name).read_bytes(),
            kind=str(told["kind"]),  # type: ignore[arg-type]  # the engine's words are those of the type
            status=_number(told["status"]),
            cause=str(told["key"]),
            text=text,
            alone=told["again"] is True,
            executions=_number(told["executions"]),
            seconds=_real(told["cpu"]),
        )


def unstarted(work: Assignment, output: bytes) -> CannotJudgeError:
    """Return the error for a target that ended before it ran an input, with what it said."""
    lines = tuple(line for line in output.decode("utf-8", "replace")[-_SAID:].splitlines() if line.strip())
    return CannotJudgeError(
        Diagnostic(
            LIBRARY_MISSING,
            f"the compiled contract does not start with `{work.executable.artifact.path.name}`",
            notes=lines[:4],
        )
    )


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value


def _real(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)
