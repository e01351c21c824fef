"""libFuzzer and AFL++: started on the same target, and read by the files that they leave.

Neither tells more of an input that fails than its bytes. So each is run once more, alone, and what it says then is
read.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.core.system import refusal
from abidance.native.engine_environment import environment_of, write_dictionary
from abidance.native.own_engine import unstarted
from abidance.native.progress import CorpusInput, Failed, Progress
from abidance.native.single_input import reproduce
from abidance.toolchain.preloading import preloadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.native.campaign import Assignment
    from abidance.native.progress import Failure

_LOOK_EVERY = 0.3
_MOST_SEEDS = 60
_END_SECONDS = 5.0
_STARTING = 30.0
_TAIL = 1 << 16
_PULSE = re.compile(rb"#(\d+):? .*?cov: (\d+) .*?corp: (\d+)")
_STATS = re.compile(rb"^(execs_done|edges_found|corpus_count)\s*: (\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where an engine reads and writes."""

    seeds: Path
    kept: Path
    failing: tuple[Path, ...]
    log: Path
    stats: Path | None = None


class OtherEngine:
    """One process of libFuzzer or AFL++, which starts others; they end with it."""

    def __init__(self, work: Assignment, scratch: Path) -> None:
        self._work = work
        self._scratch = scratch
        self._held = ExitStack()
        self._met: set[str] = set()
        self._causes: dict[str, int] = {}
        self._early: dict[bytes, Failure] = {}
        self._preload = self._held.enter_context(preloadable(work.executable.artifact.preload))
        libfuzzer = work.executable.engine == "libfuzzer"
        self._places = _libfuzzer_places(work, scratch) if libfuzzer else _afl_places(scratch)
        seeds = work.seeds
        if not libfuzzer:
            # AFL++ wants an input that ends nothing to begin with, and looks at each of them for long.
            seeds = seeds[:_MOST_SEEDS]
            self._early = {data: failure for data in seeds if (failure := reproduce(work, data))}
            seeds = [data for data in seeds if data not in self._early]
        for number, data in enumerate(seeds or (b"\0",)):
            (self._places.seeds / f"{number:06d}").write_bytes(data)
        words, more = self._libfuzzer() if libfuzzer else self._afl()
        environment = environment_of(work, "" if more else self._preload) | more
        self._started = time.monotonic()
        output = self._held.enter_context(self._places.log.open("wb"))
        try:
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=scratch,
                env=environment,
                start_new_session=True,  # Ctrl-C is for this process, which then ends that one
            )
        except OSError as error:
            self._held.close()
            raise refusal(error, "start the engine") or error from None

    def events(self) -> Iterator[Progress | CorpusInput | Failed]:
        """Yield what it leaves until it is over; raises CannotJudgeError where the target does not start."""
        over = False
        for failure in self._early.values():
            yield from self._smallest_failure(failure)
        while not over:
            over = self._process.poll() is not None
            yield from self._new_inputs()
            yield from self._failed()
            now = self._progress(over=over)
            if over and now.executions == 0 and not self._causes:
                raise unstarted(self._work, self._tail())
            yield now
            if not over:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(_LOOK_EVERY)

    def end(self) -> None:
        """End the process, and with it all that it has started."""
        for number in (2, 9):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_SECONDS)
        self._held.close()

    def _libfuzzer(self) -> tuple[list[str], dict[str, str]]:
        work, limits, scratch = self._work, self._work.limits, self._scratch
        seconds = max(1, round(limits.wall or limits.seconds))
        words = [
            *(
                str(work.executable.path),
                "-fork=1",
                "-ignore_crashes=1",
                "-ignore_timeouts=1",
                "-ignore_ooms=1",
            ),
            *(f"-max_total_time={seconds}", f"-seed={work.seed or 1}", f"-max_len={limits.length}"),
            *(f"-timeout={max(1, round(limits.time_limit))}", f"-rss_limit_mb={limits.memory >> 20}"),
            *(f"-artifact_prefix={self._places.failing[0]}/", "-print_final_stats=1"),
        ]
        if limits.executions:
            words.append(f"-runs={limits.executions}")
        if work.dictionary:
            words.append(f"-dict={write_dictionary(scratch / 'dictionary', work.dictionary)}")
        return [*words, str(self._places.kept), str(self._places.seeds)], {}

    def _afl(self) -> tuple[list[str], dict[str, str]]:
        work, limits, scratch = self._work, self._work.limits, self._scratch
        seconds = max(1, round(limits.wall or limits.seconds))
        words = [
            *("afl-fuzz", "-i", str(self._places.seeds), "-o", str(scratch / "afl"), "-m", "none"),
            *("-V", str(seconds), "-s", str(work.seed or 1), "-t", str(round(limits.time_limit * 1000))),
            *("-G", str(limits.length)),
        ]
        if limits.executions:
            words += ["-E", str(limits.executions)]
        if work.dictionary:
            words += ["-x", str(write_dictionary(scratch / "dictionary", work.dictionary))]
        options = environment_of(work, "")["ASAN_OPTIONS"]
        more = {
            "AFL_PRELOAD": self._preload,
            # It insists on these three, and counts a process that exits as one that is content.
            "ASAN_OPTIONS": f"{options}:abort_on_error=1:symbolize=0:detect_leaks=0",
            "UBSAN_OPTIONS": "halt_on_error=1:abort_on_error=1:symbolize=0",
            **dict.fromkeys(
                ("AFL_SKIP_CPUFREQ", "AFL_NO_UI", "AFL_NO_AFFINITY", "AFL_FORKSRV_INIT_TMOUT"), "1"
            ),
            "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1",
            "AFL_IGNORE_SEED_PROBLEMS": "1",
            "AFL_FORKSRV_INIT_TMOUT": str(round(_STARTING * 1000)),
        }
        return [*words, "--", str(work.executable.path)], more

    def _fresh(self, folder: Path) -> Iterator[bytes]:
        """Yield what is new in a folder, in the order in which it came."""
        with suppress(OSError):
            files = [each for each in folder.iterdir() if each.is_file() and str(each) not in self._met]
            for each in sorted(files, key=lambda file: (file.stat().st_mtime_ns, file.name)):
                self._met.add(str(each))
                if each.name[0] != "." and each.name != "README.txt":
                    yield each.read_bytes()

    def _new_inputs(self) -> Iterator[CorpusInput]:
        seeds = set(self._work.seeds)
        for data in self._fresh(self._places.kept):
            if data not in seeds:
                yield CorpusInput(data)

    def _failed(self) -> Iterator[Failed]:
        for folder in self._places.failing:
            for data in self._fresh(folder):
                failure = reproduce(self._work, data)
                if failure is not None:
                    yield from self._smallest_failure(failure)

    def _smallest_failure(self, failure: Failure) -> Iterator[Failed]:
        size = self._causes.get(failure.cause)
        if size is None or len(failure.data) < size:
            self._causes[failure.cause] = len(failure.data)
            yield Failed(failure)

    def _progress(self, *, over: bool) -> Progress:
        executions = edges = corpus = 0
        if self._places.stats is None:
            for found in _PULSE.finditer(self._tail()):
                executions, edges, corpus = (int(each) for each in found.groups())
        else:
            with suppress(OSError):
                told = dict(_STATS.findall(self._places.stats.read_bytes()))
                names = (b"execs_done", b"edges_found", b"corpus_count")
                executions, edges, corpus = (int(told.get(name, 0)) for name in names)
        seconds = time.monotonic() - self._started
        return Progress(executions, edges, corpus, len(self._causes), seconds, covered=True, over=over)

    def _tail(self) -> bytes:
        with self._places.log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            return file.read()


def _libfuzzer_places(work: Assignment, scratch: Path) -> _Places:
    kept = (work.folder or scratch) / "inputs"
    places = _Places(scratch / "seeds", kept, (scratch / "failures",), scratch / "log")
    for folder in (places.seeds, places.kept, *places.failing):
        folder.mkdir(parents=True, exist_ok=True)
    return places


def _afl_places(scratch: Path) -> _Places:
    out = scratch / "afl" / "default"
    failing = (out / "crashes", out / "hangs")
    places = _Places(scratch / "seeds", out / "queue", failing, scratch / "log", out / "fuzzer_stats")
    places.seeds.mkdir(parents=True, exist_ok=True)
    return places
