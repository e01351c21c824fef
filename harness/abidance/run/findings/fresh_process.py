"""Whether a failing call fails by itself: it is made in new processes, to which no earlier call has done anything."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.checks.evidence.callback_text import nth
from abidance.execute.loading import Load
from abidance.execute.supervisor import Supervisor
from abidance.run.execution.executor import Executor
from abidance.toolchain.elf import read_library

if TYPE_CHECKING:
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.run.execution.runner import Runner
    from abidance.run.search.search import Bug, Cause

MOST, SECONDS = 300, 2.0
"""So many times, and for so long, a call is made in one process before it is said that it does not fail there."""
NEVER = 0


@dataclass(frozen=True, slots=True)
class FreshProcessResult:
    """Which of the same calls is the first that fails in a new process, 1 where each does by itself.

    NEVER where none does: then other calls before it matter. None where that was not asked, or is not the same in two
    processes.
    """

    at: int | None = None
    trial: CaseResult | None = None
    """That call, where it is not the first or was not seen to fail otherwise."""

    def words(self, *, always: bool) -> str:
        """Return in words that the call does not fail by itself, and nothing where it does, or where that is chance.

        `always` tells that it failed each time in the process in which it was found.
        """
        if self.at == NEVER and always:
            return "not in a new process: it depends on earlier calls"
        if self.at == 1 and not always:
            return "in a new process only the first such call fails"
        if self.at is not None and self.at > 1:
            return f"not by itself: in a new process it is the {nth(self.at - 1)} such call that fails"
        return ""


def anew(bug: Bug, runner: Runner, cause: Cause, *, always: bool) -> FreshProcessResult:
    """Make a case in a new process until it fails for that cause; where that is a surprise, in a second one too."""
    runner.anew()
    trial = runner.again(bug.case, bug.expectation)
    at = 1
    if cause not in runner.judge.causes(trial):
        at, trial = _first(bug, runner, cause, MOST)
    if at == NEVER or (at == 1 and always):
        return FreshProcessResult(at)
    return FreshProcessResult(at if _first(bug, runner, cause, at)[0] == at else None, trial)


def _first(bug: Bug, runner: Runner, cause: Cause, most: int) -> tuple[int, CaseResult]:
    """Return which of the same calls is the first that fails in a new process; nothing is looked at again."""
    runner.anew()
    end = time.monotonic() + SECONDS
    for number in range(1, most + 1):
        trial = runner.bare(bug.case, bug.expectation)
        if cause in runner.judge.causes(trial):
            return number, trial
        if time.monotonic() > end:
            break
    return NEVER, trial


def fork_matters(bug: Bug, runner: Runner, cause: Cause) -> bool:
    """Tell whether a case fails only because the process was forked after the library was loaded.

    What a constructor has noted down, such as the process's id, is then another process's. Nothing is asked of
    a library that has no constructor beside the compiler's own.
    """
    executor = runner.executor
    spec = executor.supervisor.spec
    own = 1 if spec.catch_faults else 2  # AddressSanitizer and ThreadSanitizer bring one as well
    if executor.supervisor.loads_apart or read_library(spec.library).initialisers <= own:
        return False
    with Supervisor(spec, {spec.library: Load(forks_matter=True)}) as supervisor:
        turn = Executor(executor.boundary, supervisor, executor.phase, executor.time_limit).turn(
            bug.case, bug.expectation, executor.time_limit
        )
        turn.begin()
        return cause not in runner.judge.causes(turn.end())
