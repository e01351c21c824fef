"""Edges reached in real libraries, by a contract on our engine and by a target by hand on libFuzzer.

Both begin with the examples of the contract and have the same processor time. What each leaves is run once more on a
build with clang's coverage, which counts the edges of both.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from abidance.contract.load import load_contract
from abidance.generate.complete import complete
from abidance.native.campaign import Assignment, Limits, explore
from abidance.native.engine_environment import environment_of
from abidance.native.executable import build_executable, engine_compiler
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.execution.handover import Campaign, Handed
from abidance.run.exploration.campaigns import Campaigns, told
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from abidance.toolchain.library import BuildSettings
from abidance.toolchain.preloading import preloadable
from benchmarks.debian_sources import fetched
from benchmarks.ground import SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from abidance.native.executable import Executable
    from abidance.run.execution.context import Context
    from benchmarks.board import Board, Effort

BY_HAND = SUBJECTS / "hand_written"
FUNCTIONS = {"zlib": "uncompress", "cjson": "cJSON_ParseWithLength", "expat": "XML_Parse"}
LONGEST = 4096
COUNTED = "asan"


@dataclass(frozen=True, slots=True)
class Contest:
    """What runs: `ours` with what it starts from, as strictly as the other and as a run does, and libFuzzer's.

    `counts` are the same two targets where the edges of what they leave are counted.
    """

    ours: Assignment
    as_run: Assignment
    theirs: Assignment
    counts: tuple[Executable, Executable]


def measure(board: Board, effort: Effort, place: Path) -> None:
    seconds, repeats = (10.0, 3) if effort.repeats > 1 else (1.0, 1)
    board.title(f"Edges reached in {seconds:g} s, against targets by hand on libFuzzer, with the same seeds")
    if not shutil.which("clang"):
        board.note("left out: there is no clang")
        return
    for library, function in FUNCTIONS.items():
        contest = laid_out(library, function, place / library)
        if contest is None:
            board.note(f"left out: the source of {library} cannot be fetched from Debian")
            continue
        compare(board, f"{library}, {function}", contest, seconds, range(1, repeats + 1), place / library)


def compare(
    board: Board, words: str, contest: Contest, seconds: float, seeds: Iterable[int], place: Path
) -> None:
    rounds = []
    for seed in seeds:
        corpora = [
            reached(replace(work, seed=seed, limits=Limits(seconds=seconds, length=LONGEST)))
            for work in (contest.ours, contest.as_run)
        ]
        theirs = libfuzzer(replace(contest.theirs, seed=seed), seconds, place / f"{seed}")
        ours, by_hand = contest.counts
        entry = contest.ours.entry
        rounds.append([*(edges(ours, entry, each) for each in corpora), edges(by_hand, entry, theirs)])
    rates = [median(column) for column in zip(*rounds, strict=True)]
    share, as_run = (median(each[n] / each[2] for each in rounds) for n in (0, 1))
    board.figure(f"{words}: by hand, libFuzzer", rates[2], "")
    board.figure(f"{words}: a contract", rates[0], "", f"{share:.2f} of by hand")
    board.figure(f"{words}: the same with its edge cases, as a run", rates[1], "", f"{as_run:.2f} of by hand")
    board.at_least(f"{words}: edges against by hand", share, 0.95)


def laid_out(library: str, function: str, place: Path) -> Contest | None:
    source = fetched(library)
    if source is None:
        return None
    shutil.copytree(source, place / "source")
    shutil.copy(SUBJECTS / "reached" / f"{library}.contract.yaml", place)
    contract = load_contract(place / f"{library}.contract.yaml")
    with Session(Settings(place, seed=1, remembers=False)) as session:
        asked = Asked(Campaigns(session.sources))
        session.explorer = asked
        selection = Selection(functions=(function,), phases=("explore",), builds=("asan+ubsan",))
        (item,) = list_items(contract, selection, explore=1.0)
        done = session.run(contract, item, lambda _: None)
        assert asked.works, done.reasons
        clang = BuildSettings(compiler=engine_compiler("libfuzzer"), coverage="edges")
        counted = session.sources.covered(contract, item.id, COUNTED, clang)
    written = (BY_HAND / f"{function}.c").read_text().replace('"target.h"', f'"{BY_HAND}/target.h"')
    by_hand = build_executable(written, counted, "libfuzzer")
    counts = (build_executable(asked.source, counted), build_executable(written, counted))
    ours, as_run = asked.works
    return Contest(ours, as_run, Assignment(by_hand, function, asked.plain), counts)


class Asked:
    """Takes the place of a search: keeps what it would begin with, from the examples alone and as a run does."""

    def __init__(self, campaigns: Campaigns) -> None:
        self.campaigns = campaigns
        self.works: tuple[Assignment, ...] = ()
        self.plain: tuple[bytes, ...] = ()
        self.source = ""

    def of(self, context: Context, _seconds: float, seeds: Callable[[], Iterable[Handed]]) -> Campaign:
        function, boundary = context.function, context.boundary
        given = [complete(boundary, function, example.given) for example in function.examples]
        starts = [
            self.campaigns.start(context, each, Limits(length=LONGEST))
            for each in (map(Handed, given), seeds())
        ]
        self.works = tuple(start.work for start in starts)
        self.plain = tuple(plain(function.name, case.arguments) for case in given)
        self.source = self.campaigns.target(boundary).source
        return Campaign(
            told(explore(replace(self.works[0], limits=Limits(only_seeds=True))), self.works[0].executable, 0)
        )


def plain(function: str, arguments: dict[str, object]) -> bytes:
    """Return the bytes of an example as the target by hand takes them."""
    match function:
        case "uncompress":
            found = arguments["source"]
        case "XML_Parse":
            found = arguments["s"]
        case _:
            found = arguments["value"]
    assert isinstance(found, bytes)
    return b"\x01" + found if function == "XML_Parse" else found


def reached(work: Assignment) -> list[bytes]:
    """Return the inputs that our engine keeps."""
    found = explore(work)
    assert not found.failures, found.failures
    return [*(work.seeds[number] for number in found.kept_seeds), *found.fresh]


def edges(executable: Executable, entry: str, corpus: Sequence[bytes]) -> int:
    limits = Limits(seconds=0, only_seeds=True, length=LONGEST)
    return explore(Assignment(executable, entry, corpus, limits=limits)).edges


def libfuzzer(work: Assignment, seconds: float, folder: Path) -> list[bytes]:
    """Return the inputs that libFuzzer keeps within so much processor time, in one process."""
    seeds, kept = folder / "seeds", folder / "kept"
    for each in (seeds, kept):
        each.mkdir(parents=True)
    for number, data in enumerate(work.seeds):
        (seeds / str(number)).write_bytes(data)
    with preloadable(work.executable.artifact.preload) as preload, (folder / "log").open("wb") as log:
        words = [
            str(work.executable.path),
            f"-seed={work.seed}",
            f"-max_len={LONGEST}",
            str(kept),
            str(seeds),
        ]
        running = subprocess.Popen(
            words, cwd=folder, env=environment_of(work, preload), stdout=log, stderr=log
        )
        while running.poll() is None and processor_time(running.pid) < seconds:
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            running.wait(10)
        running.kill()
    return [file.read_bytes() for file in (*seeds.iterdir(), *kept.iterdir())]


def processor_time(pid: int) -> float:
    with suppress(OSError, IndexError):
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0
