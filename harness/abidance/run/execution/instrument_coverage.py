"""Which instruments watched the calls of an item, and which were missing."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from abidance.core.instruments import INSTRUMENTS
from abidance.execute.instrument_status import blind, live, wanted
from abidance.run.execution.second_looks import COMPARING

if TYPE_CHECKING:
    from abidance.core.diagnostic import Diagnostic
    from abidance.execute.spec import WorkerSpec
    from abidance.run.execution.context import Context
    from abidance.run.execution.runner import Runner

_FOR_ANSWERS = frozenset({"crashes", "reader"})
"""All that a comparison of answers hangs on; what else is wrong with either library is for its own items to say."""
_OF_PHASE = {"cost": ("steps", "timer"), "threads": ("lanes",), "reentry": ("lanes",)}
"""What is wanted for one phase only, on the machines that have it."""
_ONE_CALL = frozenset({"examples", "properties"})


def watched_by(context: Context) -> tuple[str, ...]:
    """Return the names of the instruments that were live in every worker of an item, for people."""
    runner = _runner(context)
    seen = [
        frozenset(live(each.spec, each.proofs, _asked(runner, each.spec) | _trap(context, each.spec)))
        for each in runner.supervisors
        if each.proofs
    ]
    if not seen:
        return ()
    common = frozenset.intersection(*seen)
    return tuple(dict.fromkeys(each.shown for each in INSTRUMENTS if each.key in common))


def unwatched(runner: Runner) -> tuple[Diagnostic, ...]:
    """Return why an item cannot be judged by its calls: an instrument that it hangs on was off."""
    found = (
        diagnostic
        for each in runner.supervisors
        if each.proofs
        for diagnostic in blind(each.spec, each.proofs, _asked(runner, each.spec))
    )
    return tuple(dict.fromkeys(found))


def _runner(context: Context) -> Runner:
    assert context.runner is not None
    return context.runner


def _asked(runner: Runner, spec: WorkerSpec) -> frozenset[str]:
    if runner.executor.phase in COMPARING:
        return wanted(spec) & _FOR_ANSWERS
    return wanted(spec) | frozenset(_OF_PHASE.get(runner.executor.phase, ()) if _is_x86_64() else ())


def _trap(context: Context, spec: WorkerSpec) -> frozenset[str]:
    """Return the trap for system calls where a function promises none; where it is off, its check says so."""
    promises = (function.promise for function in context.functions)
    promised = any(each.has_effect("no_syscall") for each in promises if each)
    explored = context.item.phase == "explore" and context.item.function in context.boundary.functions
    used = promised and spec.counted and (explored or context.item.phase in _ONE_CALL)
    return frozenset({"trap"}) if used else frozenset()


def _is_x86_64() -> bool:
    return platform.machine() in ("x86_64", "AMD64")
