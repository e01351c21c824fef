"""Runs a compiled target for a while: seeds and a budget in, what it reached and what failed out."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.native.other_engines import OtherEngine
from abidance.native.own_engine import OwnEngine
from abidance.native.progress import CorpusInput, Failed, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from abidance.native.executable import Executable
    from abidance.native.progress import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how much. `seconds` are of processor time, and of all processes together; `wall` of the clock.

    `executions` of 0 are as many as the time allows, and times of 0 no limit. It is over after `patience` executions in
    a row that met nothing new; libFuzzer and AFL++ have no such limit. `time_limit` is in seconds, for one
    input; `memory` in bytes; `length` the most bytes that an input has. With `only_seeds` they are run, and
    nothing else is.
    """

    seconds: float = 2.0
    wall: float = 0.0
    executions: int = 0
    patience: int = 0
    time_limit: float = 1.0
    memory: int = 2 << 30
    length: int = 4096
    only_seeds: bool = False


@dataclass(frozen=True, slots=True)
class Exploration:
    """What came of it.

    `fresh` are the inputs that reached something that none before them did, the smallest known for each, in the order
    in which they were found; `kept_seeds` the numbers of the seeds of which that is so. Without coverage (`covered`) no
    input can be told from another, but for what it was compared with by functions of the C library. `stopped` says why
    it ended before its budget was used up.
    """

    executions: int = 0
    edges: int = 0
    seconds: float = 0.0
    covered: bool = False
    fresh: tuple[bytes, ...] = ()
    kept_seeds: tuple[int, ...] = ()
    failures: tuple[Failure, ...] = ()
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one engine is to do: an entry of a target, with what it starts from.

    `known` are findings that do not end the process, as ``CODE:function:what``. `other` is a library whose answers are
    compared with those of the first. `folder` is where inputs that reach something new are written, and taken from if
    another engine wrote them; by default each engine has one of its own. With `fenced`, our own engine ends a process
    that would change anything outside of itself.
    """

    executable: Executable
    entry: str
    seeds: Sequence[bytes] = ()
    dictionary: Sequence[bytes] = ()
    known: Sequence[str] = ()
    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    other: Path | None = None
    folder: Path | None = None
    fenced: bool = False


def explore(work: Assignment, watch: Callable[[Progress], None] | None = None) -> Exploration:
    """Run an engine until its budget is used up, and return what came of it.

    `watch` is called a few times a second. However it is left, no process outlives it. Raises CannotJudgeError where
    the target does not start.
    """
    with campaign(work) as events:
        found = Exploration()
        for event in events:
            found = _with(found, event)
            if watch is not None and isinstance(event, Progress):
                watch(event)
        return found


@contextmanager
def campaign(work: Assignment) -> Iterator[Iterator[Progress | CorpusInput | Failed]]:
    """Start an engine, and yield what it tells as it comes; it ends with the block.

    Raises CannotJudgeError, while it is read from, where the target does not start.
    """
    with tempfile.TemporaryDirectory(prefix="abidance-explore-") as scratch:
        own = work.executable.engine == "own"
        engine = (OwnEngine if own else OtherEngine)(work, Path(scratch))
        try:
            yield engine.events()
        finally:
            engine.end()


def _with(found: Exploration, event: Progress | CorpusInput | Failed) -> Exploration:
    match event:
        case Progress():
            return replace(
                found,
                executions=event.executions,
                edges=event.edges,
                seconds=event.seconds,
                covered=event.covered,
            )
        case CorpusInput(seed=int() as number):
            return replace(found, kept_seeds=(*found.kept_seeds, number))
        case CorpusInput(data=data, instead_of=before):
            return replace(found, fresh=(*(each for each in found.fresh if each != before), data))
        case Failed(failure=failure):
            others = tuple(each for each in found.failures if each.cause != failure.cause)
            return replace(found, failures=(*others, failure))
