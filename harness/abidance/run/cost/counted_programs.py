"""A call as a C program, whose instructions callgrind counts: more of them than can be counted one by one."""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.run.emit_c.program import build_lines, program_lines
from abidance.run.findings.case_store import StoredCase
from abidance.run.findings.replayed_case import ReplayedCase
from abidance.toolchain.callgrind import CallgrindError, count_instructions
from abidance.toolchain.process import run_tool

if TYPE_CHECKING:
    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.toolchain.library import Artifact

_TIMES = 3
"""So often does a program make its call."""
_BUILDING, _RUNNING = 60.0, 60.0
"""Seconds for a program."""
_FILE = "call.c"


def instructions_of(case: Case, trial: CaseResult, artifact: Artifact) -> int:
    """Return how many instructions a call executes in a library, as it came back there; raises CallgrindError.

    What the program stands in with for a callback counts as well: it is the same for all libraries.
    """
    with tempfile.TemporaryDirectory(prefix="abidance-call-") as folder:
        program = program_of(case, trial, artifact, _TIMES, Path(folder), _RUNNING)
        counted = count_instructions(program, trial.function.declaration.symbol, _RUNNING)
    total = sum(each.instructions for each in counted)
    if not total:
        raise CallgrindError("the program that makes the call executes nothing in it")
    return total // _TIMES


def program_of(
    case: Case, trial: CaseResult, artifact: Artifact, times: int, folder: Path, seconds: float
) -> Path:
    """Return a program that makes a call some times; raises CallgrindError where it cannot be built."""
    contract = trial.boundary.contract
    stored = StoredCase(
        "",
        contract.path,
        artifact.library,
        {},
        artifact.build,
        trial.phase,
        "",
        case,
        trial.expectation,
        times,
    )
    call = ReplayedCase(stored, trial.boundary, trial, (artifact,), failed=0, tried=1, findings=())
    text = "\n".join(program_lines(call, None, _FILE, seconds=int(seconds)))
    (folder / _FILE).write_text(text + "\n", encoding="utf-8")
    *commands, run = build_lines(contract, artifact, _FILE)
    for command in commands:
        built = run_tool(shlex.split(command), seconds=_BUILDING, cwd=folder)
        if not built.ok:
            said = next((line for line in built.stderr.splitlines() if "error" in line), built.stderr.strip())
            raise CallgrindError(f"the program that makes the call cannot be built: {said[:200]}")
    return folder / shlex.split(run)[-1]
